//! `fencepost new`: something to start from, a scenario, an advice file, a project with a lock of one's own, or a
//! workflow.

mod advice;
mod lock;
mod scenario;
mod workflow;

pub(super) use scenario::schema_line;

use super::refuse;
use crate::args::NewArgs;
use crate::output::Output;
use fencepost_explore::{Catalogue, Exit, Refused};
use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

/// Writes what was asked for; gives back the exit code.
pub(crate) fn new(catalogue: &Catalogue, args: &NewArgs) -> Exit {
    match written(catalogue, args) {
        Ok(text) => {
            Output::stdout().print(&text);
            Exit::AsExpected
        }
        Err(refused) => refuse(&refused),
    }
}

fn written(catalogue: &Catalogue, args: &NewArgs) -> Result<String, Refused> {
    let words: Vec<&str> = args.what.iter().map(String::as_str).collect();
    match (words.as_slice(), &args.checkout) {
        (["lock", name], checkout) => lock::new(catalogue, name, args.out.as_deref(), checkout.as_deref()),
        (_, Some(_)) => Err(bad("`--checkout` goes with `new lock NAME`", "leave it out")),
        ([workflow::WORD], None) => workflow::new(args.out.as_deref()),
        ([advice::WORD], None) => advice::new(args.out.as_deref()),
        (["scenario", name] | [name], None) if *name != "lock" => scenario::new(name, args.out.as_deref()),
        (["lock"], None) => Err(bad("the lock has no name", "type one: `fencepost new lock mine`")),
        (words, None) => {
            let message = format!("nothing is called `{}` that could be new", words.join(" "));
            Err(bad(
                message,
                "type `fencepost new NAME` for a scenario, `fencepost new lock NAME` for a lock",
            ))
        }
    }
}

fn bad(message: impl Into<String>, help: impl Into<String>) -> Refused {
    Refused::Bad { message: message.into(), help: help.into() }
}

fn unwritable(path: &Path, error: &std::io::Error) -> Refused {
    let help = match error.kind() {
        ErrorKind::AlreadyExists => "take another name: nothing is overwritten",
        _ => "name another place with `--out`",
    };
    bad(format!("`{}` cannot be written: {error}", path.display()), help)
}

/// Writes a file that was not there.
fn write(path: &Path, text: &str) -> Result<(), Refused> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(|error| unwritable(path, &error))?;
    }
    let file = OpenOptions::new().write(true).create_new(true).open(path);
    let mut file = file.map_err(|error| unwritable(path, &error))?;
    file.write_all(text.as_bytes()).map_err(|error| {
        // Half a file is worse than none.
        let _ = fs::remove_file(path);
        unwritable(path, &error)
    })
}

/// Where something goes that nobody has named a place for.
fn place(out: Option<&Path>, otherwise: PathBuf) -> PathBuf {
    out.map_or(otherwise, Path::to_owned)
}
