//! Workloads: what owners do with a lock.

mod counter;
mod register;
mod taking;

pub use counter::Counter;
pub use register::Register;
