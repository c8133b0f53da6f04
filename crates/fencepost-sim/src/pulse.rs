//! Whether code under test has its turn, for whoever watches from another thread.
//!
//! A poll that never comes back cannot be stopped by the thread that waits for it, and virtual time stands
//! still meanwhile. So each thread can be given a pulse, and somebody with a clock can feel it.

use std::cell::Cell;
use std::sync::atomic::{AtomicU64, Ordering};

thread_local! {
    static MINE: Cell<Option<&'static Pulse>> = const { Cell::new(None) };
}

/// The pulse of one thread: it beats when code under test is given a turn, and when it gives it back.
#[derive(Debug, Default)]
pub struct Pulse(AtomicU64);

impl Pulse {
    /// The number of the turn that code under test has at this moment; none while it has none. Two equal
    /// numbers mean that it has had one turn all the time between.
    pub fn turn(&self) -> Option<u64> {
        let beats = self.0.load(Ordering::Relaxed);
        (beats % 2 == 1).then_some(beats)
    }

    /// From here on it is the pulse of this thread.
    pub fn follow_this_thread(&'static self) {
        MINE.set(Some(self));
    }

    fn beat(&self) {
        // No other thread writes it.
        self.0.store(self.0.load(Ordering::Relaxed) + 1, Ordering::Relaxed);
    }
}

/// A turn of code under test begins or ends on this thread.
#[inline]
pub(crate) fn beat() {
    if let Some(pulse) = MINE.get() {
        pulse.beat();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contain::contain;

    #[test]
    fn a_turn_is_felt_while_it_lasts_and_turns_in_it_are_part_of_it() {
        static PULSE: Pulse = Pulse(AtomicU64::new(0));
        PULSE.follow_this_thread();
        assert_eq!(PULSE.turn(), None);
        let inside = contain(|| {
            let turn = PULSE.turn();
            contain(|| assert_eq!(PULSE.turn(), turn)).expect("the turn goes on");
            assert_eq!(PULSE.turn(), turn);
            turn
        });
        let first = inside.expect("nothing panicked");
        assert!(first.is_some());
        assert_eq!(PULSE.turn(), None);
        assert!(contain(|| panic!("a turn ends so, too")).is_err());
        assert_eq!(PULSE.turn(), None);
        assert_ne!(contain(|| PULSE.turn()).expect("nothing panicked"), first);
    }
}
