//! One file for each command.

mod check;
mod explain;
mod list;
mod new;
mod replay;
mod run;
mod schema;

pub(crate) use check::{CheckArgs, check};
pub(crate) use explain::explain;
pub(crate) use list::list;
pub(crate) use new::new;
pub(crate) use replay::replay;
pub(crate) use run::run;
pub(crate) use schema::schema;

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
