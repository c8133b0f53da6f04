//! Case folders: the first violations of a sweep, each complete in itself.

use super::form::{CaseHead, STORE_FORMAT, StoredViolation, case_folder};
use super::read::{CASE_FILE, CASES};
use super::write::{Store, cannot_write, json};
use crate::{Refused, Replayed};
use fencepost_check::Rules;
use fencepost_check::history::write;
use fencepost_model::{Descriptor, Verdict};
use std::fs;
use std::path::Path;
use std::sync::Arc;

/// The plan of a case: everything that its run needs.
pub const PLAN_FILE: &str = "plan.json";
/// The scenario that the plan was drawn from.
pub const SCENARIO_FILE: &str = "scenario.toml";
/// What happened, as `fencepost check` reads it.
pub const HISTORY_FILE: &str = "history.jsonl";
/// What happened, drawn.
pub const LANES_FILE: &str = "lanes.svg";

impl Store {
    /// Keeps a run that was recorded. The folder is there as a whole or not at all.
    pub(crate) fn keep_case(&self, replayed: &Replayed, descriptor: &Descriptor) -> Result<(), Refused> {
        let case = &replayed.plan.case;
        let name = case_folder(&case.scenario, &case.variant, case.seed);
        let (cases, files) = (self.dir.join(CASES), self.files(replayed, descriptor));
        let (draft, folder) = (cases.join(format!(".{name}.tmp")), cases.join(&name));
        fs::create_dir_all(&draft).map_err(|error| cannot_write(&draft, &error))?;
        for (file, bytes) in files {
            let path = draft.join(file);
            fs::write(&path, bytes).map_err(|error| cannot_write(&path, &error))?;
        }
        fs::rename(&draft, &folder).map_err(|error| cannot_write(&folder, &error))
    }

    fn files(&self, replayed: &Replayed, descriptor: &Descriptor) -> Vec<(&'static str, Vec<u8>)> {
        let Replayed { plan, result, scenario, .. } = replayed;
        let rules = Arc::new(Rules::of(descriptor, plan));
        let scenario = scenario.as_ref().expect("a sweep draws plans from scenarios");
        let mut shows = Vec::new();
        for report in &result.judgement.properties {
            if let Verdict::Violated(violations) = &report.verdict {
                let told = |one| StoredViolation::of(report.property, one, &result.cast, &*self.pen);
                shows.extend(violations.iter().map(told));
            }
        }
        let head = CaseHead {
            format: STORE_FORMAT,
            scenario: plan.case.scenario.clone(),
            variant: plan.case.variant.clone(),
            seed: plan.case.seed,
            digest: result.digest,
            path: scenario.path.clone(),
            shows,
        };
        vec![
            (PLAN_FILE, json(plan)),
            (SCENARIO_FILE, scenario.text().as_bytes().to_vec()),
            (HISTORY_FILE, write::lines(&result.cast, &rules, &result.history).into_bytes()),
            (LANES_FILE, self.pen.lanes(replayed).into_bytes()),
            (CASE_FILE, json(&head)),
        ]
    }
}

/// Whether a folder is one of a case.
pub(crate) fn is_case(folder: &Path) -> bool {
    folder.join(CASE_FILE).is_file()
}
