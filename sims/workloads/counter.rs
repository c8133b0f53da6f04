//! Count up: several short read-modify-writes under one tenure.

use super::taking;
use fencepost_lock::{Guard, LocalBoxFuture, Lost, Observed, Owner, Workload};
use fencepost_model::{Span, WorkloadSpec};

/// How often an owner counts up under each lock that it takes.
const INCREMENTS: u32 = 3;

/// Owners take the lock, count up three times, and give the lock back. The counter's value is its version:
/// each increment reads it and writes the next one, and looks at the deadline before both, if the plan says
/// that owners obey it. The hold is shared out evenly among the increments.
///
/// So a tenure can be lost between two of its updates, and an increment of a stranger can come between them.
/// A gate that takes one write of each token refuses all but the first.
#[derive(Clone, Copy, Debug)]
pub struct Counter;

impl<E: Observed> Workload<E> for Counter {
    fn spec(&self) -> WorkloadSpec {
        WorkloadSpec { name: "counter", about: "three increments of a counter under the lock" }
    }

    fn owner(&self, owner: Owner<E>) -> LocalBoxFuture<()> {
        Box::pin(taking::live(owner, count_up))
    }
}

async fn count_up<E: Observed>(owner: &Owner<E>, guard: &mut Guard<'_, E>) -> Result<(), Lost> {
    let share = Span(owner.draw_hold().0 / u64::from(INCREMENTS));
    for _ in 0..INCREMENTS {
        let value = guard.read().await?;
        taking::work(owner, guard, share).await?;
        taking::update(guard, value).await?;
    }
    Ok(())
}
