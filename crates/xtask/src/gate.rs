//! `cargo xtask test`: every step, its output live, and a summary that hides nothing.

use std::fmt::Write as _;
use std::path::Path;

use crate::outcome::Outcome;
use crate::process::{self, Ground};
use crate::steps::{Leg, Need, STEPS, Step, Work};
use crate::tests_run::TestsRun;
use crate::tidy;

/// What came of one step.
struct Row {
    name: &'static str,
    outcome: Outcome,
    seconds: f64,
    tests: TestsRun,
}

/// Runs the gate. A failed step does not keep the others from running, unless nothing compiles.
pub fn run(root: &Path, quick: bool) -> Outcome {
    let mut rows: Vec<Row> = Vec::new();
    let mut compiled = true;
    for (number, step) in STEPS.iter().enumerate() {
        println!("\n[{}/{}] {}: {}", number + 1, STEPS.len(), step.name, step.title());
        let begun = Stopwatch::start();
        let mut tests = TestsRun::default();
        let outcome = if quick && step.leg == Leg::Full {
            Outcome::LeftOut("--quick")
        } else if let Some(missing) = missing(root, step, compiled) {
            Outcome::NotRun(missing)
        } else {
            work(root, step, &mut tests)
        };
        if proves_that_it_compiles(step) && matches!(outcome, Outcome::Failed(_)) && tests.binaries == 0 {
            compiled = false;
        }
        let row = Row { name: step.name, outcome, seconds: begun.seconds(), tests };
        println!(
            "[{}/{}] {}: {} in {:.1} s",
            number + 1,
            STEPS.len(),
            step.name,
            row.outcome.word(),
            row.seconds
        );
        rows.push(row);
    }
    print!("\n{}", summary(&rows));
    verdict(&rows)
}

/// Whether the steps that need a workspace which compiles rest on this one.
fn proves_that_it_compiles(step: &Step) -> bool {
    let rests_on_another = step.needs.iter().any(|need| matches!(need, Need::Compiled));
    matches!(step.work, Work::Cargo { tests: true, .. }) && !rests_on_another
}

/// What this step lacks, and how to get it.
fn missing(root: &Path, step: &Step, compiled: bool) -> Option<String> {
    step.needs.iter().find_map(|need| match need {
        Need::Compiled => (!compiled).then(|| "the tests do not compile: mend that first".to_owned()),
        Need::Component { subcommand, component } => {
            let mut probe = process::cargo(root, Ground::Madsim, &[subcommand, "--version"], "");
            let there = probe.output().is_ok_and(|output| output.status.success());
            (!there).then(|| format!("needs {component}: rustup component add {component}"))
        }
    })
}

fn work(root: &Path, step: &Step, tests: &mut TestsRun) -> Outcome {
    let Work::Cargo { ground, args, rustdoc_flags, tests: runs_tests } = &step.work else {
        return tidy::run(root);
    };
    let command = process::cargo(root, *ground, args, rustdoc_flags);
    match process::stream(command, |line| tests.read(line)) {
        Err(error) => Outcome::NotRun(format!("cargo did not start: {error}")),
        Ok(status) if *runs_tests => tests.judge(status.success()),
        Ok(status) if status.success() => Outcome::Passed,
        Ok(_) => Outcome::failed(),
    }
}

/// The worst of the steps. What was left out on request does not make the rest worse.
fn verdict(rows: &[Row]) -> Outcome {
    rows.iter().map(|row| row.outcome.clone()).max().unwrap_or_else(Outcome::failed)
}

/// The table of steps, the tests that failed, the total of all tests, and one last line.
fn summary(rows: &[Row]) -> String {
    let mut text = format!("{:<14} {:<9} {:>8} {:>6}  note\n", "step", "outcome", "seconds", "tests");
    let mut all = TestsRun::default();
    for Row { name, outcome, seconds, tests } in rows {
        let ran = if tests.binaries > 0 { (tests.passed + tests.failed).to_string() } else { String::new() };
        let line = format!("{name:<14} {:<9} {seconds:>8.1} {ran:>6}  {}", outcome.word(), outcome.note());
        let _ = writeln!(text, "{}", line.trim_end());
        all.add(tests);
    }
    text.push('\n');
    for failure in &all.failures {
        let _ = writeln!(text, "{failure}");
    }
    if all.binaries > 0 {
        let _ = writeln!(text, "{}", all.total(rows.iter().map(|row| row.seconds).sum()));
    }
    let _ = writeln!(text, "{}", last_line(rows));
    text
}

fn last_line(rows: &[Row]) -> String {
    let named = |word: &str| -> Vec<&str> {
        rows.iter().filter(|row| row.outcome.word() == word).map(|row| row.name).collect()
    };
    let parts: Vec<String> = ["FAILED", "NOT RUN", "left out"]
        .into_iter()
        .filter(|word| !named(word).is_empty())
        .map(|word| format!("{word}: {}", named(word).join(", ")))
        .collect();
    let word = match verdict(rows) {
        Outcome::Passed | Outcome::LeftOut(_) => "passed",
        Outcome::NotRun(_) => "incomplete",
        Outcome::Failed(_) => "failed",
    };
    if parts.is_empty() { format!("gate: {word}") } else { format!("gate: {word} ({})", parts.join("; ")) }
}

/// How long a step takes on the wall.
#[expect(clippy::disallowed_types, reason = "chores report wall time and simulate nothing")]
struct Stopwatch(std::time::Instant);

#[expect(clippy::disallowed_types, reason = "chores report wall time and simulate nothing")]
impl Stopwatch {
    fn start() -> Stopwatch {
        Stopwatch(std::time::Instant::now())
    }

    fn seconds(&self) -> f64 {
        self.0.elapsed().as_secs_f64()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(name: &'static str, outcome: Outcome) -> Row {
        Row { name, outcome, seconds: 1.0, tests: TestsRun::default() }
    }

    #[test]
    fn the_summary_names_what_did_not_run() {
        let rows = [
            row("format", Outcome::NotRun("needs rustfmt: rustup component add rustfmt".into())),
            row("lints", Outcome::failed()),
            row("tidy", Outcome::Passed),
            row("bare build", Outcome::LeftOut("--quick")),
        ];
        let expected = "\
step           outcome    seconds  tests  note
format         NOT RUN        1.0         needs rustfmt: rustup component add rustfmt
lints          FAILED         1.0
tidy           passed         1.0
bare build     left out       1.0         left out by --quick

gate: failed (FAILED: lints; NOT RUN: format; left out: bare build)
";
        assert_eq!(summary(&rows), expected);
        assert_eq!(last_line(&rows[2..]), "gate: passed (left out: bare build)");
        assert_eq!(last_line(&rows[2..3]), "gate: passed");
        assert!(last_line(&rows[..1]).starts_with("gate: incomplete"));
    }

    #[test]
    fn the_total_stands_in_the_words_of_cargo() {
        let mut tests = TestsRun::default();
        tests.read("test result: ok. 7 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out");
        let rows = [Row { tests, ..row("tests", Outcome::Passed) }];
        assert!(summary(&rows).contains("\ntest result: ok. 7 passed; 0 failed; 0 ignored;"));
    }

    #[test]
    fn one_step_proves_that_it_compiles_before_any_rests_on_it() {
        let proofs: Vec<_> =
            STEPS.iter().filter(|step| proves_that_it_compiles(step)).map(|step| step.name).collect();
        assert_eq!(proofs, ["tests"]);
    }

    #[test]
    fn steps_have_distinct_names_and_the_gate_ends_with_the_documentation() {
        let names: std::collections::BTreeSet<_> = STEPS.iter().map(|step| step.name).collect();
        assert_eq!(names.len(), STEPS.len());
        assert_eq!(STEPS.last().map(|step| step.name), Some("documentation"));
    }
}
