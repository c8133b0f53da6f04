//! Undoing what may have been done: a removal that goes on after the call that started it.

use super::{Command, KeyValue};
use crate::stores::Purpose;
use fencepost_lock::{Env, Reply};
use fencepost_model::{Mono, Span};

/// A value that a server may keep under a key although nobody will use it. Unless it is
/// [settled](CleanUp::settled), dropping this removes it in a task of its own: so it works for an unknown
/// outcome and for a call that its caller dropped, at whichever await.
pub struct CleanUp<E: Env, P: KeyValue> {
    /// What is still to be undone; none: nothing.
    undo: Option<Undo<E, P>>,
}

struct Undo<E, P> {
    env: E,
    server: P,
    removal: Command,
    /// When the command that may set it was sent last; none: it is no longer under way.
    sent_at: Option<Mono>,
    pace: Pace,
}

/// How a clean-up goes about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// How long a removal may take, and how far apart the first two of them are.
    pub timeout: Span,
    /// How far apart they are at most: each gap is twice the one before, up to this.
    pub slowest: Span,
    /// For how long after a command was sent its effect may still come: the lease that it asks for.
    pub lease: Span,
}

impl<E: Env, P: KeyValue> CleanUp<E, P> {
    /// Watches over what a command of `sent_at` may set at `server`, and `removal` removes.
    pub fn of(env: &E, server: &P, removal: Command, sent_at: Mono, pace: Pace) -> Self {
        let (env, server) = (env.clone(), server.clone());
        CleanUp { undo: Some(Undo { env, server, removal, sent_at: Some(sent_at), pace }) }
    }

    /// The command is sent again.
    pub fn sent_again(&mut self) {
        if let Some(undo) = &mut self.undo {
            undo.sent_at = Some(undo.env.mono());
        }
    }

    /// The command was answered: it has had its effect, and one removal that is answered undoes it.
    pub fn answered(&mut self) {
        if let Some(undo) = &mut self.undo {
            undo.sent_at = None;
        }
    }

    /// The command had no effect and never will: nothing is left to undo.
    pub fn forget(&mut self) {
        self.undo = None;
    }

    /// The outcome is known: nothing is left to undo.
    pub fn settled(mut self) {
        self.forget();
    }
}

impl<E: Env, P: KeyValue> Drop for CleanUp<E, P> {
    fn drop(&mut self) {
        if let Some(undo) = self.undo.take() {
            let env = undo.env.clone();
            env.spawn(undo.run());
        }
    }
}

impl<E: Env, P: KeyValue> Undo<E, P> {
    /// Removes until the server has answered and a whole lease has passed since the command was sent: the
    /// command may be overtaken by its own clean-up, and take effect after it.
    async fn run(self) {
        let mut gap = self.pace.timeout;
        loop {
            let began = self.env.mono();
            let until = self.env.mono() + self.pace.timeout;
            let reply = self.server.run(Purpose::Release, self.removal.clone(), until).await;
            if matches!(reply, Reply::Done(_)) && self.is_over() {
                return;
            }
            self.env.sleep_until(began + gap).await;
            gap = gap.saturating_mul(2).min(self.pace.slowest);
        }
    }

    fn is_over(&self) -> bool {
        self.sent_at.is_none_or(|sent_at| self.env.mono() >= sent_at + self.pace.lease)
    }
}
