//! What happened in a run: the numbered events that checkers judge. A checker sees these and nothing else.

use crate::{
    Access, FaultId, Finding, Instant, LockId, LogChange, MachineId, Mode, Mono, NodeId, OpTag, OwnerId,
    ProcessId, Slot, Span, TenureId, Token,
};
use serde::Serialize;
use std::sync::Arc;

/// One event of a run. Events are totally ordered by `n`; several may share an instant, and there the
/// ends that only the observer sees come before everything else.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Event {
    /// The event's number in the run, from 0.
    pub n: u64,
    /// True time.
    pub at: Instant,
    /// What happened.
    #[serde(flatten)]
    pub kind: EventKind,
}

/// What happened, by who tells it.
#[derive(Clone, Debug, PartialEq, Hash, Serialize)]
#[serde(tag = "from", rename_all = "kebab-case")]
pub enum EventKind {
    /// An owner's instrumented handle.
    Client(ClientEvent),
    /// A server, in the words of its store: it knows nothing of locks.
    Store(StoreEvent),
    /// The system's projection of store events, and the observer.
    Tenure(TenureEvent),
    /// The resource that the lock protects.
    Resource(ResourceEvent),
    /// The world: faults, clocks, processes.
    World(WorldEvent),
    /// Messages. Told only while a run is recorded for people; no checker may need them.
    Trace(TraceEvent),
}

/// A call of an owner on a lock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Call {
    /// Asks for the lock.
    Acquire,
    /// Asks to keep it longer.
    Extend,
    /// Gives it back.
    Release,
    /// Asks who has it.
    Status,
    /// Takes once more what it has.
    Enter,
    /// Gives back one of several holds.
    Leave,
}

/// Why a call was refused. Only [`Refusal::Held`] is a claim about the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Refusal {
    /// Somebody else has the lock.
    Held,
    /// The caller's patience ran out while others had it.
    TimedOut,
    /// No majority of the nodes could be won.
    NoMajority,
    /// The service keeps the lock closed for a while after an unclean end.
    LockDelay,
    /// The caller gave up.
    Cancelled,
    /// The service could not be reached, and nothing was asked of it.
    Unreachable,
}

/// How a call ended, as the owner's code was told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case", tag = "outcome")]
pub enum Outcome {
    /// Acquire: the lock is the caller's.
    Granted {
        /// Until when, on the caller's own monotonic clock; none: until it is released or lost.
        deadline: Option<Mono>,
        /// The fencing token, where the lock gives one.
        token: Option<Token>,
    },
    /// Extend: the lock stays the caller's.
    Extended {
        /// Until when now.
        deadline: Option<Mono>,
    },
    /// Release: this tenure was there and is gone.
    Released,
    /// Extend or release: this tenure was not there.
    NotHeld,
    /// Status: nobody holds the lock.
    Free,
    /// Status: somebody holds it.
    Held {
        /// Whether the caller's own tenure does.
        by_me: bool,
    },
    /// A definite no.
    Refused {
        /// Why.
        reason: Refusal,
    },
    /// It may have happened or not.
    Unknown,
    /// Enter or leave: this tenure is there, and its owner has taken it this often.
    Counted {
        /// How often.
        holds: u32,
    },
}

/// How a belief ended; section 2 of the semantics has the letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum BeliefEnd {
    /// (a) Release was called.
    Released,
    /// (b) The loss was told to the owner's code.
    Lost,
    /// (c) The handed-out deadline passed while the owner's process was running.
    DeadlinePassed,
    /// (d) The owner's process was killed or its machine lost power.
    Died,
    /// (d) The owner's task ended or panicked with the guard open.
    TaskEnded,
}

/// Told by the instrumented handles of owners. The belief events are the observer's.
#[derive(Clone, Debug, PartialEq, Hash, Serialize)]
#[serde(rename_all = "kebab-case", tag = "event")]
pub enum ClientEvent {
    /// A call began.
    Invoked {
        /// The operation.
        tag: OpTag,
        /// Which call.
        call: Call,
        /// On which lock.
        lock: LockId,
    },
    /// A call returned to the owner's code.
    Returned {
        /// The operation.
        tag: OpTag,
        /// Which call.
        call: Call,
        /// On which lock.
        lock: LockId,
        /// What the owner was told.
        #[serde(flatten)]
        outcome: Outcome,
    },
    /// An acquire returned *granted*: from here the owner believes.
    BeliefStarted {
        /// The tenure; without a grant, one that begins here.
        tenure: TenureId,
        /// The acquire.
        tag: OpTag,
        /// On which lock.
        lock: LockId,
        /// Which permit.
        slot: Slot,
        /// How.
        mode: Mode,
        /// Until when, on the owner's own monotonic clock.
        deadline: Option<Mono>,
        /// The fencing token handed out.
        token: Option<Token>,
    },
    /// An extend returned in time: the deadline has moved.
    BeliefExtended {
        /// The tenure.
        tenure: TenureId,
        /// Until when now.
        deadline: Option<Mono>,
    },
    /// The handed-out deadline has passed on the owner's own monotonic clock, whether its process is
    /// running or not. The belief ends at once where it is, and at wake-up where it is not.
    DeadlineReached {
        /// The tenure.
        tenure: TenureId,
    },
    /// The belief is over; it never reopens.
    BeliefEnded {
        /// The tenure.
        tenure: TenureId,
        /// By what.
        why: BeliefEnd,
    },
    /// The owner looked at its deadline before an operation and found it passed, so it did not send it.
    HeldBack {
        /// The acquire whose guard it is.
        tag: OpTag,
    },
    /// The owner's task is over.
    Finished {
        /// Whose.
        owner: OwnerId,
        /// Which life.
        incarnation: u16,
    },
    /// The code of the lock or the workload misbehaved.
    Misbehaved {
        /// Whose, where an owner's code did; none for a server.
        owner: Option<OwnerId>,
        /// How.
        finding: Finding,
    },
}

/// A value in a store: what checkers need of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Datum {
    /// A number, such as a counter's value.
    Integer(i64),
    /// Bytes that mean nothing but themselves, such as a random value.
    Opaque(u64),
}

/// What a command did to a row (a key, a node, a session).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum RowChange {
    /// It was absent and is present.
    Created {
        /// Its value.
        value: Datum,
        /// How long it may live, where it may not live for ever.
        lives: Option<Span>,
    },
    /// It was present and is present.
    Changed {
        /// Its value.
        value: Datum,
        /// How long it may live from now, where that was set.
        lives: Option<Span>,
    },
    /// It was present and is absent.
    Removed {
        /// By what.
        reason: EndReason,
    },
    /// A command that would have changed it changed nothing.
    Attempted,
}

/// Why state in a store ended. Which of them end a *promise* rightfully, a descriptor's list says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum EndReason {
    /// A release under this tenure's own guard, or by the attempt that created it.
    Released,
    /// A command removed it, as the store tells it; a projection says whose command it was.
    Deleted,
    /// An operation of another tenure removed it.
    RemovedByOther,
    /// An operation of another tenure wrote over it.
    Overwritten,
    /// The store's clock said that its life was over.
    Expired,
    /// Its session ended as the contract says.
    SessionEnded,
    /// An administrator removed it as the contract says.
    Forced,
    /// Removed under memory pressure.
    Evicted,
    /// The store restarted without it.
    LostInRestart,
    /// A replica that did not have it was promoted.
    LostInFailover,
    /// Rolled back by a resync.
    RolledBack,
    /// Lost before the reply that promises it had left its node: promised to nobody.
    NeverPromised,
    /// Its release was processed by another node, and what replaced it here was made on top of that.
    ReleasedElsewhere,
}

/// Told by servers in the words of their store.
#[derive(Clone, Debug, PartialEq, Hash, Serialize)]
#[serde(rename_all = "kebab-case", tag = "event")]
pub enum StoreEvent {
    /// A row.
    Row {
        /// The server.
        node: NodeId,
        /// The key.
        key: Arc<str>,
        /// What happened to it.
        #[serde(flatten)]
        change: RowChange,
        /// Whose operation caused it; none where the store did it by itself.
        tag: Option<OpTag>,
        /// When the message that caused it was sent.
        sent: Option<Instant>,
        /// Applied as primary, not as a replica's copy, which is no grant.
        primary: bool,
    },
    /// The server answered an operation.
    Answered {
        /// The server.
        node: NodeId,
        /// The operation.
        tag: OpTag,
        /// When the message that it answered was sent: an operation may send several.
        sent: Instant,
    },
    /// The server is up.
    NodeUp {
        /// The server.
        node: NodeId,
        /// Whether it came up without rows that it had before.
        lost_rows: bool,
    },
    /// The server is down.
    NodeDown {
        /// The server.
        node: NodeId,
    },
    /// The server became primary.
    Promoted {
        /// The server.
        node: NodeId,
    },
    /// The server stopped being primary.
    Demoted {
        /// The server.
        node: NodeId,
    },
    /// The server's part of a replicated log changed.
    Log {
        /// The server.
        node: NodeId,
        /// How.
        #[serde(flatten)]
        change: LogChange,
    },
}

/// Promises of the service, per node. The projection of a system makes them of store events.
#[derive(Clone, Debug, PartialEq, Hash, Serialize)]
#[serde(rename_all = "kebab-case", tag = "event")]
pub enum TenureEvent {
    /// A node promised the lock.
    Granted {
        /// The tenure.
        tenure: TenureId,
        /// The node that promised.
        node: NodeId,
        /// The operation that caused it.
        tag: OpTag,
        /// On which lock.
        lock: LockId,
        /// Which permit.
        slot: Slot,
        /// How.
        mode: Mode,
        /// For how long; none: until it is released.
        promised: Option<Span>,
        /// The token minted with it.
        token: Option<Token>,
    },
    /// A node prolonged its promise.
    Extended {
        /// The tenure.
        tenure: TenureId,
        /// The node.
        node: NodeId,
        /// For how long from now.
        promised: Option<Span>,
    },
    /// The state behind a node's promise is gone, rightfully or not.
    Gone {
        /// The tenure.
        tenure: TenureId,
        /// The node.
        node: NodeId,
        /// Why.
        reason: EndReason,
    },
    /// The promised duration has run out on the node's oscillator, whatever its wall clock says.
    PromiseEnded {
        /// The tenure.
        tenure: TenureId,
        /// The node.
        node: NodeId,
    },
    /// The service has taken an acquire in that has to wait for its turn.
    Waits {
        /// The acquire.
        tag: OpTag,
        /// For which lock.
        lock: LockId,
        /// The node that tells of it.
        node: NodeId,
    },
    /// It lost its place without its turn having come: at its own wish, or because nothing was heard of it.
    WaitsNoMore {
        /// The acquire.
        tag: OpTag,
        /// For which lock.
        lock: LockId,
        /// The node that tells of it.
        node: NodeId,
    },
}

/// Told by the resource and the provider, each in the order in which it decides.
#[derive(Clone, Debug, PartialEq, Hash, Serialize)]
#[serde(rename_all = "kebab-case", tag = "event")]
pub enum ResourceEvent {
    /// The gate of the resource or of the provider decided on an operation, or a transaction was committed.
    Decided {
        /// The operation, with the attempt whose guard it was opened with.
        tag: OpTag,
        /// The tenure of that guard.
        tenure: TenureId,
        /// The lock that protects what was touched.
        lock: LockId,
        /// What it did.
        #[serde(flatten)]
        access: Access,
        /// The token it carried.
        token: Option<Token>,
        /// Its sequence number within the tenure.
        sequence: u32,
        /// Whether the gate let it through.
        accepted: bool,
        /// When the message was sent.
        sent: Instant,
    },
}

/// Told by the world.
#[derive(Clone, Debug, PartialEq, Hash, Serialize)]
#[serde(rename_all = "kebab-case", tag = "event")]
pub enum WorldEvent {
    /// A fault of the plan took effect.
    Fired {
        /// Which.
        fault: FaultId,
        /// At what, by name, as it was resolved.
        target: Arc<str>,
    },
    /// A fault that lasts is over.
    Healed {
        /// Which.
        fault: FaultId,
    },
    /// A process stopped running; clocks go on, messages wait.
    Paused {
        /// Which.
        process: ProcessId,
    },
    /// It runs again.
    Resumed {
        /// Which.
        process: ProcessId,
    },
    /// A process died: its memory is lost.
    Killed {
        /// Which.
        process: ProcessId,
    },
    /// A machine lost power, and its process with it.
    PowerLost {
        /// Which.
        machine: MachineId,
    },
    /// A process started a new life.
    Started {
        /// Which.
        process: ProcessId,
        /// The number of its life, from 0.
        incarnation: u16,
    },
    /// A machine's monotonic clock stands still from here.
    Suspended {
        /// Which.
        machine: MachineId,
    },
    /// It goes on.
    Woken {
        /// Which.
        machine: MachineId,
    },
    /// A machine's wall clock was set.
    Stepped {
        /// Which.
        machine: MachineId,
        /// By how many nanoseconds.
        by: i64,
    },
    /// A machine's oscillator runs at another rate from here.
    RateChanged {
        /// Which.
        machine: MachineId,
        /// Parts per million above true.
        ppm: i32,
    },
    /// The calm tail begins: everything that was broken is whole again.
    CalmTail,
    /// An owner took up a waiting or a probing role: it asks for the lock in the calm tail.
    Probing {
        /// Which.
        owner: OwnerId,
        /// For which lock.
        lock: LockId,
    },
}

/// Messages and decision points, for people who replay a run.
#[derive(Clone, Debug, PartialEq, Hash, Serialize)]
#[serde(rename_all = "kebab-case", tag = "event")]
pub enum TraceEvent {
    /// A message left.
    Sent {
        /// From.
        source: ProcessId,
        /// To.
        target: ProcessId,
        /// Its kind, such as `acquire` or `acquire-reply`.
        label: &'static str,
    },
    /// A message was handed to the process.
    Delivered {
        /// From.
        source: ProcessId,
        /// To.
        target: ProcessId,
        /// Its kind.
        label: &'static str,
        /// When it was sent.
        sent: Instant,
    },
    /// A message will never arrive, or waits behind a cut.
    HeldUp {
        /// From.
        source: ProcessId,
        /// To.
        target: ProcessId,
        /// Its kind.
        label: &'static str,
        /// By what.
        by: &'static str,
    },
    /// A connection broke.
    Broken {
        /// The end that learns of it.
        at: ProcessId,
        /// The other end.
        peer: ProcessId,
        /// How: `closed`, `reset` or `refused`.
        how: &'static str,
    },
}
