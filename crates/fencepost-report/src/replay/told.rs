//! What lanes are drawn from, as text and as a picture.

use crate::words::short;
use fencepost_model::{Cast, Event, Judgement, Plan, ProcessRole};
use std::collections::BTreeMap;

/// What is known of a run.
#[derive(Clone, Copy)]
pub(super) struct Told<'a> {
    pub plan: &'a Plan,
    pub cast: &'a Cast,
    pub judgement: &'a Judgement,
    pub history: &'a [Event],
}

/// The name over the lane of the servers: that of the server, where there is one.
pub(super) fn service_name(cast: &Cast) -> String {
    let mut servers = cast.processes.iter().filter(|process| process.role == ProcessRole::Server);
    match (servers.next(), servers.next()) {
        (Some(only), None) => only.name.to_string(),
        _ => "service".to_owned(),
    }
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
