//! `cargo xtask gallery`: the report that is checked in as an example, made anew.
//!
//! The seeds are few, so its counts are small; a test says when its sections or rows are not those of the checkout any
//! more, and leaves its numbers alone.

use crate::outcome::Outcome;
use crate::process::{Ground, cargo, stream, target};
use std::fs;
use std::io;
use std::path::Path;

/// How many seeds of each row are run.
const SEEDS: &str = "8";

/// What `fencepost teeth --format json` printed on a day of its own: it takes minutes where nothing else runs.
const TEETH: &str = "teeth.jsonl";

/// Runs the comparison and writes the page, the summary and the decision record of it.
pub fn run(root: &Path) -> Outcome {
    match made(root) {
        Ok(true) => Outcome::Passed,
        Ok(false) => Outcome::failed(),
        Err(error) => Outcome::Failed(error.to_string()),
    }
}

fn made(root: &Path) -> io::Result<bool> {
    let (stored, gallery) = (target(root).join("gallery"), root.join("reports/gallery"));
    if stored.exists() {
        fs::remove_dir_all(&stored)?;
    }
    fs::create_dir_all(&gallery)?;
    let stored = stored.to_string_lossy().into_owned();
    if !fencepost(root, &["run", "comparison", "--seeds", SEEDS, "--out", &stored])? {
        return Ok(false);
    }
    let teeth = gallery.join(TEETH).to_string_lossy().into_owned();
    for (file, form) in [
        ("index.html", vec!["--teeth", &teeth]),
        ("summary.md", vec!["--summary"]),
        ("decision.md", vec!["--decision"]),
    ] {
        let out = gallery.join(file).to_string_lossy().into_owned();
        let mut words = vec!["report", &stored, "--out", &out];
        words.extend(form);
        if !fencepost(root, &words)? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn fencepost(root: &Path, words: &[&str]) -> io::Result<bool> {
    let mut args = vec!["run", "--release", "--quiet", "-p", "fencepost", "--"];
    args.extend(words);
    Ok(stream(cargo(root, Ground::Madsim, &args, ""), |_| {})?.success())
}
