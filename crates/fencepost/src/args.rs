//! What can be typed.

use crate::command::{
    AdviseArgs, CheckArgs, ExploreArgs, MarginArgs, NecessaryArgs, RemediesArgs, TeethArgs,
};
use clap::{Args, Parser, Subcommand, ValueEnum};
use fencepost_explore::{Partition, Refused, Request, Seeds};
use fencepost_sim::Ground;
use std::num::NonZero;
use std::path::PathBuf;

/// Is this distributed lock safe for your use, under which faults, and by what margin?
#[derive(Debug, Parser)]
#[command(name = "fencepost", bin_name = "fencepost", version, max_term_width = 100, arg_required_else_help = true, after_help = AFTER)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub command: Command,
}

const AFTER: &str = "\
Try  fencepost run smoke               a few seconds, nothing goes wrong
     fencepost run classics            how locks break, and what saves them
     fencepost replay pause-past-lease/plain@0

Exit codes: 0 as expected, 1 something unexpected, 2 something unclear, 3 a run did not repeat,
4 nothing selected, 130 stopped, 254 wrong arguments or scenario, 255 internal error.";

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run scenarios over their seeds: the everyday command
    Run(RunArgs),
    /// Search for what breaks: random plans, or every plan with few deviations from the calm run
    Explore(ExploreArgs),
    /// Measure the largest abuse that a lock stands, and the smallest that breaks it
    Margin(MarginArgs),
    /// Tell what a lock stands with your own settings, in your own place, and what would help
    Advise(AdviseArgs),
    /// Try what can be done about a lock that fails: what each change leaves broken, and what it costs
    Remedies(RemediesArgs),
    /// Find out which faults a violation needs, or which assumptions a lock needs
    Necessary(NecessaryArgs),
    /// Try whether the searches find every defect that is known
    Teeth(TeethArgs),
    /// Run one case again and show what happened
    Replay(ReplayArgs),
    /// Find the smallest scenario that still breaks the same property, and write it down
    Shrink(ShrinkArgs),
    /// Judge a recorded history of a lock, from production, from Jepsen or from your own harness
    Check(CheckArgs),
    /// Show what can be run
    List(ListArgs),
    /// Explain a word of scenarios and reports; alone: list all words
    Explain(ExplainArgs),
    /// Write something to start from: a commented scenario or advice file, or a project with a lock of your own
    New(NewArgs),
    /// Join the parts of a run that was shared by machines, and judge the whole
    Merge(MergeArgs),
    /// Write the report on a stored run: one HTML file, or a short text
    Report(ReportArgs),
    /// Take old stored runs away
    Prune(PruneArgs),
    /// Print the JSON schema of scenario files or of advice files, for editors
    Schema(SchemaArgs),
    /// Print what a shell needs to complete commands
    Completions(CompletionsArgs),
    /// Write the man pages
    #[command(hide = true)]
    Man(ManArgs),
}

#[derive(Debug, Args)]
pub(crate) struct SchemaArgs {
    /// Of which files
    #[arg(value_enum, default_value = "scenario")]
    pub of: SchemaOf,
}

/// Files that have a schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum SchemaOf {
    /// Scenario files
    Scenario,
    /// Advice files: what `fencepost advise` reads
    Advice,
}

#[derive(Debug, Args)]
pub(crate) struct CompletionsArgs {
    /// Which shell
    #[arg(value_enum)]
    pub shell: clap_complete::Shell,
}

#[derive(Debug, Args)]
pub(crate) struct ManArgs {
    /// The folder to write them into
    #[arg(long, value_name = "FOLDER")]
    pub out: PathBuf,
}

#[derive(Clone, Debug, Args)]
pub(crate) struct RunArgs {
    /// Scenario files, folders, ids, `scenario/variant`, or globs of those; nothing: the shipped suites
    pub what: Vec<String>,
    /// How many seeds (`500`), or which (`50..100`); nothing: those that each scenario declares
    #[arg(long, value_name = "N|A..B")]
    pub seeds: Option<Seeds>,
    /// Only variants whose lock fits
    #[arg(long, value_name = "GLOB")]
    pub lock: Option<String>,
    /// Only scenarios whose id fits
    #[arg(long, value_name = "GLOB")]
    pub scenario: Option<String>,
    /// Threads; nothing: as many as the machine has
    #[arg(long, short, value_name = "N")]
    pub jobs: Option<NonZero<usize>>,
    /// What is underneath the simulated world; nothing: the best that this build has
    #[arg(long, value_enum)]
    pub ground: Option<GroundWord>,
    /// For people, JSON Lines, or for people with annotations that GitHub shows; nothing: for people
    #[arg(long, value_enum)]
    pub format: Option<RunFormat>,
    /// Write what came of it as JUnit, too
    #[arg(long, value_name = "FILE")]
    pub junit: Option<PathBuf>,
    /// Take what is not said here from `[profile.NAME]` of `.config/fencepost.toml`; nothing: from `default`
    #[arg(long, value_name = "NAME")]
    pub profile: Option<String>,
    /// Compare with a stored run, and end with 1 where a safety property got worse
    #[arg(long, value_name = "RUN")]
    pub against: Option<String>,
    /// Write what was seen into the scenario files: breaks of progress, and breaks that are expected and never came
    #[arg(long)]
    pub accept: bool,
    /// As `--accept`, and breaks of safety that are outside the claims. Those inside are never accepted
    #[arg(long)]
    pub accept_weaker: bool,
    /// Store the run in `reports`; it is stored anyway where there is such a folder, or a `.config/fencepost.toml`
    #[arg(long, conflicts_with = "no_store")]
    pub store: bool,
    /// Store nothing
    #[arg(long)]
    pub no_store: bool,
    /// Store the run in this folder
    #[arg(long, value_name = "DIR", conflicts_with = "no_store")]
    pub out: Option<PathBuf>,
    /// Store measures of every run: latencies, hand-overs, what a death costs
    #[arg(long)]
    pub measure: bool,
    /// Run one part of so many, chosen by a hash of scenario, variant and seed; `fencepost merge` joins them
    #[arg(long, value_name = "K/N")]
    pub partition: Option<Partition>,
    /// Tell only what is not as expected
    #[arg(long, short, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Tell what was seen and fired, too
    #[arg(long, short)]
    pub verbose: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ReplayArgs {
    /// A case such as `pause-past-lease/plain@17`, a stored case's folder, a scenario file of one run, or a plan in JSON
    pub case: String,
    #[command(flatten)]
    pub common: Common,
    /// Show messages and what the seed drew, too
    #[arg(long, short)]
    pub verbose: bool,
    /// Show every event, and not only those of the tenures that matter
    #[arg(long)]
    pub all: bool,
    /// Print the plan as JSON instead of running it
    #[arg(long)]
    pub plan: bool,
    /// Print the run as a history that `fencepost check`, or another tool, can judge
    #[arg(long, value_enum, conflicts_with_all = ["plan", "format", "verbose", "all", "svg", "messages", "html"])]
    pub export: Option<Export>,
    /// Draw the lanes into an SVG file instead of telling them; `-` is standard output
    #[arg(long, value_name = "FILE", conflicts_with_all = ["plan", "format", "verbose"])]
    pub svg: Option<PathBuf>,
    /// Draw the messages into an SVG file: who told whom what, and when it arrived; `-` is standard output
    #[arg(long, value_name = "FILE", conflicts_with_all = ["plan", "format", "verbose"])]
    pub messages: Option<PathBuf>,
    /// Write all of it as one page: sentences, lanes, messages; `-` is standard output
    #[arg(long, value_name = "FILE", conflicts_with_all = ["plan", "format", "verbose"])]
    pub html: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Export {
    /// As Jepsen stores histories
    Edn,
    /// Our own JSON Lines
    Jsonl,
}

#[derive(Debug, Args)]
pub(crate) struct ShrinkArgs {
    /// A case such as `pause-past-lease/plain@17`, or a scenario file of one run
    pub case: String,
    /// Which of the properties that it breaks; nothing: the gravest
    #[arg(long, value_name = "PROPERTY")]
    pub keep: Option<String>,
    /// The file to write; nothing: one in `scenarios/regressions`; `-` is standard output
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// What is underneath the simulated world; nothing: the best that this build has
    #[arg(long, value_enum)]
    pub ground: Option<GroundWord>,
}

#[derive(Debug, Args)]
pub(crate) struct Common {
    /// For people, or JSON Lines
    #[arg(long, value_enum, default_value_t = Format::Pretty)]
    pub format: Format,
    /// What is underneath the simulated world; nothing: the best that this build has
    #[arg(long, value_enum)]
    pub ground: Option<GroundWord>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    Pretty,
    Json,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum RunFormat {
    #[default]
    Pretty,
    Json,
    /// As for people, and annotations at the lines of `[expect]`; a table goes into the job's summary
    Github,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum GroundWord {
    /// A madsim runtime: what libraries read behind our back is virtual
    Madsim,
    /// Nothing
    Bare,
}

#[derive(Debug, Args)]
pub(crate) struct ListArgs {
    /// Of which kind
    #[arg(value_enum, default_value_t = Kind::Scenarios)]
    pub kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Kind {
    Scenarios,
    Locks,
    Presets,
    Properties,
    Workloads,
    /// What is stored
    Runs,
}

#[derive(Debug, Args)]
pub(crate) struct MergeArgs {
    /// The folders of all parts
    #[arg(required = true)]
    pub parts: Vec<PathBuf>,
    /// The folder of the whole
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// For people, or for people with annotations that GitHub shows; nothing: for people
    #[arg(long, value_enum, default_value_t = MergeFormat::Pretty)]
    pub format: MergeFormat,
    /// Write what came of it as JUnit, too
    #[arg(long, value_name = "FILE")]
    pub junit: Option<PathBuf>,
    /// Compare with a stored run, and end with 1 where a safety property got worse
    #[arg(long, value_name = "RUN")]
    pub against: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum MergeFormat {
    Pretty,
    /// As for people, and annotations at the lines of `[expect]`; a table goes into the job's summary
    Github,
}

#[derive(Debug, Args)]
pub(crate) struct ReportArgs {
    /// A stored run: its folder, or its name in `reports`; nothing: the newest
    pub run: Option<String>,
    /// An earlier run to compare it with
    #[arg(long, value_name = "RUN")]
    pub against: Option<String>,
    /// What `fencepost teeth --format json` printed: the page then has its table, too
    #[arg(long, value_name = "FILE", conflicts_with_all = ["summary", "decision"])]
    pub teeth: Option<PathBuf>,
    /// The file to write; nothing: `index.html` beside the run; `-` is standard output
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Tell a short text for a pull request instead, in Markdown
    #[arg(long, conflicts_with = "decision")]
    pub summary: bool,
    /// Tell one page for a decision record instead, in Markdown
    #[arg(long, conflicts_with = "against")]
    pub decision: bool,
}

#[derive(Debug, Args)]
pub(crate) struct PruneArgs {
    /// How many of the newest to keep
    #[arg(long, value_name = "N", default_value_t = 10)]
    pub keep: usize,
    /// Say what would be taken away, and leave it
    #[arg(long)]
    pub dry_run: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ExplainArgs {
    /// Such as `exclusive-belief`, `bounded pause`, `redis`, `hold` or `3`; nothing: all words
    pub word: Vec<String>,
}

#[derive(Debug, Args)]
pub(crate) struct NewArgs {
    /// `NAME` for a scenario, whose file is `scenarios/NAME.toml`; `lock NAME` for a project with a lock of your
    /// own, in a folder of that name; `workflow` for one of GitHub Actions; `advice` for an advice file, `lock.toml`
    #[arg(required = true, num_args = 1..=2, value_name = "WHAT")]
    pub what: Vec<String>,
    /// Another file, or folder, to write
    #[arg(long, value_name = "PATH")]
    pub out: Option<PathBuf>,
    /// For a lock: the checkout of fencepost that the project depends on; nothing: the one around here, else the
    /// published version
    #[arg(long, value_name = "FOLDER")]
    pub checkout: Option<PathBuf>,
}

impl RunArgs {
    pub fn request(&self) -> Request {
        Request { what: self.what.clone(), lock: self.lock.clone(), scenario: self.scenario.clone() }
    }
}

impl Common {
    /// The ground to run on. Fails where this build does not have it.
    pub fn ground(&self) -> Result<Ground, Refused> {
        ground(self.ground)
    }
}

/// The ground to run on. Fails where this build does not have it.
pub(crate) fn ground(word: Option<GroundWord>) -> Result<Ground, Refused> {
    let ground = match word {
        None => Ground::best(),
        Some(GroundWord::Madsim) => Ground::Madsim,
        Some(GroundWord::Bare) => Ground::Bare,
    };
    if ground.is_here() {
        return Ok(ground);
    }
    Err(Refused::Bad {
        message: format!("this build has no {} ground", ground.word()),
        help: "build in the checkout, whose .cargo/config.toml sets `--cfg madsim`, with RUSTFLAGS unset"
            .to_owned(),
    })
}
