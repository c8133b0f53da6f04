//! What is done behind the lock: at the resource that it protects, and at an outside provider.

use crate::Site;
use serde::Serialize;

/// What an operation behind the lock does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case", tag = "access")]
pub enum Access {
    /// Reads the current version.
    Read {
        /// The version that was read.
        version: u64,
    },
    /// Writes a new version made from another.
    Write {
        /// The version that the writer had read.
        parent: u64,
        /// The version that the write made, where it was accepted.
        version: u64,
    },
    /// Writes a new version made from another, in a transaction: nobody else sees it before that is committed.
    Stage {
        /// The version that the writer had read.
        parent: u64,
        /// The version that the write makes when it is committed, where it was accepted.
        version: u64,
    },
    /// Commits what its transaction has written, all of it together. The gate has ruled on that before: this is no
    /// operation that could come too late, but what makes an update.
    Commit {
        /// The version that the transaction's first write was made from.
        parent: u64,
        /// The version that is current from here.
        version: u64,
    },
    /// Has the provider do a job, such as to charge a card.
    Charge {
        /// The job: the version of the register that the update for which it is done is made from.
        job: u64,
        /// Which of the provider's jobs it was, where it was accepted.
        number: u64,
    },
}

impl Access {
    /// The word of reports.
    pub const fn word(&self) -> &'static str {
        match self {
            Access::Read { .. } => "read",
            Access::Write { .. } | Access::Stage { .. } => "write",
            Access::Commit { .. } => "commit",
            Access::Charge { .. } => "charge",
        }
    }

    /// Whether it changes something: at once, or when its transaction is committed.
    pub const fn is_write(&self) -> bool {
        matches!(self, Access::Write { .. } | Access::Stage { .. } | Access::Charge { .. })
    }

    /// Where it is done.
    pub const fn site(&self) -> Site {
        match self {
            Access::Charge { .. } => Site::Provider,
            _ => Site::Resource,
        }
    }
}
