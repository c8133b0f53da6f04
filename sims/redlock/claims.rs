//! What the lock claims under its settings.

use super::{Durability, RedlockSettings};
use crate::patience::within_patience;
use fencepost_model::{Alternative, Assumption, Bound, Claim, Context, Gate, Quantity, Span, word};

/// The claims of a variant. There are no tokens, so no gate that checks them is any help.
pub(super) fn claims(context: &Context<'_>) -> Vec<Claim> {
    let settings = RedlockSettings::of(context.settings);
    let claim = |property, alternative| Claim { property, alternatives: vec![alternative] };
    let claims = vec![
        claim(word::EXCLUSIVE_GRANT, promise_kept(&settings)),
        claim(word::EXCLUSIVE_BELIEF, belief_kept(&settings)),
        claim(word::EXCLUSIVE_EFFECT, effect_kept(&settings)),
        claim(word::NO_LOST_UPDATE, updates_kept(&settings, context.gate)),
        claim(word::OWNERSHIP, vec![]),
        claim(word::TRUTHFUL, answers_in_time(&settings)),
        claim(word::WELL_BEHAVED, vec![]),
        claim(word::PROGRESS, comes_free(&settings)),
    ];
    within_patience(claims, context.workload)
}

const fn never(assumption: Assumption) -> Bound {
    Bound { assumption, limit: Quantity::Times(0) }
}

const fn at_most(assumption: Assumption, span: Span) -> Bound {
    Bound { assumption, limit: Quantity::Span(span) }
}

/// Two majorities have a node in common. It votes twice only if it forgets its first vote and comes back
/// before that is over, or if its clock says so.
fn promise_kept(settings: &RedlockSettings) -> Alternative {
    let mut bounds = match settings.durability {
        Durability::Always | Durability::Silent => vec![],
        Durability::None | Durability::EverySecond => vec![never(Assumption::DurableNodes)],
    };
    bounds.push(never(Assumption::NoWallStep));
    bounds
}

/// What is counted on the owner's clock must not last longer on the nodes' clocks.
fn counts_right(settings: &RedlockSettings) -> [Bound; 2] {
    [
        at_most(Assumption::MonotonicCountsSuspension, settings.reserve),
        Bound { assumption: Assumption::BoundedDrift, limit: Quantity::Ppm(settings.drift_allowance) },
    ]
}

/// The first of a majority to vote may have forgotten it when the last one votes, if the owner's clock does
/// not show how long that took.
fn answers_in_time(settings: &RedlockSettings) -> Alternative {
    counts_right(settings).to_vec()
}

fn belief_kept(settings: &RedlockSettings) -> Alternative {
    let stops = [at_most(Assumption::BoundedPause, settings.reserve), never(Assumption::OwnerObeysDeadline)];
    [promise_kept(settings), stops.to_vec(), counts_right(settings).to_vec()].concat()
}

/// What an owner sends while it believes must arrive before the validity is over.
fn effect_kept(settings: &RedlockSettings) -> Alternative {
    [belief_kept(settings), vec![at_most(Assumption::BoundedDelay, settings.reserve)]].concat()
}

/// A write that is applied twice is two updates, where the gate does not tell the second one.
fn updates_kept(settings: &RedlockSettings, gate: Gate) -> Alternative {
    match gate {
        Gate::IfVersion | Gate::OncePerKey => vec![],
        _ => [effect_kept(settings), vec![never(Assumption::NoLossOrDuplicate)]].concat(),
    }
}

/// A key whose clock was set back, or that comes back from the log, outlives its lease, and so does one that
/// an acquire sets which was under way for longer than its clean-up waits.
fn comes_free(settings: &RedlockSettings) -> Alternative {
    let mut bounds = match settings.durability {
        Durability::EverySecond => vec![never(Assumption::DurableNodes)],
        Durability::None | Durability::Always | Durability::Silent => vec![],
    };
    bounds.extend([
        never(Assumption::NoWallStep),
        at_most(Assumption::BoundedDelay, settings.ttl),
        never(Assumption::MajorityAlive),
    ]);
    bounds
}
