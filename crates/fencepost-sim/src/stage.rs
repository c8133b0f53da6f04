//! The stage of a run: who takes part, by which names, under which rules. Plans that differ in nothing but their
//! faults have the same one, so a search sets it once.

use crate::origin::Origins;
use crate::run::{PROBE, RESOURCE};
use fencepost_check::Rules;
use fencepost_model::{
    Cast, Fault, LockEntry, MachineEntry, MachineId, OwnerEntry, Plan, ProcessEntry, ProcessId, ProcessRole,
    Target, WorkloadPlan,
};
use std::sync::Arc;

/// See the module. Copies share everything.
#[derive(Clone)]
pub struct Stage {
    pub(crate) rules: Arc<Rules>,
    pub(crate) cast: Arc<Cast>,
    pub(crate) origins: Arc<Origins>,
    pub(crate) workload: Arc<WorkloadPlan>,
    /// The names of the locks, in the order of their ids.
    pub(crate) names: Arc<[Arc<str>]>,
    /// What it was made of.
    plan: Arc<Plan>,
}

impl Stage {
    /// The stage of a plan. The rules depend on less than the rest of it, so they are given.
    pub fn of(rules: Arc<Rules>, plan: &Arc<Plan>) -> Stage {
        let cast = cast_of(plan);
        Stage {
            rules,
            origins: Arc::new(Origins::of(&cast)),
            workload: Arc::new(plan.workload.clone()),
            names: cast.locks.iter().map(|lock| lock.name.clone()).collect(),
            plan: plan.clone(),
            cast: Arc::new(cast),
        }
    }

    /// What runs on it are judged by.
    pub fn rules(&self) -> &Arc<Rules> {
        &self.rules
    }

    /// Whether it is the stage of this plan, too: the two have the same machines, owners and locks.
    pub fn is_of(&self, plan: &Plan) -> bool {
        self.plan.machines == plan.machines
            && self.plan.clients == plan.clients
            && self.plan.workload == plan.workload
            && skews(&self.plan).eq(skews(plan))
    }
}

/// Whose wall clocks are off by how much when the run begins, beside what the plan says of machines.
fn skews(plan: &Plan) -> impl Iterator<Item = (&str, i64)> {
    plan.faults.iter().filter_map(|fault| match &fault.what {
        Fault::Skew { who: Target::Named(name), by } => Some((name.as_str(), *by)),
        _ => None,
    })
}

/// Who takes part: a process on each machine, the owners of the plan, and a probing owner for each lock.
pub fn cast_of(plan: &Plan) -> Cast {
    // With the machine of the probe.
    let machines = plan.machines.len() + 1;
    let owners = plan.clients.iter().map(|client| client.owners.len()).sum::<usize>();
    let mut cast = Cast {
        machines: Vec::with_capacity(machines),
        processes: Vec::with_capacity(machines),
        owners: Vec::with_capacity(owners + plan.workload.locks.len()),
        locks: Vec::with_capacity(plan.workload.locks.len()),
    };
    for machine in &plan.machines {
        let role = match machine.role.as_str() {
            "client" => ProcessRole::Client,
            RESOURCE => ProcessRole::Resource,
            _ => ProcessRole::Server,
        };
        add_process(&mut cast, &machine.name, role, machine.ppm, machine.wall_offset);
    }
    for client in &plan.clients {
        let process = cast.processes.iter().position(|process| *process.name == *client.name);
        let process = process.unwrap_or_else(|| panic!("client `{}` has no machine", client.name));
        for owner in &client.owners {
            cast.owners
                .push(OwnerEntry { name: Arc::from(owner.as_str()), process: ProcessId(process as u32) });
        }
    }
    skew_clocks(&mut cast, plan);
    let probe = add_process(&mut cast, PROBE, ProcessRole::Probe, 0, 0);
    for lock in &plan.workload.locks {
        cast.owners.push(OwnerEntry { name: Arc::from(format!("{PROBE}.{lock}")), process: probe });
        cast.locks.push(LockEntry { name: Arc::from(lock.as_str()) });
    }
    cast
}

/// A `skew` is part of how far the wall clock of a machine is off when the run begins.
fn skew_clocks(cast: &mut Cast, plan: &Plan) {
    for (name, by) in skews(plan) {
        let of_process = cast.processes.iter().find(|process| *process.name == *name);
        let of_owner = || cast.owners.iter().find(|owner| *owner.name == *name).map(|owner| owner.process);
        let machine =
            of_process.map(|process| process.machine).or_else(|| Some(cast.machine_of(of_owner()?)));
        if let Some(machine) = machine {
            let entry = &mut cast.machines[machine.index()];
            entry.wall_offset = entry.wall_offset.saturating_add(by);
        }
    }
}

fn add_process(cast: &mut Cast, name: &str, role: ProcessRole, ppm: i32, wall_offset: i64) -> ProcessId {
    let (machine, name) = (MachineId(cast.machines.len() as u32), Arc::<str>::from(name));
    cast.machines.push(MachineEntry { name: name.clone(), ppm, wall_offset });
    cast.processes.push(ProcessEntry { name, machine, role });
    ProcessId(machine.0)
}
