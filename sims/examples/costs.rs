//! What a lock costs: messages and syncs of disks for each grant, and virtual milliseconds to be granted it,
//! with one client alone and with several that contend.
//!
//! `cargo run --release --example costs -- quorum 'nodes = 5'` names a lock and its settings. Without the
//! latter it has its defaults.

use fencepost_catalogue::catalogue;
use fencepost_model::{Call, ClientEvent, EventKind, Outcome, Span};
use fencepost_scenario::parse;
use fencepost_sim::{Ground, RunOptions, RunResult, run};

/// How many seeds are added up.
const SEEDS: u64 = 20;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let lock = arguments.next().unwrap_or_else(|| "redis".to_owned());
    let settings = arguments.next().unwrap_or_default();
    println!("{lock} {{ {settings} }}: clients, grants, messages and syncs for each, milliseconds to grant");
    for clients in [1, 4] {
        let (mut grants, mut messages, mut syncs, mut waited) = (0, 0, 0, Span::ZERO);
        for seed in 0..SEEDS {
            let result = result_of(&lock, &settings, clients, seed);
            let (granted, took) = granted(&result);
            (grants, waited) = (grants + granted, waited + took);
            (messages, syncs) = (messages + result.messages, syncs + result.syncs);
        }
        let each = |sum: u64| sum as f64 / grants.max(1) as f64;
        let millis = each(waited.0) / 1e6;
        println!("{clients:3} {grants:6} {:8.1} {:6.1} {millis:8.1}", each(messages), each(syncs));
    }
}

/// A calm run: messages take 1 ms, syncs 1 ms. Owners hold for 20 ms and write under the lock.
fn result_of(lock: &str, settings: &str, clients: u64, seed: u64) -> RunResult {
    let text = format!(
        r#"
        title = "costs"
        length = "10s"
        clients = {{ count = {clients} }}
        network = {{ latency = "1ms" }}
        disk = {{ sync = "1ms" }}
        workload = {{ hold = "20ms", think = {{ min = "50ms", max = "150ms" }} }}
        [variant.it]
        lock = "{lock}"
        settings = {{ {settings} }}
        "#
    );
    let catalogue = catalogue();
    let scenario = parse("costs", "costs.toml", &text, &catalogue.vocabulary());
    let plan = scenario.unwrap_or_else(|mistakes| panic!("{}", mistakes.render(false))).plan("it", seed);
    let (system, workload) = (catalogue.system(lock), catalogue.workload(&plan.workload.name));
    let options = RunOptions { ground: Ground::best(), record: true, judge: false };
    run(&plan, system.expect("it ships"), workload.expect("it ships"), options)
}

/// How many acquires were granted, and how long they took together.
fn granted(result: &RunResult) -> (u64, Span) {
    let (mut asked, mut grants, mut waited) = (Vec::new(), 0, Span::ZERO);
    for event in &result.history {
        match &event.kind {
            EventKind::Client(ClientEvent::Invoked { tag, call: Call::Acquire, .. }) => {
                asked.push((*tag, event.at));
            }
            EventKind::Client(ClientEvent::Returned { tag, outcome: Outcome::Granted { .. }, .. }) => {
                let since = asked.iter().rfind(|(of, _)| of == tag).map_or(event.at, |(_, at)| *at);
                (grants, waited) = (grants + 1, waited + event.at.since(since));
            }
            _ => {}
        }
    }
    (grants, waited)
}
