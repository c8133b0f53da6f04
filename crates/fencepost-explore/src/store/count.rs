//! Rows out of stored runs: counted, and held against what the scenarios expect.

use super::form::{Finished, Head, RowHead, ScenarioHead, StoredFault, StoredRun, StoredViolation};
use crate::expectation::{Counts, Wanted};
use crate::{Crash, Exit, Opinion, Seeds, SightOpinion, StandingKind, Status, Summary};
use fencepost_model::Span;
use fencepost_scenario::{Acceptance, Accepted};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What is known of one scenario and variant.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct StoredRow {
    /// What it is a row of.
    pub head: RowHead,
    /// Its scenario.
    pub of: ScenarioHead,
    /// The gravest opinion in it.
    pub status: Status,
    /// What was counted of each property, in the order of tables, and what is thought of it.
    pub properties: Vec<StoredProperty>,
    /// What is thought of each word of `sometimes`, in the order of the file.
    pub sights: Vec<(String, SightOpinion)>,
    /// In how many runs each word of `sometimes` was seen, by word.
    pub seen: Vec<(String, u64)>,
    /// What became of faults, by word.
    pub faults: Vec<StoredFault>,
    /// Runs that came to an end.
    pub runs: u64,
    /// Virtual time, all runs together.
    pub virtual_time: Span,
    /// Messages that were delivered.
    pub messages: u64,
    /// Events that were told.
    pub events: u64,
    /// Syncs of disks that were done.
    pub syncs: u64,
    /// The digests of all runs, folded without regard to order.
    #[serde(with = "super::hex")]
    pub digest: u64,
    /// Runs that a mistake of ours ended.
    pub crashes: u64,
    /// The first of them.
    pub first_crash: Option<Crash>,
    /// The seed of a run that does not come back: nothing after it was run.
    pub lost: Option<u64>,
    /// Seeds of which nothing is stored.
    pub missing: u64,
    /// Whether it is a part of a row only: other seeds were run elsewhere.
    pub partial: bool,
}

/// What was counted of one property.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct StoredProperty {
    /// Its name.
    pub property: String,
    /// What is thought of it.
    pub opinion: Opinion,
    /// Runs in which it was violated.
    pub broken: u64,
    /// The first of them.
    pub first: Option<u64>,
    /// Its violations, by where they stand with regard to the claims; inside them first.
    pub standings: Vec<StoredStanding>,
    /// Runs of which nothing can be said.
    pub unclear: u64,
    /// The first of them, and why.
    pub first_unclear: Option<(u64, String)>,
    /// The first run in which its checker panicked, and what that said.
    pub first_panic: Option<(u64, String)>,
    /// Runs in which it was not offered.
    pub not_offered: u64,
}

/// Violations of one property with one standing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct StoredStanding {
    /// Which.
    pub standing: StandingKind,
    /// In how many runs.
    pub runs: u64,
    /// The first of them.
    pub example: StoredExample,
}

/// One violation, of the run with this seed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct StoredExample {
    /// The run.
    pub seed: u64,
    /// What it did wrong.
    pub violation: StoredViolation,
}

/// What a row lacks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    /// The scenario's id.
    pub scenario: String,
    /// The variant's name.
    pub variant: String,
    /// How many seeds.
    pub seeds: u64,
    /// Of how many that were asked for here.
    pub of: u64,
    /// The smallest of them.
    pub first: u64,
}

/// Rows while they are counted.
pub struct Counted {
    rows: Vec<StoredRow>,
    places: BTreeMap<(String, String), usize>,
    /// Where the row of the last run is: runs come row by row.
    last: usize,
}

impl Counted {
    /// Nothing is counted yet.
    pub fn new(head: &Head) -> Counted {
        let rows: Vec<StoredRow> = head.rows.iter().map(|row| empty(row, head)).collect();
        let place = |(place, row): (usize, &RowHead)| ((row.scenario.clone(), row.variant.clone()), place);
        Counted { rows, places: head.rows.iter().enumerate().map(place).collect(), last: 0 }
    }

    /// Counts one run. Gives back the place of its row; none where the head has no such row.
    pub fn add(&mut self, run: &StoredRun) -> Option<usize> {
        let is_of = |row: &StoredRow| row.head.scenario == run.scenario && row.head.variant == run.variant;
        if !self.rows.get(self.last).is_some_and(is_of) {
            self.last = *self.places.get(&(run.scenario.clone(), run.variant.clone()))?;
        }
        self.rows[self.last].add(run);
        Some(self.last)
    }

    /// The rows, judged. `partial`: whether they are known to be a part of a sweep only.
    pub fn finish(mut self, partial: bool) -> Vec<StoredRow> {
        self.rows.iter_mut().for_each(|row| row.judge(partial));
        self.rows
    }
}

fn empty(row: &RowHead, head: &Head) -> StoredRow {
    let of = head.scenarios.iter().find(|scenario| scenario.id == row.scenario).cloned();
    StoredRow {
        properties: row.properties.iter().map(|property| StoredProperty::empty(property)).collect(),
        head: row.clone(),
        of: of.unwrap_or_else(|| ScenarioHead {
            id: row.scenario.clone(),
            title: String::new(),
            about: String::new(),
            path: String::new(),
            called: row.scenario.clone(),
            digest: 0,
            seeds: row.seeds.count(),
            within_claims: false,
        }),
        status: Status::Ok,
        sights: Vec::new(),
        seen: Vec::new(),
        faults: Vec::new(),
        runs: 0,
        virtual_time: Span::ZERO,
        messages: 0,
        events: 0,
        syncs: 0,
        digest: 0,
        crashes: 0,
        first_crash: None,
        lost: None,
        missing: 0,
        partial: false,
    }
}

impl StoredRow {
    fn add(&mut self, run: &StoredRun) {
        if let Some(message) = &run.crash {
            self.crashes += 1;
            let crash = Crash { seed: run.seed, message: message.clone() };
            if self.first_crash.as_ref().is_none_or(|first| crash.seed < first.seed) {
                self.first_crash = Some(crash);
            }
            return;
        }
        if run.lost.is_some() {
            self.lost = Some(self.lost.map_or(run.seed, |lost| lost.min(run.seed)));
        } else {
            self.runs += 1;
        }
        self.virtual_time += run.virtual_time;
        self.messages += run.messages;
        self.events += run.events;
        self.syncs += run.syncs;
        self.digest = self.digest.wrapping_add(run.digest);
        for word in &run.seen {
            match self.seen.binary_search_by(|(known, _)| known.cmp(word)) {
                Ok(place) => self.seen[place].1 += 1,
                Err(place) => self.seen.insert(place, (word.clone(), 1)),
            }
        }
        for fault in &run.faults {
            match self.faults.binary_search_by(|known| known.word.cmp(&fault.word)) {
                Ok(place) => self.faults[place].add(fault),
                Err(place) => self.faults.insert(place, fault.clone()),
            }
        }
        for property in &mut self.properties {
            property.add(run);
        }
    }

    fn judge(&mut self, partial: bool) {
        self.partial = partial;
        let ran_all = !partial && self.runs == self.head.seeds.count();
        let complete = ran_all && self.head.seeds.cover(self.of.seeds);
        let planted = !self.head.defects.is_empty();
        let expect = &self.head.expect;
        for property in &mut self.properties {
            let must = expect.broken.contains(&property.property);
            let may = must || expect.may_break.contains(&property.property);
            property.opinion =
                Opinion::of(property.counts(self.runs), Wanted { may, must, planted, complete });
        }
        let seen = |word: &str| self.seen.iter().any(|(known, _)| known == word);
        let lacking = |word: &str| {
            let kind = word.strip_prefix("fired:").unwrap_or_default();
            self.faults
                .iter()
                .any(|fault| fault.word == kind && fault.not_offered > 0 && fault.not_fired == 0)
        };
        let sight = |word: &String| (word.clone(), SightOpinion::of(seen(word), lacking(word), complete));
        self.sights = expect.sometimes.iter().map(sight).collect();
        let worst = self.properties.iter().map(|property| property.opinion.status());
        let worst = worst.chain(self.sights.iter().map(|(_, opinion)| opinion.status())).max();
        let crashed = if self.crashes > 0 { Status::Crashed } else { Status::Ok };
        let cut_short = if ran_all || self.crashes > 0 { Status::Ok } else { Status::Deferred };
        self.status = worst.unwrap_or_default().max(crashed).max(cut_short);
    }

    /// Expects something else from here on, and judges anew.
    pub fn accept(&mut self, changes: &[Acceptance]) {
        for change in changes.iter().filter(|change| change.variant == self.head.variant) {
            let expect = &mut self.head.expect;
            expect.broken.retain(|property| *property != change.property);
            expect.may_break.retain(|property| *property != change.property);
            match change.as_what {
                Accepted::Broken => expect.broken.push(change.property.clone()),
                Accepted::MayBreak => expect.may_break.push(change.property.clone()),
                Accepted::Held => {}
            }
        }
        self.judge(self.partial);
    }

    /// The name of a case of this row, as `fencepost replay` takes it.
    pub fn typed(&self, seed: u64) -> String {
        format!("{}/{}@{seed}", self.of.called, self.head.variant)
    }

    /// What was counted of a property.
    pub fn property(&self, name: &str) -> Option<&StoredProperty> {
        self.properties.iter().find(|property| property.property == name)
    }

    /// Whether it switches a defect on.
    pub fn is_planted(&self) -> bool {
        !self.head.defects.is_empty()
    }

    /// The line of the scenario file that speaks of a property, or of a word of `sometimes`.
    pub fn line_of(&self, word: &str) -> usize {
        self.head.expect.lines.get(word).copied().unwrap_or(1)
    }

    /// The seeds that were asked for.
    pub fn seeds(&self) -> Seeds {
        self.head.seeds
    }
}

impl StoredProperty {
    pub(crate) fn empty(name: &str) -> StoredProperty {
        StoredProperty {
            property: name.to_owned(),
            opinion: Opinion::Held,
            broken: 0,
            first: None,
            standings: Vec::new(),
            unclear: 0,
            first_unclear: None,
            first_panic: None,
            not_offered: 0,
        }
    }

    fn add(&mut self, run: &StoredRun) {
        if run.not_offered.contains(&self.property) {
            self.not_offered += 1;
        }
        for unclear in run.unclear.iter().filter(|unclear| unclear.property == self.property) {
            self.unclear += 1;
            let told = (run.seed, unclear.why.clone());
            if unclear.panicked {
                keep_first(&mut self.first_panic, told.clone());
            }
            keep_first(&mut self.first_unclear, told);
        }
        let mut is_broken = false;
        for violation in &run.broken {
            if violation.property == self.property {
                is_broken = true;
                self.add_violation(run.seed, violation);
            }
        }
        if is_broken {
            self.broken += 1;
            self.first = Some(self.first.map_or(run.seed, |first| first.min(run.seed)));
        }
    }

    fn add_violation(&mut self, seed: u64, violation: &StoredViolation) {
        let standing = StandingKind::of(&violation.standing);
        let example = || StoredExample { seed, violation: violation.clone() };
        match self.standings.binary_search_by(|known| known.standing.cmp(&standing)) {
            Ok(place) => {
                let known = &mut self.standings[place];
                known.runs += 1;
                if seed < known.example.seed {
                    known.example = example();
                }
            }
            Err(place) => {
                self.standings.insert(place, StoredStanding { standing, runs: 1, example: example() });
            }
        }
    }

    fn counts(&self, runs: u64) -> Counts {
        Counts {
            runs,
            broken: self.broken,
            unclear: self.unclear,
            not_offered: self.not_offered,
            inside: self.standings.iter().any(|standing| standing.standing == StandingKind::Inside),
            panicked: self.first_panic.is_some(),
        }
    }

    /// The violation to show first: inside the claims where there is one, else that of the smallest seed.
    pub fn gravest(&self) -> Option<&StoredStanding> {
        self.standings.iter().min_by_key(|one| (one.standing != StandingKind::Inside, one.example.seed))
    }
}

fn keep_first(kept: &mut Option<(u64, String)>, other: (u64, String)) {
    if kept.as_ref().is_none_or(|(seed, _)| other.0 < *seed) {
        *kept = Some(other);
    }
}

impl StoredFault {
    fn add(&mut self, other: &StoredFault) {
        self.fired += other.fired;
        self.not_fired += other.not_fired;
        self.not_offered += other.not_offered;
    }
}

impl Summary {
    /// What rows of the store come to. What was repeated, and whether it was stopped, is not known to them.
    pub fn of_stored(rows: &[StoredRow]) -> Summary {
        let mut summary = Summary { exit: Exit::AsExpected, ..Summary::default() };
        for row in rows {
            summary.count(row.status, row.runs, row.virtual_time);
        }
        summary
    }

    /// Takes in what is known of the end of a stored sweep.
    pub fn take_end(&mut self, end: &Finished) {
        self.close(end.repeated, end.not_repeated.len() as u64, end.stopped);
    }

    /// Takes in what another summary of the same sweep knows of its runs as a whole.
    pub fn take_runs(&mut self, other: &Summary) {
        self.close(other.repeated, other.not_repeated, other.stopped);
    }
}
