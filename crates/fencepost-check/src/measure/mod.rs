//! What a run is measured by, beside its verdicts: how long acquires took, how soon the lock was handed on, who got
//! it how often, what a fault cost. Measures are taken from the same events as verdicts, as they occur, and only
//! where they are asked for; no verdict depends on them.
//!
//! Everything is counted in whole numbers: there is no float here, so the same run gives the same bytes.

mod fairness;
mod measures;
mod meter;
mod overlaps;
mod recoveries;
mod shares;
#[cfg(test)]
mod tests;
mod windows;

pub use fairness::fairness_ppm;
pub use measures::{Bereft, Death, GrantTaken, Measures, Recovery, TimeShares, Window};
pub(crate) use meter::Meter;
