//! What the defects do that are more than another condition: the parts of the algorithm that they replace.

use super::QuorumLock;
use super::clean_up::CleanUp;
use super::lock::{Look, Proof, Try};
use super::proposal::Claim;
use super::round::Failure;
use crate::stores::Purpose;
use crate::stores::register::{Answer, Registers, Request};
use fencepost_lock::{Env, Reply, Status};
use std::rc::Rc;
use std::sync::Arc;

/// `adopts-nothing`.
impl<E: Env, P: Registers> QuorumLock<E, P> {
    /// Reads first, and decides. By the time that a majority has promised, the register may be another, and
    /// what the promises tell of it is not looked at.
    pub(super) async fn try_without_adopting(
        &self,
        claim: &Rc<Claim>,
        clean_up: &mut Option<CleanUp<E, P>>,
    ) -> Try<Proof> {
        let (look, newest) = self.look(claim).await;
        match look {
            Look::Held { certain } => return Try::Held { certain },
            Look::Silent => return Try::Failed(Failure::Silent),
            Look::Try => {}
        }
        match self.prepare(Purpose::Acquire, &claim.key, |_| true).await {
            Ok(promised) => self.take(claim, clean_up, &promised, newest).await,
            Err(failure) => Try::Failed(failure),
        }
    }
}

/// `ownership-read-one-node`.
impl<E: Env, P: Registers> QuorumLock<E, P> {
    /// Asks the first node. What it does not know, and what it does not say, nobody has.
    pub(super) async fn status_of_one_node(&self, name: Arc<str>, proof: Option<&Proof>) -> Status {
        let until = self.env.mono() + self.settings.command_timeout;
        let reply = self.nodes[0].run(Purpose::Status, Request::Read { key: name }, until).await;
        let content = match reply {
            Reply::Done(Answer::State(Some(accepted))) => accepted.version.content,
            _ => None,
        };
        match content {
            None => Status::Free,
            content => Status::Held { by_me: proof.is_some_and(|proof| proof.is_of(content)) },
        }
    }
}
