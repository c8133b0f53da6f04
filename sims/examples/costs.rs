//! What a grant costs: messages, syncs of disks and virtual time, on the same clients for each lock.
//!
//! `cargo run --release -p fencepost-catalogue --example costs`

use fencepost_catalogue::catalogue;
use fencepost_model::{Call, ClientEvent, EventKind, Instant, Outcome, Span, TenureEvent, WorldEvent};
use fencepost_scenario::parse;
use fencepost_sim::{RunOptions, RunResult, run};

/// How many seeds of each variant are run.
const SEEDS: u64 = 20;

const SCENARIO: &str = r#"
title = "Costs"
length = "30s"
[clients]
count = CLIENTS
[workload]
hold = { min = "5ms", max = "50ms" }
think = { min = "0ms", max = "50ms" }
[variant.redis-aof-always]
lock = "redis"
settings = { persistence = "aof-always" }
[variant.raft-3]
lock = "raft"
[variant.raft-5]
lock = "raft"
settings = { members = 5 }
FAULT
"#;

const FAULT: &str = r#"
[[fault]]
at = "10s"
KIND = { who = "TARGET", restart-after = "8s" }
"#;

fn main() {
    for clients in [1, 5] {
        println!("{clients} clients, calm");
        for (name, results) in play(clients, "", "store") {
            let all = |of: fn(&RunResult) -> u64| results.iter().map(of).sum::<u64>();
            let grants = all(|result| grants(result).len() as u64).max(1);
            let waits: Vec<Span> = results.iter().flat_map(acquires).collect();
            let per_grant = |of: fn(&RunResult) -> u64| format!("{:.1}", all(of) as f64 / grants as f64);
            println!(
                "  {name:18} {grants:6} grants  {:>6} messages  {:>5} syncs  acquire {}",
                per_grant(|result| result.messages),
                per_grant(|result| result.syncs),
                quartiles(waits),
            );
        }
    }
    for kind in ["kill", "power-cut"] {
        println!("5 clients, {kind} of the leader, and of the one server");
        for (name, results) in play(5, kind, "leader").into_iter().chain(play(5, kind, "store")) {
            let taken_over: Vec<Span> = results.iter().filter_map(take_over).collect();
            println!("  {name:18} next grant after {}", quartiles(taken_over));
        }
    }
}

/// The runs of each variant.
fn play(clients: u32, kind: &str, target: &str) -> Vec<(String, Vec<RunResult>)> {
    let catalogue = catalogue();
    let fault = match kind {
        "" => String::new(),
        kind => FAULT.replace("KIND", kind).replace("TARGET", target),
    };
    let text = SCENARIO.replace("CLIENTS", &clients.to_string()).replace("FAULT", &fault);
    let scenario = parse("costs", "costs.toml", &text, &catalogue.vocabulary());
    let scenario = scenario.unwrap_or_else(|mistakes| panic!("{}", mistakes.render(false)));
    let variants = scenario.variants.iter().filter(|variant| match (kind, target) {
        ("", _) => true,
        (_, "leader") => variant.name.starts_with("raft"),
        _ => !variant.name.starts_with("raft"),
    });
    let options = RunOptions { record: true, ..RunOptions::default() };
    let of_variant = |name: &str| {
        let one = |seed| {
            let plan = scenario.plan(name, seed);
            let system = catalogue.system(&plan.variant.lock).expect("it was parsed");
            let workload = catalogue.workload(&plan.workload.name).expect("it was parsed");
            run(&plan, system, workload, options)
        };
        (0..SEEDS).map(one).collect()
    };
    variants.map(|variant| (variant.name.clone(), of_variant(&variant.name))).collect()
}

fn grants(result: &RunResult) -> Vec<Instant> {
    let granted = |kind: &EventKind| matches!(kind, EventKind::Tenure(TenureEvent::Granted { .. }));
    result.history.iter().filter(|event| granted(&event.kind)).map(|event| event.at).collect()
}

/// How long each acquire took that was granted.
fn acquires(result: &RunResult) -> Vec<Span> {
    let mut open = std::collections::BTreeMap::new();
    let mut took = Vec::new();
    for event in &result.history {
        match event.kind {
            EventKind::Client(ClientEvent::Invoked { tag, call: Call::Acquire, .. }) => {
                open.insert(tag, event.at);
            }
            EventKind::Client(ClientEvent::Returned { tag, outcome: Outcome::Granted { .. }, .. }) => {
                took.extend(open.remove(&tag).map(|since| event.at.since(since)));
            }
            _ => {}
        }
    }
    took
}

/// How long it took from the fault to the next grant.
fn take_over(result: &RunResult) -> Option<Span> {
    let fired = |kind: &EventKind| matches!(kind, EventKind::World(WorldEvent::Fired { .. }));
    let fault = result.history.iter().find(|event| fired(&event.kind))?.at;
    grants(result).into_iter().find(|at| *at > fault).map(|at| at.since(fault))
}

fn quartiles(mut spans: Vec<Span>) -> String {
    spans.sort_unstable();
    let at = |part: usize| spans.get(spans.len() * part / 4).copied().unwrap_or_default().in_seconds();
    format!("{} / {} / {} (quartiles)", at(1), at(2), at(3))
}
