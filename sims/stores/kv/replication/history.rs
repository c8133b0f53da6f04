//! Where a server stands in the stream of changes: whose stream, how far, and the latest part of it for
//! replicas that were away for a moment. Pure.
//!
//! A stream has an identity that its primary drew (`master_replid`) and an offset, counted in bytes. A
//! replica that is promoted begins a stream of its own at the offset where it stands, and remembers the old
//! one as its second identity: whoever has no more of the old stream than it had may go on with the new one.

use std::collections::VecDeque;

/// See the module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::stores::kv) struct History {
    pub id: u64,
    /// How many bytes the stream has had so far.
    pub offset: u64,
    /// The stream before, and up to where it is the same as this one (`master_replid2`,
    /// `second_repl_offset`).
    second: Option<(u64, u64)>,
    /// The last bytes.
    backlog: VecDeque<u8>,
    /// How many of them are kept (`repl-backlog-size`).
    room: usize,
}

impl History {
    /// A stream of which nothing is there yet.
    pub fn new(id: u64, room: usize) -> History {
        History { id, offset: 0, second: None, backlog: VecDeque::new(), room }
    }

    /// The stream goes on.
    pub fn append(&mut self, bytes: &[u8]) {
        self.offset += bytes.len() as u64;
        self.backlog.extend(bytes);
        let surplus = self.backlog.len().saturating_sub(self.room);
        self.backlog.drain(..surplus);
    }

    /// What somebody lacks who has so much of a stream; none where it has to begin again: it has another
    /// stream, or more of the old one than belongs to this one, or the backlog does not go back so far.
    pub fn missing(&self, id: u64, offset: u64) -> Option<Vec<u8>> {
        let is_shared = id == self.id || self.second.is_some_and(|(old, upto)| id == old && offset <= upto);
        let lacks = self.offset.checked_sub(offset)? as usize;
        let begin = self.backlog.len().checked_sub(lacks)?;
        is_shared.then(|| self.backlog.iter().skip(begin).copied().collect())
    }

    /// The server is promoted: its stream has another identity from here on.
    pub fn branch_off(&mut self, id: u64) {
        self.second = Some((self.id, self.offset));
        self.id = id;
    }

    /// The primary's stream goes on under this identity.
    pub fn go_on_as(&mut self, id: u64) {
        if id != self.id {
            self.branch_off(id);
        }
    }

    /// How many bytes the backlog has room for.
    pub fn room(&self) -> usize {
        self.room
    }

    /// Begins again with a copy of everything.
    pub fn begin_again(&mut self, id: u64, offset: u64) {
        *self = History { id, offset, ..History::new(id, self.room) };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stream(text: &str) -> History {
        let mut history = History::new(1, 4);
        history.append(text.as_bytes());
        history
    }

    #[test]
    fn who_was_away_for_a_moment_gets_what_it_lacks() {
        let history = stream("abcdef");
        assert_eq!(history.missing(1, 6), Some(vec![]));
        assert_eq!(history.missing(1, 3), Some(b"def".to_vec()));
        assert_eq!(history.missing(1, 2), Some(b"cdef".to_vec()));
        assert_eq!(history.missing(1, 1), None, "the backlog has room for four");
        assert_eq!(history.missing(2, 6), None, "another stream");
        assert_eq!(history.missing(1, 7), None, "more than there is");
    }

    /// An old primary may go on with the new stream only where it had written nothing beside it.
    #[test]
    fn the_old_stream_counts_up_to_where_the_new_one_left_it() {
        let (mut replica, mut primary) = (stream("abc"), stream("abc"));
        replica.branch_off(2);
        replica.append(b"x");
        assert_eq!(replica.missing(primary.id, primary.offset), Some(b"x".to_vec()));
        primary.append(b"d");
        assert_eq!(replica.missing(primary.id, primary.offset), None, "a write that the replica never had");
        assert_eq!(replica.missing(2, 3), Some(b"x".to_vec()));
    }

    #[test]
    fn a_copy_of_everything_begins_at_its_offset() {
        let mut history = stream("abc");
        history.begin_again(7, 100);
        assert_eq!((history.missing(7, 100), history.missing(7, 99)), (Some(vec![]), None));
        history.go_on_as(8);
        assert_eq!(history.missing(7, 100), Some(vec![]));
    }
}
