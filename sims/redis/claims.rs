//! What the lock claims under its settings.

use super::RedisSettings;
use crate::stores::kv::{Eviction, Persistence};
use fencepost_model::{Alternative, Assumption, Bound, Claim, Context, Gate, Quantity, Span, word};

/// The claims of a variant.
pub(super) fn claims(context: &Context<'_>) -> Vec<Claim> {
    let settings = RedisSettings::of(context.settings);
    let claim = |property, alternatives| Claim { property, alternatives };
    let mut claims = vec![
        claim(word::EXCLUSIVE_GRANT, vec![promise_kept(&settings)]),
        claim(word::EXCLUSIVE_BELIEF, belief_kept(&settings)),
        claim(word::EXCLUSIVE_EFFECT, effect_kept(&settings, context.gate)),
        claim(word::NO_LOST_UPDATE, updates_kept(&settings, context.gate)),
        claim(word::OWNERSHIP, vec![vec![]]),
        claim(word::TRUTHFUL, vec![vec![]]),
        claim(word::WELL_BEHAVED, vec![vec![]]),
    ];
    if settings.fencing {
        claims.push(claim(word::FENCING, vec![durable(&settings)]));
    }
    if settings.expiry {
        claims.push(claim(word::PROGRESS, vec![comes_free(&settings)]));
    }
    claims
}

const fn never(assumption: Assumption) -> Bound {
    Bound { assumption, limit: Quantity::Times(0) }
}

const fn at_most(assumption: Assumption, span: Span) -> Bound {
    Bound { assumption, limit: Quantity::Span(span) }
}

/// A server that forgets a key, or its counter, gives the lock, or the token, twice.
fn durable(settings: &RedisSettings) -> Alternative {
    match settings.persistence {
        Persistence::AofAlways => vec![],
        Persistence::None | Persistence::AofEverySecond => vec![never(Assumption::DurableNodes)],
    }
}

fn promise_kept(settings: &RedisSettings) -> Alternative {
    let mut bounds = durable(settings);
    if settings.expiry {
        bounds.push(never(Assumption::NoWallStep));
        if settings.eviction == Eviction::VolatileRandom {
            bounds.push(never(Assumption::NoEviction));
        }
    }
    bounds
}

/// A key whose clock was set back, or that comes back from the log, outlives its lease, and so does one that
/// an acquire sets which was under way for longer than its clean-up waits.
fn comes_free(settings: &RedisSettings) -> Alternative {
    let mut bounds = durable(settings);
    bounds.extend([never(Assumption::NoWallStep), at_most(Assumption::BoundedDelay, settings.ttl)]);
    bounds
}

/// What keeps an owner from believing longer than the lease, each way with the longest flight of a message
/// that it sends while it believes.
fn ways_to_stop_in_time(settings: &RedisSettings) -> Vec<(Alternative, Span)> {
    let rates =
        Bound { assumption: Assumption::BoundedDrift, limit: Quantity::Ppm(settings.drift_allowance) };
    let stops = |limit| {
        let suspensions = at_most(Assumption::MonotonicCountsSuspension, limit);
        [at_most(Assumption::BoundedPause, limit), suspensions, rates]
    };
    let mut ways = Vec::new();
    if settings.deadline {
        let mut way = stops(settings.reserve).to_vec();
        way.insert(2, never(Assumption::OwnerObeysDeadline));
        ways.push((way, settings.reserve));
    }
    match settings.renew {
        Some(every) => {
            if settings.loss_notice && !settings.deadline {
                ways.push((stops(settings.reserve).to_vec(), settings.reserve));
            }
            // One renewal may fail for as long as its time-out, and the next one still gets through.
            let rest = every + settings.command_timeout;
            let limit = settings.validity().saturating_sub(rest);
            let mut way = stops(limit).to_vec();
            way.insert(0, at_most(Assumption::RenewalsGetThrough, limit));
            ways.push((way, rest));
        }
        None if !settings.deadline => {
            // The lease began when the store set the key, the belief when the answer was there.
            let limit = settings.validity().saturating_sub(settings.command_timeout);
            ways.push((vec![at_most(Assumption::WorkWithinLease, limit), rates], settings.reserve));
        }
        None => {}
    }
    ways
}

fn belief_kept(settings: &RedisSettings) -> Vec<Alternative> {
    if !settings.expiry {
        return vec![promise_kept(settings)];
    }
    let ways = ways_to_stop_in_time(settings).into_iter();
    ways.map(|(way, _)| [promise_kept(settings), way].concat()).collect()
}

/// What an owner sends while it believes must arrive before the lease is over.
fn writes_in_time(settings: &RedisSettings) -> Vec<Alternative> {
    if !settings.expiry {
        return vec![
            [promise_kept(settings), vec![at_most(Assumption::BoundedDelay, settings.reserve)]].concat(),
        ];
    }
    let ways = ways_to_stop_in_time(settings).into_iter();
    let with_delay =
        |(way, delay)| [promise_kept(settings), way, vec![at_most(Assumption::BoundedDelay, delay)]].concat();
    ways.map(with_delay).collect()
}

fn effect_kept(settings: &RedisSettings, gate: Gate) -> Vec<Alternative> {
    let mut alternatives = writes_in_time(settings);
    // The strict gate does not count reads, so an old write may follow a newer read.
    if settings.fencing && gate.needs_tokens() && gate != Gate::TokenStrict {
        alternatives.insert(0, durable(settings));
    }
    alternatives
}

/// A write that is applied twice is two updates, where the gate does not tell the second one.
fn updates_kept(settings: &RedisSettings, gate: Gate) -> Vec<Alternative> {
    let once = never(Assumption::NoLossOrDuplicate);
    let mut alternatives = writes_in_time(settings);
    match gate {
        Gate::IfVersion | Gate::OncePerKey => return vec![vec![]],
        Gate::TokenSeq => {}
        _ => alternatives.iter_mut().for_each(|bounds| bounds.push(once)),
    }
    match gate {
        Gate::Token | Gate::TokenWritesOnly | Gate::TokenTwoStep if settings.fencing => {
            alternatives.insert(0, [durable(settings), vec![once]].concat());
        }
        Gate::TokenSeq if settings.fencing => alternatives.insert(0, durable(settings)),
        _ => {}
    }
    alternatives
}
