//! Many runs: the catalogue of what can be run.

mod catalogue;

pub use catalogue::{Catalogue, Embedded};
