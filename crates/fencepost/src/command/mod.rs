//! One file for each command.

mod explain;
mod list;
mod replay;
mod run;

pub(crate) use explain::explain;
pub(crate) use list::list;
pub(crate) use replay::replay;
pub(crate) use run::run;

use crate::output::{colours_on_stderr, say};
use fencepost_explore::{Catalogue, Exit, FOLDER, Refused, Shelf};
use std::path::Path;

/// Tells why nothing was done.
fn refuse(refused: &Refused) -> Exit {
    say(&refused.render(colours_on_stderr()));
    refused.exit()
}

/// The scenarios here, and those that are built in.
fn shelf(catalogue: &Catalogue) -> Result<Shelf, Refused> {
    Shelf::open(catalogue, Path::new(FOLDER)).map_err(|error| Refused::Bad {
        message: format!("the folder `{FOLDER}` cannot be read: {error}"),
        help: "look at its permissions".to_owned(),
    })
}
