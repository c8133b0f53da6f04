//! What faults do to the world.

use crate::core::{Core, News};
use crate::cut::{Cut, Slowing};
use crate::datagram::{DatagramUpset, What};
use crate::queue::Step;
use fencepost_model::{
    Call, Direction, EventKind, Fault, MachineId, OwnerId, ProcessId, ProcessRole, Span, Split, Target,
    WorldEvent,
};

impl Core {
    /// Does what the fault says, to the process and machine that it hit.
    pub fn strike(&mut self, fault: u32, what: &Fault, process: ProcessId, machine: MachineId) {
        match what {
            Fault::Kill { restart_after, .. } => {
                self.kill(process);
                self.restart_after(process, *restart_after);
            }
            Fault::PowerCut { restart_after, .. } => {
                self.cut_power(machine);
                self.restart_after(process, *restart_after);
            }
            Fault::Restart { .. } => {
                self.kill(process);
                self.restart_after(process, Some(Span::ZERO));
            }
            Fault::Pause { hold, .. } => {
                self.stop(process);
                self.heal_after(fault, *hold);
            }
            Fault::Suspend { hold, .. } => {
                self.machines[machine.index()].clock.suspend(self.now);
                self.stop(process);
                self.emit(EventKind::World(WorldEvent::Suspended { machine }));
                self.aim_again(machine);
                self.heal_after(fault, *hold);
            }
            Fault::Partition { split, direction, hold, .. } => {
                self.cut_links(fault, machine, split, *direction);
                self.heal_after(fault, *hold);
            }
            Fault::Delay { by, direction, hold, .. } => {
                self.network.slowings.push(Slowing { fault, who: machine, direction: *direction, by: *by });
                self.heal_after(fault, *hold);
            }
            Fault::Jump { by, .. } => {
                self.machines[machine.index()].clock.step(*by);
                self.emit(EventKind::World(WorldEvent::Stepped { machine, by: *by }));
            }
            Fault::Drift { ppm, hold, .. } => {
                self.set_rate(machine, *ppm);
                if let Some(hold) = hold {
                    self.heal_after(fault, *hold);
                }
            }
            Fault::Stall { slower, hold, .. } => {
                self.machines[machine.index()].disk.stalls.push((fault, *slower));
                self.heal_after(fault, *hold);
            }
            Fault::Evict { .. } => self.news.push_back(News::Evict(process)),
            Fault::Loss { rate, direction, hold, .. } => {
                self.upset(fault, machine, *direction, What::Lose(*rate), *hold);
            }
            Fault::Duplicate { rate, direction, hold, .. } => {
                self.upset(fault, machine, *direction, What::Double(*rate), *hold);
            }
            Fault::Reorder { by, direction, hold, .. } => {
                self.upset(fault, machine, *direction, What::Scatter(*by), *hold);
            }
            Fault::Skew { .. } | Fault::Message { .. } => unreachable!("placed before the run begins"),
            Fault::Cancel { .. } => unreachable!("aimed at a call, not at a machine"),
        }
    }

    fn restart_after(&mut self, process: ProcessId, after: Option<Span>) {
        let incarnation = self.processes[process.index()].incarnation;
        if let Some(after) = after {
            self.queue.push(self.now + after, Step::Restart { process: process.0, incarnation });
        }
    }

    fn cut_links(&mut self, fault: u32, who: MachineId, split: &Split, direction: Direction) {
        let other = match split {
            Split::Isolate => None,
            Split::Between(target) => match self.resolve(target) {
                Some(other) => Some(self.processes[other.index()].machine),
                None => return,
            },
        };
        self.network.cuts.push(Cut { fault, who, other, direction });
    }

    fn upset(&mut self, fault: u32, who: MachineId, direction: Direction, what: What, hold: Span) {
        self.network.upsets.push(DatagramUpset { fault, who, direction, what });
        self.heal_after(fault, hold);
    }

    /// Drops the acquire that the target has open; while it has none, the fault waits.
    pub fn cancel(&mut self, fault: u32, what: &Fault, process: ProcessId) {
        let wanted = match what.target() {
            Some(Target::Named(name)) if self.cast.process(process) != name => Some(name.clone()),
            _ => None,
        };
        let open = self.owners.iter().enumerate().position(|(index, owner)| {
            let is_wanted =
                wanted.as_deref().is_none_or(|name| self.cast.owner(OwnerId(index as u32)) == name);
            let asks = matches!(owner.open_call, Some((_, Call::Acquire, _)));
            let is_probe = self.processes[owner.process.index()].role == ProcessRole::Probe;
            owner.process == process && is_wanted && asks && !is_probe
        });
        let Some(index) = open else { return self.faults.awaiting_acquire.push(fault) };
        self.fault_fired(fault, self.cast.owners[index].name.clone());
        let owner = &mut self.owners[index];
        owner.cancelled = owner.open_call.map(|(tag, ..)| tag.op);
        let task = owner.task;
        self.ready.push_back(task);
    }

    /// Somebody asks: cancellations that waited for it come next, behind what happens at this step.
    pub fn acquire_appeared(&mut self) {
        for fault in std::mem::take(&mut self.faults.awaiting_acquire) {
            self.queue.push(self.now, Step::Fire(fault));
        }
    }

    /// The oscillator runs at another rate: what was aimed by it is aimed again.
    pub fn set_rate(&mut self, machine: MachineId, ppm: i32) {
        let now = self.now;
        let state = &mut self.machines[machine.index()];
        state.clock.set_rate(now, ppm);
        state.ppm = ppm;
        self.emit(EventKind::World(WorldEvent::RateChanged { machine, ppm }));
        self.aim_again(machine);
    }

    /// A drift is over: the newest one that lasts goes on, and else the rate of the plan.
    pub fn drift_ended(&mut self, machine: MachineId) {
        let plan = self.plan.clone();
        let mut lasting =
            self.faults.states.iter().zip(&plan.faults).filter_map(|(state, fault)| match fault.what {
                Fault::Drift { ppm, .. } if state.hit == Some(machine) => Some(ppm),
                _ => None,
            });
        self.set_rate(machine, lasting.next_back().unwrap_or(self.machines[machine.index()].base_ppm));
    }

    fn stop(&mut self, process: ProcessId) {
        self.processes[process.index()].stopped += 1;
        if self.processes[process.index()].stopped == 1 {
            self.emit(EventKind::World(WorldEvent::Paused { process }));
        }
    }

    /// A suspension is over. Two of one machine may overlap: it wakes with the last of them.
    pub fn wake_machine(&mut self, machine: MachineId) {
        let process = self.machines[machine.index()].process;
        if self.faults.suspensions(&self.plan, machine) > 0 {
            self.processes[process.index()].stopped -= 1;
            return;
        }
        self.machines[machine.index()].clock.wake(self.now);
        self.emit(EventKind::World(WorldEvent::Woken { machine }));
        self.aim_again(machine);
        self.go_on(process);
        if std::mem::take(&mut self.processes[process.index()].starts_at_wake) {
            self.start_again(process);
        }
    }

    /// One of the things that stopped a process is over.
    pub fn go_on(&mut self, process: ProcessId) {
        let state = &mut self.processes[process.index()];
        state.stopped -= 1;
        if state.stopped == 0 && state.alive {
            self.emit(EventKind::World(WorldEvent::Resumed { process }));
            self.beliefs_catch_up(process);
            self.news.push_back(News::Resumed(process));
        }
    }
}
