//! How long an owner waits for the resource, and what its claims make of that.

use fencepost_model::{Assumption, Claim, Quantity, WorkloadPlan, word};

/// What is claimed of writes, for owners that give an operation at the resource up after a time and then give
/// the lock back. What they had sent is on its way all the same: so whatever the reserve of the lease is, it has
/// to arrive within that time. What draws on the reserve together goes on to do so.
pub(crate) fn within_patience(claims: Vec<Claim>, workload: &WorkloadPlan) -> Vec<Claim> {
    let patience = Quantity::Span(workload.resource_timeout);
    let of_writes = |claim: &Claim| matches!(claim.property, word::EXCLUSIVE_EFFECT | word::NO_LOST_UPDATE);
    let mut claims = claims;
    let alternatives =
        claims.iter_mut().filter(|claim| of_writes(claim)).flat_map(|claim| &mut claim.alternatives);
    for alternative in alternatives {
        if alternative.iter().any(|bound| bound.assumption == Assumption::BoundedDelay) {
            let reserve = alternative.iter_mut().filter(|bound| draws_on_reserve(bound.assumption));
            reserve.for_each(|bound| bound.limit = bound.limit.min(patience));
        }
    }
    claims
}

const fn draws_on_reserve(assumption: Assumption) -> bool {
    matches!(
        assumption,
        Assumption::BoundedPause | Assumption::BoundedDelay | Assumption::MonotonicCountsSuspension
    )
}
