//! One question to every node.

use super::Asks;
use fencepost_lock::join_all;
use std::future::Future;

/// Asks every node, and gives what was heard of each, in the order of the nodes. A question is put when its
/// future is polled first: nothing may be sent or remembered before that.
pub(super) async fn ask_all<F: Future>(asks: Asks, questions: impl Iterator<Item = F>) -> Vec<F::Output> {
    match asks {
        Asks::AtOnce => join_all(questions).await,
        Asks::InTurn => {
            let mut heard = Vec::new();
            for question in questions {
                heard.push(question.await);
            }
            heard
        }
    }
}
