//! Small numbers that name the parts of a run. The [`Cast`](crate::Cast) of the run gives their names.

use serde::{Deserialize, Serialize};
use std::fmt;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident($inner:ty)) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub struct $name(pub $inner);

        impl $name {
            /// The number as an index into a table of the run.
            pub const fn index(self) -> usize {
                self.0 as usize
            }
        }
    };
}

id!(/** A machine: it has the clocks, and links join it to others. */ MachineId(u32));
id!(/** A process on a machine: a client, a server or the resource. Faults hit processes and machines. */ ProcessId(u32));
id!(/** A contender for locks, inside a client process. */ OwnerId(u32));
id!(/** What owners contend for. */ LockId(u16));
id!(/** The permit of a semaphore that a tenure holds; 0 for every other mode. Only equal slots conflict. */ Slot(u16));
id!(/** One holding of one lock by one owner, numbered over the run in the order in which they came up. */ TenureId(u32));
id!(/** A fault of the plan, by its place in the file. */ FaultId(u32));
id!(/** A fencing token: larger is newer, within one lock and slot. */ Token(u64));

/// A server's process, where it acts as a keeper of promises.
pub type NodeId = ProcessId;

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Which operation of which owner caused something. It rides on every message and every spawned task of
/// a client, and no simulated code can read it: so the observer knows what a store's change was for,
/// even where the protocol itself could not tell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct OpTag {
    /// Whose operation it is.
    pub owner: OwnerId,
    /// Which life of the owner: a restarted process holds new incarnations.
    pub incarnation: u16,
    /// The acquire (by its operation number) under whose guard this runs; the operation itself for an acquire.
    pub attempt: u32,
    /// The operation, numbered within the owner's incarnation from 1.
    pub op: u32,
}

impl OpTag {
    /// Whether the operation is the acquire attempt itself.
    pub const fn is_acquire(&self) -> bool {
        self.attempt == self.op
    }

    /// The tag of the acquire attempt under whose guard this operation runs.
    pub const fn of_attempt(&self) -> OpTag {
        OpTag { op: self.attempt, ..*self }
    }
}
