//! What puts a replica into the place of a primary, and how clients find out.
//!
//! - `message`: what servers of keys are asked and told, and what sentinels tell each other
//! - `nodes`: how the servers of keys look from here
//! - `election`: epochs and votes, pure
//! - `sentinel`: Redis Sentinel
//! - `manager`: a hosted service
//! - `guide`: where clients ask who is primary, and their end of it

mod election;
mod guide;
mod manager;
mod message;
mod nodes;
mod sentinel;

pub use guide::SimFailoverKeyValue;
pub use manager::{Manager, ManagerTimes};
pub use sentinel::{Sentinel, SentinelTimes};

pub(super) use message::{Control, Report};
