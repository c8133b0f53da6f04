//! The lock of [`redis`](crate::redis) on a primary with replicas: the same key, scripts, extension and
//! watchdog, on a store that replaces its primary by a replica.

mod claims;
mod descriptor;
mod projection;
mod settings;
mod stands;

pub use descriptor::DESCRIPTOR;
pub use settings::{FailoverSettings, Promotion};

use crate::own;
use crate::redis::{Keys, RedisLock, RedisSettings};
use crate::stores::kv::KvServer;
use crate::stores::kv::failover::{Manager, Sentinel, SimFailoverKeyValue};
use fencepost_lock::{AnyLock, Erased, Lock};
use fencepost_model::{Cast, Descriptor, Plan, ProcessId};
use fencepost_sim::{ClientSite, Projection, Server, SimEnv, SimSystem};
use projection::FailoverProjection;
use std::rc::Rc;

/// A lock on a simulated Redis with replicas. `make` builds the lock's code for one client process, as for
/// one Redis: the lock does not see that its primary changes.
///
/// It has the settings of the lock that ships, and is held to its claims. What its author states otherwise is
/// said by [`SimSystem::described`].
pub fn system<L, F>(make: F) -> RedisFailover<F>
where
    L: Lock,
    F: Fn(SimEnv, SimFailoverKeyValue, RedisSettings) -> L + Send + Sync,
{
    RedisFailover {
        make,
        sheet: own::sheet(DESCRIPTOR, "a lock of somebody's own on a Redis with replicas"),
        keys: Keys::SHIPPED,
    }
}

/// The lock that ships.
pub fn shipped() -> impl SimSystem {
    RedisFailover { make: RedisLock::new, sheet: DESCRIPTOR, keys: Keys::SHIPPED }
}

/// A lock on these servers.
pub struct RedisFailover<F> {
    make: F,
    sheet: Descriptor,
    keys: Keys,
}

impl<F> RedisFailover<F> {
    /// Says how the lock names its keys, where that is not as the locks that ship do it: see
    /// [`Redis::keyed`](crate::redis::Redis::keyed).
    #[must_use]
    pub fn keyed(self, keys: Keys) -> RedisFailover<F> {
        RedisFailover { keys, ..self }
    }
}

impl<L, F> SimSystem for RedisFailover<F>
where
    L: Lock,
    F: Fn(SimEnv, SimFailoverKeyValue, RedisSettings) -> L + Send + Sync,
{
    fn descriptor(&self) -> Descriptor {
        self.sheet
    }

    fn server(&self, plan: &Plan, index: usize) -> Box<dyn Server> {
        let settings = settings_of(plan);
        let machines = processes_of(plan);
        let (servers, guides) = machines.split_at(settings.servers());
        if let Some(index) = index.checked_sub(servers.len()) {
            return match settings.promotion {
                Promotion::Managed(times) => Box::new(Manager::new(times, servers)),
                Promotion::Sentinel(times) => {
                    let others: Vec<_> = guides.iter().filter(|it| **it != guides[index]).copied().collect();
                    Box::new(Sentinel::new(times, servers, &others))
                }
            };
        }
        let follows = (index > 0).then_some(servers[0]);
        let server = KvServer::new(settings.redis.persistence, settings.redis.eviction);
        Box::new(server.replicated(follows, settings.backlog, settings.fence_epoch))
    }

    fn lock(&self, client: ClientSite) -> Rc<dyn AnyLock> {
        let settings = settings_of(&client.plan);
        let guides = client.servers[settings.servers()..].into();
        let store = SimFailoverKeyValue::new(client.env.clone(), guides, settings.copies);
        Erased::boxed((self.make)(client.env, store, settings.redis))
    }

    fn projection(&self, plan: &Plan, cast: &Cast) -> Box<dyn Projection> {
        let resends = settings_of(plan).redis.command_retries > 0;
        Box::new(FailoverProjection::new(cast, self.keys, processes_of(plan)[0], resends))
    }
}

fn settings_of(plan: &Plan) -> FailoverSettings {
    plan.variant.settings.read_once(FailoverSettings::of)
}

/// The system's processes, in the order of [`Descriptor::machines`].
fn processes_of(plan: &Plan) -> Vec<ProcessId> {
    let machines = (DESCRIPTOR.machines)(&plan.variant.settings);
    let place = |name: &str| plan.machines.iter().position(|machine| machine.name == name);
    let places = machines.iter().map(|machine| place(&machine.name));
    places.map(|place| ProcessId(place.expect("every machine is in the plan") as u32)).collect()
}
