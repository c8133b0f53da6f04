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

/// What edits plans and runs them has no seeds to name: the plan that ends the process is kept in a file, and does it
/// again when it is replayed. The variants beside it are searched as ever.
#[test]
fn a_search_names_the_plan_that_ends_the_process() {
    for (lock, sentence) in
        [("overflows", "ended the process that ran it"), ("exits", "ended the process that ran it")]
    {
        let folder = folder(&[lock, "nothing"]);
        let output = fencepost(&folder, &["explore", "planted.toml", "--runs", "40", "--jobs", "3"]);
        is_named(&folder, lock, sentence, &output);
        let told = stdout(&output);
        let mut lines = told.lines().skip_while(|line| !line.starts_with("planted/nothing"));
        assert!(lines.any(|line| line.trim_start().starts_with("budget spent")), "{told}");
        assert!(told.contains("broke well-behaved"), "{told}");
    }
}

#[test]
fn a_plan_that_hangs_is_named() {
    let folder = folder(&["hangs"]);
    let output = fencepost(&folder, &["explore", "planted.toml", "--runs", "40"]);
    is_named(&folder, "hangs", "did not give its turn back for 10 s", &output);
}

#[test]
fn margins_assumptions_and_shrinking_name_the_plan_that_ends_the_process() {
    for args in [
        vec!["margin", "planted.toml", "--axis", "pause.hold", "--steps", "2"],
        vec!["necessary", "planted.toml"],
        vec!["shrink", "planted.toml/exits@SEED"],
    ] {
        let folder = folder(&["exits"]);
        let told = stdout(&fencepost(&folder, &["run", "planted.toml"]));
        let (seed, _) = finding(&told, "exits");
        let args: Vec<String> = args.iter().map(|arg| arg.replace("SEED", &seed.to_string())).collect();
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        is_named(&folder, "exits", "ended the process that ran it", &fencepost(&folder, &args));
    }
}

/// The work came to its end, said that something is unexpected, and named a plan that does it again.
fn is_named(folder: &TempDir, lock: &str, sentence: &str, output: &Output) {
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains(&format!("UNEXPECTED planted/{lock}@")), "{said}");
    assert!(said.contains(sentence), "{said}");
    let path = said.lines().find_map(|line| line.trim().strip_prefix("Next  fencepost replay "));
    let again = fencepost(folder, &["replay", path.unwrap_or_else(|| panic!("no plan is named: {said}"))]);
    assert_eq!(again.status.code(), Some(1), "{}", stdout(&again));
    assert!(stdout(&again).contains(sentence), "{lock}: {}", stdout(&again));
}
