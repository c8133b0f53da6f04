//! What a run leaves behind for the next one on the same thread: memory, with nothing in it. A search makes runs by
//! the hundred thousand, and without it each of them would ask for all of its tables again, from their first entry on.

use crate::core::OwnerState;
use crate::fault::FaultBook;
use crate::network::Network;
use crate::observer::Observer;
use crate::process::{Machine, Process};
use crate::queue::Queue;
use crate::system::TenureChange;
use crate::timer::Waits;
use crate::world::Tasks;
use std::collections::VecDeque;

/// See the module. It changes nothing of any run.
#[derive(Default)]
pub struct Spare {
    vessels: Vessels,
    tasks: Tasks,
}

/// The tables of a [`Core`](crate::core::Core).
#[derive(Default)]
pub(crate) struct Vessels {
    pub queue: Queue,
    pub machines: Vec<Machine>,
    pub processes: Vec<Process>,
    pub owners: Vec<OwnerState>,
    pub waits: Waits,
    pub network: Network,
    pub faults: FaultBook,
    pub observer: Observer,
    pub changes: Vec<TenureChange>,
    pub ready: VecDeque<u32>,
}

impl Spare {
    /// Takes what there is.
    pub(crate) fn take(&mut self) -> (Vessels, Tasks) {
        (std::mem::take(&mut self.vessels), std::mem::take(&mut self.tasks))
    }

    /// Keeps the tables of a run that is over, and nothing of what is in them.
    pub(crate) fn put(&mut self, mut vessels: Vessels, tasks: Tasks) {
        vessels.clear();
        *self = Spare { vessels, tasks };
    }
}

impl Vessels {
    fn clear(&mut self) {
        let Vessels { queue, machines, processes, owners, waits, network, faults, observer, changes, ready } =
            self;
        queue.clear();
        machines.clear();
        processes.iter_mut().for_each(Process::clear);
        owners.clear();
        waits.clear();
        network.clear();
        faults.clear();
        observer.clear();
        changes.clear();
        ready.clear();
    }
}
