//! Renewal in the background, while the guard is open.

use super::lock::Held;
use super::{Defect, RedisLock};
use crate::stores::kv::KeyValue;
use fencepost_lock::{Env, Extended, Lease, TaskHandle, race};
use std::rc::Rc;

/// The task that renews one tenure. It belongs to the tenure's proof: it stops when that is released, and
/// when the guard is dropped.
pub(super) struct Watchdog<E: Env> {
    task: E::Task,
    /// Whether it stops with the proof.
    tied: bool,
}

impl<E: Env> Watchdog<E> {
    /// Begins to renew.
    pub fn start<P: KeyValue>(lock: &RedisLock<E, P>, held: &Rc<Held>, lease: &Lease) -> Watchdog<E> {
        let renewal = Renewal { lock: lock.clone(), held: held.clone(), lease: lease.clone() };
        let tied = !lock.settings.has(Defect::WatchdogOutlivesUnlock);
        Watchdog { task: lock.env.spawn(renewal.run()), tied }
    }

    /// No renewal is sent any more.
    pub fn stop(&self) {
        self.task.cancel();
    }
}

impl<E: Env> Drop for Watchdog<E> {
    fn drop(&mut self) {
        if self.tied {
            self.stop();
        }
    }
}

struct Renewal<E, P> {
    lock: RedisLock<E, P>,
    held: Rc<Held>,
    lease: Lease,
}

/// How one renewal ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Beat {
    Renewed,
    /// Nobody answered; the next one may get through.
    Failed,
    /// The tenure is over.
    Gone,
}

impl<E: Env, P: KeyValue> Renewal<E, P> {
    async fn run(self) {
        if self.lock.settings.has(Defect::WatchdogDiesSilently) {
            while self.beat().await == Beat::Renewed {}
            return;
        }
        if !self.lock.settings.loss_notice {
            loop {
                self.beat().await;
            }
        }
        let found_gone = async { while self.beat().await != Beat::Gone {} };
        race(self.run_out(), found_gone).await;
        self.lease.lose();
    }

    /// Waits for the next beat, and asks the store for another whole lease.
    async fn beat(&self) -> Beat {
        self.lock.env.sleep(self.lock.settings.renew.unwrap_or_default()).await;
        let before = self.held.until.get();
        match self.lock.prolong(&self.held).await {
            // A belief that has ended at its deadline never reopens: a late success is a loss.
            Extended::Until(Some(_)) if self.lock.env.mono() >= before => Beat::Gone,
            Extended::Until(deadline) => {
                self.lease.renew(deadline);
                Beat::Renewed
            }
            Extended::NotHeld => Beat::Gone,
            Extended::Unreachable | Extended::Unknown => Beat::Failed,
        }
    }

    /// Waits until the lease has run out unrenewed.
    async fn run_out(&self) {
        while self.lock.env.mono() < self.held.until.get() {
            self.lock.env.sleep_until(self.held.until.get()).await;
        }
    }
}
