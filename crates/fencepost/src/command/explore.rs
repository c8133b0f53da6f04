//! `fencepost explore`: plans are edited and run, until a budget is spent or nothing is left to try.

use super::{fail, shelf, tell_what_is_hidden};
use crate::args::{Common, Format};
use crate::keeper::Kept;
use crate::live_line::LiveLine;
use crate::output::{Output, say};
use crate::stopwatch::Stopwatch;
use clap::{Args, ValueEnum};
use fencepost_explore::search::{
    Break, Deviation, Field, Random, Reach, SearchEnd, SearchOptions, SearchProgress, SearchState,
    StateError, Strategy, Systematic, SystematicOptions, search,
};
use fencepost_explore::shrink_found;
use fencepost_explore::{
    Catalogue, Exit, Kept as KeptViolation, Refused, ReplayError, Request, Selection, Stop,
};
use fencepost_model::Span;
use fencepost_report::{search as report, shrunk};
use fencepost_sim::Ground;
use std::fs;
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Where searches that were stopped go on, and where what was found is written.
const FOLDER: &str = ".fencepost";
/// How often the state of a search is written down.
const WRITTEN: Duration = Duration::from_secs(2);

#[derive(Debug, Args)]
pub(crate) struct ExploreArgs {
    /// Scenario files, folders, ids, `scenario/variant`, or globs of those
    #[arg(required = true)]
    pub what: Vec<String>,
    /// Only variants whose lock fits
    #[arg(long, value_name = "GLOB")]
    pub lock: Option<String>,
    /// How plans are chosen
    #[arg(long, value_enum, default_value_t = How::Random)]
    pub strategy: How,
    /// Systematic: the most deviations from the calm run
    #[arg(long, value_name = "N", default_value_t = 2)]
    pub deviations: usize,
    /// Systematic: at which places
    #[arg(long, value_enum, default_value_t = Points::All)]
    pub points: Points,
    /// Systematic: which kinds of deviations, such as `pause,kill`; nothing: those of the scenario's faults
    #[arg(long, value_name = "KINDS", value_delimiter = ',')]
    pub kinds: Vec<String>,
    /// Systematic: try what goes on as an earlier run did, too; it finds the same
    #[arg(long)]
    pub no_merge: bool,
    /// Random: the first seed. Systematic: the seed of the calm run
    #[arg(long, value_name = "SEED", default_value_t = 0)]
    pub from: u64,
    /// Random: run what the file draws, without drawing the configuration too
    #[arg(long)]
    pub as_written: bool,
    /// The budget of each variant in time, such as `10m`
    #[arg(long = "for", value_name = "TIME")]
    pub budget: Option<Span>,
    /// The budget of each variant in runs
    #[arg(long, value_name = "N")]
    pub runs: Option<u64>,
    /// Stop at what breaks first
    #[arg(long)]
    pub first: bool,
    /// Shrink everything that broke, and not only the gravest
    #[arg(long, conflicts_with = "no_shrink")]
    pub shrink_all: bool,
    /// Do not shrink what was found
    #[arg(long)]
    pub no_shrink: bool,
    /// Begin anew, even where a search was stopped
    #[arg(long)]
    pub anew: bool,
    /// Threads; nothing: as many as the machine has
    #[arg(long, short, value_name = "N")]
    pub jobs: Option<NonZero<usize>>,
    /// The folder for what was found, and for searches that were stopped
    #[arg(long, value_name = "FOLDER", default_value = FOLDER)]
    pub folder: PathBuf,
    #[command(flatten)]
    pub common: Common,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum How {
    /// Plans by seed, each with a configuration of its own
    Random,
    /// Every plan with few deviations from the calm run
    Systematic,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Points {
    /// At every place of the run
    All,
    /// Where a client's code has a part
    Clients,
}

/// Searches what was asked for; gives back the exit code.
pub(crate) fn explore(catalogue: &Catalogue, args: &ExploreArgs, kept: &Kept) -> Exit {
    explore_all(catalogue, args, kept).unwrap_or_else(|error| fail(&error))
}

fn explore_all(catalogue: &Catalogue, args: &ExploreArgs, kept: &Kept) -> Result<Exit, ReplayError> {
    let (ground, shelf) = (args.common.ground()?, shelf(catalogue)?);
    let request = Request { what: args.what.clone(), lock: args.lock.clone(), scenario: None };
    let selection = Selection::make(catalogue, &shelf, &request)?;
    if args.strategy == How::Random && args.budget.is_none() && args.runs.is_none() && !args.first {
        let help =
            "add `--for 1m`, `--runs 100000` or `--first`; or `--strategy systematic`, which has an end";
        return Err(
            Refused::Bad { message: "a random search never ends".to_owned(), help: help.to_owned() }.into()
        );
    }
    let (stop, mut exit) = (kept.stop_on_ctrl_c(), Exit::AsExpected);
    let mut output = Output::stdout();
    for chosen in &selection.scenarios {
        tell_what_is_hidden(&shelf, &chosen.scenario);
        for variant in chosen.variants() {
            if stop.is_raised() {
                return Ok(exit.worst(Exit::Stopped));
            }
            let field = Field::new(catalogue, &chosen.scenario, &variant.name, ground)?;
            let goes_on = kept.is_again() || !args.anew;
            let hunt = Hunt { catalogue, args, goes_on, field: &field, ground, stop: &stop };
            exit = exit.worst(hunt.explore(&mut output)?);
        }
    }
    Ok(if stop.is_raised() { exit.worst(Exit::Stopped) } else { exit })
}

/// The search of one variant.
struct Hunt<'a> {
    catalogue: &'a Catalogue,
    args: &'a ExploreArgs,
    /// Whether a search that was stopped is taken up: by an earlier process of this command, too.
    goes_on: bool,
    field: &'a Field<'a>,
    ground: Ground,
    stop: &'a Stop,
}

impl Hunt<'_> {
    fn explore(&self, output: &mut Output) -> Result<Exit, ReplayError> {
        let watch = Stopwatch::start();
        let strategy = self.strategy()?;
        let pretty = self.args.common.format == Format::Pretty;
        if pretty {
            output.print(&report::begun(self.field, &*strategy));
        }
        let state = self.state_file(&*strategy);
        let mut progress = self.go_on(&state, &*strategy)?;
        let (end, seconds) = self.search(&*strategy, &mut progress, &state, &watch)?;
        match end {
            SearchEnd::Stopped | SearchEnd::RunsSpent => self.write(&state, &*strategy, &progress)?,
            // Nothing is left of it.
            SearchEnd::Exhausted | SearchEnd::Broken => drop(fs::remove_file(&state)),
        }
        let text = match pretty {
            true => report::ended(self.field, &*strategy, end, &progress),
            false => format!("{}\n", report::value(self.field, &*strategy, end, &progress)),
        };
        output.print(&text);
        say(&format!("{seconds}\n"));
        let findings = &progress.findings;
        let gravest = findings.gravest(self.field);
        for found in findings.breaks.iter() {
            let is_shown =
                self.args.shrink_all || gravest.is_some_and(|gravest| std::ptr::eq(gravest, found));
            if is_shown && !self.args.no_shrink {
                self.shrink(found, output, pretty);
            }
        }
        Ok(if findings.crashes > 0 {
            Exit::Internal
        } else if findings.unexpected(self.field).next().is_some() {
            Exit::Unexpected
        } else if findings.unclear.is_some() {
            Exit::Unclear
        } else {
            Exit::AsExpected
        })
    }

    fn strategy(&self) -> Result<Box<dyn Strategy>, ReplayError> {
        if self.args.strategy == How::Random {
            return Ok(Box::new(Random { from: self.args.from, as_written: self.args.as_written }));
        }
        let options = SystematicOptions {
            deviations: self.args.deviations,
            reach: match self.args.points {
                Points::All => Reach::All,
                Points::Clients => Reach::Clients,
            },
            kinds: self.args.kinds.iter().map(|word| deviation(word)).collect::<Result<_, _>>()?,
            seed: self.args.from,
            merge: !self.args.no_merge,
        };
        Ok(Box::new(Systematic::new(self.field, options).map_err(ReplayError::Internal)?))
    }

    /// The search itself, within its time.
    fn search(
        &self,
        strategy: &dyn Strategy,
        progress: &mut SearchProgress,
        state: &Path,
        watch: &Stopwatch,
    ) -> Result<(SearchEnd, String), ReplayError> {
        let until = self.args.first.then_some((|_, _| true) as fn(&Field<'_>, &Break) -> bool);
        let options = SearchOptions { jobs: self.args.jobs, runs: self.args.runs, until };
        let (over, before) = (Stop::new(), progress.findings.runs);
        let (mut written, mut first_break, live) = (Duration::ZERO, None, LiveLine::new());
        let end = search(self.field, strategy, options, progress, &over, &mut |progress| {
            let spent = watch.elapsed();
            let is_late = self.args.budget.is_some_and(|budget| spent >= Duration::from_nanos(budget.0));
            if self.stop.is_raised() || is_late {
                over.raise();
            }
            if first_break.is_none() && !progress.findings.breaks.is_empty() {
                first_break = Some(spent);
            }
            let runs = progress.findings.runs - before;
            live.show(&report::line(progress, watch.per_second(runs)));
            if spent >= written + WRITTEN {
                written = spent;
                // What cannot be written now is told at the end.
                let _ = SearchState::of(self.field, strategy, progress).write(state);
            }
        });
        live.end();
        let (spent, runs) = (watch.elapsed(), progress.findings.runs - before);
        let mut seconds = format!("{:.2}s, {} runs per second", spent.as_secs_f64(), watch.per_second(runs));
        if let Some(first) = first_break {
            seconds += &format!(", first violation after {:.2}s", first.as_secs_f64());
        }
        Ok((end, seconds))
    }

    fn state_file(&self, strategy: &dyn Strategy) -> PathBuf {
        let name = format!("{}.{}.{}.json", self.field.scenario.id, self.field.variant.name, strategy.word());
        self.args.folder.join("explore").join(name)
    }

    fn go_on(&self, state: &Path, strategy: &dyn Strategy) -> Result<SearchProgress, ReplayError> {
        if !self.goes_on {
            // So that whoever takes this search up does not take up an older one.
            let _ = fs::remove_file(state);
            return Ok(SearchProgress::default());
        }
        let path = state.display();
        let help = "add `--anew` to begin again, or move the file away".to_owned();
        match SearchState::read(state, self.field, strategy) {
            Ok(None) => Ok(SearchProgress::default()),
            Ok(Some(progress)) => {
                say(&format!("going on after {} runs, as `{path}` says\n", progress.findings.runs));
                Ok(progress)
            }
            // Another question was asked before: this one begins.
            Err(StateError::Another) => Ok(SearchProgress::default()),
            Err(StateError::Io(error)) => {
                Err(Refused::Bad { message: format!("`{path}` cannot be read: {error}"), help }.into())
            }
            Err(StateError::Unreadable(why)) => {
                Err(Refused::Bad { message: format!("`{path}` is no search of this build: {why}"), help }
                    .into())
            }
        }
    }

    fn write(&self, path: &Path, strategy: &dyn Strategy, progress: &SearchProgress) -> Result<(), Refused> {
        SearchState::of(self.field, strategy, progress).write(path).map_err(|error| Refused::Bad {
            message: format!("`{}` cannot be written: {error}", path.display()),
            help: "name another folder with `--folder`".to_owned(),
        })
    }

    /// Shrinks what was found, and writes it down.
    fn shrink(&self, found: &Break, output: &mut Output, pretty: bool) {
        let watch = Stopwatch::start();
        let kept = KeptViolation::of(found.property, &found.violation, &found.cast);
        let scenario = self.field.scenario;
        let folder = self.args.folder.join("found");
        let name =
            format!("{}-{}-{}-run-{}", scenario.id, self.field.variant.name, found.property, found.run);
        let (path, text) =
            match shrink_found(self.catalogue, scenario, &found.plan, &kept, self.ground, self.stop) {
                Ok(smaller) => {
                    let (faults, clients) = (smaller.after.faults, smaller.after.clients);
                    say(&format!(
                        "{}: {faults} faults, {clients} clients after {:.2}s\n",
                        found.property,
                        watch.elapsed().as_secs_f64()
                    ));
                    (folder.join(format!("{name}.toml")), shrunk::file(&smaller))
                }
                // A fault may be put at a message that no file can name: then the plan itself is kept.
                Err(_) => (folder.join(format!("{name}.json")), plan_text(found)),
            };
        let written = fs::create_dir_all(&folder).and_then(|()| fs::write(&path, text));
        match written {
            Ok(()) if pretty => output.print(&format!("  Next  fencepost replay {}\n", path.display())),
            Ok(()) => {}
            Err(error) => say(&format!("note: `{}` cannot be written: {error}\n", path.display())),
        }
    }
}

fn plan_text(found: &Break) -> String {
    serde_json::to_string_pretty(&*found.plan).expect("a plan is data")
}

fn deviation(word: &str) -> Result<Deviation, Refused> {
    let known = Deviation::ALL.iter().find(|(_, name, ..)| *name == word);
    known.map(|(deviation, ..)| *deviation).ok_or_else(|| {
        let names: Vec<&str> = Deviation::ALL.iter().map(|(_, name, ..)| *name).collect();
        Refused::Bad {
            message: format!("no kind of deviation is called `{word}`"),
            help: format!("the kinds are {}", names.join(", ")),
        }
    })
}
