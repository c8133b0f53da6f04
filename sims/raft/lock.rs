//! The algorithm, at the client.

use super::RaftSettings;
use super::clean_up::CleanUp;
use super::commands::{Command, MyTurn, Outcome, View, WhoHolds};
use super::table::LockTable;
use crate::stores::Purpose;
use crate::stores::log::{Called, Calls, LogClient, Members};
use fencepost_lock::{Acquired, Ask, Entered, Env, Extended, Grant, Lease, Lock, Released, Reply, Status};
use fencepost_model::{Mono, Refusal, Slot, Span, Token};
use std::cell::Cell;
use std::rc::Rc;
use std::sync::Arc;

/// The lock as a state machine on a replicated log.
///
/// Every step is an entry of the log, so every member agrees on who holds the lock and who comes next. The
/// deadline is counted from before the command was sent that granted or extended the tenure: its entry is
/// younger than that, and no leader counts the lease from before its entry.
pub struct RaftLock<E, P> {
    pub(super) env: E,
    pub(super) log: LogClient<E, P, LockTable>,
    pub(super) settings: Rc<RaftSettings>,
}

impl<E: Clone, P: Clone> Clone for RaftLock<E, P> {
    fn clone(&self) -> Self {
        RaftLock { env: self.env.clone(), log: self.log.clone(), settings: self.settings.clone() }
    }
}

/// How often a tenure was taken, where nobody can say; far from both ends, for it may be counted on.
const IN_DOUBT: u32 = u32::MAX / 2;

/// What a client remembers of a tenure.
pub struct Proof {
    lock: Arc<str>,
    /// The acquire: its name is the tenure's.
    tenure: Rc<Calls>,
    /// How often it was taken and not given back; more than can be, where nobody here can say.
    holds: Cell<u32>,
}

impl<E: Env, P: Members<LockTable>> RaftLock<E, P> {
    /// The lock's code for one client process.
    pub fn new(env: E, members: P, settings: RaftSettings) -> RaftLock<E, P> {
        let log = LogClient::new(env.clone(), members, settings.command_timeout, settings.retry_min);
        RaftLock { env, log, settings: Rc::new(settings) }
    }

    /// Has one command carried out, under a number of its own.
    async fn call(&self, purpose: Purpose, command: Command, until: Mono) -> Reply<Called<Outcome>> {
        match self.log.number(purpose, until).await {
            Reply::Done(calls) => self.log.call(purpose, &calls, None, command, until).await,
            // Opening a session promises nothing to anybody.
            Reply::Refused | Reply::Unknown => Reply::Refused,
        }
    }

    fn granted(&self, proof: Proof, token: u64, until: Option<Mono>) -> Acquired<Proof> {
        let lease = Lease::until(until);
        Acquired::Granted(Grant { proof, lease, token: Some(Token(token)), slot: Slot(0) })
    }

    fn is_past(&self, deadline: Option<Mono>) -> bool {
        deadline.is_some_and(|deadline| self.env.mono() >= deadline)
    }

    /// One try. An error: somebody else has the lock, or there was nobody to ask.
    async fn try_acquire(&self, ask: &Ask) -> Result<Acquired<Proof>, Refusal> {
        let tenure = match self.log.number(Purpose::Acquire, ask.wait_until).await {
            Reply::Done(calls) => Rc::new(calls),
            Reply::Refused | Reply::Unknown => return Ok(Acquired::Refused(Refusal::Unreachable)),
        };
        let clean_up = CleanUp::of(self, &ask.name, &tenure);
        let sent_at = self.env.mono();
        let command = Command::Acquire { lock: ask.name.clone(), wait: self.settings.queue };
        let called = self.log.call(Purpose::Acquire, &tenure, None, command, ask.wait_until).await;
        let proof = Proof { lock: ask.name.clone(), tenure, holds: Cell::new(1) };
        match called {
            Reply::Done(Called::Done(Outcome::Granted { token })) => {
                let until = self.settings.deadline(sent_at);
                if self.is_past(until) {
                    // The answer took as long as the lease: what we have is worth nothing any more.
                    return Err(Refusal::TimedOut);
                }
                clean_up.settled();
                Ok(self.granted(proof, token, until))
            }
            Reply::Done(Called::Done(Outcome::Queued)) => self.wait(ask, proof, clean_up).await,
            Reply::Done(Called::Done(_)) => {
                clean_up.settled();
                Err(Refusal::Held)
            }
            Reply::Done(Called::Never) => {
                clean_up.settled();
                Err(Refusal::TimedOut)
            }
            Reply::Refused => {
                clean_up.settled();
                Ok(Acquired::Refused(Refusal::Unreachable))
            }
            Reply::Unknown => Ok(Acquired::Unknown),
        }
    }

    /// Waits in the queue. The turn may have come at any time: so the tenure is extended, and the deadline
    /// counted from before that.
    async fn wait(
        &self,
        ask: &Ask,
        proof: Proof,
        clean_up: CleanUp<E, P>,
    ) -> Result<Acquired<Proof>, Refusal> {
        let (sent_at, token) = loop {
            let watch = MyTurn { lock: ask.name.clone(), tenure: proof.tenure.name() };
            if !matches!(self.log.watch(Purpose::Acquire, watch, ask.wait_until).await, Reply::Done(_)) {
                return Ok(Acquired::Refused(Refusal::TimedOut));
            }
            let sent_at = self.env.mono();
            let command = Command::Extend { lock: ask.name.clone(), tenure: proof.tenure.name() };
            let until = ask.wait_until.max(sent_at + self.settings.command_timeout);
            match self.call(Purpose::Acquire, command, until).await {
                Reply::Done(Called::Done(Outcome::Granted { token })) => break (sent_at, token),
                Reply::Done(Called::Done(Outcome::Queued)) => {}
                Reply::Done(_) => return Err(Refusal::TimedOut),
                Reply::Refused | Reply::Unknown => return Ok(Acquired::Unknown),
            }
        };
        let until = self.settings.deadline(sent_at);
        if self.is_past(until) {
            return Err(Refusal::TimedOut);
        }
        clean_up.settled();
        Ok(self.granted(proof, token, until))
    }

    /// Counts a hold up or down.
    async fn count(&self, proof: &Proof, command: Command, by: i32) -> Entered {
        if !self.settings.reentrant {
            return Entered::Unreachable;
        }
        match self.call(Purpose::Extend, command, self.env.mono() + self.settings.call_timeout).await {
            Reply::Done(Called::Done(Outcome::Holds(holds))) => {
                proof.holds.set(proof.holds.get().saturating_add_signed(by));
                Entered::Holds(holds)
            }
            Reply::Done(Called::Done(_)) => Entered::NotHeld,
            Reply::Refused => Entered::Unreachable,
            Reply::Done(Called::Never) | Reply::Unknown => {
                proof.holds.set(IN_DOUBT);
                Entered::Unknown
            }
        }
    }

    /// A pause between two polls, drawn so that contenders do not stay in step.
    fn pause(&self) -> Span {
        self.env.random_span(self.settings.retry_min, self.settings.retry_max)
    }
}

impl<E: Env, P: Members<LockTable>> Lock for RaftLock<E, P> {
    type Proof = Proof;

    async fn acquire(&self, ask: Ask) -> Acquired<Proof> {
        loop {
            let refusal = match self.try_acquire(&ask).await {
                Ok(acquired) => return acquired,
                Err(refusal) => refusal,
            };
            let next = self.env.mono() + self.pause();
            if next >= ask.wait_until {
                return Acquired::Refused(refusal);
            }
            self.env.sleep_until(next).await;
        }
    }

    async fn extend(&self, proof: &Proof) -> Extended {
        let sent_at = self.env.mono();
        let command = Command::Extend { lock: proof.lock.clone(), tenure: proof.tenure.name() };
        match self.call(Purpose::Extend, command, sent_at + self.settings.call_timeout).await {
            Reply::Done(Called::Done(Outcome::Granted { .. })) => {
                Extended::Until(self.settings.deadline(sent_at))
            }
            Reply::Done(Called::Done(_)) => Extended::NotHeld,
            Reply::Done(Called::Never) | Reply::Unknown => Extended::Unknown,
            Reply::Refused => Extended::Unreachable,
        }
    }

    async fn enter(&self, proof: &Proof) -> Entered {
        let command = Command::Enter { lock: proof.lock.clone(), tenure: proof.tenure.name() };
        self.count(proof, command, 1).await
    }

    async fn leave(&self, proof: &Proof) -> Entered {
        let command = Command::Leave { lock: proof.lock.clone(), tenure: proof.tenure.name() };
        self.count(proof, command, -1).await
    }

    async fn release(&self, proof: &Proof) -> Released {
        let clean_up = CleanUp::of(self, &proof.lock, &proof.tenure);
        let holds = proof.holds.get();
        let command = Command::Release { lock: proof.lock.clone(), tenure: proof.tenure.name(), holds };
        let until = self.env.mono() + self.settings.call_timeout;
        match self.call(Purpose::Release, command, until).await {
            Reply::Done(Called::Done(outcome)) => {
                clean_up.settled();
                if outcome == Outcome::Released { Released::Released } else { Released::NotHeld }
            }
            Reply::Done(Called::Never) | Reply::Unknown => Released::Unknown,
            Reply::Refused => Released::Unreachable,
        }
    }

    async fn status(&self, name: Arc<str>, proof: Option<&Proof>) -> Status {
        let until = self.env.mono() + self.settings.call_timeout;
        match self.log.query(Purpose::Status, WhoHolds { lock: name }, until).await {
            Reply::Done(View::Holder(Some(tenure))) => {
                Status::Held { by_me: proof.is_some_and(|proof| proof.tenure.name() == tenure) }
            }
            Reply::Done(View::Holder(None)) => Status::Free,
            _ => Status::Unknown,
        }
    }
}
