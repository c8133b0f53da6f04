//! fencepost: is this distributed lock safe for your use, under which faults, and by what margin?
//!
//! **A lock of your own in a test.** [`scenario()`] runs a scenario that ships with your lock in it; what fails tells
//! its story. `fencepost new lock NAME` writes a project to start from.
//!
//! ```
//! use fencepost::redis;
//!
//! fencepost::scenario("acquire-reply-lost")
//!     .variant("mine", redis::system(redis::RedisLock::new)) // put your own lock here
//!     .like("cleans-up")
//!     .seeds(0..10)
//!     .assert_expected();
//! ```
//!
//! **A binary with your lock.** The binary is [`run_cli`] over the locks that ship, and yours is the same line with one
//! more lock. It is a row in every scenario of `comparison`, and any other scenario runs with it where it is named:
//! `run pause-past-lease/mine`, or `run pause-past-lease/mine-as-fenced` in the place of a variant.
//!
//! ```no_run
//! use fencepost::redis;
//!
//! fn main() -> std::process::ExitCode {
//!     fencepost::run_cli(fencepost::catalogue().with("mine", redis::system(redis::RedisLock::new)))
//! }
//! ```
//!
//! A lock is written to [`lock::Lock`], against its environment ([`lock::Env`]) and a port of its store, such as
//! [`stores::kv::KeyValue`]. It runs on the servers that ship: [`redis::system`], [`redlock::system`],
//! [`redis_failover::system`], [`quorum::system`], [`raft::system`]. Servers of your own implement
//! [`sim::SimSystem`] and [`sim::Server`]. What is limited so far: scripts of the Redis model are those of
//! [`stores::kv::Script`], and a client of `raft` speaks to the lock table that ships.
//!
//! Everything that the binary does can be done from code: find scenarios on a [`Shelf`], make a
//! [`Selection`], [`sweep`] it.
//!
//! ```
//! use fencepost::{Exit, Request, Seeds, Selection, Shelf, Stop, SweepOptions, sweep};
//! use std::path::Path;
//!
//! let quiet = "title = 'A quiet day'\nseeds = 100\nlength = '1s'\nlocks = ['redis']";
//! let catalogue = fencepost::catalogue().with_scenario("mine/quiet.toml", quiet);
//! let shelf = Shelf::open(&catalogue, Path::new("no folder: only what is built in"))?;
//! let request = Request { what: vec!["mine".to_owned()], ..Request::default() };
//! let selection = Selection::make(&catalogue, &shelf, &request)?;
//! let options = SweepOptions { seeds: Some(Seeds::first(2)), ..SweepOptions::default() };
//! let summary = sweep(&catalogue, &selection, options, &Stop::new(), &mut |_| {});
//! assert_eq!(summary.exit, Exit::AsExpected);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#[cfg(test)]
extern crate self as fencepost;

mod args;
mod command;
mod config;
mod draft;
mod keeper;
mod live_line;
mod output;
mod progress;
mod stopwatch;
mod trial;

pub use fencepost_catalogue::{
    catalogue, naive, quorum, raft, redis, redis_failover, redlock, stores, workloads,
};
pub use fencepost_explore::store;
pub use fencepost_explore::{
    Catalogue, Exit, Kept, Opinion, Refused, ReplayError, Replayed, Request, Row, RunEvent, Seeds, Selection,
    Shelf, Shrunk, StandingKind, Stop, Summary, SweepOptions, replay, shrink, shrink_found, sweep,
    sweep_into,
};
pub use fencepost_explore::{advise, exact_interval, margin, necessary, remedies, search, teeth};
pub use {fencepost_check as check, fencepost_lock as lock, fencepost_model as model};
pub use {fencepost_report as report, fencepost_scenario as scenario, fencepost_sim as sim};

pub use trial::{Trial, Tried, scenario};

use args::{Cli, Command};
use clap::Parser;
use keeper::{Ended, Kept as KeptProcess, keep, keep_plans};
use output::say;
use std::process::ExitCode;

/// The whole command line over a catalogue: reads the arguments of the process, does what they say, and
/// gives back the code to exit with.
///
/// Whatever runs the code of locks is done in a second process, which is this program again with the same
/// arguments: so nothing may be done before this call that must not be done twice.
pub fn run_cli(catalogue: Catalogue) -> ExitCode {
    match Cli::try_parse() {
        Ok(cli) => kept(catalogue, &cli.command),
        Err(error) => {
            // Nobody is left to tell where this cannot be printed.
            let _ = error.print();
            let exit = if error.use_stderr() { Exit::Usage } else { Exit::AsExpected };
            exit.into()
        }
    }
}

/// Does the work here, or keeps a child that does it.
fn kept(catalogue: Catalogue, command: &Command) -> ExitCode {
    if let Some(kept) = KeptProcess::by_keeper() {
        let exit = dispatch(catalogue, command, &kept);
        kept.done();
        return exit.into();
    }
    let ended = match command {
        Command::Run(_) => keep(true),
        Command::Replay(args) if !args.plan => keep(false),
        command if edits_plans(command) => keep_plans(),
        _ => return dispatch(catalogue, command, &KeptProcess::default()).into(),
    };
    match (ended, command) {
        (Ok(Ended::Done(code)), _) => ExitCode::from(code),
        (Ok(Ended::Lost(finding)), Command::Replay(args)) => command::lost(args, &finding).into(),
        (Ok(Ended::Lost(_)), _) => unreachable!("a sweep goes on without what ended it"),
        (Ok(Ended::Unexplained(how)), _) => {
            say(&format!("error: the process that did the work ended: {how}\n"));
            say("  help: no run that it was at ends it by itself; was it stopped from outside?\n");
            Exit::Internal.into()
        }
        // No second process can be had here: then everything is done in this one.
        (Err(_), _) => dispatch(catalogue, command, &KeptProcess::default()).into(),
    }
}

/// Whether a command edits plans and runs them: not by seeds, which would name its runs.
const fn edits_plans(command: &Command) -> bool {
    matches!(
        command,
        Command::Explore(_)
            | Command::Margin(_)
            | Command::Necessary(_)
            | Command::Teeth(_)
            | Command::Shrink(_)
            | Command::Advise(_)
            | Command::Remedies(_)
    )
}

fn dispatch(catalogue: Catalogue, command: &Command, kept: &KeptProcess) -> Exit {
    let catalogue = &if edits_plans(command) { catalogue.watched_by(kept.watch_plans()) } else { catalogue };
    match command {
        Command::Run(args) => command::run(catalogue, args, kept),
        Command::Explore(args) => command::explore(catalogue, args, kept),
        Command::Margin(args) => command::margin(catalogue, args, kept),
        Command::Advise(args) => command::advise(catalogue, args, kept),
        Command::Remedies(args) => command::remedies(catalogue, args, kept),
        Command::Necessary(args) => command::necessary(catalogue, args, kept),
        Command::Teeth(args) => command::teeth(catalogue, args, kept),
        Command::Replay(args) => command::replay(catalogue, args, kept),
        Command::Shrink(args) => command::shrink(catalogue, args, kept),
        Command::Check(args) => command::check(args),
        Command::List(args) => command::list(catalogue, args),
        Command::Explain(args) => command::explain(catalogue, args),
        Command::New(args) => command::new(catalogue, args),
        Command::Merge(args) => command::merge(args),
        Command::Report(args) => command::report(catalogue, args),
        Command::Prune(args) => command::prune(args),
        Command::Schema(args) => command::schema(catalogue, args),
        Command::Completions(args) => command::completions(args),
        Command::Man(args) => command::man(args),
    }
}
