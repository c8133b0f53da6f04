//! The lock as a register that a majority of independent nodes keeps, with ballots and versions: whoever comes
//! later must see, and respect, what an earlier majority has accepted.

mod claims;
mod clean_up;
mod defective;
mod defects;
mod descriptor;
mod lock;
mod projection;
mod proposal;
mod round;
mod settings;
mod sight;

pub use defects::Defect;
pub use descriptor::DESCRIPTOR;
pub use lock::{Proof, QuorumLock};
pub use settings::QuorumSettings;

use crate::own;
use crate::stores::register::{Ballots, Durability, RegisterServer, SimRegisters};
use fencepost_lock::{AnyLock, Erased, Lock};
use fencepost_model::{Cast, Descriptor, Plan};
use fencepost_sim::{ClientSite, Projection, Server, SimEnv, SimSystem};
use projection::QuorumProjection;
use std::rc::Rc;

/// A lock on simulated nodes with registers. `make` builds the lock's code for one client process: give it a
/// lock of your own, written to [`Registers`](crate::stores::register::Registers).
///
/// It has the settings of the lock that ships, and is held to its claims. What its author states otherwise is
/// said by [`SimSystem::described`].
pub fn system<L, F>(make: F) -> Quorum<F>
where
    L: Lock,
    F: Fn(SimEnv, Vec<SimRegisters>, QuorumSettings) -> L + Send + Sync,
{
    Quorum {
        make,
        sheet: own::sheet(DESCRIPTOR, "a lock of somebody's own on registers of which a majority decides"),
    }
}

/// The lock that ships, with its defects.
pub fn shipped() -> impl SimSystem {
    Quorum { make: QuorumLock::new, sheet: DESCRIPTOR }
}

/// A lock on these servers.
pub struct Quorum<F> {
    make: F,
    sheet: Descriptor,
}

impl<L, F> SimSystem for Quorum<F>
where
    L: Lock,
    F: Fn(SimEnv, Vec<SimRegisters>, QuorumSettings) -> L + Send + Sync,
{
    fn descriptor(&self) -> Descriptor {
        self.sheet
    }

    fn server(&self, plan: &Plan, _index: usize) -> Box<dyn Server> {
        let settings = settings_of(plan);
        let durability = match settings.durable {
            true if settings.has(Defect::AcceptedNotDurable) => Durability::PromisesOnly,
            true => Durability::Always,
            false => Durability::None,
        };
        let ignored = settings.has(Defect::StaleBallotAccepted);
        let ballots = if ignored { Ballots::Ignored } else { Ballots::Kept };
        Box::new(RegisterServer::new(durability, ballots))
    }

    fn lock(&self, client: ClientSite) -> Rc<dyn AnyLock> {
        let settings = settings_of(&client.plan);
        let node = |server: &_| SimRegisters::new(client.env.clone(), *server);
        let nodes = client.servers.iter().map(node).collect();
        Erased::boxed((self.make)(client.env, nodes, settings))
    }

    fn projection(&self, plan: &Plan, cast: &Cast) -> Box<dyn Projection> {
        Box::new(QuorumProjection::new(cast, &settings_of(plan)))
    }
}

fn settings_of(plan: &Plan) -> QuorumSettings {
    plan.variant.settings.read_once(QuorumSettings::of).with(Defect::switches(&plan.variant.defects))
}
