//! `[environment]`: what a team knows of the place where its lock runs, in numbers.

use super::Sample;
use fencepost_model::Span;

/// The figures of the place where a lock runs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Environment {
    /// How long a client stands still at a time.
    pub pause: Option<Sample>,
    /// For how long a client cannot reach the store at a time.
    pub unreachable: Option<Sample>,
    /// How long a question to the store and its answer take together.
    pub round_trip: Option<Sample>,
    /// How wrong clocks are.
    pub clock: Option<ClockFigures>,
    /// How the store fails over.
    pub failover: Option<FailoverFigures>,
    /// How often and for how long the lock is held.
    pub holds: Option<Holds>,
}

/// How wrong clocks are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClockFigures {
    /// By how much a wall clock is set at a time, at most, either way.
    pub step: Option<Span>,
    /// How far the rate of an oscillator is from true, at most, either way, in parts per million.
    pub drift_ppm: Option<u64>,
}

/// How the store fails over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FailoverFigures {
    /// How long until the death of the primary is noticed.
    pub detect: Option<Span>,
    /// How long from there until another one serves.
    pub promote: Option<Span>,
    /// How far a replica is behind its primary.
    pub lag: Option<Span>,
    /// How many failovers there are in a year.
    pub per_year: Option<u64>,
}

/// How often and for how long the lock is held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holds {
    /// How many tenures there are in a day.
    pub per_day: Option<u64>,
    /// How long they last.
    pub sample: Sample,
}
