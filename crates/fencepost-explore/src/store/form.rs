//! What is stored of a sweep, in types: whatever reads or writes a folder of the store goes through them.
//!
//! ```text
//! <time>-<suite>/
//!   run.json     a [`Head`]: what was asked for, which rows there are, and in the end how it ended
//!   runs.jsonl   a line with the format number, and then a [`StoredRun`] a line
//!   cases/<scenario>.<variant>.<seed>/
//!                the first violations: each complete in itself, see [`CaseHead`]
//! ```
//!
//! Rows are not stored: they are counted and judged from the runs whenever somebody reads them, so that
//! parts that were run on several machines are one sweep once their runs are together.
//!
//! A format number is raised where an old reader would misread a new folder. A field that an old reader may
//! ignore, and that a new one does without, raises nothing.

use crate::{Exit, NotRepeated, Partition, Request, Seeds};
use fencepost_check::measure::Measures;
use fencepost_model::{Commit, Finding, Gate, Instant, Settings, Span, Standing};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::collections::BTreeMap;

/// The version of everything in a folder of the store.
pub const STORE_FORMAT: u32 = 1;

/// What was run: `run.json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Head {
    /// [`STORE_FORMAT`].
    pub format: u32,
    /// The version of fencepost.
    pub version: String,
    /// What was underneath the simulated world: `madsim` or `bare`.
    pub ground: String,
    /// When it began, as RFC 3339 has it. The only wall time in the folder.
    pub started: String,
    /// What was asked for.
    pub asked: Asked,
    /// Which part of it was run here; none: all.
    pub partition: Option<Partition>,
    /// The scenarios, in the order of tables.
    pub scenarios: Vec<ScenarioHead>,
    /// The rows, in the order of tables.
    pub rows: Vec<RowHead>,
    /// How it ended; none: it has not, or it was killed.
    pub finished: Option<Finished>,
}

/// What a user asked for: enough to ask for it again.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Asked {
    /// Files, folders, ids, globs; empty: the suites that run by default.
    pub what: Vec<String>,
    /// Only variants whose lock fits.
    pub lock: Option<String>,
    /// Only scenarios whose id fits.
    pub scenario: Option<String>,
    /// The seeds; none: those that each scenario declares.
    pub seeds: Option<Seeds>,
}

/// A scenario of a stored sweep.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct ScenarioHead {
    /// Its id.
    pub id: String,
    /// What happens, in a few words.
    pub title: String,
    /// What happens and why it matters.
    pub about: String,
    /// Its file.
    pub path: String,
    /// What to type for it.
    pub called: String,
    /// The digest of its text.
    #[serde(with = "hex")]
    pub digest: u64,
    /// How many seeds it declares.
    pub seeds: u64,
    /// Whether its faults stay inside every claim.
    pub within_claims: bool,
}

/// A scenario and variant of a stored sweep.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct RowHead {
    /// The scenario's id.
    pub scenario: String,
    /// The variant's name.
    pub variant: String,
    /// Its lock.
    pub lock: String,
    /// Every setting of the lock.
    pub settings: Settings,
    /// The defects that it switches on; a gate that is flawed on purpose counts as one.
    pub defects: Vec<String>,
    /// The resource's check, in the word of scenario files.
    pub gate: String,
    /// When its owners commit.
    #[serde(default, skip_serializing_if = "Commit::is_at_once")]
    pub commit: Commit,
    /// What the provider checks; none: there is no provider.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider: Option<Gate>,
    /// The seeds that were asked for.
    pub seeds: Seeds,
    /// What is judged, in the order of tables.
    pub properties: Vec<String>,
    /// What the scenario expects.
    pub expect: StoredExpect,
}

/// What a scenario expects of one variant.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct StoredExpect {
    /// Properties that must break in some run.
    pub broken: Vec<String>,
    /// Properties that may break.
    pub may_break: Vec<String>,
    /// What must be seen in some run.
    pub sometimes: Vec<String>,
    /// The 1-based line of the scenario file that speaks of a property, or of a word of `sometimes`.
    pub lines: BTreeMap<String, usize>,
}

/// How a sweep ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Finished {
    /// Runs that are stored.
    pub runs: u64,
    /// Runs that were run again.
    pub repeated: u64,
    /// Those that gave another digest.
    pub not_repeated: Vec<NotRepeated>,
    /// Whether it was stopped early.
    pub stopped: bool,
    /// The code with which the binary ended.
    pub exit: Exit,
}

/// One run: a line of `runs.jsonl`. Lines come in the order of rows, and within a row of seeds.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct StoredRun {
    /// The scenario's id.
    pub scenario: String,
    /// The variant's name.
    pub variant: String,
    /// The seed.
    pub seed: u64,
    /// The digest of everything that happened.
    #[serde(with = "hex")]
    pub digest: u64,
    /// How long it was.
    pub virtual_time: Span,
    /// Messages that were delivered.
    pub messages: u64,
    /// Events that were told.
    pub events: u64,
    /// Syncs of disks that were done.
    pub syncs: u64,
    /// Every violation: for each property the first of each standing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub broken: Vec<StoredViolation>,
    /// Properties of which nothing can be said.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unclear: Vec<StoredUnclear>,
    /// Properties that the lock does not offer.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub not_offered: Vec<String>,
    /// What happened in the run, as words of `sometimes`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub seen: Vec<String>,
    /// What became of its faults, by their words.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub faults: Vec<StoredFault>,
    /// What was measured, where that was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub measures: Option<Measures>,
    /// What a mistake of ours said that ended it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub crash: Option<String>,
    /// What its code did so that it never came back. Nothing after it was run in its row.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lost: Option<Finding>,
}

/// One violation in a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct StoredViolation {
    /// Which property.
    pub property: String,
    /// Inside the claims, or by which broken assumptions.
    pub standing: Standing,
    /// When.
    pub at: Instant,
    /// At which event.
    pub event: u64,
    /// For how long two promises or beliefs stood at once; none: not of that kind, or until the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lasted: Option<Span>,
    /// What was seen, in a sentence.
    pub sentence: String,
    /// Where it stands with regard to the claims, in a sentence.
    pub excuse: String,
}

/// A property of which nothing can be said in a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct StoredUnclear {
    /// Which.
    pub property: String,
    /// Why, in a sentence part.
    pub why: String,
    /// Whether it is because its checker panicked, which is a mistake of ours.
    #[serde(default, skip_serializing_if = "is_false")]
    pub panicked: bool,
}

/// What became of the faults of one kind.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct StoredFault {
    /// The word of the fault.
    pub word: String,
    /// How many took effect.
    pub fired: u64,
    /// How many never came to their place.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub not_fired: u64,
    /// How many were aimed at something that the lock lacks.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub not_offered: u64,
}

/// What a case folder shows: `case.json`. Beside it are `plan.json` (everything that the run needs),
/// `scenario.toml`, `history.jsonl` and `lanes.svg`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct CaseHead {
    /// [`STORE_FORMAT`].
    pub format: u32,
    /// The scenario's id.
    pub scenario: String,
    /// The variant's name.
    pub variant: String,
    /// The seed.
    pub seed: u64,
    /// The digest of the run.
    #[serde(with = "hex")]
    pub digest: u64,
    /// The scenario's file, as it was called.
    pub path: String,
    /// What it is the first violation of: for each property the standings.
    pub shows: Vec<StoredViolation>,
}

/// The name of the folder of a case.
pub fn case_folder(scenario: &str, variant: &str, seed: u64) -> String {
    format!("{scenario}.{variant}.{seed}")
}

impl Asked {
    /// What this request and these seeds ask for.
    pub fn of(request: &Request, seeds: Option<Seeds>) -> Asked {
        let Request { what, lock, scenario } = request.clone();
        Asked { what, lock, scenario, seeds }
    }

    /// The command that asks for it again, without what would come before and after it in a shell.
    pub fn command(&self) -> String {
        let mut words = vec!["fencepost".to_owned(), "run".to_owned()];
        words.extend(self.what.iter().map(|word| quoted(word)));
        words.extend(self.lock.iter().map(|glob| format!("--lock {}", quoted(glob))));
        words.extend(self.scenario.iter().map(|glob| format!("--scenario {}", quoted(glob))));
        words.extend(self.seeds.iter().map(|seeds| match seeds.from {
            0 => format!("--seeds {}", seeds.to),
            from => format!("--seeds {from}..{}", seeds.to),
        }));
        words.join(" ")
    }
}

/// A word as a shell takes it for one.
fn quoted(word: &str) -> String {
    let is_plain = |letter: char| letter.is_alphanumeric() || "-_./:@+,=".contains(letter);
    match word.chars().all(is_plain) && !word.is_empty() {
        true => word.to_owned(),
        false => format!("'{}'", word.replace('\'', "'\\''")),
    }
}

fn is_zero(number: &u64) -> bool {
    *number == 0
}

fn is_false(flag: &bool) -> bool {
    !flag
}

/// A digest as text: many readers of JSON keep only 53 bits of a number.
pub(crate) mod hex {
    use super::{Deserialize, Deserializer, Serializer};

    pub fn serialize<S: Serializer>(digest: &u64, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("{digest:016x}"))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        u64::from_str_radix(&text, 16).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_is_the_same_after_it_was_stored() {
        let run = StoredRun {
            scenario: "pause".to_owned(),
            variant: "plain".to_owned(),
            seed: 17,
            digest: u64::MAX,
            virtual_time: Span::from_millis(1_500),
            broken: vec![StoredViolation {
                property: "exclusive-belief".to_owned(),
                standing: Standing::NotClaimed,
                at: Instant(5),
                event: 3,
                lasted: None,
                sentence: "two had it".to_owned(),
                excuse: "outside the claims".to_owned(),
            }],
            lost: Some(Finding::Hung),
            ..StoredRun::default()
        };
        let line = serde_json::to_string(&run).expect("it can be written");
        assert_eq!(serde_json::from_str::<StoredRun>(&line).expect("it can be read"), run);
        assert!(line.contains(r#""digest":"ffffffffffffffff""#), "{line}");
        assert!(!line.contains("crash"), "what did not happen takes no room: {line}");
    }

    #[test]
    fn what_was_asked_for_can_be_typed_again() {
        let asked = Asked {
            what: vec!["zoo/*".to_owned(), "smoke".to_owned()],
            lock: Some("it's".to_owned()),
            scenario: None,
            seeds: Some(Seeds { from: 5, to: 9 }),
        };
        assert_eq!(asked.command(), r"fencepost run 'zoo/*' smoke --lock 'it'\''s' --seeds 5..9");
    }
}
