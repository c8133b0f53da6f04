//! `fencepost replay`: one case again, shown as lanes.

use super::{refuse, shelf};
use crate::args::{Format, ReplayArgs};
use crate::output::{Output, say};
use fencepost_explore::{Catalogue, Exit, ReplayError, plan_of, replay as replay_case};
use fencepost_report::{ReplayDetail, json, replay_text, width};

/// Replays a case; gives back the exit code.
pub(crate) fn replay(catalogue: &Catalogue, args: &ReplayArgs) -> Exit {
    let shown = if args.plan { show_plan(catalogue, args) } else { show_run(catalogue, args) };
    match shown {
        Ok(exit) => exit,
        Err(ReplayError::Refused(refused)) => refuse(&refused),
        Err(ReplayError::Internal(message)) => {
            say(&format!("error: a mistake of fencepost itself\n  {message}\n"));
            Exit::Internal
        }
    }
}

fn show_plan(catalogue: &Catalogue, args: &ReplayArgs) -> Result<Exit, ReplayError> {
    let (plan, _) = plan_of(catalogue, &shelf(catalogue)?, &args.case)?;
    let text =
        serde_json::to_string_pretty(&plan).map_err(|error| ReplayError::Internal(error.to_string()))?;
    Output::stdout().print(&format!("{text}\n"));
    Ok(Exit::AsExpected)
}

fn show_run(catalogue: &Catalogue, args: &ReplayArgs) -> Result<Exit, ReplayError> {
    let ground = args.common.ground()?;
    let replayed = replay_case(catalogue, &shelf(catalogue)?, &args.case, ground)?;
    let columns = std::env::var("COLUMNS").ok();
    let detail = ReplayDetail {
        width: width::of_columns(columns.as_deref()),
        messages: args.verbose,
        every_event: args.all,
    };
    let text = match args.common.format {
        Format::Pretty => replay_text(&replayed, &detail),
        Format::Json => json::replay(&replayed),
    };
    Output::stdout().print(&text);
    Ok(replayed.exit())
}
