//! Where stored runs are: the folder `reports`, a folder for each, and `latest`, which leads to the newest.

use super::form::STORE_FORMAT;
use super::read::{RUN_FILE, Stored, cannot_read};
use super::write::cannot_write;
use crate::{REGRESSIONS, Refused, SUITES};
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// The folder of stored runs in a project.
pub const REPORTS: &str = "reports";
/// What leads to the newest of them.
pub const LATEST: &str = "latest";
/// The most letters of the name of a suite.
const LONGEST: usize = 40;

/// A folder among the stored runs.
#[derive(Debug)]
pub struct Shelved {
    /// Its name.
    pub name: String,
    /// Its path.
    pub dir: PathBuf,
    /// What it holds, or why it cannot be opened.
    pub stored: Result<Stored, Refused>,
}

/// The name of the folder of a run that began at `started` (RFC 3339, whole seconds).
pub fn folder_name(started: &str, what: &[String]) -> String {
    let time = started.trim_end_matches('Z').replace(':', "").replace('T', "-");
    format!("{time}-{}", suite_name(what))
}

/// What a run is called by, after what was asked for.
fn suite_name(what: &[String]) -> String {
    let words: Vec<&str> = match what {
        [] => SUITES.into_iter().filter(|suite| *suite != REGRESSIONS).collect(),
        words => words.iter().map(String::as_str).collect(),
    };
    let mut name = String::new();
    for word in words {
        let word = word.trim_end_matches('/').trim_end_matches(".toml");
        let word = word.strip_prefix("scenarios/").unwrap_or(word);
        let letters = word.chars().map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '-' });
        for letter in letters.chain(['-']) {
            if letter != '-' || !name.ends_with('-') {
                name.push(letter);
            }
        }
    }
    let name: String = name.trim_matches('-').chars().take(LONGEST).collect();
    match name.trim_end_matches('-') {
        "" => "run".to_owned(),
        name => name.to_owned(),
    }
}

/// Whether a name is one that [`folder_name`] gives: `2026-11-20-091244-classics`.
pub(crate) fn is_folder_name(name: &str) -> bool {
    let shape = "dddd-dd-dd-dddddd-";
    let fits = |(letter, shape): (char, char)| match shape {
        'd' => letter.is_ascii_digit(),
        _ => letter == shape,
    };
    name.len() > shape.len() && name.chars().zip(shape.chars()).all(fits)
}

/// Makes `latest` lead to the folder of this name. Nobody ever sees it missing.
pub fn point_latest(reports: &Path, name: &str) -> Result<(), Refused> {
    let latest = reports.join(LATEST);
    if fs::symlink_metadata(&latest).is_ok_and(|found| !found.is_symlink()) {
        // Somebody's own: it is not ours to replace.
        return Ok(());
    }
    link(reports, name, &latest).map_err(|error| cannot_write(&latest, &error))
}

#[cfg(unix)]
fn link(reports: &Path, name: &str, latest: &Path) -> std::io::Result<()> {
    let beside = reports.join(format!(".{LATEST}.{}.tmp", std::process::id()));
    match fs::remove_file(&beside) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    std::os::unix::fs::symlink(name, &beside)?;
    fs::rename(&beside, latest)
}

#[cfg(not(unix))]
fn link(_: &Path, _: &str, _: &Path) -> std::io::Result<()> {
    // Links need a privilege here. Readers then take the folder with the newest name.
    Ok(())
}

/// Every stored run in a folder of them, the oldest first. What is no stored run is left out.
pub fn shelved(reports: &Path) -> Result<Vec<Shelved>, Refused> {
    let entries = match fs::read_dir(reports) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(cannot_read(reports, &error)),
    };
    let mut found = Vec::new();
    for entry in entries {
        let entry = entry.map_err(|error| cannot_read(reports, &error))?;
        let (dir, name) = (entry.path(), entry.file_name().to_string_lossy().into_owned());
        let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
        if is_folder && dir.join(RUN_FILE).is_file() {
            found.push(Shelved { name, stored: Stored::open(&dir), dir });
        }
    }
    found.sort_by(|left, right| left.name.cmp(&right.name));
    Ok(found)
}

/// The stored run that a user means: a folder, a name among the stored runs, or the latest where nothing is
/// said. Fails where there is none.
pub fn find(what: Option<&str>) -> Result<Stored, Refused> {
    let reports = Path::new(REPORTS);
    if let Some(what) = what {
        let path = Path::new(what);
        let inside = reports.join(what);
        return Stored::open(if !path.join(RUN_FILE).is_file() && inside.is_dir() { &inside } else { path });
    }
    let latest = reports.join(LATEST);
    if latest.join(RUN_FILE).is_file() {
        let name = fs::read_link(&latest);
        return Stored::open(&name.map_or(latest, |name| reports.join(name)));
    }
    let newest = shelved(reports)?.into_iter().rfind(|one| is_folder_name(&one.name));
    newest.map_or_else(
        || {
            Err(Refused::bad(
                format!("nothing is stored in `{REPORTS}` (stored runs have format {STORE_FORMAT})"),
                "`fencepost run … --store` stores one",
            ))
        },
        |newest| newest.stored,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_sort_by_time_and_say_what_was_run() {
        let name = |what: &[&str]| {
            let what: Vec<String> = what.iter().map(|word| (*word).to_owned()).collect();
            folder_name("2026-11-20T09:12:44Z", &what)
        };
        assert_eq!(name(&["classics"]), "2026-11-20-091244-classics");
        assert_eq!(name(&["scenarios/zoo/", "a/b.toml"]), "2026-11-20-091244-zoo-a-b");
        assert_eq!(name(&["../*"]), "2026-11-20-091244-run");
        assert_eq!(name(&[&"x".repeat(99)]).len(), 18 + LONGEST);
        assert!(is_folder_name(&name(&[])), "{}", name(&[]));
        for other in ["latest", "gallery", "2026-11-20-091244-", "2026-11-20-x"] {
            assert!(!is_folder_name(other), "{other}");
        }
    }
}
