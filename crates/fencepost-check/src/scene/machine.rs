//! The clocks of a machine, as far as the events tell of them.

use super::stretch::Stretches;
use fencepost_model::{Instant, MachineEntry};

/// A machine of the cast, so far.
#[derive(Clone, Debug, Default)]
pub struct Machine {
    ppm: i32,
    rates: Vec<(Instant, i32)>,
    wall_offset: i64,
    steps: Vec<(Instant, i64)>,
    /// When its monotonic clock stood still.
    pub suspensions: Stretches,
}

impl Machine {
    pub fn of(entry: &MachineEntry) -> Machine {
        Machine { ppm: entry.ppm, wall_offset: entry.wall_offset, ..Machine::default() }
    }

    pub fn rate_changed(&mut self, at: Instant, ppm: i32) {
        self.rates.push((at, ppm));
    }

    pub fn stepped(&mut self, at: Instant, by: i64) {
        self.steps.push((at, by));
    }

    /// The rate of its oscillator at an instant, in parts per million above true.
    pub fn rate_at(&self, at: Instant) -> i64 {
        let last = self.rates.iter().rev().find(|(since, _)| *since <= at);
        i64::from(last.map_or(self.ppm, |(_, ppm)| *ppm))
    }

    /// How far its wall clock was ahead at an instant, older steps included. What a wrong rate adds over
    /// time is not: that belongs to bounded drift.
    pub fn wall_at(&self, at: Instant) -> i64 {
        let so_far = self.steps.iter().take_while(|(when, _)| *when <= at);
        so_far.fold(self.wall_offset, |sum, (_, by)| sum.saturating_add(*by))
    }

    /// When its rate changed, between `from` and `to`.
    pub fn rate_changes(&self, from: Instant, to: Instant) -> impl Iterator<Item = Instant> {
        let instants = self.rates.iter().map(|(at, _)| *at);
        instants.filter(move |at| (from..=to).contains(at))
    }

    /// When its wall clock was set, between `from` and `to`.
    pub fn steps(&self, from: Instant, to: Instant) -> impl Iterator<Item = Instant> {
        let instants = self.steps.iter().map(|(at, _)| *at);
        instants.filter(move |at| (from..=to).contains(at))
    }
}
