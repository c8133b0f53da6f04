//! Every command that a page shows can be typed, and does what it should. A new one on a page is run here by itself;
//! one of a new kind fails until somebody says here how it is tested.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const BINARY: &str = env!("CARGO_BIN_EXE_fencepost-under-test");
const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// Commands of pages that are only parsed here, and where what they do is tested.
const ELSEWHERE: &[(&str, &str)] = &[
    ("run classics", "tests/teeth.rs runs every scenario that ships"),
    ("run comparison", "the same; tests/own_locks.rs adds a row to it"),
    ("run comparison --store", "the same"),
    ("run comparison --seeds 200", "the same"),
    ("run --partition 1/3 --out part-1", "tests/store.rs runs parts and joins them"),
    ("merge part-1 part-2 part-3 --out whole --format github", "the same"),
    ("run --against RUN", "tests/ci.rs, where there is a run to hold it against"),
    ("replay FOLDER", "tests/store.rs, where there are stored cases"),
    ("explore two-owners --strategy systematic", "tests/search.rs searches there with one deviation"),
    ("margin margins --axis pause.hold", "tests/search.rs measures margins"),
    ("replay pause-past-lease/mine-as-plain@0", "tests/own_locks.rs, where there is a lock called mine"),
    ("report --teeth history.jsonl", "crates/fencepost-report reads stored teeth, and the gallery has them"),
    ("new advice", "the place of these commands begins with it"),
    ("new lock mine --out ../mine", "tests/own_locks.rs, which also builds and runs it"),
];
/// What placeholders stand for.
const PLACEHOLDERS: &[(&str, &str)] = &[
    ("CASE", "pause-past-lease/plain@0"),
    ("FILE", "history.jsonl"),
    ("KEY", "hold"),
    ("WORD", "tenure"),
    ("NAME", "mine"),
    ("SHELL", "bash"),
];
/// Commands that end with another code than 0 by design.
const CODES: &[(&str, i32)] = &[
    ("run no-such-*", 4),
    ("run no-such-scenario", 254),
    ("check history.jsonl", 1), // The history of a lock that is none.
];

/// A folder with what commands of pages speak of: nothing of the checkout is in it.
struct Place(tempfile::TempDir);

impl Place {
    fn new() -> Place {
        let place = Place(tempfile::tempdir().expect("a folder"));
        let history = place.run("replay trivial/none@0 --export jsonl").stdout;
        std::fs::write(place.0.path().join("history.jsonl"), history).expect("a file");
        place.run("new advice");
        place.run("new advice --out old.toml");
        place
    }

    fn run(&self, command: &str) -> Output {
        let words = command.split_whitespace().map(|word| word.trim_matches('\''));
        let mut program = Command::new(BINARY);
        program.args(words).current_dir(self.0.path()).env("NO_COLOR", "1").env_remove("COLUMNS");
        program.output().expect("the binary runs")
    }

    /// Fails where the command does not end as it should.
    fn check(&self, command: &str) -> Result<(), String> {
        let known = CODES.iter().find(|(other, _)| *other == command);
        let wanted = known.map_or(0, |(_, code)| *code);
        let output = self.run(command);
        if output.status.code() == Some(wanted) {
            return Ok(());
        }
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        Err(format!(
            "`fencepost {command}` ends with {:?} and not with {wanted}\n{told}",
            output.status.code()
        ))
    }
}

/// The pages of the checkout: their paths and texts.
fn pages() -> Vec<(String, String)> {
    fn read(folder: &Path, pages: &mut Vec<PathBuf>) {
        let mut entries: Vec<PathBuf> = std::fs::read_dir(folder)
            .expect("a folder")
            .map(|entry| entry.expect("an entry").path())
            .collect();
        entries.sort_unstable();
        for path in entries {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let is_made = name.starts_with('.') || name.starts_with("target") || name == "reports";
            if path.is_dir() && !is_made {
                read(&path, pages);
            } else if name.ends_with(".md") {
                pages.push(path);
            }
        }
    }
    let mut paths = Vec::new();
    read(Path::new(ROOT), &mut paths);
    let text = |path: PathBuf| {
        let text = std::fs::read_to_string(&path).expect("text");
        (path.strip_prefix(ROOT).unwrap_or(&path).display().to_string(), text)
    };
    paths.into_iter().map(text).collect()
}

/// The commands of a page: lines of its blocks that begin with a prompt, and what stands between single ticks.
fn commands(page: &str) -> Vec<String> {
    let (mut fenced, mut found) = (false, Vec::new());
    let mut prose = String::new();
    for line in page.lines() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        } else if fenced {
            found.extend(line.strip_prefix("$ ").map(str::to_owned));
        } else {
            prose += &format!("{line}\n");
        }
    }
    found.extend(
        prose.split('`').skip(1).step_by(2).map(|span| span.split_whitespace().collect::<Vec<_>>().join(" ")),
    );
    found.retain(|command| command.starts_with("fencepost ") || command.starts_with("cargo "));
    found
}

/// What a command says of `fencepost`, with its placeholders filled in; none where it is for cargo alone.
fn of_fencepost(command: &str) -> Option<String> {
    let words =
        command.strip_prefix("fencepost ").or_else(|| command.strip_prefix("cargo run --release -- "))?;
    let fill = |word: &str| {
        let known = PLACEHOLDERS.iter().find(|(placeholder, _)| *placeholder == word);
        known.map_or(word, |(_, value)| *value).to_owned()
    };
    Some(words.split(' ').map(fill).collect::<Vec<_>>().join(" "))
}

/// Commands for cargo alone: whether what they name is there.
fn is_there(command: &str) -> bool {
    let words: Vec<&str> = command.split(' ').collect();
    let file = |path: String| Path::new(ROOT).join(path).is_file();
    match words.as_slice() {
        ["cargo", "xtask", chore, flags @ ..] => {
            let chores =
                std::fs::read_to_string(Path::new(ROOT).join("crates/xtask/src/main.rs")).expect("text");
            let (first, rest) = chore.split_at(1);
            let has = |flag: &&str| {
                chores.contains(&format!(" {}:", flag.trim_start_matches("--").replace('-', "_")))
            };
            chores.contains(&format!("Chore::{}{rest}", first.to_uppercase()))
                && flags.iter().filter(|flag| flag.starts_with("--")).all(has)
        }
        ["cargo", "run", "--release", "-p", "fencepost-catalogue", "--example", name] => {
            file(format!("sims/examples/{name}.rs"))
        }
        ["cargo", "bench", "-p", package, "--bench", name] => {
            file(format!("crates/{package}/benches/{name}.rs"))
        }
        // In the project of one's own lock: tests/own_locks.rs runs it there.
        ["cargo", "test"] => true,
        _ => false,
    }
}

#[test]
fn every_command_of_a_page_does_what_it_should() {
    let mut all: BTreeSet<(String, String)> = BTreeSet::new();
    for (path, text) in pages() {
        all.extend(commands(&text).into_iter().map(|command| (command, path.clone())));
    }
    assert!(all.iter().any(|(command, _)| command == "cargo run --release -- run classics"), "{all:?}");
    let (place, mut done, mut wrong) = (Place::new(), BTreeSet::new(), Vec::new());
    for (command, page) in all {
        let checked = match of_fencepost(&command) {
            None if is_there(&command) => Ok(()),
            None => {
                Err(format!("`{command}` is of no kind that is tested: say in tests/commands.rs how it is"))
            }
            Some(words) if !done.insert(words.clone()) => Ok(()),
            Some(words) if !words.contains(' ') || ELSEWHERE.iter().any(|(other, _)| *other == words) => {
                place.check(&format!("{words} --help"))
            }
            Some(words) => place.check(&words),
        };
        wrong.extend(checked.err().map(|why| format!("{page}: {why}")));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What a page shows below a command is what comes out, but for what is left out where dots stand.
#[test]
fn what_a_page_shows_is_what_comes_out() {
    let (place, mut shown) = (Place::new(), 0);
    for (page, text) in pages() {
        for block in text.split("```").skip(1).step_by(2) {
            let Some((command, output)) =
                block.split_once("$ fencepost ").and_then(|(_, rest)| rest.split_once('\n'))
            else {
                continue;
            };
            let told = String::from_utf8(place.run(command).stdout).expect("text");
            let mut told = told.lines();
            for line in output.lines().filter(|line| line.trim() != "..." && !line.trim().is_empty()) {
                assert!(
                    told.any(|other| other.trim_end() == line.trim_end()),
                    "{page}: `{command}` does not say\n{line}"
                );
                shown += 1;
            }
        }
    }
    assert!(shown > 10, "{shown} lines of output stand on pages");
}

/// Each property, assumption, fault, lock and exit code has a page that ends in something to try, and it works.
#[test]
fn what_explain_says_to_try_works() {
    let place = Place::new();
    let all = String::from_utf8(place.run("explain").stdout).expect("text");
    let mut commands = BTreeSet::new();
    for family in ["Properties", "Assumptions", "Faults", "Locks", "Exit codes"] {
        let words = all.split_once(&format!("\n{family}\n")).expect("it is listed").1;
        let words = words.split_once("\n\n").map_or(words, |(words, _)| words);
        for word in words.split([',', '\n', ' ']).filter(|word| !word.is_empty()) {
            let page = String::from_utf8(place.run(&format!("explain {word}")).stdout).expect("text");
            let tries = page.lines().filter_map(|line| line.trim_start().strip_prefix("try "));
            let before = commands.len();
            commands.extend(tries.map(|line| line.trim_start().trim_start_matches("fencepost ").to_owned()));
            assert!(
                commands.len() > before || page.contains("\n  try "),
                "`{word}` has nothing to try:\n{page}"
            );
        }
    }
    assert!(commands.len() > 30, "{commands:?}");
    let wrong: Vec<String> = commands.iter().filter_map(|command| place.check(command).err()).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn commands_are_found_where_they_stand() {
    let page =
        "Type `fencepost\nrun smoke`, or `other`.\n```console\n$ cargo xtask tidy\nfencepost no\n```\n";
    assert_eq!(commands(page), ["cargo xtask tidy", "fencepost run smoke"]);
    assert_eq!(
        of_fencepost("cargo run --release -- replay CASE").as_deref(),
        Some("replay pause-past-lease/plain@0")
    );
    for (command, there) in [
        ("cargo xtask tidy", true),
        ("cargo xtask test --quick", true),
        ("cargo xtask test --slow", false),
        ("cargo xtask polish", false),
        ("cargo bench -p fencepost-check --bench history", true),
        ("cargo publish", false),
    ] {
        assert_eq!(is_there(command), there, "{command}");
    }
}
