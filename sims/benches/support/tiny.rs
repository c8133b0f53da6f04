//! Tiny runs, as a search makes them by the million: two clients, one tenure each, one fault.

use fencepost_catalogue::catalogue;
use fencepost_check::Rules;
use fencepost_explore::Catalogue;
use fencepost_scenario::{Scenario, parse};
use fencepost_sim::{RunOptions, Spare, Stage, run_on};
use std::sync::Arc;

const TEXT: &str = r#"
    title = "two clients, one tenure each, one pause"
    length = "1s"
    clients = { count = 2 }
    network = { latency = { min = "500us", max = "2ms" } }
    workload = { hold = "5ms", think = { min = "0ms", max = "20ms" }, per-owner = 1 }
    [variant.redis]
    lock = "redis"
    settings = { ttl = "100ms" }
    [[fault]]
    on = { event = "acquired", nth = 1, after = { min = "0ms", max = "10ms" } }
    pause = { who = "holder", hold = { min = "50ms", max = "200ms" } }
"#;

/// The family of runs, and the next seed.
pub struct Tiny {
    catalogue: Catalogue,
    scenario: Scenario,
    rules: Arc<Rules>,
    spare: Spare,
    seed: u64,
}

impl Tiny {
    pub fn new() -> Tiny {
        let catalogue = catalogue();
        let scenario = parse("tiny", "tiny.toml", TEXT, &catalogue.vocabulary());
        let scenario = scenario.unwrap_or_else(|mistakes| panic!("{}", mistakes.render(false)));
        let descriptor = scenario.variants[0].descriptor;
        let rules = Arc::new(Rules::of(&descriptor, &scenario.plan("redis", 0)));
        Tiny { catalogue, scenario, rules, spare: Spare::default(), seed: 0 }
    }

    /// Draws a plan, runs and judges it; gives the messages that were delivered.
    pub fn run_next(&mut self) -> u64 {
        self.seed += 1;
        let plan = Arc::new(self.scenario.plan("redis", self.seed));
        let system = self.catalogue.system("redis").expect("it ships");
        let workload = self.catalogue.workload("register").expect("it ships");
        let stage = Stage::of(self.rules.clone(), &plan);
        run_on(&stage, &mut self.spare, &plan, system, workload, RunOptions::default()).messages
    }
}
