//! Redlock: one key on each of N independent Redis nodes, and the lock belongs to whoever has a majority of them.

mod asking;
mod claims;
mod commands;
mod defects;
mod descriptor;
mod lock;
mod projection;
mod settings;

pub use defects::Defect;
pub use descriptor::DESCRIPTOR;
pub use lock::{Proof, RedlockLock};
pub use settings::{Asks, Durability, RedlockSettings};

use crate::stores::kv::{Eviction, KvServer, SimKeyValue};
use fencepost_lock::{AnyLock, Erased, Lock};
use fencepost_model::{Cast, Descriptor, Plan};
use fencepost_sim::{ClientSite, Projection, Server, SimEnv, SimSystem};
use projection::RedlockProjection;
use std::rc::Rc;

/// A lock on independent simulated Redis nodes. `make` builds the lock's code for one client process, which is
/// given one port for each node.
pub fn system<L, F>(make: F) -> impl SimSystem
where
    L: Lock,
    F: Fn(SimEnv, Vec<SimKeyValue>, RedlockSettings) -> L + Send + Sync,
{
    Redlock { make }
}

struct Redlock<F> {
    make: F,
}

impl<L, F> SimSystem for Redlock<F>
where
    L: Lock,
    F: Fn(SimEnv, Vec<SimKeyValue>, RedlockSettings) -> L + Send + Sync,
{
    fn descriptor(&self) -> Descriptor {
        DESCRIPTOR
    }

    fn server(&self, plan: &Plan, _index: usize) -> Box<dyn Server> {
        let settings = RedlockSettings::of(&plan.variant.settings);
        let node = KvServer::new(settings.durability.persistence(), Eviction::Never);
        Box::new(match settings.silence() {
            Some(silence) => node.silent_after_restart(silence),
            None => node,
        })
    }

    fn lock(&self, client: ClientSite) -> Rc<dyn AnyLock> {
        let settings = settings_of(&client.plan);
        let ports = client.servers.iter().map(|node| SimKeyValue::new(client.env.clone(), *node)).collect();
        Erased::boxed((self.make)(client.env, ports, settings))
    }

    fn projection(&self, _plan: &Plan, cast: &Cast) -> Box<dyn Projection> {
        Box::new(RedlockProjection::new(cast))
    }
}

fn settings_of(plan: &Plan) -> RedlockSettings {
    RedlockSettings::of(&plan.variant.settings).with(Defect::switches(&plan.variant.defects))
}
