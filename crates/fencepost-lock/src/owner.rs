//! The instrumented handles: all that a workload sees of a lock and of the resource.

use crate::env::Draw;
use crate::{
    Acquired, AnyLock, AnyProof, Ask, Extended, Grant, Observed, Released, Reply, ResourceReply,
    ResourceRequest, Status,
};
use fencepost_model::{
    Call, LockId, Mode, Mono, OpTag, Outcome, OwnerId, Refusal, Span, TenureId, Token, WorkloadPlan,
};
use std::cell::Cell;
use std::rc::Rc;
use std::sync::Arc;

/// A contender for locks: the handle that a workload drives.
pub struct Owner<E: Observed> {
    env: E,
    id: OwnerId,
    lock: Rc<dyn AnyLock>,
    names: Rc<[Arc<str>]>,
    plan: Rc<WorkloadPlan>,
}

/// Why there is no guard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Denied {
    /// A definite no.
    Refused(Refusal),
    /// The store may have granted it; the lock sees to its undoing.
    Unknown,
}

/// The owner knows that its tenure is over, or may not rely on it any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lost {
    /// Its deadline has passed on its own clock, so it kept the operation back.
    DeadlinePassed,
    /// The store or the resource told it so.
    Told,
    /// The operation's outcome is unknown.
    Unknown,
}

impl<E: Observed> Owner<E> {
    /// The handle of owner `id`, for the locks that are named by `names` in the order of their ids.
    pub fn new(
        env: E,
        id: OwnerId,
        lock: Rc<dyn AnyLock>,
        names: Rc<[Arc<str>]>,
        plan: Rc<WorkloadPlan>,
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
        let acquired = self.env.under(tag, None, self.lock.acquire(ask)).await;
        let outcome = match &acquired {
            Acquired::Granted(grant) => Outcome::Granted { deadline: grant.deadline, token: grant.token },
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

    /// Asks who holds a lock.
    pub async fn status(&self, lock: LockId) -> Status {
        let tag = self.env.begin(self.id, Call::Status, lock, None);
        let status =
            self.env.under(tag, None, self.lock.status(self.names[lock.index()].clone(), None)).await;
        let outcome = match status {
            Status::Free => Outcome::Free,
            Status::Held { by_me } => Outcome::Held { by_me },
            Status::Unknown => Outcome::Unknown,
        };
        self.env.end(tag, Call::Status, lock, Mode::Exclusive, outcome);
        status
    }
}

/// The handle of a granted lock. Dropped without [`Guard::release`], it is abandoned: the owner stops
/// believing, and the store is not told.
pub struct Guard<'a, E: Observed> {
    owner: &'a Owner<E>,
    lock: LockId,
    mode: Mode,
    tag: OpTag,
    tenure: TenureId,
    proof: AnyProof,
    deadline: Option<Mono>,
    token: Option<Token>,
    sequence: Cell<u32>,
    open: bool,
}

impl<'a, E: Observed> Guard<'a, E> {
    fn new(
        owner: &'a Owner<E>,
        lock: LockId,
        mode: Mode,
        tag: OpTag,
        tenure: TenureId,
        grant: Grant<AnyProof>,
    ) -> Self {
        let Grant { proof, deadline, token, .. } = grant;
        Guard { owner, lock, mode, tag, tenure, proof, deadline, token, sequence: Cell::new(0), open: true }
    }

    /// The fencing token, where the lock gives one.
    pub fn token(&self) -> Option<Token> {
        self.token
    }

    /// Until when the lock is the owner's, on its own monotonic clock.
    pub fn deadline(&self) -> Option<Mono> {
        self.deadline
    }

    /// Looks at the deadline, as the plan says that owners do: an error means that the operation must not
    /// be sent. An owner that does not obey its deadline always goes on.
    fn look_at_deadline(&self) -> Result<(), Lost> {
        let passed = self.deadline.is_some_and(|deadline| self.owner.env.mono() >= deadline);
        if self.owner.plan.obeys_deadline && passed {
            self.owner.env.held_back(self.tag);
            return Err(Lost::DeadlinePassed);
        }
        Ok(())
    }

    /// Reads the register that the lock protects: its version.
    pub async fn read(&self) -> Result<u64, Lost> {
        match self.at_resource(None).await? {
            ResourceReply::Read { version } => Ok(version),
            _ => Err(Lost::Told),
        }
    }

    /// Writes a new version of the register, made from `parent`.
    pub async fn write(&self, parent: u64) -> Result<u64, Lost> {
        match self.at_resource(Some(parent)).await? {
            ResourceReply::Written { version } => Ok(version),
            _ => Err(Lost::Told),
        }
    }

    async fn at_resource(&self, parent: Option<u64>) -> Result<ResourceReply, Lost> {
        self.look_at_deadline()?;
        self.sequence.set(self.sequence.get() + 1);
        let request =
            ResourceRequest { lock: self.lock, parent, token: self.token, sequence: self.sequence.get() };
        let env = &self.owner.env;
        let deadline = env.mono() + self.owner.plan.resource_timeout;
        let tag = env.operate(self.owner.id, self.tag.attempt);
        match env.under(tag, Some(self.tenure), env.resource(request, deadline)).await {
            Reply::Done(reply) => Ok(reply),
            Reply::Refused | Reply::Unknown => Err(Lost::Unknown),
        }
    }

    /// Asks to keep the lock for another full lease.
    pub async fn extend(&mut self) -> Result<(), Lost> {
        let env = &self.owner.env;
        let tag = env.begin(self.owner.id, Call::Extend, self.lock, Some(self.tag.attempt));
        let extended = env.under(tag, Some(self.tenure), self.owner.lock.extend(self.proof.clone())).await;
        let too_late =
            self.owner.plan.obeys_deadline && self.deadline.is_some_and(|deadline| env.mono() >= deadline);
        let outcome = match extended {
            Extended::Until(deadline) => Outcome::Extended { deadline },
            Extended::NotHeld => Outcome::NotHeld,
            Extended::Unreachable => Outcome::Refused { reason: Refusal::Unreachable },
            Extended::Unknown => Outcome::Unknown,
        };
        env.end(tag, Call::Extend, self.lock, self.mode, outcome);
        match extended {
            Extended::Until(_) if too_late => {
                // A belief that has ended never reopens: a late success is a loss.
                env.told_of_loss(self.tenure);
                Err(Lost::DeadlinePassed)
            }
            Extended::Until(deadline) => {
                self.deadline = deadline;
                Ok(())
            }
            Extended::NotHeld => {
                env.told_of_loss(self.tenure);
                Err(Lost::Told)
            }
            Extended::Unreachable | Extended::Unknown => Err(Lost::Unknown),
        }
    }

    /// Works for `span` under the lock, extending as the plan says. Ends early where the tenure is lost.
    pub async fn work(&mut self, span: Span) -> Result<(), Lost> {
        let env = self.owner.env.clone();
        let until = env.mono() + span;
        if let Some(every) = self.owner.plan.extend_every {
            while env.mono() + every < until {
                env.sleep(every).await;
                match self.extend().await {
                    Err(Lost::Unknown) | Ok(()) => {}
                    Err(lost) => return Err(lost),
                }
            }
        }
        env.sleep_until(until).await;
        Ok(())
    }

    /// Gives the lock back.
    pub async fn release(mut self) -> Released {
        self.open = false;
        let env = &self.owner.env;
        let tag = env.begin(self.owner.id, Call::Release, self.lock, Some(self.tag.attempt));
        let released = env.under(tag, Some(self.tenure), self.owner.lock.release(self.proof.clone())).await;
        let outcome = match released {
            Released::Released => Outcome::Released,
            Released::NotHeld => Outcome::NotHeld,
            Released::Unreachable => Outcome::Refused { reason: Refusal::Unreachable },
            Released::Unknown => Outcome::Unknown,
        };
        env.end(tag, Call::Release, self.lock, self.mode, outcome);
        released
    }
}

impl<E: Observed> Drop for Guard<'_, E> {
    fn drop(&mut self) {
        if self.open {
            self.owner.env.abandoned(self.tenure);
        }
    }
}
