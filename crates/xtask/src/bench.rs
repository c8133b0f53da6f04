//! `cargo xtask bench`: what the engine costs, as times and as instructions.
//!
//! Times come from criterion and are for reading. Instructions come from callgrind, repeat to within a
//! fraction of a percent, and are held against the bars.
//!
//! The cells to count are those of the example `cells` of the catalogue. Called with no argument it prints
//! their names, one a line, each `<engine>/<clients>`; called with a name it runs that cell once and prints
//! a line `messages <count>`. The engine `heap` is the yardstick of the cells with as many clients.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use clap::ValueEnum;

use crate::outcome::Outcome;
use crate::process::{self, Ground};

/// One of the two parts of the benches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Part {
    /// The benches of criterion
    Times,
    /// Instructions per message, by callgrind
    Instructions,
}

const PACKAGE: &str = "fencepost-catalogue";
const CELLS: &str = "cells";
const YARDSTICK: &str = "heap";

/// The most that an engine may cost, in instructions per message of the yardstick.
const BARS: [(&str, f64); 2] = [("bare", 3.0), ("judged", 5.0)];

/// Runs both parts, or the one that was asked for.
pub fn run(root: &Path, only: Option<Part>) -> Outcome {
    let wanted = |part: &Part| only.is_none_or(|only| only == *part);
    let run = |part: Part| match part {
        Part::Times => (part, times(root)),
        Part::Instructions => (part, instructions(root)),
    };
    let outcomes: Vec<(Part, Outcome)> =
        Part::value_variants().iter().copied().filter(wanted).map(run).collect();
    println!();
    for (part, outcome) in &outcomes {
        let name = format!("{part:?}").to_lowercase();
        println!("{}", format!("{name:<13} {:<9} {}", outcome.word(), outcome.note()).trim_end());
    }
    outcomes.into_iter().map(|(_, outcome)| outcome).max().unwrap_or(Outcome::Passed)
}

fn times(root: &Path) -> Outcome {
    let command = process::cargo(root, Ground::Madsim, &["bench", "-p", PACKAGE], "");
    let mut measured = 0;
    match process::stream(command, |line| measured += u32::from(is_measurement(line))) {
        Ok(status) if !status.success() => Outcome::failed(),
        Ok(_) if measured == 0 => Outcome::NotRun("the catalogue has no benches".into()),
        Ok(_) => Outcome::Passed,
        Err(error) => Outcome::NotRun(format!("cargo did not start: {error}")),
    }
}

/// Whether this is criterion's line of a finished bench, as in `heap/5   time:   [1.0 ms 1.1 ms 1.2 ms]`.
fn is_measurement(line: &str) -> bool {
    line.split_once("time:").is_some_and(|(_, rest)| rest.trim_start().starts_with('['))
}

fn instructions(root: &Path) -> Outcome {
    if !root.join("sims/examples").join(CELLS).with_extension("rs").exists() {
        return Outcome::NotRun(format!("the catalogue has no example `{CELLS}`"));
    }
    if !have_valgrind() {
        return Outcome::NotRun("needs valgrind: apt-get install valgrind".into());
    }
    let build =
        process::cargo(root, Ground::Madsim, &["build", "--release", "-p", PACKAGE, "--example", CELLS], "");
    match process::stream(build, |_| {}) {
        Ok(status) if status.success() => {}
        _ => return Outcome::Failed(format!("the example `{CELLS}` does not build")),
    }
    match count_all(root) {
        Ok(cells) => {
            print!("\n{}", table(&cells));
            judge(&cells)
        }
        Err(error) => Outcome::Failed(error.to_string()),
    }
}

/// Whether valgrind is there, after an attempt to install it where that is ours to do.
fn have_valgrind() -> bool {
    let there = || process::answers("valgrind", &["--version"]);
    if there() {
        return true;
    }
    let is_root = Command::new("id").arg("-u").output().is_ok_and(|id| id.stdout.trim_ascii() == b"0");
    if !is_root || !Path::new("/etc/debian_version").exists() {
        return false;
    }
    println!("valgrind is missing: apt-get install valgrind");
    let mut install = Command::new("apt-get");
    install.args(["install", "--yes", "valgrind"]);
    process::stream(install, |_| {}).is_ok_and(|status| status.success()) && there()
}

/// What was counted of one cell.
#[derive(Clone, Debug, PartialEq)]
struct Cell {
    name: String,
    instructions: u64,
    messages: u64,
}

impl Cell {
    fn engine(&self) -> &str {
        self.name.split('/').next().unwrap_or_default()
    }

    fn per_message(&self) -> f64 {
        self.instructions as f64 / self.messages as f64
    }

    /// Instructions per message against the yardstick with as many clients.
    fn ratio(&self, cells: &[Cell]) -> Option<f64> {
        let (_, clients) = self.name.split_once('/')?;
        let yardstick = cells.iter().find(|cell| cell.name == format!("{YARDSTICK}/{clients}"))?;
        Some(self.per_message() / yardstick.per_message())
    }

    fn bar(&self) -> Option<f64> {
        BARS.iter().find(|(engine, _)| *engine == self.engine()).map(|(_, bar)| *bar)
    }
}

/// Counts every cell, one after the other.
fn count_all(root: &Path) -> io::Result<Vec<Cell>> {
    let program = process::target(root).join("release/examples").join(CELLS);
    let profiles = process::target(root).join("callgrind");
    fs::create_dir_all(&profiles)?;
    let listed = Command::new(&program).output()?;
    let names = String::from_utf8_lossy(&listed.stdout).into_owned();
    names.lines().map(|name| count(&program, &profiles, name)).collect()
}

/// Runs one cell under callgrind. Its profile stays, for a look at where the instructions went.
fn count(program: &PathBuf, profiles: &Path, name: &str) -> io::Result<Cell> {
    let profile = profiles.join(name.replace('/', "-")).with_extension("out");
    println!("callgrind {name}");
    let run = Command::new("valgrind")
        .arg("--tool=callgrind")
        .arg(format!("--callgrind-out-file={}", profile.display()))
        .arg(program)
        .arg(name)
        .output()?;
    let (said, counted) = (String::from_utf8_lossy(&run.stdout), String::from_utf8_lossy(&run.stderr));
    match (collected(&counted), messages(&said)) {
        (Some(instructions), Some(messages)) if run.status.success() => {
            Ok(Cell { name: name.to_owned(), instructions, messages })
        }
        _ => Err(io::Error::other(format!("cell {name} gave no count:\n{said}{counted}"))),
    }
}

/// The number in `==7== Collected : 123`.
fn collected(stderr: &str) -> Option<u64> {
    let line = stderr.lines().find(|line| line.contains("Collected :"))?;
    line.rsplit(' ').next()?.parse().ok()
}

/// The number in `messages 123`, or in `plans 123` where a cell counts whole runs; it may not be zero.
fn messages(stdout: &str) -> Option<u64> {
    let counted = |line: &'_ str| {
        ["messages ", "plans "].iter().find_map(|word| line.strip_prefix(word)).map(str::to_owned)
    };
    let count = stdout.lines().find_map(counted)?.trim().parse().ok()?;
    (count > 0).then_some(count)
}

fn table(cells: &[Cell]) -> String {
    let head = format!(
        "{:<16} {:>15} {:>11} {:>10} {:>8} {:>5}\n",
        "cell", "instructions", "counted", "each", "to heap", "bar"
    );
    let row = |cell: &Cell| {
        let ratio = cell.ratio(cells).map_or_else(String::new, |ratio| format!("{ratio:.2}"));
        let bar = cell.bar().map_or_else(String::new, |bar| format!("{bar:.1}"));
        let Cell { name, instructions, messages } = cell;
        let line = format!(
            "{name:<16} {instructions:>15} {messages:>11} {:>10.0} {ratio:>8} {bar:>5}",
            cell.per_message()
        );
        line.trim_end().to_owned() + "\n"
    };
    head + &cells.iter().map(row).collect::<String>()
}

/// Failed where a cell is over its bar, or has a bar and no yardstick to measure it by.
fn judge(cells: &[Cell]) -> Outcome {
    let over = |cell: &&Cell| cell.bar().is_some_and(|bar| cell.ratio(cells).is_none_or(|ratio| ratio > bar));
    let names: Vec<&str> = cells.iter().filter(over).map(|cell| cell.name.as_str()).collect();
    match (cells.is_empty(), names.is_empty()) {
        (true, _) => Outcome::Failed(format!("the example `{CELLS}` names no cell")),
        (false, true) => Outcome::Passed,
        (false, false) => Outcome::Failed(format!("over the bar: {}", names.join(", "))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(name: &str, instructions: u64) -> Cell {
        Cell { name: name.into(), instructions, messages: 10 }
    }

    #[test]
    fn benches_that_ran_are_seen() {
        assert!(is_measurement("heap/5                  time:   [1.01 ms 1.02 ms 1.03 ms]"));
        assert!(!is_measurement("test result: ok. 0 passed; finished in 0.00s"));
        assert!(!is_measurement("Benchmarking heap/5: Collecting 100 samples in estimated time: 5 s"));
    }

    #[test]
    fn counts_are_read() {
        assert_eq!(collected("==7== Events    : Ir\n==7== Collected : 14890123\n==7==\n"), Some(14_890_123));
        assert_eq!(collected("==7== refused"), None);
        assert_eq!(messages("digest 7\nmessages 42\n"), Some(42));
        assert_eq!(messages("plans 7\n"), Some(7));
        assert_eq!(messages("messages 0\n"), None);
    }

    #[test]
    fn ratios_stand_against_as_many_clients() {
        let cells =
            [cell("heap/5", 4_000), cell("bare/5", 10_000), cell("heap/100", 6_000), cell("bare/100", 9_000)];
        let expected = "\
cell                instructions     counted       each  to heap   bar
heap/5                      4000          10        400     1.00
bare/5                     10000          10       1000     2.50   3.0
heap/100                    6000          10        600     1.00
bare/100                    9000          10        900     1.50   3.0
";
        assert_eq!(table(&cells), expected);
        assert_eq!(judge(&cells), Outcome::Passed);
    }

    #[test]
    fn over_the_bar_is_a_failure() {
        let cells =
            [cell("heap/5", 1_000), cell("bare/5", 3_001), cell("judged/5", 5_000), cell("tasks/5", 9_000)];
        assert_eq!(judge(&cells), Outcome::Failed("over the bar: bare/5".into()));
        assert_ne!(judge(&cells[1..2]), Outcome::Passed, "a bar without a yardstick");
        assert_ne!(judge(&[]), Outcome::Passed);
    }
}
