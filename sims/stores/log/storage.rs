//! A member's log in memory, as the protocol reads it: the mirror of what is on its disk.

use super::record::{Recovered, Stored, Taken};
use raft::eraftpb::{ConfState, Entry, HardState, Snapshot};
use raft::{Error, GetEntriesContext, RaftState, Result, Storage, StorageError};

/// The log, and the latest snapshot. Entries may reach back behind the snapshot, for members that lag a
/// little.
pub(super) struct LogStorage {
    voters: Vec<u64>,
    state: HardState,
    /// The place before the first entry, and its term.
    start: (u64, u64),
    entries: Vec<Entry>,
    snapshot: Taken,
}

impl LogStorage {
    /// The log that was found on the disk of a member of this group.
    pub fn recovered(voters: Vec<u64>, found: Recovered) -> LogStorage {
        let mut state = HardState::default();
        state.term = found.state.term;
        state.vote = found.state.vote;
        // What a snapshot covers is committed; and the record of the commit index is not always synced.
        state.commit = found.state.commit.min(found.last()).max(found.snapshot.index);
        let entries = found.entries.into_iter().map(entry_of).collect();
        LogStorage { voters, state, start: found.start, entries, snapshot: found.snapshot }
    }

    /// The members of the group.
    pub fn voters(&self) -> &[u64] {
        &self.voters
    }

    /// Term, vote and commit index.
    pub fn state(&self) -> &HardState {
        &self.state
    }

    /// Takes over term, vote and commit index.
    pub fn set_state(&mut self, state: HardState) {
        self.state = state;
    }

    /// The log is committed up to this place.
    pub fn set_commit(&mut self, commit: u64) {
        self.state.commit = commit;
    }

    /// Appends entries, in the place of what stood there and behind.
    pub fn append(&mut self, entries: &[Entry]) {
        let Some(first) = entries.first() else { return };
        assert!(first.index > self.start.0, "an entry before the log");
        self.entries.truncate((first.index - self.start.0 - 1) as usize);
        self.entries.extend_from_slice(entries);
    }

    /// A snapshot takes the place of the whole log.
    pub fn install(&mut self, snapshot: Taken) {
        self.start = (snapshot.index, snapshot.term);
        self.entries.clear();
        self.state.commit = self.state.commit.max(snapshot.index);
        self.snapshot = snapshot;
    }

    /// Keeps a snapshot of a place that stands in the log, and drops all but so many entries before it.
    pub fn compact(&mut self, index: u64, data: Vec<u8>, keep: u64) {
        let term = self.term(index).expect("a snapshot is of a place in the log");
        self.snapshot = Taken { index, term, data };
        let start = index.saturating_sub(keep).max(self.start.0);
        if start > self.start.0 {
            let term = self.term(start).expect("the log is dropped up to a place in it");
            self.entries.drain(..(start - self.start.0) as usize);
            self.start = (start, term);
        }
    }

    /// The latest snapshot; of place 0 where none was taken.
    pub fn taken(&self) -> &Taken {
        &self.snapshot
    }

    /// Where the log begins: the place before its first entry, and its term.
    pub fn start(&self) -> (u64, u64) {
        self.start
    }

    /// The entries.
    pub fn all(&self) -> &[Entry] {
        &self.entries
    }

    fn last(&self) -> u64 {
        self.start.0 + self.entries.len() as u64
    }
}

/// An entry as the protocol has it.
fn entry_of(stored: Stored) -> Entry {
    let Stored { index, term, data } = stored;
    Entry { index, term, data: data.into(), ..Entry::default() }
}

/// An entry as the disk has it.
pub(super) fn stored(entry: &Entry) -> Stored {
    Stored { index: entry.index, term: entry.term, data: entry.data.to_vec() }
}

impl Storage for LogStorage {
    fn initial_state(&self) -> Result<RaftState> {
        Ok(RaftState::new(self.state.clone(), ConfState::from((self.voters.clone(), vec![]))))
    }

    fn entries(
        &self,
        low: u64,
        high: u64,
        max_size: impl Into<Option<u64>>,
        _context: GetEntriesContext,
    ) -> Result<Vec<Entry>> {
        if low <= self.start.0 {
            return Err(Error::Store(StorageError::Compacted));
        }
        assert!(high <= self.last() + 1, "entries up to {high} are asked of a log up to {}", self.last());
        let (from, to) = ((low - self.start.0 - 1) as usize, (high - self.start.0 - 1) as usize);
        let mut entries = self.entries[from..to].to_vec();
        raft::util::limit_size(&mut entries, max_size.into());
        Ok(entries)
    }

    fn term(&self, index: u64) -> Result<u64> {
        if index == self.start.0 {
            return Ok(self.start.1);
        }
        if index < self.start.0 {
            return Err(Error::Store(StorageError::Compacted));
        }
        let entry = self.entries.get((index - self.start.0 - 1) as usize);
        entry.map(|entry| entry.term).ok_or(Error::Store(StorageError::Unavailable))
    }

    fn first_index(&self) -> Result<u64> {
        Ok(self.start.0 + 1)
    }

    fn last_index(&self) -> Result<u64> {
        Ok(self.last())
    }

    fn snapshot(&self, request_index: u64, _to: u64) -> Result<Snapshot> {
        if self.snapshot.index < request_index {
            return Err(Error::Store(StorageError::SnapshotTemporarilyUnavailable));
        }
        let mut snapshot = Snapshot::default();
        snapshot.data = self.snapshot.data.clone().into();
        let metadata = snapshot.mut_metadata();
        metadata.index = self.snapshot.index;
        metadata.term = self.snapshot.term;
        metadata.set_conf_state(ConfState::from((self.voters.clone(), vec![])));
        Ok(snapshot)
    }
}
