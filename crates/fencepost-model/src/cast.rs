//! Who takes part in a run: the names behind the numbers.

use crate::{LockId, MachineId, OwnerId, ProcessId, Site};
use serde::Serialize;
use std::sync::Arc;

/// The machines, processes, owners and locks of a run. Fixed before it begins.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Cast {
    /// By [`MachineId`].
    pub machines: Vec<MachineEntry>,
    /// By [`ProcessId`].
    pub processes: Vec<ProcessEntry>,
    /// By [`OwnerId`].
    pub owners: Vec<OwnerEntry>,
    /// By [`LockId`].
    pub locks: Vec<LockEntry>,
}

/// A machine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MachineEntry {
    /// Its name.
    pub name: Arc<str>,
    /// By how many parts per million its oscillator runs above true when the run begins.
    pub ppm: i32,
    /// How far its wall clock is ahead of true time when the run begins, in nanoseconds.
    pub wall_offset: i64,
}

/// A process.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ProcessEntry {
    /// Its name.
    pub name: Arc<str>,
    /// Where it runs.
    pub machine: MachineId,
    /// What it is.
    pub role: ProcessRole,
}

/// What a process is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ProcessRole {
    /// It contains owners.
    Client,
    /// It belongs to the system under test.
    Server,
    /// It stands behind the lock: the resource that it protects, or the provider.
    Resource,
    /// It asks for locks in the calm tail.
    Probe,
}

/// An owner.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OwnerEntry {
    /// Its name.
    pub name: Arc<str>,
    /// The process that contains it.
    pub process: ProcessId,
}

/// A lock.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LockEntry {
    /// Its name.
    pub name: Arc<str>,
}

impl Cast {
    /// The name of an owner.
    pub fn owner(&self, owner: OwnerId) -> &str {
        &self.owners[owner.index()].name
    }

    /// The name of a process.
    pub fn process(&self, process: ProcessId) -> &str {
        &self.processes[process.index()].name
    }

    /// The name of a machine.
    pub fn machine(&self, machine: MachineId) -> &str {
        &self.machines[machine.index()].name
    }

    /// The name of a lock.
    pub fn lock(&self, lock: LockId) -> &str {
        &self.locks[lock.index()].name
    }

    /// The process that contains an owner.
    pub fn process_of(&self, owner: OwnerId) -> ProcessId {
        self.owners[owner.index()].process
    }

    /// The process of the resource or of the provider, where there is one.
    pub fn process_at(&self, site: Site) -> Option<ProcessId> {
        let is_it =
            |process: &ProcessEntry| process.role == ProcessRole::Resource && *process.name == *site.name();
        self.processes.iter().position(is_it).map(|index| ProcessId(index as u32))
    }

    /// The machine on which a process runs.
    pub fn machine_of(&self, process: ProcessId) -> MachineId {
        self.processes[process.index()].machine
    }
}
