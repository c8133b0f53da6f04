//! Timers and waits. A process keeps its timers in its machine's monotonic time, in a lane of its own that
//! has at most one valid entry in the world's queue; so a time-out that is not needed costs nothing more.

use fencepost_model::Mono;
use std::any::Any;
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::task::Waker;

/// What a due timer does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Due {
    /// Ends a wait of a client's code.
    Wait(WaitRef),
    /// Calls a server's timer.
    Server(u32),
}

/// The timers of a process.
#[derive(Default)]
pub(crate) struct Lane {
    timers: BinaryHeap<Reverse<(Mono, u64, Due)>>,
    sequence: u64,
    /// For which reading the valid queue entry stands.
    pub armed_for: Option<Mono>,
    /// How often the lane was armed: only the queue entry with this number is valid.
    pub armed: u32,
}

impl Lane {
    pub fn push(&mut self, at: Mono, due: Due) {
        self.sequence += 1;
        self.timers.push(Reverse((at, self.sequence, due)));
    }

    /// The earliest timer.
    pub fn first(&self) -> Option<(Mono, Due)> {
        self.timers.peek().map(|Reverse((at, _, due))| (*at, *due))
    }

    pub fn pop(&mut self) -> Option<Due> {
        self.timers.pop().map(|Reverse((_, _, due))| due)
    }

    /// Forgets all timers, and makes any queue entry invalid.
    pub fn clear(&mut self) {
        self.timers.clear();
        self.disarm();
    }

    /// Makes the queue entry invalid.
    pub fn disarm(&mut self) {
        self.armed_for = None;
        self.armed += 1;
    }
}

/// Names a wait; a wait that is over frees its slot, and its name goes stale.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct WaitRef {
    pub slot: u32,
    pub generation: u32,
}

/// Whom to wake.
pub(crate) enum Wake {
    /// A task of ours, by its slot.
    Task(u32),
    /// A waker that some combinator made.
    Foreign(Waker),
}

/// How a wait ended.
pub(crate) enum Ended {
    /// The answer came.
    Answer(Box<dyn Any>),
    /// The timer fired first. For a sleep, that is what it waited for.
    Elapsed,
    /// The connection broke.
    Broken,
    /// Nothing was ever sent.
    NeverSent,
}

/// A future of a client's code that waits for the world.
#[derive(Default)]
pub(crate) struct Wait {
    pub ended: Option<Ended>,
    pub wake: Option<Wake>,
    /// The connection on which an answer is awaited.
    pub connection: Option<u32>,
}

/// All waits of a run, in slots that are used again.
#[derive(Default)]
pub(crate) struct Waits {
    slots: Vec<(u32, Option<Wait>)>,
    free: Vec<u32>,
}

impl Waits {
    pub fn open(&mut self, connection: Option<u32>) -> WaitRef {
        let slot = self.free.pop().unwrap_or_else(|| {
            self.slots.push((0, None));
            u32::try_from(self.slots.len() - 1).expect("fewer than 2^32 waits at once")
        });
        let (generation, wait) = &mut self.slots[slot as usize];
        *wait = Some(Wait { connection, ..Wait::default() });
        WaitRef { slot, generation: *generation }
    }

    pub fn get(&mut self, wait: WaitRef) -> Option<&mut Wait> {
        let (generation, slot) = &mut self.slots[wait.slot as usize];
        if *generation == wait.generation { slot.as_mut() } else { None }
    }

    /// Whether somebody still waits, and nothing has come yet.
    pub fn is_open(&self, wait: WaitRef) -> bool {
        let (generation, slot) = &self.slots[wait.slot as usize];
        *generation == wait.generation && slot.as_ref().is_some_and(|wait| wait.ended.is_none())
    }

    /// Frees the slot, and gives what was in it.
    pub fn close(&mut self, wait: WaitRef) -> Option<Wait> {
        let (generation, slot) = &mut self.slots[wait.slot as usize];
        if *generation != wait.generation {
            return None;
        }
        *generation = generation.wrapping_add(1);
        self.free.push(wait.slot);
        slot.take()
    }
}
