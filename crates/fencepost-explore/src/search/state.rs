//! Where a search that was stopped goes on: a small file, written as a whole or not at all.

use super::{Field, Findings, SearchProgress, Strategy};
use fencepost_model::{Plan, Span};
use serde::{Deserialize, Serialize};
use std::fs;
use std::io;
use std::path::Path;
use std::sync::Arc;

/// The version of the stored form.
const FORMAT: u32 = 1;

/// A search as it is stored.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct SearchState {
    format: u32,
    version: String,
    /// What is searched, and how: another search does not go on here.
    what: String,
    unit: u64,
    runs: u64,
    virtual_time: Span,
    crashes: u64,
    merged: u64,
    outside: u64,
    behaviours: Vec<u64>,
    nearest: Option<(Span, Plan)>,
    breaks: Vec<StoredBreak>,
}

/// A violation is stored as the run that shows it: that run is made again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct StoredBreak {
    property: String,
    standing: String,
    runs: u64,
    run: u64,
    plan: Plan,
}

/// Why a search cannot go on where it stopped.
#[derive(Debug)]
pub enum StateError {
    /// The file cannot be read or written.
    Io(io::Error),
    /// It holds no search of this version.
    Unreadable(String),
    /// It is another search's.
    Another,
}

impl SearchState {
    /// What stands for a search in its file: the scenario, the variant, the strategy and its bounds.
    pub fn name(field: &Field<'_>, strategy: &dyn Strategy) -> String {
        let (scenario, variant) = (field.scenario, &field.variant.name);
        let bounds = strategy.bounds().join("; ");
        format!("{:016x}/{variant} {} {bounds}", scenario.digest, strategy.word())
    }

    /// Takes a search down.
    pub fn of(field: &Field<'_>, strategy: &dyn Strategy, progress: &SearchProgress) -> SearchState {
        let findings = &progress.findings;
        let stored = |found: &super::Break| StoredBreak {
            property: found.property.to_owned(),
            standing: format!("{:?}", found.standing),
            runs: found.runs,
            run: found.run,
            plan: (*found.plan).clone(),
        };
        SearchState {
            format: FORMAT,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            what: SearchState::name(field, strategy),
            unit: progress.unit,
            runs: findings.runs,
            virtual_time: findings.virtual_time,
            crashes: findings.crashes,
            merged: findings.merged,
            outside: findings.outside,
            behaviours: findings.behaviours.iter().copied().collect(),
            nearest: findings.nearest.as_ref().map(|(gap, plan)| (*gap, (**plan).clone())),
            breaks: findings.breaks.iter().map(stored).collect(),
        }
    }

    /// Writes it: beside the file first, and then in its place.
    pub fn write(&self, path: &Path) -> io::Result<()> {
        if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            fs::create_dir_all(folder)?;
        }
        let beside = path.with_extension("new");
        fs::write(&beside, serde_json::to_vec(self).map_err(io::Error::other)?)?;
        fs::rename(&beside, path)
    }

    /// Reads the search of this field and strategy; none where there is no file.
    pub fn read(
        path: &Path,
        field: &Field<'_>,
        strategy: &dyn Strategy,
    ) -> Result<Option<SearchProgress>, StateError> {
        let text = match fs::read(path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(StateError::Io(error)),
        };
        let state: SearchState =
            serde_json::from_slice(&text).map_err(|error| StateError::Unreadable(error.to_string()))?;
        if (state.format, state.version.as_str()) != (FORMAT, env!("CARGO_PKG_VERSION")) {
            return Err(StateError::Unreadable(format!(
                "format {}, version {}",
                state.format, state.version
            )));
        }
        if state.what != SearchState::name(field, strategy) {
            return Err(StateError::Another);
        }
        Ok(Some(state.progress(field)))
    }

    fn progress(self, field: &Field<'_>) -> SearchProgress {
        let mut findings = Findings {
            behaviours: self.behaviours.into_iter().collect(),
            nearest: self.nearest.map(|(gap, plan)| (gap, Arc::new(plan))),
            ..Findings::default()
        };
        for stored in self.breaks {
            let plan = Arc::new(stored.plan);
            let mut alone = Findings::default();
            alone.count(&plan, field.run(&plan, false), field);
            let is_it = |found: &super::Break| {
                found.property == stored.property && format!("{:?}", found.standing) == stored.standing
            };
            if let Some(found) = alone.breaks.into_iter().find(is_it) {
                findings.breaks.push(super::Break { runs: stored.runs, run: stored.run, ..found });
            }
        }
        (findings.runs, findings.virtual_time) = (self.runs, self.virtual_time);
        (findings.crashes, findings.merged, findings.outside) = (self.crashes, self.merged, self.outside);
        SearchProgress { unit: self.unit, findings, lately: (0, 0) }
    }
}
