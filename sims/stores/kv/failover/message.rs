//! What servers of keys are asked and told, and what sentinels tell each other. All of it goes as datagrams:
//! what is lost is asked again at the next beat.

use fencepost_model::ProcessId;

/// See the module.
#[derive(Clone, Debug)]
pub(in crate::stores::kv) enum Control {
    /// To a server of keys: `PING`, with `INFO replication`.
    Ping,
    /// How it is.
    Pong(Report),
    /// To a server of keys: `REPLICAOF`; none: `NO ONE`. With the epoch of the failover.
    ReplicaOf(Option<ProcessId>, u64),
    /// From sentinel to sentinel: `SENTINEL IS-MASTER-DOWN-BY-ADDR`, and who asks to be voted for in which
    /// epoch, where somebody does.
    IsDown { primary: ProcessId, epoch: u64, candidate: Option<ProcessId> },
    /// The answer: whether it is, and for whom the sentinel has voted, in which epoch.
    Opinion { primary: ProcessId, is_down: bool, vote: Option<(ProcessId, u64)> },
    /// From sentinel to sentinel: its epoch, who is primary, and since which epoch (the *hello* of Redis,
    /// which goes by way of the servers of keys).
    Hello { epoch: u64, primary: ProcessId, since: u64 },
}

/// What a server of keys says of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::stores::kv) struct Report {
    /// Its primary; none: it is one.
    pub follows: Option<ProcessId>,
    /// How far it is in the stream.
    pub offset: u64,
}
