//! How large a run is.

use fencepost_model::{Call, ClientEvent, EventKind, Instant, Plan, ProcessRole, Span};
use fencepost_sim::{Fate, RunResult};

/// How large a run is, as far as a reader cares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// Client processes.
    pub clients: usize,
    /// Machines of the lock's servers.
    pub servers: usize,
    /// Acquires that owners made, without the probes of the calm tail.
    pub operations: usize,
    /// Faults that fired.
    pub faults: usize,
    /// Events that were told.
    pub events: u64,
    /// For how long owners began work.
    pub length: Span,
}

impl Size {
    /// The size of a recorded run.
    pub(crate) fn of(plan: &Plan, result: &RunResult) -> Size {
        let cast = &result.cast;
        let is_probe =
            |owner: usize| cast.processes[cast.owners[owner].process.index()].role == ProcessRole::Probe;
        let is_acquire = |kind: &EventKind| {
            matches!(kind, EventKind::Client(ClientEvent::Invoked { tag, call: Call::Acquire, .. })
                if !is_probe(tag.owner.index()))
        };
        let servers = cast.processes.iter().filter(|process| process.role == ProcessRole::Server);
        Size {
            clients: plan.clients.len(),
            servers: servers.count(),
            operations: result.history.iter().filter(|event| is_acquire(&event.kind)).count(),
            faults: result.fates.iter().filter(|fate| matches!(fate, Fate::Fired { .. })).count(),
            events: result.events,
            length: plan.length.min(result.ended_at.since(Instant::START)),
        }
    }
}
