//! Who judges what.
//!
//! | model | rule | memory follows |
//! | --- | --- | --- |
//! | `owned-mutex`, `fenced`, `reentrant`, `reentrant-fenced`, `rw` | `tenures`: one pass | owners |
//! | `semaphore` | `semaphore`: one pass | owners |
//! | `mutex`, `ownerless-semaphore` | `ownerless`: earliest deadline | calls |
//! | `cas-register` | `search` | calls |
//! | `set-full` | `set_full`: one pass | elements |
//!
//! Each lock of a history is judged by itself. What the resource took is judged beside, by `resource`.

mod calls;
mod fencing;
pub mod flaw;
mod ownerless;
mod resource;
mod search;
mod semaphore;
mod set_full;
mod spec;
mod table;
mod tenure;
mod tenures;

use super::event::{Action, Event, Phase};
use super::names::KeyId;
use super::opinion::{Doubt, Opinion, Report, Row};
use super::{Model, Rules};
use calls::Calls;
use flaw::{Sound, Wrong};
use ownerless::judge as judge_ownerless;
use resource::Resource;
use semaphore::Semaphore;
use set_full::SetFull;
use std::collections::BTreeMap;
use tenures::{Kind, Tenures};

/// The name of the property where a model is judged as a whole.
const LINEARIZABLE: &str = "linearizable";

/// Takes the events of a history in, and judges it in the end.
///
/// The type parameter is for tests only: see [`flaw`].
pub struct Examiner<F: Wrong = Sound> {
    rules: Rules,
    keys: BTreeMap<KeyId, One<F>>,
    report: Report,
    last: Option<Event>,
}

/// One lock.
struct One<F> {
    judge: Judge<F>,
    resource: Option<Resource>,
    /// The whole history, where it may be searched.
    whole: Option<Calls>,
}

enum Judge<F> {
    Tenures(Box<Tenures<F>>),
    Semaphore(Box<Semaphore<F>>),
    Whole(Calls),
    Set(SetFull),
}

impl Examiner<Sound> {
    /// An examiner by these rules.
    pub fn new(rules: Rules) -> Examiner<Sound> {
        Examiner::flawed(rules)
    }
}

impl<F: Wrong> Examiner<F> {
    /// An examiner with the flaw of its type.
    pub fn flawed(rules: Rules) -> Examiner<F> {
        let report = Report { rows: Vec::new(), events: 0, ended: 0, unknown: 0, refused: 0 };
        Examiner { rules, keys: BTreeMap::new(), report, last: None }
    }

    /// Takes the next event in. Events come in the order in which they happened.
    pub fn take(&mut self, event: &Event) {
        self.count(event);
        let one = self.keys.entry(event.key).or_insert_with(|| One::new(&self.rules));
        one.take(event);
        if self.last.is_none() {
            self.last = Some(event.clone());
        }
    }

    fn count(&mut self, event: &Event) {
        let report = &mut self.report;
        report.events += 1;
        match event.phase {
            // It may never return: then nobody knows its outcome.
            Phase::Invoke => report.unknown += 1,
            Phase::Ok | Phase::Fail => {
                report.unknown -= u64::from(event.invoked.is_some());
                report.ended += 1;
                report.refused += u64::from(event.phase == Phase::Fail);
            }
            Phase::Info => {}
        }
    }

    /// What is said of the history.
    pub fn finish(self) -> Report {
        let Examiner { rules, keys, mut report, last } = self;
        let Some(last) = last else { return report };
        for (key, one) in keys {
            for row in one.finish(&rules, key, &last) {
                match report.rows.iter_mut().find(|known| known.property == row.property) {
                    Some(known) => tenure::worsen(&mut known.opinion, row.opinion),
                    None => report.rows.push(row),
                }
            }
        }
        report
    }
}

impl<F: Wrong> One<F> {
    fn new(rules: &Rules) -> One<F> {
        let owned = |depth, fenced, shared| {
            Judge::Tenures(Box::new(Tenures::new(Kind { depth, fenced, shared }, *rules)))
        };
        let judge = match rules.model {
            Model::OwnedMutex => owned(1, false, false),
            Model::Fenced => owned(1, true, false),
            Model::Reentrant(depth) => owned(depth.get(), false, false),
            Model::ReentrantFenced(depth) => owned(depth.get(), true, false),
            Model::Rw => owned(1, false, true),
            Model::Semaphore(permits) => Judge::Semaphore(Box::new(Semaphore::new(permits.get()))),
            Model::Mutex | Model::OwnerlessSemaphore(_) | Model::CasRegister => {
                Judge::Whole(Calls::default())
            }
            Model::SetFull => Judge::Set(SetFull::default()),
        };
        let is_one_pass = matches!(judge, Judge::Tenures(_) | Judge::Semaphore(_));
        One { judge, resource: None, whole: (rules.search && is_one_pass).then(Calls::default) }
    }

    fn take(&mut self, event: &Event) {
        if matches!(event.action, Action::GuardedRead | Action::GuardedWrite) {
            return self.resource.get_or_insert_with(Resource::new).take(event);
        }
        match &mut self.judge {
            Judge::Tenures(tenures) => tenures.take(event),
            Judge::Semaphore(semaphore) => semaphore.take(event),
            Judge::Whole(calls) => calls.take(event),
            Judge::Set(set) => set.take(event),
        }
        if let Some(whole) = &mut self.whole {
            whole.take(event);
        }
    }

    fn finish(self, rules: &Rules, key: KeyId, last: &Event) -> Vec<Row> {
        let mut rows = match self.judge {
            Judge::Tenures(tenures) => tenures.finish(last),
            Judge::Semaphore(semaphore) => semaphore.finish(),
            Judge::Whole(calls) => whole::<F>(rules, key, &calls.finish()),
            Judge::Set(set) => set.finish(key),
        };
        if let Some(whole) = self.whole {
            decide(rules, &mut rows, whole);
        }
        rows.extend(self.resource.map(Resource::finish));
        rows
    }
}

/// Judges a history that had to be kept.
fn whole<F: Wrong>(rules: &Rules, key: KeyId, calls: &[calls::Call]) -> Vec<Row> {
    let permits = match rules.model {
        Model::Mutex => 1,
        Model::OwnerlessSemaphore(permits) => permits.get(),
        _ => {
            let found = search::search(rules.model, calls, rules.budget);
            let opinion = search::opinion(key, calls, found, rules.budget);
            return vec![Row { property: LINEARIZABLE, opinion }];
        }
    };
    judge_ownerless::<F>(key, permits, calls)
}

/// Decides by a search what one pass could not. A search knows no leases and no loss, so where those may
/// explain what it does not find, the doubt stays.
fn decide(rules: &Rules, rows: &mut [Row], whole: Calls) {
    let is_open = |row: &Row| matches!(row.opinion, Opinion::Unclear(Doubt::NeedsSearch(_)));
    if !rows.iter().any(is_open) {
        return;
    }
    let calls = whole.finish();
    let found = search::search(rules.model, &calls, rules.budget);
    let other_doubts = rows.iter().any(|row| matches!(row.opinion, Opinion::Unclear(_)) && !is_open(row));
    let knows_all = !other_doubts
        && !matches!(rules.lease, super::Lease::Of(_))
        && rules.error() == 0
        && calls.iter().all(|call| call.action != Action::Lost);
    for row in rows {
        let Opinion::Unclear(Doubt::NeedsSearch(example)) = &row.opinion else { continue };
        row.opinion = match found {
            search::Found::Order => Opinion::Holds,
            search::Found::NoOrder(_) if knows_all => Opinion::Violated(example.clone()),
            search::Found::NoOrder(_) => continue,
            search::Found::Budget => Opinion::Unclear(Doubt::Budget { steps: rules.budget }),
        };
    }
}
