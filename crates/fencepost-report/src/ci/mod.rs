//! What continuous integration reads: JUnit, annotations of GitHub, and its summary of a job. All are made of
//! rows in the form of the store, so that merged parts are told like a run.

mod finding;
mod github;
mod job_summary;
mod junit;

pub use finding::{Finding, findings};
pub(crate) use github::at_line;
pub use github::{annotations, worse};
pub use job_summary::job_summary;
pub use junit::junit;
