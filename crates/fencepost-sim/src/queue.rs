//! The one ordered queue of the world, keyed (time, sequence number).

use fencepost_model::Instant;
use std::cmp::Ordering;
use std::collections::BinaryHeap;

/// Something that the world does next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Step {
    /// A message reaches its machine; the slot holds it.
    Deliver(u32),
    /// A process's earliest timer may be due.
    Wake {
        /// The process.
        process: u32,
        /// The epoch of its lane: an entry of an earlier one stands for nothing.
        epoch: u32,
    },
    /// A fault is due.
    Fire(u32),
    /// A fault that lasts is over.
    Heal(u32),
    /// A killed process starts again, unless it has been started since.
    Restart {
        /// The process.
        process: u32,
        /// Its life that ended.
        incarnation: u16,
    },
    /// A datagram reaches its machine; the slot holds it.
    Datagram(u32),
    /// A sync of a machine's disk comes back.
    Synced {
        /// The machine.
        machine: u32,
        /// The sync.
        number: u32,
    },
    /// A stream has retransmitted in vain for too long.
    GiveUp(u32),
    /// The calm tail begins.
    CalmTail,
    /// The calm tail is over.
    End,
}

/// Steps in the order (time, sequence number): two steps at one instant keep the order in which they
/// were put in.
#[derive(Debug, Default)]
pub struct Queue {
    heap: BinaryHeap<Entry>,
    sequence: u64,
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    /// Time above, sequence number below: one comparison orders both.
    key: u128,
    step: Step,
}

impl Entry {
    fn at(&self) -> Instant {
        Instant((self.key >> 64) as u64)
    }
}

impl Ord for Entry {
    /// The earliest is the greatest, as the heap wants it.
    fn cmp(&self, other: &Entry) -> Ordering {
        other.key.cmp(&self.key)
    }
}

impl PartialOrd for Entry {
    fn partial_cmp(&self, other: &Entry) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Entry {
    fn eq(&self, other: &Entry) -> bool {
        self.key == other.key
    }
}

impl Eq for Entry {}

impl Queue {
    /// Puts a step in.
    pub fn push(&mut self, at: Instant, step: Step) {
        self.sequence += 1;
        self.heap.push(Entry { key: u128::from(at.0) << 64 | u128::from(self.sequence), step });
    }

    /// Forgets everything, as if nothing had ever been put in.
    pub(crate) fn clear(&mut self) {
        self.heap.clear();
        self.sequence = 0;
    }

    /// When the next step is due.
    pub fn next_at(&self) -> Option<Instant> {
        self.heap.peek().map(Entry::at)
    }

    /// All of them, in the order in which they will be taken out.
    pub fn in_order(&self) -> impl Iterator<Item = (Instant, Step)> {
        let mut entries: Vec<Entry> = self.heap.iter().copied().collect();
        entries.sort_unstable_by_key(|entry| entry.key);
        entries.into_iter().map(|entry| (entry.at(), entry.step))
    }

    /// Takes the next step out.
    pub fn pop(&mut self) -> Option<(Instant, Step)> {
        self.heap.pop().map(|entry| (entry.at(), entry.step))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_at_one_instant_keep_their_order() {
        let mut queue = Queue::default();
        queue.push(Instant(5), Step::End);
        queue.push(Instant(5), Step::Deliver(1));
        queue.push(Instant(3), Step::CalmTail);
        let order: Vec<_> = std::iter::from_fn(|| queue.pop()).map(|(_, step)| step).collect();
        assert_eq!(order, [Step::CalmTail, Step::End, Step::Deliver(1)]);
    }
}
