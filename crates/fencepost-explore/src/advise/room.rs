//! Room: what a lock stands of a hazard, what there is of it, and what lies between.

use crate::margin::{Edge, Shape, Witness};
use fencepost_model::{Hazard, Limit, Quantity};

/// How much of a hazard was seen to do no harm, in the unit of its axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measured {
    /// The lock has nothing that the hazard is about.
    NotTried,
    /// Nothing up to this much did harm.
    Everything {
        /// The largest that was tried.
        tried: u64,
    },
    /// The smallest that was tried did harm.
    Nothing,
    /// Up to this much did no harm, and from that much on it did.
    UpTo {
        /// The largest that was safe.
        safe: u64,
        /// The smallest that did harm.
        breaks: u64,
    },
    /// A dead holder's lock was out of reach for this long at most.
    Within(u64),
    /// A dead holder's lock never came free.
    Never,
}

impl Measured {
    /// The weakest of some edges, with the property that broke and the run that shows it.
    pub(super) fn weakest(edges: &[Edge], tried: u64) -> (Measured, Option<(&'static str, Witness)>) {
        let mut weakest = (Measured::NotTried, None);
        for edge in edges {
            let measured = match &edge.shape {
                Shape::Untried => Measured::NotTried,
                Shape::Safe => Measured::Everything { tried },
                // What breaks at nothing at all and holds beyond is no safety either.
                Shape::Broken | Shape::Above { .. } => Measured::Nothing,
                Shape::Below { safe, breaks } => Measured::UpTo { safe: *safe, breaks: *breaks },
                Shape::NotMonotone(changes) => {
                    let (safe, breaks) = changes[0];
                    Measured::UpTo { safe, breaks }
                }
            };
            if weakest.1.is_none() && weakest.0 == Measured::NotTried || measured.safe() < weakest.0.safe() {
                weakest = (measured, edge.witness.clone().map(|witness| (edge.property, witness)));
            }
        }
        weakest
    }

    /// The largest amount that is known to be safe.
    fn safe(self) -> u64 {
        match self {
            Measured::NotTried => u64::MAX,
            Measured::Everything { tried } => tried,
            Measured::Nothing | Measured::Never => 0,
            Measured::UpTo { safe, .. } | Measured::Within(safe) => safe,
        }
    }
}

/// What is left of what a lock stands, once what there is of the hazard is taken off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Room {
    /// No figure of the hazard is given.
    NotAsked,
    /// The lock has nothing that the hazard is about.
    NotTried,
    /// No amount of it does harm, as far as was tried.
    Unlimited,
    /// Nothing is promised, and it takes more than this hazard alone to do harm.
    NotPromised,
    /// So much more would do no harm.
    Left(u64),
    /// It is so much more than does no harm.
    Short(u64),
    /// Any amount of it does harm.
    None,
}

/// What is left of `measured` beside `yours`. Where the formula promises nothing and a run shows harm, what did none is
/// no room to build on.
pub(super) fn room(
    measured: Measured,
    limit: Option<Limit>,
    agreement: Agreement,
    yours: Option<u64>,
) -> Room {
    match (measured, yours) {
        (Measured::NotTried, _) => Room::NotTried,
        _ if agreement == Agreement::NotShown => Room::NotPromised,
        (Measured::Never | Measured::Nothing, _) => Room::None,
        (Measured::UpTo { safe, .. }, _) if safe == 0 || limit == Some(Limit::Nothing) => Room::None,
        (Measured::Everything { .. }, _) => Room::Unlimited,
        (Measured::UpTo { .. } | Measured::Within(_), None) => Room::NotAsked,
        (Measured::UpTo { safe, .. }, Some(yours)) if yours <= safe => Room::Left(safe - yours),
        (Measured::UpTo { safe, .. }, Some(yours)) => Room::Short(yours - safe),
        (Measured::Within(_), Some(_)) => Room::NotAsked,
    }
}

/// What formula and search have to say to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Agreement {
    /// No formula is stated.
    NoFormula,
    /// They come to the same number, within what the calm run's own times and the resolution leave open.
    Agree,
    /// The formula promises nothing, and one fault alone did no harm: it takes two.
    NotShown,
    /// The search found harm where the formula promises none: a mistake of ours.
    TooStrong,
    /// The formula promises clearly less than the search found: a mistake of ours.
    TooWeak,
}

/// Holds what was measured against the formula. `slack` is how far the search may come out above it.
pub(super) fn agreement(hazard: Hazard, limit: Option<Limit>, measured: Measured, slack: u64) -> Agreement {
    let Some(limit) = limit else { return Agreement::NoFormula };
    if measured == Measured::NotTried {
        return Agreement::NoFormula;
    }
    if hazard == Hazard::Death {
        return death(limit, measured, slack);
    }
    match (limit, measured) {
        (Limit::Everything, Measured::Everything { .. }) => Agreement::Agree,
        (Limit::Everything, _) => Agreement::TooStrong,
        (Limit::Nothing, Measured::Everything { .. }) => Agreement::NotShown,
        (Limit::Nothing, Measured::UpTo { safe, .. }) if safe > slack => Agreement::NotShown,
        (Limit::Nothing, _) => Agreement::Agree,
        (Limit::UpTo(limit), measured) => {
            let limit = amount(limit);
            match measured {
                Measured::Everything { tried } if tried <= limit.saturating_add(slack) => Agreement::Agree,
                Measured::Everything { .. } => Agreement::TooWeak,
                Measured::UpTo { breaks, .. } if breaks <= limit => Agreement::TooStrong,
                Measured::UpTo { safe, .. } if safe > limit.saturating_add(slack) => Agreement::TooWeak,
                Measured::UpTo { .. } => Agreement::Agree,
                _ if limit == 0 => Agreement::Agree,
                _ => Agreement::TooStrong,
            }
        }
    }
}

/// Of a death the formula says the longest that it takes, so the search may stay below it.
fn death(limit: Limit, measured: Measured, slack: u64) -> Agreement {
    match (limit, measured) {
        (Limit::Nothing, Measured::Never) => Agreement::Agree,
        (Limit::UpTo(limit), Measured::Within(longest)) => match amount(limit) {
            limit if longest > limit => Agreement::TooStrong,
            limit if longest.saturating_add(slack) < limit => Agreement::TooWeak,
            _ => Agreement::Agree,
        },
        (Limit::Nothing, _) => Agreement::TooWeak,
        _ => Agreement::TooStrong,
    }
}

/// A quantity in the unit of its axis.
pub fn amount(quantity: Quantity) -> u64 {
    match quantity {
        Quantity::Span(span) => span.0,
        Quantity::Ppm(amount) | Quantity::Times(amount) => amount,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use fencepost_model::Span;

    const fn up_to(millis: u64) -> Measured {
        Measured::UpTo { safe: millis * 1_000_000, breaks: (millis + 1) * 1_000_000 }
    }

    fn of_pause(limit: Limit, measured: Measured) -> Agreement {
        agreement(Hazard::Pause, Some(limit), measured, 100_000_000)
    }

    fn limit(millis: u64) -> Limit {
        Limit::UpTo(Quantity::Span(Span::from_millis(millis)))
    }

    #[test]
    fn a_formula_that_promises_too_much_is_told() {
        assert_eq!(of_pause(limit(2_000), up_to(2_050)), Agreement::Agree);
        assert_eq!(of_pause(limit(2_000), up_to(2_000)), Agreement::Agree);
        assert_eq!(of_pause(limit(2_000), up_to(1_900)), Agreement::TooStrong);
        assert_eq!(of_pause(limit(2_000), Measured::Nothing), Agreement::TooStrong);
        assert_eq!(of_pause(Limit::Everything, up_to(2_000)), Agreement::TooStrong);
    }

    #[test]
    fn a_formula_that_promises_too_little_is_told() {
        assert_eq!(of_pause(limit(2_000), up_to(2_200)), Agreement::TooWeak);
        let tried = Measured::Everything { tried: 4_000_000_000 };
        assert_eq!(of_pause(limit(2_000), tried), Agreement::TooWeak);
        assert_eq!(of_pause(Limit::Nothing, tried), Agreement::NotShown);
        assert_eq!(of_pause(Limit::Nothing, up_to(5)), Agreement::Agree);
    }

    #[test]
    fn a_take_over_may_be_faster_and_never_slower() {
        let within = |millis: u64| Measured::Within(millis * 1_000_000);
        let of_death = |limit, measured| agreement(Hazard::Death, Some(limit), measured, 100_000_000);
        assert_eq!(of_death(limit(2_000), within(1_950)), Agreement::Agree);
        assert_eq!(of_death(limit(2_000), within(2_001)), Agreement::TooStrong);
        assert_eq!(of_death(limit(2_000), within(1_000)), Agreement::TooWeak);
        assert_eq!(of_death(Limit::Nothing, Measured::Never), Agreement::Agree);
        assert_eq!(of_death(limit(2_000), Measured::Never), Agreement::TooStrong);
    }

    #[test]
    fn room_is_what_is_left() {
        let left = |measured, yours| room(measured, None, Agreement::Agree, yours);
        assert_eq!(left(up_to(2_000), Some(500_000_000)), Room::Left(1_500_000_000));
        assert_eq!(left(up_to(2_000), Some(2_500_000_000)), Room::Short(500_000_000));
        assert_eq!(left(up_to(2_000), None), Room::NotAsked);
        assert_eq!(left(up_to(0), None), Room::None);
        assert_eq!(left(Measured::NotTried, Some(1)), Room::NotTried);
        let nothing = |agreement| room(up_to(2_000), Some(Limit::Nothing), agreement, Some(500_000_000));
        assert_eq!(nothing(Agreement::Agree), Room::None);
        assert_eq!(nothing(Agreement::NotShown), Room::NotPromised);
    }
}
