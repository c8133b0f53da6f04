//! Workloads: what owners do with a lock.

mod register;

pub use register::Register;
