//! No lock at all: every acquire succeeds locally.

use fencepost_lock::{Acquired, AnyLock, Ask, Erased, Extended, Grant, Lease, Lock, Released, Status};
use fencepost_model::{Cast, Descriptor, Features, Plan, Slot};
use fencepost_sim::{ClientSite, NoProjection, Projection, Server, SimSystem};
use std::rc::Rc;
use std::sync::Arc;

/// See the module.
#[derive(Clone, Copy, Debug)]
pub struct None;

const DESCRIPTOR: Descriptor = Descriptor {
    name: "none",
    about: "no lock at all: every acquire succeeds locally",
    leaves_out: "nothing",
    features: |_| Features { extend: true, ..NO_FEATURES },
    settings: &[],
    defects: &[],
    roles: &[],
    machines: |_| Vec::new(),
    quorum: |_| 1,
    rightful_ends: &[],
    claims: super::claims,
    bounds: |_| Option::None,
    stands: |_| Vec::new(),
};

const NO_FEATURES: Features = Features {
    tokens: false,
    deadline: false,
    extend: false,
    status: false,
    loss_notice: false,
    shared: false,
    fair: false,
    reentrant: false,
    datagrams: false,
};

impl SimSystem for None {
    fn descriptor(&self) -> Descriptor {
        DESCRIPTOR
    }

    fn server(&self, plan: &Plan, index: usize) -> Box<dyn Server> {
        unreachable!("case {}: `none` has no server {index}", plan.case)
    }

    fn lock(&self, _client: ClientSite) -> Rc<dyn AnyLock> {
        Erased::boxed(None)
    }

    fn projection(&self, _plan: &Plan, _cast: &Cast) -> Box<dyn Projection> {
        Box::new(NoProjection)
    }
}

impl Lock for None {
    type Proof = ();

    async fn acquire(&self, _ask: Ask) -> Acquired<()> {
        Acquired::Granted(Grant { proof: (), lease: Lease::default(), token: Option::None, slot: Slot(0) })
    }

    async fn extend(&self, _proof: &()) -> Extended {
        Extended::Until(Option::None)
    }

    async fn release(&self, _proof: &()) -> Released {
        Released::Released
    }

    async fn status(&self, _name: Arc<str>, _proof: Option<&()>) -> Status {
        Status::Free
    }
}
