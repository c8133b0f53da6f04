//! `fencepost new NAME`: a commented scenario to start from.

use super::{bad, place, write};
use fencepost_explore::{FOLDER, Refused};
use std::path::{Path, PathBuf};

/// What a new scenario holds, without its first line.
const TEMPLATE: &str = include_str!("scenario.toml");

/// Writes the scenario; gives back what to say.
pub(super) fn new(name: &str, out: Option<&Path>) -> Result<String, Refused> {
    let path = path(name, out)?;
    write(&path, &text(&path))?;
    let path = path.display();
    Ok(format!("Wrote  {path}\nNext   fencepost run {path}\n"))
}

/// Where the scenario goes. The file's stem is the scenario's id, so not every name will do.
fn path(name: &str, out: Option<&Path>) -> Result<PathBuf, Refused> {
    let fits = |letter: char| letter.is_ascii_alphanumeric() || "-_.".contains(letter);
    let is_name = (1..=64).contains(&name.len()) && name.chars().all(fits);
    if !is_name || name.starts_with(['.', '-']) {
        let help = "names have 1 to 64 letters, digits, `-`, `_` and `.`, and begin with a letter or digit";
        return Err(bad(format!("{name:?} is no name for a scenario"), help));
    }
    Ok(place(out, Path::new(FOLDER).join(format!("{name}.toml"))))
}

fn text(path: &Path) -> String {
    format!("{}\n{TEMPLATE}", schema_line(path))
}

/// The first line of a scenario, for editors: where the schema lies, seen from this file.
pub(in crate::command) fn schema_line(path: &Path) -> String {
    let folders: Vec<_> = path.parent().into_iter().flat_map(Path::components).collect();
    let below = folders.iter().rev().position(|folder| folder.as_os_str() == FOLDER).unwrap_or(0);
    format!("#:schema {}scenario.schema.json\n", "../".repeat(below))
}

#[cfg(test)]
mod tests {
    use super::*;
    use fencepost_explore::{Exit, Request, Seeds, Selection, Shelf, Stop, SweepOptions, sweep};
    use std::fs;

    #[test]
    fn a_new_scenario_runs_green() {
        let catalogue = crate::catalogue().with_scenario("mine/new.toml", TEMPLATE);
        let shelf = Shelf::open(&catalogue, Path::new("no folder")).expect("built in");
        let request = Request { what: vec!["mine".to_owned()], ..Request::default() };
        let selection = Selection::make(&catalogue, &shelf, &request).expect("the template has no mistake");
        let options = SweepOptions { seeds: Some(Seeds::first(10)), ..SweepOptions::default() };
        let summary = sweep(&catalogue, &selection, options, &Stop::new(), &mut |_| {});
        assert_eq!(summary.exit, Exit::AsExpected);
    }

    #[test]
    fn nothing_is_overwritten() {
        let folder = std::env::temp_dir().join(format!("fencepost-new-{}", std::process::id()));
        let path = folder.join("mine.toml");
        new("mine", Some(&path)).expect("a new file");
        let refused = new("mine", Some(&path)).expect_err("it is there already").render(false);
        assert!(refused.contains("nothing is overwritten"), "{refused}");
        assert!(fs::read_to_string(&path).expect("the first one").contains(TEMPLATE));
        fs::remove_dir_all(&folder).expect("it was made here");
    }

    #[test]
    fn the_file_is_named_after_the_scenario() {
        assert_eq!(path("calm-2", None).expect("a name"), Path::new("scenarios/calm-2.toml"));
        let out = Path::new("elsewhere/a.toml");
        assert_eq!(path("calm", Some(out)).expect("a name"), out);
        for name in ["", "a/b", "../a", ".hidden", "-x", "é", "a b"] {
            assert!(path(name, None).is_err(), "{name}");
        }
    }

    #[test]
    fn the_schema_is_found_from_where_the_file_lies() {
        let first = |path: &str| text(Path::new(path)).lines().next().map(str::to_owned);
        assert_eq!(first("scenarios/a.toml").as_deref(), Some("#:schema scenario.schema.json"));
        assert_eq!(first("/x/scenarios/mine/a.toml").as_deref(), Some("#:schema ../scenario.schema.json"));
        assert_eq!(first("a.toml").as_deref(), Some("#:schema scenario.schema.json"));
    }
}
