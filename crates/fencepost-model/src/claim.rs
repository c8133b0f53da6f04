//! What a lock claims, under which assumptions, and how a run's abuse of them is told.

use crate::Span;
use serde::{Deserialize, Serialize};
use std::fmt;

/// What a property may rest on. Each has an exact measure, taken from the events of the run, and a limit
/// from the settings; a violation is excused only where the measure exceeds the limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Assumption {
    /// A believer is not stopped past its handed-out deadline for longer than the limit.
    BoundedPause,
    /// A message is processed at most the limit after it was sent.
    BoundedDelay,
    /// The rates of the owner's and the store's oscillators differ by at most the limit.
    BoundedDrift,
    /// Wall clocks that decide the same expiry differ by at most the limit.
    BoundedSkew,
    /// No wall clock that decides an expiry is set.
    NoWallStep,
    /// The owner's monotonic clock counts the time that its machine was suspended.
    MonotonicCountsSuspension,
    /// The owner looks at its deadline before each operation and gives up when it has passed.
    OwnerObeysDeadline,
    /// A guard without a deadline exchanges an answer with the store at least this often.
    RenewalsGetThrough,
    /// A holder without renewal works no longer than the limit.
    WorkWithinLease,
    /// A restarted store node has everything that it promised.
    DurableNodes,
    /// A promoted replica has everything that was promised.
    SynchronousReplication,
    /// The store evicts nothing.
    NoEviction,
    /// No administrator removes a tenure.
    NoForcedRelease,
    /// A majority of the system's servers is up and connected.
    MajorityAlive,
    /// No message of the kind is lost or applied twice.
    NoLossOrDuplicate,
    /// The resource checks fencing tokens.
    ResourceChecksTokens,
    /// The owner commits what it wrote before it gives the lock back.
    OwnerCommitsBeforeRelease,
    /// An owner that had a job done by the provider writes that down at the resource.
    OwnerRecords,
}

/// How much of an assumption's measure there was, or may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Quantity {
    /// A length of time.
    Span(Span),
    /// Parts per million.
    Ppm(u64),
    /// How often it happened.
    Times(u64),
}

/// One assumption with its limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Bound {
    /// What is assumed.
    pub assumption: Assumption,
    /// How much of its measure is still inside the claim.
    pub limit: Quantity,
}

/// A set of assumptions that is enough for a property.
pub type Alternative = Vec<Bound>;

/// A property that a lock claims, with the alternatives of which one is enough. An alternative without
/// assumptions claims the property always; a claim without alternatives does not exist (leave it out).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Claim {
    /// The property's name.
    pub property: &'static str,
    /// Each is enough by itself.
    pub alternatives: Vec<Alternative>,
}

/// An assumption whose measure exceeded its limit.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Exceeded {
    /// Which.
    pub assumption: Assumption,
    /// What the run did, up to and including the violation.
    pub measured: Quantity,
    /// What the claim allows.
    pub limit: Quantity,
    /// The process, machine or operation that did it, by name.
    pub by: String,
}

/// Where a violation stands with regard to the claims.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// Every assumption of some alternative was kept: always unexpected, unless the variant is planted.
    Inside,
    /// Every alternative had an assumption that was exceeded; one for each alternative.
    Outside(Vec<Exceeded>),
    /// The lock does not claim this property under these settings.
    NotClaimed,
}

impl Assumption {
    /// Whether it is about when things happen, and not about what is kept, lost or refused.
    pub const fn is_of_time(self) -> bool {
        matches!(
            self,
            Assumption::BoundedPause
                | Assumption::BoundedDelay
                | Assumption::BoundedDrift
                | Assumption::BoundedSkew
                | Assumption::NoWallStep
                | Assumption::MonotonicCountsSuspension
                | Assumption::OwnerObeysDeadline
                | Assumption::RenewalsGetThrough
                | Assumption::WorkWithinLease
        )
    }

    /// The word of reports, and its meaning in a sentence.
    pub const fn words(self) -> (&'static str, &'static str) {
        match self {
            Assumption::BoundedPause => ("bounded pause", "a believer is not stopped past its deadline"),
            Assumption::BoundedDelay => ("bounded delay", "messages are processed soon after they were sent"),
            Assumption::BoundedDrift => {
                ("bounded drift", "the clocks of owner and store run at nearly one rate")
            }
            Assumption::BoundedSkew => ("bounded skew", "wall clocks that decide one expiry agree"),
            Assumption::NoWallStep => ("no wall step", "no wall clock that decides an expiry is set"),
            Assumption::MonotonicCountsSuspension => {
                ("monotonic clock counts suspended time", "a suspended machine does not miss its deadline")
            }
            Assumption::OwnerObeysDeadline => {
                ("owner obeys its deadline", "the owner looks at its deadline before each operation")
            }
            Assumption::RenewalsGetThrough => ("renewals get through", "the store answers a renewal in time"),
            Assumption::WorkWithinLease => {
                ("work within the lease", "the holder is done before its lease ends")
            }
            Assumption::DurableNodes => {
                ("durable nodes", "a restarted store has everything that it promised")
            }
            Assumption::SynchronousReplication => {
                ("synchronous replication", "a promoted replica has everything that was promised")
            }
            Assumption::NoEviction => ("no eviction", "the store evicts nothing"),
            Assumption::NoForcedRelease => ("no forced release", "no administrator removes a tenure"),
            Assumption::MajorityAlive => ("majority alive", "a majority of the servers is up and connected"),
            Assumption::NoLossOrDuplicate => {
                ("no loss or duplicate", "no message of the kind is lost or applied twice")
            }
            Assumption::ResourceChecksTokens => ("resource checks tokens", "the resource refuses old tokens"),
            Assumption::OwnerCommitsBeforeRelease => (
                "owner commits before it releases",
                "nobody is granted the lock before the last update is visible",
            ),
            Assumption::OwnerRecords => (
                "owner records what was done outside",
                "nobody finds a job undone that the provider has done",
            ),
        }
    }
}

impl fmt::Display for Assumption {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.words().0)
    }
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Quantity::Span(span) => f.write_str(&span.in_seconds()),
            Quantity::Ppm(ppm) => write!(f, "{ppm} ppm"),
            Quantity::Times(1) => f.write_str("once"),
            Quantity::Times(0) => f.write_str("never"),
            Quantity::Times(times) => write!(f, "{times} times"),
        }
    }
}

impl fmt::Display for Exceeded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} by {}, limit {}", self.assumption, self.measured, self.by, self.limit)
    }
}
