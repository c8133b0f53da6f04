//! The stream of events that a sweep tells. One stream, many readers: the table, JSON Lines, a progress bar.
//!
//! All but [`RunEvent::Progress`] are the same, in the same order, whatever the number of threads.

use crate::{Exit, Expectation, Opinion, Partition, PropertyTally, Seeds, SightOpinion, Status, Tally};
use fencepost_model::{CaseId, Span};
use fencepost_scenario::{Scenario, Variant};
use fencepost_sim::Ground;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The version of the stored form of [`RunEvent`].
pub const EVENT_FORMAT: u32 = 1;

/// Something to tell about a sweep.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum RunEvent {
    /// It begins.
    Started(Started),
    /// How far it is. Depends on the machine.
    Progress {
        /// Runs that are done.
        done: u64,
        /// Of how many.
        of: u64,
    },
    /// A scenario and variant is done. Rows come in the order of the selection.
    Row(Box<Row>),
    /// A run gave another digest when it was run again.
    NotRepeated(NotRepeated),
    /// It is over.
    Finished(Summary),
}

/// What a sweep sets out to do.
#[derive(Clone, Debug, Serialize)]
pub struct Started {
    /// The version of the form of these events.
    pub format: u32,
    /// The version of fencepost.
    pub version: &'static str,
    /// On which ground.
    pub ground: Ground,
    /// How many scenarios.
    pub scenarios: u64,
    /// How many variants, all scenarios together.
    pub rows: u64,
    /// Runs, all together.
    pub runs: u64,
    /// The seeds, where they are not those that each scenario declares.
    pub seeds: Option<Seeds>,
    /// Which part of it is run here; none: all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub partition: Option<Partition>,
    /// The longest id of a scenario, the longest name of a variant: for tables that are printed as they come.
    pub widths: (usize, usize),
}

/// What came of one scenario and variant.
#[derive(Clone, Debug, Serialize)]
pub struct Row {
    /// The scenario's id.
    pub scenario: String,
    /// The variant's name.
    pub variant: String,
    /// Its lock.
    pub lock: String,
    /// The defects that it switches on; a gate that is flawed on purpose counts as one.
    pub defects: Vec<String>,
    /// The scenario's file.
    pub path: String,
    /// What to type for the scenario: its id, or its path where the id alone is not found.
    pub called: String,
    /// The digest of the scenario's text.
    #[serde(serialize_with = "hex")]
    pub scenario_digest: u64,
    /// The seeds that were to be run.
    pub seeds: Seeds,
    /// How many seeds the scenario declares.
    pub declared: u64,
    /// How many of the seeds were to be run here.
    #[serde(skip)]
    pub here: u64,
    /// Which part of the seeds was run here; none: all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub partition: Option<Partition>,
    /// The gravest opinion in it.
    pub status: Status,
    /// What is thought of each property, in the order of `tally.properties`.
    pub opinions: Vec<Opinion>,
    /// What is thought of each word of `sometimes`, in the order of the file.
    pub sights: Vec<(String, SightOpinion)>,
    /// What was counted.
    pub tally: Tally,
}

/// A run that did not repeat.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotRepeated {
    /// The run.
    pub case: CaseId,
    /// The digest of its first run.
    #[serde(with = "crate::store::hex")]
    pub first: u64,
    /// The digest of its second run; none where a mistake of ours ended that.
    #[serde(serialize_with = "hex_if_any", deserialize_with = "any_hex")]
    pub again: Option<u64>,
}

/// The end of a sweep.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Runs, all rows together.
    pub runs: u64,
    /// Virtual time, all rows together.
    pub virtual_time: Span,
    /// Rows in which everything is as expected.
    pub as_expected: u64,
    /// Rows that the other seeds decide.
    pub deferred: u64,
    /// Rows with something unclear.
    pub unclear: u64,
    /// Rows with something unexpected.
    pub unexpected: u64,
    /// Rows in which a mistake of ours ended a run.
    pub crashed: u64,
    /// Runs that were run again.
    pub repeated: u64,
    /// Those that gave another digest.
    pub not_repeated: u64,
    /// Whether it was stopped early.
    pub stopped: bool,
    /// The code with which the binary ends.
    pub exit: Exit,
}

impl Row {
    /// Judges what was counted for one variant.
    pub(crate) fn judge(
        scenario: &Scenario,
        variant: &Variant,
        called: &str,
        seeds: Seeds,
        mut tally: Tally,
    ) -> Row {
        tally.sort();
        let ran_all = tally.runs == seeds.count();
        let expectation = Expectation {
            expect: &scenario.expect,
            variant: &variant.name,
            planted: variant.is_planted(),
            complete: ran_all && seeds.cover(scenario.seeds),
        };
        let opinions: Vec<Opinion> =
            tally.properties.iter().map(|property| expectation.of(property, tally.runs)).collect();
        let sights: Vec<(String, SightOpinion)> = scenario
            .expect
            .sometimes
            .iter()
            .map(|word| (word.clone(), expectation.of_sight(word, &tally)))
            .collect();
        let parts = opinions.iter().map(|opinion| opinion.status());
        let worst = parts.chain(sights.iter().map(|(_, opinion)| opinion.status())).max().unwrap_or_default();
        let crashed = if tally.crashes > 0 { Status::Crashed } else { Status::Ok };
        let cut_short = if ran_all || tally.crashes > 0 { Status::Ok } else { Status::Deferred };
        Row {
            scenario: scenario.id.clone(),
            variant: variant.name.clone(),
            lock: variant.descriptor.name.to_owned(),
            defects: planted_in(variant),
            path: scenario.path.clone(),
            called: called.to_owned(),
            scenario_digest: scenario.digest,
            seeds,
            declared: scenario.seeds,
            here: seeds.count(),
            partition: None,
            status: worst.max(crashed).max(cut_short),
            opinions,
            sights,
            tally,
        }
    }

    /// The properties with what is thought of them.
    pub fn properties(&self) -> impl Iterator<Item = (&PropertyTally, Opinion)> {
        self.tally.properties.iter().zip(self.opinions.iter().copied())
    }

    /// What to type for the case of one seed.
    pub fn typed(&self, seed: u64) -> String {
        format!("{}/{}@{seed}", self.called, self.variant)
    }

    /// The case of one seed.
    pub fn case(&self, seed: u64) -> CaseId {
        CaseId { scenario: self.scenario.clone(), variant: self.variant.clone(), seed }
    }
}

impl Summary {
    /// Takes a row in.
    pub(crate) fn add(&mut self, row: &Row) {
        self.count(row.status, row.tally.runs, row.tally.virtual_time);
    }

    /// Counts a row of this status, runs and virtual time.
    pub(crate) fn count(&mut self, status: Status, runs: u64, virtual_time: Span) {
        self.runs += runs;
        self.virtual_time += virtual_time;
        let count = match status {
            Status::Ok => &mut self.as_expected,
            Status::Deferred => &mut self.deferred,
            Status::Unclear => &mut self.unclear,
            Status::Unexpected => &mut self.unexpected,
            Status::Crashed => &mut self.crashed,
        };
        *count += 1;
        self.exit = self.exit.worst(status.exit());
    }

    /// Takes in what came of repeating.
    pub(crate) fn close(&mut self, repeated: u64, not_repeated: u64, stopped: bool) {
        (self.repeated, self.not_repeated, self.stopped) = (repeated, not_repeated, stopped);
        if not_repeated > 0 {
            self.exit = self.exit.worst(Exit::NotRepeated);
        }
        if stopped {
            self.exit = self.exit.worst(Exit::Stopped);
        }
    }
}

/// What contradicts the claims on purpose: the variant's defects, and its gate where that is flawed.
pub(crate) fn planted_in(variant: &Variant) -> Vec<String> {
    let gate = variant.gate.is_flawed().then(|| format!("gate {}", variant.gate.word()));
    variant.defects.iter().cloned().chain(gate).collect()
}

/// A digest as text: many readers of JSON keep only 53 bits of a number.
pub(crate) fn hex<S: Serializer>(digest: &u64, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&format_args!("{digest:016x}"))
}

fn hex_if_any<S: Serializer>(digest: &Option<u64>, serializer: S) -> Result<S::Ok, S::Error> {
    match digest {
        Some(digest) => hex(digest, serializer),
        None => serializer.serialize_none(),
    }
}

fn any_hex<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u64>, D::Error> {
    let text = Option::<String>::deserialize(deserializer)?;
    let digest = |text: String| u64::from_str_radix(&text, 16).map_err(serde::de::Error::custom);
    text.map(digest).transpose()
}
