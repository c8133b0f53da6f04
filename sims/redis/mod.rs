//! The lock on a single Redis: `SET key random NX PX ttl`, released and extended by scripts that compare the
//! random value.

pub(crate) mod claims;
mod commands;
mod defective;
mod defects;
mod descriptor;
mod lock;
pub(crate) mod projection;
mod settings;
mod watchdog;

pub use defects::Defect;
pub use descriptor::DESCRIPTOR;
pub use lock::{Proof, RedisLock};
pub(crate) use projection::RedisProjection;
pub use settings::RedisSettings;
pub(crate) use settings::SPECS;

use crate::stores::kv::{KvServer, SimKeyValue};
use fencepost_lock::{AnyLock, Erased, Lock};
use fencepost_model::{Cast, Descriptor, Plan};
use fencepost_sim::{ClientSite, Projection, Server, SimEnv, SimSystem};
use std::rc::Rc;

/// A lock on one simulated Redis. `make` builds the lock's code for one client process: give it a lock of
/// your own, written to [`KeyValue`](crate::stores::kv::KeyValue), and it is tested as ours is.
pub fn system<L, F>(make: F) -> impl SimSystem
where
    L: Lock,
    F: Fn(SimEnv, SimKeyValue, RedisSettings) -> L + Send + Sync,
{
    Redis { make }
}

struct Redis<F> {
    make: F,
}

impl<L, F> SimSystem for Redis<F>
where
    L: Lock,
    F: Fn(SimEnv, SimKeyValue, RedisSettings) -> L + Send + Sync,
{
    fn descriptor(&self) -> Descriptor {
        DESCRIPTOR
    }

    fn server(&self, plan: &Plan, _index: usize) -> Box<dyn Server> {
        let settings = RedisSettings::of(&plan.variant.settings);
        Box::new(KvServer::new(settings.persistence, settings.eviction))
    }

    fn lock(&self, client: ClientSite) -> Rc<dyn AnyLock> {
        let settings = settings_of(&client.plan);
        let store = SimKeyValue::new(client.env.clone(), client.servers[0]);
        Erased::boxed((self.make)(client.env, store, settings))
    }

    fn projection(&self, plan: &Plan, cast: &Cast) -> Box<dyn Projection> {
        Box::new(RedisProjection::new(cast, &settings_of(plan)))
    }
}

fn settings_of(plan: &Plan) -> RedisSettings {
    RedisSettings::of(&plan.variant.settings).with(Defect::switches(&plan.variant.defects))
}
