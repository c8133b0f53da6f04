//! How long holders work, where a claim counts on it.

use super::reserve::Pool;
use super::{delays, stops_client};
use crate::limits::Limits;
use fencepost_model::{Assumption, Plan, PlannedFault, Span, WorkloadPlan};

/// Shortens the work, and what interrupts it.
pub(super) fn clip(plan: &mut Plan, limits: &Limits) {
    if let Some(limit) = limits.span(Assumption::WorkWithinLease) {
        let left = limit.saturating_sub(around_work(&plan.workload));
        let stops = plan.faults.iter().any(|fault| stops_client(plan, fault));
        let most = if stops { Span(left.0 / 2) } else { left };
        let most = most.max(plan.workload.hold.min());
        plan.workload.hold = plan.workload.hold.cut_off(most);
        let budget = left.saturating_sub(plan.workload.hold.max());
        Pool { budget, reach: Some(limit), of: &stops_client }.share(plan);
    }
    if let Some(limit) = limits.span(Assumption::RenewalsGetThrough) {
        // A calm run is silent from one renewal to the next. That period is the lock's, and by its claim
        // the limit leaves room for one; so faults get what is certainly not needed for it.
        let interrupts = |plan: &Plan, fault: &PlannedFault| stops_client(plan, fault) || delays(plan, fault);
        Pool { budget: Span(limit.0 / 4), reach: Some(limit), of: &interrupts }.share(plan);
    }
}

/// What a holder spends beside its work, at most: two operations at the resource, one at the provider, a question to
/// the lock, and the wait for the other locks that it takes together with the first.
pub(crate) fn around_work(workload: &WorkloadPlan) -> Span {
    let calls = 2 + u64::from(workload.ask_status > 0) + u64::from(workload.provider.is_some());
    let others = workload.takes.saturating_sub(1) as u64;
    workload.resource_timeout.saturating_mul(calls) + workload.patience.saturating_mul(others)
}
