//! What a strategy is: which plans are tried, in which order.

use super::{Field, Findings};
use crate::Stop;

/// A way to search. It edits plans, and is a pure function of the field and of its own options: the plans of
/// a unit are the same whoever asks for them, and when. So units can be shared among threads, a search that
/// was stopped goes on at the next unit, and what it finds does not depend on the number of threads.
pub trait Strategy: Sync {
    /// Its word.
    fn word(&self) -> &'static str;

    /// What is tried, in lines for people: kinds, menu, bounds.
    fn bounds(&self) -> Vec<String>;

    /// How many units there are; none: without end.
    fn units(&self) -> Option<u64>;

    /// Runs every plan of a unit and counts it in. Ends early, and says so with none, once `stop` is raised.
    fn work(&self, field: &Field<'_>, unit: u64, stop: &Stop) -> Option<Findings>;
}
