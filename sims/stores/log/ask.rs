//! What clients and members say to each other.

use super::{Machine, Name};
use serde::{Deserialize, Serialize};

/// What a client asks a member.
#[derive(Clone, Debug)]
pub enum Ask<C, Q, W> {
    /// Put this into the log.
    Propose(Proposal<C>),
    /// What does the newest state say?
    Query(Q),
    /// Say when this has come.
    Watch(W),
}

/// What a client asks the members of a log under `M`.
pub(super) type AskOf<M> = Ask<<M as Machine>::Command, <M as Machine>::Query, <M as Machine>::Watch>;

/// What a member answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer<A, V> {
    /// A session is open, under this number.
    Opened(u64),
    /// The command was carried out, now or before.
    Done(A),
    /// The command was made void before it was carried out, and never will be.
    Void,
    /// Nobody knows the session any more.
    NoSession,
    /// The query's answer, or what was waited for.
    View(V),
    /// What was waited for has not come; ask again.
    NotYet,
    /// This member does not lead, and has done nothing.
    NotLeader {
        /// Who leads, as far as it knows: the member's place among the members.
        hint: Option<usize>,
    },
    /// This member led, and does no more: what was asked may have been done or may still be done.
    Deposed,
}

/// What a member answers under `M`.
pub(super) type AnswerOf<M> = Answer<<M as Machine>::Answer, <M as Machine>::View>;

/// What an entry of the log says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Proposal<C> {
    /// Open a session; its number is the entry's index.
    Open,
    /// A client's command.
    Call {
        /// Its name.
        name: Name,
        /// The client has the answers of all commands of its session before this one.
        acked: u64,
        /// A command of the session that shall not be carried out any more, where it was not yet.
        void: Option<u64>,
        /// The command.
        command: C,
    },
    /// A leader's own.
    Own(C),
}
