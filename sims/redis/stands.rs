//! How much of each hazard the lock stands, when nothing else goes wrong.

use super::RedisSettings;
use crate::lease::Lease;
use crate::stores::kv::Persistence;
use fencepost_model::{Hazard, Limit, Span, Stand, Surroundings};

/// The formulas of a variant.
pub(super) fn stands(around: &Surroundings<'_>) -> Vec<Stand> {
    let settings = RedisSettings::of(around.context.settings);
    let mut stands = lease(&settings, around).stands();
    stands.push(restart(settings.persistence));
    stands
}

/// The lease on one server, or on whichever has taken over.
pub(crate) fn lease(settings: &RedisSettings, around: &Surroundings<'_>) -> Lease {
    Lease {
        ttl: settings.lives(),
        validity: Lease::validity(around, settings.deadline.then(|| settings.validity())),
        renew: settings.renew,
        acquire_fails_in: settings.longest_acquire().min(settings.validity()),
        copy_fails_in: settings.command_timeout,
        copies: settings.command_retries + 1,
        copy_pause: settings.command_retry_interval,
        loss_notice: settings.loss_notice && settings.renew.is_some(),
        hold: around.context.workload.hold.max(),
        round_trip: around.round_trip,
        retransmit: around.retransmit,
        one_clock: true,
        asked_in: 1,
        retry: settings.retry_max,
    }
}

/// What survives when the one server dies and starts again.
fn restart(persistence: Persistence) -> Stand {
    let (limit, why) = match persistence {
        Persistence::None => {
            (Limit::Nothing, "persistence none: a server that starts again has lost the key")
        }
        Persistence::AofEverySecond => (
            Limit::Nothing,
            "persistence aof-everysec: a power cut loses what was set within the last second",
        ),
        Persistence::AofAlways => {
            (Limit::Everything, "persistence aof-always: the key is there again before anybody is answered")
        }
    };
    Stand { hazard: Hazard::Failover, limit, arithmetic: why.to_owned(), uncounted: Span::ZERO }
}
