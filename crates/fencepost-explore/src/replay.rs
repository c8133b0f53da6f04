//! Replaying one case: recorded, and run twice.

use crate::one::run_guarded;
use crate::selection::{place_of, read, source_of};
use crate::{Catalogue, Exit, Refused, Row, Seeds, Shelf, Source, Status, Tally, guests, store};
use fencepost_model::{GENERATOR, PLAN_FORMAT, Plan};
use fencepost_scenario::{Scenario, parse};
use fencepost_sim::{Ground, RunResult};
use std::path::Path;
use std::thread;

/// A case that was run again, with everything that is known about it.
pub struct Replayed {
    /// What was typed for it.
    pub called: String,
    /// The plan.
    pub plan: Plan,
    /// The scenario that it was drawn from; none for a plan out of a file.
    pub scenario: Option<Scenario>,
    /// What came of it, with the history.
    pub result: RunResult,
    /// The digest of a second run on another thread; none where a mistake of ours ended it.
    pub second: Option<u64>,
    /// The run, judged by what the scenario expects; without a scenario every break is unexpected.
    pub status: Status,
}

impl Replayed {
    /// Whether the second run was the same run.
    pub fn repeated(&self) -> bool {
        self.second == Some(self.result.digest)
    }

    /// The code with which the binary ends.
    pub fn exit(&self) -> Exit {
        let repeated = if self.repeated() { Exit::AsExpected } else { Exit::NotRepeated };
        self.status.exit().worst(repeated)
    }
}

/// Why a case could not be replayed.
#[derive(Debug)]
pub enum ReplayError {
    /// For the user to mend.
    Refused(Refused),
    /// A mistake of ours, with what it said.
    Internal(String),
}

impl From<Refused> for ReplayError {
    fn from(refused: Refused) -> ReplayError {
        ReplayError::Refused(refused)
    }
}

/// Replays a case (`scenario/variant@seed`), a case folder of the store, a scenario file with one variant and
/// one seed, or a plan that was printed as JSON.
pub fn replay(
    catalogue: &Catalogue,
    shelf: &Shelf,
    what: &str,
    ground: Ground,
) -> Result<Replayed, ReplayError> {
    let (plan, scenario) = plan_of(catalogue, shelf, what)?;
    replay_plan(catalogue, what, plan, scenario, ground).map_err(ReplayError::Internal)
}

/// Replays a plan: `called` is what to type for it, and `scenario` the one that it was drawn from.
///
/// Fails where a mistake of ours ends the run, with what it said.
pub fn replay_plan(
    catalogue: &Catalogue,
    called: &str,
    plan: Plan,
    scenario: Option<Scenario>,
    ground: Ground,
) -> Result<Replayed, String> {
    let result = run_guarded(catalogue, &plan, ground, true)?;
    let second = thread::scope(|scope| {
        let second = scope.spawn(|| run_guarded(catalogue, &plan, ground, false));
        second.join().ok().and_then(Result::ok).map(|result| result.digest)
    });
    let status = status_of(&plan, scenario.as_ref(), &result);
    Ok(Replayed { called: called.to_owned(), plan, scenario, result, second, status })
}

/// The plan of a case, and the scenario that it was drawn from.
pub fn plan_of(
    catalogue: &Catalogue,
    shelf: &Shelf,
    what: &str,
) -> Result<(Plan, Option<Scenario>), Refused> {
    if what.ends_with(".json") && Path::new(what).is_file() {
        return stored_plan(catalogue, what).map(|plan| (plan, None));
    }
    let folder = Path::new(what);
    if store::is_case(folder) {
        return stored_case(catalogue, folder);
    }
    let (place, seed) = match what.rsplit_once('@') {
        None => (what, None),
        Some((place, seed)) => match seed.parse::<u64>() {
            Ok(seed) => (place, Some(seed)),
            Err(_) => {
                return Err(Refused::bad(format!("`{seed}` is no seed"), "a case ends in `@` and a number"));
            }
        },
    };
    let (source, variant) = locate(shelf, place)?;
    let scenario = read(catalogue, &source, &catalogue.vocabulary())?;
    let variant = match (variant, scenario.own_variants()) {
        (Some(name), _) => scenario.variants[place_of(&scenario, &name)?].name.clone(),
        (None, [only]) => only.name.clone(),
        (None, _) => return Err(name_a_case(&scenario, seed)),
    };
    let seed = match seed {
        Some(seed) => seed,
        None if scenario.seeds == 1 => 0,
        None => return Err(name_a_case(&scenario, None)),
    };
    Ok((scenario.plan(&variant, seed), Some(scenario)))
}

/// The scenario and, where it is named, the variant.
fn locate(shelf: &Shelf, place: &str) -> Result<(Source, Option<String>), Refused> {
    if let Some(source) = source_of(shelf, place) {
        return Ok((source, None));
    }
    let (id, variant) = place.rsplit_once('/').unwrap_or((place, ""));
    let source = source_of(shelf, id).ok_or_else(|| {
        let ids = shelf.sources().iter().map(|source| source.id.as_str());
        Refused::no_such(
            "scenario",
            id,
            ids,
            "a case is `scenario/variant@seed`; `fencepost list` shows scenarios",
        )
    })?;
    Ok((source, Some(variant.to_owned()).filter(|name| !name.is_empty())))
}

fn name_a_case(scenario: &Scenario, seed: Option<u64>) -> Refused {
    let variant = &scenario.variants[0].name;
    let example = format!("{}/{variant}@{}", scenario.id, seed.unwrap_or(0));
    let message = format!("`{}` stands for more than one run", scenario.id);
    Refused::bad(message, format!("name one of them, such as `{example}`"))
}

/// The plan of a case folder, and the scenario beside it where this build can still read that: the plan alone
/// is enough to run.
fn stored_case(catalogue: &Catalogue, folder: &Path) -> Result<(Plan, Option<Scenario>), Refused> {
    let head = store::case_head(folder)?;
    let plan = stored_plan(catalogue, &folder.join(store::PLAN_FILE).to_string_lossy())?;
    let text = std::fs::read_to_string(folder.join(store::SCENARIO_FILE)).unwrap_or_default();
    let vocabulary = catalogue.vocabulary();
    let scenario = parse(&head.scenario, &head.path, &text, &vocabulary).ok();
    let scenario = scenario.map(|scenario| guests::join(catalogue, scenario, &vocabulary));
    let scenario = scenario.filter(|scenario| scenario.variant(&plan.case.variant).is_some());
    Ok((plan, scenario))
}

/// The digest that the run of a case folder had when it was stored; none where it is no case folder.
pub fn stored_digest(what: &str) -> Option<u64> {
    let folder = Path::new(what);
    store::is_case(folder).then(|| store::case_head(folder).ok()).flatten().map(|head| head.digest)
}

fn stored_plan(catalogue: &Catalogue, path: &str) -> Result<Plan, Refused> {
    let text = std::fs::read_to_string(path);
    let text =
        text.map_err(|error| Refused::bad(format!("`{path}` cannot be read: {error}"), "look at the file"))?;
    let plan: Plan = serde_json::from_str(&text).map_err(|error| {
        Refused::bad(format!("`{path}` holds no plan: {error}"), "`fencepost replay CASE --plan` prints one")
    })?;
    if (plan.format, plan.generator) != (PLAN_FORMAT, GENERATOR) {
        let message = format!("`{path}` has format {} and generator {}", plan.format, plan.generator);
        return Err(Refused::bad(
            message,
            format!("this build reads format {PLAN_FORMAT} and generator {GENERATOR}"),
        ));
    }
    if catalogue.system(&plan.variant.lock).is_none() {
        let names: Vec<&str> = catalogue.descriptors().map(|descriptor| descriptor.name).collect();
        return Err(Refused::no_such(
            "lock",
            &plan.variant.lock,
            names,
            "`fencepost list locks` shows what there is",
        ));
    }
    if catalogue.workload(&plan.workload.name).is_none() {
        let names: Vec<&str> = catalogue.workloads().map(|workload| workload.name).collect();
        return Err(Refused::no_such(
            "workload",
            &plan.workload.name,
            names,
            "`fencepost list workloads` shows them",
        ));
    }
    Ok(plan)
}

pub(crate) fn status_of(plan: &Plan, scenario: Option<&Scenario>, result: &RunResult) -> Status {
    let Some(scenario) = scenario else {
        let broke = result.judgement.properties.iter().any(|report| report.verdict.is_violated());
        return if broke { Status::Unexpected } else { Status::Ok };
    };
    let variant = scenario.variant(&plan.case.variant).expect("the plan was drawn from this scenario");
    let mut tally = Tally::default();
    tally.add(plan, result, 0, false);
    let row = Row::judge(
        scenario,
        variant,
        &scenario.id,
        Seeds { from: plan.case.seed, to: plan.case.seed + 1 },
        tally,
    );
    // One run of many decides nothing about the others.
    if scenario.seeds > 1 && row.status == Status::Deferred { Status::Ok } else { row.status }
}
