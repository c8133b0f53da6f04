//! Stored runs: parts are the whole, what is killed can be read, and what cannot be written is said.

use fencepost::report::Sentences;
use fencepost::store::{Asked, Head, Measured, Store, Stored, StoredRow, pruning};
use fencepost::{Request, RunEvent, Seeds, Selection, Shelf, Stop, SweepOptions, sweep_into};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::Duration;

const BINARY: &str = env!("CARGO_BIN_EXE_fencepost-under-test");
/// What is run: breaks of all kinds, in a few kinds of rows.
const SUITE: &[&str] = &["run", "pause-past-lease", "trivial", "setnx-no-ttl", "--seeds", "24", "-q"];

fn command(dir: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(BINARY);
    command.args(args).current_dir(dir).env("NO_COLOR", "1").env_remove("FENCEPOST_STORE");
    command
}

fn fencepost(dir: &Path, args: &[&str]) -> Output {
    command(dir, args).output().expect("the binary runs")
}

/// The exit code, and everything that was told.
fn told(output: &Output) -> (i32, String) {
    let text = [output.stdout.as_slice(), &output.stderr].concat();
    (output.status.code().expect("nobody killed it"), String::from_utf8_lossy(&text).into_owned())
}

fn suite(dir: &Path, more: &[&str]) -> (i32, String) {
    told(&fencepost(dir, &[SUITE, more].concat()))
}

/// Every file under a folder, by its path there. The time at which a run began is taken out.
fn files(dir: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut folders = vec![dir.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let mut bytes = fs::read(&path).expect("a file");
            if path.ends_with("run.json") {
                let text = String::from_utf8(bytes).expect("text");
                let lines = text.lines().filter(|line| !line.contains("\"started\""));
                bytes = lines.collect::<Vec<_>>().join("\n").into_bytes();
            }
            files.insert(path.strip_prefix(dir).expect("it is inside").to_owned(), bytes);
        }
    }
    files
}

fn alike(left: &Path, right: &Path) {
    let (left, right) = (files(left), files(right));
    assert_eq!(left.keys().collect::<Vec<_>>(), right.keys().collect::<Vec<_>>());
    for (path, bytes) in &left {
        assert!(right[path] == *bytes, "{} differs", path.display());
    }
}

#[test]
fn merged_parts_are_the_whole_to_the_last_byte() {
    let folder = tempfile::tempdir().expect("a folder");
    let dir = folder.path();
    let (whole, _) = suite(dir, &["--out", "whole", "--jobs", "2"]);
    for part in ["1", "2", "3"] {
        let (partition, out) = (format!("{part}/3"), format!("part-{part}"));
        let (exit, text) = suite(dir, &["--out", &out, "--partition", &partition, "--jobs", "1"]);
        assert_eq!(exit, 0, "what other seeds decide is deferred: {text}");
    }
    let (exit, text) = told(&fencepost(dir, &["merge", "part-3", "part-1", "part-2", "--out", "merged"]));
    assert_eq!(exit, whole, "{text}");
    assert!(files(&dir.join("whole")).keys().any(|path| path.ends_with("lanes.svg")), "there are cases");
    alike(&dir.join("whole"), &dir.join("merged"));
}

/// A row that was just run and the same row counted from what is stored are two ways to one thing.
#[test]
fn rows_counted_from_the_store_are_the_rows_of_the_sweep() {
    let folder = tempfile::tempdir().expect("a folder");
    let (catalogue, seeds) = (fencepost::catalogue(), Some(Seeds::first(12)));
    let shelf = Shelf::open(&catalogue, Path::new("only what is built in")).expect("nothing is read");
    let what = ["pause-past-lease", "trivial", "setnx-no-ttl", "store-restart"].map(str::to_owned);
    let request = Request { what: what.to_vec(), ..Request::default() };
    let selection =
        Selection::make(&catalogue, &shelf, &request).unwrap_or_else(|refused| panic!("{refused}"));
    let options = SweepOptions { seeds, ..SweepOptions::default() };
    let asked = Asked::of(&request, seeds);
    let head = Head::of(&catalogue, &selection, asked, None, options.ground, "2026-11-20T00:00:00Z");
    let dir = folder.path().join("stored");
    let store = Store::create(&dir, head.clone(), "me", Measured::All, Box::new(Sentences));
    let store = store.unwrap_or_else(|refused| panic!("{refused}"));
    let mut rows = Vec::new();
    let summary = sweep_into(&catalogue, &selection, options, &Stop::new(), Some(&store), &mut |event| {
        if let RunEvent::Row(row) = event {
            rows.push(StoredRow::of(row, &head, &Sentences));
        }
    });
    store.finish(&summary, &[]).unwrap_or_else(|refused| panic!("{refused}"));
    let stored = Stored::open(&dir).unwrap_or_else(|refused| panic!("{refused}"));
    let whole = stored.whole().unwrap_or_else(|refused| panic!("{refused}"));
    assert!(rows.len() > 8 && rows.iter().any(|row| row.properties.iter().any(|one| one.broken > 0)));
    assert_eq!(whole.rows, rows);
    let first = stored.runs().ok().and_then(|mut runs| runs.next()?.ok()).expect("there are runs");
    assert!(first.measures.is_some_and(|measures| !measures.grants.is_empty()), "measures were asked for");
}

/// Code that takes its process with it begins the store anew, and is told in it.
#[test]
fn a_run_that_does_not_come_back_is_stored_as_that() {
    let folder = tempfile::tempdir().expect("a folder");
    let scenario = "title = 'Code that misbehaves'\nlength = '2s'\nseeds = 40\nclients.count = 1\n\
        workload.hold = '10ms'\nworkload.per-owner = 1\nlocks = ['overflows', 'nothing']\n\
        expect.always = ['exclusive-effect']\n";
    fs::write(folder.path().join("planted.toml"), scenario).expect("written");
    let mut command = Command::new(env!("CARGO_BIN_EXE_fencepost-planted"));
    let command = command.args(["run", "planted.toml", "-q", "--out", "stored"]).current_dir(folder.path());
    let (exit, text) = told(&command.output().expect("the binary runs"));
    assert_eq!(exit, 1, "{text}");
    let stored = Stored::open(&folder.path().join("stored")).unwrap_or_else(|refused| panic!("{refused}"));
    let whole = stored.whole().unwrap_or_else(|refused| panic!("{refused}"));
    assert!(stored.head.finished.is_some() && whole.missing.is_empty(), "{:?}", whole.missing);
    let row = &whole.rows[0];
    let lost = row.lost.expect("it overflows one time in four");
    assert_eq!(row.runs, lost, "what came before it was run");
    assert_eq!(row.property("well-behaved").and_then(|property| property.first), Some(lost));
    assert_eq!(whole.rows[1].runs, 40);
}

#[test]
fn the_store_is_the_same_on_any_number_of_threads() {
    let folder = tempfile::tempdir().expect("a folder");
    for jobs in ["1", "5"] {
        suite(folder.path(), &["--out", jobs, "--jobs", jobs]);
    }
    alike(&folder.path().join("1"), &folder.path().join("5"));
}

#[test]
fn parts_that_do_not_belong_together_are_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let dir = folder.path();
    let run = |out: &str, more: &[&str]| {
        let args = [&["run", "trivial", "--seeds", "6", "-q", "--out", out], more].concat();
        assert_eq!(told(&fencepost(dir, &args)).0, 0);
    };
    run("one", &["--partition", "1/2"]);
    run("two", &["--partition", "2/2"]);
    run("fewer", &["--partition", "2/2", "--lock", "none"]);
    run("whole", &[]);
    let refused = |parts: &[&str], sentence: &str| {
        let (exit, text) = told(&fencepost(dir, &[&["merge"], parts, &["--out", "merged"]].concat()));
        assert_eq!(exit, 254, "{text}");
        assert!(text.contains(sentence), "{text}");
        assert!(Stored::open(&dir.join("merged")).is_err(), "nothing passes as whole");
    };
    refused(&["one"], "part 2/2 is missing");
    refused(&["one", "two", "two"], "are both part 2/2");
    refused(&["one", "fewer"], "were asked for different things");
    refused(&["one", "whole"], "is no part but a whole run");
    refused(&["one", "nothing"], "is no stored run");
    let head = dir.join("two/run.json");
    let text = fs::read_to_string(&head).expect("a head");
    let digest = text.find("\"digest\": \"").expect("a digest") + "\"digest\": \"".len();
    fs::write(&head, format!("{}0000{}", &text[..digest], &text[digest + 4..])).expect("written");
    refused(&["one", "two"], "ran different texts of the scenario `trivial`");
}

#[test]
fn another_format_is_refused_in_a_line() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("run.json"), r#"{"format":77,"what":"ever"}"#).expect("written");
    let refused = Stored::open(folder.path()).expect_err("nobody knows it").to_string();
    let first = refused.lines().next().unwrap_or_default();
    assert!(first.ends_with("run.json` has format 77, and this build reads format 1"), "{refused}");
}

/// Killed without a word at twenty moments: the store opens each time, and what is there and what is missing
/// come to what was asked for.
#[cfg(unix)]
#[test]
fn killed_at_any_moment_it_can_be_read() {
    use std::os::unix::process::CommandExt;
    let folder = tempfile::tempdir().expect("a folder");
    let mut unfinished = 0;
    for moment in 0..20 {
        let out = folder.path().join(format!("run-{moment}"));
        let args = ["run", "pause-past-lease", "trivial", "--seeds", "400", "-q", "--out"];
        let mut command = command(folder.path(), &args);
        let command = command.arg(&out).stdout(Stdio::null()).stderr(Stdio::null()).process_group(0);
        let mut child = command.spawn().expect("the binary runs");
        let begun = (0..60_000).any(|_| {
            pause(1);
            out.join("run.json").is_file()
        });
        assert!(begun, "it begins within a minute");
        pause(moment * moment * 5);
        let kill = format!("kill -9 -{}", child.id());
        Command::new("sh").args(["-c", &kill]).status().expect("there is a shell");
        child.wait().expect("it was ours");
        let stored = Stored::open(&out).unwrap_or_else(|refused| panic!("{refused}"));
        let whole = stored.whole().unwrap_or_else(|refused| panic!("{refused}"));
        let missing: u64 = whole.missing.iter().map(|row| row.seeds).sum();
        assert_eq!(whole.runs + missing, 6 * 400, "moment {moment}");
        if stored.head.finished.is_none() {
            unfinished += 1;
            assert!(fencepost::report::stored::missing(&stored, &whole).contains("was not finished"));
        }
        stored.cases().unwrap_or_else(|refused| panic!("{refused}"));
    }
    assert!(unfinished > 5, "{unfinished} runs were killed before they were done");
}

fn pause(millis: u64) {
    #[expect(clippy::disallowed_methods, reason = "another process is waited for")]
    std::thread::sleep(Duration::from_millis(millis));
}

#[test]
fn what_cannot_be_written_is_said_before_anything_is_run() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("file"), "").expect("written");
    for out in ["file", "file/inside"] {
        let (exit, text) = suite(folder.path(), &["--out", out]);
        assert_eq!(exit, 254, "{text}");
        assert!(text.contains(out) && !text.contains("Summary"), "{text}");
    }
    fs::create_dir(folder.path().join("full")).expect("a folder");
    fs::write(folder.path().join("full/of"), "something").expect("written");
    let (exit, text) = suite(folder.path(), &["--out", "full"]);
    assert!(exit == 254 && text.contains("is not empty"), "{text}");
}

/// A limit on the size of files stands for a full disk.
#[cfg(unix)]
#[test]
fn a_disk_that_fills_up_ends_the_run_and_nothing_passes_as_whole() {
    let folder = tempfile::tempdir().expect("a folder");
    let script =
        format!("trap '' XFSZ; ulimit -f 200; exec '{BINARY}' run trivial --seeds 2000 -q --out full");
    let mut shell = Command::new("sh");
    let output = shell.args(["-c", &script]).current_dir(folder.path()).output().expect("there is a shell");
    let (exit, text) = told(&output);
    assert_eq!(exit, 254, "{text}");
    assert!(text.contains("full/runs.jsonl` cannot be written"), "{text}");
    let stored = Stored::open(&folder.path().join("full")).expect("what is there can be read");
    assert_eq!(stored.head.finished, None);
    let whole = stored.whole().expect("what is there can be read");
    assert!(whole.runs > 0 && !whole.missing.is_empty());
}

#[test]
fn a_case_folder_replays_with_nothing_around() {
    let (folder, elsewhere) =
        (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    suite(folder.path(), &["--out", "stored"]);
    let stored = Stored::open(&folder.path().join("stored")).expect("it was stored");
    let cases = stored.cases().expect("they can be read");
    assert!(cases.len() > 3, "{}", cases.len());
    for (path, head) in cases {
        let moved = elsewhere.path().join("sent");
        fs::rename(path, &moved).expect("one disk");
        let output = fencepost(elsewhere.path(), &["replay", "sent", "--format", "json"]);
        let (exit, text) = told(&output);
        assert!((0..3).contains(&exit), "{text}");
        let first = text.lines().next().unwrap_or_default();
        assert!(first.contains(&format!("\"digest\":\"{:016x}\"", head.digest)), "{first}");
        assert!(!text.contains("note:"), "{text}");
        fs::remove_dir_all(moved).expect("it was ours");
    }
}

#[test]
fn a_project_stores_its_runs_and_prunes_old_ones() {
    let folder = tempfile::tempdir().expect("a folder");
    let (dir, reports) = (folder.path(), folder.path().join("reports"));
    let run =
        |more: &[&str]| told(&fencepost(dir, &[&["run", "trivial", "--seeds", "2", "-q"], more].concat()));
    assert!(!run(&[]).1.contains("Stored"), "here is no project");
    fs::create_dir(&reports).expect("a folder");
    assert!(!run(&["--no-store"]).1.contains("Stored"));
    for _ in 0..3 {
        assert!(run(&[]).1.contains("Stored   reports/20"));
    }
    let (_, listed) = told(&fencepost(dir, &["list", "runs"]));
    assert_eq!(listed.matches("every verdict is as the scenario expects").count(), 3, "{listed}");
    let newest = fs::read_link(reports.join("latest")).expect("a link");
    assert!(listed.lines().last().unwrap_or_default().contains(newest.to_str().expect("text")), "{listed}");
    let stored = || pruning(&reports, 99).expect("it can be read").stays.len();
    let first = pruning(&reports, 2).expect("it can be read").goes[0].clone();
    fs::write(first.join("keep"), "").expect("written");
    fs::create_dir(reports.join("gallery")).expect("a folder");
    fs::write(reports.join("gallery/run.json"), "{}").expect("written");
    fs::write(reports.join("README.md"), "mine").expect("written");
    told(&fencepost(dir, &["prune", "--keep", "1", "--dry-run"]));
    assert_eq!(stored(), 3, "a dry run takes nothing away");
    let (exit, text) = told(&fencepost(dir, &["prune", "--keep", "1"]));
    assert_eq!((exit, stored()), (0, 2), "the newest, and the marked one: {text}");
    assert!(
        first.is_dir() && reports.join("gallery/run.json").is_file() && reports.join("README.md").is_file()
    );
    assert!(reports.join("latest/run.json").is_file());
}
