//! The loggers of other languages, run where the language is on the machine: what they write is read.

use super::reading::events;
use fencepost_check::history::read::Format;
use fencepost_check::history::{Action, Phase};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

fn loggers() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("loggers")
}

/// A folder that is empty.
fn scratch(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("loggers-{name}"));
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// Whether a command ran; false where there is no such program, and then that is said past the harness, which
/// would keep it to itself.
fn ran(command: &mut Command) -> bool {
    match command.output() {
        Ok(output) => {
            assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
            true
        }
        Err(error) => {
            let program = command.get_program().to_string_lossy().into_owned();
            let _ = writeln!(std::io::stderr(), "not run: the logger that needs `{program}`: {error}");
            false
        }
    }
}

fn read_back(file: &Path) {
    let text = std::fs::read(file).unwrap();
    let events = events(&text, None).unwrap_or_else(|refusal| panic!("{refusal:?}"));
    let shown: Vec<_> = events.iter().map(|event| (event.action, event.phase, event.token)).collect();
    let expected = [
        (Action::Acquire, Phase::Invoke, None),
        (Action::Acquire, Phase::Ok, Some(33)),
        (Action::Release, Phase::Invoke, None),
    ];
    assert_eq!(shown, expected);
    // Since 2020, in nanoseconds.
    assert!(events.iter().all(|event| event.stamp.at.is_some_and(|at| at > 1_577_836_800_000_000_000)));
    assert!(events.windows(2).all(|pair| pair[0].stamp.at <= pair[1].stamp.at));
}

#[test]
fn python() {
    let file = scratch("python").join("history.jsonl");
    let program = "import sys; from fencepost_log import FencepostLog; log = FencepostLog(sys.argv[1], 'pod \"3\"'); \
                   log.log('acquiring', 'orders'); log.log('acquired', 'orders', 33); log.log('releasing', 'orders')";
    let mut python = Command::new("python3");
    python.env("PYTHONDONTWRITEBYTECODE", "1").env("PYTHONPATH", loggers());
    if ran(python.args(["-c", program]).arg(&file)) {
        read_back(&file);
    }
}

#[test]
fn java() {
    let folder = scratch("java");
    let main = "public class Main { public static void main(String[] a) throws Exception {
        FencepostLog log = new FencepostLog(a[0], \"pod \\\"3\\\"\");
        log.log(\"acquiring\", \"orders\", 0); log.log(\"acquired\", \"orders\", 33); log.log(\"releasing\", \"orders\", 0); } }";
    std::fs::write(folder.join("Main.java"), main).unwrap();
    let mut javac = Command::new("javac");
    let compiled = ran(javac
        .arg("-d")
        .arg(&folder)
        .arg(folder.join("Main.java"))
        .arg(loggers().join("FencepostLog.java")));
    let file = folder.join("history.jsonl");
    if compiled && ran(Command::new("java").arg("-cp").arg(&folder).arg("Main").arg(&file)) {
        read_back(&file);
    }
}

#[test]
fn go() {
    let folder = scratch("go");
    std::fs::create_dir(folder.join("fencepostlog")).unwrap();
    std::fs::copy(loggers().join("fencepostlog.go"), folder.join("fencepostlog/log.go")).unwrap();
    std::fs::write(folder.join("go.mod"), "module history\n\ngo 1.20\n").unwrap();
    let main = "package main\n\nimport (\n\t\"history/fencepostlog\"\n\t\"os\"\n)\n\nfunc main() {
\tfile, _ := os.Create(os.Args[1])
\tlog := fencepostlog.Log{Who: \"pod 3\", File: file}
\tlog.Log(\"acquiring\", \"orders\", 0)\n\tlog.Log(\"acquired\", \"orders\", 33)\n\tlog.Log(\"releasing\", \"orders\", 0)\n}\n";
    std::fs::write(folder.join("main.go"), main).unwrap();
    let file = folder.join("history.jsonl");
    if ran(Command::new("go").current_dir(&folder).args(["run", "."]).arg(&file)) {
        read_back(&file);
    }
}

#[path = "../../loggers/fencepost_log.rs"]
mod fencepost_log;

#[test]
fn rust() {
    let file = scratch("rust").join("history.jsonl");
    let log = fencepost_log::FencepostLog {
        who: "pod 3".to_owned(),
        file: std::sync::Mutex::new(std::fs::File::create(&file).unwrap()),
    };
    log.log("acquiring", "orders", None).unwrap();
    log.log("acquired", "orders", Some(33)).unwrap();
    log.log("releasing", "orders", None).unwrap();
    read_back(&file);
}

#[test]
fn the_page_shows_what_is_read() {
    let page = include_str!("../../history-format.md");
    let block = page.split("```json\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    assert_eq!(events(block.as_bytes(), Some(Format::Lines)).map(|events| events.len()), Ok(5));
}
