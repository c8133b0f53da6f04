//! What properties know of a run: the state of tenures, owners, processes and clocks, digested once per
//! event, so that each property stays small and nothing is computed twice.

mod lock;
mod machine;
mod owner;
mod presence;
mod process;
mod promise;
mod stretch;
mod tenure;
mod update;

pub use promise::{NodePromise, Promises};
pub use tenure::{Belief, Tenure};

use crate::Rules;
use fencepost_model::{Cast, Instant, LockId, MachineId, NodeId, OpTag, OwnerId, ProcessId, Span, TenureId};
use lock::Lock;
use machine::Machine;
use owner::{Attempt, Owner};
pub(crate) use presence::Presence;
use process::Process;
use std::sync::Arc;

/// The state of the run after the event that is being judged.
///
/// Tenures are numbered densely from 0, as the observer of a run numbers them; an importer of foreign
/// histories has to number them so too.
#[derive(Debug)]
pub struct Scene {
    cast: Arc<Cast>,
    rules: Arc<Rules>,
    now: Instant,
    event: u64,
    changes: Changes,
    tenures: Vec<Option<Tenure>>,
    /// One counter for all locks: ranks are compared within a lock and slot only.
    ranked: u32,
    locks: Vec<Lock>,
    owners: Vec<Owner>,
    processes: Vec<Process>,
    machines: Vec<Machine>,
    tail: Option<Instant>,
    /// The server that was promoted last.
    promoted: Option<NodeId>,
}

/// What the event that is being judged changed.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Changes {
    /// A grant starts or ends.
    pub grant: Option<(TenureId, Edge)>,
    /// A belief starts or ends.
    pub belief: Option<(TenureId, Edge)>,
    /// The service begins to keep state of a tenure, or stops. With the instant at which it had begun.
    pub kept: Option<(TenureId, Edge, Instant)>,
    /// The store begins to have a tenure, or has it no more.
    pub present: Option<(TenureId, Edge)>,
    /// A tenure got its rank; with the tenure that was the newest of the lock before.
    pub ranked: Option<(TenureId, Option<TenureId>)>,
    /// Who asks for which lock, or what stands of it, may have changed.
    pub touched: Touched,
}

/// An end of an interval.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Edge {
    Start,
    End,
}

impl Edge {
    /// The edge to being so, or to being so no more.
    pub const fn to(so: bool) -> Edge {
        if so { Edge::Start } else { Edge::End }
    }
}

/// Which locks an event touched.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Touched {
    #[default]
    Nothing,
    One(LockId),
    All,
}

impl Scene {
    pub(crate) fn new(cast: Arc<Cast>, rules: Arc<Rules>) -> Scene {
        Scene {
            now: Instant::START,
            event: 0,
            changes: Changes::default(),
            tenures: Vec::new(),
            ranked: 0,
            locks: vec![Lock::default(); cast.locks.len()],
            owners: vec![Owner::default(); cast.owners.len()],
            processes: vec![Process::default(); cast.processes.len()],
            machines: cast.machines.iter().map(Machine::of).collect(),
            tail: None,
            promoted: None,
            cast,
            rules,
        }
    }

    /// Who takes part.
    pub fn cast(&self) -> &Cast {
        &self.cast
    }

    /// What the run is judged by.
    pub fn rules(&self) -> &Rules {
        &self.rules
    }

    /// When the event happened.
    pub const fn now(&self) -> Instant {
        self.now
    }

    /// The event's number.
    pub const fn event(&self) -> u64 {
        self.event
    }

    /// When the calm tail began; none before it has.
    pub const fn tail(&self) -> Option<Instant> {
        self.tail
    }

    /// A tenure; none where no event told of it.
    pub fn tenure(&self, tenure: TenureId) -> Option<&Tenure> {
        self.tenures.get(tenure.index())?.as_ref()
    }

    /// Every tenure, in the order of their numbers.
    pub fn tenures(&self) -> impl Iterator<Item = (TenureId, &Tenure)> {
        let numbered = (0..).map(TenureId).zip(&self.tenures);
        numbered.filter_map(|(id, tenure)| Some((id, tenure.as_ref()?)))
    }

    /// The tenures of a lock whose grant stands.
    pub fn granted(&self, lock: LockId) -> &[TenureId] {
        self.locks.get(lock.index()).map_or(&[], |lock| &lock.granted)
    }

    /// The tenures of a lock whose owner believes.
    pub fn believed(&self, lock: LockId) -> &[TenureId] {
        self.locks.get(lock.index()).map_or(&[], |lock| &lock.believed)
    }

    /// The tenures of a lock of which the service keeps state on some node, whether promised or not.
    pub fn kept(&self, lock: LockId) -> &[TenureId] {
        self.locks.get(lock.index()).map_or(&[], |lock| &lock.kept)
    }

    /// The tenures of a lock that the store has: enough nodes keep state of them, whether promised or not.
    pub fn present(&self, lock: LockId) -> &[TenureId] {
        self.locks.get(lock.index()).map_or(&[], |lock| &lock.present)
    }

    /// Every lock.
    pub fn locks(&self) -> impl Iterator<Item = LockId> + use<> {
        (0..self.locks.len()).map(|index| LockId(index as u16))
    }

    /// Whether somebody alive asks for the lock: an acquire is open, or a probe has not got it yet.
    pub fn is_asked(&self, lock: LockId) -> bool {
        self.locks.get(lock.index()).is_some_and(Lock::is_asked)
    }

    /// Whether the service keeps no state of any tenure of the lock on any node. For a quorum this is
    /// stricter than it need be: state on a minority blocks nobody, yet the lock is not called free. A lock
    /// without a service is free when nobody believes.
    pub fn is_free(&self, lock: LockId) -> bool {
        self.locks.get(lock.index()).is_none_or(Lock::is_free)
    }

    /// How many acquires of living owners are open.
    pub fn open_acquires(&self, lock: LockId) -> u32 {
        self.locks.get(lock.index()).map_or(0, |lock| lock.open_acquires)
    }

    /// When the life of the owner that this operation belongs to ended; none while it goes on.
    pub fn death_of(&self, tag: OpTag) -> Option<Instant> {
        self.process(self.process_of(tag.owner)?)?.death_of(tag.incarnation)
    }

    /// Whose operation caused what a node has just told of a tenure; none where the node did it by itself.
    ///
    /// Tenure events carry no tag, but the row that they were read from does. It is told by the same node at
    /// the same instant, directly before them; between them may only stand other readings of that row, and
    /// faults that waited for one.
    pub fn cause_at(&self, node: NodeId) -> Option<OpTag> {
        let (at, tag) = self.process(node)?.last_row?;
        (at == self.now).then_some(tag)
    }

    /// The tenures that the attempt of this operation created.
    pub(crate) fn tenures_of(&self, tag: OpTag) -> impl Iterator<Item = TenureId> {
        self.tenures().filter(move |(_, tenure)| tenure.attempt == tag.of_attempt()).map(|(id, _)| id)
    }

    /// The tenure that the guard of this operation was opened with.
    pub fn guarded(&self, tag: OpTag) -> Option<TenureId> {
        self.attempt(tag)?.guards
    }

    /// Since when neither an acquire nor a release of this operation's attempt is open; none while one is.
    /// Of attempts that nobody remembers nothing is open any more.
    pub(crate) fn idle_since(&self, tag: OpTag) -> Option<Instant> {
        self.attempt(tag).map_or(Some(Instant::START), Attempt::idle_since)
    }

    /// The longest single stop of a believer past its handed-out deadline, so far; where none was handed out, its
    /// longest stop since the promise, for a lease runs from there and an owner that stands still before it hears
    /// of it renews too late as well. Zero for a tenure in which nobody ever believed.
    pub fn stopped_past_deadline(&self, tenure: TenureId) -> Span {
        let stopped = self.tenure(tenure).and_then(|tenure| {
            let belief = &tenure.belief;
            let from = if belief.has_deadline {
                belief.reached?
            } else {
                let since = belief.since?;
                tenure.promised.map_or(since, |promised| promised.min(since))
            };
            let process = self.process(self.process_of(tenure.owner())?)?;
            Some(process.stops.longest(from, belief.ended.unwrap_or(self.now)))
        });
        let before = self.tenure(tenure).map_or(Span::ZERO, |tenure| tenure.belief.stopped_before);
        stopped.unwrap_or(Span::ZERO).max(before)
    }

    pub(crate) const fn changes(&self) -> &Changes {
        &self.changes
    }

    pub(crate) fn process_of(&self, owner: OwnerId) -> Option<ProcessId> {
        self.cast.owners.get(owner.index()).map(|entry| entry.process)
    }

    pub(crate) fn machine_of(&self, process: ProcessId) -> Option<MachineId> {
        self.cast.processes.get(process.index()).map(|entry| entry.machine)
    }

    pub(crate) fn process(&self, process: ProcessId) -> Option<&Process> {
        self.processes.get(process.index())
    }

    pub(crate) fn machine(&self, machine: MachineId) -> Option<&Machine> {
        self.machines.get(machine.index())
    }

    pub(crate) fn attempt(&self, tag: OpTag) -> Option<&Attempt> {
        self.owners.get(tag.owner.index())?.attempt(tag)
    }
}
