//! Writing what was seen into the scenario files.
//!
//! A break inside the claims is never accepted: no entry of a file excuses it. A break of safety is accepted
//! where the user says that weaker is meant. What is expected to break and never did is taken out: that makes
//! an expectation stronger.

use crate::draft::Draft;
use crate::output::say;
use fencepost_explore::store::{StoredProperty, StoredRow, is_safety};
use fencepost_explore::{Catalogue, Opinion, Refused};
use fencepost_scenario::{Acceptance, Accepted, accept, parse};
use std::path::Path;

/// Writes what may be written, says what may not be, and judges the rows anew.
pub(super) fn accept_all(catalogue: &Catalogue, rows: &mut [StoredRow], weaker: bool) -> Result<(), Refused> {
    let mut ids: Vec<String> = rows.iter().map(|row| row.head.scenario.clone()).collect();
    ids.dedup();
    for id in ids {
        let mut of_it: Vec<&mut StoredRow> = rows.iter_mut().filter(|row| row.head.scenario == id).collect();
        let changes: Vec<Acceptance> = of_it.iter().flat_map(|row| changes(row, weaker)).collect();
        if changes.is_empty() {
            continue;
        }
        let path = of_it[0].of.path.clone();
        write(catalogue, &id, &path, of_it[0].of.digest, &changes)?;
        for change in &changes {
            let word = match change.as_what {
                Accepted::Broken => "breaks",
                Accepted::MayBreak => "may break",
                Accepted::Held => "holds",
            };
            say(&format!("Accepted {path}: {} {word} {}\n", change.variant, change.property));
        }
        of_it.iter_mut().for_each(|row| row.accept(&changes));
    }
    Ok(())
}

fn changes(row: &StoredRow, weaker: bool) -> Vec<Acceptance> {
    let change = |property: &StoredProperty| {
        let as_what = accepted(row, property, weaker)?;
        let (variant, property) = (row.head.variant.clone(), property.property.clone());
        Some(Acceptance { variant, property, as_what })
    };
    row.properties.iter().filter_map(change).collect()
}

/// What is expected of a property from here on; none where nothing changes.
fn accepted(row: &StoredRow, property: &StoredProperty, weaker: bool) -> Option<Accepted> {
    let (case, name) = (format!("{}/{}", row.of.called, row.head.variant), &property.property);
    match property.opinion {
        Opinion::NeverBroke => Some(Accepted::Held),
        Opinion::BrokeInsideClaims => {
            say(&format!("note: {case} breaks {name} inside the claims of its lock: never accepted\n"));
            None
        }
        Opinion::Broke if is_safety(name) && !weaker => {
            say(&format!("note: {case} breaks {name}, which is safety: `--accept-weaker` accepts that\n"));
            None
        }
        // What only seeds beyond the declared ones show would not be seen without them.
        Opinion::Broke if property.first.is_some_and(|seed| seed >= row.of.seeds) => Some(Accepted::MayBreak),
        Opinion::Broke => Some(Accepted::Broken),
        _ => None,
    }
}

/// Writes changes into a file, which must still hold what was run.
fn write(
    catalogue: &Catalogue,
    id: &str,
    path: &str,
    digest: u64,
    changes: &[Acceptance],
) -> Result<(), Refused> {
    let bad = |message: String, help: &str| Refused::Bad { message, help: help.to_owned() };
    let text = std::fs::read_to_string(path).map_err(|error| {
        let help = "only a scenario that is a file here can be changed; `fencepost new` starts one";
        bad(format!("`{path}` cannot be read: {error}"), help)
    })?;
    let vocabulary = catalogue.vocabulary();
    let is_what_was_run = parse(id, path, &text, &vocabulary).is_ok_and(|scenario| scenario.digest == digest);
    if !is_what_was_run {
        return Err(bad(format!("`{path}` was changed while it was run"), "run it again"));
    }
    let changed = accept(&text, changes);
    let changed = changed.map_err(|error| bad(format!("`{path}`: {error}"), "edit `[expect]` by hand"))?;
    parse(id, path, &changed, &vocabulary).map_err(|mistakes| Refused::Mistakes(vec![mistakes]))?;
    Draft::beside(Path::new(path))?.keep(&changed)
}
