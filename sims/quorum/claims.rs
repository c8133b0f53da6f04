//! What the lock claims under its settings.

use super::QuorumSettings;
use crate::patience::within_patience;
use fencepost_model::{Alternative, Assumption, Bound, Claim, Context, Gate, Quantity, Span, word};

/// The claims of a variant.
pub(super) fn claims(context: &Context<'_>) -> Vec<Claim> {
    let settings = QuorumSettings::of(context.settings);
    let claim = |property, alternatives| Claim { property, alternatives };
    let claims = vec![
        claim(word::EXCLUSIVE_GRANT, vec![promise_kept(&settings)]),
        claim(word::EXCLUSIVE_BELIEF, vec![belief_kept(&settings)]),
        claim(word::EXCLUSIVE_EFFECT, effect_kept(&settings, context.gate)),
        claim(word::NO_LOST_UPDATE, updates_kept(&settings, context.gate)),
        claim(word::FENCING, vec![remembered(&settings)]),
        claim(word::OWNERSHIP, vec![remembered(&settings)]),
        claim(word::TRUTHFUL, vec![remembered(&settings)]),
        claim(word::PROGRESS, vec![vec![]]),
        claim(word::WELL_BEHAVED, vec![vec![]]),
    ];
    within_patience(claims, context.workload)
}

const fn never(assumption: Assumption) -> Bound {
    Bound { assumption, limit: Quantity::Times(0) }
}

const fn at_most(assumption: Assumption, span: Span) -> Bound {
    Bound { assumption, limit: Quantity::Span(span) }
}

/// A node that forgets what it promised or accepted votes again, and two majorities know nothing of each other.
fn remembered(settings: &QuorumSettings) -> Alternative {
    if settings.durable { vec![] } else { vec![never(Assumption::DurableNodes)] }
}

fn rates(settings: &QuorumSettings) -> Bound {
    Bound { assumption: Assumption::BoundedDrift, limit: Quantity::Ppm(settings.drift_allowance) }
}

/// Nodes have no say in when a lease is over: the contender's clock has, against the node's oscillator.
fn promise_kept(settings: &QuorumSettings) -> Alternative {
    [remembered(settings), vec![rates(settings)]].concat()
}

fn belief_kept(settings: &QuorumSettings) -> Alternative {
    let stops = vec![
        at_most(Assumption::BoundedPause, settings.reserve),
        at_most(Assumption::MonotonicCountsSuspension, settings.reserve),
        never(Assumption::OwnerObeysDeadline),
    ];
    [promise_kept(settings), stops].concat()
}

/// What an owner sends while it believes must arrive before the lease is over.
fn writes_in_time(settings: &QuorumSettings) -> Alternative {
    [belief_kept(settings), vec![at_most(Assumption::BoundedDelay, settings.reserve)]].concat()
}

fn effect_kept(settings: &QuorumSettings, gate: Gate) -> Vec<Alternative> {
    let mut alternatives = vec![writes_in_time(settings)];
    // The strict gate does not count reads, so an old write may follow a newer read.
    if gate.needs_tokens() && gate != Gate::TokenStrict {
        alternatives.insert(0, remembered(settings));
    }
    alternatives
}

/// A write that is applied twice is two updates, where the gate does not tell the second one.
fn updates_kept(settings: &QuorumSettings, gate: Gate) -> Vec<Alternative> {
    let once = never(Assumption::NoLossOrDuplicate);
    match gate {
        Gate::IfVersion | Gate::OncePerKey => vec![vec![]],
        Gate::TokenSeq => vec![remembered(settings), writes_in_time(settings)],
        Gate::Token | Gate::TokenWritesOnly | Gate::TokenTwoStep => {
            vec![[remembered(settings), vec![once]].concat(), [writes_in_time(settings), vec![once]].concat()]
        }
        _ => vec![[writes_in_time(settings), vec![once]].concat()],
    }
}
