//! `fencepost remedies`: the plans in which a lock fails, again with one thing done differently each time.

use super::advise::read;
use super::fail;
use crate::args::{GroundWord, ground};
use crate::keeper::Kept;
use crate::live_line::LiveLine;
use crate::output::{Output, say};
use crate::stopwatch::Stopwatch;
use clap::{Args, ValueEnum};
use fencepost_explore::advise::{AdviseOptions, advise};
use fencepost_explore::remedies::remedies as study;
use fencepost_explore::{Catalogue, Exit, ReplayError};
use fencepost_report::remedies as report;
use std::num::NonZero;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(crate) struct RemediesArgs {
    /// The advice file: a lock with its settings, and the figures of the place where it runs; `fencepost new advice`
    /// writes one to start from
    pub file: PathBuf,
    /// For people, for programs, or as a table for a pull request
    #[arg(long, value_enum, default_value_t)]
    pub format: RemediesFormat,
    /// How many threads work; nothing: as many as the machine has
    #[arg(short, long, value_name = "N")]
    pub jobs: Option<NonZero<usize>>,
    /// What is underneath the simulated world; nothing: the best that this build has
    #[arg(long, value_enum)]
    pub ground: Option<GroundWord>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum RemediesFormat {
    #[default]
    Pretty,
    Json,
    Markdown,
}

/// Tries what can be done; gives back the exit code.
pub(crate) fn remedies(catalogue: &Catalogue, args: &RemediesArgs, kept: &Kept) -> Exit {
    let watch = Stopwatch::start();
    let told = tell(catalogue, args, kept);
    say(&format!("{:.1}s\n", watch.elapsed().as_secs_f64()));
    told.unwrap_or_else(|error| fail(&error))
}

fn tell(catalogue: &Catalogue, args: &RemediesArgs, kept: &Kept) -> Result<Exit, ReplayError> {
    let advice = read(catalogue, &args.file)?;
    let (how, stop) =
        (AdviseOptions { ground: ground(args.ground)?, jobs: args.jobs }, kept.stop_on_ctrl_c());
    let advised = advise(catalogue, &advice, how, &stop)?;
    let live = LiveLine::new();
    let found = study(catalogue, &advice, &advised, how, &stop, &mut |change| {
        live.show(&format!("trying: {}", report::change(change)));
    });
    live.end();
    let found = found?;
    let text = match args.format {
        RemediesFormat::Pretty => report::told(&advice, &advised, &found),
        RemediesFormat::Json => format!("{}\n", report::value(&advice, &found)),
        RemediesFormat::Markdown => report::markdown(&found),
    };
    Output::stdout().print(&text);
    Ok(if found.stopped { Exit::Stopped } else { Exit::AsExpected })
}
