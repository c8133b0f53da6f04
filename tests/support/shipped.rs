//! The scenarios that ship, and their cases.

use fencepost::check::Rules;
use fencepost_catalogue::catalogue;
use fencepost_model::Plan;
use fencepost_scenario::{Scenario, parse};
use fencepost_sim::{RunOptions, RunResult, Spare, Stage, run, run_on};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Every shipped scenario, read from the folder in the checkout, by path. A file that does not parse fails the
/// test with its message.
pub fn shipped() -> Vec<Scenario> {
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../scenarios"));
    let mut paths: Vec<PathBuf> = Vec::new();
    for folder in entries(root).into_iter().filter(|path| path.is_dir()) {
        paths.extend(
            entries(&folder).into_iter().filter(|path| path.extension().is_some_and(|ext| ext == "toml")),
        );
    }
    let vocabulary = catalogue().vocabulary();
    let read = |path: &PathBuf| {
        let text = fs::read_to_string(path).expect("a scenario is readable");
        let id = path.file_stem().expect("it has a name").to_string_lossy().into_owned();
        let scenario = parse(&id, &path.to_string_lossy(), &text, &vocabulary);
        scenario.unwrap_or_else(|mistakes| panic!("{}", mistakes.render(false)))
    };
    let scenarios: Vec<Scenario> = paths.iter().map(read).collect();
    assert!(scenarios.len() >= 9, "only {} scenarios under {}", scenarios.len(), root.display());
    scenarios
}

/// The shipped scenarios without those whose runs are dear, for what is done with each of them. Of the comparison, in
/// which every lock stands in every file, two speak for the others.
pub fn cheap() -> Vec<Scenario> {
    let speaks = |scenario: &Scenario| {
        let compares = scenario.path.contains("/comparison/");
        !compares || ["calm", "everything-goes-wrong"].contains(&scenario.id.as_str())
    };
    let is_cheap = |scenario: &Scenario| scenario.seeds_max.is_none_or(|most| most >= 10);
    shipped().into_iter().filter(|scenario| is_cheap(scenario) && speaks(scenario)).collect()
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let read = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut paths: Vec<_> = read.map(|entry| entry.expect("an entry of a folder").path()).collect();
    paths.sort();
    paths
}

/// The plan of one case, by its name `scenario/variant@seed`.
pub fn case(name: &str) -> Plan {
    let (id, rest) = name.split_once('/').expect("a case has a slash");
    let (variant, seed) = rest.split_once('@').expect("a case has a seed");
    let scenarios = shipped();
    let scenario = scenarios.iter().find(|scenario| scenario.id == id).expect("the scenario ships");
    scenario.plan(variant, seed.parse().expect("a seed is a number"))
}

/// Runs a plan of a shipped scenario.
pub fn run_plan(plan: &Plan, options: RunOptions) -> RunResult {
    let catalogue = catalogue();
    let system = catalogue.system(&plan.variant.lock).expect("the lock ships");
    let workload = catalogue.workload(&plan.workload.name).expect("the workload ships");
    run(plan, system, workload, options)
}

/// Runs a plan of a shipped scenario in the memory that another run has left.
pub fn run_plan_in(spare: &mut Spare, plan: &Plan, options: RunOptions) -> RunResult {
    let catalogue = catalogue();
    let system = catalogue.system(&plan.variant.lock).expect("the lock ships");
    let workload = catalogue.workload(&plan.workload.name).expect("the workload ships");
    let (rules, plan) = (Rules::of(&system.descriptor(), plan), Arc::new(plan.clone()));
    run_on(&Stage::of(Arc::new(rules), &plan), spare, &plan, system, workload, options)
}
