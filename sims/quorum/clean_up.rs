//! Undoing what may have been done: a claim that is given up after the call that made it.

use super::QuorumLock;
use super::proposal::Claim;
use crate::stores::register::Registers;
use fencepost_lock::Env;
use std::cell::Cell;
use std::rc::Rc;

/// A claim that nodes may keep although nobody will use it. Unless it is [settled](CleanUp::settled), dropping
/// this gives it up in a task of its own: so it works for an unknown outcome and for a call that its caller
/// dropped, at whichever await.
pub(super) struct CleanUp<E: Env, P: Registers> {
    lock: QuorumLock<E, P>,
    claim: Rc<Claim>,
    settled: bool,
}

impl<E: Env, P: Registers> CleanUp<E, P> {
    /// Watches over a claim.
    pub fn of(lock: &QuorumLock<E, P>, claim: &Rc<Claim>) -> Self {
        CleanUp { lock: lock.clone(), claim: claim.clone(), settled: false }
    }

    /// The outcome is known: nothing is left to undo.
    pub fn settled(mut self) {
        self.settled = true;
    }
}

impl<E: Env, P: Registers> Drop for CleanUp<E, P> {
    fn drop(&mut self) {
        if !self.settled {
            let (lock, claim) = (self.lock.clone(), self.claim.clone());
            self.lock.env.spawn(async move { give_up_at_last(lock, claim).await });
        }
    }
}

/// Tries until it is done. A proposal of ours that is still under way is shut out by the ballot of this.
async fn give_up_at_last<E: Env, P: Registers>(lock: QuorumLock<E, P>, claim: Rc<Claim>) {
    for failures in 1.. {
        let outdated = Rc::new(Cell::new(false));
        if lock.give_up(&claim, &outdated).await.is_ok() {
            return;
        }
        outdated.set(true);
        lock.env.sleep(lock.pause(failures)).await;
    }
}
