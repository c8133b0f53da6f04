//! What is said of a history, with the events that show it.

use super::event::{Action, Event, Phase, Stamp};
use super::names::{KeyId, WhoId};
use fencepost_model::Span;

/// What one property says of a history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Opinion {
    /// It held.
    Holds,
    /// It was violated, and this shows it.
    Violated(CounterExample),
    /// Nothing can be said.
    Unclear(Doubt),
    /// The history has nothing that the property is about.
    NotOffered,
}

/// How sure an overlap is, where clocks are not exact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Certainty {
    /// However the clocks were off, there was one.
    Certain,
    /// With some error of the clocks there was one, with another there was none.
    Possible,
}

/// An event that takes part in a story.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Witness {
    /// Where and when.
    pub stamp: Stamp,
    /// Whose.
    pub who: WhoId,
    /// Of which call.
    pub action: Action,
    /// And what of it.
    pub phase: Phase,
    /// With which token.
    pub token: Option<u64>,
}

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Story {
    /// Two tenures that exclude each other stood at once. Since when, and until when, by the clocks.
    Overlap {
        /// How sure that is.
        certainty: Certainty,
        /// For how long, where clocks tell.
        lasted: Option<Span>,
    },
    /// An owner took again what it had, and may not.
    TakenAgain,
    /// One more permit was out than there are.
    TooMany {
        /// How many there are.
        permits: u32,
    },
    /// A release was done, and its caller had nothing to release.
    NotHeld,
    /// A new tenure's token is not larger than an earlier one.
    TokenNotLarger {
        /// How sure the order of the two is.
        certainty: Certainty,
    },
    /// One tenure has two tokens.
    TwoTokens,
    /// The resource took a write of an older token after a newer one.
    StaleWrite,
    /// No order of the calls is legal once this call has returned.
    NoOrder,
    /// An element was there, or had to be, and then was not.
    Lost,
    /// An element was missing from a read that came after it was known.
    Stale,
    /// An element was read twice.
    Twice,
}

/// Events that cannot all be, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CounterExample {
    /// Of which lock.
    pub key: KeyId,
    /// What happened.
    pub story: Story,
    /// What shows it.
    pub events: Vec<Witness>,
}

/// Why nothing can be said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Doubt {
    /// An owner fell silent, another took over, and nobody said how long a tenure lasts.
    SilentOwner(CounterExample),
    /// An overlap that the error of the clocks explains, or an end whose begin nobody logged.
    Possible(CounterExample),
    /// An owner went on after an unknown outcome, or had two calls at once; the whole history decides.
    NeedsSearch(CounterExample),
    /// The search took more steps than it may.
    Budget {
        /// How many it may take.
        steps: u64,
    },
    /// Nothing was ever known well enough to be missed.
    NothingKnown,
}

/// One property, and what it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The property.
    pub property: &'static str,
    /// What it says.
    pub opinion: Opinion,
}

/// All that is said of a history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// One for each property of the model.
    pub rows: Vec<Row>,
    /// How many events were taken in.
    pub events: u64,
    /// How many calls came to a known end, and how many did not.
    pub ended: u64,
    /// Calls whose outcome nobody knows.
    pub unknown: u64,
    /// Calls that were refused.
    pub refused: u64,
}

impl Witness {
    /// An event as a witness.
    pub fn of(event: &Event) -> Witness {
        let Event { stamp, who, action, phase, token, .. } = *event;
        Witness { stamp, who, action, phase, token }
    }

    /// The same call, at its invocation.
    pub(super) fn invoked(event: &Event) -> Option<Witness> {
        let stamp = event.invoked?;
        Some(Witness { stamp, phase: Phase::Invoke, token: None, ..Witness::of(event) })
    }
}

impl Report {
    /// What is said of a property.
    pub fn of(&self, property: &str) -> Option<&Opinion> {
        self.rows.iter().find(|row| row.property == property).map(|row| &row.opinion)
    }

    /// The worst that is said.
    pub fn worst(&self) -> &Opinion {
        let rank = |row: &&Row| row.opinion.rank();
        self.rows.iter().max_by_key(rank).map_or(&Opinion::NotOffered, |row| &row.opinion)
    }

    /// Whether only a search of the whole history can decide.
    pub fn needs_search(&self) -> bool {
        self.rows.iter().any(|row| matches!(&row.opinion, Opinion::Unclear(Doubt::NeedsSearch(_))))
    }
}

impl Opinion {
    fn rank(&self) -> u8 {
        match self {
            Opinion::NotOffered => 0,
            Opinion::Holds => 1,
            Opinion::Unclear(Doubt::NeedsSearch(_)) => 2,
            Opinion::Unclear(_) => 3,
            Opinion::Violated(_) => 4,
        }
    }

    /// The worse of the two; of equals, the one that shows earlier in the history.
    #[must_use]
    pub fn worse(self, other: Opinion) -> Opinion {
        let key = |opinion: &Opinion| (opinion.rank(), std::cmp::Reverse(opinion.first()));
        if key(&other) > key(&self) { other } else { self }
    }

    /// The counter-example, sure or not.
    pub fn example(&self) -> Option<&CounterExample> {
        match self {
            Opinion::Violated(example)
            | Opinion::Unclear(
                Doubt::SilentOwner(example) | Doubt::Possible(example) | Doubt::NeedsSearch(example),
            ) => Some(example),
            _ => None,
        }
    }

    /// At which event it was complete.
    fn first(&self) -> u64 {
        let last = self.example().and_then(|example| example.events.iter().map(|event| event.stamp.n).max());
        last.unwrap_or(u64::MAX)
    }
}
