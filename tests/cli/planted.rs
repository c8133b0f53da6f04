//! The binary with locks whose code does what no process survives, and some that can be contained, as the
//! author of a lock would build it.

use fencepost::lock::{Acquired, AnyLock, Ask, Env, Erased, Extended, Grant, Lease, Lock, Released, Status};
use fencepost::model::{Cast, Descriptor, Features, Plan, Slot, Span};
use fencepost::sim::{ClientSite, NoProjection, Projection, Server, SimEnv, SimSystem};
use fencepost_catalogue::Switches;
use fencepost_catalogue::redis::{self, RedisLock, RedisSettings};
use std::future::pending;
use std::hint::{black_box, spin_loop};
use std::process::ExitCode;
use std::rc::Rc;
use std::sync::Arc;

/// What an acquire does, one time in four; the others are granted at once, by nobody.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Planted {
    Nothing,
    Panics,
    Spins,
    Floods,
    NeverReturns,
    /// Keeps its turn for ever.
    Hangs,
    /// Calls itself until the stack is full.
    Overflows,
    /// Ends the process, as if everything were well.
    Exits,
}

impl SimSystem for Planted {
    fn descriptor(&self) -> Descriptor {
        Descriptor {
            name: "planted",
            about: "no lock, and code that misbehaves",
            leaves_out: "nothing",
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

    fn server(&self, plan: &Plan, index: usize) -> Box<dyn Server> {
        unreachable!("case {}: there is no server {index}", plan.case)
    }

    fn lock(&self, client: ClientSite) -> Rc<dyn AnyLock> {
        Erased::boxed(PlantedLock { planted: *self, env: client.env })
    }

    fn projection(&self, _plan: &Plan, _cast: &Cast) -> Box<dyn Projection> {
        Box::new(NoProjection)
    }
}

struct PlantedLock {
    planted: Planted,
    env: SimEnv,
}

/// Needs more of the stack with each call, and cannot be made a loop.
fn deeper(depth: u64) -> u64 {
    let room = black_box([depth; 64]);
    if depth == 0 { 0 } else { deeper(depth + 1) + room[depth as usize % 64] }
}

impl Lock for PlantedLock {
    type Proof = ();

    async fn acquire(&self, _ask: Ask) -> Acquired<()> {
        self.env.sleep(Span::from_millis(1)).await;
        if self.env.random().is_multiple_of(4) {
            match self.planted {
                Planted::Nothing => {}
                Planted::Panics => panic!("planted"),
                Planted::Spins => while self.env.mono() == self.env.mono() {},
                Planted::Floods => loop {
                    self.env.sleep(Span(1)).await;
                },
                Planted::NeverReturns => pending().await,
                Planted::Hangs => loop {
                    spin_loop();
                },
                Planted::Overflows => drop(black_box(deeper(1)).to_string()),
                Planted::Exits => std::process::exit(0),
            }
        }
        Acquired::Granted(Grant { proof: (), lease: Lease::default(), token: None, slot: Slot(0) })
    }

    async fn extend(&self, _proof: &()) -> Extended {
        Extended::Until(None)
    }

    async fn release(&self, _proof: &()) -> Released {
        Released::Released
    }

    async fn status(&self, _name: Arc<str>, _proof: Option<&()>) -> Status {
        Status::Unknown
    }
}

/// The lock on a Redis as somebody works on it: `MINE=worse` is the version in which a release deletes whoever's key
/// it is. Its data sheet is the same.
fn mine() -> impl SimSystem {
    let is_worse = std::env::var_os("MINE").is_some_and(|version| version == "worse");
    redis::system(move |env, store, settings: RedisSettings| {
        let defects = Switches::named(redis::DESCRIPTOR.defects, &["release-no-owner-check".to_owned()]);
        let settings = if is_worse { settings.with(defects) } else { settings };
        RedisLock::new(env, store, settings)
    })
}

fn main() -> ExitCode {
    let planted = [
        ("nothing", Planted::Nothing),
        ("panics", Planted::Panics),
        ("spins", Planted::Spins),
        ("floods", Planted::Floods),
        ("never-returns", Planted::NeverReturns),
        ("hangs", Planted::Hangs),
        ("overflows", Planted::Overflows),
        ("exits", Planted::Exits),
    ];
    let locks = planted
        .into_iter()
        .fold(fencepost::catalogue(), |catalogue, (name, planted)| catalogue.with(name, planted));
    fencepost::run_cli(locks.with("mine", mine()))
}
