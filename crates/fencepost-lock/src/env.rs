//! The environment of simulated code: everything that a lock may use of the machine it runs on.

use crate::{Reply, ResourceReply, ResourceRequest};
use fencepost_model::{Call, LockId, Mode, Mono, OpTag, Outcome, OwnerId, Span, TenureId, Wall};
use std::future::Future;

/// A machine as the code of a client sees it. Clones are handles to the same machine.
///
/// Futures need not be `Send`: a client runs on one thread.
pub trait Env: Clone + 'static {
    /// What [`Env::spawn`] gives back.
    type Task: TaskHandle;

    /// Reads the wall clock. It may be wrong, and it may step.
    fn wall(&self) -> Wall;

    /// Reads the monotonic clock. It never goes back; it may run a little fast or slow, and it stands
    /// still while the machine is suspended.
    fn mono(&self) -> Mono;

    /// Sixty-four random bits.
    fn random(&self) -> u64;

    /// A random time from `least` to `most`, every nanosecond alike; `least` where `most` is less.
    fn random_span(&self, least: Span, most: Span) -> Span {
        let width = u128::from(most.saturating_sub(least).0) + 1;
        least + Span(((u128::from(self.random()) * width) >> 64) as u64)
    }

    /// Waits until the monotonic clock reads at least `at`.
    fn sleep_until(&self, at: Mono) -> impl Future<Output = ()> + 'static;

    /// Waits for this long on the monotonic clock.
    fn sleep(&self, span: Span) -> impl Future<Output = ()> + 'static {
        self.sleep_until(self.mono() + span)
    }

    /// Runs a task of the client process. It survives the call that started it, and dies with the process.
    fn spawn(&self, task: impl Future<Output = ()> + 'static) -> Self::Task;
}

/// A task that was started with [`Env::spawn`]. Dropping the handle lets the task run on.
pub trait TaskHandle {
    /// Drops the task's future at its next await; a finished task is left alone.
    fn cancel(&self);
}

/// The hook by which the instrumented handles tell the observer what owners do. Workloads and locks have
/// no use for it: they see [`Env`] and the handles.
pub trait Observed: Env {
    /// What [`Observed::session`] gives back. Dropping it closes the connection.
    type Session: 'static;

    /// A call begins. `attempt` is the operation number of the acquire whose guard it is made with; none
    /// for an acquire. The tag rides on everything that [`Observed::under`] runs.
    fn begin(&self, owner: OwnerId, call: Call, lock: LockId, attempt: Option<u32>) -> OpTag;

    /// Tags an operation at the resource, made with the guard of `attempt`.
    fn operate(&self, owner: OwnerId, attempt: u32) -> OpTag;

    /// A call returned to the owner's code. For a granted acquire: opens the belief, and names its tenure.
    fn end(&self, tag: OpTag, call: Call, lock: LockId, mode: Mode, outcome: Outcome) -> Option<TenureId>;

    /// Runs `work` as a part of the operation: its messages and the tasks that it spawns carry the tag.
    fn under<F: Future>(
        &self,
        tag: OpTag,
        tenure: Option<TenureId>,
        work: F,
    ) -> impl Future<Output = F::Output>;

    /// As [`Observed::under`], for an acquire that its caller may drop: none where it did.
    fn under_until_cancelled<F: Future>(
        &self,
        tag: OpTag,
        work: F,
    ) -> impl Future<Output = Option<F::Output>>;

    /// The owner's code was told that its tenure is lost.
    fn told_of_loss(&self, tenure: TenureId);

    /// The owner's code was told that its tenure lasts until a later deadline.
    fn told_of_renewal(&self, tenure: TenureId, deadline: Option<Mono>);

    /// The owner found its deadline passed and kept an operation back.
    fn held_back(&self, tag: OpTag);

    /// The guard was dropped without a release.
    fn abandoned(&self, tenure: TenureId);

    /// Whether the owner may still begin a tenure: it may not in the calm tail.
    fn may_begin(&self) -> bool;

    /// A span drawn from the plan for an owner's operation.
    fn draw(&self, owner: OwnerId, what: Draw) -> Span;

    /// A connection to the resource that nobody else uses: a transaction lives and ends with it. It is opened by
    /// the first request on it, and closed when a request on it is unknown.
    fn session(&self) -> Self::Session;

    /// An operation at the resource, over a session or over any connection, unknown when no answer came by
    /// `deadline`.
    fn resource(
        &self,
        session: Option<&Self::Session>,
        request: ResourceRequest,
        deadline: Mono,
    ) -> impl Future<Output = Reply<ResourceReply>>;
}

/// What an owner draws from its plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Draw {
    /// How long it works under the lock.
    Hold,
    /// How long it waits before its next tenure.
    Think,
}
