//! Every kind of mistake, as it is told.

mod expect;
mod faults;
mod keys;
mod placings;
mod quantiles;
mod transport;
mod values;
mod variants;
mod workload;

use crate::told;

/// The expected text is written without the trailing line break of the file.
#[track_caller]
fn check(text: &str, expected: &str) {
    let told = told(text);
    assert_eq!(told.trim_end(), expected.trim(), "\n{told}");
}
