//! The integration tests of fencepost, in one binary.
//!
//! - `determinism`: the same on every ground, at every level of optimisation
//! - `causality`: what a change of a plan cannot reach stays as it was
//! - `teeth`: what has to be found is found, and nothing else
//! - `claims`: inside its claims nothing breaks
//! - `comparison`: locks are compared with themselves, and the gallery shows all of them
//! - `exported`: a run that is written as a history is judged the same when it is read
//! - `world`: what simulated code meets, told as scripts with exact times
//! - `outside`: what an outside provider needs that no lock can give
//! - `own_locks`: locks of somebody's own, in a test and in a project outside of the checkout
//! - `raft`: the lock on a replicated log where things go wrong
//! - `redis`: how the Redis lock behaves where things go wrong
//! - `redis_settings`: settings of it that libraries have
//! - `redlock`: how the majority of nodes behaves where things go wrong
//! - `bad_input`: what is told of files and words that cannot be
//! - `lost_runs`: code that no process survives is a finding too
//! - `redis_failover`: what a failover keeps and what it loses
//! - `cli`: the command line, as sessions with output and exit code
//! - `store`: stored runs can be read, whole or cut off, and parts are the whole
//! - `ci`: what a build server sees where a lock got worse, and where it is right again
//! - `commands`: every command on a page can be typed, and does what it should
//! - `shrink`: the smallest story is small, and a scenario that runs as it expects
//! - `layering`: which crate may name which
//! - `yardstick`: the yardstick of the benches still runs its workload
//! - `search`: what is planted is found, what is right is exhausted
//! - `teeth_guard`: every defect is found as soon as before
//! - `support`: what the tests are written with

mod advise;
mod bad_input;
mod causality;
mod ci;
mod claims;
mod cli;
mod commands;
mod comparison;
mod determinism;
mod exported;
#[path = "../sims/benches/support/heap_loop.rs"]
mod heap_loop;
mod layering;
mod lost_runs;
mod outside;
mod own_locks;
mod raft;
mod redis;
mod redis_failover;
mod redis_settings;
mod redlock;
mod remedies;
mod search;
mod shrink;
mod store;
mod support;
mod teeth;
mod teeth_guard;
mod world;
mod yardstick;
