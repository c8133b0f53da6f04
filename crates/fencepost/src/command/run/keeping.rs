//! Where a run is stored, and whether.

use crate::args::RunArgs;
use crate::config;
use crate::keeper::Began;
use crate::output::say;
use fencepost_explore::store::{Head, Measured, REPORTS, Store, folder_name, point_latest};
use fencepost_explore::{NotRepeated, Refused, Summary};
use fencepost_report::Sentences;
use std::path::{Path, PathBuf};

/// Set to `never`, nothing is stored unless it is asked for.
const WISH: &str = "FENCEPOST_STORE";
/// How many runs of one suite may begin within a second.
const MOST: u32 = 100;

/// Opens the store of a run; none where none is wanted. Fails before anything is run where nothing can be
/// written there.
pub(super) fn open(args: &RunArgs, head: &Head, began: &Began) -> Result<Option<Store>, Refused> {
    if !is_wanted(args) {
        return Ok(None);
    }
    let measured = if args.measure { Measured::All } else { Measured::Comparison };
    let create = |dir: &Path| Store::create(dir, head.clone(), &began.token(), measured, Box::new(Sentences));
    if let Some(dir) = &args.out {
        return create(dir).map(Some);
    }
    let name = folder_name(&began.at(), &args.what);
    let (name, dir) = free(&name, &began.token());
    let store = create(&dir)?;
    point_latest(Path::new(REPORTS), &name)?;
    Ok(Some(store))
}

fn is_wanted(args: &RunArgs) -> bool {
    let is_asked_for = args.store || args.out.is_some();
    // A folder of stored runs, or a file of profiles, makes a project; there runs are stored.
    let is_project = || Path::new(REPORTS).is_dir() || config::is_there();
    let is_forbidden = || std::env::var_os(WISH).is_some_and(|wish| wish == "never");
    !args.no_store && (is_asked_for || (is_project() && !is_forbidden()))
}

/// The first name that nobody has taken: two runs may begin within one second.
fn free(name: &str, token: &str) -> (String, PathBuf) {
    let names = (1..MOST).map(|number| match number {
        1 => name.to_owned(),
        number => format!("{name}-{number}"),
    });
    let is_free = |name: &String| {
        let dir = Path::new(REPORTS).join(name);
        !dir.exists() || Store::is_begun_by(&dir, token)
    };
    let name = names.into_iter().find(is_free).unwrap_or_else(|| name.to_owned());
    let dir = Path::new(REPORTS).join(&name);
    (name, dir)
}

/// Writes how it ended, and says where it is.
pub(super) fn close(store: &Store, summary: &Summary, not_repeated: &[NotRepeated]) -> Result<(), Refused> {
    store.finish(summary, not_repeated)?;
    say(&format!("Stored   {}\n", store.dir.display()));
    Ok(())
}
