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
//! the lease less the clock error. Where nobody knows the lease, a tenure beside an intruder is *unclear* unless
//! something done later, a release or an extension, shows that it still stood.
//!
//! Source: our own argument; Wing and Gong 1993 for the definition. Compared with a complete search by
//! `tests/history/differential.rs`.

mod clash;
mod token;

use super::super::event::{Action, Event, Phase, Stamp};
use super::super::names::WhoId;
use super::super::opinion::{Certainty, CounterExample, Doubt, Opinion, Row, Story, Witness};
use super::super::{Lease, Rules};
use super::fencing::Fencing;
use super::flaw::{Flaw, Wrong};
use super::table::Table;
use super::tenure::{End, Owner, Ran, Tenure, ran_out, renewal, worsen};
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
            // To be told of a loss is no call.
            (_, None) if event.action == Action::Lost => {}
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
        let mut tenure = Tenure {
            shared,
            count: 1,
            acquired: Witness::of(event),
            renewed: renewal::<F>(event),
            token: event.token,
            releasing: None,
            intruder: None,
            second: None,
            bad_token: None,
            late: false,
            beside: Vec::new(),
            charges: Vec::new(),
        };
        match self.ran(&tenure, event.stamp) {
            Ran::Out => return self.acquired_late(event, tenure),
            Ran::Unknown => tenure.late = true,
            Ran::On => {}
        }
        let mut place = 0;
        while let Some(who) = self.live.get(place).copied() {
            if who != event.who && self.push_aside(who, event, &mut tenure) {
                self.live.swap_remove(place);
            } else {
                place += 1;
            }
        }
        self.ended_just_before(event, shared);
        self.new_token(event, &mut tenure);
        let owner = self.owners.of(event.who);
        owner.tenure = Some(Box::new(tenure));
        owner.told = false;
        self.live.push(event.who);
    }

    /// The reply took longer than the lease. Where the lock is free when it comes, all is well; where it is
    /// not, the tenure may have been over before, and that is for somebody else to decide.
    fn acquired_late(&mut self, event: &Event, mut tenure: Tenure) {
        tenure.late = true;
        self.ended_just_before(event, tenure.shared);
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
            Some(invoked) if event.phase == Phase::Ok || F::has(Flaw::TriedIsDone) => {
                End::Released(tenure.releasing.unwrap_or(invoked))
            }
            Some(invoked) => End::Tried(tenure.releasing.unwrap_or(invoked)),
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
        // The tenure stood on, so whoever came beside it is judged anew by the longer lease.
        let (rules, asked) = (self.rules, event.invoked.unwrap_or(event.stamp));
        if matches!(rules.lease, Lease::Of(_)) {
            let renewed = tenure.renewed;
            for intruder in tenure.intruder.iter_mut().chain(&mut tenure.second) {
                intruder.ran = match ran_out(&rules, renewed, intruder.acquired.stamp) {
                    Ran::On if intruder.late => Ran::Unknown,
                    ran => ran,
                };
            }
        }
        if rules.lease != Lease::Unknown {
            return;
        }
        let (charges, beside) = (std::mem::take(&mut tenure.charges), std::mem::take(&mut tenure.beside));
        let told = tenure.clone();
        self.stood(&told.acquired, charges, &beside);
        if told.intruder.is_some_and(|intruder| intruder.acquired.stamp.n < asked.n) {
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

    /// A violation, or a case for the search where one of these owners outlived an unknown outcome.
    fn sure(&self, who: &[WhoId], example: CounterExample) -> Opinion {
        let outlived = who.iter().any(|who| self.owners.get(*who).is_some_and(|owner| owner.outlived));
        if outlived { Opinion::Unclear(Doubt::NeedsSearch(example)) } else { Opinion::Violated(example) }
    }

    fn ran(&self, tenure: &Tenure, now: Stamp) -> Ran {
        ran_out(&self.rules, tenure.renewed, now)
    }

    /// What is said in the end, one row for each property.
    pub fn finish(mut self, last: &Event) -> Vec<Row> {
        let left: Vec<Box<Tenure>> =
            self.owners.iter_mut().filter_map(|(_, owner)| owner.tenure.take()).collect();
        for tenure in left {
            // A release that never returned may have been done at once.
            let end = match tenure.releasing {
                Some(_) if F::has(Flaw::UnknownReleaseEndsNothing) => End::Silent,
                Some(stamp) if F::has(Flaw::TriedIsDone) => End::Released(stamp),
                Some(stamp) => End::Tried(stamp),
                None => End::Silent,
            };
            self.settle(last, &tenure, end);
        }
        let mut rows = vec![Row { property: word::EXCLUSIVE_GRANT, opinion: self.grant }];
        if self.kind.fenced {
            rows.push(Row { property: word::FENCING, opinion: self.fencing.finish() });
        }
        rows.push(Row { property: word::OWNERSHIP, opinion: self.ownership });
        rows
    }
}
