//! One round: every node is asked the same, and a majority of the answers is enough.

use super::QuorumLock;
use crate::stores::Purpose;
use crate::stores::register::{Accepted, Answer, Registers, Request, Version};
use fencepost_lock::{Env, Receiver, Reply, channel};
use fencepost_model::Datum;
use std::cell::Cell;
use std::rc::Rc;

/// Why a round came to nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Failure {
    /// Somebody else's ballot was larger.
    Outbid,
    /// Too few nodes answered.
    Silent,
}

/// A register into which nothing was ever written.
pub(super) const NOTHING: Version = Version { number: 0, content: None };

/// What nodes said that they have accepted.
#[derive(Clone, Debug, Default)]
pub(super) struct Seen {
    answers: Vec<Option<Accepted>>,
}

impl Seen {
    /// How many nodes answered.
    pub fn answers(&self) -> usize {
        self.answers.len()
    }

    /// What was accepted under the largest ballot.
    pub fn highest(&self) -> Option<Accepted> {
        self.answers.iter().flatten().max_by_key(|accepted| accepted.ballot).copied()
    }

    /// The version that the next one has to be made on top of.
    pub fn version(&self) -> Version {
        self.highest().map_or(NOTHING, |accepted| accepted.version)
    }

    /// How many nodes have something of which this is so, or nothing.
    pub fn count(&self, is_so: impl Fn(Option<Datum>) -> bool) -> usize {
        let content = |answer: &Option<Accepted>| answer.and_then(|accepted| accepted.version.content);
        self.answers.iter().filter(|answer| is_so(content(answer))).count()
    }

    /// How many nodes have exactly this version.
    pub fn showing(&self, version: Version) -> usize {
        let shows = |answer: &&Accepted| answer.version == version;
        self.answers.iter().flatten().filter(shows).count()
    }
}

/// How long the requests of a round go on.
#[derive(Clone)]
pub(super) enum Persistence {
    /// Until the time-out of a request.
    Once,
    /// Until each node has answered, or this says that the round is out of date.
    UntilAnswered(Rc<Cell<bool>>),
}

impl<E: Env, P: Registers> QuorumLock<E, P> {
    /// Asks every node. Answers come in the order of their arrival, and requests go on although nobody waits
    /// for them any more: what is cut off costs a connection, and a node that lags would never catch up.
    fn ask_all(
        &self,
        purpose: Purpose,
        request: &Request,
        persistence: &Persistence,
    ) -> Receiver<Reply<Answer>> {
        let (answers, receiver) = channel();
        for node in self.nodes.iter() {
            let (lock, node, answers) = (self.clone(), node.clone(), answers.clone());
            let (request, persistence) = (request.clone(), persistence.clone());
            self.env.spawn(async move {
                loop {
                    let began = lock.env.mono();
                    let until = began + lock.settings.command_timeout;
                    let reply = node.run(purpose, request.clone(), until).await;
                    answers.send(reply);
                    let Persistence::UntilAnswered(outdated) = &persistence else { return };
                    if matches!(reply, Reply::Done(_)) || outdated.get() {
                        return;
                    }
                    lock.env.sleep_until(until).await;
                    if outdated.get() {
                        return;
                    }
                }
            });
        }
        receiver
    }

    /// Asks every node for its state, by a read or a prepare. Waits for a majority, and on until what was
    /// seen is `enough` or every node has had its time.
    pub(super) async fn see(
        &self,
        purpose: Purpose,
        request: Request,
        enough: impl Fn(&Seen) -> bool,
    ) -> Result<Seen, Failure> {
        let mut answers = self.ask_all(purpose, &request, &Persistence::Once);
        let (mut seen, mut outbid, mut silent) = (Seen::default(), 0, 0);
        while seen.answers() + outbid + silent < self.nodes.len() {
            match answers.receive().await {
                Some(Reply::Done(Answer::State(accepted))) => {
                    accepted.iter().for_each(|accepted| self.heard_of(accepted.ballot));
                    seen.answers.push(accepted);
                }
                Some(Reply::Done(Answer::Outbid(by))) => {
                    self.heard_of(by);
                    outbid += 1;
                }
                _ => silent += 1,
            }
            if seen.answers() >= self.settings.majority() && enough(&seen) {
                return Ok(seen);
            }
            if outbid + silent > self.nodes.len() - self.settings.majority() {
                return Err(if outbid > 0 { Failure::Outbid } else { Failure::Silent });
            }
        }
        Ok(seen)
    }

    /// Sends an accept to every node, and waits for a majority to have accepted.
    pub(super) async fn have_accepted(
        &self,
        purpose: Purpose,
        request: Request,
        persistence: Persistence,
    ) -> Result<(), Failure> {
        let mut answers = self.ask_all(purpose, &request, &persistence);
        let (mut accepted, mut outbid, mut silent) = (0, 0, 0);
        loop {
            match answers.receive().await {
                Some(Reply::Done(Answer::Accepted)) => accepted += 1,
                Some(Reply::Done(Answer::Outbid(by))) => {
                    self.heard_of(by);
                    outbid += 1;
                }
                _ => silent += 1,
            }
            if accepted >= self.settings.majority() {
                return Ok(());
            }
            if outbid + silent > self.nodes.len() - self.settings.majority() {
                return Err(if outbid > 0 { Failure::Outbid } else { Failure::Silent });
            }
        }
    }
}
