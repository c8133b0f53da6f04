//! The state of the world that handlers and simulated code reach: everything but the servers and the
//! tasks themselves, which live outside so that they can be given it.

use crate::clock::MachineClock;
use crate::disk::Disk;
use crate::fault::{FaultBook, trigger_of};
use crate::network::Network;
use crate::observer::{Observer, Reading, Watch};
use crate::origin::Origins;
use crate::place::Place;
use crate::process::{Machine, Process};
use crate::queue::{Queue, Step};
use crate::server::{Death, OnBehalfOf};
use crate::spare::Vessels;
use crate::stage::Stage;
use crate::system::{Projection, TenureChange};
use crate::timer::{Due, Ended, Wait, WaitRef, Waits, Wake};
use crate::witness::Witness;
use fencepost_model::{
    BeliefEnd, Call, Cast, Cause, ClientEvent, EndReason, Event, EventKind, Finding, Instant, LockId,
    LogChange, MachineId, Mode, Mono, OpTag, Origin, Outcome, OwnerId, Plan, ProcessId, Purpose, Slot,
    StoreEvent, TenureEvent, TenureId, TraceEvent, TriggerEvent,
};
use std::cell::Cell;
use std::collections::{BTreeMap, VecDeque};
use std::rc::Rc;
use std::sync::Arc;

/// What the world keeps of an operation while its messages and tasks are under way.
pub(crate) struct Operation {
    pub tag: OpTag,
    pub tenure: Option<TenureId>,
    pub sends: Cell<u32>,
    pub randoms: Cell<u32>,
}

/// An owner of the run.
pub(crate) struct OwnerState {
    pub process: ProcessId,
    pub incarnation: u16,
    pub next_op: u32,
    /// The call that has not returned.
    pub open_call: Option<(OpTag, Call, Instant)>,
    /// The acquire that its caller has dropped.
    pub cancelled: Option<u32>,
    /// The task that runs the open call.
    pub task: u32,
}

/// What the servers and tasks of a process have to be told of.
#[derive(Clone, Copy, Debug, Hash)]
pub(crate) enum News {
    /// It is dead.
    Died(ProcessId, Death),
    /// A new life begins.
    Started(ProcessId),
    /// It runs again, and takes what waited for it.
    Resumed(ProcessId),
    /// A sync is done.
    Synced(ProcessId, u32),
    /// It is to evict something.
    Evict(ProcessId),
    /// Its own kernel has a message for it.
    Local(ProcessId, u32),
}

/// See the module.
pub(crate) struct Core {
    pub plan: Arc<Plan>,
    pub cast: Arc<Cast>,
    pub now: Instant,
    pub queue: Queue,
    pub machines: Vec<Machine>,
    pub processes: Vec<Process>,
    pub owners: Vec<OwnerState>,
    pub origins: Arc<Origins>,
    pub waits: Waits,
    pub network: Network,
    pub faults: FaultBook,
    pub observer: Observer,
    pub witness: Witness,
    /// Where faults could have been put, where somebody searches.
    pub places: Option<Vec<Place>>,
    projection: Box<dyn Projection>,
    /// Which ends of state end a promise, so that nobody waits for its time to run out.
    rightful_ends: &'static [EndReason],
    changes: Vec<TenureChange>,
    overrides: Vec<(Cause, u64)>,
    /// The operation whose code runs now.
    pub operation: Option<Rc<Operation>>,
    /// Tasks to poll, in order.
    pub ready: VecDeque<u32>,
    /// What servers and tasks have to be told of at this instant, in order.
    pub news: VecDeque<News>,
    /// The task that runs now.
    pub task: u32,
    /// The server that was elected or promoted last.
    pub leader: Option<ProcessId>,
    /// The requests that servers know by names of their own: see `ServerContext::name_request`.
    pub named_requests: BTreeMap<(u64, u64), OnBehalfOf>,
    /// Syncs that wait for a stuck disk: machine and number.
    pub stuck_syncs: Vec<(MachineId, u32)>,
    pub in_tail: bool,
    /// Messages that were delivered and syncs that were done when the calm tail began.
    pub before_tail: Option<(u64, u64)>,
    pub steps: u64,
}

impl Core {
    /// The state of a world in which nothing has happened yet, in empty tables.
    pub fn new(
        vessels: Vessels,
        plan: Arc<Plan>,
        stage: &Stage,
        witness: Witness,
        projection: Box<dyn Projection>,
        rightful_ends: &'static [EndReason],
    ) -> Core {
        let Vessels {
            queue,
            mut machines,
            mut processes,
            mut owners,
            waits,
            network,
            faults,
            observer,
            changes,
            ready,
        } = vessels;
        let cast = stage.cast.clone();
        machines.extend(cast.machines.iter().enumerate().map(|(index, entry)| {
            // Every machine has been up for a different time, so that readings of two cannot be mixed up.
            let uptime = (index as u64 + 1) * 3_600_000_000_000;
            let process = ProcessId(index as u32);
            Machine {
                clock: MachineClock::new(uptime, entry.wall_offset, entry.ppm),
                base_ppm: entry.ppm,
                ppm: entry.ppm,
                process,
                disk: Disk::default(),
                powered: true,
                lost_power: None,
            }
        }));
        processes.truncate(cast.processes.len());
        for (index, entry) in cast.processes.iter().enumerate() {
            match processes.get_mut(index) {
                Some(process) => (process.machine, process.role) = (entry.machine, entry.role),
                None => processes.push(Process::new(entry.machine, entry.role)),
            }
        }
        owners.extend(cast.owners.iter().map(|entry| OwnerState {
            process: entry.process,
            incarnation: 0,
            next_op: 0,
            open_call: None,
            cancelled: None,
            task: u32::MAX,
        }));
        let mut overrides = plan.overrides.clone();
        overrides.sort_unstable();
        Core {
            now: Instant::START,
            queue,
            machines,
            processes,
            owners,
            origins: stage.origins.clone(),
            waits,
            network,
            faults,
            observer,
            places: witness.lists_places().then(Vec::new),
            witness,
            projection,
            rightful_ends,
            changes,
            overrides,
            operation: None,
            ready,
            news: VecDeque::new(),
            task: u32::MAX,
            leader: None,
            named_requests: BTreeMap::new(),
            stuck_syncs: Vec::new(),
            in_tail: false,
            before_tail: None,
            steps: 0,
            plan,
            cast,
        }
    }

    /// The tables, for another run.
    pub fn into_vessels(self) -> Vessels {
        let Core { queue, machines, processes, owners, waits, network, .. } = self;
        let Core { faults, observer, changes, ready, .. } = self;
        Vessels { queue, machines, processes, owners, waits, network, faults, observer, changes, ready }
    }

    pub fn now(&self) -> Instant {
        self.now
    }

    /// Whether nobody has to be told of anything at this instant, and no task is known to be ready.
    #[inline]
    pub fn is_settled(&self) -> bool {
        self.news.is_empty() && self.ready.is_empty()
    }

    pub fn clock_of(&self, process: ProcessId) -> &MachineClock {
        &self.machines[self.processes[process.index()].machine.index()].clock
    }

    /// The draw for a cause, or what the plan puts in its place.
    #[inline]
    pub fn draw(&self, purpose: Purpose, origin: Origin, n: u32) -> u64 {
        let cause = Cause { purpose, origin, n };
        if self.overrides.is_empty() { self.plan.key.draw(cause) } else { self.draw_or_override(cause) }
    }

    fn draw_or_override(&self, cause: Cause) -> u64 {
        match self.overrides.binary_search_by_key(&cause, |(cause, _)| *cause) {
            Ok(index) => self.overrides[index].1,
            Err(_) => self.plan.key.draw(cause),
        }
    }

    /// Tells an event, and everything that follows from it for tenures and for faults that wait for it.
    ///
    /// The event is made here, where its kind is, so that it is moved no more: it is large, and there are many.
    #[inline]
    pub fn emit(&mut self, kind: EventKind) {
        self.take_in(Event { n: 0, at: self.now, kind });
    }

    fn take_in(&mut self, mut event: Event) {
        if let EventKind::Store(event) = &event.kind {
            if let StoreEvent::Promoted { node } = event {
                self.observer.promoted(*node);
            }
            self.projection.project(event, &mut self.changes);
            if let StoreEvent::Promoted { node }
            | StoreEvent::Log { node, change: LogChange::Elected { .. } } = event
            {
                self.leader = Some(*node);
            }
        }
        let waits = self.faults.waits_for_events();
        let trigger = if waits { trigger_of(&event.kind, &self.observer) } else { None };
        self.witness.tell(&mut event);
        if !self.changes.is_empty() {
            let mut changes = std::mem::take(&mut self.changes);
            changes.drain(..).for_each(|change| self.tenure_changed(change));
            self.changes = changes;
        }
        if let Some((event, owner)) = trigger {
            self.triggered(event, owner);
        }
    }

    /// Tells people something, where the run is recorded.
    #[inline]
    pub fn trace(&mut self, event: impl FnOnce() -> TraceEvent) {
        self.witness.trace(self.now, event);
    }

    // Tenures and beliefs.

    fn tenure_changed(&mut self, change: TenureChange) {
        let event = match change {
            TenureChange::Granted { node, created_by, lock, slot, mode, promised, token } => {
                let state = self.projection.state(node, created_by);
                let tenure = self.observer.tenure_created(created_by, node, state);
                self.promise(tenure, node, promised);
                TenureEvent::Granted { tenure, node, tag: created_by, lock, slot, mode, promised, token }
            }
            TenureChange::Waits { node, created_by: tag, lock } => TenureEvent::Waits { tag, lock, node },
            TenureChange::WaitsNoMore { node, created_by: tag, lock } => {
                TenureEvent::WaitsNoMore { tag, lock, node }
            }
            TenureChange::Extended { node, created_by, promised } => {
                let tenure = self.observer.tenure_kept(created_by, node);
                self.promise(tenure, node, promised);
                TenureEvent::Extended { tenure, node, promised }
            }
            TenureChange::Gone { node, created_by, reason } => {
                let tenure = self.observer.tenure_kept(created_by, node);
                self.observer.state_gone(tenure, node);
                let ended = self.rightful_ends.contains(&reason) && self.observer.promise_ended(tenure, node);
                if ended && reason == EndReason::Expired && self.faults.waits_for_events() {
                    self.triggered(TriggerEvent::Expired, Some(self.observer.owner_of(tenure)));
                }
                TenureEvent::Gone { tenure, node, reason }
            }
        };
        self.emit(EventKind::Tenure(event));
    }

    fn promise(&mut self, tenure: TenureId, node: ProcessId, promised: Option<fencepost_model::Span>) {
        let machine = self.processes[node.index()].machine;
        let oscillator = self.machines[machine.index()].clock.oscillator(self.now);
        let until = promised.map(|span| oscillator.saturating_add(span.0));
        if let Some(watch) = self.observer.promised(tenure, node, machine, until) {
            self.aim(watch);
        }
    }

    /// Puts a watch where its clock will read what it waits for; out of date and unreachable ones are left.
    pub fn aim(&mut self, watch: Watch) {
        let Some((machine, reading)) = self.observer.reading(watch) else { return };
        let clock = &self.machines[machine.index()].clock;
        let due = match reading {
            Reading::Oscillator(reading) => Some(clock.when_oscillator(reading)),
            Reading::Mono(reading) => clock.when_mono(reading),
        };
        // A suspended machine's deadlines are aimed when it wakes up; until then they wait at the end of time.
        self.observer.arm(due.map_or(Instant::NEVER, |due| due.max(self.now)), watch);
    }

    /// Tells the ends that are due up to `until`, each at its own instant and before anything else there.
    pub fn watch_until(&mut self, until: Instant) {
        while self.observer.next_at() <= until && self.observer.next_at() < Instant::NEVER {
            // What the observer told may have put a step before the watch that is next.
            if self.queue.next_at().is_some_and(|step| step < self.observer.next_at()) {
                return;
            }
            let Some((due, watch)) = self.observer.pop() else { return };
            if self.observer.reading(watch).is_none() {
                continue;
            }
            self.now = due;
            match watch {
                Watch::Promise { tenure, node, .. } => {
                    self.observer.promise_ran_out(tenure, node);
                    self.emit(EventKind::Tenure(TenureEvent::PromiseEnded { tenure, node }));
                }
                Watch::Deadline { tenure, .. } => self.deadline_reached(tenure),
            }
        }
    }

    fn deadline_reached(&mut self, tenure: TenureId) {
        self.emit(EventKind::Client(ClientEvent::DeadlineReached { tenure }));
        let Some(process) = self.observer.belief(tenure).map(|belief| belief.process) else { return };
        if self.plan.workload.obeys_deadline && self.processes[process.index()].running() {
            self.end_belief(tenure, BeliefEnd::DeadlinePassed);
        } else {
            self.observer.overdue(tenure);
        }
    }

    pub fn end_belief(&mut self, tenure: TenureId, why: BeliefEnd) {
        if self.observer.end_belief(tenure) {
            self.emit(EventKind::Client(ClientEvent::BeliefEnded { tenure, why }));
        }
    }

    /// A process runs again: owners whose deadlines passed meanwhile learn of it first.
    pub fn beliefs_catch_up(&mut self, process: ProcessId) {
        if !self.plan.workload.obeys_deadline {
            return;
        }
        for tenure in self.observer.beliefs_in(process) {
            if self.observer.belief(tenure).is_some_and(|belief| belief.overdue) {
                self.end_belief(tenure, BeliefEnd::DeadlinePassed);
            }
        }
    }

    /// An owner's call returned. A granted acquire opens a belief, a successful extend moves its deadline.
    pub fn call_returned(
        &mut self,
        tag: OpTag,
        call: Call,
        lock: LockId,
        mode: Mode,
        outcome: Outcome,
    ) -> Option<TenureId> {
        self.owners[tag.owner.index()].open_call = None;
        self.emit(EventKind::Client(ClientEvent::Returned { tag, call, lock, outcome }));
        match outcome {
            Outcome::Granted { deadline, token } => {
                let tenure = self.observer.tenure_won(tag.of_attempt());
                let process = self.owners[tag.owner.index()].process;
                let machine = self.processes[process.index()].machine;
                let watch = self.observer.believes(tenure, process, machine, deadline);
                let started =
                    ClientEvent::BeliefStarted { tenure, tag, lock, slot: Slot(0), mode, deadline, token };
                self.emit(EventKind::Client(started));
                if let Some(watch) = watch {
                    self.aim(watch);
                }
                self.holder_appeared();
                Some(tenure)
            }
            Outcome::Extended { deadline } => {
                let tenure = self.observer.tenure_guarded(tag.of_attempt());
                self.belief_extended(tenure, deadline);
                Some(tenure)
            }
            _ => None,
        }
    }

    /// An owner was told of a later deadline. A belief that has ended never reopens.
    pub fn belief_extended(&mut self, tenure: TenureId, deadline: Option<Mono>) {
        if let Some(watch) = self.observer.extended(tenure, deadline) {
            self.emit(EventKind::Client(ClientEvent::BeliefExtended { tenure, deadline }));
            if let Some(watch) = watch {
                self.aim(watch);
            }
        }
    }

    /// The code of an owner, or of nobody in particular, did what no lock should do. A call whose code
    /// has misbehaved cannot be expected to return.
    pub fn misbehaved(&mut self, owner: Option<OwnerId>, finding: Finding) {
        if let Some(owner) = owner {
            self.owners[owner.index()].open_call = None;
        }
        self.emit(EventKind::Client(ClientEvent::Misbehaved { owner, finding }));
    }

    // Timers and waits.

    /// Puts a timer into a process's lane, and aims the lane's entry in the queue.
    pub fn arm(&mut self, process: ProcessId, at: Mono, due: Due) {
        let lane = &mut self.processes[process.index()].lane;
        lane.push(at, due, &self.waits);
        if lane.needs_entry(at) {
            self.enter_lane(process, at);
        }
    }

    /// Makes sure that the queue has an entry for the earliest timer of the process.
    pub fn aim_lane(&mut self, process: ProcessId) {
        let lane = &mut self.processes[process.index()].lane;
        if let Some(at) = lane.next(&self.waits)
            && lane.needs_entry(at)
        {
            self.enter_lane(process, at);
        }
    }

    /// A suspended machine's timers are aimed when it wakes up.
    fn enter_lane(&mut self, process: ProcessId, at: Mono) {
        let state = &mut self.processes[process.index()];
        let Some(when) = self.machines[state.machine.index()].clock.when_mono(at) else { return };
        state.lane.entered(at);
        let step = Step::Wake { process: process.0, epoch: state.lane.epoch };
        self.queue.push(when.max(self.now), step);
    }

    /// A machine's clock changed: everything that was aimed by it is aimed again.
    pub fn aim_again(&mut self, machine: MachineId) {
        let process = self.machines[machine.index()].process;
        self.processes[process.index()].lane.disarm();
        self.aim_lane(process);
        for watch in self.observer.take_watches() {
            self.aim(watch);
        }
    }

    /// Takes the next due timer of a process out.
    pub fn due_timer(&mut self, process: ProcessId) -> Option<Due> {
        let reading = self.clock_of(process).mono(self.now);
        self.processes[process.index()].lane.pop_due(reading)
    }

    /// The timer of a wait has fired. A request that timed out closes its connection.
    pub fn wait_elapsed(&mut self, wait: WaitRef) {
        if !self.waits.is_open(wait) {
            return;
        }
        let connection = self.waits.get(wait).and_then(|wait| wait.connection);
        let was_sent = connection.is_none_or(|connection| self.abandon(connection));
        self.end_wait(wait, if was_sent { Ended::Elapsed } else { Ended::NeverSent });
    }

    pub fn end_wait(&mut self, wait: WaitRef, ended: Ended) {
        let Some(Wait { ended: end, wake, .. }) = self.waits.get(wait) else { return };
        if end.is_some() {
            return;
        }
        *end = Some(ended);
        match wake.take() {
            Some(Wake::Task(task)) => self.ready.push_back(task),
            Some(Wake::Foreign(waker)) => waker.wake(),
            None => {}
        }
    }
}
