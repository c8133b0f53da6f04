//! One file for each command.

mod check;
mod explain;
mod list;
mod new;
mod replay;
mod run;
mod schema;
mod shrink;

pub(crate) use check::{CheckArgs, check};
pub(crate) use explain::explain;
pub(crate) use list::list;
pub(crate) use new::new;
pub(crate) use replay::replay;
pub(crate) use run::run;
pub(crate) use schema::schema;
pub(crate) use shrink::shrink;

use crate::output::{colours_on_stderr, say};
use fencepost_explore::{Catalogue, Exit, FOLDER, Refused, ReplayError, Shelf, Stop};
use std::path::Path;

/// Tells why nothing was done.
fn refuse(refused: &Refused) -> Exit {
    say(&refused.render(colours_on_stderr()));
    refused.exit()
}

/// Tells why a case could not be run.
fn fail(error: &ReplayError) -> Exit {
    match error {
        ReplayError::Refused(refused) => refuse(refused),
        ReplayError::Internal(message) => {
            say(&format!("error: a mistake of fencepost itself\n  {message}\n"));
            Exit::Internal
        }
    }
}

/// The scenarios here, and those that are built in.
fn shelf(catalogue: &Catalogue) -> Result<Shelf, Refused> {
    Shelf::open(catalogue, Path::new(FOLDER)).map_err(|error| Refused::Bad {
        message: format!("the folder `{FOLDER}` cannot be read: {error}"),
        help: "look at its permissions".to_owned(),
    })
}

/// The first Ctrl-C starts no more runs; the second leaves at once.
fn stop_on_ctrl_c() -> Stop {
    let stop = Stop::new();
    let heard = stop.clone();
    let handler = ctrlc::set_handler(move || {
        if heard.raise() {
            std::process::exit(i32::from(Exit::Stopped.code()));
        }
        say("\nstopping: what is known will be told; once more leaves at once\n");
    });
    if let Err(error) = handler {
        // Somebody who embeds us has a handler of their own: then Ctrl-C does what theirs does.
        say(&format!("note: Ctrl-C will not wait for the results: {error}\n"));
    }
    stop
}
