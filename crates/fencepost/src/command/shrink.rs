//! `fencepost shrink`: the smallest scenario that still breaks the same property, as a file.

use super::new::schema_line;
use super::{fail, shelf};
use crate::args::{ShrinkArgs, ground};
use crate::draft::Draft;
use crate::keeper::Kept;
use crate::output::Output;
use fencepost_explore::{Catalogue, Exit, FOLDER, Refused, ReplayError, Shrunk, shrink as shrink_case};
use fencepost_report::shrunk;
use std::fs;
use std::path::{Path, PathBuf};

/// The folder of what was shrunk, under that of scenarios.
const REGRESSIONS: &str = "regressions";

/// Shrinks a case; gives back the exit code.
pub(crate) fn shrink(catalogue: &Catalogue, args: &ShrinkArgs, kept: &Kept) -> Exit {
    shrink_and_write(catalogue, args, kept).unwrap_or_else(|error| fail(&error))
}

fn shrink_and_write(catalogue: &Catalogue, args: &ShrinkArgs, kept: &Kept) -> Result<Exit, ReplayError> {
    let (ground, shelf) = (ground(args.ground)?, shelf(catalogue)?);
    let stop = kept.stop_on_ctrl_c();
    let smaller = shrink_case(catalogue, &shelf, &args.case, args.keep.as_deref(), ground, &stop)?;
    let mut output = Output::stdout();
    if args.out.as_deref().is_some_and(|path| path.as_os_str() == "-") {
        output.print(&shrunk::file(&smaller));
    } else {
        let path = args.out.clone().unwrap_or_else(|| usual_place(&smaller));
        write(&path, &format!("{}\n{}", schema_line(&path), shrunk::file(&smaller)))?;
        output.print(&shrunk::told(&smaller));
        let path = path.display();
        output.print(&format!("Wrote  {path}\nNext   fencepost replay {path}\n"));
    }
    Ok(if smaller.stopped { Exit::Stopped } else { Exit::AsExpected })
}

fn usual_place(smaller: &Shrunk) -> PathBuf {
    Path::new(FOLDER).join(REGRESSIONS).join(format!("{}.toml", smaller.name))
}

/// Writes the file, unless another one is there: somebody may have edited it.
fn write(path: &Path, text: &str) -> Result<(), Refused> {
    if fs::read_to_string(path).is_ok_and(|there| there == text) {
        return Ok(());
    }
    if path.exists() {
        return Err(Refused::Bad {
            message: format!("`{}` is there already, and is another one", path.display()),
            help: "nothing is overwritten: move it away, or name another file with `--out`".to_owned(),
        });
    }
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        fs::create_dir_all(folder).map_err(|error| Refused::Bad {
            message: format!("the folder `{}` cannot be made: {error}", folder.display()),
            help: "name another file with `--out`".to_owned(),
        })?;
    }
    Draft::beside(path)?.keep(text)
}
