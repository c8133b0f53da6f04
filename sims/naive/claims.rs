//! What the lock claims under its settings: little, and with `read-back` nothing.

use super::{NaiveSettings, Write};
use crate::stores::kv::Persistence;
use fencepost_model::{Alternative, Assumption, Bound, Claim, Context, Gate, Quantity, Span, word};

/// The claims of a variant.
pub(super) fn claims(context: &Context<'_>) -> Vec<Claim> {
    let settings = NaiveSettings::of(context.settings);
    let claim = |property, alternatives| Claim { property, alternatives };
    if settings.write == Write::ReadBack {
        return vec![claim(word::WELL_BEHAVED, vec![vec![]])];
    }
    let mut claims = vec![
        claim(word::EXCLUSIVE_GRANT, vec![kept(&settings)]),
        claim(word::OWNERSHIP, vec![vec![]]),
        claim(word::WELL_BEHAVED, vec![vec![]]),
    ];
    if settings.undo && !settings.fresh_name {
        // What undoes a try may take away what the next one has won, however soon it arrives.
        return claims;
    }
    // Whoever waits no longer for a write gives the lock back.
    let wrote = [kept(&settings), vec![at_most(context.workload.resource_timeout)]].concat();
    let once = Bound { assumption: Assumption::NoLossOrDuplicate, limit: Quantity::Times(0) };
    let updated = match context.gate {
        Gate::IfVersion | Gate::OncePerKey => vec![],
        _ => [wrote.clone(), vec![once]].concat(),
    };
    claims.extend([
        claim(word::EXCLUSIVE_BELIEF, vec![kept(&settings)]),
        claim(word::EXCLUSIVE_EFFECT, vec![wrote]),
        claim(word::NO_LOST_UPDATE, vec![updated]),
        claim(word::TRUTHFUL, vec![kept(&settings)]),
    ]);
    claims
}

const fn at_most(span: Span) -> Bound {
    Bound { assumption: Assumption::BoundedDelay, limit: Quantity::Span(span) }
}

/// A node that forgets a name votes again.
fn kept(settings: &NaiveSettings) -> Alternative {
    match settings.persistence {
        Persistence::AofAlways => vec![],
        _ => vec![Bound { assumption: Assumption::DurableNodes, limit: Quantity::Times(0) }],
    }
}
