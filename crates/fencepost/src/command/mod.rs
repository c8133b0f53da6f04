//! One file for each command.

mod advise;
mod check;
mod completions;
mod explain;
mod explore;
mod list;
mod man;
mod margin;
mod merge;
mod necessary;
mod new;
mod outcome;
mod prune;
mod remedies;
mod replay;
mod report;
mod run;
mod schema;
mod shrink;
mod teeth;

pub(crate) use advise::{AdviseArgs, advise};
pub(crate) use check::{CheckArgs, check};
pub(crate) use completions::completions;
pub(crate) use explain::explain;
pub(crate) use explore::{ExploreArgs, explore};
pub(crate) use list::list;
pub(crate) use man::man;
pub(crate) use margin::{MarginArgs, margin};
pub(crate) use merge::merge;
pub(crate) use necessary::{NecessaryArgs, necessary};
pub(crate) use new::new;
pub(crate) use prune::prune;
pub(crate) use remedies::{RemediesArgs, remedies};
pub(crate) use replay::{lost, replay};
pub(crate) use report::report;
pub(crate) use run::run;
pub(crate) use schema::schema;
pub(crate) use shrink::shrink;
pub(crate) use teeth::{TeethArgs, teeth};

use crate::output::{colours_on_stderr, say};
use fencepost_explore::{Catalogue, Exit, FOLDER, Refused, ReplayError, Shelf};
use fencepost_scenario::Scenario;
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

/// Says that a file is run and not the built-in scenario that people may mean by its id.
fn tell_what_is_hidden(shelf: &Shelf, scenario: &Scenario) {
    if shelf.hides_built_in(&scenario.path) {
        let Scenario { id, path, .. } = scenario;
        say(&format!("note: `{id}` is `{path}` here, which differs from the scenario that is built in\n"));
    }
}

/// The scenarios here, and those that are built in.
fn shelf(catalogue: &Catalogue) -> Result<Shelf, Refused> {
    Shelf::open(catalogue, Path::new(FOLDER)).map_err(|error| Refused::Bad {
        message: format!("the folder `{FOLDER}` cannot be read: {error}"),
        help: "look at its permissions".to_owned(),
    })
}
