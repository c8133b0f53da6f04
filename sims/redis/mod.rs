//! The lock on a single Redis: `SET key random NX PX ttl`, released and extended by scripts that compare the
//! random value.

mod again;
pub(crate) mod claims;
mod commands;
mod defective;
mod defects;
mod descriptor;
mod keys;
mod lock;
pub(crate) mod projection;
mod reentry;
mod settings;
pub(crate) mod stands;
mod waiting;
mod watchdog;

pub use defects::Defect;
pub use descriptor::DESCRIPTOR;
pub use keys::Keys;
pub use lock::{Proof, RedisLock};
pub(crate) use projection::RedisProjection;
pub(crate) use settings::SPECS;
pub use settings::{RedisSettings, WaitBy};

use crate::own;
use crate::stores::kv::{KvServer, SimKeyValue};
use fencepost_lock::{AnyLock, Erased, Lock};
use fencepost_model::{Cast, Descriptor, Plan};
use fencepost_sim::{ClientSite, Projection, Server, SimEnv, SimSystem};
use std::rc::Rc;

/// A lock of your own on one simulated Redis. `make` builds its code for one client process: it implements
/// [`Lock`] on [`KeyValue`](crate::stores::kv::KeyValue), and `|env, store, settings| …` will do.
///
/// It has the settings of the lock that ships, and is held to its claims. What its author states otherwise is
/// said by [`SimSystem::described`]. Its grants are read out of its keys: see [`Redis::keyed`].
pub fn system<L, F>(make: F) -> Redis<F>
where
    L: Lock,
    F: Fn(SimEnv, SimKeyValue, RedisSettings) -> L + Send + Sync,
{
    Redis {
        make,
        sheet: own::sheet(DESCRIPTOR, "a lock of somebody's own on one Redis"),
        keys: Keys::SHIPPED,
    }
}

/// The lock that ships, with its defects.
pub fn shipped() -> impl SimSystem {
    Redis { make: RedisLock::new, sheet: DESCRIPTOR, keys: Keys::SHIPPED }
}

/// A lock on one simulated Redis.
pub struct Redis<F> {
    make: F,
    sheet: Descriptor,
    keys: Keys,
}

impl<F> Redis<F> {
    /// Says how the lock names its keys, where that is not as the lock that ships does it.
    ///
    /// A key that is there is a promise to whoever set it, for as long as it was given to live, and a new value
    /// in it is a promise to whoever put that in. A lock that keeps its state in another way (several keys, a
    /// list of waiters, a counter of permits) needs a reading of its own: [`SimSystem::projected`].
    #[must_use]
    pub fn keyed(self, keys: Keys) -> Redis<F> {
        Redis { keys, ..self }
    }
}

impl<L, F> SimSystem for Redis<F>
where
    L: Lock,
    F: Fn(SimEnv, SimKeyValue, RedisSettings) -> L + Send + Sync,
{
    fn descriptor(&self) -> Descriptor {
        self.sheet
    }

    fn server(&self, plan: &Plan, _index: usize) -> Box<dyn Server> {
        let settings = settings_of(plan);
        Box::new(KvServer::new(settings.persistence, settings.eviction))
    }

    fn lock(&self, client: ClientSite) -> Rc<dyn AnyLock> {
        let settings = settings_of(&client.plan);
        let store = SimKeyValue::new(client.env.clone(), client.servers[0]);
        Erased::boxed((self.make)(client.env, store, settings))
    }

    fn projection(&self, plan: &Plan, cast: &Cast) -> Box<dyn Projection> {
        let settings = settings_of(plan);
        let agreed = settings.lives().filter(|_| settings.has(Defect::WallClockExpiry));
        Box::new(RedisProjection::agreeing(cast, self.keys, agreed))
    }
}

fn settings_of(plan: &Plan) -> RedisSettings {
    plan.variant.settings.read_once(RedisSettings::of).with(Defect::switches(&plan.variant.defects))
}
