//! The store of runs: what a sweep leaves behind in a folder, for reports, comparisons and other machines.
//!
//! Start at [`Stored::open`], or see [`form`] for what lies in a folder.

mod count;
pub mod form;
mod read;

pub use count::{Counted, Missing, StoredExample, StoredProperty, StoredRow, StoredStanding};
pub(crate) use form::hex;
pub use form::{
    Asked, CaseHead, Finished, Head, RowHead, STORE_FORMAT, ScenarioHead, StoredExpect, StoredFault,
    StoredRun, StoredUnclear, StoredViolation,
};
pub(crate) use read::lane_digest;
pub use read::{RUN_FILE, RUNS_FILE, Runs, Stored, Whole};
