//! What the lock puts into the log, what comes of it, and what is asked beside it.

use crate::stores::log::Name;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// A command of the log. A tenure bears the name of the acquire that asked for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Command {
    /// Take the lock, or a place in its queue.
    Acquire {
        /// Which lock.
        lock: Arc<str>,
        /// Whether to wait in the queue where somebody has it.
        wait: bool,
    },
    /// Keep the lock for another whole lease.
    Extend {
        /// Which lock.
        lock: Arc<str>,
        /// Whose tenure.
        tenure: Name,
    },
    /// Take once more what the tenure has.
    Enter {
        /// Which lock.
        lock: Arc<str>,
        /// Whose tenure.
        tenure: Name,
    },
    /// Give back one of several holds.
    Leave {
        /// Which lock.
        lock: Arc<str>,
        /// Whose tenure.
        tenure: Name,
    },
    /// Give the lock back, or the place in its queue.
    Release {
        /// Which lock.
        lock: Arc<str>,
        /// Whose tenure.
        tenure: Name,
        /// How many holds of it; as many as there are, where the number is larger.
        holds: u32,
    },
    /// The lease is over: of this tenure, as it was extended last.
    Expire {
        /// Whose tenure.
        tenure: Name,
        /// The entry that granted or extended it last.
        extended: u64,
    },
    /// Nothing was heard of a waiter for too long.
    Forget {
        /// Whose place.
        tenure: Name,
    },
}

/// What a command answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Outcome {
    /// The tenure has the lock, under this fencing token: the index of the entry that granted it.
    Granted {
        /// The token.
        token: u64,
    },
    /// The tenure has been taken this often.
    Holds(u32),
    /// The tenure waits.
    Queued,
    /// Another tenure has the lock.
    Held,
    /// The tenure has lost the lock, or its place; or never had one.
    NotHeld,
    /// The tenure had the lock, or a place, and has it no more.
    Released,
}

/// Who holds a lock?
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WhoHolds {
    /// Which lock.
    pub lock: Arc<str>,
}

/// Say when a tenure waits no more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MyTurn {
    /// Which lock.
    pub lock: Arc<str>,
    /// Whose tenure.
    pub tenure: Name,
}

/// What the state says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum View {
    /// This tenure holds the lock; none: nobody does.
    Holder(Option<Name>),
    /// The tenure waits no more: it has the lock, or lost its place.
    WaitsNoMore,
}

/// What time ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Deadline {
    /// A lease, as it was extended last.
    Lease {
        /// Whose tenure.
        tenure: Name,
        /// The entry that granted or extended it last.
        extended: u64,
    },
    /// A place in a queue.
    Place {
        /// Whose.
        tenure: Name,
    },
}
