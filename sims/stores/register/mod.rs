//! Registers with ballots: what an acceptor of Paxos keeps, one for each key.
//!
//! [`Registers`] is the port: locks name it and nothing else. [`RegisterServer`] is the simulated server, and
//! [`SimRegisters`] the port's end in the simulated world.

mod acceptor;
mod log;
mod port;
mod server;
mod version;

pub use acceptor::{Acceptor, Ballots, Register};
pub use port::{Answer, Registers, Request, SimRegisters};
pub use server::{Durability, RegisterServer};
pub use version::{Accepted, Ballot, Version};
