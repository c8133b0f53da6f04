//! `fencepost run`: scenarios over their seeds.

mod accepting;
mod keeping;

use super::outcome::{Outcome, Wishes};
use super::{refuse, shelf, tell_what_is_hidden};
use crate::args::{RunArgs, RunFormat, ground};
use crate::config::with_profile;
use crate::keeper::Kept;
use crate::output::Output;
use crate::progress::Progress;
use fencepost_explore::store::{Asked, Head, Store, StoredRow};
use fencepost_explore::{
    Catalogue, Exit, NotRepeated, Refused, Row, RunEvent, Selection, Stop, Summary, SweepOptions, sweep_into,
    try_out,
};
use fencepost_report::{Detail, Sentences, Table, json};

/// Runs what was asked for; gives back the exit code.
pub(crate) fn run(catalogue: &Catalogue, args: &RunArgs, kept: &Kept) -> Exit {
    match prepare(catalogue, args, kept) {
        Ok(work) => work.go(catalogue, kept).unwrap_or_else(|refused| refuse(&refused)),
        Err(refused) => refuse(&refused),
    }
}

/// Everything that is known before the first run.
struct Work {
    args: RunArgs,
    selection: Selection,
    options: SweepOptions,
    wishes: Wishes,
    head: Head,
}

/// What came of the runs.
struct Swept {
    rows: Vec<Row>,
    not_repeated: Vec<NotRepeated>,
    summary: Summary,
}

fn prepare(catalogue: &Catalogue, args: &RunArgs, kept: &Kept) -> Result<Work, Refused> {
    let args = with_profile(args)?;
    let ground = ground(args.ground)?;
    let shelf = shelf(catalogue)?;
    let mut selection = Selection::make(catalogue, &shelf, &args.request())?;
    selection.scenarios.iter().for_each(|chosen| tell_what_is_hidden(&shelf, &chosen.scenario));
    selection.lost = kept.lost();
    let RunArgs { seeds, partition, jobs, .. } = args;
    let mut options = SweepOptions { seeds, partition, jobs, ground, watch: None };
    options.watch = Some(kept.watch(options.threads()));
    let github = args.format == Some(RunFormat::Github);
    let wishes = Wishes::new(args.junit.as_deref(), github, args.against.as_deref())?;
    let asked = Asked::of(&args.request(), seeds);
    let head = Head::of(catalogue, &selection, asked, partition, ground, &kept.began().at());
    Ok(Work { args, selection, options, wishes, head })
}

impl Work {
    fn go(self, catalogue: &Catalogue, kept: &Kept) -> Result<Exit, Refused> {
        let stop = kept.stop_on_ctrl_c();
        if let (Some(suspects), Some(watch)) = (kept.suspects(), self.options.watch) {
            try_out(catalogue, &self.selection, suspects, self.options.ground, watch);
            return Ok(Exit::AsExpected);
        }
        let store = keeping::open(&self.args, &self.head, &kept.began())?;
        let mut output = Output::stdout();
        let swept = self.sweep(catalogue, &stop, store.as_ref(), &mut output);
        if let Some(store) = &store {
            keeping::close(store, &swept.summary, &swept.not_repeated)?;
        }
        self.after(catalogue, swept, &mut output)
    }

    fn sweep(&self, catalogue: &Catalogue, stop: &Stop, store: Option<&Store>, output: &mut Output) -> Swept {
        let (is_shown, mut table) = (!self.args.quiet, Table::new(detail(&self.args)));
        let (mut rows, mut not_repeated) = (Vec::new(), Vec::new());
        let progress = Progress::start(self.options.threads(), is_shown);
        let summary = sweep_into(catalogue, &self.selection, self.options, stop, store, &mut |event| {
            match event {
                RunEvent::Progress { done, of } => progress.at(*done, *of),
                RunEvent::Row(row) if self.wants_rows() => rows.push((**row).clone()),
                RunEvent::NotRepeated(case) => not_repeated.push(case.clone()),
                _ => {}
            }
            let text = match self.args.format {
                Some(RunFormat::Json) => json::line(event).unwrap_or_default(),
                _ => table.hear(event),
            };
            if !text.is_empty() {
                progress.aside(|| output.print(&text));
            }
            if output.is_closed() {
                stop.raise();
            }
        });
        progress.finish(&summary, is_shown);
        Swept { rows, not_repeated, summary }
    }

    fn wants_rows(&self) -> bool {
        self.wishes.any() || self.accepts()
    }

    fn accepts(&self) -> bool {
        self.args.accept || self.args.accept_weaker
    }

    /// What is done with the rows once all are known.
    fn after(&self, catalogue: &Catalogue, swept: Swept, output: &mut Output) -> Result<Exit, Refused> {
        let Swept { rows, not_repeated, summary } = swept;
        if !self.wants_rows() {
            return Ok(summary.exit);
        }
        let mut rows: Vec<StoredRow> =
            rows.iter().map(|row| StoredRow::of(row, &self.head, &Sentences)).collect();
        let mut exit = summary.exit;
        if self.accepts() {
            accepting::accept_all(catalogue, &mut rows, self.args.accept_weaker)?;
            let mut accepted = Summary::of_stored(&rows);
            accepted.take_runs(&summary);
            exit = accepted.exit;
        }
        let command = self.head.asked.command();
        let outcome = Outcome { rows: &rows, not_repeated: &not_repeated, summary: &summary, command };
        Ok(exit.worst(self.wishes.tell(&outcome, output)?))
    }
}

fn detail(args: &RunArgs) -> Detail {
    match (args.quiet, args.verbose) {
        (true, _) => Detail::Quiet,
        (_, true) => Detail::Verbose,
        _ => Detail::Normal,
    }
}
