//! Two thought they had it.
//!
//! **Rule.** A belief runs from the return of a done acquire to the first of: its release is asked for, its
//! owner is told of the loss. Two beliefs that exclude each other do not overlap. An unknown acquire opens
//! no belief, and whether a release was done is nothing to it.
//!
//! **What a history may not tell** is a deadline that passed: an owner that obeys one believes no more, and
//! logs nothing. So an overlap is *unclear* where the first lease had run out, where its release was not done
//! and nobody knows the lease, and where its owner fell silent, for it may have died. A history in which the
//! service tells what it granted comes from a recorder that saw everything: there no line means no end.
//!
//! One pass; memory follows the owners.

use super::super::event::{Action, Event, Phase, Stamp};
use super::super::names::WhoId;
use super::super::opinion::{Certainty, CounterExample, Doubt, Opinion, Story, Witness};
use super::super::{Lease, Rules};
use super::flaw::{Flaw, Wrong};
use super::tenure::{Intruder, Ran, ending, nearly, ran_out, renewal, span, within, worsen};
use super::tenures::Kind;
use std::collections::BTreeMap;
use std::marker::PhantomData;

/// The beliefs in one lock.
pub(super) struct Beliefs<F> {
    kind: Kind,
    rules: Rules,
    believers: BTreeMap<WhoId, Belief>,
    /// Who believes, and has no intruder yet.
    live: Vec<WhoId>,
    /// Beliefs that ended within the clock error.
    recent: Vec<Belief>,
    /// Whether every end of a belief has its line.
    is_complete: bool,
    opinion: Opinion,
    flaw: PhantomData<F>,
}

#[derive(Clone, Copy, Debug)]
struct Belief {
    shared: bool,
    count: u32,
    acquired: Witness,
    renewed: Option<i64>,
    /// Where its release was asked for, or its loss told.
    ended: Option<(Stamp, Action)>,
    intruder: Option<Intruder>,
}

/// How the end of a belief is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum How {
    /// The loss was told, or the release was done: until then there was something to believe in.
    Sure,
    /// The release was refused, or nobody knows.
    Tried,
    /// Only that the release was done has a line, not when it was asked for.
    Bare,
    /// Nothing came any more.
    Silent,
}

impl<F: Wrong> Beliefs<F> {
    pub fn new(kind: Kind, rules: Rules) -> Beliefs<F> {
        Beliefs {
            kind,
            rules,
            believers: BTreeMap::new(),
            live: Vec::new(),
            recent: Vec::new(),
            is_complete: false,
            opinion: Opinion::Holds,
            flaw: PhantomData,
        }
    }

    pub fn take(&mut self, event: &Event) {
        match (event.action, event.phase) {
            (Action::Granted | Action::GrantedShared, _) => self.is_complete = true,
            (Action::Acquire | Action::AcquireShared, Phase::Ok) => self.begins(event),
            (Action::Extend, Phase::Ok) => {
                if let Some(belief) = self.believers.get_mut(&event.who) {
                    belief.renewed = belief.renewed.max(renewal::<F>(event));
                }
            }
            (Action::Release, Phase::Invoke) => {
                if let Some(belief) = self.believers.get_mut(&event.who)
                    && belief.count == 1
                    && !F::has(Flaw::BelievesPastRelease)
                {
                    belief.ended = Some((event.stamp, Action::Release));
                }
            }
            (Action::Release, Phase::Ok | Phase::Info | Phase::Fail) => self.released(event),
            (Action::Lost, Phase::Ok) => {
                if let Some(belief) = self.believers.get_mut(&event.who)
                    && belief.ended.is_none()
                {
                    belief.ended = Some((event.stamp, Action::Lost));
                    self.over(event.who, event, How::Sure);
                }
            }
            _ => {}
        }
    }

    fn begins(&mut self, event: &Event) {
        if let Some(belief) = self.believers.get_mut(&event.who) {
            if belief.count < self.kind.depth && belief.ended.is_none() {
                belief.count += 1;
                belief.renewed = renewal::<F>(event).or(belief.renewed);
                return;
            }
            self.over(event.who, event, How::Silent);
        }
        let shared = self.kind.shared && event.action == Action::AcquireShared;
        let new = Belief {
            shared,
            count: 1,
            acquired: Witness::of(event),
            renewed: renewal::<F>(event),
            ended: None,
            intruder: None,
        };
        let is_late = ran_out(&self.rules, new.renewed, event.stamp) != Ran::On;
        let mut place = 0;
        while let Some(who) = self.live.get(place).copied() {
            let Some(belief) = self.believers.get_mut(&who) else { continue };
            if meets(belief, &new, self.rules.error()) {
                let ran = ran_out(&self.rules, belief.renewed, event.stamp);
                belief.intruder =
                    Some(Intruder { acquired: new.acquired, ran, late: is_late, is_later: !is_late });
                self.live.swap_remove(place);
            } else {
                place += 1;
            }
        }
        let error = self.rules.error();
        self.recent.retain(|belief| belief.ended.is_some_and(|(ended, _)| nearly(ended, event.stamp, error)));
        for mut belief in std::mem::take(&mut self.recent) {
            if belief.acquired.who != event.who && meets(&belief, &new, error) {
                let acquired = new.acquired;
                belief.intruder = Some(Intruder { acquired, ran: Ran::On, late: false, is_later: true });
                self.settle(&belief, event, How::Sure);
            }
            belief.intruder = None;
            self.recent.push(belief);
        }
        self.believers.insert(event.who, new);
        self.live.push(event.who);
    }

    fn released(&mut self, event: &Event) {
        let Some(belief) = self.believers.get_mut(&event.who) else { return };
        if belief.count > 1 {
            belief.count -= u32::from(event.phase != Phase::Fail);
            return;
        }
        let how = match (event.phase, event.invoked) {
            (Phase::Ok, None) => How::Bare,
            (Phase::Ok, Some(_)) => How::Sure,
            _ => How::Tried,
        };
        self.over(event.who, event, how);
    }

    fn over(&mut self, who: WhoId, event: &Event, how: How) {
        let Some(belief) = self.believers.remove(&who) else { return };
        self.live.retain(|live| *live != who);
        self.settle(&belief, event, how);
        if self.rules.error() > 0 && belief.ended.is_some() {
            self.recent.push(belief);
        }
    }

    /// A belief is over: did the one that began beside it begin before the end?
    fn settle(&mut self, belief: &Belief, event: &Event, how: How) {
        let Some(intruder) = belief.intruder else { return };
        let (came, error) = (intruder.acquired.stamp, self.rules.error());
        let until = belief.ended.map(|(until, _)| until);
        if until.is_some_and(|until| came.n > until.n && !nearly(until, came, error)) {
            return;
        }
        let certain = !within(belief.acquired.stamp, came, error)
            && until.is_none_or(|until| !within(came, until, error));
        let certainty = if certain && how != How::Bare { Certainty::Certain } else { Certainty::Possible };
        let lasted = until.and_then(|until| span(came.at?, until.at?));
        let mut events = vec![belief.acquired, intruder.acquired];
        let end = match (how, belief.ended) {
            (How::Bare, _) => Some((event.stamp, Action::Release, Phase::Ok)),
            (_, Some((stamp, Action::Lost))) => Some((stamp, Action::Lost, Phase::Ok)),
            (_, Some((stamp, action))) => Some((stamp, action, Phase::Invoke)),
            (_, None) => None,
        };
        events.extend(end.map(|(stamp, action, phase)| ending(belief.acquired.who, stamp, action, phase)));
        let story = Story::Overlap { certainty, lasted };
        let example = CounterExample { key: event.key, story, events };
        let may_have_known = match (how, belief.ended) {
            _ if self.is_complete => false,
            _ if !intruder.is_later => true,
            (How::Silent, _) => true,
            (How::Bare, _) | (How::Sure, Some((_, Action::Lost))) => false,
            (How::Sure, _) => intruder.ran != Ran::On,
            (How::Tried, _) => intruder.ran != Ran::On || self.rules.lease == Lease::Unknown,
        };
        let opinion = if may_have_known && !F::has(Flaw::BelievesPastLease) {
            Opinion::Unclear(Doubt::SilentOwner(example))
        } else if certainty == Certainty::Possible {
            Opinion::Unclear(Doubt::Possible(example))
        } else {
            Opinion::Violated(example)
        };
        worsen(&mut self.opinion, opinion);
    }

    /// What is said in the end.
    pub fn finish(mut self, last: &Event) -> Opinion {
        for (_, belief) in std::mem::take(&mut self.believers) {
            let how = if belief.ended.is_some() { How::Tried } else { How::Silent };
            self.settle(&belief, last, how);
        }
        self.opinion
    }
}

/// Whether a new belief excludes an older one that has not ended for certain.
fn meets(belief: &Belief, new: &Belief, error: i64) -> bool {
    let is_over = belief.ended.is_some_and(|(ended, _)| !nearly(ended, new.acquired.stamp, error));
    !(is_over || belief.shared && new.shared)
}
