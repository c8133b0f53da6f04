//! What the data sheets of locks say: what a page tells beside the counts.

use crate::teeth::Teeth;
use fencepost_explore::store::{Head, RowHead};
use fencepost_explore::{Catalogue, Shelf};
use fencepost_model::{Claim, Context, Descriptor, Settings};
use fencepost_scenario::{Scenario, parse};
use std::collections::BTreeMap;

/// The data sheets of the locks of a run, and what each row claims.
#[derive(Clone, Default)]
pub struct Sheets {
    /// By the name of the lock.
    locks: BTreeMap<String, Sheet>,
    /// By scenario and variant; none where the scenario is not here any more, or has changed since.
    claims: BTreeMap<(String, String), Vec<Claim>>,
    /// Whether searches find what is known to be wrong with these locks, where that was tried.
    teeth: Option<Teeth>,
}

/// What a page needs of a data sheet.
#[derive(Clone)]
pub struct Sheet {
    /// What the lock is, in a sentence.
    pub about: String,
    /// What its models leave out.
    pub leaves_out: String,
    descriptor: Descriptor,
}

impl Sheets {
    /// The data sheets behind a stored run, as far as this catalogue and shelf have them.
    pub fn of(catalogue: &Catalogue, shelf: &Shelf, head: &Head) -> Sheets {
        let mut sheets = Sheets::default();
        for descriptor in catalogue.descriptors() {
            let sheet = Sheet {
                about: descriptor.about.to_owned(),
                leaves_out: descriptor.leaves_out.to_owned(),
                descriptor,
            };
            sheets.locks.insert(descriptor.name.to_owned(), sheet);
        }
        let vocabulary = catalogue.vocabulary();
        for wanted in &head.scenarios {
            let source = shelf.sources().iter().find(|source| source.id == wanted.id);
            let text = source.and_then(|source| source.read().ok());
            let scenario = text.and_then(|text| parse(&wanted.id, &wanted.path, &text, &vocabulary).ok());
            if let Some(scenario) = scenario.filter(|scenario| scenario.digest == wanted.digest) {
                sheets.take_claims(&scenario);
            }
        }
        sheets
    }

    fn take_claims(&mut self, scenario: &Scenario) {
        for variant in &scenario.variants {
            let plan = scenario.plan(&variant.name, 0);
            let context =
                Context { settings: &variant.settings, gate: variant.gate, workload: &plan.workload };
            let claims = variant.descriptor.claimed(&context);
            self.claims.insert((scenario.id.clone(), variant.name.clone()), claims);
        }
    }

    /// The same, with what came of trying the searches themselves.
    #[must_use]
    pub fn with_teeth(mut self, teeth: Teeth) -> Sheets {
        self.teeth = Some(teeth);
        self
    }

    /// What came of trying the searches themselves.
    pub const fn teeth(&self) -> Option<&Teeth> {
        self.teeth.as_ref()
    }

    /// The data sheet of a lock.
    pub fn lock(&self, name: &str) -> Option<&Sheet> {
        self.locks.get(name)
    }

    /// What a row claims of a property: the alternatives.
    pub fn claim(&self, row: &RowHead, property: &str) -> Option<&Claim> {
        let claims = self.claims.get(&(row.scenario.clone(), row.variant.clone()))?;
        claims.iter().find(|claim| claim.property == property)
    }
}

impl Sheet {
    /// How many machines the lock needs under these settings.
    pub fn machines(&self, settings: &Settings) -> usize {
        (self.descriptor.machines)(settings).len()
    }
}
