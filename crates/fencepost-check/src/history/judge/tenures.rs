//! Locks that know their owner: one pass, whatever the share of unknown outcomes.
//!
//! **Rule.** The *core* of a tenure runs from the return of its (outermost) acquire to the invocation of the
//! release that ends it, or for ever. An acquire of unknown outcome is dropped; a release of unknown outcome
//! ends the core at its invocation; refused calls did not happen. The history is linearizable iff cores that
//! exclude each other are disjoint, counts stay within the depth, no done release lacks a tenure, and the
//! tokens of successive tenures grow.
//!
//! **Why.** *Only if*: the lock is held from a point at or before the acquire's return to a point at or after
//! the release's invocation, so each legal hold contains its core, and holds are disjoint; tokens have to
//! follow the order of the holds, which is that of the cores. *If*: place each acquire just before its
//! return and each release just after its invocation; then the holds are the cores. Inner calls of a
//! re-entrant lock lie inside, because an owner is sequential.
//!
//! **Where it decides.** One call in flight for each owner, who is silent after an unknown outcome. *Holds* is
//! right without that, for the placement above is legal. A violation in which an owner takes part who went
//! on after an unknown outcome is answered with [`Doubt::NeedsSearch`].
//!
//! **In a stream** the outcome of a release is known after its invocation. So a tenure beside which another
//! began keeps the first such *intruder* until its own end is known: each tenure is pushed aside once, and
//! memory follows the owners.
//!
//! **Leases.** With a lease the core ends, too, at the invocation of the last done acquire or extension plus
//! the lease less the clock error. Without one, a tenure without an end beside an intruder is *unclear*.
//!
//! Source: our own argument; Wing and Gong 1993 for the definition. Compared with a complete search by
//! `tests/history/differential.rs`.

use super::super::event::{Action, Event, Phase, Stamp};
use super::super::names::WhoId;
use super::super::opinion::{Certainty, CounterExample, Doubt, Opinion, Row, Story, Witness};
use super::super::{Lease, Rules};
use super::fencing::Fencing;
use super::flaw::{Flaw, Wrong};
use super::table::Table;
use super::tenure::{End, Intruder, Owner, Ran, Tenure, ending, nearly, ran, renewal, span, within, worsen};
use fencepost_model::word;
use std::marker::PhantomData;

/// What kind of owned lock it is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Kind {
    /// How often its owner may take it.
    pub depth: u32,
    /// Whether tokens are judged.
    pub fenced: bool,
    /// Whether it can be shared.
    pub shared: bool,
}

/// The tenures of one lock.
pub(super) struct Tenures<F> {
    kind: Kind,
    rules: Rules,
    owners: Table<Owner>,
    /// Owners whose tenure stands and was not pushed aside.
    live: Vec<WhoId>,
    /// Ends within the clock error.
    recent: Vec<(Witness, bool)>,
    fencing: Fencing,
    grant: Opinion,
    belief: Opinion,
    ownership: Opinion,
    flaw: PhantomData<F>,
}

impl<F: Wrong> Tenures<F> {
    pub fn new(kind: Kind, rules: Rules) -> Tenures<F> {
        Tenures {
            kind,
            rules,
            owners: Table::new(),
            live: Vec::new(),
            recent: Vec::new(),
            fencing: Fencing::new(rules.error()),
            grant: Opinion::Holds,
            belief: Opinion::Holds,
            ownership: Opinion::Holds,
            flaw: PhantomData,
        }
    }

    pub fn take(&mut self, event: &Event) {
        let owner = self.owners.of(event.who);
        match (event.phase, event.invoked) {
            (Phase::Invoke, _) => {
                owner.outlived |= owner.open > 0 || owner.unknown;
                owner.open += 1;
            }
            (_, Some(_)) => owner.open = owner.open.saturating_sub(1),
            (_, None) => owner.outlived |= owner.open > 0 || owner.unknown,
        }
        owner.unknown |= event.phase == Phase::Info;
        match (event.action, event.phase) {
            (Action::Acquire | Action::AcquireShared, Phase::Ok) => self.acquired(event),
            (Action::Acquire, Phase::Info) if F::has(Flaw::UnknownAcquireTakes) => self.acquired(event),
            (Action::Release, Phase::Invoke) => self.releasing(event),
            (Action::Release, Phase::Ok) => self.released(event),
            (Action::Release, Phase::Info) if F::has(Flaw::UnknownReleaseEndsNothing) => self.kept(event.who),
            (Action::Release, Phase::Info) => self.released(event),
            (Action::Release, Phase::Fail) if F::has(Flaw::RefusedReleaseEnds) => self.released(event),
            (Action::Release, Phase::Fail) => self.kept(event.who),
            (Action::Extend, Phase::Ok) => self.extended(event),
            (Action::Lost, Phase::Ok) => self.lost(event),
            _ => {}
        }
    }

    fn acquired(&mut self, event: &Event) {
        if self.taken_again(event) {
            return;
        }
        let shared =
            self.kind.shared && (event.action == Action::AcquireShared) != F::has(Flaw::ModesSwapped);
        let tenure = Tenure {
            shared,
            count: 1,
            acquired: Witness::of(event),
            renewed: renewal::<F>(event),
            token: event.token,
            releasing: None,
            intruder: None,
            bad_token: None,
            late: false,
        };
        if ran(&self.rules, &tenure, event.stamp) == Ran::Out {
            return self.acquired_late(event, tenure);
        }
        let mut place = 0;
        while let Some(who) = self.live.get(place).copied() {
            if who != event.who && self.push_aside(who, event, shared) {
                self.live.swap_remove(place);
            } else {
                place += 1;
            }
        }
        self.ended_just_before(event, shared);
        self.new_token(event);
        let owner = self.owners.of(event.who);
        owner.tenure = Some(Box::new(tenure));
        owner.told = false;
        self.live.push(event.who);
    }

    /// The reply took longer than the lease. Where the lock is free when it comes, all is well; where it is
    /// not, the tenure may have been over before, and that is for somebody else to decide.
    fn acquired_late(&mut self, event: &Event, mut tenure: Tenure) {
        tenure.late = true;
        let others = self.live.iter().filter(|who| **who != event.who);
        let mut standing = others.filter_map(|who| self.owners.get(*who)?.tenure.as_ref());
        // One whose lease has run out, too, may yet be extended, and one that is being released may stay.
        let beside = standing.find(|other| !(tenure.shared && other.shared));
        if let Some(other) = beside {
            let story = Story::Overlap { certainty: Certainty::Possible, lasted: None };
            let events = vec![other.acquired, tenure.acquired];
            let doubt = Doubt::Possible(CounterExample { key: event.key, story, events });
            worsen(&mut self.grant, Opinion::Unclear(doubt));
        }
        if self.kind.fenced
            && let Some(bad) = self.fencing.next::<F>(event)
        {
            let example = bad.example(event.key);
            self.fencing.say(match bad.is_ordered {
                true => self.sure(&[event.who], example),
                false => Opinion::Unclear(Doubt::Possible(example)),
            });
        }
        self.owners.of(event.who).tenure = Some(Box::new(tenure));
        // An extension may yet prove that it stood on.
        self.live.push(event.who);
    }

    /// Whether the caller has the lock already; what that means is settled here.
    fn taken_again(&mut self, event: &Event) -> bool {
        let Some(mut tenure) = self.owners.of(event.who).tenure.take() else { return false };
        let depth = self.kind.depth + u32::from(F::has(Flaw::OneTooDeep));
        let ran = self.ran(&tenure, event.stamp);
        if tenure.count < depth && ran != Ran::Out {
            tenure.count += 1;
            tenure.renewed = renewal::<F>(event).or(tenure.renewed);
            self.inner_token(&mut tenure, event);
            self.owners.of(event.who).tenure = Some(tenure);
            return true;
        }
        self.live.retain(|who| *who != event.who);
        let again = CounterExample {
            key: event.key,
            story: Story::TakenAgain,
            events: vec![tenure.acquired, Witness::of(event)],
        };
        let opinion = match (self.rules.lease, ran) {
            (_, Ran::Out) => Opinion::Holds,
            (Lease::Unknown, _) | (_, Ran::Unknown) => Opinion::Unclear(Doubt::SilentOwner(again)),
            _ => self.sure(&[event.who], again),
        };
        worsen(&mut self.grant, opinion);
        self.settle(event, &tenure, End::Silent);
        false
    }

    /// Notes that another tenure begins beside this one; gives back whether it was pushed aside.
    fn push_aside(&mut self, who: WhoId, event: &Event, shared: bool) -> bool {
        let rules = self.rules;
        let Some(tenure) = &mut self.owners.of(who).tenure else { return true };
        if shared && tenure.shared {
            return false;
        }
        let ran = ran(&rules, tenure, event.stamp);
        // An intruder that came within the clock error proves less than a later one.
        let weak =
            |intruder: &Intruder| within(tenure.acquired.stamp, intruder.acquired.stamp, rules.error());
        if tenure.intruder.as_ref().is_none_or(weak) {
            tenure.intruder = Some(Intruder { acquired: Witness::of(event), ran });
        }
        // While it may still be improved upon, it stays where later ones can see it.
        !tenure.intruder.as_ref().is_some_and(|intruder| {
            rules.error() > 0 && within(tenure.acquired.stamp, intruder.acquired.stamp, rules.error())
        })
    }

    fn releasing(&mut self, event: &Event) {
        let Some(tenure) = &mut self.owners.of(event.who).tenure else { return };
        if tenure.count == 1 || F::has(Flaw::FreedByFirstRelease) {
            tenure.releasing = Some(event.stamp);
        }
    }

    fn kept(&mut self, who: WhoId) {
        if let Some(tenure) = &mut self.owners.of(who).tenure {
            tenure.releasing = None;
        }
    }

    fn released(&mut self, event: &Event) {
        let owner = self.owners.of(event.who);
        let Some(mut tenure) = owner.tenure.take() else {
            if event.phase == Phase::Ok && !owner.told && !F::has(Flaw::ForgivesReleases) {
                let events = Witness::invoked(event).into_iter().chain([Witness::of(event)]).collect();
                let example = CounterExample { key: event.key, story: Story::NotHeld, events };
                let opinion = self.sure(&[event.who], example);
                worsen(&mut self.ownership, opinion);
            }
            return;
        };
        if tenure.count > 1 && !F::has(Flaw::FreedByFirstRelease) {
            tenure.count -= 1;
            owner.tenure = Some(tenure);
            return;
        }
        self.live.retain(|who| *who != event.who);
        let end = match event.invoked {
            Some(_) if F::has(Flaw::EndsAtReturn) => End::Released(event.stamp),
            Some(invoked) => End::Released(tenure.releasing.unwrap_or(invoked)),
            None => End::Bare,
        };
        self.settle(event, &tenure, end);
    }

    fn extended(&mut self, event: &Event) {
        let Some(tenure) = &mut self.owners.of(event.who).tenure else {
            let events = Witness::invoked(event).into_iter().chain([Witness::of(event)]).collect();
            let example = CounterExample { key: event.key, story: Story::NotHeld, events };
            let opinion = self.sure(&[event.who], example);
            return worsen(&mut self.ownership, opinion);
        };
        if F::has(Flaw::ExtensionIgnored) {
            return;
        }
        let before = std::mem::replace(&mut tenure.renewed, renewal::<F>(event));
        tenure.renewed = tenure.renewed.max(before);
        let (rules, asked) = (self.rules, event.invoked.unwrap_or(event.stamp));
        let Some(mut intruder) = tenure.intruder else { return };
        // The tenure stood on, so the intruder is judged anew by the longer lease.
        intruder.ran = match rules.lease {
            Lease::Of(_) => ran(&rules, tenure, intruder.acquired.stamp),
            _ => intruder.ran,
        };
        tenure.intruder = Some(intruder);
        if rules.lease == Lease::Unknown && intruder.acquired.stamp.n < asked.n {
            let told = tenure.clone();
            self.settle(event, &told, End::Released(asked));
        }
    }

    fn lost(&mut self, event: &Event) {
        let owner = self.owners.of(event.who);
        owner.told = true;
        let Some(tenure) = owner.tenure.take() else { return };
        self.live.retain(|who| *who != event.who);
        self.settle(event, &tenure, End::Lost(event.stamp));
    }

    /// A tenure is over: was whoever came beside it right to come?
    fn settle(&mut self, event: &Event, tenure: &Tenure, end: End) {
        if self.rules.error() > 0 && !matches!(end, End::Silent) {
            let stamp = match end {
                End::Released(stamp) | End::Lost(stamp) => stamp,
                _ => event.stamp,
            };
            let ended = Witness { stamp, action: Action::Release, phase: Phase::Invoke, ..tenure.acquired };
            self.recent.push((ended, tenure.shared));
        }
        let clash = tenure.intruder.and_then(|intruder| self.clash(event, tenure, intruder, end));
        let Some(opinion) = clash else {
            if let Some(bad) = tenure.bad_token {
                let opinion = match tenure.late {
                    true => Opinion::Unclear(Doubt::Possible(bad.example(event.key))),
                    false => self.sure(&bad.owners(), bad.example(event.key)),
                };
                self.fencing.say(opinion);
            }
            return;
        };
        if let End::Lost(_) = end {
            return worsen(&mut self.belief, opinion);
        }
        worsen(&mut self.belief, opinion.clone());
        worsen(&mut self.grant, opinion);
    }

    /// What the end of a tenure makes of its intruder; none where there was no clash.
    fn clash(&self, event: &Event, tenure: &Tenure, intruder: Intruder, end: End) -> Option<Opinion> {
        let mut events = vec![tenure.acquired, intruder.acquired];
        let came = intruder.acquired.stamp;
        let until = match end {
            // A moment after the end by these clocks may have been a moment before it.
            End::Released(stamp) | End::Lost(stamp)
                if came.n > stamp.n && !nearly(stamp, came, self.rules.error()) =>
            {
                return None;
            }
            End::Released(_) | End::Bare | End::Silent if intruder.ran == Ran::Out => return None,
            End::Released(stamp) | End::Lost(stamp) => Some(stamp),
            End::Bare | End::Silent => None,
        };
        let lasted = until.and_then(|until| span(came.at?, until.at?));
        let error = self.rules.error();
        let certain = !within(tenure.acquired.stamp, came, error)
            && until.is_none_or(|until| !within(came, until, error));
        let certainty = if certain { Certainty::Certain } else { Certainty::Possible };
        match end {
            End::Released(stamp) => events.push(ending(tenure, stamp, Action::Release, Phase::Invoke)),
            End::Lost(stamp) => events.push(ending(tenure, stamp, Action::Lost, Phase::Ok)),
            End::Bare => events.push(ending(tenure, event.stamp, Action::Release, Phase::Ok)),
            End::Silent => {}
        }
        let example = CounterExample { key: event.key, story: Story::Overlap { certainty, lasted }, events };
        Some(match (end, self.rules.lease, intruder.ran) {
            (End::Silent, Lease::Unknown, _) | (End::Silent, _, Ran::Unknown) => {
                Opinion::Unclear(Doubt::SilentOwner(example))
            }
            (End::Bare, ..) | (End::Released(_), _, Ran::Unknown) => {
                Opinion::Unclear(Doubt::Possible(example))
            }
            _ if !certain => Opinion::Unclear(Doubt::Possible(example)),
            _ => self.sure(&[tenure.acquired.who, intruder.acquired.who], example),
        })
    }

    /// With clocks that may be off, tenures that ended a moment ago may have ended a moment later.
    fn ended_just_before(&mut self, event: &Event, shared: bool) {
        let error = self.rules.error();
        if error == 0 {
            return;
        }
        self.recent.retain(|(ended, _)| within(ended.stamp, event.stamp, error));
        let near = self.recent.iter().find(|(ended, was_shared)| {
            ended.who != event.who && !(shared && *was_shared) && nearly(ended.stamp, event.stamp, error)
        });
        let Some((ended, _)) = near else { return };
        let story = Story::Overlap { certainty: Certainty::Possible, lasted: None };
        let example = CounterExample { key: event.key, story, events: vec![*ended, Witness::of(event)] };
        let opinion = Opinion::Unclear(Doubt::Possible(example));
        worsen(&mut self.belief, opinion.clone());
        worsen(&mut self.grant, opinion);
    }

    fn new_token(&mut self, event: &Event) {
        if !self.kind.fenced {
            return;
        }
        let Some(bad) = self.fencing.next::<F>(event) else { return };
        // Two calls at once: the order of their tenures shows in the end of the earlier one.
        let earlier = bad.before;
        if bad.is_ordered && earlier.who != event.who {
            return self.fencing.say(Opinion::Violated(bad.example(event.key)));
        }
        if let Some(tenure) = &mut self.owners.of(earlier.who).tenure
            && tenure.acquired.stamp == earlier.stamp
        {
            tenure.bad_token.get_or_insert(bad);
            return;
        }
        let opinion = self.sure(&bad.owners(), bad.example(event.key));
        self.fencing.say(opinion);
    }

    fn inner_token(&mut self, tenure: &mut Tenure, event: &Event) {
        if !self.kind.fenced || event.token.is_none() {
            return;
        }
        if tenure.token.is_none() {
            tenure.token = event.token;
            return self.new_token(event);
        }
        if tenure.token != event.token && !F::has(Flaw::IgnoresSecondToken) {
            let events = vec![tenure.acquired, Witness::of(event)];
            let example = CounterExample { key: event.key, story: Story::TwoTokens, events };
            let opinion = self.sure(&[event.who], example);
            self.fencing.say(opinion);
        }
    }

    /// A violation, or a case for the search where one of these owners outlived an unknown outcome.
    fn sure(&self, who: &[WhoId], example: CounterExample) -> Opinion {
        let outlived = who.iter().any(|who| self.owners.get(*who).is_some_and(|owner| owner.outlived));
        if outlived { Opinion::Unclear(Doubt::NeedsSearch(example)) } else { Opinion::Violated(example) }
    }

    fn ran(&self, tenure: &Tenure, now: Stamp) -> Ran {
        ran(&self.rules, tenure, now)
    }

    /// What is said in the end, one row for each property.
    pub fn finish(mut self, last: &Event) -> Vec<Row> {
        let left: Vec<Box<Tenure>> =
            self.owners.iter_mut().filter_map(|(_, owner)| owner.tenure.take()).collect();
        for tenure in left {
            // A release that never returned may have been done at once.
            let end = match tenure.releasing {
                Some(_) if F::has(Flaw::UnknownReleaseEndsNothing) => End::Silent,
                Some(stamp) => End::Released(stamp),
                None => End::Silent,
            };
            self.settle(last, &tenure, end);
        }
        let belief = if self.rules.order_is_trusted { self.belief } else { Opinion::NotOffered };
        let mut rows = vec![
            Row { property: word::EXCLUSIVE_GRANT, opinion: self.grant },
            Row { property: word::EXCLUSIVE_BELIEF, opinion: belief },
        ];
        if self.kind.fenced {
            rows.push(Row { property: word::FENCING, opinion: self.fencing.finish() });
        }
        rows.push(Row { property: word::OWNERSHIP, opinion: self.ownership });
        rows
    }
}
