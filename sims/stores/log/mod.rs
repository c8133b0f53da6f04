//! A replicated log, as Raft keeps it, under state machines of any kind.
//!
//! A system writes a [`Machine`] and gets a [`LogServer`] for its members and a [`LogClient`] for its
//! clients. The protocol is the `raft` crate; the world decides when it ticks, what its messages meet on the
//! way, and what a power cut leaves of its disk.

mod apply;
mod ask;
mod client;
mod consensus;
mod deadlines;
mod journal;
mod leading;
mod machine;
mod port;
pub mod properties;
mod record;
mod server;
mod sessions;
mod settings;
mod storage;

pub use ask::{Answer, Ask, Proposal};
pub use client::{Called, Calls, LogClient};
pub use machine::{Entry, Machine, Name, Told};
pub use port::{Members, SimMembers};
pub use server::LogServer;
pub use settings::{LogFlaws, LogSettings, Reads};
