//! The locks and workloads that ship with fencepost.
//!
//! Each system has a folder: its data sheet (`descriptor`), its algorithm (`lock`), its reading of what the
//! servers did (`projection`), and a README of what is modelled and what is left out. Servers are models of
//! real ones and live under `stores`, one folder for each kind of primitive; they know nothing of locks.
//!
//! Adding a lock is one folder here and one line in [`catalogue`]. A lock of somebody's own is added from outside: it
//! is written to a port, such as [`KeyValue`](stores::kv::KeyValue), and given to the system of its servers.
//!
//! ```
//! use fencepost_catalogue::{catalogue, redis};
//!
//! // Put a lock of your own in the place of `RedisLock`.
//! let with_mine = catalogue().with("mine", redis::system(redis::RedisLock::new));
//! assert_eq!(with_mine.guests().collect::<Vec<_>>(), ["mine"]);
//! assert!(with_mine.system("raft").is_some());
//! ```

mod lease;
pub mod naive;
mod own;
mod patience;
pub mod presets;
pub mod quorum;
pub mod raft;
pub mod redis;
pub mod redis_failover;
pub mod redlock;
mod shipped;
pub mod stores;
mod switches;
pub mod trivial;
pub mod workloads;

pub use switches::Switches;

use fencepost_explore::Catalogue;

/// Everything that ships.
pub fn catalogue() -> Catalogue {
    let locks = Catalogue::new()
        .with("none", trivial::None)
        .with("always", trivial::Desk::ALWAYS)
        .with("never", trivial::Desk::NEVER)
        .with("redis", redis::shipped())
        .with("redlock", redlock::shipped())
        .with("naive-quorum", naive::Naive)
        .with("quorum", quorum::shipped())
        .with("raft", raft::shipped())
        .with("redis-failover", redis_failover::shipped())
        .with_workload(workloads::Register)
        .with_workload(workloads::Counter)
        .with_workload(workloads::Nested);
    let locks = presets::ALL.iter().fold(locks, |catalogue, preset| catalogue.with_preset(*preset));
    let scenarios = shipped::SCENARIOS.iter();
    scenarios.fold(locks.ships(), |catalogue, (path, text)| catalogue.with_scenario(path, text))
}
