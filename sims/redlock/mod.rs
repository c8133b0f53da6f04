//! Redlock: one key on each of N independent Redis nodes, and the lock belongs to whoever has a majority of them.

mod asking;
mod claims;
mod commands;
mod defects;
mod descriptor;
mod lock;
mod projection;
mod settings;
mod stands;

pub use defects::Defect;
pub use descriptor::DESCRIPTOR;
pub use lock::{Proof, RedlockLock};
pub use settings::{Asks, Durability, RedlockSettings};

use crate::own;
use crate::redis::Keys;
use crate::stores::kv::{Eviction, KvServer, SimKeyValue};
use fencepost_lock::{AnyLock, Erased, Lock};
use fencepost_model::{Cast, Descriptor, Plan};
use fencepost_sim::{ClientSite, Projection, Server, SimEnv, SimSystem};
use projection::RedlockProjection;
use std::rc::Rc;

/// A lock on independent simulated Redis nodes. `make` builds the lock's code for one client process, which is
/// given one port for each node.
///
/// It has the settings of the lock that ships, and is held to its claims. What its author states otherwise is
/// said by [`SimSystem::described`].
pub fn system<L, F>(make: F) -> Redlock<F>
where
    L: Lock,
    F: Fn(SimEnv, Vec<SimKeyValue>, RedlockSettings) -> L + Send + Sync,
{
    Redlock {
        make,
        sheet: own::sheet(DESCRIPTOR, "a lock of somebody's own on independent Redis nodes"),
        keys: Keys::SHIPPED,
    }
}

/// The lock that ships, with its defects.
pub fn shipped() -> impl SimSystem {
    Redlock { make: RedlockLock::new, sheet: DESCRIPTOR, keys: Keys::SHIPPED }
}

/// A lock on these servers.
pub struct Redlock<F> {
    make: F,
    sheet: Descriptor,
    keys: Keys,
}

impl<F> Redlock<F> {
    /// Says how the lock names its keys, where that is not as the locks that ship do it: see
    /// [`Redis::keyed`](crate::redis::Redis::keyed).
    #[must_use]
    pub fn keyed(self, keys: Keys) -> Redlock<F> {
        Redlock { keys, ..self }
    }
}

impl<L, F> SimSystem for Redlock<F>
where
    L: Lock,
    F: Fn(SimEnv, Vec<SimKeyValue>, RedlockSettings) -> L + Send + Sync,
{
    fn descriptor(&self) -> Descriptor {
        self.sheet
    }

    fn server(&self, plan: &Plan, _index: usize) -> Box<dyn Server> {
        let settings = settings_of(plan);
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
        Box::new(RedlockProjection::new(cast, self.keys))
    }
}

fn settings_of(plan: &Plan) -> RedlockSettings {
    plan.variant.settings.read_once(RedlockSettings::of).with(Defect::switches(&plan.variant.defects))
}
