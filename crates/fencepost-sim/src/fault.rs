//! Faults: when they fire, at whom, and what they do to the world.

use crate::core::Core;
use crate::network::Chosen;
use crate::observer::Observer;
use crate::point::Awaited;
use crate::queue::Step;
use fencepost_model::{
    Call, ClientEvent, EventKind, Fault, FaultId, Instant, MachineId, Outcome, OwnerId, Placement, Plan,
    ProcessId, ProcessRole, Span, Split, StoreEvent, Target, TenureEvent, TriggerEvent, WorldEvent,
};
use serde::Serialize;
use std::sync::Arc;

/// What became of a fault of the plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fate {
    /// It took effect.
    Fired {
        /// When first.
        at: Instant,
        /// At what, by name.
        target: Arc<str>,
    },
    /// Its place never came.
    NotFired,
    /// The system lacks the role that it is aimed at.
    NotOffered,
}

#[derive(Default)]
pub(crate) struct FaultBook {
    pub states: Vec<State>,
    /// Faults that wait for an event, with how often it has to happen still.
    watches: Vec<(u32, u32)>,
    /// Faults that are due and wait for somebody to hold the lock.
    awaiting_holder: Vec<u32>,
    /// Cancellations that are due and wait for an acquire to be open.
    pub awaiting_acquire: Vec<u32>,
    /// Faults that wait for a decision point.
    pub points: Awaited,
}

pub(crate) struct State {
    fate: Fate,
    /// The machine that was hit, while the fault lasts.
    pub hit: Option<MachineId>,
    /// Until when it lasts, where that is known.
    pub until: Instant,
}

impl FaultBook {
    /// Forgets everything.
    pub fn clear(&mut self) {
        let FaultBook { states, watches, awaiting_holder, awaiting_acquire, points } = self;
        states.clear();
        watches.clear();
        awaiting_holder.clear();
        awaiting_acquire.clear();
        points.clear();
    }

    pub fn waits_for_events(&self) -> bool {
        !self.watches.is_empty()
    }

    /// Faults that wait for an event, with how often it has to happen still.
    pub fn watches(&self) -> &[(u32, u32)] {
        &self.watches
    }

    /// Faults that are due and wait for somebody to hold or to ask.
    pub fn awaiting(&self) -> impl Iterator<Item = u32> + '_ {
        self.awaiting_holder.iter().chain(&self.awaiting_acquire).copied()
    }

    /// What became of the faults, in the order of the plan: the run is over.
    pub fn take_fates(&mut self) -> Vec<Fate> {
        self.states.drain(..).map(|state| state.fate).collect()
    }

    /// A process died: pauses that held it are over, for its next life is another process.
    pub fn forget_pauses(&mut self, plan: &Plan, machine: MachineId) {
        for (state, fault) in self.states.iter_mut().zip(&plan.faults) {
            if state.hit == Some(machine) && matches!(fault.what, Fault::Pause { .. }) {
                state.hit = None;
            }
        }
    }

    /// How many suspensions of the machine last.
    pub fn suspensions(&self, plan: &Plan, machine: MachineId) -> u32 {
        let lasting = self.states.iter().zip(&plan.faults);
        let count = lasting
            .filter(|(s, fault)| s.hit == Some(machine) && matches!(fault.what, Fault::Suspend { .. }));
        count.count() as u32
    }
}

/// Everybody whom a fault is aimed at: a cut has two sides.
fn targets_of(what: &Fault) -> impl Iterator<Item = &Target> {
    let other = match what {
        Fault::Partition { split: Split::Between(other), .. } => Some(other),
        _ => None,
    };
    what.target().into_iter().chain(other)
}

/// Which trigger an event is, and whose; none where it is none.
pub(crate) fn trigger_of(kind: &EventKind, observer: &Observer) -> Option<(TriggerEvent, Option<OwnerId>)> {
    match kind {
        EventKind::Tenure(TenureEvent::Granted { tag, .. }) => Some((TriggerEvent::Granted, Some(tag.owner))),
        // State that expires rightfully ends its promise, too: that is counted where it happens.
        EventKind::Tenure(TenureEvent::PromiseEnded { tenure, .. }) => {
            Some((TriggerEvent::Expired, Some(observer.owner_of(*tenure))))
        }
        EventKind::Client(ClientEvent::Invoked { tag, call: Call::Acquire, .. }) => {
            Some((TriggerEvent::AcquireSent, Some(tag.owner)))
        }
        EventKind::Client(ClientEvent::Invoked { tag, call: Call::Release, .. }) => {
            Some((TriggerEvent::Released, Some(tag.owner)))
        }
        EventKind::Client(ClientEvent::Returned { tag, outcome: Outcome::Granted { .. }, .. }) => {
            Some((TriggerEvent::Acquired, Some(tag.owner)))
        }
        EventKind::Store(StoreEvent::Promoted { .. }) => Some((TriggerEvent::Failover, None)),
        _ => None,
    }
}

impl Core {
    /// Places every fault of the plan. Faults of one instant fire in the order of the file.
    pub fn place_faults(&mut self) {
        let plan = self.plan.clone();
        for (index, fault) in plan.faults.iter().enumerate() {
            let index = index as u32;
            let lacking = targets_of(&fault.what).any(|target| matches!(target, Target::Lacking(_)));
            let fate = if lacking { Fate::NotOffered } else { Fate::NotFired };
            self.faults.states.push(State { fate, hit: None, until: Instant::START });
            match (&fault.place, &fault.what) {
                _ if lacking => {}
                (_, Fault::Message { kind, nth, client, upset }) => {
                    let client = client.as_ref().map(|name| self.process_named(name));
                    let (kind, upset) = (kind.clone(), *upset);
                    self.network.chosen.push(Chosen {
                        fault: index,
                        kind,
                        nth: (*nth).max(1),
                        client,
                        upset,
                    });
                }
                (_, Fault::Skew { who, .. }) => {
                    // The clocks of the cast are off by it from the beginning: nothing is set here.
                    if let Some(process) = self.resolve(who) {
                        self.fault_fired(index, self.cast.processes[process.index()].name.clone());
                    }
                }
                (Placement::At(at), _) if *at < plan.length => {
                    self.queue.push(Instant::START + *at, Step::Fire(index))
                }
                (Placement::At(_) | Placement::WithMessage, _) => {}
                (Placement::AtPoint(point), _) => self.await_point(index, point),
                (Placement::On(trigger), _) => self.faults.watches.push((index, trigger.nth.max(1))),
            }
        }
    }

    fn process_named(&self, name: &str) -> ProcessId {
        let of_process = self.cast.processes.iter().position(|process| &*process.name == name);
        let of_owner =
            || self.cast.owners.iter().find(|owner| &*owner.name == name).map(|owner| owner.process);
        of_process.map(|index| ProcessId(index as u32)).or_else(of_owner).unwrap_or_else(|| {
            panic!("case {}: the plan names `{name}`, which nobody is called", self.plan.case)
        })
    }

    pub fn resolve(&self, target: &Target) -> Option<ProcessId> {
        match target {
            Target::Named(name) => Some(self.process_named(name)),
            Target::Holder => self.observer.holder().map(|belief| belief.process),
            // Before the first election the fault waits; whoever believes was granted by a leader.
            Target::Leader => self.leader,
            Target::Lacking(_) => None,
        }
    }

    /// Counts an event for the faults that wait for it.
    pub fn triggered(&mut self, event: TriggerEvent, owner: Option<OwnerId>) {
        if self.in_tail {
            return;
        }
        let plan = self.plan.clone();
        let mut due = Vec::new();
        let cast = self.cast.clone();
        self.faults.watches.retain_mut(|(fault, left)| {
            let Placement::On(trigger) = &plan.faults[*fault as usize].place else { return false };
            let theirs = match &trigger.owner {
                None => true,
                Some(name) => owner.is_some_and(|owner| {
                    cast.owner(owner) == name || cast.process(cast.process_of(owner)) == name
                }),
            };
            if trigger.event == event && theirs {
                *left -= 1;
                if *left == 0 {
                    due.push((*fault, trigger.after));
                }
            }
            *left > 0
        });
        for (fault, after) in due {
            self.queue.push(self.now + after, Step::Fire(fault));
        }
    }

    /// Somebody believes: faults that waited for a holder fire now, behind what happens at this step.
    pub fn holder_appeared(&mut self) {
        for fault in std::mem::take(&mut self.faults.awaiting_holder) {
            self.queue.push(self.now, Step::Fire(fault));
        }
    }

    pub fn fault_fired(&mut self, fault: u32, target: Arc<str>) {
        let state = &mut self.faults.states[fault as usize];
        if state.fate == Fate::NotFired {
            state.fate = Fate::Fired { at: self.now, target: target.clone() };
        }
        self.emit(EventKind::World(WorldEvent::Fired { fault: FaultId(fault), target }));
    }

    /// A fault's place has come.
    pub fn fire(&mut self, fault: u32) {
        if self.in_tail {
            return;
        }
        let plan = self.plan.clone();
        let what = &plan.faults[fault as usize].what;
        let Some(process) = what.target().and_then(|target| self.resolve(target)) else {
            self.faults.awaiting_holder.push(fault);
            return;
        };
        if targets_of(what).any(|target| self.resolve(target).is_none()) {
            self.faults.awaiting_holder.push(fault);
            return;
        }
        if matches!(what, Fault::Cancel { .. }) {
            return self.cancel(fault, what, process);
        }
        let machine = self.processes[process.index()].machine;
        let name = self.cast.processes[process.index()].name.clone();
        let dead = !self.processes[process.index()].alive;
        if dead
            && matches!(
                what,
                Fault::Kill { .. }
                    | Fault::Restart { .. }
                    | Fault::Pause { .. }
                    | Fault::Suspend { .. }
                    | Fault::PowerCut { .. }
                    | Fault::Evict { .. }
            )
        {
            return;
        }
        self.fault_fired(fault, name);
        self.faults.states[fault as usize].hit = Some(machine);
        self.strike(fault, what, process, machine);
    }

    pub fn heal_after(&mut self, fault: u32, hold: Span) {
        // Whoever asks how long it lasts is told the truth: the calm tail ends it at the latest.
        let tail = Instant::START + self.plan.length;
        self.faults.states[fault as usize].until = (self.now + hold).min(tail);
        self.queue.push(self.now + hold, Step::Heal(fault));
    }

    /// A fault that lasts is over; it may have been healed already by the calm tail.
    pub fn heal(&mut self, fault: u32) {
        let Some(machine) = self.faults.states[fault as usize].hit.take() else { return };
        let plan = self.plan.clone();
        let process = self.machines[machine.index()].process;
        match &plan.faults[fault as usize].what {
            Fault::Pause { .. } => self.go_on(process),
            Fault::Suspend { .. } => self.wake_machine(machine),
            Fault::Partition { .. } => {
                self.network.cuts.retain(|cut| cut.fault != fault);
                self.retransmit();
            }
            Fault::Delay { .. } => self.network.slowings.retain(|slowing| slowing.fault != fault),
            Fault::Drift { .. } => self.drift_ended(machine),
            Fault::Stall { .. } => self.disk_healed(machine, fault),
            Fault::Loss { .. } | Fault::Duplicate { .. } | Fault::Reorder { .. } => {
                self.network.upsets.retain(|upset| upset.fault != fault);
            }
            _ => return,
        }
        self.emit(EventKind::World(WorldEvent::Healed { fault: FaultId(fault) }));
    }

    /// Everything that is broken is made whole: the calm tail begins.
    pub fn calm(&mut self) {
        self.in_tail = true;
        self.before_tail = Some((self.network.delivered, self.syncs_done()));
        for fault in 0..self.faults.states.len() {
            self.heal(fault as u32);
        }
        self.faults.watches.clear();
        self.faults.points.clear();
        self.faults.awaiting_holder.clear();
        self.faults.awaiting_acquire.clear();
        self.network.chosen.clear();
        for index in 0..self.processes.len() {
            if self.processes[index].role == ProcessRole::Server {
                self.start_again(ProcessId(index as u32));
            }
        }
        self.emit(EventKind::World(WorldEvent::CalmTail));
        self.start_probes();
    }
}
