//! What owners, their processes and their machines did to a tenure.

use super::{By, Scope};
use fencepost_model::{Instant, Span, TenureId};

pub(super) fn stopped(scope: &Scope<'_>, tenure: TenureId) -> Option<(Span, By)> {
    let owner = scope.scene.tenure(tenure)?.owner();
    let process = scope.scene.process_of(owner)?;
    Some((scope.scene.stopped_past_deadline(tenure), By::Process(process)))
}

/// An owner that looks at its deadline sends nothing past it, and believes no longer than it runs past it.
pub(super) fn disobeyed(scope: &Scope<'_>, id: TenureId) -> Option<(u64, By)> {
    let tenure = scope.scene.tenure(id)?;
    let outlived = !scope.scene.rules().obeys_deadline && ran_past_deadline(scope, id).is_some();
    Some((u64::from(tenure.sent_late) + u64::from(outlived), By::Owner(tenure.owner())))
}

/// Whoever is granted the lock after its release may read before such a commit is there.
pub(super) fn committed_late(scope: &Scope<'_>, id: TenureId) -> Option<(u64, By)> {
    let tenure = scope.scene.tenure(id)?;
    Some((u64::from(tenure.committed_late), By::Owner(tenure.owner())))
}

/// A job that was done under a tenure whose belief is over, and that is not written down. The one that has just been
/// done is still to be.
pub(super) fn left_unrecorded(scope: &Scope<'_>, id: TenureId) -> Option<(u64, By)> {
    let tenure = scope.scene.tenure(id)?;
    let is_left = tenure.charged.is_some_and(|event| event < scope.scene.event());
    Some((u64::from(is_left && tenure.belief.ended.is_some()), By::Owner(tenure.owner())))
}

/// Whether the process ran for some time while its owner believed past the deadline.
fn ran_past_deadline(scope: &Scope<'_>, id: TenureId) -> Option<Span> {
    let tenure = scope.scene.tenure(id)?;
    let (reached, end) = (tenure.belief.reached?, end_of_belief(scope, id)?);
    let process = scope.scene.process(scope.scene.process_of(tenure.owner())?)?;
    let ran = end.since(reached).saturating_sub(process.stops.total(reached, end));
    (ran > Span::ZERO).then_some(ran)
}

/// Suspension counts from the promise on: a lease runs from there, and an owner that sleeps before it hears
/// of it gets a deadline that is too late as well.
pub(super) fn suspended(scope: &Scope<'_>, id: TenureId) -> Option<(Span, By)> {
    let tenure = scope.scene.tenure(id)?;
    let machine = scope.scene.machine_of(scope.scene.process_of(tenure.owner())?)?;
    let suspensions = &scope.scene.machine(machine)?.suspensions;
    let from = tenure.promised.or(tenure.belief.since)?;
    Some((suspensions.total(from, scope.to), By::Machine(machine)))
}

/// The part of it that is in no stop past the deadline: where both are added, nothing may count twice.
pub(super) fn suspended_before_deadline(scope: &Scope<'_>, id: TenureId) -> Option<(Span, By)> {
    let tenure = scope.scene.tenure(id)?;
    let belief = &tenure.belief;
    let stops_count_from =
        if belief.has_deadline { belief.reached } else { tenure.promised.or(belief.since) };
    let until = stops_count_from.unwrap_or(scope.to);
    let machine = scope.scene.machine_of(scope.scene.process_of(tenure.owner())?)?;
    let from = tenure.promised.or(belief.since)?;
    let suspensions = &scope.scene.machine(machine)?.suspensions;
    Some((suspensions.total(from.min(until), until), By::Machine(machine)))
}

/// An answer counts when the store gives it; whether it arrives is a matter of delay.
pub(super) fn unanswered(scope: &Scope<'_>, id: TenureId) -> Option<(Span, By)> {
    let tenure = scope.scene.tenure(id)?;
    let attempt = scope.scene.attempt(tenure.attempt)?;
    let still_waiting = end_of_belief(scope, id)?.since(attempt.heard);
    Some((attempt.silence.max(still_waiting), By::Owner(tenure.owner())))
}

/// Work ends with the belief: what was sent before that and arrives later is a matter of delay.
pub(super) fn worked(scope: &Scope<'_>, id: TenureId) -> Option<(Span, By)> {
    let tenure = scope.scene.tenure(id)?;
    let lasted = end_of_belief(scope, id)?.since(tenure.belief.since?);
    Some((lasted, By::Owner(tenure.owner())))
}

/// When the belief ended, or the violation where it has not; none for a tenure that nobody believed in.
fn end_of_belief(scope: &Scope<'_>, id: TenureId) -> Option<Instant> {
    let belief = scope.scene.tenure(id)?.belief;
    belief.since?;
    Some(belief.ended.unwrap_or(scope.to))
}
