//! The lock trait: what an author implements.

use crate::{Lease, LocalBoxFuture};
use fencepost_model::{Mode, Mono, Refusal, Slot, Token};
use std::any::Any;
use std::future::Future;
use std::rc::Rc;
use std::sync::Arc;

/// What an owner asks for.
#[derive(Clone, Debug)]
pub struct Ask {
    /// The lock's name.
    pub name: Arc<str>,
    /// How it is to be held.
    pub mode: Mode,
    /// Until when the owner is willing to wait, on its own monotonic clock.
    pub wait_until: Mono,
}

/// A lock algorithm, as it runs inside one client process.
///
/// Every call may be dropped at every await: a call that may have changed something at the store has to
/// undo it in a task of its own ([`Env::spawn`](crate::Env::spawn)), which the drop starts.
pub trait Lock: 'static {
    /// What the algorithm must remember of a tenure to extend and release it.
    type Proof: 'static;

    /// Asks for the lock until it is granted, refused, or `wait_until` has passed.
    fn acquire(&self, ask: Ask) -> impl Future<Output = Acquired<Self::Proof>>;

    /// Asks to keep a tenure for another full lease.
    fn extend(&self, proof: &Self::Proof) -> impl Future<Output = Extended>;

    /// Takes once more what the caller has, where the lock can.
    fn enter(&self, _proof: &Self::Proof) -> impl Future<Output = Entered> {
        async { Entered::Unreachable }
    }

    /// Gives back one of several holds.
    fn leave(&self, _proof: &Self::Proof) -> impl Future<Output = Entered> {
        async { Entered::Unreachable }
    }

    /// Gives a tenure back.
    fn release(&self, proof: &Self::Proof) -> impl Future<Output = Released>;

    /// Asks who holds the lock; with a proof, whether it is this tenure.
    fn status(&self, name: Arc<str>, proof: Option<&Self::Proof>) -> impl Future<Output = Status>;
}

/// A granted lock.
#[derive(Clone)]
pub struct Grant<P> {
    /// What is needed to extend and release it.
    pub proof: P,
    /// Until when it is the owner's, and how the lock tells it of what happens to the tenure.
    pub lease: Lease,
    /// The fencing token, where the lock gives one.
    pub token: Option<Token>,
    /// Which permit it is; 0 for everything but semaphores.
    pub slot: Slot,
}

/// How an acquire ended.
#[derive(Clone)]
pub enum Acquired<P> {
    /// The lock is the caller's.
    Granted(Grant<P>),
    /// A definite no.
    Refused(Refusal),
    /// The store may have granted it. The algorithm has already seen to its undoing.
    Unknown,
}

/// How an extend ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extended {
    /// The tenure goes on, until this.
    Until(Option<Mono>),
    /// The tenure is gone.
    NotHeld,
    /// Nothing was asked of the store.
    Unreachable,
    /// It may have been extended.
    Unknown,
}

/// How an enter or a leave ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entered {
    /// The caller has taken the tenure this often.
    Holds(u32),
    /// The tenure is gone.
    NotHeld,
    /// Nothing was asked of the store, or the lock cannot be taken twice.
    Unreachable,
    /// It may have been counted.
    Unknown,
}

/// How a release ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Released {
    /// The tenure was there and is gone.
    Released,
    /// The tenure was not there.
    NotHeld,
    /// Nothing was asked of the store.
    Unreachable,
    /// It may have been released.
    Unknown,
}

/// What a status call tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Nobody holds it.
    Free,
    /// Somebody holds it.
    Held {
        /// Whether it is the tenure that was asked about.
        by_me: bool,
    },
    /// The store did not answer.
    Unknown,
}

/// A proof whose type is known only to its lock.
pub type AnyProof = Rc<dyn Any>;

/// A lock of any type: what workloads are given, so that every workload runs on every lock.
///
/// One boxed future per call, which is small beside the messages of the call.
pub trait AnyLock {
    /// As [`Lock::acquire`].
    fn acquire(&self, ask: Ask) -> LocalBoxFuture<Acquired<AnyProof>>;
    /// As [`Lock::extend`].
    fn extend(&self, proof: AnyProof) -> LocalBoxFuture<Extended>;
    /// As [`Lock::enter`].
    fn enter(&self, proof: AnyProof) -> LocalBoxFuture<Entered>;
    /// As [`Lock::leave`].
    fn leave(&self, proof: AnyProof) -> LocalBoxFuture<Entered>;
    /// As [`Lock::release`].
    fn release(&self, proof: AnyProof) -> LocalBoxFuture<Released>;
    /// As [`Lock::status`].
    fn status(&self, name: Arc<str>, proof: Option<AnyProof>) -> LocalBoxFuture<Status>;
}

/// A [`Lock`] as an [`AnyLock`].
pub struct Erased<L>(Rc<L>);

impl<L: Lock> Erased<L> {
    /// Forgets the type of `lock`.
    pub fn boxed(lock: L) -> Rc<dyn AnyLock> {
        Rc::new(Erased(Rc::new(lock)))
    }
}

/// The lock's own proof. Panics where the proof came from another lock: the handles never mix them up.
fn own<P: 'static>(proof: &AnyProof) -> &P {
    proof.downcast_ref().expect("a proof goes back to the lock that made it")
}

impl<L: Lock> AnyLock for Erased<L> {
    fn acquire(&self, ask: Ask) -> LocalBoxFuture<Acquired<AnyProof>> {
        let lock = self.0.clone();
        Box::pin(async move {
            match lock.acquire(ask).await {
                Acquired::Granted(Grant { proof, lease, token, slot }) => {
                    Acquired::Granted(Grant { proof: Rc::new(proof) as AnyProof, lease, token, slot })
                }
                Acquired::Refused(reason) => Acquired::Refused(reason),
                Acquired::Unknown => Acquired::Unknown,
            }
        })
    }

    fn extend(&self, proof: AnyProof) -> LocalBoxFuture<Extended> {
        let lock = self.0.clone();
        Box::pin(async move { lock.extend(own(&proof)).await })
    }

    fn enter(&self, proof: AnyProof) -> LocalBoxFuture<Entered> {
        let lock = self.0.clone();
        Box::pin(async move { lock.enter(own(&proof)).await })
    }

    fn leave(&self, proof: AnyProof) -> LocalBoxFuture<Entered> {
        let lock = self.0.clone();
        Box::pin(async move { lock.leave(own(&proof)).await })
    }

    fn release(&self, proof: AnyProof) -> LocalBoxFuture<Released> {
        let lock = self.0.clone();
        Box::pin(async move { lock.release(own(&proof)).await })
    }

    fn status(&self, name: Arc<str>, proof: Option<AnyProof>) -> LocalBoxFuture<Status> {
        let lock = self.0.clone();
        Box::pin(async move { lock.status(name, proof.as_ref().map(own)).await })
    }
}
