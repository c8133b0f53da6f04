//! `fencepost run`: scenarios over their seeds.

mod keeping;

use super::{refuse, shelf, tell_what_is_hidden};
use crate::args::{Format, RunArgs};
use crate::keeper::Kept;
use crate::output::Output;
use crate::progress::Progress;
use fencepost_explore::{Catalogue, Exit, Refused, RunEvent, Selection, SweepOptions, sweep_into, try_out};
use fencepost_report::{Detail, Table, json};

/// Runs what was asked for; gives back the exit code.
pub(crate) fn run(catalogue: &Catalogue, args: &RunArgs, kept: &Kept) -> Exit {
    match prepare(catalogue, args, kept) {
        Ok((selection, options)) => run_selection(catalogue, args, &selection, options, kept),
        Err(refused) => refuse(&refused),
    }
}

fn prepare(catalogue: &Catalogue, args: &RunArgs, kept: &Kept) -> Result<(Selection, SweepOptions), Refused> {
    let ground = args.common.ground()?;
    let shelf = shelf(catalogue)?;
    let mut selection = Selection::make(catalogue, &shelf, &args.request())?;
    selection.scenarios.iter().for_each(|chosen| tell_what_is_hidden(&shelf, &chosen.scenario));
    selection.lost = kept.lost();
    let mut options =
        SweepOptions { seeds: args.seeds, partition: args.partition, jobs: args.jobs, ground, watch: None };
    options.watch = Some(kept.watch(options.threads()));
    Ok((selection, options))
}

fn run_selection(
    catalogue: &Catalogue,
    args: &RunArgs,
    selection: &Selection,
    options: SweepOptions,
    kept: &Kept,
) -> Exit {
    let (stop, mut output) = (kept.stop_on_ctrl_c(), Output::stdout());
    if let (Some(suspects), Some(watch)) = (kept.suspects(), options.watch) {
        try_out(catalogue, selection, suspects, options.ground, watch);
        return Exit::AsExpected;
    }
    let store = match keeping::open(catalogue, args, selection, options, &kept.began()) {
        Ok(store) => store,
        Err(refused) => return refuse(&refused),
    };
    let mut not_repeated = Vec::new();
    let progress = Progress::start(options.threads(), !args.quiet);
    let mut table = Table::new(detail(args));
    let summary = sweep_into(catalogue, selection, options, &stop, store.as_ref(), &mut |event| {
        if let RunEvent::Progress { done, of } = event {
            progress.at(*done, *of);
        }
        if let RunEvent::NotRepeated(case) = event {
            not_repeated.push(case.clone());
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
    match store.as_ref().map(|store| keeping::close(store, &summary, &not_repeated)) {
        Some(Err(refused)) => refuse(&refused),
        _ => summary.exit,
    }
}

fn detail(args: &RunArgs) -> Detail {
    match (args.quiet, args.verbose) {
        (true, _) => Detail::Quiet,
        (_, true) => Detail::Verbose,
        _ => Detail::Normal,
    }
}
