//! The ledger: a small file in which a child writes what it is about to run, for its keeper.
//!
//! Its size does not depend on how much is run: each thread has a place of its own and writes over it.

use fencepost_explore::Seeds;
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::sync::Mutex;

/// Three numbers: the last word, and then one entry for each thread.
const PLACE: u64 = 24;
const NOTHING: u64 = 0;
const DONE: u64 = 1;
const HUNG: u64 = 2;

/// The ledger, as the child writes it.
pub(super) struct Ledger(Mutex<File>);

/// What a ledger says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Entry {
    /// The child did all its work.
    pub done: bool,
    /// The row and seed of a run that did not come back in time.
    pub hung: Option<(usize, u64)>,
    /// What its threads were at: rows, and seeds of them.
    pub running: Vec<(usize, Seeds)>,
}

impl Ledger {
    /// An empty one in the place of what may be there.
    pub fn create(path: &Path) -> io::Result<()> {
        File::create(path)?.write_all(&[0; PLACE as usize])
    }

    /// For the child.
    pub fn open(path: &Path) -> io::Result<Ledger> {
        OpenOptions::new().write(true).open(path).map(|file| Ledger(Mutex::new(file)))
    }

    /// A thread is about to run these.
    pub fn runs(&self, thread: usize, row: usize, seeds: Seeds) {
        self.write(1 + thread as u64, [row as u64 + 1, seeds.from, seeds.to]);
    }

    /// This run does not come back.
    pub fn hung(&self, row: usize, seed: u64) {
        self.write(0, [HUNG, row as u64, seed]);
    }

    /// All is done.
    pub fn done(&self) {
        self.write(0, [DONE, 0, 0]);
    }

    fn write(&self, place: u64, numbers: [u64; 3]) {
        let mut bytes = [0; PLACE as usize];
        for (bytes, number) in bytes.chunks_exact_mut(8).zip(numbers) {
            bytes.copy_from_slice(&number.to_le_bytes());
        }
        let Ok(mut file) = self.0.lock() else { return };
        // Without its ledger the work goes on; only a run that ends the process would be told worse.
        let _ = file.seek(SeekFrom::Start(place * PLACE)).and_then(|_| file.write_all(&bytes));
    }

    /// What the child has written.
    pub fn read(path: &Path) -> io::Result<Entry> {
        let mut bytes = Vec::new();
        File::open(path)?.read_to_end(&mut bytes)?;
        let number = |bytes: &[u8]| bytes.try_into().map_or(0, u64::from_le_bytes);
        let mut places = bytes
            .chunks_exact(PLACE as usize)
            .map(|place| [number(&place[..8]), number(&place[8..16]), number(&place[16..])]);
        let [word, row, seed] = places.next().unwrap_or([NOTHING; 3]);
        let running = places.filter(|[row, ..]| *row > 0);
        Ok(Entry {
            done: word == DONE,
            hung: (word == HUNG).then_some((row as usize, seed)),
            running: running.map(|[row, from, to]| (row as usize - 1, Seeds { from, to })).collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let path = std::env::temp_dir().join(format!("fencepost-ledger-{}", std::process::id()));
        Ledger::create(&path).expect("a temporary file");
        let ledger = Ledger::open(&path).expect("it is there");
        assert_eq!(Ledger::read(&path).expect("it is there"), Entry::default());
        ledger.runs(2, 0, Seeds { from: 5, to: 9 });
        ledger.runs(0, 7, Seeds::first(16));
        ledger.runs(0, 8, Seeds::first(3));
        let running = vec![(8, Seeds::first(3)), (0, Seeds { from: 5, to: 9 })];
        let entry = Entry { running, ..Entry::default() };
        assert_eq!(Ledger::read(&path).expect("it is there"), entry);
        ledger.hung(8, 2);
        assert_eq!(Ledger::read(&path).expect("it is there"), Entry { hung: Some((8, 2)), ..entry.clone() });
        ledger.done();
        assert_eq!(Ledger::read(&path).expect("it is there"), Entry { done: true, ..entry });
        std::fs::remove_file(&path).expect("it was made here");
    }
}
