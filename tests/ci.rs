//! What continuous integration sees: a lock that was made worse turns it red, at the right line, and made right
//! again it is green.

use std::fs;
use std::path::Path;
use std::process::Command;
use tempfile::TempDir;

const BINARY: &str = env!("CARGO_BIN_EXE_fencepost-planted");

/// `mine` is the lock on a Redis. Made worse, its release deletes whoever's key it is, and its data sheet says
/// nothing of that.
const SCENARIO: &str = r#"title = "A holder sleeps past its lease"
seeds = 30
length = "6s"
clients.count = 3

[workload]
hold = { min = "100ms", max = "400ms" }
think = { min = "0ms", max = "50ms" }

[variant.mine]
lock = "mine"
settings = { ttl = "1s", reserve = "100ms" }

[[fault]]
on = { event = "acquired", owner = "c1.1", nth = 2, after = { min = "10ms", max = "50ms" } }
pause = { who = "c1", hold = { min = "1200ms", max = "2500ms" } }

[expect]
sometimes = ["contention", "fired:pause"]
always = [
    "exclusive-grant",
    "ownership",
]

[expect.may-break]
mine = ["exclusive-belief"]  # a pause past the lease
"#;

/// The 1-based line of the entry of a property under `always`.
fn line_of(entry: &str) -> usize {
    1 + SCENARIO.lines().position(|line| line.contains(entry)).expect("it stands there")
}

fn folder(scenario: &str) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir(folder.path().join("scenarios")).expect("a folder");
    fs::write(folder.path().join("scenarios/sleep.toml"), scenario).expect("written");
    folder
}

fn run(dir: &Path, is_worse: bool, args: &[&str]) -> (i32, String) {
    let mut command = Command::new(BINARY);
    command.arg("run").args(args).current_dir(dir).env("NO_COLOR", "1").env_remove("GITHUB_WORKSPACE");
    command.env("GITHUB_STEP_SUMMARY", dir.join("summary.md"));
    if is_worse {
        command.env("MINE", "worse");
    }
    let output = command.output().expect("the binary runs");
    let text = [output.stdout.as_slice(), &output.stderr].concat();
    (output.status.code().expect("nobody killed it"), String::from_utf8_lossy(&text).into_owned())
}

#[test]
fn made_worse_it_is_red_at_the_right_line_and_made_right_again_green() {
    let folder = folder(SCENARIO);
    let dir = folder.path();
    let (exit, text) = run(dir, false, &["sleep", "--out", "before"]);
    assert_eq!(exit, 0, "{text}");
    let github = ["sleep", "--format", "github", "--junit", "junit.xml", "--against", "before"];
    let (exit, text) = run(dir, true, &github);
    assert_eq!(exit, 1, "{text}");
    for property in ["exclusive-grant", "ownership"] {
        let line = line_of(&format!("\"{property}\""));
        let place = format!("::error file=scenarios/sleep.toml,line={line},title=sleep/mine%3A {property}");
        assert!(text.lines().any(|told| told.starts_with(&place)), "{place}\n{text}");
        assert!(text.contains(&format!("WORSE  sleep/mine  {property}: held before, broke now")), "{text}");
    }
    let junit = fs::read_to_string(dir.join("junit.xml")).expect("it was written");
    assert!(junit.contains("fencepost replay sleep/mine@"), "{junit}");
    let summary = fs::read_to_string(dir.join("summary.md")).expect("it was written");
    assert!(summary.contains("| sleep | mine | mine | 30 | **unexpected** |"), "{summary}");
    let (exit, text) = run(dir, false, &github);
    assert_eq!(exit, 0, "{text}");
    assert!(!text.contains("::error") && text.contains("nothing got better or worse"), "{text}");
}

/// The comparison alone is red, too: a file that allows more hides nothing from it.
#[test]
fn what_the_file_allows_the_baseline_does_not() {
    let folder = folder(SCENARIO);
    let (exit, text) = run(folder.path(), false, &["sleep", "--out", "before"]);
    assert_eq!(exit, 0, "{text}");
    let allowed = "mine = [\"exclusive-belief\", \"exclusive-effect\", \"no-lost-update\"]";
    let wider = SCENARIO
        .replace("[workload]\n", "[workload]\nobeys-deadline = false\n")
        .replace("mine = [\"exclusive-belief\"]", allowed);
    fs::write(folder.path().join("scenarios/sleep.toml"), wider).expect("written");
    let (exit, text) = run(folder.path(), false, &["sleep"]);
    assert_eq!(exit, 0, "{text}");
    let (exit, text) = run(folder.path(), false, &["sleep", "--against", "before"]);
    assert_eq!(exit, 1, "{text}");
    assert!(text.contains("exclusive-effect: held before, broke now outside the claims"), "{text}");
    assert!(text.contains("edited since: sleep"), "{text}");
}

#[test]
fn a_break_is_accepted_where_that_is_allowed_and_comments_stay() {
    let strict = SCENARIO
        .replace("\n[expect.may-break]\nmine = [\"exclusive-belief\"]  # a pause past the lease\n", "");
    let folder = folder(&strict);
    let (dir, file) = (folder.path(), folder.path().join("scenarios/sleep.toml"));
    let text = || fs::read_to_string(&file).expect("it is there");
    let (exit, told) = run(dir, false, &["sleep", "--accept"]);
    assert_eq!(exit, 1, "{told}");
    assert!(told.contains("which is safety: `--accept-weaker` accepts that"), "{told}");
    assert_eq!(text(), strict, "safety is not weakened by the way");
    let (exit, told) = run(dir, false, &["sleep", "--accept-weaker"]);
    assert_eq!(exit, 0, "{told}");
    assert_eq!(text(), format!("{strict}\n[expect.broken]\nmine = [\"exclusive-belief\"]\n"));
    assert_eq!(run(dir, false, &["sleep"]).0, 0, "what was accepted is expected");
    let (exit, told) = run(dir, true, &["sleep", "--accept-weaker"]);
    assert_eq!(exit, 1, "{told}");
    assert!(told.contains("inside the claims of its lock: never accepted"), "{told}");
    // What never breaks any more is taken out: that is stronger.
    let calm = text().replace("hold = { min = \"1200ms\", max = \"2500ms\" }", "hold = \"1ms\"");
    fs::write(&file, &calm).expect("written");
    assert_eq!(run(dir, false, &["sleep"]).0, 1, "a break is expected and does not come");
    let (exit, told) = run(dir, false, &["sleep", "--accept"]);
    assert_eq!(exit, 0, "{told}");
    assert!(!text().contains("exclusive-belief"), "{}", text());
}

#[test]
fn a_profile_says_what_a_run_in_ci_is() {
    let folder = folder(SCENARIO);
    let dir = folder.path();
    fs::create_dir(dir.join(".config")).expect("a folder");
    let profile = "[profile.ci]\nseeds = 7\nformat = \"github\"\njunit = \"junit.xml\"\nstore = false\n";
    fs::write(dir.join(".config/fencepost.toml"), profile).expect("written");
    let (exit, text) = run(dir, false, &["sleep", "--profile", "ci"]);
    assert!(exit == 0 && text.contains("7 seeds") && !text.contains("Stored"), "{text}");
    assert!(dir.join("junit.xml").is_file());
    let (_, text) = run(dir, false, &["sleep", "--profile", "ci", "--seeds", "3", "--store"]);
    assert!(text.contains("3 seeds") && text.contains("Stored   reports/"), "{text}");
    fs::write(dir.join(".config/fencepost.toml"), "[profile.ci]\nsedes = 7\n").expect("written");
    let (exit, text) = run(dir, false, &["sleep", "--profile", "ci"]);
    assert!(exit == 254 && text.contains(".config/fencepost.toml:2:1"), "{text}");
}

/// What once broke something runs first, whatever is asked for.
#[test]
fn regressions_run_first() {
    let folder = folder(SCENARIO);
    let dir = folder.path();
    fs::create_dir(dir.join("scenarios/regressions")).expect("a folder");
    fs::write(dir.join("scenarios/regressions/zzz.toml"), SCENARIO).expect("written");
    let (_, text) = run(dir, false, &["trivial", "sleep", "zzz", "--seeds", "1"]);
    let place = |word: &str| text.find(word).unwrap_or_else(|| panic!("{word}: {text}"));
    assert!(place("  zzz") < place("  trivial") && place("  trivial") < place("  sleep"), "{text}");
}

/// The document has the shape that build servers read: the schema of Jenkins' xUnit plugin, `junit-10.xsd`.
#[test]
fn junit_has_the_shape_that_build_servers_read() {
    let folder = folder(SCENARIO);
    let dir = folder.path();
    let (_, text) = run(dir, true, &["sleep", "trivial", "--seeds", "9", "--junit", "junit.xml"]);
    let junit = fs::read_to_string(dir.join("junit.xml")).unwrap_or_else(|_| panic!("{text}"));
    let document = roxmltree::Document::parse(&junit).expect("it is XML");
    let root = document.root_element();
    assert_eq!(root.tag_name().name(), "testsuites");
    let (mut cases, mut failures) = (0, 0);
    for node in root.descendants().filter(roxmltree::Node::is_element) {
        let parent = node.parent_element().map_or("", |parent| parent.tag_name().name());
        let (parents, must, may): (&[&str], &[&str], &[&str]) = match node.tag_name().name() {
            "testsuites" => (&[""], &[], &["name", "time", "tests", "failures", "errors"]),
            "testsuite" => (
                &["testsuites"],
                &["name", "tests", "failures", "errors"],
                &["skipped", "time", "timestamp", "hostname", "id", "package", "group", "file", "log", "url"],
            ),
            "testcase" => (&["testsuite"], &["name"], &["classname", "time", "group"]),
            "skipped" => (&["testcase"], &[], &["message", "type"]),
            "failure" | "error" => (&["testcase"], &["type", "message"], &[]),
            "system-out" | "system-err" => (&["testcase", "testsuite"], &[], &[]),
            other => panic!("`{other}` is no element of JUnit: {junit}"),
        };
        assert!(parents.contains(&parent), "{parent} > {}", node.tag_name().name());
        for attribute in must {
            assert!(node.has_attribute(*attribute), "{} without {attribute}", node.tag_name().name());
        }
        for attribute in node.attributes() {
            let name = attribute.name();
            assert!(must.contains(&name) || may.contains(&name), "{} {name}", node.tag_name().name());
        }
        cases += usize::from(node.tag_name().name() == "testcase");
        failures += usize::from(node.tag_name().name() == "failure");
    }
    let counted = |attribute: &str| root.attribute(attribute).and_then(|count| count.parse().ok());
    assert_eq!((counted("tests"), counted("failures")), (Some(cases), Some(failures)));
    assert!(failures >= 2, "{junit}");
}
