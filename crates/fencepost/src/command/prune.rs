//! `fencepost prune`: old stored runs go.

use super::refuse;
use crate::args::PruneArgs;
use crate::output::Output;
use fencepost_explore::store::{KEEP, Pruning, REPORTS, Stays, pruning};
use fencepost_explore::{Exit, Refused};
use std::path::Path;

/// Takes old stored runs away; gives back the exit code.
pub(crate) fn prune(args: &PruneArgs) -> Exit {
    match pruned(args) {
        Ok(text) => {
            Output::stdout().print(&text);
            Exit::AsExpected
        }
        Err(refused) => refuse(&refused),
    }
}

fn pruned(args: &PruneArgs) -> Result<String, Refused> {
    let pruning = pruning(Path::new(REPORTS), args.keep)?;
    if !args.dry_run {
        pruning.apply()?;
    }
    Ok(told(&pruning, args.dry_run))
}

fn told(pruning: &Pruning, dry_run: bool) -> String {
    let goes = if dry_run { "would go" } else { "gone" };
    let gone = pruning.goes.iter().map(|dir| format!("  {goes:<8}  {}\n", dir.display()));
    let stays = pruning.stays.iter().filter(|(_, why)| *why != Stays::New);
    let kept = stays.map(|(dir, why)| format!("  {:<8}  {} ({})\n", "stays", dir.display(), word(*why)));
    let text: String = gone.chain(kept).collect();
    match text.as_str() {
        "" => format!("  nothing to take away: {} stored\n", pruning.stays.len()),
        _ => text,
    }
}

fn word(why: Stays) -> String {
    match why {
        Stays::New => "one of the newest".to_owned(),
        Stays::Marked => format!("it has a file `{KEEP}`"),
        Stays::Latest => "`latest` leads to it".to_owned(),
        Stays::Written => "it is being written".to_owned(),
        Stays::Foreign => "this build cannot read it".to_owned(),
    }
}
