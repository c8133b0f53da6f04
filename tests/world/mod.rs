//! What simulated code meets in the world, told as scripts with exact times.
//!
//! - `connections`: what a caller sees of a server and of the network between them
//! - `links`: what servers see of a stream between them
//! - `clocks`: sleeping, drifting, stepping, suspended and paused
//! - `faults`: when they fire, and at whom
//! - `lives`: what dies and starts again, and the calm tail
//! - `beliefs`: where beliefs and promises end
//! - `provider`: what an outside provider does, beside the resource
//! - `transactions`: who sees what at the resource, and who waits for whom

mod beliefs;
mod clocks;
mod connections;
mod faults;
mod links;
mod lives;
mod provider;
mod transactions;
