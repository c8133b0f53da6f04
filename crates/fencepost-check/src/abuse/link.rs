//! What links did to the messages of a tenure.

use super::{By, Scope};
use fencepost_model::{Span, TenureId};

pub(super) fn longest_flight(scope: &Scope<'_>, id: TenureId) -> Option<(Span, By)> {
    let tenure = scope.scene.tenure(id)?;
    let attempt = scope.scene.attempt(tenure.attempt)?;
    Some((attempt.flight, By::Message(tenure.owner(), attempt.flight_to)))
}

pub(super) fn doubled(scope: &Scope<'_>, id: TenureId) -> Option<(u64, By)> {
    let tenure = scope.scene.tenure(id)?;
    Some((u64::from(tenure.doubled), By::Message(tenure.owner(), None)))
}
