//! Stores, one folder for each kind of primitive: the port that locks are written against, and a simulated
//! server that is a model of the real one.

pub mod kv;
pub mod log;
mod purpose;
pub mod register;

pub use purpose::Purpose;
