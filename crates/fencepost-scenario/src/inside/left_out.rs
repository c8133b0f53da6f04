//! Faults of which only so many are inside the claims.

use super::{is_server, role, server};
use crate::limits::Limits;
use fencepost_model::{Assumption, Fault, Plan, PlannedFault, Target, Upset};
use std::collections::BTreeSet;

/// Leaves out what could exceed a limit that counts.
pub(super) fn leave_out(plan: &mut Plan, limits: &Limits) {
    let mut keep_first = |assumption, what: fn(&Plan, &Fault) -> bool| {
        if let Some(limit) = limits.times(assumption) {
            keep_first(plan, limit, what);
        }
    };
    keep_first(Assumption::DurableNodes, |plan, fault| restarts(fault) && hits_server(plan, fault));
    keep_first(Assumption::SynchronousReplication, silences_primary);
    keep_first(Assumption::NoEviction, |_, fault| matches!(fault, Fault::Evict { .. }));
    keep_first(Assumption::NoLossOrDuplicate, |_, fault| is_upset(fault));
    if limits.has(Assumption::NoLossOrDuplicate) {
        // Nobody knows how many datagrams a rate will hit.
        retain(plan, |_, fault| !matches!(fault.what, Fault::Loss { .. } | Fault::Duplicate { .. }));
    }
    if limits.has(Assumption::RenewalsGetThrough) {
        // How soon a client finds its server again is not known here.
        retain(plan, |plan, fault| {
            let comes_back = restarts(&fault.what) && hits_server(plan, &fault.what);
            !comes_back && !is_upset(&fault.what)
        });
    }
    if limits.has(Assumption::MajorityAlive) {
        spare_majority(plan);
    }
}

/// Keeps the faults for which `keep` holds.
pub(super) fn retain(plan: &mut Plan, mut keep: impl FnMut(&Plan, &PlannedFault) -> bool) {
    // In place: a search asks this of every plan, and nearly always everything is kept.
    let mut faults = std::mem::take(&mut plan.faults);
    faults.retain(|fault| keep(plan, fault));
    plan.faults = faults;
}

fn keep_first(plan: &mut Plan, limit: u64, what: fn(&Plan, &Fault) -> bool) {
    let mut seen = 0;
    retain(plan, |plan, fault| {
        let counts = what(plan, &fault.what);
        seen += u64::from(counts);
        !counts || seen <= limit
    });
}

/// Whether a process or machine comes back without what it had in memory.
fn restarts(fault: &Fault) -> bool {
    matches!(fault, Fault::Kill { .. } | Fault::Restart { .. } | Fault::PowerCut { .. })
}

fn hits_server(plan: &Plan, fault: &Fault) -> bool {
    fault.target().is_some_and(|target| server(plan, target).is_some())
}

/// Whether a primary may look dead to the others, so that a replica is promoted in its place. A replica that
/// falls silent is replaced by nobody.
fn silences_primary(plan: &Plan, fault: &Fault) -> bool {
    let hits = |plays: fn(&str) -> bool| match fault.target() {
        Some(Target::Named(name)) => role(plan, name).is_some_and(plays),
        _ => false,
    };
    silences_server(plan, fault) && !hits(|role| role == "replica")
}

/// Whether a server may look dead to the others.
fn silences_server(plan: &Plan, fault: &Fault) -> bool {
    let silences = matches!(
        fault,
        Fault::Kill { .. }
            | Fault::Restart { .. }
            | Fault::PowerCut { .. }
            | Fault::Pause { .. }
            | Fault::Suspend { .. }
            | Fault::Partition { .. }
            | Fault::Delay { .. }
            | Fault::Stall { .. }
    );
    silences && hits_server(plan, fault)
}

/// Whether one message is lost or doubled. Of a stream, the connection breaks, and who tries again may do it
/// twice.
fn is_upset(fault: &Fault) -> bool {
    matches!(fault, Fault::Message { upset: Upset::Lose | Upset::Duplicate, .. })
}

/// Only a minority of the servers is ever hit: the first ones.
fn spare_majority(plan: &mut Plan) {
    let servers = plan.machines.iter().filter(|machine| is_server(&machine.role)).count();
    let minority = servers.saturating_sub(1) / 2;
    let mut hit: BTreeSet<String> = BTreeSet::new();
    retain(plan, |plan, fault| {
        let target = fault.what.target().and_then(|target| server(plan, target));
        let Some(name) = target.filter(|_| silences_server(plan, &fault.what)) else { return true };
        if hit.len() < minority {
            hit.insert(name.to_owned());
        }
        hit.contains(name)
    });
}
