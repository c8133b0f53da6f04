//! What replicas and primaries write to each other, and what clients ask beside a command.

use super::super::log::Rows;
use super::super::{Command, Copies};

/// On the link that a replica has opened to its primary.
pub(in crate::stores::kv) enum FromReplica {
    /// `PSYNC id offset`: whose stream it has, and how far.
    Psync(u64, u64),
    /// `REPLCONF ACK offset`: what it has applied.
    Ack(u64),
}

/// The other way.
pub(in crate::stores::kv) enum FromPrimary {
    /// `+CONTINUE id`, and what was missed.
    Continue(u64, Vec<u8>),
    /// `+FULLRESYNC id offset`, and everything.
    Full(u64, u64, Rows),
    /// The stream goes on.
    Stream(Vec<u8>),
    /// `REPLCONF GETACK`.
    GetAck,
    /// `PING`, so that a replica knows a quiet primary from a dead one.
    Ping,
}

/// A command and a `WAIT` behind it, on one connection.
#[derive(Clone, Debug)]
pub(in crate::stores::kv) struct Waited {
    pub command: Command,
    pub copies: Copies,
}
