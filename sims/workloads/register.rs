//! Read, modify, write: the use that needs a lock.

use super::taking;
use fencepost_lock::{Guard, LocalBoxFuture, Lost, Observed, Owner, Workload};
use fencepost_model::WorkloadSpec;

/// Owners take the lock, read a register, work, have the provider do their job, where there is one, write a new version
/// made from the one that they read, and give the lock back. Before each operation they look at their deadline, if the plan says that they obey it.
#[derive(Clone, Copy, Debug)]
pub struct Register;

impl<E: Observed> Workload<E> for Register {
    fn spec(&self) -> WorkloadSpec {
        WorkloadSpec { name: "register", about: "read-modify-write of a register under the lock" }
    }

    fn owner(&self, owner: Owner<E>) -> LocalBoxFuture<()> {
        Box::pin(taking::live(owner, update))
    }
}

async fn update<E: Observed>(owner: &Owner<E>, guard: &mut Guard<'_, E>) -> Result<(), Lost> {
    let parent = guard.read().await?;
    taking::work(owner, guard, owner.draw_hold()).await?;
    taking::update(guard, parent).await
}
