//! Read, modify, write, in a function that takes the lock although its caller has it.

use super::taking;
use fencepost_lock::{Guard, LocalBoxFuture, Lost, Observed, Owner, Workload};
use fencepost_model::{Span, WorkloadSpec};

/// Owners take the lock, and do two updates under it; each takes the lock once more and gives it back, as
/// code does that does not know whether its caller has the lock. Where a lock cannot be taken twice, the
/// updates are done all the same.
#[derive(Clone, Copy, Debug)]
pub struct Nested;

impl<E: Observed> Workload<E> for Nested {
    fn spec(&self) -> WorkloadSpec {
        WorkloadSpec { name: "nested", about: "two updates under the lock, each of which takes it once more" }
    }

    fn owner(&self, owner: Owner<E>) -> LocalBoxFuture<()> {
        Box::pin(taking::live(owner, update_twice))
    }
}

async fn update_twice<E: Observed>(owner: &Owner<E>, guard: &mut Guard<'_, E>) -> Result<(), Lost> {
    let half = Span(owner.draw_hold().0 / 2);
    for _ in 0..2 {
        let entered = guard.enter().await.is_ok();
        let value = guard.read().await?;
        taking::work(owner, guard, half).await?;
        taking::update(guard, value).await?;
        if entered {
            guard.leave().await?;
        }
    }
    Ok(())
}
