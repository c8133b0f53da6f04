//! How much of each hazard the lock stands, when nothing else goes wrong.

use super::{Durability, RedlockSettings};
use crate::lease::Lease;
use fencepost_model::{Hazard, Limit, Span, Stand, Surroundings};

/// The formulas of a variant.
pub(super) fn stands(around: &Surroundings<'_>) -> Vec<Stand> {
    let settings = RedlockSettings::of(around.context.settings);
    let lease = Lease {
        ttl: Some(settings.ttl),
        validity: Lease::validity(around, Some(settings.validity())),
        renew: None,
        acquire_fails_in: settings.longest_acquire().min(settings.validity()),
        copy_fails_in: settings.node_timeout,
        copies: 1,
        copy_pause: Span::ZERO,
        loss_notice: false,
        hold: around.context.workload.hold.max(),
        round_trip: around.round_trip,
        retransmit: around.retransmit,
        one_clock: settings.nodes < 3,
        asked_in: settings.longest_queue(),
        retry: settings.retry_max,
    };
    let mut stands = lease.stands();
    stands.push(restart(settings.durability));
    stands
}

/// What is left of a vote when its node dies and starts again.
fn restart(durability: Durability) -> Stand {
    let (limit, why) = match durability {
        Durability::None => {
            (Limit::Nothing, "persistence none: a node that starts again votes a second time")
        }
        Durability::EverySecond => {
            (Limit::Nothing, "persistence aof-everysec: after a power cut a node may vote a second time")
        }
        Durability::Always => {
            (Limit::Everything, "persistence aof-always: a node that starts again knows its vote")
        }
        Durability::Silent => {
            (Limit::Everything, "a node that starts again is silent until its votes are over")
        }
    };
    Stand { hazard: Hazard::Failover, limit, arithmetic: why.to_owned(), uncounted: Span::ZERO }
}
