//! The project's chores: `cargo xtask test`, `cargo xtask tidy`, `cargo xtask bench`, `cargo xtask dist`,
//! `cargo xtask gallery`.
//!
//! It names no crate of ours, so it works while they do not compile.

mod bench;
mod dist;
mod gallery;
mod gate;
mod outcome;
mod process;
mod steps;
mod tests_run;
mod tidy;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use crate::outcome::Outcome;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(bin_name = "cargo xtask", about = "The project's chores")]
struct Cli {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Subcommand)]
enum Chore {
    /// The whole gate: format, lints, rules, tests on both grounds and in release, documentation
    Test {
        /// Leave out the bare and the release legs
        #[arg(long)]
        quick: bool,
    },
    /// The project's own rules
    Tidy,
    /// The report that is checked in as an example, made anew
    Gallery,
    /// Times by criterion and instructions by callgrind, held against the bars
    Bench {
        /// Only one of the two parts
        #[arg(long, value_enum)]
        only: Option<bench::Part>,
    },
    /// A release for machines of this kind, as one archive
    Dist {
        /// The profile that cargo builds it with
        #[arg(long, default_value = "dist")]
        profile: String,
    },
}

fn main() -> ExitCode {
    let root = root();
    let outcome = match Cli::parse().chore {
        Chore::Test { quick } => gate::run(&root, quick),
        Chore::Tidy => tidy::run(&root),
        Chore::Gallery => gallery::run(&root),
        Chore::Bench { only } => bench::run(&root, only),
        Chore::Dist { profile } => dist::run(&root, &profile),
    };
    if let (Outcome::Failed(why), false) = (&outcome, outcome.note().is_empty()) {
        eprintln!("error: {why}");
    }
    outcome.exit_code()
}

/// The root of the checkout that this binary was built in.
fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).expect("the crate lies two folders below the root").to_owned()
}
