//! The integration tests of fencepost, in one binary.
//!
//! - `determinism`: the same on every ground, at every level of optimisation
//! - `causality`: what a change of a plan cannot reach stays as it was
//! - `teeth`: what has to be found is found, and nothing else
//! - `claims`: inside its claims nothing breaks
//! - `exported`: a run that is written as a history is judged the same when it is read
//! - `world`: what simulated code meets, told as scripts with exact times
//! - `raft`: the lock on a replicated log where things go wrong
//! - `redis`: how the Redis lock behaves where things go wrong
//! - `redlock`: how the majority of nodes behaves where things go wrong
//! - `bad_input`: what is told of files and words that cannot be
//! - `lost_runs`: code that no process survives is a finding too
//! - `redis_failover`: what a failover keeps and what it loses
//! - `cli`: the command line, as sessions with output and exit code
//! - `shrink`: the smallest story is small, and a scenario that runs as it expects
//! - `layering`: which crate may name which
//! - `yardstick`: the yardstick of the benches still runs its workload
//! - `search`: what is planted is found, what is right is exhausted
//! - `teeth_guard`: every defect is found as soon as before
//! - `support`: what the tests are written with

mod bad_input;
mod causality;
mod claims;
mod cli;
mod determinism;
mod exported;
#[path = "../sims/benches/support/heap_loop.rs"]
mod heap_loop;
mod layering;
mod lost_runs;
mod raft;
mod redis;
mod redis_failover;
mod redlock;
mod search;
mod shrink;
mod support;
mod teeth;
mod teeth_guard;
mod world;
mod yardstick;
