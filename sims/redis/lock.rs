//! The algorithm.

use super::again::Insisted;
use super::commands;
use super::watchdog::Watchdog;
use super::{Defect, RedisSettings};
use crate::stores::Purpose;
use crate::stores::kv::{Answer, CleanUp, Command, Entry, KeyValue, Pace, PubSub};
use fencepost_lock::{Acquired, Ask, Entered, Env, Extended, Grant, Lease, Lock, Released, Reply, Status};
use fencepost_model::{Datum, Mono, Refusal, Slot, Span};
use std::cell::Cell;
use std::future::Future;
use std::rc::Rc;
use std::sync::Arc;

/// The lock on one server: a key with a fresh random value and an expiry.
///
/// Source: the pattern of the `SET` command's page, as the Redis page on distributed locks describes it for
/// one instance. The deadline is counted from before the command was sent, so that a slow answer shortens
/// it, and leaves room for clocks that run at different rates. Renewal in the background is as the watchdogs
/// of client libraries do it, or as they should.
#[derive(Clone)]
pub struct RedisLock<E, P> {
    pub(super) env: E,
    pub(super) store: P,
    pub(super) settings: Rc<RedisSettings>,
}

/// What a client remembers of a tenure.
pub struct Proof<E: Env> {
    pub(super) held: Rc<Held>,
    /// When the acquire was sent last, where an earlier copy of it may still be under way.
    stray: Option<Mono>,
    watchdog: Option<Watchdog<E>>,
}

/// Why a try was not granted.
#[derive(Clone, Copy)]
pub(super) struct Denied {
    pub refusal: Refusal,
    /// For how long the key that is there lives, where the store told that.
    pub rest: Option<Span>,
}

impl From<Refusal> for Denied {
    fn from(refusal: Refusal) -> Denied {
        Denied { refusal, rest: None }
    }
}

impl Denied {
    /// Why all tries so far came to nothing, the earlier ones for the reason `before`.
    pub fn after(self, before: Refusal) -> Refusal {
        match self.refusal {
            // What holds it now may be what is left of an earlier try of ours.
            Refusal::Held if before == Refusal::TimedOut => before,
            refusal => refusal,
        }
    }
}

/// A tenure, as the lock's own tasks share it.
pub(super) struct Held {
    pub entry: Entry,
    /// Until when the store keeps the key, as far as is known here.
    pub until: Cell<Mono>,
    /// How often it was taken and not given back; more than can be, where nobody here can say.
    pub holds: Cell<u32>,
}

impl<E: Env, P: KeyValue> RedisLock<E, P> {
    /// The lock's code for one client process.
    pub fn new(env: E, store: P, settings: RedisSettings) -> RedisLock<E, P> {
        RedisLock { env, store, settings: Rc::new(settings) }
    }

    /// Sends a command, and waits for its answer as long as the settings say.
    pub(super) fn send(&self, purpose: Purpose, command: Command) -> impl Future<Output = Reply<Answer>> {
        let until = self.env.mono() + self.settings.command_timeout;
        self.store.run(purpose, command, until)
    }

    /// Watches over an entry that a command of `sent_at` may set.
    fn clean_up(&self, entry: &Entry, sent_at: Mono) -> CleanUp<E, P> {
        let timeout = self.settings.command_timeout;
        let pace = Pace { timeout, slowest: timeout, lease: self.settings.ttl };
        CleanUp::of(&self.env, &self.store, entry.release(&self.settings), sent_at, pace)
    }

    /// A value that nobody else has.
    fn fresh_value(&self) -> Datum {
        if self.settings.has(Defect::ConstantOwnerToken) {
            return Datum::Opaque(1);
        }
        if self.settings.has(Defect::WallClockExpiry) {
            return self.end_by_wall_clock();
        }
        Datum::Opaque(self.env.random())
    }

    /// The deadline to hand out for a lease until `until`.
    fn deadline(&self, until: Mono) -> Option<Mono> {
        (self.settings.expiry && self.settings.deadline).then_some(until)
    }

    /// One try, under a value of its own: the clean-up of one that came to nothing may not remove what the
    /// next one sets. An error: somebody else has it, the store cannot be reached, or the answer came too late.
    pub(super) async fn try_acquire(&self, key: &Arc<str>) -> Result<Acquired<Proof<E>>, Denied> {
        let entry = Entry { key: key.clone(), value: self.fresh_value() };
        let sent_at = self.env.mono();
        let mut clean_up = self.clean_up(&entry, sent_at);
        let (reply, stray) = self.set(&entry, &mut clean_up).await;
        match reply {
            Reply::Done(Answer::Nil | Answer::Lives(_)) if stray.is_some() => Err(Refusal::TimedOut.into()),
            Reply::Done(Answer::Nil) => {
                clean_up.settled();
                Err(Refusal::Held.into())
            }
            Reply::Done(Answer::Lives(rest)) => {
                clean_up.settled();
                Err(Denied { refusal: Refusal::Held, rest })
            }
            // It is set, and may be lost with the primary: that is no grant. The clean-up undoes it.
            Reply::Done(Answer::TooFewCopies) => Err(Refusal::TimedOut.into()),
            Reply::Done(answer) => {
                let counts_from =
                    if self.settings.has(Defect::TtlFromResponse) { self.env.mono() } else { sent_at };
                let until = counts_from + self.settings.validity();
                if self.settings.expiry && self.env.mono() >= until {
                    // The answer took as long as the lease: what we have is worth nothing any more.
                    return Err(Refusal::TimedOut.into());
                }
                clean_up.settled();
                Ok(Acquired::Granted(self.grant(entry, answer, until, stray)))
            }
            Reply::Refused => {
                clean_up.settled();
                Err(Refusal::Unreachable.into())
            }
            Reply::Unknown if self.settings.has(Defect::AmbiguousAcquireAbandoned) => {
                clean_up.settled();
                Err(Refusal::TimedOut.into())
            }
            Reply::Unknown => Ok(Acquired::Unknown),
        }
    }

    /// Sends the acquire, and again under the same value while nobody can say what became of it, as often as
    /// the settings say. With the answer: when a copy was sent that may still be under way.
    async fn set(&self, entry: &Entry, clean_up: &mut CleanUp<E, P>) -> (Reply<Answer>, Option<Mono>) {
        if self.settings.has(Defect::SetnxThenExpire) {
            return (self.set_then_expire(entry).await, None);
        }
        if self.settings.has(Defect::WallClockExpiry) {
            return (self.set_by_wall_clock(entry).await, None);
        }
        let command = |again| match again {
            false => entry.acquire(&self.settings),
            true => entry.acquire_again(&self.settings),
        };
        let insisted = self
            .insist(Purpose::Acquire, self.settings.acquire_retries(), command, || clean_up.sent_again())
            .await;
        (insisted.reply, insisted.stray)
    }

    fn grant(&self, entry: Entry, answer: Answer, until: Mono, stray: Option<Mono>) -> Grant<Proof<E>> {
        let held = Rc::new(Held { entry, until: Cell::new(until), holds: Cell::new(1) });
        let lease = Lease::until(self.deadline(until));
        let renews = self.settings.expiry && self.settings.renew.is_some();
        let watchdog = renews.then(|| Watchdog::start(self, &held, &lease));
        let token = commands::token(answer, &self.settings);
        Grant { proof: Proof { held, stray, watchdog }, lease, token, slot: Slot(0) }
    }

    /// Asks for another whole lease.
    pub(super) async fn prolong(&self, held: &Held) -> Extended {
        let command = |_| held.entry.extend(&self.settings);
        let Insisted { reply, sent_at, .. } =
            self.insist(Purpose::Extend, self.settings.command_retries, command, || ()).await;
        match reply {
            Reply::Done(answer) if commands::was_extended(answer, &self.settings) => {
                let until = sent_at + self.settings.validity();
                held.until.set(until);
                Extended::Until(self.deadline(until))
            }
            // The key lives on here, and may end earlier on the replica that is promoted.
            Reply::Done(Answer::TooFewCopies) => Extended::Unknown,
            Reply::Done(_) => Extended::NotHeld,
            Reply::Refused => Extended::Unreachable,
            Reply::Unknown => Extended::Unknown,
        }
    }

    /// Gives the key back. With the answer: when a copy was sent that was not answered.
    async fn remove(&self, entry: &Entry, holds: u32) -> (Reply<Answer>, Option<Mono>) {
        if self.settings.has(Defect::GetThenDelRelease) {
            return (self.get_then_delete(entry).await, None);
        }
        let command = |_| entry.give_back(holds, &self.settings);
        let retries = self.settings.command_retries;
        let insisted = self.insist(Purpose::Release, retries, command, || ()).await;
        (insisted.reply, insisted.stray)
    }
}

impl<E: Env, P: PubSub> Lock for RedisLock<E, P> {
    type Proof = Proof<E>;

    async fn acquire(&self, ask: Ask) -> Acquired<Proof<E>> {
        if self.settings.has(Defect::WatchdogOutlivesUnlock) {
            return self.poll_detached(ask).await;
        }
        self.take(&ask).await
    }

    async fn extend(&self, proof: &Proof<E>) -> Extended {
        if !self.settings.expiry {
            return Extended::Until(None);
        }
        if self.settings.has(Defect::WallClockExpiry) {
            return Extended::Unreachable; // That recipe has no extension.
        }
        self.prolong(&proof.held).await
    }

    async fn enter(&self, proof: &Proof<E>) -> Entered {
        self.count(&proof.held, 1).await
    }

    async fn leave(&self, proof: &Proof<E>) -> Entered {
        self.count(&proof.held, -1).await
    }

    async fn release(&self, proof: &Proof<E>) -> Released {
        proof.watchdog.iter().for_each(Watchdog::stop);
        let entry = &proof.held.entry;
        let clean_up = self.clean_up(entry, proof.stray.unwrap_or(self.env.mono()));
        let (reply, stray) = self.remove(entry, proof.held.holds.get()).await;
        match reply {
            Reply::Done(answer) => {
                if proof.stray.is_none() {
                    clean_up.settled();
                }
                match commands::was_released(answer, &self.settings) {
                    true => Released::Released,
                    // It is gone: by an earlier copy, or it was gone before.
                    false if stray.is_some() => Released::Unknown,
                    false => Released::NotHeld,
                }
            }
            Reply::Refused => Released::Unreachable,
            Reply::Unknown => Released::Unknown,
        }
    }

    async fn status(&self, name: Arc<str>, proof: Option<&Proof<E>>) -> Status {
        match self.send(Purpose::Status, Command::Get { key: name }).await {
            Reply::Done(Answer::Value(value)) => {
                Status::Held { by_me: proof.is_some_and(|proof| proof.held.entry.value == value) }
            }
            Reply::Done(_) => Status::Free,
            Reply::Refused | Reply::Unknown => Status::Unknown,
        }
    }
}
