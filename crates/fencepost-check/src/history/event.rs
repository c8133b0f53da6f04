//! One line of a history, understood.

use super::names::{KeyId, WhoId};

/// A place in a history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// The position among all events, from 0. This is the order that counts.
    pub n: u64,
    /// The line of the file.
    pub line: u64,
    /// What the recorder's clock said, in nanoseconds, where it said anything.
    pub at: Option<i64>,
}

/// What an event says of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// It was made.
    Invoke,
    /// It was done.
    Ok,
    /// It was not done, and never will be.
    Fail,
    /// Nobody knows: it takes effect at any time from its invocation on, or never.
    Info,
}

/// What was called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Action {
    /// Take the lock, or a permit.
    Acquire,
    /// Take the lock together with others who share it.
    AcquireShared,
    /// Give it back.
    Release,
    /// Make the lease longer.
    Extend,
    /// The owner is told that it lost the lock, or finds out by itself. Always [`Phase::Ok`].
    Lost,
    /// The service began to promise the lock. Always [`Phase::Ok`].
    Granted,
    /// As granted, together with others who share it.
    GrantedShared,
    /// The service's promise is over, by a release or by time. Always [`Phase::Ok`].
    Ended,
    /// The resource took a read under a token. Always [`Phase::Ok`].
    GuardedRead,
    /// The resource took a write under a token. Always [`Phase::Ok`].
    GuardedWrite,
    /// An outside provider did a job under the lock. Always [`Phase::Ok`].
    Charge,
    /// Read a register or a set.
    Read,
    /// Write a register.
    Write,
    /// Compare and set a register.
    Cas,
    /// Add to a set.
    Add,
}

/// A value that can only be compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Atom {
    /// Nothing.
    #[default]
    Nil,
    /// A number.
    Int(i64),
    /// Any other value, by the number that its text was given.
    Word(u32),
}

/// What a call was given or gave back, beside a token.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Value {
    /// Nothing.
    #[default]
    None,
    /// One value.
    One(Atom),
    /// Expected and new.
    Pair(Atom, Atom),
    /// The elements of a set.
    Many(Box<[Atom]>),
}

/// One event of a history. A completion knows its invocation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Where and when.
    pub stamp: Stamp,
    /// The invocation that this completes; none for an invocation, and for completions that came alone.
    pub invoked: Option<Stamp>,
    /// Which lock or object.
    pub key: KeyId,
    /// Whose call it is.
    pub who: WhoId,
    /// What was called.
    pub action: Action,
    /// What became of it.
    pub phase: Phase,
    /// The fencing token; 0 stands for none in some services, and is none here.
    pub token: Option<u64>,
    /// Which holding it is about, where the recorder numbers them.
    pub tenure: Option<u64>,
    /// What else came with it.
    pub value: Value,
}

impl Action {
    /// The word of reports.
    pub const fn word(self) -> &'static str {
        match self {
            Action::Acquire => "acquire",
            Action::AcquireShared => "acquire shared",
            Action::Release => "release",
            Action::Extend => "extend",
            Action::Lost => "lost",
            Action::Granted => "granted",
            Action::GrantedShared => "granted shared",
            Action::Ended => "ended",
            Action::GuardedRead | Action::Read => "read",
            Action::GuardedWrite | Action::Write => "write",
            Action::Charge => "charge",
            Action::Cas => "cas",
            Action::Add => "add",
        }
    }

    /// Whether it is no call but something that the service or the resource tells.
    pub const fn is_told(self) -> bool {
        matches!(
            self,
            Action::Granted
                | Action::GrantedShared
                | Action::Ended
                | Action::GuardedRead
                | Action::GuardedWrite
                | Action::Charge
        )
    }

    /// Whether it takes the lock.
    pub const fn is_acquire(self) -> bool {
        matches!(self, Action::Acquire | Action::AcquireShared)
    }
}
