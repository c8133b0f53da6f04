//! `fencepost new`: a commented scenario to start from.

use super::{refuse, workflow};
use crate::args::NewArgs;
use crate::output::Output;
use fencepost_explore::{Exit, FOLDER, Refused};
use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

/// What a new scenario holds, without its first line.
const TEMPLATE: &str = include_str!("new.toml");

/// Writes the scenario; gives back the exit code.
pub(crate) fn new(args: &NewArgs) -> Exit {
    if args.name == workflow::WORD {
        return workflow::write(args.out.as_deref()).unwrap_or_else(|refused| refuse(&refused));
    }
    let written = path(args).and_then(|path| write(&path).map(|()| path));
    match written {
        Ok(path) => {
            let path = path.display();
            Output::stdout().print(&format!("Wrote  {path}\nNext   fencepost run {path}\n"));
            Exit::AsExpected
        }
        Err(refused) => refuse(&refused),
    }
}

/// Where the scenario goes. The file's stem is the scenario's id, so not every name will do.
fn path(args: &NewArgs) -> Result<PathBuf, Refused> {
    let fits = |letter: char| letter.is_ascii_alphanumeric() || "-_.".contains(letter);
    let is_name = (1..=64).contains(&args.name.len()) && args.name.chars().all(fits);
    if !is_name || args.name.starts_with(['.', '-']) {
        return Err(Refused::Bad {
            message: format!("{:?} is no name for a scenario", args.name),
            help: "names have 1 to 64 letters, digits, `-`, `_` and `.`, and begin with a letter or digit"
                .to_owned(),
        });
    }
    let file = format!("{}.toml", args.name);
    Ok(args.out.clone().unwrap_or_else(|| Path::new(FOLDER).join(file)))
}

fn write(path: &Path) -> Result<(), Refused> {
    write_new(path, &text(path))
}

/// Writes a file that is not there yet, and the folders above it.
pub(super) fn write_new(path: &Path, text: &str) -> Result<(), Refused> {
    let bad = |error: std::io::Error| Refused::Bad {
        message: format!("`{}` cannot be written: {error}", path.display()),
        help: match error.kind() {
            ErrorKind::AlreadyExists => "take another name: nothing is overwritten".to_owned(),
            _ => "name another file with `--out`".to_owned(),
        },
    };
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(bad)?;
    }
    let mut file = OpenOptions::new().write(true).create_new(true).open(path).map_err(bad)?;
    file.write_all(text.as_bytes()).map_err(|error| {
        // Half a file is worse than none.
        let _ = fs::remove_file(path);
        bad(error)
    })
}

fn text(path: &Path) -> String {
    format!("{}\n{TEMPLATE}", schema_line(path))
}

/// The first line of a scenario, for editors: where the schema lies, seen from this file.
pub(super) fn schema_line(path: &Path) -> String {
    let folders: Vec<_> = path.parent().into_iter().flat_map(Path::components).collect();
    let below = folders.iter().rev().position(|folder| folder.as_os_str() == FOLDER).unwrap_or(0);
    format!("#:schema {}scenario.schema.json\n", "../".repeat(below))
}

#[cfg(test)]
mod tests {
    use super::*;
    use fencepost_explore::{Request, Seeds, Selection, Shelf, Stop, SweepOptions, sweep};

    fn args(name: &str, out: Option<PathBuf>) -> NewArgs {
        NewArgs { name: name.to_owned(), out }
    }

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
        write(&path).expect("a new file");
        let refused = write(&path).expect_err("it is there already").render(false);
        assert!(refused.contains("nothing is overwritten"), "{refused}");
        assert!(fs::read_to_string(&path).expect("the first one").contains(TEMPLATE));
        fs::remove_dir_all(&folder).expect("it was made here");
    }

    #[test]
    fn the_file_is_named_after_the_scenario() {
        assert_eq!(path(&args("calm-2", None)).expect("a name"), Path::new("scenarios/calm-2.toml"));
        let out = PathBuf::from("elsewhere/a.toml");
        assert_eq!(path(&args("calm", Some(out.clone()))).expect("a name"), out);
        for name in ["", "a/b", "../a", ".hidden", "-x", "é", "a b"] {
            assert!(path(&args(name, None)).is_err(), "{name}");
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
