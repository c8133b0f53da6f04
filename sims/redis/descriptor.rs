//! The data sheet.

use super::RedisSettings;
use super::settings::SPECS;
use fencepost_model::{
    Alternative, Assumption, Bound, Bounds, Claim, Context, Descriptor, EndReason, Features, Gate,
    MachineSpec, Quantity, Settings, Span, word,
};

/// See the module.
pub const DESCRIPTOR: Descriptor = Descriptor {
    name: "redis",
    about: "one Redis: SET NX PX with a random value, released and extended by scripts that compare it",
    leaves_out: "replication, eviction, AOF every second, slow disks; the expiry cycle samples keys in order",
    features,
    settings: SPECS,
    defects: &[],
    roles: &[("store", "the Redis process that keeps the key")],
    machines: |_| vec![MachineSpec { name: "redis".to_owned(), role: "store" }],
    quorum: |_| 1,
    // `Expired` is not among them: by the wall clock the store may expire a key before the promised time
    // is over. The end of the promised time itself always counts.
    rightful_ends: &[EndReason::Released],
    claims,
    bounds,
};

fn features(settings: &Settings) -> Features {
    let settings = RedisSettings::of(settings);
    Features {
        tokens: settings.fencing,
        deadline: settings.expiry,
        extend: true,
        status: true,
        ..Features::default()
    }
}

fn claims(context: &Context<'_>) -> Vec<Claim> {
    let settings = RedisSettings::of(context.settings);
    let mut claims = vec![
        Claim { property: word::EXCLUSIVE_GRANT, alternatives: vec![promise_kept(&settings)] },
        Claim { property: word::EXCLUSIVE_BELIEF, alternatives: vec![belief_kept(&settings)] },
        Claim { property: word::EXCLUSIVE_EFFECT, alternatives: effect_kept(&settings, context.gate) },
        Claim { property: word::NO_LOST_UPDATE, alternatives: updates_kept(&settings, context.gate) },
        Claim { property: word::WELL_BEHAVED, alternatives: vec![vec![]] },
    ];
    if settings.fencing {
        claims.push(Claim { property: word::FENCING, alternatives: vec![vec![durable()]] });
    }
    if settings.expiry {
        // A key whose clock was set back outlives its lease, and with it a dead holder.
        claims.push(Claim {
            property: word::PROGRESS,
            alternatives: vec![vec![never(Assumption::NoWallStep)]],
        });
    }
    claims
}

const fn never(assumption: Assumption) -> Bound {
    Bound { assumption, limit: Quantity::Times(0) }
}

/// A server that forgets a key, or its counter, gives the lock, or the token, twice.
const fn durable() -> Bound {
    never(Assumption::DurableNodes)
}

fn promise_kept(settings: &RedisSettings) -> Alternative {
    let mut bounds = vec![durable()];
    if settings.expiry {
        bounds.push(never(Assumption::NoWallStep));
    }
    bounds
}

fn belief_kept(settings: &RedisSettings) -> Alternative {
    let mut bounds = promise_kept(settings);
    if settings.expiry {
        let reserve = Quantity::Span(settings.reserve);
        bounds.extend([
            Bound { assumption: Assumption::BoundedPause, limit: reserve },
            Bound { assumption: Assumption::MonotonicCountsSuspension, limit: reserve },
            never(Assumption::OwnerObeysDeadline),
            Bound { assumption: Assumption::BoundedDrift, limit: Quantity::Ppm(settings.drift_allowance) },
        ]);
    }
    bounds
}

/// What the owner sends while it believes must arrive before the lease is over.
fn writes_in_time(settings: &RedisSettings) -> Alternative {
    let mut bounds = belief_kept(settings);
    bounds.push(Bound { assumption: Assumption::BoundedDelay, limit: Quantity::Span(settings.reserve) });
    bounds
}

fn effect_kept(settings: &RedisSettings, gate: Gate) -> Vec<Alternative> {
    let mut alternatives = vec![writes_in_time(settings)];
    if settings.fencing && gate.needs_tokens() {
        alternatives.insert(0, vec![durable()]);
    }
    alternatives
}

fn updates_kept(settings: &RedisSettings, gate: Gate) -> Vec<Alternative> {
    let mut alternatives = vec![writes_in_time(settings)];
    match gate {
        Gate::Token if settings.fencing => {
            alternatives.insert(0, vec![durable(), never(Assumption::NoLossOrDuplicate)]);
        }
        Gate::TokenSeq if settings.fencing => alternatives.insert(0, vec![durable()]),
        _ => {}
    }
    alternatives
}

fn bounds(settings: &Settings) -> Option<Bounds> {
    let settings = RedisSettings::of(settings);
    let exchange = settings.command_timeout.saturating_mul(2);
    settings.expiry.then(|| Bounds {
        // A poll that just missed the release, a pause, and a poll that gets through.
        hand_over: settings.retry_max.saturating_mul(2) + exchange.saturating_mul(2),
        // The lease on a slow clock, the expiry cycle, and what is still on the wire.
        dead_holder: settings.ttl + settings.ttl.ppm_of(10_000) + Span::from_secs(1) + exchange,
    })
}
