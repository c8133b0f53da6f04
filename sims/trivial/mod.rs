//! Trivial instances, on purpose: they make the protocol learnable, tests simple, and every property fail.
//! `none` is no lock at all, `always` a service that grants everybody, `never` one that refuses everybody.

mod desk;
mod none;

pub use desk::Desk;
pub use none::None;

use fencepost_model::{Claim, Context, word};

/// They claim nothing but to behave.
fn claims(_context: &Context<'_>) -> Vec<Claim> {
    vec![Claim { property: word::WELL_BEHAVED, alternatives: vec![vec![]] }]
}
