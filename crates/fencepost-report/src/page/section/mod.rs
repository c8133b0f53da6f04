//! The sections of the report, in reading order.

mod against;
mod breaks;
mod comparison;
mod deaths;
mod edge;
mod exercised;
mod first;
mod glossary;
mod latency;
mod matrix;
mod overlaps;
mod repeat;
mod teeth;
mod unclear;
mod unexpected;

pub use first::{first, title};

use super::Told;
use maud::Markup;

/// A section: what it is called, and what it tells, where there is anything to tell.
pub struct Section {
    /// Its name in links.
    pub anchor: &'static str,
    /// Its heading.
    pub title: &'static str,
    /// What stands in it.
    pub tell: fn(&Told<'_>) -> Option<Markup>,
}

/// All of them.
pub const SECTIONS: &[Section] = &[
    Section { anchor: "unexpected", title: "What nobody expected", tell: unexpected::tell },
    Section { anchor: "matrix", title: "What broke, lock by lock", tell: matrix::tell },
    Section { anchor: "unclear", title: "Unclear, and not offered", tell: unclear::tell },
    Section { anchor: "exercised", title: "What was exercised", tell: exercised::tell },
    Section { anchor: "teeth", title: "What the searches can find", tell: teeth::tell },
    Section { anchor: "comparison", title: "What each lock costs", tell: comparison::tell },
    Section { anchor: "latency", title: "How long an acquire takes", tell: latency::tell },
    Section { anchor: "deaths", title: "When somebody dies", tell: deaths::tell },
    Section { anchor: "overlaps", title: "How long two had it at once", tell: overlaps::tell },
    Section { anchor: "edge", title: "How far it is to the edge", tell: edge::tell },
    Section { anchor: "breaks", title: "Expected breaks, and what they teach", tell: breaks::tell },
    Section { anchor: "against", title: "Against the baseline", tell: against::tell },
    Section { anchor: "repeat", title: "How to repeat this", tell: repeat::tell },
    Section { anchor: "glossary", title: "How to read this", tell: glossary::tell },
];
