//! The algorithm.

use super::RedisSettings;
use super::clean_up::CleanUp;
use crate::stores::kv::{Answer, Command, KeyValue, Purpose, Script};
use fencepost_lock::{Acquired, Ask, Env, Extended, Grant, Lock, Released, Reply, Status};
use fencepost_model::{Datum, Mono, Refusal, Slot, Span, Token};
use std::sync::Arc;

/// The lock on one server: a key with a fresh random value and an expiry.
///
/// Source: the pattern of the `SET` command's page, as the Redis page on distributed locks describes it for
/// one instance. The deadline is counted from before the command was sent, so that a slow answer shortens
/// it, and leaves room for clocks that run at different rates.
pub struct RedisLock<E, P> {
    env: E,
    store: P,
    settings: RedisSettings,
}

/// What identifies a tenure: nobody else knows the value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    key: Arc<str>,
    value: Datum,
}

impl<E: Env, P: KeyValue> RedisLock<E, P> {
    /// The lock's code for one client process.
    pub fn new(env: E, store: P, settings: RedisSettings) -> RedisLock<E, P> {
        RedisLock { env, store, settings }
    }

    /// Until when a command that is sent now makes the lock ours.
    fn deadline(&self, sent_at: Mono) -> Option<Mono> {
        self.settings.expiry.then(|| sent_at + self.settings.validity())
    }

    fn set(&self, key: &Arc<str>, value: Datum) -> Command {
        let (key, lives) = (key.clone(), self.settings.lives());
        if self.settings.fencing {
            let counter = Arc::from(format!("fence:{key}"));
            Command::Eval(Script::SetIfAbsentAndCount { key, value, lives, counter })
        } else {
            Command::SetIfAbsent { key, value, lives }
        }
    }

    /// One try. None: somebody else has it, or the store cannot be reached.
    async fn try_acquire(&self, key: &Arc<str>, value: Datum) -> Result<Acquired<Proof>, Refusal> {
        let sent_at = self.env.mono();
        let clean_up = CleanUp::of(&self.env, &self.store, &self.settings, key, value);
        let until = sent_at + self.settings.command_timeout;
        match self.store.run(Purpose::Acquire, self.set(key, value), until).await {
            Reply::Done(Answer::Nil) => {
                clean_up.settled();
                Err(Refusal::Held)
            }
            Reply::Done(answer) => {
                let deadline = self.deadline(sent_at);
                if deadline.is_some_and(|deadline| self.env.mono() >= deadline) {
                    // The answer took as long as the lease: what we have is worth nothing any more.
                    return Err(Refusal::TimedOut);
                }
                clean_up.settled();
                let token = match answer {
                    Answer::Integer(count) => Some(Token(count as u64)),
                    _ => None,
                };
                let proof = Proof { key: key.clone(), value };
                Ok(Acquired::Granted(Grant { proof, deadline, token, slot: Slot(0) }))
            }
            Reply::Refused => {
                clean_up.settled();
                Err(Refusal::Unreachable)
            }
            Reply::Unknown => Ok(Acquired::Unknown),
        }
    }

    /// A pause between two polls, drawn so that contenders do not stay in step.
    fn pause(&self) -> Span {
        let width = self.settings.retry_max.saturating_sub(self.settings.retry_min);
        let drawn = (u128::from(self.env.random()) * u128::from(width.0 + 1)) >> 64;
        self.settings.retry_min + Span(drawn as u64)
    }
}

impl<E: Env, P: KeyValue> Lock for RedisLock<E, P> {
    type Proof = Proof;

    async fn acquire(&self, ask: Ask) -> Acquired<Proof> {
        let value = Datum::Opaque(self.env.random());
        loop {
            let refusal = match self.try_acquire(&ask.name, value).await {
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
        if !self.settings.expiry {
            return Extended::Until(None);
        }
        let sent_at = self.env.mono();
        let (key, value, lives) = (proof.key.clone(), proof.value, self.settings.ttl);
        let script = Command::Eval(Script::ExpireIfEqual { key, value, lives });
        match self.store.run(Purpose::Extend, script, sent_at + self.settings.command_timeout).await {
            Reply::Done(Answer::Integer(1)) => Extended::Until(self.deadline(sent_at)),
            Reply::Done(_) => Extended::NotHeld,
            Reply::Refused => Extended::Unreachable,
            Reply::Unknown => Extended::Unknown,
        }
    }

    async fn release(&self, proof: &Proof) -> Released {
        let clean_up = CleanUp::of(&self.env, &self.store, &self.settings, &proof.key, proof.value);
        let script = Command::Eval(Script::DeleteIfEqual { key: proof.key.clone(), value: proof.value });
        let until = self.env.mono() + self.settings.command_timeout;
        match self.store.run(Purpose::Release, script, until).await {
            Reply::Done(answer) => {
                clean_up.settled();
                if answer == Answer::Integer(1) { Released::Released } else { Released::NotHeld }
            }
            Reply::Refused => Released::Unreachable,
            Reply::Unknown => Released::Unknown,
        }
    }

    async fn status(&self, name: Arc<str>, proof: Option<&Proof>) -> Status {
        let until = self.env.mono() + self.settings.command_timeout;
        match self.store.run(Purpose::Status, Command::Get { key: name }, until).await {
            Reply::Done(Answer::Value(value)) => {
                Status::Held { by_me: proof.is_some_and(|proof| proof.value == value) }
            }
            Reply::Done(_) => Status::Free,
            Reply::Refused | Reply::Unknown => Status::Unknown,
        }
    }
}
