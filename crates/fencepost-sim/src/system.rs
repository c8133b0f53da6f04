//! What a system gives to the simulated world: servers, the lock's code for clients, and the projection
//! that reads tenures out of what the servers did.

use crate::{Described, Projected, Server, SimEnv};
use fencepost_check::Property;
use fencepost_lock::AnyLock;
use fencepost_model::{
    Cast, Descriptor, EndReason, LockId, Mode, NodeId, OpTag, Plan, ProcessId, Slot, Span, StoreEvent, Token,
};
use std::rc::Rc;
use std::sync::Arc;

/// A lock together with the servers it needs, as it runs in the simulated world.
pub trait SimSystem: Send + Sync {
    /// Its data sheet.
    fn descriptor(&self) -> Descriptor;

    /// A new server for the machine at `index` of [`Descriptor::machines`].
    fn server(&self, plan: &Plan, index: usize) -> Box<dyn Server>;

    /// The lock's code for one client process, in one of its lives.
    fn lock(&self, client: ClientSite) -> Rc<dyn AnyLock>;

    /// Properties of its own, beside those that are built in.
    fn properties(&self) -> Vec<Box<dyn Property>> {
        Vec::new()
    }

    /// What the servers' events mean for tenures.
    fn projection(&self, plan: &Plan, cast: &Cast) -> Box<dyn Projection>;

    /// The same system with another data sheet, made from its own: `change` may say what the lock is about,
    /// what it offers, claims and bounds. Settings and machines have to stay: the servers know them.
    fn described(self, change: fn(Descriptor) -> Descriptor) -> Described<Self>
    where
        Self: Sized,
    {
        Described { system: self, change }
    }

    /// The same system with another reading of the servers' events, for a lock that keeps its state in a way
    /// of its own.
    fn projected(self, make: fn(&Plan, &Cast) -> Box<dyn Projection>) -> Projected<Self>
    where
        Self: Sized,
    {
        Projected { system: self, make }
    }
}

/// Where a lock's client code runs.
#[derive(Clone)]
pub struct ClientSite {
    /// The machine, as the code sees it.
    pub env: SimEnv,
    /// The plan: settings and defects of the variant.
    pub plan: Arc<Plan>,
    /// The system's servers, in the order of [`Descriptor::machines`].
    pub servers: Rc<[ProcessId]>,
}

/// A pure reader of store events. It is given them in order, and says what each means for tenures.
pub trait Projection {
    /// Appends to `changes` what `event` means. A tenure is named by the operation that created its state.
    fn project(&mut self, event: &StoreEvent, changes: &mut Vec<TenureChange>);

    /// The number of the state that this operation made and `node` has been told to keep: asked with each
    /// grant. An acquire that asks several nodes, fails, and tries again makes several states; what has the
    /// same number is one tenure, and what has another is another. A lock with one state on one node at a
    /// time has no need of it.
    fn state(&self, _node: NodeId, _created_by: OpTag) -> u64 {
        0
    }
}

/// The projection of a system without servers.
pub struct NoProjection;

impl Projection for NoProjection {
    fn project(&mut self, _event: &StoreEvent, _changes: &mut Vec<TenureChange>) {}
}

/// What a store event means for the tenure whose state `created_by` created at `node`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TenureChange {
    /// The node promises a lock.
    Granted {
        /// The node.
        node: NodeId,
        /// The operation that created the state.
        created_by: OpTag,
        /// The lock.
        lock: LockId,
        /// The permit.
        slot: Slot,
        /// The mode.
        mode: Mode,
        /// For how long.
        promised: Option<Span>,
        /// The token minted with it.
        token: Option<Token>,
    },
    /// The service has taken an acquire in that has to wait for its turn.
    Waits {
        /// The node that tells of it.
        node: NodeId,
        /// The acquire.
        created_by: OpTag,
        /// The lock.
        lock: LockId,
    },
    /// The acquire has lost its place.
    WaitsNoMore {
        /// The node that tells of it.
        node: NodeId,
        /// The acquire.
        created_by: OpTag,
        /// The lock.
        lock: LockId,
    },
    /// The node prolongs its promise.
    Extended {
        /// The node.
        node: NodeId,
        /// The operation that created the state.
        created_by: OpTag,
        /// For how long from now.
        promised: Option<Span>,
    },
    /// The state is gone.
    Gone {
        /// The node.
        node: NodeId,
        /// The operation that created the state.
        created_by: OpTag,
        /// Why.
        reason: EndReason,
    },
}
