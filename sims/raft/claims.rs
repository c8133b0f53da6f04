//! What the lock claims under its settings.

use super::RaftSettings;
use crate::patience::within_patience;
use crate::stores::log::{Reads, properties};
use fencepost_model::{Alternative, Assumption, Bound, Claim, Context, Gate, Quantity, Span, word};

/// The claims of a variant.
pub(super) fn claims(context: &Context<'_>) -> Vec<Claim> {
    let settings = RaftSettings::of(context.settings);
    let claim = |property, alternatives| Claim { property, alternatives };
    let always = |property| Claim { property, alternatives: vec![vec![]] };
    let mut claims = vec![
        claim(word::EXCLUSIVE_GRANT, vec![vec![rates(&settings)]]),
        claim(word::EXCLUSIVE_BELIEF, vec![stops_in_time(&settings)]),
        claim(word::EXCLUSIVE_EFFECT, effect_kept(&settings, context.gate)),
        claim(word::NO_LOST_UPDATE, updates_kept(&settings, context.gate)),
        claim(word::TRUTHFUL, vec![reads_are_new(&settings)]),
        always(word::FENCING),
        always(word::OWNERSHIP),
        always(word::PROGRESS),
        always(word::REENTRANT),
        always(word::FAIR),
        always(word::WELL_BEHAVED),
    ];
    if settings.ttl_entries.is_some() {
        claims.retain(|claim| !rests_on_time(claim.property, context.gate));
    }
    claims.extend(properties::NAMES.iter().map(|name| always(name)));
    within_patience(claims, context.workload)
}

/// What a lock whose leases are counted in entries does not claim. Its log still orders everything: so tokens
/// rise, and a gate that compares them keeps old writes away.
fn rests_on_time(property: &str, gate: Gate) -> bool {
    let orders = gate.needs_tokens() && gate != Gate::TokenStrict;
    match property {
        word::EXCLUSIVE_GRANT | word::EXCLUSIVE_BELIEF | word::PROGRESS => true,
        word::EXCLUSIVE_EFFECT => !orders,
        word::NO_LOST_UPDATE => !orders && !matches!(gate, Gate::IfVersion | Gate::OncePerKey),
        _ => false,
    }
}

const fn never(assumption: Assumption) -> Bound {
    Bound { assumption, limit: Quantity::Times(0) }
}

const fn at_most(assumption: Assumption, span: Span) -> Bound {
    Bound { assumption, limit: Quantity::Span(span) }
}

/// Leases are counted on several clocks.
fn rates(settings: &RaftSettings) -> Bound {
    Bound { assumption: Assumption::BoundedDrift, limit: Quantity::Ppm(settings.drift_allowance) }
}

/// A leader that relies on a lease counts it on its own clock.
fn reads_are_new(settings: &RaftSettings) -> Alternative {
    match settings.reads {
        Reads::Index => vec![],
        Reads::Lease => vec![rates(settings)],
    }
}

/// What keeps an owner from believing longer than the lease.
fn stops_in_time(settings: &RaftSettings) -> Alternative {
    vec![
        at_most(Assumption::BoundedPause, settings.reserve),
        at_most(Assumption::MonotonicCountsSuspension, settings.reserve),
        never(Assumption::OwnerObeysDeadline),
        rates(settings),
    ]
}

/// What an owner sends while it believes must arrive before the lease is over.
fn writes_in_time(settings: &RaftSettings) -> Alternative {
    let mut bounds = stops_in_time(settings);
    bounds.push(at_most(Assumption::BoundedDelay, settings.reserve));
    bounds
}

fn effect_kept(settings: &RaftSettings, gate: Gate) -> Vec<Alternative> {
    // The strict gate does not count reads, so an old write may follow a newer read.
    match gate.needs_tokens() && gate != Gate::TokenStrict {
        true => vec![vec![]],
        false => vec![writes_in_time(settings)],
    }
}

/// A write that is applied twice is two updates, where the gate does not tell the second one.
fn updates_kept(settings: &RaftSettings, gate: Gate) -> Vec<Alternative> {
    let once = never(Assumption::NoLossOrDuplicate);
    let mut in_time = writes_in_time(settings);
    match gate {
        Gate::IfVersion | Gate::OncePerKey => return vec![vec![]],
        Gate::TokenSeq => return vec![vec![]],
        _ => in_time.push(once),
    }
    match gate {
        Gate::Token | Gate::TokenWritesOnly | Gate::TokenTwoStep => vec![vec![once]],
        _ => vec![in_time],
    }
}
