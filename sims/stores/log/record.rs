//! What is on a member's disk, as bytes: one file of records, each framed by its length, so that a file
//! which ends inside a record is recognised. The torn tail was never promised to anybody, and is dropped.

use serde::{Deserialize, Serialize};

/// One record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Record {
    /// Term, vote and commit index are these from here on.
    State(State),
    /// The log has this entry from here on, and nothing behind it.
    Entry(Stored),
    /// The state of the machine at a place of the log.
    Snapshot(Taken),
    /// The log begins behind this place; what stood there and before is gone.
    Start { index: u64, term: u64 },
}

/// What a member must never forget, and how far it knows the log to be committed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct State {
    pub term: u64,
    pub vote: u64,
    pub commit: u64,
}

/// An entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Stored {
    pub index: u64,
    pub term: u64,
    pub data: Vec<u8>,
}

/// A snapshot, and the place that it covers last.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Taken {
    pub index: u64,
    pub term: u64,
    pub data: Vec<u8>,
}

/// What a file leaves.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Recovered {
    pub state: State,
    pub snapshot: Taken,
    /// The place before the first entry, and its term.
    pub start: (u64, u64),
    pub entries: Vec<Stored>,
}

/// Appends a record.
pub(super) fn append(file: &mut Vec<u8>, record: &Record) {
    let bytes = postcard::to_allocvec(record).expect("a record has no unknown length");
    file.extend_from_slice(&(bytes.len() as u32).to_le_bytes());
    file.extend_from_slice(&bytes);
}

/// What a file leaves, and how much of it is whole records.
pub(super) fn load(file: &[u8]) -> (Recovered, usize) {
    let (mut recovered, mut whole) = (Recovered::default(), 0);
    while let Some(length) = file.get(whole..whole + 4) {
        let length = u32::from_le_bytes(length.try_into().expect("four bytes")) as usize;
        let (start, end) = (whole + 4, whole + 4 + length);
        let Some(record) = file.get(start..end).and_then(|bytes| postcard::from_bytes(bytes).ok()) else {
            break;
        };
        recovered.take(record);
        whole = end;
    }
    (recovered, whole)
}

impl Recovered {
    fn take(&mut self, record: Record) {
        match record {
            Record::State(state) => self.state = state,
            Record::Snapshot(snapshot) => self.snapshot = snapshot,
            Record::Start { index, term } => {
                self.start = (index, term);
                self.entries.clear();
            }
            Record::Entry(entry) => {
                let place = entry.index.saturating_sub(self.start.0 + 1) as usize;
                self.entries.truncate(place);
                self.entries.push(entry);
            }
        }
    }

    /// The last place of the log.
    pub fn last(&self) -> u64 {
        self.start.0 + self.entries.len() as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn entry(index: u64, term: u64) -> Record {
        Record::Entry(Stored { index, term, data: vec![index as u8; 3] })
    }

    fn file(records: &[Record]) -> (Vec<u8>, Vec<usize>) {
        let (mut file, mut ends) = (Vec::new(), vec![0]);
        for record in records {
            append(&mut file, record);
            ends.push(file.len());
        }
        (file, ends)
    }

    #[test]
    fn a_later_entry_takes_the_place_of_what_stood_there_and_behind() {
        let (bytes, _) = file(&[entry(1, 1), entry(2, 1), entry(3, 1), entry(2, 2)]);
        let (recovered, _) = load(&bytes);
        assert_eq!(
            recovered.entries.iter().map(|it| (it.index, it.term)).collect::<Vec<_>>(),
            [(1, 1), (2, 2)]
        );
        assert_eq!(recovered.last(), 2);
    }

    #[test]
    fn a_log_that_begins_later_keeps_its_places() {
        let (bytes, _) = file(&[entry(1, 1), Record::Start { index: 7, term: 2 }, entry(8, 2), entry(9, 2)]);
        let (recovered, _) = load(&bytes);
        assert_eq!((recovered.start, recovered.last(), recovered.entries.len()), ((7, 2), 9, 2));
    }

    proptest! {
        /// Cut anywhere, a file leaves what stood there after some record, and says how much was whole.
        #[test]
        fn a_torn_tail_is_dropped_and_the_rest_kept(entries in 1_usize..20, cut: usize) {
            let records: Vec<_> = (1..=entries as u64).map(|index| entry(index, index / 3)).collect();
            let (bytes, ends) = file(&records);
            let cut = cut % (bytes.len() + 1);
            let (recovered, whole) = load(&bytes[..cut]);
            let done = ends.iter().rposition(|end| *end == whole).expect("whole records");
            prop_assert!(whole <= cut && ends.get(done + 1).is_none_or(|next| *next > cut));
            prop_assert_eq!(recovered.entries.len(), done);
        }
    }
}
