//! What workloads have in common: an owner takes as many locks as the plan says, one after the other in an
//! order that it draws, holds them together, works under each, and gives them back in reverse. What it does under one
//! of them may be a transaction at the resource.

use fencepost_lock::{Guard, Lost, Observed, Owner};
use fencepost_model::{Commit, LockId, Mode, Span};

const MILLION: u64 = 1_000_000;

/// The life of an owner: as many pieces of work as the plan says, each after some thought. `work` is what it
/// does under each of the locks of a piece; a loss ends the piece.
pub(super) async fn live<E, W>(owner: Owner<E>, work: W)
where
    E: Observed,
    W: AsyncFn(&Owner<E>, &mut Guard<'_, E>) -> Result<(), Lost>,
{
    let pieces = owner.plan().per_owner.unwrap_or(u32::MAX);
    for _ in 0..pieces {
        owner.think().await;
        if !owner.may_begin() {
            return;
        }
        let order = draw_order(&owner);
        let mut held = take(&owner, &order).await;
        let mut done = held.len() == order.len();
        if done {
            for guard in &mut held {
                done = work(&owner, guard).await.is_ok();
                if !done {
                    break;
                }
            }
        }
        while let Some(guard) = held.pop() {
            give_back(&owner, guard, done).await;
        }
    }
}

/// Ends the transaction of a tenure, where there is one, and gives the lock back, in the order that the plan says:
/// what is not done is rolled back. A lost tenure is given back all the same: the store may still keep it.
async fn give_back<E: Observed>(owner: &Owner<E>, guard: Guard<'_, E>, done: bool) {
    let transaction = guard.transaction();
    if owner.plan().commit == Commit::AfterRelease {
        guard.release().await;
        if let Some(transaction) = transaction {
            match done {
                true => drop(transaction.commit().await),
                false => transaction.roll_back().await,
            }
        }
        return;
    }
    let committed = done && guard.commit().await.is_ok();
    if let Some(transaction) = transaction.filter(|_| !committed) {
        transaction.roll_back().await;
    }
    guard.release().await;
}

/// Which locks a piece of work takes, and in which order. Where there is no choice, nothing is drawn.
fn draw_order<E: Observed>(owner: &Owner<E>) -> Vec<LockId> {
    let count = owner.plan().locks.len();
    let mut locks: Vec<LockId> = (0..count).map(|index| LockId(index as u16)).collect();
    let takes = owner.plan().takes.clamp(1, count);
    for place in 0..takes.min(count - 1) {
        let chosen = place + below(owner, (count - place) as u64) as usize;
        locks.swap(place, chosen);
    }
    locks.truncate(takes);
    locks
}

/// The guards of these locks, or of those before the first that was denied.
async fn take<'a, E: Observed>(owner: &'a Owner<E>, order: &[LockId]) -> Vec<Guard<'a, E>> {
    let mut held = Vec::with_capacity(order.len());
    for lock in order {
        if !owner.may_begin() {
            break;
        }
        let Ok(guard) = owner.acquire(*lock, Mode::Exclusive).await else { break };
        held.push(guard);
    }
    held
}

/// Works under a lock for some time. As often as the plan says, the owner asks for the lock's status first,
/// and does not care for the answer: the judge does.
pub(super) async fn work<E: Observed>(
    owner: &Owner<E>,
    guard: &mut Guard<'_, E>,
    span: Span,
) -> Result<(), Lost> {
    let rate = u64::from(owner.plan().ask_status);
    if rate > 0 && below(owner, MILLION) < rate {
        guard.status().await;
    }
    guard.work(span).await
}

/// Writes what was made from version `parent`. Where there is a provider, it does the job first: what is written down
/// is what was done.
pub(super) async fn update<E: Observed>(guard: &Guard<'_, E>, parent: u64) -> Result<(), Lost> {
    guard.charge(parent).await?;
    guard.write(parent).await?;
    Ok(())
}

/// A number below `end`, each alike.
fn below<E: Observed>(owner: &Owner<E>, end: u64) -> u64 {
    ((u128::from(owner.env().random()) * u128::from(end)) >> 64) as u64
}
