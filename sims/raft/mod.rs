//! The lock on a replicated log: the smallest state machine that is a lock, and the row by which others are
//! measured.

mod claims;
mod clean_up;
mod commands;
mod defects;
mod descriptor;
mod lock;
mod projection;
mod settings;
mod table;

pub use commands::{Command, Deadline, MyTurn, Outcome, View, WhoHolds};
pub use defects::Defect;
pub use descriptor::DESCRIPTOR;
pub use lock::{Proof, RaftLock};
pub use settings::RaftSettings;
pub use table::LockTable;

use crate::own;
use crate::stores::log::{LogServer, SimMembers, properties};
use fencepost_check::Property;
use fencepost_lock::{AnyLock, Erased, Lock};
use fencepost_model::{Cast, Descriptor, Plan, ProcessId};
use fencepost_sim::{ClientSite, Projection, Server, SimEnv, SimSystem};
use projection::RaftProjection;
use std::rc::Rc;

/// A lock on a simulated log. `make` builds the lock's code for one client process: give it a lock of your
/// own, written to [`Members`](crate::stores::log::Members), and it is tested as ours is.
///
/// It has the settings of the lock that ships, and is held to its claims. What its author states otherwise is
/// said by [`SimSystem::described`].
pub fn system<L, F>(make: F) -> Raft<F>
where
    L: Lock,
    F: Fn(SimEnv, SimMembers, RaftSettings) -> L + Send + Sync,
{
    Raft {
        make,
        sheet: own::sheet(DESCRIPTOR, "a client of somebody's own for a lock table on a replicated log"),
    }
}

/// The lock that ships, with its defects.
pub fn shipped() -> impl SimSystem {
    Raft { make: RaftLock::new, sheet: DESCRIPTOR }
}

/// A lock on these servers.
pub struct Raft<F> {
    make: F,
    sheet: Descriptor,
}

impl<L, F> SimSystem for Raft<F>
where
    L: Lock,
    F: Fn(SimEnv, SimMembers, RaftSettings) -> L + Send + Sync,
{
    fn descriptor(&self) -> Descriptor {
        self.sheet
    }

    fn server(&self, plan: &Plan, index: usize) -> Box<dyn Server> {
        let settings = settings_of(plan);
        let machine = LockTable::new(Rc::new(settings.clone()));
        Box::new(LogServer::new(settings.log(), members_of(plan), index, machine))
    }

    fn lock(&self, client: ClientSite) -> Rc<dyn AnyLock> {
        let members = SimMembers::new(client.env.clone(), client.servers.clone());
        Erased::boxed((self.make)(client.env, members, settings_of(&client.plan)))
    }

    fn properties(&self) -> Vec<Box<dyn Property>> {
        properties::all()
    }

    fn projection(&self, _plan: &Plan, cast: &Cast) -> Box<dyn Projection> {
        Box::new(RaftProjection::new(cast))
    }
}

/// The members' processes: each machine runs one, under the machine's number.
fn members_of(plan: &Plan) -> Vec<ProcessId> {
    let theirs = plan.machines.iter().enumerate().filter(|(_, machine)| machine.role == "store");
    theirs.map(|(index, _)| ProcessId(index as u32)).collect()
}

fn settings_of(plan: &Plan) -> RaftSettings {
    plan.variant.settings.read_once(RaftSettings::of).with(Defect::switches(&plan.variant.defects))
}
