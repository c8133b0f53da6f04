//! A proposal: the right to write is asked for under a ballot, and then used once.

use super::QuorumLock;
use super::round::{Failure, Persistence, Seen};
use crate::stores::Purpose;
use crate::stores::register::{Ballot, Registers, Request, Version};
use fencepost_lock::Env;
use fencepost_model::Datum;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;

/// What one acquire has put into the register, or may have: the same for its extensions and its release.
pub(super) struct Claim {
    pub key: Arc<str>,
    /// The contents of its proposals. A new one wherever somebody else's version lies between.
    contents: RefCell<Vec<Datum>>,
    /// The largest number of a version that it has proposed.
    number: Cell<u64>,
}

impl Claim {
    pub fn of(key: Arc<str>) -> Rc<Claim> {
        Rc::new(Claim { key, contents: RefCell::new(Vec::new()), number: Cell::new(0) })
    }

    /// Whether this content is of this claim.
    pub fn is_mine(&self, content: Option<Datum>) -> bool {
        content.is_some_and(|content| self.contents.borrow().contains(&content))
    }

    /// A version on top of another. No two of a claim bear the same number: whoever has seen one for a whole
    /// lease may not have seen the other.
    pub fn on_top_of(&self, version: Version, content: Option<Datum>) -> Version {
        self.number.set(version.number.max(self.number.get()) + 1);
        Version { number: self.number.get(), content }
    }
}

/// A ballot for which a majority has promised, and what it has told of the register.
pub(super) struct Promised {
    pub ballot: Ballot,
    pub seen: Seen,
}

/// What became of a claim that was given up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum GivenUp {
    /// A majority had it, and has an empty register now.
    Released,
    /// A majority does not have it.
    NotHeld,
}

impl<E: Env, P: Registers> QuorumLock<E, P> {
    /// Notes the number of somebody's ballot.
    pub(super) fn heard_of(&self, ballot: Ballot) {
        self.largest_number.set(self.largest_number.get().max(ballot.number));
    }

    /// A content that nobody else has, for a claim whose last one is not what it builds on.
    pub(super) fn fresh_content(&self, claim: &Claim) -> Datum {
        let content = Datum::Opaque(self.env.random());
        claim.contents.borrow_mut().push(content);
        content
    }

    /// The first phase: a majority promises to accept nothing under a smaller ballot, and tells what it has.
    pub(super) async fn prepare(
        &self,
        purpose: Purpose,
        key: &Arc<str>,
        enough: impl Fn(&Seen) -> bool,
    ) -> Result<Promised, Failure> {
        let ballot = Ballot { number: self.largest_number.get() + 1, by: self.env.random() };
        self.heard_of(ballot);
        let seen = self.see(purpose, Request::Prepare { key: key.clone(), ballot }, enough).await?;
        Ok(Promised { ballot, seen })
    }

    /// The second phase: a majority accepts.
    pub(super) async fn propose(
        &self,
        purpose: Purpose,
        key: &Arc<str>,
        ballot: Ballot,
        version: Version,
        persistence: Persistence,
    ) -> Result<(), Failure> {
        let request = Request::Accept { key: key.clone(), ballot, version };
        self.have_accepted(purpose, request, persistence).await
    }

    /// Gives a claim up: where the newest version is its own, an empty one follows. Where it is another's,
    /// that one is proposed again, so that a majority has it, and no node is left with what is ours. Goes on
    /// in the background until each node has answered.
    pub(super) async fn give_up(&self, claim: &Claim, outdated: &Rc<Cell<bool>>) -> Result<GivenUp, Failure> {
        let majority = self.settings.majority();
        let agree = |seen: &Seen| seen.count(|content| content == seen.version().content) >= majority;
        let none_mine = |seen: &Seen| seen.count(|content| claim.is_mine(content)) == 0;
        let clear = |seen: &Seen| none_mine(seen) || agree(seen);
        let Promised { ballot, seen } = self.prepare(Purpose::Release, &claim.key, clear).await?;
        let newest = seen.version();
        let is_mine = claim.is_mine(newest.content);
        let version = match newest.content {
            Some(_) if !is_mine => newest,
            _ => claim.on_top_of(newest, None),
        };
        let persistence = Persistence::UntilAnswered(outdated.clone());
        self.propose(Purpose::Release, &claim.key, ballot, version, persistence).await?;
        let was_held = is_mine && agree(&seen);
        Ok(if was_held { GivenUp::Released } else { GivenUp::NotHeld })
    }
}
