//! How much of each hazard the lock stands, when nothing else goes wrong.

use super::settings::FailoverSettings;
use crate::redis::stands::lease;
use fencepost_model::{Hazard, Limit, Span, Stand, Surroundings};

/// The formulas of a variant: those of the lease on one Redis, and nothing that a failover leaves.
pub(super) fn stands(around: &Surroundings<'_>) -> Vec<Stand> {
    let settings = FailoverSettings::of(around.context.settings);
    let why = match settings.copies {
        None => "replication is asynchronous: a replica that has not the key yet may be promoted",
        Some(_) => {
            "`WAIT` counts copies and does not choose who is promoted: a replica without the key may be"
        }
    };
    let mut stands = lease(&settings.redis, around).stands();
    stands.push(Stand {
        hazard: Hazard::Failover,
        limit: Limit::Nothing,
        arithmetic: why.to_owned(),
        uncounted: Span::ZERO,
    });
    stands
}
