//! Words that have no place in some part of the code, as a table.
//!
//! Three families: what makes a run depend on something outside its plan, names of the ground and of the
//! real world where only our own interfaces may be named, and work that was left unfinished.

use super::finding::Finding;
use super::rust;
use super::tree::{File, Tree, line_of};

struct Ban {
    words: &'static [&'static str],
    /// Which view of a file it is looked for in.
    view: fn(&File) -> &str,
    /// Which files it holds for.
    holds: fn(&str) -> bool,
    instead: &'static str,
}

const BANS: &[Ban] = &[
    Ban {
        words: &["HashMap", "HashSet"],
        view: |file| &file.shipped,
        holds: |_| true,
        instead: "its order differs between runs: use BTreeMap, BTreeSet or an index",
    },
    Ban {
        words: &["Instant::now", "SystemTime::now"],
        view: |file| &file.shipped,
        // Examples run runs, and may measure from outside how long that takes.
        holds: |path| takes_part_in_runs(path) && !path.starts_with("sims/examples/"),
        instead: "wall time inside a run: use the clocks of the environment",
    },
    Ban {
        words: &["thread_rng", "rand::rng()"],
        view: |file| &file.shipped,
        holds: takes_part_in_runs,
        instead: "chance from outside the plan: draw by cause, or ask the environment",
    },
    Ban {
        words: &["madsim"],
        view: |file| &file.code,
        holds: |path| {
            is_in(path, &["crates/", "sims/", "tests/"]) && !path.starts_with("crates/fencepost-sim/")
        },
        instead: "only crates/fencepost-sim knows its ground: ask it",
    },
    Ban {
        words: &["tokio"],
        view: |file| &file.code,
        holds: |path| is_in(path, &["crates/fencepost-lock/", "sims/"]),
        instead: "a lock runs in two worlds: use the environment and the store ports",
    },
    Ban {
        words: &["todo!", "unimplemented!"],
        view: |file| &file.code,
        holds: |_| true,
        instead: "finish it, or leave it out",
    },
    Ban {
        words: &["#[ignore", "#![ignore"],
        view: |file| &file.code,
        holds: |_| true,
        instead: "a test that does not run tests nothing: mend it, or delete it",
    },
    Ban {
        words: &["```ignore", "```rust,ignore"],
        view: |file| &file.prose,
        holds: |path| path.ends_with(".rs"),
        instead: "let the example run, or at least compile with `no_run`",
    },
    Ban {
        words: &[concat!("TO", "DO"), concat!("FIX", "ME")],
        view: |file| &file.prose,
        holds: |_| true,
        instead: "do it now, or describe it where plans are kept",
    },
];

fn is_in(path: &str, folders: &[&str]) -> bool {
    folders.iter().any(|folder| path.starts_with(folder))
}

/// Whether this code takes part in a simulated run.
fn takes_part_in_runs(path: &str) -> bool {
    const CRATES: [&str; 6] = [
        "crates/fencepost-model/",
        "crates/fencepost-check/",
        "crates/fencepost-scenario/",
        "crates/fencepost-lock/",
        "crates/fencepost-sim/",
        "sims/",
    ];
    // An example starts runs, and is in none.
    is_in(path, &CRATES) && !path.starts_with("sims/examples/")
}

/// Words where they have no place.
pub fn check(tree: &Tree) -> Vec<Finding> {
    tree.files().flat_map(|file| BANS.iter().flat_map(|ban| ban.breaches(file))).collect()
}

impl Ban {
    fn breaches(&self, file: &File) -> Vec<Finding> {
        if !(self.holds)(&file.path) {
            return Vec::new();
        }
        let view = (self.view)(file);
        let found = self.words.iter().flat_map(|word| rust::places(view, word).map(move |at| (*word, at)));
        found
            .map(|(word, at)| Finding::banned_word(&file.path, line_of(view, at), word, self.instead))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOCK: &str = "crates/fencepost-lock/src/a.rs";
    const SIM: &str = "crates/fencepost-sim/src/a.rs";
    const REPORT: &str = "crates/fencepost-report/src/a.rs";

    /// What is found in a file of this text, as `line word`.
    fn found(path: &str, text: &str) -> Vec<String> {
        let shown = check(&Tree::of(&[(path, text)])).into_iter().map(|finding| finding.to_string());
        let short =
            |shown: String| shown[path.len() + 1..shown.find(" has no").expect("a banned word")].to_owned();
        shown.map(short).collect()
    }

    #[track_caller]
    fn found_and_not(path: &str, bad: &str, expected: &str, good: &[(&str, &str)]) {
        assert_eq!(found(path, bad), [expected]);
        for (path, text) in good {
            assert_eq!(found(path, text), [""; 0], "{path}: {text}");
        }
    }

    #[test]
    fn hash_maps() {
        let in_test = "#[cfg(test)]\nmod tests { use std::collections::HashMap; }";
        let bad = "\nuse std::collections::HashMap;";
        found_and_not(
            REPORT,
            bad,
            "2: `HashMap`",
            &[(REPORT, in_test), ("tests/a.rs", bad), (REPORT, "BTreeMap")],
        );
    }

    #[test]
    fn clocks() {
        let bad = "let now = Instant::now();";
        found_and_not(
            SIM,
            bad,
            "1: `Instant::now`",
            &[(REPORT, bad), (SIM, "// Instant::now"), (SIM, "env.mono()")],
        );
        found_and_not(
            "sims/a.rs",
            "SystemTime::now()",
            "1: `SystemTime::now`",
            &[("sims/a.rs", "Instant"), ("sims/examples/a.rs", bad)],
        );
    }

    #[test]
    fn generators() {
        found_and_not(LOCK, "rand::thread_rng()", "1: `thread_rng`", &[(REPORT, "rand::thread_rng()")]);
        found_and_not(LOCK, "rand::rng()", "1: `rand::rng()`", &[(LOCK, "env.random()")]);
    }

    #[test]
    fn the_ground() {
        let manifest = "[dependencies]\nmadsim.workspace = true";
        found_and_not(
            LOCK,
            "#[cfg(madsim)]",
            "1: `madsim`",
            &[(SIM, "#[cfg(madsim)]"), (LOCK, "//! madsim")],
        );
        let good = [
            ("crates/fencepost-sim/Cargo.toml", manifest),
            ("sims/Cargo.toml", "# madsim\n"),
            ("Cargo.toml", manifest),
        ];
        found_and_not("sims/Cargo.toml", manifest, "2: `madsim`", &good);
    }

    #[test]
    fn the_real_world() {
        let bad = "use tokio_util::sync;";
        found_and_not(
            "sims/a.rs",
            bad,
            "1: `tokio`",
            &[("crates/fencepost-live/src/a.rs", bad), (LOCK, "\"tokio\"")],
        );
    }

    #[test]
    fn unfinished_work() {
        found_and_not(
            REPORT,
            "fn f() { todo!() }",
            "1: `todo!`",
            &[(REPORT, "// no todo!"), (REPORT, "my_todo!()")],
        );
        found_and_not(REPORT, "\nunimplemented!()", "2: `unimplemented!`", &[(REPORT, "\"unimplemented!\"")]);
        found_and_not("tests/a.rs", "#[ignore = \"slow\"]", "1: `#[ignore`", &[("tests/a.rs", "#[test]")]);
        found_and_not(REPORT, "//! ```ignore", "1: ````ignore`", &[(REPORT, "//! ```no_run")]);
        let later = concat!("// TO", "DO: later");
        let word = concat!("1: `TO", "DO`");
        found_and_not(REPORT, later, word, &[(REPORT, "// to do"), (REPORT, concat!("\"TO", "DO\""))]);
        found_and_not("a.md", concat!("# A FIX", "ME"), concat!("1: `FIX", "ME`"), &[("a.md", "# Fix me")]);
    }
}
