//! What the defects do that are more than another command: the parts of the algorithm that they replace.

use super::RedisLock;
use super::lock::Proof;
use crate::stores::Purpose;
use crate::stores::kv::{Answer, Command, Entry, KeyValue, PubSub, Script};
use fencepost_lock::{Acquired, Ask, Env, Reply, channel};
use fencepost_model::Datum;

/// `setnx-then-expire`.
impl<E: Env, P: KeyValue> RedisLock<E, P> {
    /// Creates the key for ever, and then gives it an expiry. Who dies in between leaves it for ever.
    pub(super) async fn set_then_expire(&self, entry: &Entry) -> Reply<Answer> {
        let set = self.send(Purpose::Acquire, entry.acquire(&self.settings)).await;
        if matches!(set, Reply::Done(Answer::Ok | Answer::Integer(_))) {
            let (key, lives) = (entry.key.clone(), self.settings.ttl);
            self.send(Purpose::Acquire, Command::Expire { key, lives }).await;
        }
        set
    }
}

/// `get-then-del-release`.
impl<E: Env, P: KeyValue> RedisLock<E, P> {
    /// Looks whether the key is ours, and then deletes whatever it is by then.
    pub(super) async fn get_then_delete(&self, entry: &Entry) -> Reply<Answer> {
        let key = entry.key.clone();
        match self.send(Purpose::Release, Command::Get { key: key.clone() }).await {
            Reply::Done(Answer::Value(value)) if value == entry.value => {
                self.send(Purpose::Release, Command::Delete { key }).await
            }
            Reply::Done(_) => Reply::Done(Answer::Integer(0)),
            unanswered => unanswered,
        }
    }
}

/// `watchdog-outlives-unlock`.
impl<E: Env, P: PubSub> RedisLock<E, P> {
    /// Runs the acquire, and what follows from its answer, in a task of its own, as libraries of callbacks
    /// do. Who gives up waiting finds no renewal to cancel yet; the answer starts one afterwards.
    pub(super) async fn poll_detached(&self, ask: Ask) -> Acquired<Proof<E>> {
        let (answers, mut answer) = channel();
        let lock = self.clone();
        self.env.spawn(async move { answers.send(lock.take(&ask).await) });
        answer.receive().await.unwrap_or(Acquired::Unknown)
    }
}

/// `wall-clock-expiry`.
impl<E: Env, P: KeyValue> RedisLock<E, P> {
    /// A value that says when the lease ends, by the clock on this client's wall.
    pub(super) fn end_by_wall_clock(&self) -> Datum {
        Datum::Integer(self.env.wall().0 + self.settings.ttl.0 as i64)
    }

    /// Sets an absent key, or one whose end is past by the clock on this client's wall.
    pub(super) async fn set_by_wall_clock(&self, entry: &Entry) -> Reply<Answer> {
        let set = self.send(Purpose::Acquire, entry.acquire(&self.settings)).await;
        if set != Reply::Done(Answer::Nil) {
            return set;
        }
        let (key, value) = (entry.key.clone(), entry.value);
        match self.send(Purpose::Status, Command::Get { key: key.clone() }).await {
            Reply::Done(Answer::Value(old @ Datum::Integer(end))) if end < self.env.wall().0 => {
                let counter = entry.counter(&self.settings);
                let take_over = Command::Eval(Script::ReplaceIfEqual { key, old, value, counter });
                self.send(Purpose::Acquire, take_over).await
            }
            _ => Reply::Done(Answer::Nil),
        }
    }
}
