//! A run whose clients do what a test says.

use super::run::Run;
use super::script::{Lines, Me, Players, Script};
use super::{Echo, How, Naughty};
use fencepost_catalogue::{raft, redis, redis_failover, redlock, trivial};
use fencepost_model::{Commit, Gate, Plan, word};
use fencepost_scenario::{Vocabulary, parse};
use fencepost_sim::{RunOptions, SimSystem, run};
use std::collections::BTreeMap;
use std::future::Future;
use std::sync::Arc;

/// A calm run of one client, ten seconds long, on a network that carries everything in exactly 1 ms. Every
/// method changes one thing of it.
pub struct Play {
    system: Box<dyn SimSystem>,
    seed: u64,
    length: String,
    clients: u32,
    network: String,
    workload: String,
    budget: String,
    variant: String,
    faults: String,
    scripts: BTreeMap<String, Script>,
    options: RunOptions,
}

impl Play {
    /// With this system.
    pub fn with(system: impl SimSystem + 'static) -> Play {
        Play {
            system: Box::new(system),
            seed: 0,
            length: "10s".into(),
            clients: 1,
            network: "latency = '1ms'\n".into(),
            workload: String::new(),
            budget: String::new(),
            variant: String::new(),
            faults: String::new(),
            scripts: BTreeMap::new(),
            options: RunOptions { record: true, ..RunOptions::default() },
        }
    }

    /// With a server that answers what it is asked, and no lock.
    pub fn with_echo() -> Play {
        Play::with(Echo)
    }

    /// With the Redis lock under these settings.
    pub fn with_redis(settings: &str) -> Play {
        let play = Play::with(redis::shipped());
        Play { variant: format!("settings = {{ {settings} }}\n"), ..play }
    }

    /// With Redlock under these settings.
    pub fn with_redlock(settings: &str) -> Play {
        let play = Play::with(redlock::shipped());
        Play { variant: format!("settings = {{ {settings} }}\n"), ..play }
    }

    /// With the lock on a replicated log under these settings.
    pub fn with_raft(settings: &str) -> Play {
        let play = Play::with(raft::shipped());
        Play { variant: format!("settings = {{ {settings} }}\n"), ..play }
    }

    /// With the lock of a single Redis on one that fails over, under these settings.
    pub fn with_failover(settings: &str) -> Play {
        let play = Play::with(redis_failover::shipped());
        Play { variant: format!("settings = {{ {settings} }}\n"), ..play }
    }

    /// With a lock whose code misbehaves in the first client.
    pub fn with_naughty(how: How) -> Play {
        Play::with(Naughty(how))
    }

    /// One more setting of the lock.
    pub fn setting(mut self, setting: &str) -> Play {
        self.variant = self.variant.replace(" }\n", &format!(", {setting} }}\n"));
        self
    }

    /// With this check at the resource.
    pub fn gate(mut self, gate: Gate) -> Play {
        self.variant += &format!("gate = '{}'\n", gate.word());
        self
    }

    /// With owners who commit then.
    pub fn commit(mut self, commit: Commit) -> Play {
        self.variant += &format!("commit = '{}'\n", commit.word());
        self
    }

    /// With a provider that checks this.
    pub fn provider(mut self, gate: Gate) -> Play {
        self.variant += &format!("provider = '{}'\n", gate.word());
        self
    }

    pub fn seed(self, seed: u64) -> Play {
        Play { seed, ..self }
    }

    pub fn length(self, length: &str) -> Play {
        Play { length: length.into(), ..self }
    }

    pub fn clients(self, clients: u32) -> Play {
        Play { clients, ..self }
    }

    /// The flight time of every message, as a law of scenario files.
    pub fn latency(mut self, law: &str) -> Play {
        self.network = self.network.replace("latency = '1ms'", &format!("latency = {law}"));
        self
    }

    /// One more line of `[network]`.
    pub fn network(mut self, line: &str) -> Play {
        self.network += &format!("{line}\n");
        self
    }

    /// One line of `[workload]`.
    pub fn workload(mut self, line: &str) -> Play {
        self.workload += &format!("{line}\n");
        self
    }

    pub fn budget(mut self, steps: u64) -> Play {
        self.budget = format!("steps = {steps}\n");
        self
    }

    /// One `[[fault]]`.
    pub fn fault(mut self, lines: &str) -> Play {
        self.faults += &format!("[[fault]]\n{lines}\n");
        self
    }

    /// What a client does.
    pub fn client<F>(mut self, name: &str, script: impl Fn(Me) -> F + Send + Sync + 'static) -> Play
    where
        F: Future<Output = ()> + 'static,
    {
        self.scripts.insert(name.to_owned(), Arc::new(move |me| Box::pin(script(me))));
        self
    }

    /// What every client does that has no script of its own.
    pub fn each_client<F>(mut self, script: impl Fn(Me) -> F + Send + Sync + 'static) -> Play
    where
        F: Future<Output = ()> + 'static,
    {
        let script: Script = Arc::new(move |me| Box::pin(script(me)));
        for client in 1..=self.clients {
            self.scripts.entry(format!("c{client}")).or_insert_with(|| script.clone());
        }
        self
    }

    /// Judged, and no history kept.
    pub fn unrecorded(mut self) -> Play {
        self.options.record = false;
        self
    }

    /// Neither kept nor judged: the bare world.
    pub fn unwatched(mut self) -> Play {
        self.options = RunOptions { record: false, judge: false, ..self.options };
        self
    }

    pub fn plan(&self) -> Plan {
        let descriptor = self.system.descriptor();
        let text = format!(
            "title = 'A test'\nlength = '{}'\nprogress-bound = '5s'\n[clients]\ncount = {}\n\
             [network]\n{}[workload]\n{}[budget]\n{}[variant.it]\nlock = '{}'\n{}{}",
            self.length,
            self.clients,
            self.network,
            self.workload,
            self.budget,
            descriptor.name,
            self.variant,
            self.faults,
        );
        let vocabulary = Vocabulary {
            systems: vec![descriptor, trivial::None.descriptor()],
            workloads: vec![Players::SPEC],
            presets: Vec::new(),
            properties: word::PROPERTIES.iter().map(|(name, _)| *name).collect(),
        };
        let scenario = parse("test", "test.toml", &text, &vocabulary);
        scenario.unwrap_or_else(|mistakes| panic!("{}", mistakes.render(false))).plan("it", self.seed)
    }

    pub fn run(self) -> Run {
        let plan = self.plan();
        self.run_plan(&plan)
    }

    /// Runs another plan than its own, with its clients.
    pub fn run_plan(self, plan: &Plan) -> Run {
        let lines = Lines::default();
        let players = Players::new(plan, self.scripts, lines.clone());
        let result = run(plan, &*self.system, &players, self.options);
        let lines = std::mem::take(&mut *lines.lock().expect("the run is over"));
        Run::new(result, &lines)
    }
}
