//! The algorithm.

use super::vote::{Answers, Name, Votes};
use super::{NaiveSettings, Write};
use crate::stores::Purpose;
use crate::stores::kv::{Answer, KeyValue};
use fencepost_lock::{Acquired, Ask, Env, Extended, Grant, Lease, Lock, Released, Status};
use fencepost_model::{Datum, Refusal, Slot, Span};
use std::rc::Rc;
use std::sync::Arc;

/// The lock on a majority of names.
///
/// It is what one comes up with from the rule that two majorities share a node, and nothing more: a name is
/// put on the nodes, whoever has more than half of them has the lock, and a release removes the name.
pub struct NaiveLock<E, P> {
    pub(super) env: E,
    pub(super) nodes: Rc<[P]>,
    pub(super) settings: Rc<NaiveSettings>,
}

impl<E: Clone, P> Clone for NaiveLock<E, P> {
    fn clone(&self) -> Self {
        let (nodes, settings) = (self.nodes.clone(), self.settings.clone());
        NaiveLock { env: self.env.clone(), nodes, settings }
    }
}

/// What a client remembers of a tenure.
pub struct Proof {
    name: Name,
}

impl<E: Env, P: KeyValue> NaiveLock<E, P> {
    /// The lock's code for one client process.
    pub fn new(env: E, nodes: Vec<P>, settings: NaiveSettings) -> NaiveLock<E, P> {
        NaiveLock { env, nodes: nodes.into(), settings: Rc::new(settings) }
    }

    /// Sets the name where there is none. Whether a majority has it, or why not.
    async fn set_where_absent(&self, name: &Name) -> Result<(), Refusal> {
        let answers = self.ask_all(Purpose::Acquire, name.set_if_absent()).await;
        if answers.count(Answer::Ok) >= self.settings.majority() { Ok(()) } else { Err(too_few(&answers)) }
    }

    /// Looks whether anybody has a majority; if not, writes the own name everywhere, and reads it back.
    /// Between the look and the write, and between the write and the reading of others, there is time.
    async fn write_and_read_back(&self, name: &Name) -> Result<(), Refusal> {
        let majority = self.settings.majority();
        let before = self.ask_all(Purpose::Acquire, name.read()).await;
        if before.heard() < majority {
            return Err(Refusal::NoMajority);
        }
        if before.elected(majority).is_some_and(|elected| elected != name.value) {
            return Err(Refusal::Held);
        }
        self.ask_all(Purpose::Acquire, name.write_over()).await;
        let after = self.ask_all(Purpose::Acquire, name.read()).await;
        if after.elected(majority) == Some(name.value) { Ok(()) } else { Err(too_few(&after)) }
    }

    async fn vote(&self, name: &Name) -> Result<(), Refusal> {
        match self.settings.write {
            Write::IfAbsent => self.set_where_absent(name).await,
            Write::ReadBack => self.write_and_read_back(name).await,
        }
    }

    /// A pause between two tries, drawn so that contenders do not stay in step.
    fn pause(&self) -> Span {
        self.env.random_span(self.settings.retry_min, self.settings.retry_max)
    }
}

/// Votes of others are no proof that one of them has a majority.
fn too_few(answers: &Answers) -> Refusal {
    if answers.are_all_refused() { Refusal::Unreachable } else { Refusal::NoMajority }
}

impl<E: Env, P: KeyValue> Lock for NaiveLock<E, P> {
    type Proof = Proof;

    async fn acquire(&self, ask: Ask) -> Acquired<Proof> {
        let fresh = || Name { key: ask.name.clone(), value: Datum::Opaque(self.env.random()) };
        let mut name = fresh();
        loop {
            let votes = Votes::of(self, &name);
            let refusal = match self.vote(&name).await {
                Ok(()) => {
                    votes.settled();
                    let lease = Lease::until(None);
                    return Acquired::Granted(Grant {
                        proof: Proof { name },
                        lease,
                        token: None,
                        slot: Slot(0),
                    });
                }
                Err(refusal) => refusal,
            };
            if self.settings.undo {
                self.remove(&name).await;
            }
            votes.settled();
            let next = self.env.mono() + self.pause();
            if next >= ask.wait_until {
                return Acquired::Refused(refusal);
            }
            self.env.sleep_until(next).await;
            if self.settings.fresh_name {
                name = fresh();
            }
        }
    }

    async fn extend(&self, _proof: &Proof) -> Extended {
        Extended::Until(None)
    }

    async fn release(&self, proof: &Proof) -> Released {
        let majority = self.settings.majority();
        let answers = self.remove(&proof.name).await;
        match (answers.count(Answer::Integer(1)), answers.count(Answer::Integer(0))) {
            (removed, _) if removed >= majority => Released::Released,
            (_, absent) if absent >= majority => Released::NotHeld,
            _ if answers.are_all_refused() => Released::Unreachable,
            _ => Released::Unknown,
        }
    }

    async fn status(&self, name: Arc<str>, proof: Option<&Proof>) -> Status {
        let majority = self.settings.majority();
        let asked = Name { key: name, value: Datum::Opaque(0) };
        let answers = self.ask_all(Purpose::Status, asked.read()).await;
        match answers.elected(majority) {
            Some(elected) => Status::Held { by_me: proof.is_some_and(|proof| proof.name.value == elected) },
            None if answers.count(Answer::Nil) >= majority => Status::Free,
            None => Status::Unknown,
        }
    }
}
