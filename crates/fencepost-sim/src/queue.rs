//! The one ordered queue of the world, keyed (time, sequence number).

use fencepost_model::Instant;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// Something that the world does next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// A message reaches its machine; the slot holds it.
    Deliver(u32),
    /// A process's earliest timer is due, unless the process was armed again since.
    Wake {
        /// The process.
        process: u32,
        /// How often it had been armed.
        armed: u32,
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
    heap: BinaryHeap<Reverse<(u64, u64, Step)>>,
    sequence: u64,
}

impl Queue {
    /// Puts a step in.
    pub fn push(&mut self, at: Instant, step: Step) {
        self.sequence += 1;
        self.heap.push(Reverse((at.0, self.sequence, step)));
    }

    /// When the next step is due.
    pub fn next_at(&self) -> Option<Instant> {
        self.heap.peek().map(|Reverse((at, ..))| Instant(*at))
    }

    /// Takes the next step out.
    pub fn pop(&mut self) -> Option<(Instant, Step)> {
        self.heap.pop().map(|Reverse((at, _, step))| (Instant(at), step))
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
