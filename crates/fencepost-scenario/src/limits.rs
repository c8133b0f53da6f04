//! What the claims of a variant allow: the draw limits.
//!
//! A claim has alternatives, and one kept alternative is enough to hold a violation against the lock. A
//! scenario with `within = "claims"` keeps *all* of them: so every violation in it is inside the claims of
//! whatever property it breaks.

use crate::Variant;
use fencepost_model::{Alternative, Assumption, Bound, Context, Quantity, Settings, Span, WorkloadPlan};
use std::collections::BTreeMap;

/// For each assumption that any claim rests on, the smallest limit that any alternative gives it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Limits {
    smallest: BTreeMap<Assumption, Quantity>,
    /// The smallest reserve on which pause and delay draw together.
    shared: Option<Span>,
}

impl Limits {
    /// The limits of a variant, as they would be under these settings.
    pub(crate) fn of(variant: &Variant, settings: &Settings, workload: &WorkloadPlan) -> Limits {
        let context = Context { settings, gate: variant.gate, workload };
        let claims = variant.descriptor.claimed(&context);
        let mut limits = Limits::default();
        claims.iter().flat_map(|claim| &claim.alternatives).for_each(|alternative| limits.add(alternative));
        limits
    }

    fn add(&mut self, alternative: &Alternative) {
        for Bound { assumption, limit } in alternative {
            let known = self.smallest.entry(*assumption).or_insert(*limit);
            *known = (*known).min(*limit);
        }
        if let Some(reserve) = shared_reserve(alternative) {
            self.shared = Some(self.shared.map_or(reserve, |known| known.min(reserve)));
        }
    }

    /// The limit of a length of time, where the claims rest on the assumption.
    pub(crate) fn span(&self, assumption: Assumption) -> Option<Span> {
        self.smallest.get(&assumption).map(|limit| match limit {
            Quantity::Span(span) => *span,
            other => panic!("the limit of `{assumption}` is a time and not {other:?}"),
        })
    }

    /// The limit of parts per million, where the claims rest on the assumption.
    pub(crate) fn ppm(&self, assumption: Assumption) -> Option<u64> {
        self.smallest.get(&assumption).map(|limit| match limit {
            Quantity::Ppm(ppm) => *ppm,
            other => panic!("the limit of `{assumption}` is in parts per million and not {other:?}"),
        })
    }

    /// How often it may happen, where the claims rest on the assumption.
    pub(crate) fn times(&self, assumption: Assumption) -> Option<u64> {
        self.smallest.get(&assumption).map(|limit| match limit {
            Quantity::Times(times) => *times,
            other => panic!("the limit of `{assumption}` is a number of times and not {other:?}"),
        })
    }

    /// Whether the claims rest on the assumption at all.
    pub(crate) fn has(&self, assumption: Assumption) -> bool {
        self.smallest.contains_key(&assumption)
    }

    /// What pause and delay may take together, where they draw on one reserve.
    pub(crate) fn shared(&self) -> Option<Span> {
        self.shared
    }

    /// The longest flight that the claims allow.
    pub(crate) fn flight(&self) -> Option<Span> {
        let delay = self.span(Assumption::BoundedDelay);
        self.shared.into_iter().chain(delay).min()
    }
}

/// The reserve on which pause and delay draw together: where both stand in one alternative with one limit,
/// their measures are added.
fn shared_reserve(alternative: &Alternative) -> Option<Span> {
    let limit =
        |assumption| alternative.iter().find(|bound| bound.assumption == assumption).map(|bound| bound.limit);
    match (limit(Assumption::BoundedPause)?, limit(Assumption::BoundedDelay)?) {
        (Quantity::Span(pause), Quantity::Span(delay)) if pause == delay => Some(pause),
        _ => None,
    }
}
