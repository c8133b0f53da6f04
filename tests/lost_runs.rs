//! Code that hangs, fills its stack or ends the process takes everything down that runs beside it. It is named with
//! its case all the same, and everything else is reported.

use std::fs;
use std::process::{Command, Output};
use tempfile::TempDir;

const BINARY: &str = env!("CARGO_BIN_EXE_fencepost-planted");

const SCENARIO: &str = "
title = 'Code that misbehaves'
length = '2s'
seeds = 40
clients.count = 1
workload.hold = '10ms'
workload.per-owner = 1
budget.steps = 100000
locks = [LOCKS]
expect.always = ['exclusive-effect']
";

fn folder(locks: &[&str]) -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let locks: Vec<String> = locks.iter().map(|lock| format!("'{lock}'")).collect();
    let text = SCENARIO.replace("LOCKS", &locks.join(", "));
    fs::write(folder.path().join("planted.toml"), text).expect("a temporary folder");
    folder
}

fn fencepost(folder: &TempDir, args: &[&str]) -> Output {
    let mut command = Command::new(BINARY);
    command.args(args).current_dir(folder.path()).env("NO_COLOR", "1").output().expect("the binary runs")
}

fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// The seed that is told of this lock, and what is told of it.
fn finding<'a>(told: &'a str, lock: &str) -> (u64, &'a str) {
    let lead = format!("UNEXPECTED planted/{lock}@");
    let mut lines =
        told.lines().skip_while(|line| !(line.starts_with(&lead) && line.contains(": well-behaved")));
    let line = lines.next().unwrap_or_else(|| panic!("nothing is told of {lock}: {told}"));
    let (seed, _) = line[lead.len()..].split_once(':').expect("the case ends there");
    (seed.parse().expect("a seed"), lines.next().expect("a sentence").trim())
}

/// Each lock is named with a case, the others are reported, and the case does it again when it is replayed.
fn are_found(locks: &[(&str, &str)]) {
    let names: Vec<&str> = locks.iter().map(|(name, _)| *name).chain(["nothing"]).collect();
    let folder = folder(&names);
    let output = fencepost(&folder, &["run", "planted.toml"]);
    let told = stdout(&output);
    assert_eq!(output.status.code(), Some(1), "{told}{}", String::from_utf8_lossy(&output.stderr));
    for (lock, sentence) in locks {
        let (seed, said) = finding(&told, lock);
        assert!(said.contains(sentence), "{lock}: {said}");
        let again = fencepost(&folder, &["replay", &format!("planted.toml/{lock}@{seed}")]);
        assert_eq!(again.status.code(), Some(1), "{lock}: {}", stdout(&again));
        assert!(stdout(&again).contains(sentence), "{lock}: {}", stdout(&again));
    }
    let line = told.lines().find(|line| line.contains("nothing")).expect("the last lock has its line");
    assert!(line.trim_start().starts_with("ok"), "{line}");
    assert!(line.contains("40 seeds"), "{line}");
    assert_eq!(told.matches("fencepost 0.").count(), 1, "the table is told once: {told}");
    assert!(told.contains("Summary"), "{told}");
}

#[test]
fn what_can_be_contained_is_named() {
    are_found(&[
        ("panics", "panicked: planted"),
        ("spins", "without letting time pass"),
        ("floods", "used up the run's budget"),
        ("never-returns", "never returned from acquire"),
    ]);
}

#[test]
fn what_ends_the_process_is_named() {
    are_found(&[("overflows", "ended the process that ran it"), ("exits", "ended the process that ran it")]);
}

#[test]
fn what_hangs_is_named() {
    are_found(&[("hangs", "did not give its turn back for 10 s")]);
}

/// What is told does not depend on the threads, here too.
#[test]
fn the_table_is_the_same_on_any_number_of_threads() {
    let folder = folder(&["nothing", "exits", "panics"]);
    let told = |jobs: &str| stdout(&fencepost(&folder, &["run", "planted.toml", "--jobs", jobs]));
    assert_eq!(told("1"), told("3"));
}
