//! What became of a process: its lives and deaths, its stops, restarts that lost rows, and, where it is a
//! node, the operation that it is carrying out.

use super::stretch::Stretches;
use fencepost_model::{Instant, OpTag};

/// A process of the cast, so far.
#[derive(Clone, Debug)]
pub struct Process {
    alive: bool,
    incarnation: u16,
    /// When it did not run although it was alive.
    pub stops: Stretches,
    /// The life that ended, and when.
    deaths: Vec<(u16, Instant)>,
    /// When it came up, as a node, without rows that it had before.
    pub losses: Vec<Instant>,
    /// When it told of a row last, as a node, and whose operation had caused that.
    pub last_row: Option<(Instant, OpTag)>,
}

impl Default for Process {
    fn default() -> Process {
        Process {
            alive: true,
            incarnation: 0,
            stops: Stretches::default(),
            deaths: vec![],
            losses: vec![],
            last_row: None,
        }
    }
}

impl Process {
    pub fn killed(&mut self, at: Instant) {
        if self.alive {
            self.alive = false;
            self.stops.end(at);
            self.deaths.push((self.incarnation, at));
        }
    }

    pub fn started(&mut self, incarnation: u16, at: Instant) {
        if incarnation > self.incarnation {
            self.killed(at);
            self.incarnation = incarnation;
        }
        self.alive = true;
    }

    /// When this life ended; none where it goes on, or has not begun.
    pub fn death_of(&self, incarnation: u16) -> Option<Instant> {
        self.deaths.iter().find(|(life, _)| *life >= incarnation).map(|(_, at)| *at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_life_ends_with_its_own_death() {
        let mut process = Process::default();
        process.started(0, Instant(1));
        assert_eq!(process.death_of(0), None);
        process.killed(Instant(5));
        process.started(1, Instant(7));
        assert_eq!(process.death_of(0), Some(Instant(5)));
        assert_eq!(process.death_of(1), None, "the new life is not dead");
        process.started(2, Instant(9));
        assert_eq!(process.death_of(1), Some(Instant(9)), "a new life ends the one before it");
    }
}
