//! What lasts: promises, beliefs, stops and cuts, each from one event to another.

use crate::replay::choice::Choice;
use crate::replay::drew;
use crate::replay::mark::Lane;
use crate::replay::told::Told;
use fencepost_model::{
    BeliefEnd, ClientEvent, EndReason, EventKind, MachineId, NodeId, OwnerId, ProcessId, ProcessRole, Split,
    Target, TenureEvent, TenureId, Token, WorldEvent,
};

/// A promise of one node; events by their place in the history.
#[derive(Clone, Debug)]
pub(super) struct Promise {
    pub tenure: TenureId,
    pub node: NodeId,
    pub owner: OwnerId,
    pub token: Option<Token>,
    pub from: usize,
    /// When its state went, and why.
    pub gone: Option<(usize, EndReason)>,
    /// When its time had run out.
    pub ended: Option<usize>,
    pub extended: Vec<usize>,
    /// Beside how many others it is drawn.
    pub column: i64,
}

impl Promise {
    /// Whether the promise outlives its state: not for a moment, but because the state was lost.
    pub fn is_owed(&self) -> bool {
        let Some((gone, reason)) = self.gone else { return false };
        let lost = matches!(
            reason,
            EndReason::Evicted
                | EndReason::LostInRestart
                | EndReason::LostInFailover
                | EndReason::RolledBack
                | EndReason::RemovedByOther
                | EndReason::Overwritten
        );
        self.ended.map_or(lost, |ended| ended > gone)
    }
}

/// A belief of an owner with a lane.
#[derive(Clone, Debug)]
pub(super) struct Belief {
    pub tenure: TenureId,
    pub lane: usize,
    pub token: Option<Token>,
    pub from: usize,
    pub until: Option<(usize, BeliefEnd)>,
    pub deadline: Option<usize>,
    pub extended: Vec<usize>,
}

/// How something does not work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum StopKind {
    Paused,
    Suspended,
    Down,
    /// Its links or its disk do not do what they should.
    Cut,
}

impl StopKind {
    pub const ALL: [(StopKind, &'static str, &'static str); 4] = [
        (StopKind::Paused, "pause", "paused"),
        (StopKind::Suspended, "suspend", "suspended"),
        (StopKind::Down, "down", "dead or without power"),
        (StopKind::Cut, "cut", "links or disk disturbed"),
    ];

    /// The last part of the name of its pattern, and what a legend says.
    pub fn words(self) -> (&'static str, &'static str) {
        let known = StopKind::ALL.iter().find(|(kind, ..)| *kind == self);
        known.map_or(("pause", ""), |(_, pattern, word)| (*pattern, *word))
    }
}

/// By what a stop is known when it is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cause {
    Process(ProcessId),
    Fault(usize),
}

/// A fault that lasts, on a lane.
#[derive(Clone, Debug)]
pub(super) struct Stop {
    pub lane: Lane,
    pub kind: StopKind,
    cause: Cause,
    pub from: usize,
    pub until: Option<usize>,
    pub what: String,
}

/// Everything that lasts and is drawn.
#[derive(Default)]
pub(super) struct Held {
    pub promises: Vec<Promise>,
    pub beliefs: Vec<Belief>,
    pub stops: Vec<Stop>,
    /// How many promises stand beside each other at most.
    pub columns: i64,
}

impl Held {
    pub fn of(told: &Told<'_>, choice: &Choice, every_event: bool) -> Held {
        let mut held = Held::default();
        for (index, event) in told.history.iter().enumerate() {
            match &event.kind {
                EventKind::Tenure(tenure) => held.tenure(index, tenure),
                EventKind::Client(client) => held.client(index, client, choice),
                EventKind::World(world) => held.world(index, world, told, choice),
                _ => {}
            }
        }
        let is_drawn = |tenure: &TenureId| every_event || choice.tenures.contains(tenure);
        held.promises.retain(|promise| is_drawn(&promise.tenure));
        held.beliefs.retain(|belief| is_drawn(&belief.tenure));
        held.columns = columns(&mut held.promises);
        held.one_stop_each(told);
        held
    }

    /// A process stops with its machine: that is one stop, and the machine's.
    fn one_stop_each(&mut self, told: &Told<'_>) {
        let at = |stop: &Stop| told.history[stop.from].at;
        let wider: Vec<(Lane, StopKind, _)> = self.stops.iter().map(|s| (s.lane, s.kind, at(s))).collect();
        self.stops.retain(|stop| {
            let is_covered = wider.contains(&(stop.lane, StopKind::Suspended, at(stop)));
            !(stop.kind == StopKind::Paused && is_covered)
        });
    }

    fn tenure(&mut self, index: usize, event: &TenureEvent) {
        let at = |tenure: &TenureId, node: &NodeId| (*tenure, *node);
        match event {
            TenureEvent::Granted { tenure, node, tag, token, .. } => self.promises.push(Promise {
                tenure: *tenure,
                node: *node,
                owner: tag.owner,
                token: *token,
                from: index,
                gone: None,
                ended: None,
                extended: Vec::new(),
                column: 0,
            }),
            TenureEvent::Extended { tenure, node, .. } => {
                self.promise(at(tenure, node), |promise| promise.extended.push(index));
            }
            TenureEvent::Gone { tenure, node, reason } => {
                self.promise(at(tenure, node), |promise| {
                    promise.gone.get_or_insert((index, *reason));
                });
            }
            TenureEvent::Waits { .. } | TenureEvent::WaitsNoMore { .. } => {}
            TenureEvent::PromiseEnded { tenure, node } => {
                self.promise(at(tenure, node), |promise| promise.ended = Some(index));
            }
        }
    }

    fn promise(&mut self, of: (TenureId, NodeId), change: impl FnMut(&mut Promise)) {
        let newest = self.promises.iter_mut().rev().find(|promise| (promise.tenure, promise.node) == of);
        newest.into_iter().for_each(change);
    }

    fn client(&mut self, index: usize, event: &ClientEvent, choice: &Choice) {
        let of = |belief: &&mut Belief, tenure: &TenureId| belief.tenure == *tenure;
        let mut newest = self.beliefs.iter_mut().rev();
        match event {
            ClientEvent::BeliefStarted { tenure, tag, token, .. } => {
                let Some(lane) = choice.owners.iter().position(|owner| *owner == tag.owner) else { return };
                self.beliefs.push(Belief {
                    tenure: *tenure,
                    lane,
                    token: *token,
                    from: index,
                    until: None,
                    deadline: None,
                    extended: Vec::new(),
                });
            }
            ClientEvent::BeliefExtended { tenure, .. } => {
                newest.find(|belief| of(belief, tenure)).into_iter().for_each(|b| b.extended.push(index));
            }
            ClientEvent::DeadlineReached { tenure } => {
                newest
                    .find(|belief| of(belief, tenure))
                    .into_iter()
                    .for_each(|belief| belief.deadline = Some(index));
            }
            ClientEvent::BeliefEnded { tenure, why } => {
                newest
                    .find(|belief| of(belief, tenure))
                    .into_iter()
                    .for_each(|belief| belief.until = Some((index, *why)));
            }
            _ => {}
        }
    }

    fn world(&mut self, index: usize, event: &WorldEvent, told: &Told<'_>, choice: &Choice) {
        let begin = |held: &mut Held, process: ProcessId, kind: StopKind, what: String| {
            for lane in lanes_of(process, told, choice) {
                let (cause, what) = (Cause::Process(process), what.clone());
                held.stops.push(Stop { lane, kind, cause, from: index, until: None, what });
            }
        };
        let on = |machine: &MachineId| process_on(*machine, told);
        let name = |process: ProcessId| told.cast.process(process);
        match event {
            WorldEvent::Paused { process } => {
                begin(self, *process, StopKind::Paused, format!("{} is paused", name(*process)));
            }
            WorldEvent::Suspended { machine } => on(machine).into_iter().for_each(|process| {
                begin(self, process, StopKind::Suspended, format!("{} is suspended", name(process)));
            }),
            WorldEvent::Killed { process } => {
                begin(self, *process, StopKind::Down, format!("{} is dead", name(*process)));
            }
            WorldEvent::PowerLost { machine } => on(machine).into_iter().for_each(|process| {
                begin(self, process, StopKind::Down, format!("{} has no power", name(process)));
            }),
            WorldEvent::Resumed { process } => {
                self.end(index, &[StopKind::Paused], Cause::Process(*process));
            }
            WorldEvent::Woken { machine } => on(machine)
                .into_iter()
                .for_each(|process| self.end(index, &[StopKind::Suspended], Cause::Process(process))),
            WorldEvent::Started { process, .. } => {
                let all = [StopKind::Down, StopKind::Paused, StopKind::Suspended];
                self.end(index, &all, Cause::Process(*process));
            }
            WorldEvent::Fired { fault, target } => self.cut(index, fault.index(), target, told, choice),
            WorldEvent::Healed { fault } => {
                self.end(index, &[StopKind::Cut], Cause::Fault(fault.index()));
            }
            WorldEvent::CalmTail => {
                let cut = self.stops.iter_mut();
                let cut = cut.filter(|stop| stop.kind == StopKind::Cut && stop.until.is_none());
                cut.for_each(|stop| stop.until = Some(index));
            }
            _ => {}
        }
    }

    fn end(&mut self, index: usize, kinds: &[StopKind], cause: Cause) {
        let open = self.stops.iter_mut().filter(|stop| stop.until.is_none() && stop.cause == cause);
        open.filter(|stop| kinds.contains(&stop.kind)).for_each(|stop| stop.until = Some(index));
    }

    /// A fault on links or a disk, on the lanes at its ends.
    fn cut(&mut self, index: usize, fault: usize, target: &str, told: &Told<'_>, choice: &Choice) {
        use fencepost_model::Fault;
        let cause = Cause::Fault(fault);
        let fault = &told.faults[fault].what;
        let other = match fault {
            Fault::Partition { split: Split::Between(Target::Named(other)), .. } => Some(other.as_str()),
            Fault::Partition { .. }
            | Fault::Delay { .. }
            | Fault::Loss { .. }
            | Fault::Duplicate { .. }
            | Fault::Reorder { .. }
            | Fault::Stall { .. } => None,
            _ => return,
        };
        let named = |name: &str| told.cast.processes.iter().position(|process| &*process.name == name);
        for end in [Some(target), other].into_iter().flatten().filter_map(named) {
            for lane in lanes_of(ProcessId(end as u32), told, choice) {
                let what = drew::what(fault);
                self.stops.push(Stop { lane, kind: StopKind::Cut, cause, from: index, until: None, what });
            }
        }
    }
}

/// The lanes of a process: those of all its owners with one.
fn lanes_of(process: ProcessId, told: &Told<'_>, choice: &Choice) -> Vec<Lane> {
    match told.cast.processes[process.index()].role {
        ProcessRole::Server => vec![Lane::Service],
        ProcessRole::Resource => vec![Lane::Resource],
        ProcessRole::Client | ProcessRole::Probe => {
            let theirs =
                (0..).zip(&choice.owners).filter(|(_, owner)| told.cast.process_of(**owner) == process);
            theirs.map(|(lane, _)| Lane::Owner(lane)).collect()
        }
    }
}

pub(super) fn process_on(machine: MachineId, told: &Told<'_>) -> Option<ProcessId> {
    let on = told.cast.processes.iter().position(|process| process.machine == machine);
    on.map(|index| ProcessId(index as u32))
}

/// Gives each promise the first column that is free; says how many columns there are.
fn columns(promises: &mut [Promise]) -> i64 {
    let mut free_from: Vec<usize> = Vec::new();
    for promise in promises {
        let gone = promise.gone.map_or(usize::MAX, |(gone, _)| gone);
        let end = if promise.is_owed() { promise.ended.unwrap_or(usize::MAX) } else { gone };
        let free = free_from.iter().position(|from| *from < promise.from);
        let column = free.unwrap_or_else(|| {
            free_from.push(0);
            free_from.len() - 1
        });
        free_from[column] = end;
        promise.column = column as i64;
    }
    free_from.len() as i64
}
