//! The locks and workloads that ship with fencepost.
//!
//! Each system has a folder: its data sheet (`descriptor`), its algorithm (`lock`), its reading of what the
//! servers did (`projection`), and a README of what is modelled and what is left out. Servers are models of
//! real ones and live under `stores`, one folder for each kind of primitive; they know nothing of locks.
//!
//! Adding a lock is one folder here and one line in [`catalogue`].

pub mod naive;
mod patience;
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
        .with("redis", redis::system(redis::RedisLock::new))
        .with("redlock", redlock::system(redlock::RedlockLock::new))
        .with("naive-quorum", naive::Naive)
        .with("quorum", quorum::system(quorum::QuorumLock::new))
        .with("raft", raft::system(raft::RaftLock::new))
        .with("redis-failover", redis_failover::system(redis::RedisLock::new))
        .with_workload(workloads::Register)
        .with_workload(workloads::Counter)
        .with_workload(workloads::Nested);
    shipped::SCENARIOS.iter().fold(locks, |catalogue, (path, text)| catalogue.with_scenario(path, text))
}
