//! The data sheet.

use super::claims::claims;
use super::stands::stands;
use super::{RedisSettings, WaitBy, defects, settings};
use fencepost_model::{Bounds, Descriptor, EndReason, Features, MachineSpec, Settings, Span};

/// See the module.
pub const DESCRIPTOR: Descriptor = Descriptor {
    name: "redis",
    about: "one Redis: SET NX PX with a random value, released and extended by scripts that compare it",
    leaves_out: "replication, snapshots, limits of memory; the expiry cycle samples keys in order",
    features,
    settings: settings::SPECS,
    defects: defects::SPECS,
    roles: &[("store", "the Redis process that keeps the key")],
    machines: |_| vec![MachineSpec { name: "redis".to_owned(), role: "store" }],
    quorum: |_| 1,
    // `Expired` is not among them: by the wall clock the store may expire a key before the promised time
    // is over. The end of the promised time itself always counts.
    rightful_ends: &[EndReason::Released],
    claims,
    bounds,
    stands,
};

fn features(settings: &Settings) -> Features {
    let settings = RedisSettings::of(settings);
    Features {
        tokens: settings.fencing,
        deadline: settings.expiry && settings.deadline,
        extend: true,
        status: true,
        reentrant: settings.reentrant,
        loss_notice: settings.expiry && settings.renew.is_some() && settings.loss_notice,
        ..Features::default()
    }
}

fn bounds(settings: &Settings) -> Option<Bounds> {
    let settings = RedisSettings::of(settings);
    let exchange = settings.longest_command().saturating_mul(2);
    let poll = settings.retry_max.saturating_mul(2) + exchange.saturating_mul(2);
    settings.expiry.then(|| Bounds {
        hand_over: match settings.wait_by {
            // A poll that just missed the release, a pause, and a poll that gets through.
            WaitBy::Polling => poll,
            // The message may be lost: then who waits does so for the rest of a lease, as it was when it asked.
            WaitBy::Notice => poll + settings.ttl + settings.ttl.ppm_of(10_000),
        },
        // The lease on a slow clock, the expiry cycle, and what is still on the wire.
        dead_holder: settings.ttl + settings.ttl.ppm_of(10_000) + Span::from_secs(1) + exchange,
        // A clean-up that is tried again once.
        orphan: exchange.saturating_mul(2),
    })
}
