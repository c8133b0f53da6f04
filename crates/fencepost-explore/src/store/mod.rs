//! The store of runs: what a sweep leaves behind in a folder, for reports, comparisons and other machines.
//!
//! Start at [`Stored::open`], or see [`form`] for what lies in a folder.

mod case;
mod compare;
mod count;
mod folder;
pub mod form;
mod head;
mod merge;
mod of_row;
mod pen;
mod prune;
mod read;
mod run_line;
mod write;

pub(crate) use case::is_case;
pub use case::{HISTORY_FILE, LANES_FILE, PLAN_FILE, SCENARIO_FILE};
pub use compare::{Change, ChangeKind, Comparison, Step, is_safety};
pub use count::{Counted, Missing, StoredExample, StoredProperty, StoredRow, StoredStanding};
pub use folder::{LATEST, REPORTS, Shelved, find, folder_name, point_latest, shelved};
pub(crate) use form::hex;
pub use form::{
    Asked, CaseHead, Finished, Head, RowHead, STORE_FORMAT, ScenarioHead, StoredExpect, StoredFault,
    StoredRun, StoredUnclear, StoredViolation,
};
pub use merge::merge;
pub use pen::Pen;
pub use prune::{KEEP, Pruning, Stays, pruning};
pub(crate) use read::case_head;
pub(crate) use read::lane_digest;
pub use read::{RUN_FILE, RUNS_FILE, Runs, Stored, Whole};
pub use write::{Measured, Store};
