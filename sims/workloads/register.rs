//! Read, modify, write: the use that needs a lock.

use fencepost_lock::{Guard, LocalBoxFuture, Lost, Observed, Owner, Workload};
use fencepost_model::{LockId, Mode, WorkloadSpec};

/// Owners take the lock, read a register, work, write a new version made from the one that they read, and
/// give the lock back. Before each operation they look at their deadline, if the plan says that they obey it.
#[derive(Clone, Copy, Debug)]
pub struct Register;

impl<E: Observed> Workload<E> for Register {
    fn spec(&self) -> WorkloadSpec {
        WorkloadSpec { name: "register", about: "read-modify-write of a register under the lock" }
    }

    fn owner(&self, owner: Owner<E>) -> LocalBoxFuture<()> {
        Box::pin(live(owner))
    }
}

async fn live<E: Observed>(owner: Owner<E>) {
    let tenures = owner.plan().per_owner.unwrap_or(u32::MAX);
    for _ in 0..tenures {
        owner.think().await;
        if !owner.may_begin() {
            return;
        }
        if let Ok(mut guard) = owner.acquire(LockId(0), Mode::Exclusive).await {
            // A lost tenure is given back all the same: the store may still keep it.
            let _ = update(&owner, &mut guard).await;
            guard.release().await;
        }
    }
}

async fn update<E: Observed>(owner: &Owner<E>, guard: &mut Guard<'_, E>) -> Result<(), Lost> {
    let parent = guard.read().await?;
    guard.work(owner.draw_hold()).await?;
    guard.write(parent).await?;
    Ok(())
}
