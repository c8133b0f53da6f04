//! The command line, as people and other programs meet it: sessions with output and exit code.
//!
//! Sessions run in the root of the checkout. `SNAPSHOTS=overwrite` writes what is seen into them.

use snapbox::{assert_data_eq, file, str};
use std::io::Read;
use std::process::{Command, Output, Stdio};

const BINARY: &str = env!("CARGO_BIN_EXE_fencepost-under-test");
const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

fn command(args: &[&str]) -> Command {
    let mut command = Command::new(BINARY);
    command.args(args).current_dir(ROOT).env("NO_COLOR", "1").env_remove("COLUMNS");
    // In a checkout runs are stored, under the time of day.
    command.args(args.starts_with(&["run"]).then_some("--no-store"));
    command
}

fn output(args: &[&str]) -> Output {
    command(args).output().expect("the binary runs")
}

fn stdout(args: &[&str]) -> String {
    String::from_utf8(output(args).stdout).expect("text")
}

/// What is typed, what is printed, and the exit code. Wall time is left out.
fn session(args: &[&str]) -> String {
    let output = output(args);
    let (stdout, stderr) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    let told: String =
        stderr.lines().filter(|line| !line.contains("runs per second")).map(|l| format!("{l}\n")).collect();
    let code = output.status.code().expect("nobody killed it");
    format!("$ fencepost {}\n{stdout}{told}exit {code}\n", args.join(" "))
}

#[test]
fn a_calm_run() {
    assert_data_eq!(session(&["run", "smoke/smoke.toml", "--seeds", "5"]), file!["cli/calm_run.txt"]);
}

#[test]
fn a_run_that_breaks_as_expected() {
    assert_data_eq!(session(&["run", "trivial", "--seeds", "10"]), file!["cli/expected_breaks.txt"]);
}

#[test]
fn a_replay_of_nothing_special() {
    assert_data_eq!(session(&["replay", "trivial/never@0"]), file!["cli/replay_never.txt"]);
}

#[test]
fn help() {
    assert_data_eq!(session(&["--help"]), file!["cli/help.txt"]);
}

#[test]
fn words_are_explained() {
    assert_data_eq!(
        session(&["explain", "bounded-pause"]),
        str![[r#"
$ fencepost explain bounded-pause
bounded-pause (assumption)

  A believer is not stopped past its deadline.

  Measured: how long a believer has been stopped past its handed-out deadline. The limit is
  `reserve`: how long before the end of the lease the deadline is handed out. 0 means that no pause
  of a believer is inside the claim. For a guard without a deadline it is the longest stop of the
  owner's process.

  where    verdicts: a violation outside the claims names the assumption that was exceeded
  assumed  by redis, redlock, quorum, raft, redis-failover, with default settings
exit 0

"#]]
    );
}

#[test]
fn what_does_not_exist_gets_a_suggestion_and_254() {
    assert_data_eq!(
        session(&["run", "pause-past-leese"]),
        str![[r#"
$ fencepost run pause-past-leese
error: no scenario is called `pause-past-leese`
  help: did you mean `pause-past-lease`?
exit 254

"#]]
    );
    assert_data_eq!(
        session(&["replay", "trivial/nevr@3"]),
        str![[r#"
$ fencepost replay trivial/nevr@3
error: no variant is called `nevr`
  help: did you mean `never`?
exit 254

"#]]
    );
    assert_data_eq!(
        session(&["run", "--lock", "redsi"]),
        str![[r#"
$ fencepost run --lock redsi
error: no lock is called `redsi`
  help: did you mean `redis`?
exit 254

"#]]
    );
}

#[test]
fn what_selects_nothing_has_a_code_of_its_own() {
    assert_data_eq!(
        session(&["run", "no-such-*"]),
        str![[r#"
$ fencepost run no-such-*
error: `no-such-*` selects nothing
  help: `fencepost list` shows what there is
exit 4

"#]]
    );
}

#[test]
fn wrong_arguments_are_254_and_help_is_0() {
    for args in [&["run", "--seeds", "none"][..], &["walk"], &["run", "--jobs", "0"], &["replay"], &[]] {
        assert_eq!(output(args).status.code(), Some(254), "{args:?}");
    }
    for args in [&["--version"][..], &["run", "--help"], &["help", "replay"], &["list", "locks"]] {
        assert_eq!(output(args).status.code(), Some(0), "{args:?}");
    }
}

/// Everything on standard output is the same whatever the number of threads.
#[test]
fn threads_do_not_show() {
    for detail in [&["-v"][..], &["-q"], &["--format", "json"]] {
        let told = |jobs: &str| {
            let what = ["run", "smoke", "classics", "--seeds", "4", "--jobs", jobs];
            stdout(&[&what, detail].concat())
        };
        let one = told("1");
        assert!(one.contains("classics") || one.contains("Summary"), "{one}");
        assert_eq!(told("2"), one);
        assert_eq!(told("7"), one);
    }
}

#[test]
fn the_grounds_agree() {
    let digest = |ground: &str| {
        let told = stdout(&["run", "trivial", "--seeds", "5", "--format", "json", "--ground", ground]);
        let rows = told.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).expect("JSON"));
        rows.map(|row| row["tally"]["digest"].clone()).filter(|digest| !digest.is_null()).collect::<Vec<_>>()
    };
    assert_eq!(digest("madsim").len(), 3);
    assert_eq!(digest("madsim"), digest("bare"));
}

#[test]
fn json_lines_begin_with_their_format() {
    for (args, number) in [(&["run", "trivial", "--seeds", "2"][..], 1), (&["replay", "trivial/none@0"], 1)] {
        let told = stdout(&[args, &["--format", "json"]].concat());
        let lines: Vec<serde_json::Value> = told
            .lines()
            .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")))
            .collect();
        assert_eq!(lines[0]["format"], number, "{}", lines[0]);
        assert!(lines.len() > 2);
    }
}

/// A printed plan is the run itself.
#[test]
fn a_printed_plan_replays() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("plan.json");
    std::fs::write(&path, stdout(&["replay", "trivial/none@3", "--plan"])).expect("written");
    let digest = |what: &str| {
        let told = stdout(&["replay", what, "--format", "json"]);
        let head: serde_json::Value =
            serde_json::from_str(told.lines().next().expect("a head")).expect("JSON");
        head["digest"].as_str().expect("a digest").to_owned()
    };
    assert_eq!(digest(path.to_str().expect("a path of letters")), digest("trivial/none@3"));
}

/// `fencepost … | head -1` must not end in a panic.
#[test]
fn a_reader_that_goes_away_is_no_mistake() {
    let mut child = command(&["run", "trivial", "--seeds", "200"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary runs");
    drop(child.stdout.take());
    let mut told = String::new();
    child.stderr.take().expect("piped").read_to_string(&mut told).expect("text");
    assert!(child.wait().expect("it ends").code().is_some());
    assert!(!told.contains("panicked"), "{told}");
}
