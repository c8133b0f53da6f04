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
//! Each lock of a history is judged by itself. Beside that are judged what owners believed (`belief`), what the
//! resource took (`resource`), and, where the recorder tells them, what the service granted (`service`) and the
//! tokens of numbered tenures (`tokens`).

mod belief;
mod calls;
mod fencing;
pub mod flaw;
mod ownerless;
mod resource;
mod search;
mod semaphore;
mod service;
mod set_full;
mod spec;
mod table;
mod tenure;
mod tenures;
mod tokens;

use super::event::{Action, Event, Phase};
use super::names::KeyId;
use super::opinion::{Doubt, Opinion, Report, Row};
use super::{Model, Rules};
use belief::Beliefs;
use calls::Calls;
use fencepost_model::word;
use flaw::{Flaw, Sound, Wrong};
use ownerless::judge as judge_ownerless;
use resource::Resource;
use semaphore::Semaphore;
use service::Service;
use set_full::SetFull;
use std::collections::BTreeMap;
use tenures::{Kind, Tenures};
use tokens::Tokens;

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
    /// None where nothing shows when owners believed.
    beliefs: Option<Box<Beliefs<F>>>,
    service: Option<Service>,
    tokens: Tokens,
    resource: Option<Resource>,
    provider: Option<Resource>,
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
        let clock_error = rules.clock_error.filter(|_| !F::has(Flaw::TrustsClocks));
        let rules = Rules { clock_error, ..rules };
        let report = Report { rows: Vec::new(), events: 0, ended: 0, unknown: 0, refused: 0 };
        Examiner { rules, keys: BTreeMap::new(), report, last: None }
    }

    /// Takes the next event in. Events come in the order in which they happened.
    pub fn take(&mut self, event: &Event) {
        self.count(event);
        let one = self.keys.entry(event.key).or_insert_with(|| One::new(&self.rules));
        one.take(event, &self.rules);
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
        let owned = |kind| Judge::Tenures(Box::new(Tenures::new(kind, *rules)));
        let kind = kind_of(rules.model);
        let judge = match (rules.model, kind) {
            (_, Some(kind)) => owned(kind),
            (Model::Semaphore(permits), _) => Judge::Semaphore(Box::new(Semaphore::new(permits.get()))),
            (Model::SetFull, _) => Judge::Set(SetFull::default()),
            _ => Judge::Whole(Calls::default()),
        };
        let is_one_pass = matches!(judge, Judge::Tenures(_) | Judge::Semaphore(_));
        let shown = kind.filter(|_| rules.order_is_trusted);
        One {
            judge,
            beliefs: shown.map(|kind| Box::new(Beliefs::new(kind, *rules))),
            service: None,
            tokens: Tokens::default(),
            resource: None,
            provider: None,
            whole: (rules.search && is_one_pass).then(Calls::default),
        }
    }

    fn take(&mut self, event: &Event, rules: &Rules) {
        if event.tenure.is_some() {
            self.tokens.take::<F>(event);
        }
        if let Some(beliefs) = &mut self.beliefs {
            beliefs.take(event);
        }
        match event.action {
            Action::GuardedRead | Action::GuardedWrite => {
                return self.resource.get_or_insert_with(Resource::new).take::<F>(event);
            }
            Action::Charge => return self.provider.get_or_insert_with(Resource::new).take::<F>(event),
            Action::Granted | Action::GrantedShared | Action::Ended => {
                return self.service.get_or_insert_with(|| Service::new(rules)).take(event);
            }
            _ => {}
        }
        match &mut self.judge {
            Judge::Tenures(tenures) => tenures.take(event),
            Judge::Semaphore(semaphore) => semaphore.take(event),
            Judge::Whole(calls) => calls.take(event),
            Judge::Set(set) => set.take::<F>(event),
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
        let service = self.service.filter(|_| rules.model.is_exclusive());
        say(&mut rows, 0, word::EXCLUSIVE_GRANT, service.map(|service| service.finish(key)));
        if rules.model.knows_tenures() {
            let belief = self.beliefs.map_or(Opinion::NotOffered, |beliefs| beliefs.finish(last));
            say(&mut rows, 1, word::EXCLUSIVE_BELIEF, Some(belief));
        }
        let fencing = self.tokens.finish().filter(|_| kind_of(rules.model).is_some_and(|kind| kind.fenced));
        say(&mut rows, 2, word::FENCING, fencing);
        if let Some(whole) = self.whole {
            decide(rules, &mut rows, whole);
        }
        // Whoever puts rows together takes the worse of the two.
        rows.extend([self.resource, self.provider].into_iter().flatten().map(Resource::finish));
        rows
    }
}

/// Puts an opinion in the place of what was said of a property, or among the rows.
fn say(rows: &mut Vec<Row>, place: usize, property: &'static str, opinion: Option<Opinion>) {
    let Some(opinion) = opinion else { return };
    match rows.iter_mut().find(|row| row.property == property) {
        Some(row) => row.opinion = opinion,
        None => rows.insert(place.min(rows.len()), Row { property, opinion }),
    }
}

/// What kind of owned lock a model is; none where it knows no owners, or permits.
fn kind_of(model: Model) -> Option<Kind> {
    let kind = |depth, fenced, shared| Some(Kind { depth, fenced, shared });
    match model {
        Model::OwnedMutex => kind(1, false, false),
        Model::Fenced => kind(1, true, false),
        Model::Reentrant(depth) => kind(depth.get(), false, false),
        Model::ReentrantFenced(depth) => kind(depth.get(), true, false),
        Model::Rw => kind(1, false, true),
        _ => None,
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
        && rules.lease == super::Lease::Never
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
