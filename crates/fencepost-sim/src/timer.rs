//! Timers and waits. A process keeps its timers in its machine's monotonic time, in a lane of its own. The
//! world's queue has an entry for a lane only where none of its entries is earlier, so a time-out that is not
//! needed costs the queue next to nothing.

use crate::waker;
use fencepost_model::Mono;
use std::any::Any;
use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};
use std::task::{Context, Poll, Waker};

/// What a due timer does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Due {
    /// Ends a wait of a client's code.
    Wait(WaitRef),
    /// Calls a server's timer.
    Server(u32),
}

/// The timers of a process.
///
/// Time-outs of requests mostly come in the order of their deadlines and mostly never fire, so they queue
/// in a line of their own, from whose front those that are not needed any more are dropped.
#[derive(Default)]
pub(crate) struct Lane {
    line: VecDeque<Timer>,
    others: BinaryHeap<Reverse<Timer>>,
    sequence: u64,
    /// The readings for which the world's queue has an entry, latest first.
    entries: Vec<Mono>,
    /// How often the clock changed: entries from before stand for nothing.
    pub epoch: u32,
}

/// When, in which order among equals, and what.
type Timer = (Mono, u64, Due);

impl Lane {
    pub fn push(&mut self, at: Mono, due: Due, waits: &Waits) {
        self.sequence += 1;
        let timer = (at, self.sequence, due);
        while let Some((_, _, Due::Wait(wait))) = self.line.front()
            && !waits.is_open(*wait)
        {
            self.line.pop_front();
        }
        if self.line.back().is_none_or(|(last, ..)| *last <= at) {
            self.line.push_back(timer);
        } else {
            self.others.push(Reverse(timer));
        }
    }

    /// The earliest timer.
    fn first(&self) -> Option<&Timer> {
        match (self.line.front(), self.others.peek()) {
            (Some(front), Some(Reverse(other))) => Some(front.min(other)),
            (front, other) => front.or(other.map(|Reverse(timer)| timer)),
        }
    }

    fn pop(&mut self) -> Option<Timer> {
        let other_first = match (self.line.front(), self.others.peek()) {
            (Some(front), Some(Reverse(other))) => other < front,
            (front, _) => front.is_none(),
        };
        if other_first { self.others.pop().map(|Reverse(timer)| timer) } else { self.line.pop_front() }
    }

    /// The reading at which the earliest timer that is still needed is due.
    pub fn next(&mut self, waits: &Waits) -> Option<Mono> {
        while let Some((at, _, due)) = self.first() {
            match due {
                Due::Wait(wait) if !waits.is_open(*wait) => {
                    self.pop();
                }
                _ => return Some(*at),
            }
        }
        None
    }

    /// Takes the earliest timer out, if it is due at this reading.
    pub fn pop_due(&mut self, reading: Mono) -> Option<Due> {
        let (at, ..) = self.first()?;
        if *at > reading { None } else { self.pop().map(|(_, _, due)| due) }
    }

    /// Whether the queue needs an entry for this reading: it does not where it has an earlier one.
    pub fn needs_entry(&self, at: Mono) -> bool {
        self.entries.last().is_none_or(|earliest| at < *earliest)
    }

    /// The queue has an entry for this reading, which is earlier than all others.
    pub fn entered(&mut self, at: Mono) {
        self.entries.push(at);
    }

    /// The earliest entry of the queue has been taken out.
    pub fn entry_taken(&mut self) {
        self.entries.pop();
    }

    /// Forgets everything, as if it had never been used.
    pub fn reset(&mut self) {
        let Lane { line, others, sequence, entries, epoch } = self;
        line.clear();
        others.clear();
        entries.clear();
        (*sequence, *epoch) = (0, 0);
    }

    /// Forgets all timers, and lets the entries of the queue stand for nothing.
    pub fn clear(&mut self) {
        self.line.clear();
        self.others.clear();
        self.disarm();
    }

    /// Lets the entries of the queue stand for nothing.
    pub fn disarm(&mut self) {
        self.entries.clear();
        self.epoch += 1;
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

/// A future of a client's code that waits for the world: the place of one, used again for the next.
#[derive(Default)]
pub(crate) struct Wait {
    /// How often the place was freed: a name that was given before is stale.
    generation: u32,
    pub ended: Option<Ended>,
    pub wake: Option<Wake>,
    /// The connection on which an answer is awaited.
    pub connection: Option<u32>,
    /// Whether nothing but the time is awaited.
    is_sleep: bool,
}

/// All waits of a run.
#[derive(Default)]
pub(crate) struct Waits {
    places: Vec<Wait>,
    free: Vec<u32>,
}

impl Waits {
    /// Forgets everything.
    pub fn clear(&mut self) {
        let Waits { places, free } = self;
        places.clear();
        free.clear();
    }

    /// Waits for nothing but the time.
    pub fn open_sleep(&mut self) -> WaitRef {
        self.open_as(None, true)
    }

    pub fn open(&mut self, connection: Option<u32>) -> WaitRef {
        self.open_as(connection, false)
    }

    fn open_as(&mut self, connection: Option<u32>, is_sleep: bool) -> WaitRef {
        let slot = self.free.pop().unwrap_or_else(|| {
            self.places.push(Wait::default());
            u32::try_from(self.places.len() - 1).expect("fewer than 2^32 waits at once")
        });
        let place = &mut self.places[slot as usize];
        (place.connection, place.is_sleep) = (connection, is_sleep);
        WaitRef { slot, generation: place.generation }
    }

    #[inline]
    pub fn get(&mut self, wait: WaitRef) -> Option<&mut Wait> {
        let place = &mut self.places[wait.slot as usize];
        (place.generation == wait.generation).then_some(place)
    }

    /// How the wait has ended; where it has not, the task of this context is woken when it does.
    pub fn poll(&mut self, wait: WaitRef, context: &Context<'_>) -> Poll<Ended> {
        let wait = self.get(wait).expect("a wait lives as long as its future");
        if let Some(ended) = wait.ended.take() {
            return Poll::Ready(ended);
        }
        wait.wake = Some(match waker::task_of(context.waker()) {
            Some(task) => Wake::Task(task),
            None => Wake::Foreign(context.waker().clone()),
        });
        Poll::Pending
    }

    /// Whether somebody still waits, and nothing has come yet.
    #[inline]
    pub fn is_open(&self, wait: WaitRef) -> bool {
        let place = &self.places[wait.slot as usize];
        place.generation == wait.generation && place.ended.is_none()
    }

    /// Whether somebody sleeps: waits for nothing but the time.
    pub fn is_sleep(&self, wait: WaitRef) -> bool {
        let place = &self.places[wait.slot as usize];
        place.generation == wait.generation && place.is_sleep
    }

    /// The connection on which an answer is awaited.
    pub fn connection(&mut self, wait: WaitRef) -> Option<u32> {
        self.get(wait)?.connection
    }

    /// Frees the place, and gives the connection on which an answer was awaited.
    pub fn close(&mut self, wait: WaitRef) -> Option<u32> {
        let place = self.get(wait)?;
        place.generation = place.generation.wrapping_add(1);
        (place.ended, place.wake) = (None, None);
        let connection = place.connection;
        self.free.push(wait.slot);
        connection
    }
}
