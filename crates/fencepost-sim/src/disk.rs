//! Disks: one on each machine, with files that are appended to, replaced and synced.
//!
//! What was written but not synced is in the memory of the operating system: it survives the death of the
//! process, and a power cut loses it or keeps a part of it, which may end in the middle of a record.

use fencepost_model::{Digest, Span};
use std::hash::Hash;

/// How long a file of a short run is.
const USUAL: usize = 512;

/// A disk of a machine.
#[derive(Clone, Debug, Default)]
pub struct Disk {
    files: Vec<File>,
    /// Syncs that were begun, oldest first.
    syncing: Vec<Sync>,
    syncs_begun: u32,
    /// What slows syncs down; by fault. None: they are stuck.
    pub(crate) stalls: Vec<(u32, Option<Span>)>,
    /// How many syncs were done.
    pub(crate) done: u64,
}

#[derive(Clone, Debug, Default, Hash)]
struct File {
    name: &'static str,
    /// What the process reads back.
    content: Vec<u8>,
    /// How much of it a power cut leaves for certain.
    durable: usize,
    /// How often it was replaced.
    version: u32,
    /// What a power cut may bring back: the version before, until a sync of this one is done.
    before: Option<Before>,
}

#[derive(Clone, Debug, Hash)]
struct Before {
    content: Vec<u8>,
    durable: usize,
    version: u32,
}

#[derive(Clone, Debug, Hash)]
struct Sync {
    number: u32,
    ticket: u32,
    /// What it makes durable: name, version and length of each file when it was begun.
    extents: Vec<(&'static str, u32, usize)>,
}

impl Disk {
    /// Folds in everything that a process or a power cut could find on it, and what slows it down.
    pub(crate) fn fold_into(&self, digest: &mut Digest) {
        (&self.files, &self.syncing, self.syncs_begun).hash(digest);
        self.stalls.iter().for_each(|(_, slower)| slower.hash(digest));
    }
}

impl File {
    fn synced(&mut self, version: u32, length: usize) {
        if version == self.version {
            self.durable = self.durable.max(length);
            self.before = None;
        } else if let Some(before) = &mut self.before
            && before.version == version
        {
            before.durable = before.durable.max(length);
        }
    }

    fn lose_power(&mut self, draw: &mut impl FnMut() -> u64) {
        match self.before.take() {
            Some(before) if draw() & 1 == 0 => {
                self.content = before.content;
                self.content.truncate(before.durable);
            }
            Some(_) => {}
            None => {
                let growth = (self.content.len() - self.durable) as u64;
                if growth > 0 {
                    let kept = (u128::from(draw()) * u128::from(growth + 1)) >> 64;
                    self.content.truncate(self.durable + kept as usize);
                }
            }
        }
        self.durable = self.content.len();
    }
}

impl Disk {
    fn file(&mut self, name: &'static str) -> &mut File {
        let index = match self.files.iter().position(|file| file.name == name) {
            Some(index) => index,
            None => {
                self.files.push(File { name, content: Vec::with_capacity(USUAL), ..File::default() });
                self.files.len() - 1
            }
        };
        &mut self.files[index]
    }

    /// What is in a file; nothing in one that was never written.
    pub fn read(&self, name: &str) -> &[u8] {
        self.files.iter().find(|file| file.name == name).map_or(&[], |file| &file.content)
    }

    /// Appends to a file.
    pub fn append(&mut self, name: &'static str, bytes: &[u8]) {
        self.file(name).content.extend_from_slice(bytes);
    }

    /// Puts new content into a file, all or nothing (a new file that is renamed over the old one).
    pub fn replace(&mut self, name: &'static str, bytes: Vec<u8>) {
        let file = self.file(name);
        let content = std::mem::replace(&mut file.content, bytes);
        let before = Before { content, durable: file.durable, version: file.version };
        file.before.get_or_insert(before);
        file.durable = 0;
        file.version += 1;
    }

    /// Begins a sync of all files; gives its number.
    pub(crate) fn begin_sync(&mut self, ticket: u32) -> u32 {
        self.syncs_begun += 1;
        let extents = self.files.iter().map(|file| (file.name, file.version, file.content.len())).collect();
        self.syncing.push(Sync { number: self.syncs_begun, ticket, extents });
        self.syncs_begun
    }

    /// A sync has come back: gives its ticket. None where its process or the power was gone before.
    pub(crate) fn end_sync(&mut self, number: u32) -> Option<u32> {
        let index = self.syncing.iter().position(|sync| sync.number == number)?;
        let Sync { ticket, extents, .. } = self.syncing.remove(index);
        extents.into_iter().for_each(|(name, version, length)| self.file(name).synced(version, length));
        self.done += 1;
        Some(ticket)
    }

    /// The process died: its syncs go on, and nobody hears of them.
    pub(crate) fn forget_tickets(&mut self) {
        for Sync { extents, .. } in std::mem::take(&mut self.syncing) {
            extents.into_iter().for_each(|(name, version, length)| self.file(name).synced(version, length));
        }
    }

    /// The power is gone. Of what was appended a part survives that is drawn from 0 to all of it; it may end
    /// inside a record. What was replaced is old or new as a whole.
    pub(crate) fn lose_power(&mut self, mut draw: impl FnMut() -> u64) {
        self.syncing.clear();
        self.files.iter_mut().for_each(|file| file.lose_power(&mut draw));
    }

    /// How much longer a sync takes now; none: it is stuck.
    pub(crate) fn slowness(&self) -> Option<Span> {
        self.stalls.iter().try_fold(Span::ZERO, |sum, (_, slower)| slower.map(|slower| sum + slower))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written() -> Disk {
        let mut disk = Disk::default();
        disk.append("log", b"one");
        let number = disk.begin_sync(7);
        disk.append("log", b"two");
        assert_eq!(disk.end_sync(number), Some(7));
        disk
    }

    #[test]
    fn a_sync_makes_durable_what_was_there_when_it_began() {
        let mut disk = written();
        disk.lose_power(|| 0);
        assert_eq!(disk.read("log"), b"one");
    }

    #[test]
    fn a_power_cut_may_keep_a_torn_part_of_what_was_not_synced() {
        let mut disk = written();
        disk.lose_power(|| u64::MAX / 2);
        assert_eq!(disk.read("log"), b"onet");
        let mut disk = written();
        disk.lose_power(|| u64::MAX);
        assert_eq!(disk.read("log"), b"onetwo");
    }

    #[test]
    fn what_was_not_synced_survives_the_process() {
        let mut disk = written();
        disk.forget_tickets();
        assert_eq!(disk.read("log"), b"onetwo");
    }

    #[test]
    fn a_replaced_file_is_old_or_new_and_never_torn() {
        for (drawn, expected) in [(0, &b"one"[..]), (1, &b"other"[..])] {
            let mut disk = written();
            disk.replace("log", b"other".to_vec());
            disk.lose_power(|| drawn);
            assert_eq!(disk.read("log"), expected);
        }
    }

    #[test]
    fn a_sync_that_the_power_cut_overtook_never_comes_back() {
        let mut disk = written();
        let number = disk.begin_sync(8);
        disk.lose_power(|| 0);
        assert_eq!(disk.end_sync(number), None);
    }
}
