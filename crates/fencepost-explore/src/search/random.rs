//! The random strategy: plans that seeds draw, with the configuration drawn too.
//!
//! The plan of a seed is edited before it is run: each fault of the file is taken out or left by the toss of a
//! coin, and so the number of clients and the length. Most failures need few kinds of faults at once, and many
//! others only hide them (swarm testing: Groce and others, 2012).

use super::{Field, Findings, Strategy};
use crate::Stop;
use fencepost_model::{Cause, Digest, Origin, Placement, Plan, Purpose, Span, Target};
use std::hash::Hasher;
use std::sync::Arc;

/// Runs of a unit.
const RUNS: u64 = 4;

/// Plans by seed, each with a configuration of its own.
#[derive(Clone, Copy, Debug, Default)]
pub struct Random {
    /// The first seed.
    pub from: u64,
    /// Whether only what the seed draws is run, without drawing the configuration.
    pub as_written: bool,
}

impl Strategy for Random {
    fn word(&self) -> &'static str {
        "random"
    }

    fn bounds(&self) -> Vec<String> {
        let drawn =
            "each fault of the file left or taken out, 2 clients to all, a quarter of the length to all";
        let drawn = if self.as_written { "as the file draws them" } else { drawn };
        vec![format!("plans from seed {} on, {drawn}", self.from)]
    }

    fn units(&self) -> Option<u64> {
        None
    }

    fn work(&self, field: &Field<'_>, unit: u64, stop: &Stop) -> Option<Findings> {
        let mut findings = Findings::default();
        for seed in (0..RUNS).map(|run| self.from + unit * RUNS + run) {
            if stop.is_raised() {
                return None;
            }
            if findings.has_lost() {
                break;
            }
            let mut plan = field.plan(seed);
            if !self.as_written {
                draw_configuration(&mut plan);
            }
            let plan = Arc::new(plan);
            findings.count(&plan, field.run(&plan, false), field);
        }
        Some(findings)
    }
}

/// Edits a plan: which faults, how many clients, how long.
fn draw_configuration(plan: &mut Plan) {
    let key = plan.key;
    let drawn = |name: &str, bound: u64| {
        let mut digest = Digest::default();
        digest.write(b"swarm/");
        digest.write(name.as_bytes());
        key.below(Cause { purpose: Purpose::Plan, origin: Origin::Plan(digest.value()), n: 0 }, bound)
    };
    plan.length = Span(plan.length.0 / [1, 2, 4][drawn("length", 3) as usize]);
    let most = plan.clients.len();
    if most > 2 {
        let clients = 2 + drawn("clients", most as u64 - 1) as usize;
        let gone: Vec<String> = plan.clients.drain(clients..).map(|client| client.name).collect();
        plan.machines.retain(|machine| !gone.contains(&machine.name));
        plan.faults.retain(|fault| !names_any(fault, &gone));
    }
    let group = |name: &str| name.split('.').next().unwrap_or(name).to_owned();
    plan.faults.retain(|fault| drawn(&group(&fault.name), 2) == 0);
    let length = plan.length;
    plan.faults.retain(|fault| !matches!(fault.place, Placement::At(at) if at >= length));
}

/// Whether a fault is aimed at, or waits for, one of these clients or an owner in them.
fn names_any(fault: &fencepost_model::PlannedFault, clients: &[String]) -> bool {
    use fencepost_model::{Fault, Split};
    let is_one = |name: &String| {
        clients.iter().any(|client| {
            name.strip_prefix(client.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        })
    };
    let named = |target: &Target| matches!(target, Target::Named(name) if is_one(name));
    let other = match &fault.what {
        Fault::Partition { split: Split::Between(other), .. } => named(other),
        Fault::Message { client: Some(client), .. } => is_one(client),
        _ => false,
    };
    let waits = match &fault.place {
        Placement::On(trigger) => trigger.owner.as_ref().is_some_and(is_one),
        Placement::AtPoint(point) => point.who.as_ref().is_some_and(is_one),
        Placement::At(_) | Placement::WithMessage => false,
    };
    other || waits || fault.what.target().is_some_and(named)
}
