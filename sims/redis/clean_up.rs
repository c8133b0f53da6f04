//! Undoing what may have been done: a release that goes on after the call that started it.

use super::RedisSettings;
use crate::stores::kv::{Command, KeyValue, Purpose, Script};
use fencepost_lock::{Env, Reply};
use fencepost_model::{Datum, Mono};
use std::sync::Arc;

/// A value that the store may keep under a key although nobody will use it. Unless it is
/// [settled](CleanUp::settled), dropping this removes it in a task of its own: so it works for an unknown
/// outcome and for a call that its caller dropped, at whichever await.
pub(super) struct CleanUp<E: Env, P: KeyValue> {
    env: E,
    store: P,
    settings: RedisSettings,
    key: Arc<str>,
    value: Datum,
    /// When the command that may have set it was sent.
    sent_at: Mono,
    settled: bool,
}

impl<E: Env, P: KeyValue> CleanUp<E, P> {
    /// Watches over a command that is about to be sent.
    pub fn of(env: &E, store: &P, settings: &RedisSettings, key: &Arc<str>, value: Datum) -> Self {
        CleanUp {
            env: env.clone(),
            store: store.clone(),
            settings: settings.clone(),
            key: key.clone(),
            value,
            sent_at: env.mono(),
            settled: false,
        }
    }

    /// The outcome is known: nothing is left to undo.
    pub fn settled(mut self) {
        self.settled = true;
    }
}

impl<E: Env, P: KeyValue> Drop for CleanUp<E, P> {
    fn drop(&mut self) {
        if self.settled {
            return;
        }
        let (env, store, settings) = (self.env.clone(), self.store.clone(), self.settings.clone());
        let (key, value, sent_at) = (self.key.clone(), self.value, self.sent_at);
        self.env.spawn(async move { remove(env, store, settings, key, value, sent_at).await });
    }
}

/// Releases until the store has answered and a whole lease has passed since the command was sent: the
/// command may be overtaken by its own clean-up, and take effect after it.
async fn remove<E: Env, P: KeyValue>(
    env: E,
    store: P,
    settings: RedisSettings,
    key: Arc<str>,
    value: Datum,
    sent_at: Mono,
) {
    loop {
        let began = env.mono();
        let script = Command::Eval(Script::DeleteIfEqual { key: key.clone(), value });
        let reply = store.run(Purpose::Release, script, began + settings.command_timeout).await;
        if matches!(reply, Reply::Done(_)) && env.mono() >= sent_at + settings.ttl {
            return;
        }
        env.sleep_until(began + settings.command_timeout).await;
    }
}
