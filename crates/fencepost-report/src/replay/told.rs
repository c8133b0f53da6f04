//! What lanes are drawn from, as text and as a picture.

use crate::words::short;
use fencepost_explore::Replayed;
use fencepost_model::{Cast, Event, Judgement, PlannedFault, ProcessRole, Site};
use std::collections::BTreeMap;

/// What is known of a run, or of a piece of a history from elsewhere.
#[derive(Clone, Copy)]
pub(super) struct Told<'a> {
    pub faults: &'a [PlannedFault],
    pub cast: &'a Cast,
    pub judgement: &'a Judgement,
    pub history: &'a [Event],
    /// Of a history from elsewhere: where each event stands, and what is said of it.
    pub elsewhere: Option<Elsewhere<'a>>,
}

/// What takes the place of true times and of verdicts where a history comes from elsewhere.
#[derive(Clone, Copy)]
pub(super) struct Elsewhere<'a> {
    /// Where each event stands in its file.
    pub places: &'a [String],
    /// What is said under the picture.
    pub said: &'a [String],
}

impl<'a> Told<'a> {
    /// What is known of a run of ours.
    pub fn of(replayed: &'a Replayed) -> Told<'a> {
        let result = &replayed.result;
        Told {
            faults: &replayed.plan.faults,
            cast: &result.cast,
            judgement: &result.judgement,
            history: &result.history,
            elsewhere: None,
        }
    }
}

impl Told<'_> {
    /// What stands in the column of times, beside an event.
    pub fn stamp(&self, index: usize) -> String {
        match self.elsewhere {
            Some(elsewhere) => elsewhere.places.get(index).cloned().unwrap_or_default(),
            None => self.history[index].at.in_seconds(),
        }
    }
}

/// The name over the lane of the servers: that of the server, where there is one.
pub(super) fn service_name(cast: &Cast) -> String {
    let mut servers = cast.processes.iter().filter(|process| process.role == ProcessRole::Server);
    match (servers.next(), servers.next()) {
        (Some(only), None) => only.name.to_string(),
        _ => "service".to_owned(),
    }
}

/// How what stands behind the lock is called over its lane.
pub(super) fn behind(cast: &Cast) -> &'static str {
    if cast.process_at(Site::Provider).is_some() { "resource, provider" } else { Site::Resource.name() }
}

/// Which events violate what.
pub(super) fn flags(told: &Told<'_>) -> BTreeMap<u64, Vec<&'static str>> {
    let mut flags: BTreeMap<u64, Vec<&'static str>> = BTreeMap::new();
    for report in &told.judgement.properties {
        for violation in report.verdict.violations() {
            let names = flags.entry(violation.event).or_default();
            if !names.contains(&short(report.property)) {
                names.push(short(report.property));
            }
        }
    }
    flags
}
