//! `within = "claims"`: a drawn plan is brought inside every claim of its variant. Faults are made smaller,
//! or left out where nothing of them may remain.
//!
//! What is done is sufficient and no more: no run of the plan can exceed a limit, whatever it meets. What a
//! run really did is measured while it is judged.
//!
//! | assumption | what is done to the plan |
//! |---|---|
//! | bounded pause | pauses and suspensions of clients share the limit, half each where both occur (`reserve`) |
//! | bounded delay | what delays messages shares what the latency leaves of the limit (`reserve`) |
//! | monotonic clock counts suspended time | all suspensions of clients together have the limit (`reserve`) |
//! | work within the lease | the work is shortened, and pauses share what is left (`work`) |
//! | renewals get through | what stops or delays shares a quarter of the limit (`work`) |
//! | bounded drift | every rate is within half of the limit (`clocks`) |
//! | bounded skew | wall clocks of servers stay within half of the limit of true time (`clocks`) |
//! | no wall step | jumps of servers beyond the limit are left out (`clocks`) |
//! | durable nodes, synchronous replication, no eviction, no loss or duplicate | what could do it is left out beyond the limit (`left_out`) |
//! | | of synchronous replication: what silences a server, but for a machine of the role `replica`, whom nobody replaces |
//! | majority alive | only a minority of the servers is hit at all (`left_out`) |
//! | owner obeys its deadline, owner commits before it releases | nothing is drawn: the scenario says it (`fit`) |
//! | no forced release, resource checks tokens | no fault does it |

mod clocks;
mod left_out;
mod reserve;
pub(crate) mod work;

use crate::limits::Limits;
use fencepost_model::{Assumption, Descriptor, Fault, Plan, PlannedFault, Span, Target};
use reserve::Pool;

/// Brings the plan inside the limits.
pub(crate) fn keep(plan: &mut Plan, limits: &Limits, descriptor: &Descriptor) {
    left_out::leave_out(plan, limits);
    clocks::clip(plan, limits, descriptor);
    work::clip(plan, limits);
    share_reserve(plan, limits);
    if let Some(limit) = limits.span(Assumption::MonotonicCountsSuspension) {
        // However far apart they are, one belief may meet them all.
        let suspends_client = |plan: &Plan, fault: &PlannedFault| {
            matches!(fault.what, Fault::Suspend { .. }) && stops_client(plan, fault)
        };
        let budget = Span(limit.0 / kinds_of_stops(plan));
        Pool { budget, reach: None, of: &suspends_client }.share(plan);
    }
}

/// How many kinds of stops of clients draw on one reserve: a suspension adds up with a pause however far
/// apart the two are.
fn kinds_of_stops(plan: &Plan) -> u64 {
    let occurs = |suspension: bool| {
        let of_kind = |fault: &&PlannedFault| matches!(fault.what, Fault::Suspend { .. }) == suspension;
        plan.faults.iter().filter(of_kind).any(|fault| stops_client(plan, fault))
    };
    (u64::from(occurs(true)) + u64::from(occurs(false))).max(1)
}

/// Pauses and delays get what their limits allow. Where they draw on one reserve, each kind that occurs gets
/// an equal part of what the latency leaves.
fn share_reserve(plan: &mut Plan, limits: &Limits) {
    let latency = plan.network.latency.max();
    let occurs = |of: fn(&Plan, &PlannedFault) -> bool| plan.faults.iter().any(|fault| of(plan, fault));
    let stops = kinds_of_stops(plan);
    let kinds = match (occurs(stops_client), occurs(delays)) {
        (true, true) => stops + 1,
        _ => stops,
    };
    let shared = limits.shared().map(|reserve| Span(reserve.saturating_sub(latency).0 / kinds));
    let flight = limits.span(Assumption::BoundedDelay).map(|limit| limit.saturating_sub(latency));
    let pause = limits.span(Assumption::BoundedPause).map(|limit| Span(limit.0 / stops));
    if let Some(budget) = shared.into_iter().chain(pause).min() {
        Pool { budget, reach: Some(budget), of: &stops_client }.share(plan);
    }
    if let Some(budget) = shared.into_iter().chain(flight).min() {
        Pool { budget, reach: limits.flight(), of: &delays }.share(plan);
    }
}

/// Whether a fault keeps a client from running.
fn stops_client(plan: &Plan, fault: &PlannedFault) -> bool {
    match &fault.what {
        Fault::Pause { who, .. } | Fault::Suspend { who, .. } => is_client(plan, who),
        _ => false,
    }
}

/// Whether a fault makes messages take longer until they are processed.
fn delays(plan: &Plan, fault: &PlannedFault) -> bool {
    use fencepost_model::Upset;
    match &fault.what {
        Fault::Pause { who, .. } | Fault::Suspend { who, .. } => !is_client(plan, who),
        Fault::Partition { .. } | Fault::Delay { .. } | Fault::Reorder { .. } | Fault::Stall { .. } => true,
        Fault::Message { upset: Upset::Delay(_), .. } => true,
        _ => false,
    }
}

/// Whether a target is a client, or will be one.
fn is_client(plan: &Plan, target: &Target) -> bool {
    match target {
        Target::Holder => true,
        Target::Leader | Target::Lacking(_) => false,
        Target::Named(name) => role(plan, name) == Some("client"),
    }
}

/// The name of the server that is hit, if it is one.
fn server<'a>(plan: &Plan, target: &'a Target) -> Option<&'a str> {
    match target {
        Target::Named(name) if is_server(role(plan, name)?) => Some(name),
        _ => None,
    }
}

fn is_server(role: &str) -> bool {
    !matches!(role, "client" | "resource")
}

fn role<'p>(plan: &'p Plan, name: &str) -> Option<&'p str> {
    let machine = plan.machines.iter().find(|machine| machine.name == name);
    machine.map(|machine| machine.role.as_str())
}
