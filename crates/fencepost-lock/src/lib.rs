//! What the author of a lock uses.
//!
//! A lock is written once, as ordinary async Rust against two small interfaces: its environment
//! ([`Env`]: clocks, sleep, randomness, tasks) and a store port (in the catalogue: one per primitive). It
//! implements [`Lock`]. The same code then runs in the simulated world and, later, against real servers.
//!
//! The smallest lock that can be written grants everybody, and is no lock at all:
//!
//! ```
//! use fencepost_lock::{Acquired, Ask, Erased, Extended, Grant, Lease, Lock, Released, Status};
//! use fencepost_model::Slot;
//! use std::sync::Arc;
//!
//! struct Free;
//!
//! impl Lock for Free {
//!     type Proof = ();
//!
//!     async fn acquire(&self, _ask: Ask) -> Acquired<()> {
//!         Acquired::Granted(Grant { proof: (), lease: Lease::default(), token: None, slot: Slot(0) })
//!     }
//!
//!     async fn extend(&self, _proof: &()) -> Extended {
//!         Extended::Until(None)
//!     }
//!
//!     async fn release(&self, _proof: &()) -> Released {
//!         Released::Released
//!     }
//!
//!     async fn status(&self, _name: Arc<str>, _proof: Option<&()>) -> Status {
//!         Status::Free
//!     }
//! }
//!
//! let for_workloads = Erased::boxed(Free);
//! # drop(for_workloads);
//! ```
//!
//! One that works, on a Redis, is what `fencepost new lock NAME` writes.
//!
//! A workload sees locks only through the instrumented handles [`Owner`] and [`Guard`], which tell the
//! observer what the owner asked for and what it was told. It implements [`Workload`].
//!
//! The [`Resource`] is what the lock protects: a pure state machine behind a gate. What is done under a guard may be
//! a [`Transaction`] there.
//!
//! Nothing here names a runtime, reads a real clock or draws a random number by itself.

mod channel;
mod combine;
mod env;
mod guard;
mod lease;
mod lock;
mod owner;
mod probe;
mod random;
mod reply;
mod resource;
mod transaction;
mod workload;

pub use channel::{Notify, Receiver, Sender, channel};
pub use combine::{Either, join_all, race, timeout};
pub use env::{Draw, Env, Observed, TaskHandle};
pub use guard::{Guard, Lost};
pub use lease::{Lease, News};
pub use lock::{Acquired, AnyLock, AnyProof, Ask, Entered, Erased, Extended, Grant, Lock, Released, Status};
pub use owner::{Denied, Owner};
pub use probe::probe;
pub use random::EnvRng;
pub use reply::Reply;
pub use resource::{
    Act, Checked, Decision, Resource, ResourceReply, ResourceRequest, Ruling, Ticket, TransactionId,
};
pub use transaction::Transaction;
pub use workload::{LocalBoxFuture, Workload};
