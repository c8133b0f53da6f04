//! Syncs of disks: how long they take, and what becomes of them while a disk is slow or stuck.

use crate::core::{Core, News};
use crate::queue::Step;
use fencepost_model::{MachineId, PointKind, ProcessId, Purpose};

impl Core {
    /// A server asks for a sync of its disk.
    pub fn begin_sync(&mut self, process: ProcessId, ticket: u32) {
        self.point(PointKind::Sync, process, None, None);
        let machine = self.processes[process.index()].machine;
        let number = self.machines[machine.index()].disk.begin_sync(ticket);
        self.aim_sync(machine, number);
    }

    /// A sync takes its time, and a slow disk's more; on a stuck one it waits for the fault's end.
    fn aim_sync(&mut self, machine: MachineId, number: u32) {
        let state = &self.machines[machine.index()];
        let Some(slower) = state.disk.slowness() else { return self.stuck_syncs.push((machine, number)) };
        let (process, incarnation) = (state.process, self.processes[state.process.index()].incarnation);
        let takes = self.plan.disk.sync.only().unwrap_or_else(|| {
            let origin = self.origins.process(process, incarnation, 5);
            self.plan.disk.sync.at(self.draw(Purpose::Sync, origin, number))
        });
        self.queue.push(self.now + takes + slower, Step::Synced { machine: machine.0, number });
    }

    /// A sync has come back.
    pub fn synced(&mut self, machine: MachineId, number: u32) {
        let process = self.machines[machine.index()].process;
        if let Some(ticket) = self.machines[machine.index()].disk.end_sync(number) {
            self.news.push_back(News::Synced(process, ticket));
        }
    }

    /// A fault of the disk is over: what was stuck begins again.
    pub fn disk_healed(&mut self, machine: MachineId, fault: u32) {
        self.machines[machine.index()].disk.stalls.retain(|(stall, _)| *stall != fault);
        let (theirs, others): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.stuck_syncs).into_iter().partition(|(stuck, _)| *stuck == machine);
        self.stuck_syncs = others;
        theirs.into_iter().for_each(|(machine, number)| self.aim_sync(machine, number));
    }

    /// The machine has lost power: what was stuck never comes back.
    pub fn forget_stuck_syncs(&mut self, machine: MachineId) {
        self.stuck_syncs.retain(|(stuck, _)| *stuck != machine);
    }

    /// Syncs that were done so far, of every disk.
    pub fn syncs_done(&self) -> u64 {
        self.machines.iter().map(|machine| machine.disk.done).sum()
    }
}
