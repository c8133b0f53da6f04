//! What the lock claims under its settings.

use super::RedisSettings;
use crate::patience::within_patience;
use crate::stores::kv::{Eviction, Persistence};
use fencepost_model::{Alternative, Assumption, Bound, Claim, Context, Gate, Quantity, Span, word};

/// The claims of a variant on one server.
pub(super) fn claims(context: &Context<'_>) -> Vec<Claim> {
    let settings = RedisSettings::of(context.settings);
    let store = Store { remembers: durable(&settings), one_clock: vec![], settings };
    let mut claims = store.claims(context.gate);
    if store.settings.expiry {
        claims.push(Claim { property: word::PROGRESS, alternatives: vec![comes_free(&store.settings)] });
    }
    within_patience(claims, context.workload)
}

/// What the lock can rely on at its store.
pub(crate) struct Store {
    pub settings: RedisSettings,
    /// What has to be so for the store to forget nothing.
    pub remembers: Alternative,
    /// What has to be so for a key to live as long as was promised, beside that no clock is set.
    pub one_clock: Alternative,
}

impl Store {
    /// The claims of every lock of this kind, but progress.
    pub fn claims(&self, gate: Gate) -> Vec<Claim> {
        let claim = |property, alternatives| Claim { property, alternatives };
        let mut claims = vec![
            claim(word::EXCLUSIVE_GRANT, vec![self.promise_kept()]),
            claim(word::EXCLUSIVE_BELIEF, self.belief_kept()),
            claim(word::EXCLUSIVE_EFFECT, self.effect_kept(gate)),
            claim(word::NO_LOST_UPDATE, self.updates_kept(gate)),
            claim(word::OWNERSHIP, vec![vec![]]),
            claim(word::TRUTHFUL, vec![vec![]]),
            claim(word::WELL_BEHAVED, vec![vec![]]),
        ];
        if self.settings.reentrant {
            // A server that forgets how often a key was taken lets go of it too soon.
            claims.push(claim(word::REENTRANT, vec![self.remembers.clone()]));
        }
        if self.settings.fencing {
            claims.push(claim(word::FENCING, vec![self.remembers.clone()]));
        }
        claims
    }

    fn promise_kept(&self) -> Alternative {
        let mut bounds = self.remembers.clone();
        if self.settings.expiry {
            bounds.push(never(Assumption::NoWallStep));
            bounds.extend(&self.one_clock);
            if self.settings.eviction == Eviction::VolatileRandom {
                bounds.push(never(Assumption::NoEviction));
            }
        }
        bounds
    }

    fn belief_kept(&self) -> Vec<Alternative> {
        if !self.settings.expiry {
            return vec![self.promise_kept()];
        }
        let ways = ways_to_stop_in_time(&self.settings).into_iter();
        ways.map(|(way, _)| [self.promise_kept(), way].concat()).collect()
    }

    /// What an owner sends while it believes must arrive before the lease is over.
    fn writes_in_time(&self) -> Vec<Alternative> {
        let delayed = |delay| vec![at_most(Assumption::BoundedDelay, delay)];
        if !self.settings.expiry {
            return vec![[self.promise_kept(), delayed(self.settings.reserve)].concat()];
        }
        let ways = ways_to_stop_in_time(&self.settings).into_iter();
        ways.map(|(way, delay)| [self.promise_kept(), way, delayed(delay)].concat()).collect()
    }

    fn effect_kept(&self, gate: Gate) -> Vec<Alternative> {
        let mut alternatives = self.writes_in_time();
        // The strict gate does not count reads, so an old write may follow a newer read.
        if self.settings.fencing && gate.needs_tokens() && gate != Gate::TokenStrict {
            alternatives.insert(0, self.remembers.clone());
        }
        alternatives
    }

    /// A write that is applied twice is two updates, where the gate does not tell the second one.
    fn updates_kept(&self, gate: Gate) -> Vec<Alternative> {
        let once = never(Assumption::NoLossOrDuplicate);
        let mut alternatives = self.writes_in_time();
        match gate {
            Gate::IfVersion | Gate::OncePerKey => return vec![vec![]],
            Gate::TokenSeq => {}
            _ => alternatives.iter_mut().for_each(|bounds| bounds.push(once)),
        }
        match gate {
            Gate::Token | Gate::TokenWritesOnly | Gate::TokenTwoStep if self.settings.fencing => {
                alternatives.insert(0, [self.remembers.clone(), vec![once]].concat());
            }
            Gate::TokenSeq if self.settings.fencing => alternatives.insert(0, self.remembers.clone()),
            _ => {}
        }
        alternatives
    }
}

pub(crate) const fn never(assumption: Assumption) -> Bound {
    Bound { assumption, limit: Quantity::Times(0) }
}

pub(crate) const fn at_most(assumption: Assumption, span: Span) -> Bound {
    Bound { assumption, limit: Quantity::Span(span) }
}

/// A server that forgets a key, or its counter, gives the lock, or the token, twice.
pub(crate) fn durable(settings: &RedisSettings) -> Alternative {
    match settings.persistence {
        Persistence::AofAlways => vec![],
        Persistence::None | Persistence::AofEverySecond => vec![never(Assumption::DurableNodes)],
    }
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
            // One renewal may fail for as long as its time-out, and the next one still gets through. The lease
            // began with whichever copy of the acquire arrived first.
            let rest = every + settings.command_timeout;
            let limit = settings.validity().saturating_sub(every + settings.longest_acquire());
            let mut way = stops(limit).to_vec();
            way.insert(0, at_most(Assumption::RenewalsGetThrough, limit));
            ways.push((way, rest));
        }
        None if !settings.deadline => {
            // The lease began when the store set the key, the belief when the answer was there.
            let limit = settings.validity().saturating_sub(settings.longest_acquire());
            ways.push((vec![at_most(Assumption::WorkWithinLease, limit), rates], settings.reserve));
        }
        None => {}
    }
    ways
}
