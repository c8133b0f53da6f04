//! The handle of a granted lock: what an owner does with it, and what it is told.

use crate::{
    Act, AnyProof, Either, Entered, Extended, Grant, Lease, LocalBoxFuture, News, Observed, Owner, Released,
    Reply, ResourceReply, ResourceRequest, Status, Transaction, race,
};
use fencepost_model::{Call, LockId, Mode, Mono, OpTag, Outcome, Refusal, Span, TenureId, Token};
use std::cell::Cell;
use std::rc::Rc;

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

/// The handle of a granted lock. Dropped without [`Guard::release`], it is abandoned: the owner stops
/// believing, and the store is not told.
pub struct Guard<'a, E: Observed> {
    owner: &'a Owner<E>,
    lock: LockId,
    mode: Mode,
    tag: OpTag,
    tenure: TenureId,
    proof: AnyProof,
    lease: Lease,
    token: Option<Token>,
    sequence: Cell<u32>,
    /// What is done under the guard, where that is one transaction.
    transaction: Option<Rc<Transaction<E>>>,
    open: bool,
}

impl<'a, E: Observed> Guard<'a, E> {
    pub(crate) fn new(
        owner: &'a Owner<E>,
        lock: LockId,
        mode: Mode,
        tag: OpTag,
        tenure: TenureId,
        grant: Grant<AnyProof>,
    ) -> Self {
        let Grant { proof, lease, token, .. } = grant;
        let env = owner.env.clone();
        lease.listen(move |news| match news {
            News::Renewed(deadline) => env.told_of_renewal(tenure, deadline),
            News::Lost => env.told_of_loss(tenure),
        });
        let works = || Rc::new(Transaction::new(owner, (lock, tenure, tag), token));
        let transaction = owner.plan.commit.is_transaction().then(works);
        let (sequence, open) = (Cell::new(0), true);
        Guard { owner, lock, mode, tag, tenure, proof, lease, token, sequence, transaction, open }
    }

    /// The lock that is held.
    pub fn lock(&self) -> LockId {
        self.lock
    }

    /// The fencing token, where the lock gives one.
    pub fn token(&self) -> Option<Token> {
        self.token
    }

    /// Until when the lock is the owner's, on its own monotonic clock.
    pub fn deadline(&self) -> Option<Mono> {
        self.lease.deadline()
    }

    fn is_past_deadline(&self) -> bool {
        let passed = self.deadline().is_some_and(|deadline| self.owner.env.mono() >= deadline);
        self.owner.plan.obeys_deadline && passed
    }

    /// Whether an operation may be sent: not when the owner was told of a loss, and, as far as it obeys its
    /// deadline, not when that has passed.
    fn look(&self) -> Result<(), Lost> {
        let reason = if self.lease.is_lost() {
            Lost::Told
        } else if self.is_past_deadline() {
            Lost::DeadlinePassed
        } else {
            return Ok(());
        };
        self.owner.env.held_back(self.tag);
        Err(reason)
    }

    /// Reads the register that the lock protects: its version.
    pub async fn read(&self) -> Result<u64, Lost> {
        match self.at_resource(Act::Read).await? {
            ResourceReply::Read { version } => Ok(version),
            _ => Err(Lost::Told),
        }
    }

    /// Writes a new version of the register, made from `parent`.
    pub async fn write(&self, parent: u64) -> Result<u64, Lost> {
        match self.at_resource(Act::Write { parent }).await? {
            ResourceReply::Written { version } => Ok(version),
            _ => Err(Lost::Told),
        }
    }

    /// Has the provider do the job for the update of version `job`, where there is a provider. What it has done is done:
    /// no transaction takes it back.
    pub async fn charge(&self, job: u64) -> Result<(), Lost> {
        if self.owner.plan.provider.is_none() {
            return Ok(());
        }
        self.look()?;
        match self.by_itself(Act::Charge { job }).await? {
            ResourceReply::Written { .. } => Ok(()),
            _ => Err(Lost::Told),
        }
    }

    fn next_sequence(&self) -> u32 {
        if let Some(transaction) = &self.transaction {
            return transaction.next_sequence();
        }
        self.sequence.set(self.sequence.get() + 1);
        self.sequence.get()
    }

    async fn at_resource(&self, act: Act) -> Result<ResourceReply, Lost> {
        self.look()?;
        match &self.transaction {
            Some(transaction) => transaction.operate(act).await,
            None => self.by_itself(act).await,
        }
    }

    /// An operation that is part of no transaction.
    async fn by_itself(&self, act: Act) -> Result<ResourceReply, Lost> {
        let (lock, token, sequence) = (self.lock, self.token, self.next_sequence());
        let request = ResourceRequest { lock, act, token, sequence, transaction: None };
        let env = &self.owner.env;
        let deadline = env.mono() + self.owner.plan.resource_timeout;
        let tag = env.operate(self.owner.id, self.tag.attempt);
        match env.under(tag, Some(self.tenure), env.resource(None, request, deadline)).await {
            Reply::Done(reply) => Ok(reply),
            Reply::Refused | Reply::Unknown => Err(Lost::Unknown),
        }
    }

    /// Commits what was written under the guard, where that is a transaction. The owner looks at its deadline
    /// first, as before every operation.
    pub async fn commit(&self) -> Result<(), Lost> {
        let Some(transaction) = &self.transaction else { return Ok(()) };
        self.look()?;
        transaction.commit().await
    }

    /// The transaction of what is done under the guard, where it is one. It outlives the guard: who commits it
    /// after the release may come too late, and nobody looks at a deadline any more.
    pub fn transaction(&self) -> Option<Rc<Transaction<E>>> {
        self.transaction.clone()
    }

    /// Asks to keep the lock for another full lease.
    pub async fn extend(&mut self) -> Result<(), Lost> {
        let env = &self.owner.env;
        let tag = env.begin(self.owner.id, Call::Extend, self.lock, Some(self.tag.attempt));
        let extended = env.under(tag, Some(self.tenure), self.owner.lock.extend(self.proof.clone())).await;
        let too_late = self.is_past_deadline();
        let outcome = match extended {
            Extended::Until(deadline) => Outcome::Extended { deadline },
            Extended::NotHeld => Outcome::NotHeld,
            Extended::Unreachable => Outcome::Refused { reason: Refusal::Unreachable },
            Extended::Unknown => Outcome::Unknown,
        };
        env.end(tag, Call::Extend, self.lock, self.mode, outcome);
        match extended {
            // A belief that has ended never reopens: a late success is a loss.
            Extended::Until(_) if too_late => {
                self.lease.lose();
                Err(Lost::DeadlinePassed)
            }
            Extended::Until(deadline) => {
                self.lease.set_deadline(deadline);
                Ok(())
            }
            Extended::NotHeld => {
                self.lease.lose();
                Err(Lost::Told)
            }
            Extended::Unreachable | Extended::Unknown => Err(Lost::Unknown),
        }
    }

    /// Takes the lock once more, under the same tenure. It has to be given back by [`Guard::leave`].
    pub async fn enter(&mut self) -> Result<(), Lost> {
        let entered = self.owner.lock.enter(self.proof.clone());
        self.count(Call::Enter, entered).await
    }

    /// Gives back what [`Guard::enter`] took.
    pub async fn leave(&mut self) -> Result<(), Lost> {
        let left = self.owner.lock.leave(self.proof.clone());
        self.count(Call::Leave, left).await
    }

    async fn count(&self, call: Call, work: LocalBoxFuture<Entered>) -> Result<(), Lost> {
        let env = &self.owner.env;
        let tag = env.begin(self.owner.id, call, self.lock, Some(self.tag.attempt));
        let counted = env.under(tag, Some(self.tenure), work).await;
        let (outcome, result) = match counted {
            Entered::Holds(holds) => (Outcome::Counted { holds }, Ok(())),
            Entered::NotHeld => (Outcome::NotHeld, Err(Lost::Told)),
            Entered::Unreachable => (Outcome::Refused { reason: Refusal::Unreachable }, Err(Lost::Unknown)),
            Entered::Unknown => (Outcome::Unknown, Err(Lost::Unknown)),
        };
        env.end(tag, call, self.lock, self.mode, outcome);
        result
    }

    /// Asks who holds the lock, and whether it is this tenure. It changes nothing, so no deadline stands in
    /// its way.
    pub async fn status(&self) -> Status {
        let guard = (self.tag.attempt, self.tenure, self.proof.clone());
        self.owner.ask_status(self.lock, Some(guard)).await
    }

    /// Works for `span` under the lock, extending as the plan says. Ends early where the owner is told that
    /// the tenure is lost.
    pub async fn work(&mut self, span: Span) -> Result<(), Lost> {
        let until = self.owner.env.mono() + span;
        if let Some(every) = self.owner.plan.extend_every {
            while self.owner.env.mono() + every < until {
                self.wait_until(self.owner.env.mono() + every).await?;
                match self.extend().await {
                    Err(Lost::Unknown) | Ok(()) => {}
                    Err(lost) => return Err(lost),
                }
            }
        }
        self.wait_until(until).await
    }

    async fn wait_until(&self, until: Mono) -> Result<(), Lost> {
        match race(self.lease.lost(), self.owner.env.sleep_until(until)).await {
            Either::First(()) => Err(Lost::Told),
            Either::Second(()) => Ok(()),
        }
    }

    /// Gives the lock back.
    pub async fn release(mut self) -> Released {
        self.open = false;
        let env = &self.owner.env;
        let tag = env.begin(self.owner.id, Call::Release, self.lock, Some(self.tag.attempt));
        self.lease.stop_listening();
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
            self.lease.stop_listening();
            self.owner.env.abandoned(self.tenure);
        }
    }
}
