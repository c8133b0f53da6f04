//! The majority lock as people write it first: a name on more than half of several stores of keys, without
//! clocks and without ballots. It shows what a majority alone does not give.

mod claims;
mod descriptor;
mod lock;
mod projection;
mod settings;
mod vote;

pub use descriptor::DESCRIPTOR;
pub use lock::{NaiveLock, Proof};
pub use settings::{NaiveSettings, Write};

use crate::stores::kv::{Eviction, KvServer, SimKeyValue};
use fencepost_lock::{AnyLock, Erased};
use fencepost_model::{Cast, Descriptor, Plan};
use fencepost_sim::{ClientSite, Projection, Server, SimSystem};
use projection::NaiveProjection;
use std::rc::Rc;

/// The lock on simulated stores of keys.
pub struct Naive;

impl SimSystem for Naive {
    fn descriptor(&self) -> Descriptor {
        DESCRIPTOR
    }

    fn server(&self, plan: &Plan, _index: usize) -> Box<dyn Server> {
        let settings = plan.variant.settings.read_once(NaiveSettings::of);
        Box::new(KvServer::new(settings.persistence, Eviction::Never))
    }

    fn lock(&self, client: ClientSite) -> Rc<dyn AnyLock> {
        let settings = client.plan.variant.settings.read_once(NaiveSettings::of);
        let node = |server: &_| SimKeyValue::new(client.env.clone(), *server);
        let nodes = client.servers.iter().map(node).collect();
        Erased::boxed(NaiveLock::new(client.env, nodes, settings))
    }

    fn projection(&self, _plan: &Plan, cast: &Cast) -> Box<dyn Projection> {
        Box::new(NaiveProjection::new(cast))
    }
}
