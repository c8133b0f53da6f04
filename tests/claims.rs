//! Inside its claims nothing breaks: every cure that the classics and the zoo show is tried under faults that
//! are drawn at random and cut off at what its claims allow.
//!
//! Here is a part of it. All of it is `fencepost run claims --seeds 100000`.

use crate::support::{run_plan, shipped};
use fencepost_model::{Commit, Gate, SettingKind, SettingSpec, Span, Verdict};
use fencepost_scenario::{Scenario, Variant};
use fencepost_sim::RunOptions;
use std::path::Path;

/// How many seeds of each variant are run here.
const SEEDS: u64 = 60;

/// What makes a variant another lock than the next one: its settings without their sizes, its gate, when
/// its owners commit, and whether they prolong their tenures themselves. How large the reserve is says how much is drawn.
#[derive(Debug, PartialEq, Eq)]
struct Kind {
    lock: &'static str,
    settings: Vec<(&'static str, String)>,
    gate: Gate,
    commit: Commit,
    provider: Option<Gate>,
    extends: bool,
}

fn kind(scenario: &Scenario, variant: &Variant) -> Kind {
    let plan = scenario.plan(&variant.name, 0);
    let specs = variant.descriptor.settings.iter().filter(|spec| spec.name != "reserve");
    let sort = |spec: &SettingSpec| match spec.kind {
        SettingKind::Flag => variant.settings.flag(spec.name).to_string(),
        SettingKind::Word(_) => variant.settings.word(spec.name).to_owned(),
        SettingKind::Span { .. } => (variant.settings.span(spec.name) > Span::ZERO).to_string(),
        SettingKind::Number { .. } => (variant.settings.number(spec.name) > 0).to_string(),
    };
    Kind {
        lock: variant.descriptor.name,
        settings: specs.map(|spec| (spec.name, sort(spec))).collect(),
        gate: variant.gate,
        commit: variant.commit,
        provider: variant.provider,
        extends: plan.workload.extend_every.is_some(),
    }
}

fn in_folder(scenario: &Scenario, folder: &str) -> bool {
    Path::new(&scenario.path).parent().is_some_and(|parent| parent.ends_with(folder))
}

/// Every variant of these folders that plants nothing and is expected to break nothing.
fn cures<'a>(scenarios: &'a [Scenario], folders: &'a [&str]) -> impl Iterator<Item = (String, Kind)> + 'a {
    let those = scenarios.iter().filter(|it| folders.iter().any(|folder| in_folder(it, folder)));
    those.flat_map(|scenario| {
        let is_cure = |variant: &&Variant| {
            let breaks = [&scenario.expect.broken, &scenario.expect.may_break];
            !variant.is_planted() && breaks.iter().all(|breaks| !breaks.contains_key(&variant.name))
        };
        let variants = scenario.variants.iter().filter(is_cure);
        variants.map(move |it| (format!("{}/{}", scenario.id, it.name), kind(scenario, it)))
    })
}

#[test]
fn every_cure_is_tried_inside_its_claims() {
    let scenarios = shipped();
    let tried: Vec<(String, Kind)> = cures(&scenarios, &["claims"]).collect();
    let (mut checked, mut untried) = (0, Vec::new());
    for (name, kind) in cures(&scenarios, &["classics", "zoo"]) {
        if tried.iter().all(|(_, tried)| *tried != kind) {
            untried.push((name, kind));
        }
        checked += 1;
    }
    assert!(untried.is_empty(), "no scenario in claims/ tries {untried:#?}");
    assert!(checked >= 50, "only {checked} variants were found");
}

#[test]
fn inside_its_claims_nothing_breaks() {
    let scenarios = shipped();
    let claims: Vec<&Scenario> = scenarios.iter().filter(|it| in_folder(it, "claims")).collect();
    assert!(claims.len() >= 5, "only {} scenarios were found", claims.len());
    for scenario in claims {
        assert!(scenario.within_claims, "{} draws beyond the claims", scenario.id);
        for variant in &scenario.variants {
            (0..SEEDS).for_each(|seed| holds(scenario, variant, seed));
        }
    }
}

fn holds(scenario: &Scenario, variant: &Variant, seed: u64) {
    let plan = scenario.plan(&variant.name, seed);
    for report in run_plan(&plan, RunOptions::default()).judgement.properties {
        let fine = matches!(report.verdict, Verdict::Holds | Verdict::NotOffered);
        assert!(fine, "{} {}: {:#?}", plan.case, report.property, report.verdict);
    }
}
