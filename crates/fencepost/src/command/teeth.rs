//! `fencepost teeth`: whether the searches find what is known to be wrong.

use super::{fail, shelf};
use crate::args::{Common, Format};
use crate::keeper::Kept;
use crate::output::{Output, say};
use crate::stopwatch::Stopwatch;
use clap::Args;
use fencepost_explore::search::Field;
use fencepost_explore::teeth::{Bite, Budget, Planted, Way, false_alarms, hunt, planted};
use fencepost_explore::threads;
use fencepost_explore::{Catalogue, Exit, ReplayError, Stop};
use fencepost_model::Span;
use fencepost_report::teeth::{Column, Row, TeethHead, Tooth, summary};
use fencepost_sim::Ground;
use std::num::NonZero;
use std::time::Duration;

#[derive(Debug, Args)]
pub(crate) struct TeethArgs {
    /// Only this lock
    #[arg(long)]
    pub lock: Option<String>,
    /// Only this defect
    #[arg(long)]
    pub defect: Option<String>,
    /// The time that each strategy may take for each defect and start
    #[arg(long = "for", value_name = "TIME", default_value = "60s")]
    pub budget: Span,
    /// The runs that each strategy may take for each defect and start
    #[arg(long, value_name = "N", default_value_t = 20_000)]
    pub runs: u64,
    /// The runs that each strategy makes of each twin, in search of false alarms
    #[arg(long, value_name = "N", default_value_t = 200)]
    pub twin_runs: u64,
    /// From how many starts each strategy begins
    #[arg(long, value_name = "N", default_value_t = 3)]
    pub starts: u64,
    /// Threads; nothing: as many as the machine has
    #[arg(long, short, value_name = "N")]
    pub jobs: Option<NonZero<usize>>,
    #[command(flatten)]
    pub common: Common,
}

/// Tries every defect; gives back the exit code: something unexpected where one is not caught, or a twin breaks.
pub(crate) fn teeth(catalogue: &Catalogue, args: &TeethArgs, kept: &Kept) -> Exit {
    try_all(catalogue, args, kept).unwrap_or_else(|error| fail(&error))
}

fn try_all(catalogue: &Catalogue, args: &TeethArgs, kept: &Kept) -> Result<Exit, ReplayError> {
    let (ground, shelf) = (args.common.ground()?, shelf(catalogue)?);
    let (stop, mut output, watch) = (kept.stop_on_ctrl_c(), Output::stdout(), Stopwatch::start());
    let wanted = |name: &str, asked: &Option<String>| asked.as_deref().is_none_or(|asked| asked == name);
    let mut rows = Vec::new();
    if args.common.format == Format::Json {
        output.print(&head(args).line());
    }
    for planted in planted(catalogue, &shelf)? {
        if stop.is_raised() || !wanted(planted.lock, &args.lock) || !wanted(planted.defect, &args.defect) {
            continue;
        }
        let row = Jaw { catalogue, args, planted: &planted, ground, stop: &stop }.bite()?;
        match args.common.format {
            Format::Pretty => output.print(&row.told()),
            Format::Json => output.print(&Tooth::from(&row).line()),
        }
        rows.push(row);
    }
    if args.common.format == Format::Pretty {
        output.print(&summary(&rows));
    }
    say(&format!("{:.1}s\n", watch.elapsed().as_secs_f64()));
    let alarms = rows.iter().flat_map(|row| &row.columns).any(|column| !column.alarms.is_empty());
    Ok(match (stop.is_raised(), alarms || rows.iter().any(|row| !row.is_caught())) {
        (true, _) => Exit::Stopped,
        (false, true) => Exit::Unexpected,
        (false, false) => Exit::AsExpected,
    })
}

/// What each strategy may take.
fn head(args: &TeethArgs) -> TeethHead {
    TeethHead {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        most_millis: args.budget.0 / 1_000_000,
        most_runs: args.runs,
        twin_runs: args.twin_runs,
        starts: args.starts,
        jobs: threads(args.jobs) as u64,
    }
}

/// One defect.
struct Jaw<'a> {
    catalogue: &'a Catalogue,
    args: &'a TeethArgs,
    planted: &'a Planted,
    ground: Ground,
    stop: &'a Stop,
}

impl Jaw<'_> {
    fn bite(&self) -> Result<Row, ReplayError> {
        let Planted { lock, defect, place } = self.planted;
        let mut columns = Vec::new();
        if let Some((scenario, variant)) = place {
            let field = Field::new(self.catalogue, scenario, variant, self.ground)?;
            for (way, _) in Way::ALL {
                columns.push(self.column(&field, way)?);
            }
        }
        let place = place.as_ref().map(|(scenario, variant)| format!("{}/{variant}", scenario.id));
        Ok(Row { lock, defect, place, columns })
    }

    fn column(&self, field: &Field<'_>, way: Way) -> Result<Column, ReplayError> {
        let budget = Budget { runs: self.args.runs, jobs: self.args.jobs };
        let mut bites: Vec<(Bite, Duration)> = Vec::new();
        for start in (0..self.args.starts).take_while(|_| !self.stop.is_raised()) {
            let (watch, over) = (Stopwatch::start(), Stop::new());
            let bite = hunt(field, way, start, budget, &over, &mut |_| self.look(&watch, &over));
            bites.push((bite, watch.elapsed()));
        }
        let (watch, over) = (Stopwatch::start(), Stop::new());
        let twins = Budget { runs: self.args.twin_runs, ..budget };
        let hear = &mut |_: &_| self.look(&watch, &over);
        let alarms = false_alarms(self.catalogue, self.planted, way, twins, self.ground, &over, hear);
        Ok(Column { way, bites, alarms: alarms.map_err(ReplayError::Internal)? })
    }

    /// Ends an attempt whose time is over, or that nobody wants any more.
    fn look(&self, watch: &Stopwatch, over: &Stop) {
        if self.stop.is_raised() || watch.elapsed() >= Duration::from_nanos(self.args.budget.0) {
            over.raise();
        }
    }
}
