//! Ways to wait for several things. Each polls its parts in the order in which they are written, so that
//! what happens at one instant has one order.

use crate::Env;
use fencepost_model::Mono;
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::task::Poll;

/// Which of two futures was ready.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Either<A, B> {
    /// The first.
    First(A),
    /// The second.
    Second(B),
}

/// Waits for the first of two futures; the first one wins where both are ready. The other is dropped.
pub async fn race<A: Future, B: Future>(first: A, second: B) -> Either<A::Output, B::Output> {
    let mut first = pin!(first);
    let mut second = pin!(second);
    poll_fn(|context| match first.as_mut().poll(context) {
        Poll::Ready(output) => Poll::Ready(Either::First(output)),
        Poll::Pending => second.as_mut().poll(context).map(Either::Second),
    })
    .await
}

/// Waits for `work` until the monotonic clock reads `deadline`; none where that came first.
///
/// Do not put it around an acquire: the value that is needed to undo it would be lost. Give the acquire
/// its deadline as an argument instead.
pub async fn timeout<E: Env, F: Future>(env: &E, deadline: Mono, work: F) -> Option<F::Output> {
    match race(work, env.sleep_until(deadline)).await {
        Either::First(output) => Some(output),
        Either::Second(()) => None,
    }
}

/// Waits for all, and gives their outputs in the order in which the futures were given.
pub async fn join_all<F: Future>(futures: impl IntoIterator<Item = F>) -> Vec<F::Output> {
    let mut waiting: Vec<Option<Pin<Box<F>>>> =
        futures.into_iter().map(|future| Some(Box::pin(future))).collect();
    let mut outputs: Vec<Option<F::Output>> = waiting.iter().map(|_| None).collect();
    poll_fn(|context| {
        for (future, output) in waiting.iter_mut().zip(&mut outputs) {
            if let Some(Poll::Ready(ready)) = future.as_mut().map(|future| future.as_mut().poll(context)) {
                *output = Some(ready);
                *future = None;
            }
        }
        if waiting.iter().all(Option::is_none) { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
    outputs.into_iter().map(|output| output.expect("every future is done")).collect()
}
