//! `fencepost merge`: parts of a run become the whole run, and that is judged.

use super::outcome::{Outcome, Wishes};
use super::refuse;
use crate::args::{MergeArgs, MergeFormat};
use crate::keeper::Began;
use crate::output::{Output, say};
use fencepost_explore::store::{Stored, merge as merge_parts};
use fencepost_explore::{Exit, Refused, Summary};
use fencepost_report::stored;

/// Merges; gives back the exit code of the whole.
pub(crate) fn merge(args: &MergeArgs) -> Exit {
    merged(args).unwrap_or_else(|refused| refuse(&refused))
}

fn merged(args: &MergeArgs) -> Result<Exit, Refused> {
    let github = args.format == MergeFormat::Github;
    let wishes = Wishes::new(args.junit.as_deref(), github, args.against.as_deref())?;
    let parts: Vec<Stored> = args.parts.iter().map(|dir| Stored::open(dir)).collect::<Result<_, _>>()?;
    let run = merge_parts(&parts, &args.out, &Began::now().token())?;
    let whole = run.whole()?;
    let finished = run.head.finished.as_ref().expect("a merged run is finished");
    let mut summary = Summary::of_stored(&whole.rows);
    summary.take_end(finished);
    let mut output = Output::stdout();
    output.print(&stored::merged(&whole.rows, &finished.not_repeated, &summary, parts.len() as u64));
    let outcome = Outcome {
        rows: &whole.rows,
        not_repeated: &finished.not_repeated,
        summary: &summary,
        command: run.head.asked.command(),
    };
    let exit = wishes.tell(&outcome, &mut output)?;
    say(&format!("Stored   {}\n", run.dir.display()));
    Ok(summary.exit.worst(exit))
}
