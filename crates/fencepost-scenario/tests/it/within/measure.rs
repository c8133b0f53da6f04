//! What a plan can do at the worst, reckoned apart from how plans are made.

use super::LIMIT;
use fencepost_model::{Fault, Placement, Plan, PlannedFault, Target, Upset};

pub fn is_server(target: &Target) -> bool {
    matches!(target, Target::Named(name) if name.starts_with("keeper"))
}

pub fn hits_server(fault: &Fault) -> bool {
    fault.target().is_some_and(is_server)
}

/// When each fault can begin: those that wait are let wait until just before the next one of their kind.
fn begins(plan: &Plan) -> Vec<u64> {
    let mut waiting: Vec<u64> = Vec::new();
    for fault in &plan.faults {
        if let (Placement::At(at), Some(Target::Holder)) = (&fault.place, fault.what.target()) {
            waiting.push(at.0);
        }
    }
    waiting.sort_unstable();
    let begin = |fault: &PlannedFault| match (&fault.place, fault.what.target()) {
        (Placement::At(at), Some(Target::Holder)) => {
            waiting.iter().find(|next| **next > at.0).map_or(at.0, |next| next - 1)
        }
        (Placement::At(at), _) => at.0,
        _ => plan.length.0 / 2,
    };
    plan.faults.iter().map(begin).collect()
}

/// The longest time without a gap in which clients that could be one and the same stand still.
pub fn longest_stop(plan: &Plan) -> u64 {
    let mut stops: Vec<(u64, u64)> = Vec::new();
    for (begin, fault) in begins(plan).into_iter().zip(&plan.faults) {
        let (Fault::Pause { who, hold } | Fault::Suspend { who, hold }) = &fault.what else { continue };
        if !is_server(who) && *who != Target::Named("resource".to_owned()) {
            stops.push((begin, begin + hold.0));
        }
    }
    stops.sort_unstable();
    let (mut longest, mut from, mut to) = (0, 0, 0);
    for (begin, end) in stops {
        if begin > to {
            from = begin;
        }
        to = to.max(end);
        longest = longest.max(to - from);
    }
    longest
}

/// A sum that no flight can exceed: latency, and everything that is there within `LIMIT` of one instant.
pub fn longest_flight(plan: &Plan) -> u64 {
    let latency = plan.network.latency.max().0;
    let mut late: Vec<(u64, u64, u64)> = Vec::new();
    for (begin, fault) in begins(plan).into_iter().zip(&plan.faults) {
        let (by, lasts) = match &fault.what {
            Fault::Delay { by, hold, .. } | Fault::Reorder { by, hold, .. } => (by.0, hold.0),
            Fault::Partition { hold, .. } => (2 * (hold.0 + latency) + plan.network.retransmit.0, hold.0),
            Fault::Stall { slower, hold, .. } => (hold.0 + slower.map_or(0, |slower| slower.0), hold.0),
            Fault::Message { upset: Upset::Delay(by), .. } => (by.0, 0),
            Fault::Pause { who, hold } | Fault::Suspend { who, hold }
                if is_server(who) || *who == Target::Named("resource".to_owned()) =>
            {
                (hold.0, hold.0)
            }
            _ => continue,
        };
        late.push((begin, begin + lasts, by));
    }
    let meets = |at: u64, (from, to, _): &&(u64, u64, u64)| *from <= at + LIMIT.0 && *to >= at;
    let sums = late
        .iter()
        .map(|(from, ..)| late.iter().filter(|one| meets(*from, one)).map(|(_, _, by)| by).sum::<u64>());
    latency + sums.max().unwrap_or(0)
}

pub fn count(plan: &Plan, of: impl Fn(&Fault) -> bool) -> u64 {
    plan.faults.iter().filter(|fault| of(&fault.what)).count() as u64
}

pub fn restarts(fault: &Fault) -> bool {
    let restarts = matches!(fault, Fault::Kill { .. } | Fault::Restart { .. } | Fault::PowerCut { .. });
    restarts && hits_server(fault)
}
