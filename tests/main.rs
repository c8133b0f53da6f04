//! The integration tests of fencepost, in one binary.
//!
//! - `determinism`: the same on every ground, at every level of optimisation
//! - `layering`: which crate may name which
//! - `heap_loop`: the yardstick of the benches still runs its workload

mod determinism;
#[path = "../sims/benches/support/heap_loop.rs"]
mod heap_loop;
mod layering;
