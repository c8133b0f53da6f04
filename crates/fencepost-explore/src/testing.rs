//! A catalogue for the unit tests: its locks have data sheets and cannot be run.

use crate::Catalogue;
use fencepost_lock::{AnyLock, LocalBoxFuture, Owner, Workload};
use fencepost_model::{Cast, Descriptor, Features, Plan, WorkloadSpec};
use fencepost_sim::{ClientSite, Projection, Server, SimEnv, SimSystem};
use std::rc::Rc;

/// A lock that cannot be run: whoever tries meets a panic, as where we have made a mistake.
pub(crate) struct Stub;

impl SimSystem for Stub {
    fn descriptor(&self) -> Descriptor {
        Descriptor {
            name: "stub",
            about: "a data sheet without a lock",
            leaves_out: "",
            features: |_| Features::default(),
            settings: &[],
            defects: &[],
            roles: &[],
            machines: |_| Vec::new(),
            quorum: |_| 1,
            rightful_ends: &[],
            claims: |_| Vec::new(),
            bounds: |_| None,
            stands: |_| Vec::new(),
        }
    }

    fn server(&self, _plan: &Plan, _index: usize) -> Box<dyn Server> {
        panic!("a stub has no server")
    }

    fn lock(&self, _client: ClientSite) -> Rc<dyn AnyLock> {
        panic!("a stub has no lock")
    }

    fn projection(&self, _plan: &Plan, _cast: &Cast) -> Box<dyn Projection> {
        panic!("a stub has no projection")
    }
}

struct Idle;

impl Workload<SimEnv> for Idle {
    fn spec(&self) -> WorkloadSpec {
        WorkloadSpec { name: "idle", about: "nothing" }
    }

    fn owner(&self, _owner: Owner<SimEnv>) -> LocalBoxFuture<()> {
        Box::pin(async {})
    }
}

const STEADY: &str = r#"
title = "Steady"
seeds = 20
[variant.left]
lock = "stub"
[variant.right]
lock = "other"
"#;

const PAUSE: &str = r#"
title = "Pause"
seeds = 10
locks = ["stub"]
"#;

/// Two locks, one workload and three scenarios in two folders.
pub(crate) fn catalogue() -> Catalogue {
    Catalogue::new()
        .with("stub", Stub)
        .with("other", Stub)
        .with_workload(Idle)
        .with_scenario("smoke/steady.toml", STEADY)
        .with_scenario("classics/pause.toml", PAUSE)
        .with_scenario("classics/long-pause.toml", PAUSE)
}
