//! How the time of each lock was spent.

use super::TimeShares;
use crate::Scene;
use crate::scene::Touched;
use fencepost_model::{Instant, LockId};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Spent {
    Held,
    Free,
    Blocked,
}

impl Spent {
    fn of(lock: LockId, scene: &Scene) -> Spent {
        if !scene.believed(lock).is_empty() {
            Spent::Held
        } else if scene.is_asked(lock) {
            Spent::Blocked
        } else {
            Spent::Free
        }
    }
}

/// Adds the time of each lock up.
#[derive(Debug)]
pub struct Clerk {
    locks: Vec<(Spent, Instant)>,
    spent: TimeShares,
}

impl Clerk {
    pub fn new(locks: usize) -> Clerk {
        Clerk { locks: vec![(Spent::Free, Instant::START); locks], spent: TimeShares::default() }
    }

    /// The scene has taken an event in.
    pub fn note(&mut self, scene: &Scene) {
        match scene.changes().touched {
            Touched::Nothing => {}
            Touched::One(lock) => self.look_at(lock, scene),
            Touched::All => scene.locks().for_each(|lock| self.look_at(lock, scene)),
        }
    }

    fn look_at(&mut self, lock: LockId, scene: &Scene) {
        let Some((spent, since)) = self.locks.get_mut(lock.index()) else { return };
        let now = Spent::of(lock, scene);
        if now != *spent {
            let was = std::mem::replace(spent, now);
            let from = std::mem::replace(since, scene.now());
            self.spent.add(was, from, scene.now());
        }
    }

    pub fn close(mut self, at: Instant) -> TimeShares {
        for (spent, since) in &self.locks {
            self.spent.add(*spent, *since, at);
        }
        self.spent
    }
}

impl TimeShares {
    fn add(&mut self, spent: Spent, from: Instant, until: Instant) {
        // The difference of rounded instants, so that the parts add up to the whole.
        let micros = until.0 / 1_000 - from.0 / 1_000;
        match spent {
            Spent::Held => self.held_us += micros,
            Spent::Free => self.free_us += micros,
            Spent::Blocked => self.blocked_us += micros,
        }
    }
}
