//! Undoing what may have been done: a release that goes on after the call that started it.

use super::RedisLock;
use super::commands::Entry;
use crate::stores::kv::{KeyValue, Purpose};
use fencepost_lock::{Env, Reply};
use fencepost_model::Mono;

/// A value that the store may keep under a key although nobody will use it. Unless it is
/// [settled](CleanUp::settled), dropping this removes it in a task of its own: so it works for an unknown
/// outcome and for a call that its caller dropped, at whichever await.
pub(super) struct CleanUp<E: Env, P: KeyValue> {
    lock: RedisLock<E, P>,
    entry: Entry,
    /// When the command that may set it was sent last.
    sent_at: Mono,
    settled: bool,
}

impl<E: Env, P: KeyValue> CleanUp<E, P> {
    /// Watches over an entry that a command of `sent_at` may set.
    pub fn of(lock: &RedisLock<E, P>, entry: &Entry, sent_at: Mono) -> Self {
        CleanUp { lock: lock.clone(), entry: entry.clone(), sent_at, settled: false }
    }

    /// The command is sent again.
    pub fn sent_again(&mut self) {
        self.sent_at = self.lock.env.mono();
    }

    /// The outcome is known: nothing is left to undo.
    pub fn settled(mut self) {
        self.settled = true;
    }
}

impl<E: Env, P: KeyValue> Drop for CleanUp<E, P> {
    fn drop(&mut self) {
        if !self.settled {
            let (lock, entry, sent_at) = (self.lock.clone(), self.entry.clone(), self.sent_at);
            self.lock.env.spawn(async move { remove(lock, entry, sent_at).await });
        }
    }
}

/// Releases until the store has answered and a whole lease has passed since the command was sent: the
/// command may be overtaken by its own clean-up, and take effect after it.
async fn remove<E: Env, P: KeyValue>(lock: RedisLock<E, P>, entry: Entry, sent_at: Mono) {
    loop {
        let began = lock.env.mono();
        let reply = lock.send(Purpose::Release, entry.release(&lock.settings)).await;
        if matches!(reply, Reply::Done(_)) && lock.env.mono() >= sent_at + lock.settings.ttl {
            return;
        }
        lock.env.sleep_until(began + lock.settings.command_timeout).await;
    }
}
