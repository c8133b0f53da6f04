//! Workloads: what owners do with a lock.

mod counter;
mod nested;
mod register;
mod taking;

pub use counter::Counter;
pub use nested::Nested;
pub use register::Register;
