//! Teeth: whether a search finds what is known to be wrong.
//!
//! Every defect of every lock is switched on in some scenario that ships, beside a twin without it. A strategy
//! has *bitten* where the planted variant breaks something inside its claims, or a property that the scenario
//! names for it and not for its twin. Whatever breaks unexpectedly in a twin is a *false alarm*.

use crate::search::{
    Break, Field, Random, SearchOptions, SearchProgress, Strategy, Systematic, SystematicOptions, search,
};
use crate::{Catalogue, Refused, Request, Selection, Shelf, StandingKind, Stop};
use fencepost_scenario::Scenario;
use fencepost_sim::Ground;
use std::num::NonZero;

/// A defect, and where it is planted.
#[derive(Clone)]
pub struct Planted {
    /// The lock.
    pub lock: &'static str,
    /// Its defect.
    pub defect: &'static str,
    /// The scenario and the variant that switch it on; none where no scenario that ships does.
    pub place: Option<(Scenario, String)>,
}

/// A way to hunt for defects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Way {
    /// Seeds of the scenario as it is written: faults where whoever wrote it wanted them.
    AsWritten,
    /// The random strategy.
    Random,
    /// The systematic strategy, from the calm run on, with the kinds of faults of the file.
    Systematic,
}

/// The budget of one attempt.
#[derive(Clone, Copy, Debug)]
pub struct Budget {
    /// Runs.
    pub runs: u64,
    /// Threads; none: as many as the machine has.
    pub jobs: Option<NonZero<usize>>,
}

/// What came of one attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bite {
    /// The property that gave the defect away, and the number of the run that did; none where nothing did.
    pub caught: Option<(&'static str, u64)>,
    /// Runs that were made.
    pub runs: u64,
    /// Why the attempt could not be made, or what ended it.
    pub failed: Option<String>,
}

impl Way {
    /// All of them, each with its word.
    pub const ALL: [(Way, &'static str); 3] =
        [(Way::AsWritten, "as-written"), (Way::Random, "random"), (Way::Systematic, "systematic")];

    /// Its word.
    pub fn word(self) -> &'static str {
        Way::ALL.iter().find(|(way, _)| *way == self).map_or("?", |(_, word)| word)
    }

    /// The strategy of one of several starts.
    fn strategy(self, field: &Field<'_>, start: u64) -> Result<Box<dyn Strategy>, String> {
        let from = start * 1_000_000;
        Ok(match self {
            Way::AsWritten => Box::new(Random { from, as_written: true }),
            Way::Random => Box::new(Random { from, as_written: false }),
            Way::Systematic => {
                let options = SystematicOptions { seed: from, ..SystematicOptions::default() };
                Box::new(Systematic::new(field, options)?)
            }
        })
    }
}

/// Every defect of every lock, in the order of the catalogue, with the first scenario that plants it alone.
pub fn planted(catalogue: &Catalogue, shelf: &Shelf) -> Result<Vec<Planted>, Refused> {
    let folders: Vec<String> = shelf.folders().into_iter().map(str::to_owned).collect();
    let all = Selection::make(catalogue, shelf, &Request { what: folders, ..Request::default() })?;
    let mut planted = Vec::new();
    for descriptor in catalogue.descriptors() {
        for defect in descriptor.defects {
            let place = all.scenarios.iter().find_map(|chosen| {
                let variant = chosen.scenario.variants.iter().find(|variant| {
                    variant.descriptor.name == descriptor.name && variant.defects == [defect.name.to_owned()]
                })?;
                Some((chosen.scenario.clone(), variant.name.clone()))
            });
            planted.push(Planted { lock: descriptor.name, defect: defect.name, place });
        }
    }
    Ok(planted)
}

/// Whether a break gives a planted defect away.
fn bites(field: &Field<'_>, found: &Break) -> bool {
    let (scenario, variant) = (field.scenario, &field.variant);
    let mut twins = scenario.variants.iter().filter(|twin| !twin.is_planted());
    let named = scenario.expect.may(&variant.name, found.property)
        && twins.all(|twin| !scenario.expect.may(&twin.name, found.property));
    found.standing == StandingKind::Inside || named
}

/// Hunts for one planted defect. `hear` is told how far it is, and may raise `stop`.
pub fn hunt(
    field: &Field<'_>,
    way: Way,
    start: u64,
    budget: Budget,
    stop: &Stop,
    hear: &mut dyn FnMut(&SearchProgress),
) -> Bite {
    let strategy = match way.strategy(field, start) {
        Ok(strategy) => strategy,
        Err(failed) => return Bite { caught: None, runs: 0, failed: Some(failed) },
    };
    let options = SearchOptions { jobs: budget.jobs, runs: Some(budget.runs), until: Some(bites) };
    let mut progress = SearchProgress::default();
    search(field, &*strategy, options, &mut progress, stop, hear);
    let findings = &progress.findings;
    let first = findings.breaks.iter().filter(|found| bites(field, found)).min_by_key(|found| found.run);
    Bite {
        caught: first.map(|found| (found.property, found.run)),
        runs: findings.runs,
        failed: findings.first_crash.as_ref().map(|crash| crash.message.clone()),
    }
}

/// Searches the twins of a planted variant, and gives what broke in them unexpectedly: variant, property, run.
pub fn false_alarms(
    catalogue: &Catalogue,
    planted: &Planted,
    way: Way,
    budget: Budget,
    ground: Ground,
    stop: &Stop,
    hear: &mut dyn FnMut(&SearchProgress),
) -> Result<Vec<(String, &'static str, u64)>, String> {
    let Some((scenario, _)) = &planted.place else { return Ok(Vec::new()) };
    let mut alarms = Vec::new();
    for twin in scenario.variants.iter().filter(|twin| !twin.is_planted()) {
        let field =
            Field::new(catalogue, scenario, &twin.name, ground).map_err(|refused| refused.to_string())?;
        let strategy = way.strategy(&field, 0)?;
        let options = SearchOptions { jobs: budget.jobs, runs: Some(budget.runs), until: None };
        let mut progress = SearchProgress::default();
        search(&field, &*strategy, options, &mut progress, stop, hear);
        // Beyond what the file foresees a strategy may exceed claims; only a break inside them is an alarm then.
        let is_alarm = |found: &&Break| match way {
            Way::AsWritten => found.is_unexpected(&field),
            Way::Random | Way::Systematic => found.standing == StandingKind::Inside,
        };
        let found = progress.findings.breaks.iter().filter(is_alarm);
        alarms.extend(found.map(|found| (twin.name.clone(), found.property, found.run)));
    }
    Ok(alarms)
}
