//! The contender's instrumented handle: with [`Guard`], all that a workload sees of a lock.

use crate::env::Draw;
use crate::{Acquired, AnyLock, AnyProof, Ask, Guard, Observed, Status};
use fencepost_model::{Call, LockId, Mode, Outcome, OwnerId, Refusal, Span, TenureId, WorkloadPlan};
use std::rc::Rc;
use std::sync::Arc;

/// A contender for locks: the handle that a workload drives.
pub struct Owner<E: Observed> {
    pub(crate) env: E,
    pub(crate) id: OwnerId,
    pub(crate) lock: Rc<dyn AnyLock>,
    names: Arc<[Arc<str>]>,
    pub(crate) plan: Arc<WorkloadPlan>,
}

/// Why there is no guard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Denied {
    /// A definite no.
    Refused(Refusal),
    /// The store may have granted it; the lock sees to its undoing.
    Unknown,
}

impl<E: Observed> Owner<E> {
    /// The handle of owner `id`, for the locks that are named by `names` in the order of their ids.
    pub fn new(
        env: E,
        id: OwnerId,
        lock: Rc<dyn AnyLock>,
        names: Arc<[Arc<str>]>,
        plan: Arc<WorkloadPlan>,
    ) -> Self {
        Owner { env, id, lock, names, plan }
    }

    /// The machine that the owner runs on.
    pub fn env(&self) -> &E {
        &self.env
    }

    /// What the plan says that owners do.
    pub fn plan(&self) -> &WorkloadPlan {
        &self.plan
    }

    /// Whether the owner may still begin a tenure: it may not in the calm tail.
    pub fn may_begin(&self) -> bool {
        self.env.may_begin()
    }

    /// Waits as long as the plan says between two tenures.
    pub async fn think(&self) {
        let span = self.env.draw(self.id, Draw::Think);
        if span > Span::ZERO {
            self.env.sleep(span).await;
        }
    }

    /// How long the plan says that the next tenure's work takes.
    pub fn draw_hold(&self) -> Span {
        self.env.draw(self.id, Draw::Hold)
    }

    /// Asks for a lock, as long as the plan's patience lasts.
    pub async fn acquire(&self, lock: LockId, mode: Mode) -> Result<Guard<'_, E>, Denied> {
        let tag = self.env.begin(self.id, Call::Acquire, lock, None);
        let ask = Ask {
            name: self.names[lock.index()].clone(),
            mode,
            wait_until: self.env.mono() + self.plan.patience,
        };
        let asked = self.env.under_until_cancelled(tag, self.lock.acquire(ask)).await;
        let acquired = asked.unwrap_or(Acquired::Refused(Refusal::Cancelled));
        let outcome = match &acquired {
            Acquired::Granted(grant) => {
                Outcome::Granted { deadline: grant.lease.deadline(), token: grant.token }
            }
            Acquired::Refused(reason) => Outcome::Refused { reason: *reason },
            Acquired::Unknown => Outcome::Unknown,
        };
        let tenure = self.env.end(tag, Call::Acquire, lock, mode, outcome);
        match (acquired, tenure) {
            (Acquired::Granted(grant), Some(tenure)) => Ok(Guard::new(self, lock, mode, tag, tenure, grant)),
            (Acquired::Refused(reason), _) => Err(Denied::Refused(reason)),
            _ => Err(Denied::Unknown),
        }
    }

    /// Asks who holds a lock. Without a guard there is nothing to tell by whether the caller does: see
    /// [`Guard::status`].
    pub async fn status(&self, lock: LockId) -> Status {
        self.ask_status(lock, None).await
    }

    /// Asks who holds a lock: with the attempt, the tenure and the proof of a guard, or without one.
    pub(crate) async fn ask_status(&self, lock: LockId, guard: Option<(u32, TenureId, AnyProof)>) -> Status {
        let (attempt, tenure, proof) = match guard {
            Some((attempt, tenure, proof)) => (Some(attempt), Some(tenure), Some(proof)),
            None => (None, None, None),
        };
        let tag = self.env.begin(self.id, Call::Status, lock, attempt);
        let asked = self.lock.status(self.names[lock.index()].clone(), proof);
        let status = self.env.under(tag, tenure, asked).await;
        let outcome = match status {
            Status::Free => Outcome::Free,
            Status::Held { by_me } => Outcome::Held { by_me },
            Status::Unknown => Outcome::Unknown,
        };
        self.env.end(tag, Call::Status, lock, Mode::Exclusive, outcome);
        status
    }
}
