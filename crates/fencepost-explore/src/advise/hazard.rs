//! From a hazard of everyday life to an axis of the search, and to what the file says of it.

use super::calm::span_of;
use crate::margin::Axis;
use fencepost_model::{Gate, Hazard, word};
use fencepost_scenario::{Environment, Variant};

/// Along which axis the hazard is searched; none for the death of a holder, which is measured in another way.
pub(crate) fn axis(hazard: Hazard, variant: &Variant) -> Option<Axis> {
    match hazard {
        Hazard::Pause => Some(Axis::PauseHold),
        Hazard::Unreachable => Some(Axis::CutHold),
        Hazard::Failover if has_replicas(variant) => Some(Axis::ReplicationLag),
        Hazard::Failover => Some(Axis::DownHold),
        Hazard::ClockStep => Some(Axis::JumpBy),
        Hazard::Drift => Some(Axis::DriftPpm),
        Hazard::LostReply => Some(Axis::LossCount),
        Hazard::Death => None,
    }
}

/// Whether another server takes over with its own copy.
pub(super) fn has_replicas(variant: &Variant) -> bool {
    (variant.descriptor.machines)(&variant.settings).iter().any(|machine| machine.role == "replica")
}

/// How much of it the file says there is, in the unit of the axis.
pub(crate) fn yours(hazard: Hazard, environment: &Environment, variant: &Variant) -> Option<u64> {
    let clock = environment.clock.as_ref();
    let failover = environment.failover.as_ref();
    match hazard {
        Hazard::Pause => environment.pause.as_ref().map(|sample| sample.max.0),
        Hazard::Unreachable => environment.unreachable.as_ref().map(|sample| sample.max.0),
        Hazard::Failover if has_replicas(variant) => Some(failover?.lag?.0),
        Hazard::Failover => {
            let failover = failover?;
            Some(failover.detect.unwrap_or_default().0 + failover.promote.unwrap_or_default().0)
        }
        Hazard::ClockStep => Some(clock?.step?.0),
        Hazard::Drift => clock?.drift_ppm,
        Hazard::LostReply | Hazard::Death => None,
    }
}

/// The properties whose break is harm. Where the resource has a gate, it is there to refuse what comes too late: then
/// two that believe are no harm by themselves.
pub(crate) fn harm(gate: Gate) -> &'static [&'static str] {
    match gate {
        Gate::None => {
            &[word::EXCLUSIVE_GRANT, word::EXCLUSIVE_BELIEF, word::EXCLUSIVE_EFFECT, word::NO_LOST_UPDATE]
        }
        _ => word::OF_OPERATIONS,
    }
}

/// How far to look, and how finely: from nothing to twice the largest that is known of: what the formula says, what
/// there is, and the floor; and the lease, where no formula is stated.
pub(super) fn reach(axis: Axis, known: &[Option<u64>], is_stated: bool, variant: &Variant) -> (u64, u64) {
    let lease = span_of(variant, "ttl").map_or(1_000_000_000, |ttl| ttl.0);
    let known = known.iter().flatten().copied().max().unwrap_or(0);
    match axis {
        Axis::DriftPpm => (known.saturating_mul(2).clamp(1_000, 200_000), 50),
        Axis::LossCount => (3, 1),
        _ => {
            let known = if known == 0 || !is_stated { known.max(lease) } else { known };
            let to = known.saturating_mul(2);
            // A thousandth of the way, in whole milliseconds.
            (to, (to / 1_000_000_000).max(1) * 1_000_000)
        }
    }
}
