//! The algorithm.

use super::asking::ask_all;
use super::commands::{Count, Vote};
use super::{Defect, RedlockSettings};
use crate::stores::Purpose;
use crate::stores::kv::{CleanUp, Command, Entry, KeyValue};
use fencepost_lock::{Acquired, Ask, Env, Extended, Grant, Lease, Lock, Released, Status};
use fencepost_model::{Datum, Mono, Refusal, Slot, Span};
use std::cell::Cell;
use std::rc::Rc;
use std::sync::Arc;

/// The lock on independent nodes: the same fresh random value under the same key on a majority of them.
///
/// Source: the section on Redlock of the Redis page on distributed locks. Its steps ask the nodes one after
/// the other, and it recommends to ask them at the same time; so that is a setting. The page waits for all
/// answers before it counts them, and so does this.
#[derive(Clone)]
pub struct RedlockLock<E, P> {
    env: E,
    nodes: Rc<[P]>,
    settings: Rc<RedlockSettings>,
}

/// What a client remembers of a tenure.
pub struct Proof {
    entry: Entry,
    /// What each node has of it, as far as is known here.
    kept: Vec<Kept>,
    /// How often it was extended.
    extended: Cell<u64>,
}

/// What a node has of a tenure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kept {
    /// The key: it said so.
    Key,
    /// Nothing: it refused, or could not be asked.
    Nothing,
    /// It did not answer the acquire, which was sent at this time and may still be under way.
    Perhaps(Mono),
}

/// What became of an acquire at one node. Unless it is settled, dropping it undoes that.
struct Ballot<E: Env, P: KeyValue> {
    vote: Vote,
    sent_at: Mono,
    clean_up: CleanUp<E, P>,
}

impl<E: Env, P: KeyValue> RedlockLock<E, P> {
    /// The lock's code for one client process, with a port for each node.
    pub fn new(env: E, nodes: Vec<P>, settings: RedlockSettings) -> RedlockLock<E, P> {
        RedlockLock { env, nodes: nodes.into(), settings: Rc::new(settings) }
    }

    /// Sends a node a command, and waits for its vote only as long as one node is worth.
    async fn vote(&self, node: &P, purpose: Purpose, command: Command) -> Vote {
        let until = self.env.mono() + self.settings.node_timeout;
        Vote::of(node.run(purpose, command, until).await)
    }

    /// Watches over an entry that a command of `sent_at` may set at a node.
    fn clean_up(&self, node: &P, entry: &Entry, sent_at: Mono) -> CleanUp<E, P> {
        CleanUp::of(&self.env, node, entry.remove(), sent_at, self.settings.pace())
    }

    /// Asks one node for the lock.
    async fn cast_vote(&self, node: &P, entry: &Entry) -> Ballot<E, P> {
        let sent_at = self.env.mono();
        let mut clean_up = self.clean_up(node, entry, sent_at);
        let vote = self.vote(node, Purpose::Acquire, entry.set(Some(self.settings.ttl))).await;
        match vote {
            Vote::Yes | Vote::No => clean_up.answered(),
            Vote::Silent => {}
            Vote::Unasked => clean_up.forget(),
        }
        Ballot { vote, sent_at, clean_up }
    }

    /// One try, under a value of its own: the clean-up of one that came to nothing may not remove what the
    /// next one sets. An error: it was not won, or not soon enough, and is being undone on all nodes, those
    /// that did not answer and those that refused included.
    async fn try_acquire(&self, key: &Arc<str>) -> Result<Grant<Proof>, Count> {
        let entry = Entry { key: key.clone(), value: Datum::Opaque(self.env.random()) };
        let began = self.env.mono();
        let questions = self.nodes.iter().map(|node| self.cast_vote(node, &entry));
        let ballots = ask_all(self.settings.asks, questions).await;
        let count = Count::of(ballots.iter().map(|ballot| ballot.vote));
        if count.wins(&self.settings)
            && let Some(until) = self.valid_until(began)
        {
            return Ok(grant(entry, ballots, until));
        }
        if self.settings.has(Defect::AcquireNoRollback) {
            ballots.into_iter().for_each(|ballot| ballot.clean_up.settled());
        }
        Err(count)
    }

    /// The deadline of what was asked for from `began` on; none where it is over already. What the asking
    /// took is spent: the first key may have been set right at its beginning.
    fn valid_until(&self, began: Mono) -> Option<Mono> {
        let now = self.env.mono();
        let counts_from = if self.settings.has(Defect::TtlFromResponse) { now } else { began };
        let until = counts_from + self.settings.validity();
        (now < until).then_some(until)
    }

    /// When to try again after a try of `began`: after a pause that is drawn, so that contenders which split
    /// the nodes do not do so again.
    fn next_try(&self, began: Mono) -> Mono {
        if self.settings.has(Defect::SynchronisedRetryLivelock) {
            return began + self.settings.retry_max;
        }
        self.env.mono() + self.pause()
    }

    fn pause(&self) -> Span {
        self.env.random_span(self.settings.retry_min, self.settings.retry_max)
    }

    /// Gives a node its key back. What it says of a key that it may yet be given says nothing.
    async fn give_back(&self, node: &P, entry: &Entry, kept: Kept) -> Vote {
        let sent_at = if let Kept::Perhaps(sent_at) = kept { sent_at } else { self.env.mono() };
        let mut clean_up = self.clean_up(node, entry, sent_at);
        match kept {
            Kept::Key => clean_up.answered(),
            Kept::Nothing => clean_up.forget(),
            Kept::Perhaps(_) => {}
        }
        let vote = self.vote(node, Purpose::Release, entry.remove()).await;
        match (kept, vote) {
            (Kept::Perhaps(_), _) => Vote::Silent,
            (_, Vote::Yes | Vote::No) => {
                clean_up.settled();
                vote
            }
            (_, vote) => vote,
        }
    }

    /// `extend-failure-releases`: takes an extension that failed for an acquire that failed.
    fn undo(&self, proof: &Proof) {
        for node in &*self.nodes {
            self.clean_up(node, &proof.entry, self.env.mono()).answered();
        }
    }
}

fn grant<E: Env, P: KeyValue>(entry: Entry, ballots: Vec<Ballot<E, P>>, until: Mono) -> Grant<Proof> {
    let settle = |ballot: Ballot<E, P>| {
        ballot.clean_up.settled();
        match ballot.vote {
            Vote::Yes => Kept::Key,
            Vote::No | Vote::Unasked => Kept::Nothing,
            Vote::Silent => Kept::Perhaps(ballot.sent_at),
        }
    };
    let kept = ballots.into_iter().map(settle).collect();
    let proof = Proof { entry, kept, extended: Cell::new(0) };
    Grant { proof, lease: Lease::until(Some(until)), token: None, slot: Slot(0) }
}

impl<E: Env, P: KeyValue> Lock for RedlockLock<E, P> {
    type Proof = Proof;

    async fn acquire(&self, ask: Ask) -> Acquired<Proof> {
        loop {
            let began = self.env.mono();
            let count = match self.try_acquire(&ask.name).await {
                Ok(grant) => return Acquired::Granted(grant),
                Err(count) => count,
            };
            let next = self.next_try(began);
            if next >= ask.wait_until {
                return match count {
                    count if count.is_unasked(&self.settings) => Acquired::Refused(Refusal::Unreachable),
                    count if count.may_be_majority(&self.settings) => Acquired::Unknown,
                    _ => Acquired::Refused(Refusal::NoMajority),
                };
            }
            self.env.sleep_until(next).await;
        }
    }

    async fn extend(&self, proof: &Proof) -> Extended {
        if proof.extended.get() >= self.settings.extensions {
            return Extended::Unreachable;
        }
        let began = self.env.mono();
        let keep = || proof.entry.keep(self.settings.ttl);
        let questions = self.nodes.iter().map(|node| self.vote(node, Purpose::Extend, keep()));
        let votes = ask_all(self.settings.asks, questions).await;
        let count = Count::of(votes.iter().copied());
        if self.settings.has(Defect::ExtendFailureReleases) && count.yes + count.no < self.settings.nodes {
            self.undo(proof);
            return Extended::Unknown;
        }
        if count.wins(&self.settings)
            && let Some(until) = self.valid_until(began)
        {
            proof.extended.set(proof.extended.get() + 1);
            return Extended::Until(Some(until));
        }
        // A node that did not answer the acquire may yet be given the key: that it has none means nothing.
        let told = votes.iter().zip(&proof.kept).map(|(vote, kept)| match (vote, kept) {
            (Vote::No, Kept::Perhaps(_)) => Vote::Silent,
            _ => *vote,
        });
        match Count::of(told) {
            count if count.is_denied(&self.settings) => Extended::NotHeld,
            count if count.is_unasked(&self.settings) => Extended::Unreachable,
            _ => Extended::Unknown,
        }
    }

    async fn release(&self, proof: &Proof) -> Released {
        let nodes = self.nodes.iter().zip(&proof.kept);
        let questions = nodes.map(|(node, kept)| self.give_back(node, &proof.entry, *kept));
        match Count::of(ask_all(self.settings.asks, questions).await) {
            count if count.is_majority(&self.settings) => Released::Released,
            count if count.is_denied(&self.settings) => Released::NotHeld,
            count if count.is_unasked(&self.settings) => Released::Unreachable,
            _ => Released::Unknown,
        }
    }

    /// The page has no such question, and answers of several nodes at several times do not say who holds.
    async fn status(&self, _name: Arc<str>, _proof: Option<&Proof>) -> Status {
        Status::Unknown
    }
}
