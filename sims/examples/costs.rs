//! What a grant costs: messages, syncs of disks and virtual time, on the same clients for each lock, and how
//! long it takes until somebody is granted the lock after the death of a server. Every server that keeps
//! anything syncs it before it answers. And what a second of virtual time costs of real time, judged: that is
//! the only number that depends on the machine, so it is taken on a quiet one.
//!
//! `cargo run --release -p fencepost-catalogue --example costs`

use fencepost_catalogue::catalogue;
use fencepost_model::{Call, ClientEvent, EventKind, Outcome, Span, WorldEvent};
use fencepost_scenario::parse;
use fencepost_sim::{RunOptions, RunResult, run};
use std::time::Duration;

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
[variant.redis]
lock = "redis"
settings = { persistence = "aof-always" }
[variant.redis-failover]
lock = "redis-failover"
settings = { persistence = "aof-always" }
[variant.redis-failover-waits]
lock = "redis-failover"
settings = { persistence = "aof-always", wait = 1 }
[variant.redlock-3]
lock = "redlock"
settings = { persistence = "aof-always" }
[variant.redlock-5]
lock = "redlock"
settings = { persistence = "aof-always", nodes = 5 }
[variant.naive-quorum-3]
lock = "naive-quorum"
settings = { persistence = "aof-always" }
[variant.quorum-3]
lock = "quorum"
[variant.quorum-5]
lock = "quorum"
settings = { nodes = 5 }
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

/// Which server dies: the one that matters most, of several alike any.
const DYING: [(&str, &[&str]); 3] = [
    ("store", &["redis", "redis-failover"]),
    ("node", &["redlock", "naive-quorum", "quorum"]),
    ("leader", &["raft"]),
];

fn main() {
    for clients in [1, 5] {
        println!("{clients} clients, calm");
        let everybody: Vec<&str> = DYING.iter().flat_map(|(_, locks)| *locks).copied().collect();
        for Played { name, results, took } in play(clients, "", &everybody) {
            let all = |of: fn(&RunResult) -> u64| results.iter().map(of).sum::<u64>();
            let waits: Vec<Span> = results.iter().flat_map(acquires).collect();
            let per_grant =
                |of: fn(&RunResult) -> u64| format!("{:.1}", all(of) as f64 / waits.len().max(1) as f64);
            println!(
                "  {name:20} {:6} grants  {:>6} messages  {:>5} syncs  {:>5} ms a virtual second  acquire {}",
                waits.len(),
                per_grant(|result| result.messages),
                per_grant(|result| result.syncs),
                per_virtual_second(took, all(|result| result.ended_at.0)),
                quartiles(waits.clone()),
            );
        }
    }
    for kind in ["kill", "power-cut"] {
        println!("5 clients, {kind} of a server, which is back after 8 s");
        for (target, locks) in DYING {
            let fault = FAULT.replace("KIND", kind).replace("TARGET", target);
            for Played { name, results, .. } in play(5, &fault, locks) {
                let taken_over: Vec<Span> = results.iter().filter_map(take_over).collect();
                println!("  {name:20} {target:6} next grant after {}", quartiles(taken_over));
            }
        }
    }
}

/// The runs of one variant.
struct Played {
    name: String,
    /// Recorded.
    results: Vec<RunResult>,
    /// How long the same runs took when nobody recorded them.
    took: Duration,
}

/// The runs of each variant of these locks.
fn play(clients: u32, fault: &str, locks: &[&str]) -> Vec<Played> {
    let catalogue = catalogue();
    let text = SCENARIO.replace("CLIENTS", &clients.to_string()).replace("FAULT", fault);
    let scenario = parse("costs", "costs.toml", &text, &catalogue.vocabulary());
    let scenario = scenario.unwrap_or_else(|mistakes| panic!("{}", mistakes.render(false)));
    let variants = scenario.variants.iter().filter(|variant| locks.contains(&variant.descriptor.name));
    let all = |name: &str, record| -> Vec<RunResult> {
        let one = |seed| {
            let plan = scenario.plan(name, seed);
            let system = catalogue.system(&plan.variant.lock).expect("it was parsed");
            let workload = catalogue.workload(&plan.workload.name).expect("it was parsed");
            run(&plan, system, workload, RunOptions { record, ..RunOptions::default() })
        };
        (0..SEEDS).map(one).collect()
    };
    let played = variants.map(|variant| {
        let name = variant.name.clone();
        let took = timed(|| all(&name, false));
        Played { results: all(&name, true), took, name }
    });
    played.collect()
}

/// How long `work` takes: from outside of the runs, which have no clock but their own.
#[expect(
    clippy::disallowed_types,
    reason = "it is measured what the simulator costs, and not what it simulates"
)]
fn timed<T>(work: impl FnOnce() -> T) -> Duration {
    let began = std::time::Instant::now();
    work();
    began.elapsed()
}

/// Milliseconds of real time for each second of virtual time.
fn per_virtual_second(took: Duration, virtual_nanos: u64) -> String {
    format!("{:.2}", took.as_secs_f64() * 1e12 / virtual_nanos.max(1) as f64)
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

/// How long it took from the fault until somebody was told that they have the lock.
fn take_over(result: &RunResult) -> Option<Span> {
    let fired = |kind: &EventKind| matches!(kind, EventKind::World(WorldEvent::Fired { .. }));
    let granted = |kind: &EventKind| {
        matches!(kind, EventKind::Client(ClientEvent::Returned { outcome: Outcome::Granted { .. }, .. }))
    };
    let fault = result.history.iter().find(|event| fired(&event.kind))?.at;
    let next = result.history.iter().find(|event| event.at > fault && granted(&event.kind))?;
    Some(next.at.since(fault))
}

fn quartiles(mut spans: Vec<Span>) -> String {
    spans.sort_unstable();
    let at = |part: usize| spans.get(spans.len() * part / 4).copied().unwrap_or_default().in_seconds();
    format!("{} / {} / {} (quartiles)", at(1), at(2), at(3))
}
