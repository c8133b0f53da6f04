//! What a history is judged by, beside its model.

use super::Model;
use fencepost_model::Span;

/// What is known of how long a tenure lasts by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lease {
    /// Nothing: where an owner falls silent and another takes over, nobody can say.
    Unknown,
    /// For ever, until released.
    Never,
    /// This long since the last acquire or extension was asked for.
    Of(Span),
}

/// What a history is judged by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rules {
    /// The sequential object.
    pub model: Model,
    /// When a tenure ends by itself.
    pub lease: Lease,
    /// How far two clocks may be apart. None: the order of the events is the order in which they happened.
    pub clock_error: Option<Span>,
    /// Whether the order of events shows what owners believed: one observer wrote them, or clocks are known.
    pub order_is_trusted: bool,
    /// How many steps a search may take before it answers *unclear*.
    pub budget: u64,
    /// Whether histories that the one-pass rules cannot decide are kept and searched. Costs memory that
    /// follows the length of the history.
    pub search: bool,
}

impl Rules {
    /// The rules for a model, with nothing known beside it.
    pub const fn of(model: Model) -> Rules {
        Rules {
            model,
            lease: Lease::Unknown,
            clock_error: None,
            order_is_trusted: false,
            budget: 5_000_000,
            search: false,
        }
    }

    /// The clock error in nanoseconds.
    pub(super) fn error(&self) -> i64 {
        self.clock_error.map_or(0, |span| i64::try_from(span.as_nanos()).unwrap_or(i64::MAX))
    }
}
