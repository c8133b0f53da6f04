//! The yardstick's workload in the world: the same clients, lock server, holds, retries and latencies.

use fencepost_catalogue::catalogue;
use fencepost_lock::{LocalBoxFuture, Observed, Owner, Workload};
use fencepost_model::{LockId, Mode, Plan, Span, WorkloadSpec};
use fencepost_scenario::parse;
use fencepost_sim::{RunOptions, SimSystem, run};

/// Owners take the lock, hold it, and give it back, until the time is over.
struct HoldOnly;

impl<E: Observed> Workload<E> for HoldOnly {
    fn spec(&self) -> WorkloadSpec {
        WorkloadSpec { name: "hold-only", about: "take, hold, give back" }
    }

    fn owner(&self, owner: Owner<E>) -> LocalBoxFuture<()> {
        Box::pin(async move {
            while owner.may_begin() {
                if let Ok(guard) = owner.acquire(LockId(0), Mode::Exclusive).await {
                    fencepost_lock::Env::sleep(owner.env(), Span::from_millis(2)).await;
                    guard.release().await;
                }
            }
        })
    }
}

/// One run of the bench, ready to go.
pub struct Cell {
    plan: Plan,
    catalogue: fencepost_explore::Catalogue,
}

impl Cell {
    /// A run with so many clients for so many virtual seconds.
    pub fn new(clients: usize, seconds: u64) -> Cell {
        let text = format!(
            r#"
            title = "the yardstick's workload"
            length = "{seconds}s"
            clients = {{ count = {clients} }}
            network = {{ latency = {{ min = "500us", max = "2ms" }} }}
            workload = {{ use = "hold-only", lock = "key", patience = "300ms" }}
            budget = {{ steps = 1000000000, bytes = 1000000000 }}
            [variant.redis]
            lock = "redis"
            settings = {{ ttl = "1s", retry-min = "5ms", retry-max = "5ms" }}
            "#
        );
        let catalogue = catalogue().with_workload(HoldOnly);
        let scenario = parse("yardstick", "yardstick.toml", &text, &catalogue.vocabulary());
        let plan = scenario.unwrap_or_else(|mistakes| panic!("{}", mistakes.render(false))).plan("redis", 0);
        Cell { plan, catalogue }
    }

    /// Runs it, and gives the number of messages that were delivered.
    pub fn run(&self, judge: bool) -> u64 {
        let system: &dyn SimSystem = self.catalogue.system("redis").expect("it ships");
        let options = RunOptions { judge, ..RunOptions::default() };
        run(&self.plan, system, &HoldOnly, options).messages
    }
}
