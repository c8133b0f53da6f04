//! `[environment]`: what a team knows of the place where its lock runs, in numbers.

use super::Sample;
use super::sample::{Logs, pauses, sample};
use crate::section::{Section, wrong_type};
use crate::{Mistakes, keys};
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

/// `[environment]`.
pub(super) fn environment(section: &Section<'_>, logs: &Logs<'_>, mistakes: &mut Mistakes) -> Environment {
    let pause = part(section, "pause", &keys::PAUSES, TIMES, mistakes);
    let unreachable = part(section, "unreachable", &keys::SAMPLE, TIMES, mistakes);
    let round_trip = part(section, "round-trip", &keys::SAMPLE, TIMES, mistakes);
    let clock =
        part(section, "clock", &keys::CLOCK_FIGURES, "{ step = \"200ms\", drift = \"200ppm\" }", mistakes);
    let failover =
        part(section, "failover", &keys::FAILOVER, "{ detect = \"5s\", promote = \"2s\" }", mistakes);
    let holds = part(section, "holds", &keys::HOLDS, TIMES, mistakes);
    Environment {
        pause: pause.and_then(|section| pauses("pause", &section, logs, mistakes)),
        unreachable: unreachable.and_then(|section| sample("unreachable", &section, mistakes)),
        round_trip: round_trip.and_then(|section| sample("round-trip", &section, mistakes)),
        clock: clock.map(|section| ClockFigures {
            step: section.span("step", mistakes),
            drift_ppm: section.ppm("drift", mistakes).map(i64::unsigned_abs),
        }),
        failover: failover.map(|section| FailoverFigures {
            detect: section.span("detect", mistakes),
            promote: section.span("promote", mistakes),
            lag: section.span("lag", mistakes),
            per_year: section.count("per-year", mistakes),
        }),
        holds: holds.and_then(|section| {
            let per_day = section.count("per-day", mistakes);
            Some(Holds { per_day, sample: sample("holds", &section, mistakes)? })
        }),
    }
}

/// How a sample is written, for messages.
const TIMES: &str = "{ p50 = \"8ms\", p99 = \"210ms\", max = \"4.1s\" }";

/// The table under a key; `example` is told to whom writes something else there.
fn part<'a>(
    section: &Section<'a>,
    key: &str,
    kind: &'static keys::Table,
    example: &str,
    mistakes: &mut Mistakes,
) -> Option<Section<'a>> {
    let value = section.get(key)?;
    if !value.get_ref().is_table() {
        return wrong_type(key, "a table", &format!("a table such as `{example}`"), value, mistakes);
    }
    Section::of(kind, value, mistakes)
}
