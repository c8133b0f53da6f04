//! Permits that know their owner: one pass.
//!
//! **Rule.** At no time are more permits out than there are, where one is out from the return of its acquire
//! to the invocation of its release, and no done release comes from an owner without a permit. Unknown
//! acquires are dropped, unknown releases act at their invocation.
//!
//! **Why.** Acquires placed just before their return and releases just after their invocation make every
//! owner's count at every moment as small as any legal order can. So if these counts fit, the placement is
//! legal; if they do not, none is. It decides under the assumptions of [`tenures`](super::tenures).
//!
//! **In a stream** a release is taken for done when it is asked for. For each open release the highest count
//! since then is kept; if it is refused, its permit was out all the while, and that count was one higher.
//!
//! Source: our own argument; compared with a complete search.

use super::super::event::{Action, Event, Phase};
use super::super::names::WhoId;
use super::super::opinion::{CounterExample, Doubt, Opinion, Row, Story, Witness};
use super::flaw::{Flaw, Wrong};
use super::table::Table;
use super::tenure::worsen;
use fencepost_model::word;
use std::collections::BTreeMap;
use std::marker::PhantomData;

/// Never more permits than there are.
const CAPACITY: &str = "capacity";

#[derive(Clone, Debug, Default)]
struct Owner {
    permits: u32,
    open: u32,
    unknown: bool,
    outlived: bool,
}

/// The highest count since a release was asked for.
#[derive(Clone, Debug)]
struct Peak {
    asked: u64,
    count: u32,
    at: Option<Witness>,
}

/// The permits of one semaphore.
pub(super) struct Semaphore<F> {
    permits: u32,
    owners: Table<Owner>,
    out: u32,
    /// The last acquire of each owner that has a permit.
    holders: BTreeMap<WhoId, Witness>,
    /// Open releases that were counted as done.
    releasing: BTreeMap<WhoId, Peak>,
    /// Somebody outlived an unknown outcome: counts may be too high.
    outlived: bool,
    capacity: Opinion,
    ownership: Opinion,
    flaw: PhantomData<F>,
}

impl<F: Wrong> Semaphore<F> {
    pub fn new(permits: u32) -> Semaphore<F> {
        Semaphore {
            permits: permits + u32::from(F::has(Flaw::OnePermitTooMany)),
            owners: Table::new(),
            out: 0,
            holders: BTreeMap::new(),
            releasing: BTreeMap::new(),
            outlived: false,
            capacity: Opinion::Holds,
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
            (_, None) => {}
        }
        owner.unknown |= event.phase == Phase::Info;
        self.outlived |= owner.outlived;
        match (event.action, event.phase) {
            (Action::Acquire, Phase::Ok) => self.acquired(event),
            (Action::Release, Phase::Invoke) => self.releasing(event),
            (Action::Release, Phase::Ok) => self.released(event),
            (Action::Release, Phase::Info) => drop(self.releasing.remove(&event.who)),
            (Action::Release, Phase::Fail) if !F::has(Flaw::RefusedReleaseGivesBack) => self.refused(event),
            _ => {}
        }
    }

    fn acquired(&mut self, event: &Event) {
        self.owners.of(event.who).permits += 1;
        self.out += 1;
        let witness = Witness::of(event);
        self.holders.insert(event.who, witness);
        for peak in self.releasing.values_mut().filter(|peak| peak.count < self.out) {
            (peak.count, peak.at) = (self.out, Some(witness));
        }
        if self.out > self.permits {
            self.too_many(event, witness);
        }
    }

    fn releasing(&mut self, event: &Event) {
        let owner = self.owners.of(event.who);
        // With two releases at once the owner outlives the assumptions, and the search decides.
        if owner.permits == 0 || self.releasing.contains_key(&event.who) {
            return;
        }
        owner.permits -= 1;
        if owner.permits == 0 {
            self.holders.remove(&event.who);
        }
        self.out -= 1;
        self.releasing.insert(event.who, Peak { asked: event.stamp.n, count: self.out, at: None });
    }

    fn released(&mut self, event: &Event) {
        if self.releasing.remove(&event.who).is_some() {
            return;
        }
        if event.invoked.is_none() && self.owners.of(event.who).permits > 0 {
            // It came alone: asked for and done here.
            self.releasing(event);
            self.releasing.remove(&event.who);
            return;
        }
        if F::has(Flaw::ForgivesPermits) {
            return;
        }
        let events = Witness::invoked(event).into_iter().chain([Witness::of(event)]).collect();
        let example = CounterExample { key: event.key, story: Story::NotHeld, events };
        let opinion = if self.owners.of(event.who).outlived {
            Opinion::Unclear(Doubt::NeedsSearch(example))
        } else {
            Opinion::Violated(example)
        };
        worsen(&mut self.ownership, opinion);
    }

    /// A release that was counted as done was not: its permit was out all the while.
    fn refused(&mut self, event: &Event) {
        let Some(mine) = self.releasing.remove(&event.who) else { return };
        self.owners.of(event.who).permits += 1;
        self.out += 1;
        for peak in self.releasing.values_mut() {
            if peak.asked > mine.asked {
                peak.count += 1;
            } else if peak.count < mine.count + 1 {
                (peak.count, peak.at) = (mine.count + 1, mine.at);
            }
        }
        self.holders.insert(event.who, Witness::of(event));
        if mine.count + 1 > self.permits {
            self.too_many(event, mine.at.unwrap_or(Witness::of(event)));
        }
    }

    fn too_many(&mut self, event: &Event, last: Witness) {
        let mut events: Vec<Witness> =
            self.holders.values().filter(|holder| **holder != last).copied().collect();
        events.push(last);
        events.sort_by_key(|event| event.stamp.n);
        let story = Story::TooMany { permits: self.permits };
        let example = CounterExample { key: event.key, story, events };
        let opinion = if self.outlived {
            Opinion::Unclear(Doubt::NeedsSearch(example))
        } else {
            Opinion::Violated(example)
        };
        worsen(&mut self.capacity, opinion);
    }

    pub fn finish(self) -> Vec<Row> {
        vec![
            Row { property: CAPACITY, opinion: self.capacity },
            Row { property: word::OWNERSHIP, opinion: self.ownership },
        ]
    }
}
