//! A system whose data sheet, or whose reading of the servers' events, is somebody else's: for locks of
//! somebody's own on servers that ship.

use crate::{ClientSite, Projection, Server, SimSystem};
use fencepost_check::Property;
use fencepost_lock::AnyLock;
use fencepost_model::{Cast, Descriptor, Plan};
use std::rc::Rc;

/// What [`SimSystem::described`] gives.
pub struct Described<S> {
    pub(crate) system: S,
    pub(crate) change: fn(Descriptor) -> Descriptor,
}

/// What [`SimSystem::projected`] gives.
pub struct Projected<S> {
    pub(crate) system: S,
    pub(crate) make: fn(&Plan, &Cast) -> Box<dyn Projection>,
}

impl<S: SimSystem> SimSystem for Described<S> {
    fn descriptor(&self) -> Descriptor {
        (self.change)(self.system.descriptor())
    }

    fn server(&self, plan: &Plan, index: usize) -> Box<dyn Server> {
        self.system.server(plan, index)
    }

    fn lock(&self, client: ClientSite) -> Rc<dyn AnyLock> {
        self.system.lock(client)
    }

    fn properties(&self) -> Vec<Box<dyn Property>> {
        self.system.properties()
    }

    fn projection(&self, plan: &Plan, cast: &Cast) -> Box<dyn Projection> {
        self.system.projection(plan, cast)
    }
}

impl<S: SimSystem> SimSystem for Projected<S> {
    fn descriptor(&self) -> Descriptor {
        self.system.descriptor()
    }

    fn server(&self, plan: &Plan, index: usize) -> Box<dyn Server> {
        self.system.server(plan, index)
    }

    fn lock(&self, client: ClientSite) -> Rc<dyn AnyLock> {
        self.system.lock(client)
    }

    fn properties(&self) -> Vec<Box<dyn Property>> {
        self.system.properties()
    }

    fn projection(&self, plan: &Plan, cast: &Cast) -> Box<dyn Projection> {
        (self.make)(plan, cast)
    }
}
