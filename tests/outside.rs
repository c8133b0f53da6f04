//! The outside provider: what a lock and its tokens cannot do for it, and what a key for each job does.

use crate::support::{cheap, run_plan, shipped};
use fencepost_model::{Gate, MachinePlan, Plan, Site, Violation, word};
use fencepost_sim::{RESOURCE, RunOptions};
use std::collections::BTreeSet;

/// How often each variant of each scenario that ships is tried.
const SEEDS: u64 = 2;

fn violations(plan: &Plan, property: &str) -> Vec<Violation> {
    let result = run_plan(plan, RunOptions::default());
    result.judgement.of(property).map(|verdict| verdict.violations().to_vec()).unwrap_or_default()
}

#[test]
fn fencing_does_not_reach_the_provider() {
    let scenarios = shipped();
    let outside = scenarios.iter().find(|scenario| scenario.id == "outside-provider").expect("it ships");
    for property in [word::EXCLUSIVE_EFFECT, word::NO_LOST_UPDATE] {
        let mut sites = Vec::new();
        for seed in 0..20 {
            let seen = violations(&outside.plan("fenced", seed), property);
            sites.extend(seen.iter().map(|violation| violation.evidence.site()));
            assert_eq!(violations(&outside.plan("keyed", seed), property), [], "{property} @{seed}");
        }
        assert!(sites.len() >= 10, "{property}: only {} in 20 runs", sites.len());
        assert!(sites.iter().all(|site| *site == Site::Provider), "the resource refuses what is late");
    }
}

/// The plan, with a provider beside the resource, and these checks at the two.
fn with_provider(mut plan: Plan, gate: Gate, provider: Gate) -> Plan {
    (plan.variant.gate, plan.workload.provider) = (gate, Some(provider));
    if plan.machines.iter().all(|machine| machine.name != Site::Provider.name()) {
        let name = Site::Provider.name().to_owned();
        plan.machines.push(MachinePlan { name, role: RESOURCE.to_owned(), wall_offset: 0, ppm: 0 });
    }
    plan
}

/// Every lock that ships, with its defects, under every fault that ships: with a key for each job at both, no update is
/// lost and no job is done twice, nor is any done late: it was done before. Its twin says that there is something to
/// stop, at both.
#[test]
fn a_unique_key_stops_double_effects_under_every_plan() {
    let (mut plans, mut sites) = (0, BTreeSet::new());
    for scenario in cheap() {
        for variant in scenario.variants.iter() {
            for seed in 0..SEEDS {
                let plan = scenario.plan(&variant.name, seed);
                let keyed = with_provider(plan.clone(), Gate::OncePerKey, Gate::OncePerKey);
                assert_eq!(violations(&keyed, word::NO_LOST_UPDATE), [], "{}", plan.case);
                let late = violations(&keyed, word::EXCLUSIVE_EFFECT);
                let outside = late.iter().filter(|violation| violation.evidence.site() == Site::Provider);
                assert_eq!(outside.count(), 0, "{}", plan.case);
                let open = violations(&with_provider(plan, Gate::None, Gate::None), word::NO_LOST_UPDATE);
                sites.extend(open.iter().map(|violation| violation.evidence.site()));
                plans += 1;
            }
        }
    }
    assert!(plans > 300, "only {plans} plans");
    assert_eq!(sites.into_iter().collect::<Vec<_>>(), [Site::Resource, Site::Provider]);
}
