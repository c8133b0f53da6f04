//! What the lock claims under its settings: what it claims on one Redis, as long as nothing is lost in a
//! failover. `WAIT` takes nothing of that back: a replica that has not the key may be promoted all the same.

use super::settings::FailoverSettings;
use crate::patience::within_patience;
use crate::redis::claims::{Store, durable, never};
use fencepost_model::{Assumption, Bound, Claim, Context, Quantity, Span, word};

/// The claims of a variant.
pub(super) fn claims(context: &Context<'_>) -> Vec<Claim> {
    let settings = FailoverSettings::of(context.settings).redis;
    let remembers = [vec![never(Assumption::SynchronousReplication)], durable(&settings)].concat();
    // After a promotion another machine's clock decides about the same expiry.
    let one_clock = vec![
        Bound { assumption: Assumption::BoundedSkew, limit: Quantity::Span(Span::ZERO) },
        Bound { assumption: Assumption::BoundedDrift, limit: Quantity::Ppm(0) },
    ];
    let store = Store { settings, remembers, one_clock };
    let mut claims = store.claims(context.gate);
    for claim in claims.iter_mut().filter(|claim| claim.property == word::TRUTHFUL) {
        // A primary that was replaced and does not know it yet tells of its own keys.
        claim.alternatives = vec![store.remembers.clone()];
    }
    within_patience(claims, context.workload)
}
