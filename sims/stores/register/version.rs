//! What a register holds.

use fencepost_model::Datum;

/// The right of one proposer to write once. Ballots are ordered by number, and told apart by who made them:
/// no two are equal, because `by` is drawn anew for each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ballot {
    /// Larger than every number that its maker had heard of.
    pub number: u64,
    /// A random number.
    pub by: u64,
}

/// One version of a register.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Version {
    /// Larger than that of the version on top of which it was made.
    pub number: u64,
    /// What is in it; none: the register is empty.
    pub content: Option<Datum>,
}

/// A version, with the ballot under which a node accepted it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// Under which ballot.
    pub ballot: Ballot,
    /// What.
    pub version: Version,
}
