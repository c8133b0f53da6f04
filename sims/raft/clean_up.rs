//! Undoing what may have been done: a release that goes on after the call that started it.

use super::RaftLock;
use super::commands::Command;
use super::table::LockTable;
use crate::stores::Purpose;
use crate::stores::log::{Calls, Members};
use fencepost_lock::{Env, Reply};
use std::rc::Rc;
use std::sync::Arc;

/// A tenure that the table may keep, or queue, although nobody will use it. Unless it is
/// [settled](CleanUp::settled), dropping this removes it in a task of its own: so it works for an unknown
/// outcome and for a call that its caller dropped, at whichever await.
pub(super) struct CleanUp<E: Env, P: Members<LockTable>> {
    lock: RaftLock<E, P>,
    name: Arc<str>,
    tenure: Option<Rc<Calls>>,
}

impl<E: Env, P: Members<LockTable>> CleanUp<E, P> {
    /// Watches over a tenure.
    pub fn of(lock: &RaftLock<E, P>, name: &Arc<str>, tenure: &Rc<Calls>) -> Self {
        CleanUp { lock: lock.clone(), name: name.clone(), tenure: Some(tenure.clone()) }
    }

    /// The outcome is known: nothing is left to undo.
    pub fn settled(mut self) {
        self.tenure = None;
    }
}

impl<E: Env, P: Members<LockTable>> Drop for CleanUp<E, P> {
    fn drop(&mut self) {
        if let Some(tenure) = self.tenure.take() {
            let (lock, name) = (self.lock.clone(), self.name.clone());
            self.lock.env.spawn(async move { remove(lock, name, tenure).await });
        }
    }
}

/// Releases until the log has answered. The acquire, should it come later, is void.
async fn remove<E: Env, P: Members<LockTable>>(lock: RaftLock<E, P>, name: Arc<str>, tenure: Rc<Calls>) {
    loop {
        let until = lock.env.mono() + lock.settings.call_timeout;
        if let Reply::Done(calls) = lock.log.number(Purpose::Release, until).await {
            let command = Command::Release { lock: name.clone(), tenure: tenure.name(), holds: u32::MAX };
            let void = Some(tenure.name());
            if let Reply::Done(_) = lock.log.call(Purpose::Release, &calls, void, command, until).await {
                return;
            }
        }
    }
}
