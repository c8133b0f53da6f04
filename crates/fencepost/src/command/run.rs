//! `fencepost run`: scenarios over their seeds.

use super::{refuse, shelf, stop_on_ctrl_c};
use crate::args::{Format, RunArgs};
use crate::output::Output;
use crate::progress::Progress;
use fencepost_explore::{Catalogue, Exit, Refused, RunEvent, Selection, SweepOptions, sweep};
use fencepost_report::{Detail, Table, json};

/// Runs what was asked for; gives back the exit code.
pub(crate) fn run(catalogue: &Catalogue, args: &RunArgs) -> Exit {
    match prepare(catalogue, args) {
        Ok((selection, options)) => run_selection(catalogue, args, &selection, options),
        Err(refused) => refuse(&refused),
    }
}

fn prepare(catalogue: &Catalogue, args: &RunArgs) -> Result<(Selection, SweepOptions), Refused> {
    let ground = args.common.ground()?;
    let selection = Selection::make(catalogue, &shelf(catalogue)?, &args.request())?;
    Ok((selection, SweepOptions { seeds: args.seeds, jobs: args.jobs, ground }))
}

fn run_selection(
    catalogue: &Catalogue,
    args: &RunArgs,
    selection: &Selection,
    options: SweepOptions,
) -> Exit {
    let (stop, mut output) = (stop_on_ctrl_c(), Output::stdout());
    let progress = Progress::start(options.threads(), !args.quiet);
    let mut table = Table::new(detail(args));
    let summary = sweep(catalogue, selection, options, &stop, &mut |event| {
        if let RunEvent::Progress { done, of } = event {
            progress.at(*done, *of);
        }
        let text = match args.common.format {
            Format::Pretty => table.hear(event),
            Format::Json => json::line(event).unwrap_or_default(),
        };
        if !text.is_empty() {
            progress.aside(|| output.print(&text));
        }
        if output.is_closed() {
            stop.raise();
        }
    });
    progress.finish(&summary, !args.quiet);
    summary.exit
}

fn detail(args: &RunArgs) -> Detail {
    match (args.quiet, args.verbose) {
        (true, _) => Detail::Quiet,
        (_, true) => Detail::Verbose,
        _ => Detail::Normal,
    }
}
