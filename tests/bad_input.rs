//! Bad input, through the binary: a clear message with what to do about it, exit code 254, nothing half-written,
//! and never a panic.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use tempfile::TempDir;

const BINARY: &str = env!("CARGO_BIN_EXE_fencepost-under-test");

fn fencepost(folder: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(BINARY);
    command.args(args).current_dir(folder).env("NO_COLOR", "1").output().expect("the binary runs")
}

/// What is told of it. Fails where the exit code is another, or where something was printed as a result.
fn refused(folder: &Path, args: &[&str]) -> String {
    let output = fencepost(folder, args);
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(254), "{args:?}: {told}");
    assert!(output.stdout.is_empty(), "{args:?} printed {}", String::from_utf8_lossy(&output.stdout));
    assert!(told.starts_with("error") && told.contains("help: "), "{args:?}: {told}");
    assert!(!told.contains("panicked"), "{args:?}: {told}");
    told
}

/// Writes a scenario, and says what is told of it, by `run` and by `replay`.
fn told_of(folder: &TempDir, text: &[u8]) -> String {
    fs::write(folder.path().join("bad.toml"), text).expect("a temporary folder");
    let told = refused(folder.path(), &["run", "bad.toml"]);
    assert_eq!(refused(folder.path(), &["replay", "bad.toml"]), told);
    told
}

fn folder() -> TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

/// One line of a scenario is bad, and the message names it.
#[test]
fn a_bad_line_is_named() {
    let folder = folder();
    for (line, names) in [
        ("lenght = '3s'", "unknown key `lenght`"),
        ("length = '5 parsecs'", "unknown time unit"),
        ("length = '-5s'", "negative"),
        ("length = '99999999999999999999999999h'", "`length` is not a time"),
        ("seeds = 99999999999999999999999999", "`seeds` is out of range"),
        ("seeds = -3", "`seeds` is out of range"),
        ("seeds = nan", "`seeds` takes"),
        ("clients.count = 0", "`count` is out of range"),
        ("locks = ['redos']", "did you mean `redis`?"),
        ("variant.a = { lock = 'redos' }", "did you mean `redis`?"),
        ("variant.a = { lock = 'redis', gate = 'token' }", "hands out none"),
        ("variant.a = { lock = 'redis', settings = { tll = '1s' } }", "`tll`"),
        ("variant.a = { lock = 'redis', settings = { ttl = '1 kg' } }", "`ttl`"),
        ("fault = [{ at = '1s', kill = { who = 'c9' } }]", "unknown target `c9`"),
        ("fault = [{ at = '1s', kill = { who = 'redis-7' } }]", "unknown target `redis-7`"),
        ("fault = [{ at = '1s', kill = { who = 'leeder' } }]", "unknown target `leeder`"),
        ("fault = [{ at = '1s', pause = { who = 'c1', hold = '3' } }]", "`hold`"),
        ("expect.always = ['exclusive-grnat']", "did you mean `exclusive-grant`?"),
        ("title = 'twice'", "duplicate key"),
    ] {
        let locks = if line.contains("lock") { "" } else { "locks = ['redis']\n" };
        let told = told_of(&folder, format!("title = 'bad'\n{locks}{line}\n").as_bytes());
        assert!(told.contains(names), "{line}: {told}");
        assert!(told.contains("bad.toml:"), "{line}: {told}");
    }
}

#[test]
fn what_is_no_scenario_at_all_is_refused() {
    let folder = folder();
    let noise: Vec<u8> = (0..300_000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    let brackets = format!("title = 'deep'\nlocks = {}", "[".repeat(200_000));
    let closed = format!("{brackets}{}", "]".repeat(200_000));
    let dots = format!("{}a = 1", "a.".repeat(200_000));
    for (text, says) in [
        (&b""[..], "the file is empty"),
        (b"  \n\n", "the file is empty"),
        (&noise, "error"),
        (&[0; 4096], "error"),
        (&[0xff, 0xfe, b't', 0], "error"),
        (brackets.as_bytes(), "nested too deeply"),
        (closed.as_bytes(), "nested too deeply"),
        (dots.as_bytes(), "nested too deeply"),
    ] {
        let told = told_of(&folder, text);
        assert!(told.contains(says), "{told}");
        assert!(told.len() < 20_000, "{} bytes are told", told.len());
    }
}

/// It is not even read: its length alone says enough.
#[test]
fn a_file_of_100_mb_is_refused_at_once() {
    let folder = folder();
    let file = fs::File::create(folder.path().join("bad.toml")).expect("a temporary folder");
    file.set_len(100_000_000).expect("a hole takes no room");
    let told = refused(folder.path(), &["run", "bad.toml"]);
    assert!(told.contains("100000000 bytes are too many for a scenario"), "{told}");
}

#[test]
fn what_is_not_there_is_named() {
    let folder = folder();
    fs::create_dir(folder.path().join("empty")).expect("a temporary folder");
    fs::write(folder.path().join("plan.json"), "[".repeat(200_000)).expect("a temporary folder");
    for (args, names) in [
        (&["run", "no/such/folder"][..], "no scenario, file or folder is called `no/such/folder`"),
        (&["run", "missing.toml"], "no scenario, file or folder is called `missing.toml`"),
        (&["run", "empty"], "`empty` holds no scenario"),
        (&["run", "smoke", "--lock", "redos"], "did you mean `redis`?"),
        (&["run", "smoke", "--scenario", "smok"], "did you mean `smoke`?"),
        (&["replay", "smoke/plian@0"], "no variant is called `plian`"),
        (&["replay", "smoke/redis@-1"], "`-1` is no seed"),
        (&["replay", "smoke/redis@99999999999999999999"], "`99999999999999999999` is no seed"),
        (&["replay", "plan.json"], "`plan.json` holds no plan"),
        (&["check", "missing.jsonl"], "`missing.jsonl` cannot be read"),
        (&["explain", "fencign"], "did you mean `fencing`?"),
    ] {
        let told = refused(folder.path(), args);
        assert!(told.contains(names), "{args:?}: {told}");
    }
}

/// A role that some lock plays and this one lacks is no mistake.
#[test]
fn a_known_role_that_a_lock_lacks_is_not_offered() {
    let folder = folder();
    let text = "title = 'lacking'\nlength = '1s'\nseeds = 2\nlocks = ['none']\n\
                fault = [{ at = '500ms', kill = { who = 'store' } }]\n\
                expect.broken.none = ['exclusive-belief']\n\
                expect.may-break.none = ['exclusive-effect', 'no-lost-update']\n";
    fs::write(folder.path().join("lacking.toml"), text).expect("a temporary folder");
    let output = fencepost(folder.path(), &["run", "lacking.toml", "-v"]);
    let told = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{told}");
    assert!(told.contains("kill 0 fired, 2 not offered"), "{told}");
}

/// Where a file cannot be written it is said before anything is run, and nothing is left behind.
#[test]
fn what_cannot_be_written_leaves_nothing() {
    let folder = folder();
    let missing = folder.path().join("missing").join("lanes.svg");
    let missing = missing.to_str().expect("a path in text");
    let here = folder.path().to_str().expect("a path in text");
    fs::write(folder.path().join("taken.toml"), "mine").expect("a temporary folder");
    for args in [
        &["replay", "trivial/never@0", "--svg", missing][..],
        &["replay", "trivial/never@0", "--svg", here],
        &["new", "mine", "--out", here],
        &["new", "mine", "--out", "taken.toml"],
        &["new", "mine", "--out", "taken.toml/below.toml"],
        &["new", "../mine"],
    ] {
        let told = refused(folder.path(), args);
        let left: Vec<_> = fs::read_dir(folder.path()).expect("it is there").collect();
        assert_eq!(left.len(), 1, "{args:?} left {left:?}: {told}");
    }
    assert_eq!(fs::read_to_string(folder.path().join("taken.toml")).expect("it is there"), "mine");
}

/// Neither a list nor a run may go on, or end as if all were well, where nobody can read what it says.
#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_is_told() {
    for args in [&["list"][..], &["run", "trivial", "--seeds", "2"], &["explain", "redis"]] {
        let full = fs::OpenOptions::new().write(true).open("/dev/full").expect("Linux has it");
        let output = Command::new(BINARY).args(args).stdout(full).output().expect("the binary runs");
        let told = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(254), "{args:?}: {told}");
        assert!(told.contains("error: standard output cannot be written"), "{args:?}: {told}");
    }
}
