//! The simulated world: machines with their clocks, processes, links, faults and the observer. It runs one
//! plan at a time, always the same way.
//!
//! Start at [`run`], which runs a plan; a system of your own implements [`SimSystem`], and its servers
//! [`Server`]. A lock on servers that ship needs neither: it is given to the system of those servers, and says what
//! it claims by [`SimSystem::described`].
//!
//! ```
//! use fencepost_sim::Ground;
//!
//! // Which ground a build has: both in the checkout, bare ground wherever it is a dependency.
//! assert!(Ground::Bare.is_here() && Ground::best().is_here());
//! ```
//!
//! The README lists every source of entropy that is closed here.

mod behaviour;
mod clock;
mod connection;
mod connections;
mod contain;
mod core;
mod cut;
mod datagram;
mod described;
mod disk;
mod env;
mod exchange;
mod fault;
mod ground;
mod life;
mod line;
mod link;
mod messages;
mod network;
mod observed;
mod observer;
mod origin;
mod place;
mod point;
mod process;
mod pulse;
mod queue;
mod resource;
mod run;
mod server;
mod spare;
mod stage;
mod strike;
mod syncs;
mod system;
mod timer;
mod waker;
mod witness;
mod world;

pub use clock::{EPOCH, MachineClock};
pub use described::{Described, Projected};
pub use disk::Disk;
pub use env::{SimEnv, SimTask};
pub use fault::Fate;
pub use ground::Ground;
pub use line::Line;
pub use link::LinkId;
pub use network::{ConnectionId, Label, ReplyTo};
pub use place::{Place, PlaceKind, Places};
pub use pulse::Pulse;
pub use run::{PROBE, RESOURCE, RunOptions, RunResult, run, run_on};
pub use server::{Boot, Death, Server, ServerContext};
pub use spare::Spare;
pub use stage::{Stage, cast_of};
pub use system::{ClientSite, NoProjection, Projection, SimSystem, TenureChange};
