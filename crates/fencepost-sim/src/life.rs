//! The lives of processes: how they die, and how they start again.

use crate::core::{Core, News};
use crate::cut::Cut;
use crate::server::Death;
use fencepost_model::{BeliefEnd, Cause, EventKind, MachineId, ProcessId, Purpose, WorldEvent};

impl Core {
    /// The process is killed: peers see its connections close; the machine goes on.
    pub fn kill(&mut self, process: ProcessId) {
        if self.processes[process.index()].alive {
            self.die(process, Death::Killed);
            self.close_connections_of(process);
            self.close_links_of(process);
        }
    }

    /// The machine loses power: peers see nothing, and what is sent to it goes nowhere.
    pub fn cut_power(&mut self, machine: MachineId) {
        let process = self.machines[machine.index()].process;
        self.machines[machine.index()].powered = false;
        self.machines[machine.index()].lost_power = Some(self.now);
        self.network.cuts.push(Cut::without_power(machine));
        self.emit(EventKind::World(WorldEvent::PowerLost { machine }));
        let (plan, incarnation) = (self.plan.clone(), self.processes[process.index()].incarnation);
        let mut n = 0;
        let origin = self.origins.process(process, incarnation, 4);
        self.machines[machine.index()].disk.lose_power(|| {
            n += 1;
            plan.key.draw(Cause { purpose: Purpose::Torn, origin, n })
        });
        self.forget_stuck_syncs(machine);
        if self.processes[process.index()].alive {
            self.die(process, Death::PowerLost);
            self.forget_connections_of(process);
            self.forget_links_of(process);
        }
    }

    /// Beliefs end, memory is lost.
    fn die(&mut self, process: ProcessId, death: Death) {
        self.emit(EventKind::World(WorldEvent::Killed { process }));
        let (inbox, mail) = {
            let state = &mut self.processes[process.index()];
            (std::mem::take(&mut state.inbox), std::mem::take(&mut state.mail))
        };
        inbox.into_iter().for_each(|slot| self.drop_unseen(slot));
        mail.into_iter().for_each(|slot| drop(self.take_datagram(slot)));
        let machine = self.processes[process.index()].machine;
        self.faults.forget_pauses(&self.plan.clone(), machine);
        self.processes[process.index()].stopped = self.faults.suspensions(&self.plan, machine);
        self.processes[process.index()].die();
        for tenure in self.observer.beliefs_in(process) {
            self.end_belief(tenure, BeliefEnd::Died);
        }
        for owner in self.owners.iter_mut().filter(|owner| owner.process == process) {
            owner.open_call = None;
            owner.cancelled = None;
        }
        if death == Death::Killed {
            self.machines[machine.index()].disk.forget_tickets();
        }
        self.news.push_back(News::Died(process, death));
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
        for owner in self.owners.iter_mut().filter(|owner| owner.process == process) {
            owner.incarnation = incarnation;
            owner.next_op = 0;
        }
        self.emit(EventKind::World(WorldEvent::Started { process, incarnation }));
        self.news.push_back(News::Started(process));
    }

    /// A later life begins; on a machine that sleeps, when it wakes up.
    pub fn start_again(&mut self, process: ProcessId) {
        let state = &self.processes[process.index()];
        if self.faults.suspensions(&self.plan, state.machine) > 0 {
            self.processes[process.index()].starts_at_wake = true;
        } else if !state.alive && !state.broken {
            self.processes[process.index()].incarnation += 1;
            self.restore_power(self.processes[process.index()].machine);
            self.start(process);
        }
    }

    /// The machine has power again: its monotonic clock counts from zero, and what was sent to it is
    /// retransmitted, to connections that nobody knows any more.
    fn restore_power(&mut self, machine: MachineId) {
        let now = self.now;
        let state = &mut self.machines[machine.index()];
        if !state.powered {
            state.powered = true;
            state.clock.reboot(now);
            self.network.cuts.retain(|cut| !cut.is_without_power(machine));
            self.aim_again(machine);
            self.retransmit();
        }
    }
}
