//! The state of the world that handlers and simulated code reach: everything but the servers and the
//! tasks themselves, which live outside so that they can be given it.

use crate::clock::MachineClock;
use crate::fault::FaultBook;
use crate::network::Network;
use crate::observer::{Observer, Reading, Watch};
use crate::process::{Machine, Process};
use crate::queue::{Queue, Step};
use crate::system::{Projection, TenureChange};
use crate::timer::{Due, Ended, Wait, WaitRef, Waits, Wake};
use crate::witness::Witness;
use fencepost_model::{
    BeliefEnd, Call, Cast, Cause, ClientEvent, EndReason, EventKind, Finding, Instant, LockId, MachineId,
    Mode, Mono, OpTag, Origin, Outcome, OwnerId, Plan, ProcessId, Purpose, Slot, TenureEvent, TenureId,
    TraceEvent, WorldEvent,
};
use std::cell::Cell;
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
}

/// See the module.
pub(crate) struct Core {
    pub plan: Rc<Plan>,
    pub cast: Arc<Cast>,
    pub now: Instant,
    pub queue: Queue,
    pub machines: Vec<Machine>,
    pub processes: Vec<Process>,
    pub owners: Vec<OwnerState>,
    pub waits: Waits,
    pub network: Network,
    pub faults: FaultBook,
    pub observer: Observer,
    pub witness: Witness,
    projection: Box<dyn Projection>,
    /// Which ends of state end a promise, so that nobody waits for its time to run out.
    rightful_ends: &'static [EndReason],
    changes: Vec<TenureChange>,
    overrides: Vec<(Cause, u64)>,
    /// The operation whose code runs now.
    pub operation: Option<Rc<Operation>>,
    /// Tasks to poll, in order.
    pub ready: std::collections::VecDeque<u32>,
    /// Processes whose servers or tasks are to be dropped.
    pub killed: Vec<ProcessId>,
    /// Processes that run again, whose waiting messages and timers are to be handled.
    pub resumed: Vec<ProcessId>,
    /// Processes whose servers or owners are to be started.
    pub started: Vec<ProcessId>,
    pub in_tail: bool,
    pub steps: u64,
}

impl Core {
    pub fn new(
        plan: Rc<Plan>,
        cast: Arc<Cast>,
        observer: Observer,
        witness: Witness,
        projection: Box<dyn Projection>,
        rightful_ends: &'static [EndReason],
    ) -> Core {
        let machines = cast.machines.iter().enumerate().map(|(index, entry)| {
            // Every machine has been up for a different time, so that readings of two cannot be mixed up.
            let uptime = (index as u64 + 1) * 3_600_000_000_000;
            let process = ProcessId(index as u32);
            Machine {
                clock: MachineClock::new(uptime, entry.wall_offset, entry.ppm),
                base_ppm: entry.ppm,
                ppm: entry.ppm,
                process,
            }
        });
        let processes = cast.processes.iter().map(|entry| Process::new(entry.machine, entry.role));
        let owners = cast.owners.iter().map(|entry| OwnerState {
            process: entry.process,
            incarnation: 0,
            next_op: 0,
            open_call: None,
        });
        let mut overrides = plan.overrides.clone();
        overrides.sort_unstable();
        Core {
            now: Instant::START,
            queue: Queue::default(),
            machines: machines.collect(),
            processes: processes.collect(),
            owners: owners.collect(),
            waits: Waits::default(),
            network: Network::default(),
            faults: FaultBook::default(),
            observer,
            witness,
            projection,
            rightful_ends,
            changes: Vec::new(),
            overrides,
            operation: None,
            ready: std::collections::VecDeque::new(),
            killed: Vec::new(),
            resumed: Vec::new(),
            started: Vec::new(),
            in_tail: false,
            steps: 0,
            plan,
            cast,
        }
    }

    pub fn now(&self) -> Instant {
        self.now
    }

    pub fn clock_of(&self, process: ProcessId) -> &MachineClock {
        &self.machines[self.processes[process.index()].machine.index()].clock
    }

    /// The draw for a cause, or what the plan puts in its place.
    pub fn draw(&self, purpose: Purpose, origin: Origin, n: u32) -> u64 {
        let cause = Cause { purpose, origin, n };
        if !self.overrides.is_empty()
            && let Ok(index) = self.overrides.binary_search_by_key(&cause, |(cause, _)| *cause)
        {
            return self.overrides[index].1;
        }
        self.plan.key.draw(cause)
    }

    /// Tells an event, and everything that follows from it for tenures and for faults that wait for it.
    pub fn emit(&mut self, kind: EventKind) {
        if let EventKind::Store(event) = &kind {
            self.projection.project(event, &mut self.changes);
        }
        let trigger = if self.faults.waits_for_events() { self.faults.trigger_of(&kind) } else { None };
        self.witness.tell(self.now, kind);
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
        if self.witness.records() {
            self.witness.trace(self.now, EventKind::Trace(event()));
        }
    }

    // Tenures and beliefs.

    fn tenure_changed(&mut self, change: TenureChange) {
        let event = match change {
            TenureChange::Granted { node, created_by, lock, slot, mode, promised, token } => {
                let tenure = self.observer.tenure_of(created_by);
                self.promise(tenure, node, promised);
                TenureEvent::Granted { tenure, node, tag: created_by, lock, slot, mode, promised, token }
            }
            TenureChange::Extended { node, created_by, promised } => {
                let tenure = self.observer.tenure_of(created_by);
                self.promise(tenure, node, promised);
                TenureEvent::Extended { tenure, node, promised }
            }
            TenureChange::Gone { node, created_by, reason } => {
                let tenure = self.observer.tenure_of(created_by);
                if self.rightful_ends.contains(&reason) {
                    self.observer.promise_ended(tenure, node);
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
            let Some((due, watch)) = self.observer.pop() else { return };
            if self.observer.reading(watch).is_none() {
                continue;
            }
            self.now = due;
            match watch {
                Watch::Promise { tenure, node, .. } => {
                    self.observer.promise_ended(tenure, node);
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
                let tenure = self.observer.tenure_of(tag.of_attempt());
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
                let tenure = self.observer.tenure_of(tag.of_attempt());
                if let Some(watch) = self.observer.extended(tenure, deadline) {
                    self.emit(EventKind::Client(ClientEvent::BeliefExtended { tenure, deadline }));
                    if let Some(watch) = watch {
                        self.aim(watch);
                    }
                }
                Some(tenure)
            }
            _ => None,
        }
    }

    pub fn misbehaved(&mut self, owner: Option<OwnerId>, finding: Finding) {
        self.emit(EventKind::Client(ClientEvent::Misbehaved { owner, finding }));
    }

    // Timers and waits.

    /// Puts a timer into a process's lane, and aims the lane's entry in the queue.
    pub fn arm(&mut self, process: ProcessId, at: Mono, due: Due) {
        self.processes[process.index()].lane.push(at, due);
        self.aim_lane(process);
    }

    /// Makes sure that the queue has a valid entry for the earliest timer of the process.
    pub fn aim_lane(&mut self, process: ProcessId) {
        loop {
            let state = &mut self.processes[process.index()];
            let Some((at, due)) = state.lane.first() else { return };
            if state.lane.armed_for.is_some_and(|armed| armed <= at) {
                return;
            }
            if let Due::Wait(wait) = due
                && !self.waits.is_open(wait)
            {
                state.lane.pop();
                continue;
            }
            let clock = &self.machines[state.machine.index()].clock;
            let Some(when) = clock.when_mono(at) else { return };
            state.lane.armed_for = Some(at);
            state.lane.armed += 1;
            let step = Step::Wake { process: process.0, armed: state.lane.armed };
            self.queue.push(when.max(self.now), step);
            return;
        }
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
        let lane = &mut self.processes[process.index()].lane;
        let (at, _) = lane.first()?;
        if at > reading {
            return None;
        }
        lane.pop()
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

    // Processes.

    /// The process dies: beliefs end, peers see its connections close, memory is lost.
    pub fn kill(&mut self, process: ProcessId) {
        if !self.processes[process.index()].alive {
            return;
        }
        self.emit(EventKind::World(WorldEvent::Killed { process }));
        let inbox = std::mem::take(&mut self.processes[process.index()].inbox);
        inbox.into_iter().for_each(|slot| drop(self.take(slot)));
        let machine = self.processes[process.index()].machine;
        self.faults.forget_pauses(&self.plan.clone(), machine);
        self.processes[process.index()].stopped = self.faults.suspensions(&self.plan, machine);
        self.processes[process.index()].die();
        for tenure in self.observer.beliefs_in(process) {
            self.end_belief(tenure, BeliefEnd::Died);
        }
        for owner in &mut self.owners {
            if owner.process == process {
                owner.open_call = None;
            }
        }
        self.close_connections_of(process);
        self.killed.push(process);
    }

    /// A new life begins.
    pub fn start(&mut self, process: ProcessId) {
        let state = &mut self.processes[process.index()];
        if state.alive {
            return;
        }
        state.alive = true;
        state.wakeups = 0;
        let incarnation = state.incarnation;
        for owner in &mut self.owners {
            if owner.process == process {
                owner.incarnation = incarnation;
                owner.next_op = 0;
            }
        }
        self.emit(EventKind::World(WorldEvent::Started { process, incarnation }));
        self.started.push(process);
    }

    /// A later life begins.
    pub fn start_again(&mut self, process: ProcessId) {
        if !self.processes[process.index()].alive {
            self.processes[process.index()].incarnation += 1;
            self.start(process);
        }
    }
}
