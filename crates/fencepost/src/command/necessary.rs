//! `fencepost necessary`: which faults a violation needs, and which assumptions a lock needs.

use super::{fail, shelf};
use crate::args::{Common, Format};
use crate::keeper::Kept;
use crate::live_line::LiveLine;
use crate::output::{Output, say};
use crate::stopwatch::Stopwatch;
use clap::Args;
use fencepost_explore::necessary::{matrix_heard, necessary as needed};
use fencepost_explore::search::{Field, SearchProgress};
use fencepost_explore::{Catalogue, Exit, ReplayError, Request, Selection};
use fencepost_report::{necessary as report, search};

#[derive(Debug, Args)]
pub(crate) struct NecessaryArgs {
    /// A case such as `pause-past-lease/plain@17`: which of its faults its violation needs. Or a scenario, or
    /// `scenario/variant`: which assumptions the lock needs, beside what it claims
    pub what: String,
    /// Of a case: which of the properties that it breaks; nothing: the gravest
    #[arg(long, value_name = "PROPERTY")]
    pub keep: Option<String>,
    /// Of a scenario: only variants whose lock fits
    #[arg(long, value_name = "GLOB")]
    pub lock: Option<String>,
    /// Of a scenario: the most deviations in a plan
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub deviations: usize,
    #[command(flatten)]
    pub common: Common,
}

/// Finds out what was asked for; gives back the exit code.
pub(crate) fn necessary(catalogue: &Catalogue, args: &NecessaryArgs, kept: &Kept) -> Exit {
    find_out(catalogue, args, kept).unwrap_or_else(|error| fail(&error))
}

fn find_out(catalogue: &Catalogue, args: &NecessaryArgs, kept: &Kept) -> Result<Exit, ReplayError> {
    let (ground, shelf) = (args.common.ground()?, shelf(catalogue)?);
    let (mut output, watch) = (Output::stdout(), Stopwatch::start());
    if args.what.contains('@') {
        let found = needed(catalogue, &shelf, &args.what, args.keep.as_deref(), ground)?;
        output.print(&report::told(&args.what, &found));
        return Ok(Exit::AsExpected);
    }
    let request = Request { what: vec![args.what.clone()], lock: args.lock.clone(), scenario: None };
    let selection = Selection::make(catalogue, &shelf, &request)?;
    let (stop, mut exit) = (kept.stop_on_ctrl_c(), Exit::AsExpected);
    for chosen in &selection.scenarios {
        for variant in chosen.variants().filter(|_| !stop.is_raised()) {
            let field = Field::new(catalogue, &chosen.scenario, &variant.name, ground)?;
            let (live, since) = (LiveLine::new(), Stopwatch::start());
            let hear = &mut |progress: &SearchProgress| {
                live.show(&search::line(progress, since.per_second(progress.findings.runs)));
            };
            let found = matrix_heard(&field, args.deviations, &stop, hear);
            live.end();
            let found = found.map_err(ReplayError::Internal)?;
            let name = format!("{}/{} · {}", chosen.scenario.id, variant.name, variant.descriptor.name);
            match args.common.format {
                Format::Pretty => output.print(&report::matrix(&name, &found)),
                Format::Json => output.print(&format!("{}\n", report::value(&name, &found))),
            }
            if !found.too_strong.is_empty() && !variant.is_planted() {
                exit = exit.worst(Exit::Unexpected);
            }
        }
    }
    say(&format!("{:.2}s\n", watch.elapsed().as_secs_f64()));
    Ok(if stop.is_raised() { exit.worst(Exit::Stopped) } else { exit })
}
