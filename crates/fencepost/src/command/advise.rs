//! `fencepost advise`: what a lock stands with somebody's own settings, in somebody's own place.

use super::new::schema_line;
use super::{fail, outcome, shelf};
use crate::args::{GroundWord, ground};
use crate::draft::Draft;
use crate::keeper::Kept;
use crate::output::{Output, say};
use crate::stopwatch::Stopwatch;
use clap::{Args, ValueEnum};
use fencepost_explore::advise::{
    AdviseOptions, Advised, Map, Measured, Row, Undercut, advise as study, sweep, undercuts,
};
use fencepost_explore::{
    Catalogue, Exit, Kept as KeptViolation, Refused, ReplayError, Stop, replay, shrink_found,
};
use fencepost_model::Hazard;
use fencepost_report::advice::{self as report, Beside};
use fencepost_report::shrunk;
use fencepost_scenario::{Advice, parse_advice};
use std::fs;
use std::num::NonZero;
use std::path::{Path, PathBuf};

#[derive(Debug, Args)]
pub(crate) struct AdviseArgs {
    /// The advice file: a lock with its settings, and the figures of the place where it runs; `fencepost new advice`
    /// writes one to start from
    pub file: PathBuf,
    /// End with 1 where the lock stands less than the `[floor]` of the file
    #[arg(long)]
    pub gate: bool,
    /// The file as it was before: what changed is told, and with `--gate` nothing that was enough may be enough no more
    #[arg(long, value_name = "OLD")]
    pub against: Option<PathBuf>,
    /// Draw the map over one option or two, such as `ttl,renew`
    #[arg(long, value_name = "OPTION[,OPTION]", value_delimiter = ',')]
    pub sweep: Vec<String>,
    /// Of which hazard the map is; nothing: of the one with the least room that has a number, or else of `pause`
    #[arg(long, value_name = "HAZARD", requires = "sweep")]
    pub hazard: Option<String>,
    /// Write it as one page, too; `-`: to standard output, and nothing else
    #[arg(long, value_name = "FILE")]
    pub html: Option<PathBuf>,
    /// The folder for the runs that show what breaks
    #[arg(long, value_name = "FOLDER", default_value = ".fencepost")]
    pub folder: PathBuf,
    /// For people, for programs, for a runner of GitHub, or as a table for a pull request
    #[arg(long, value_enum, default_value_t)]
    pub format: AdviseFormat,
    /// How many threads work; nothing: as many as the machine has
    #[arg(short, long, value_name = "N")]
    pub jobs: Option<NonZero<usize>>,
    /// What is underneath the simulated world; nothing: the best that this build has
    #[arg(long, value_enum)]
    pub ground: Option<GroundWord>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum AdviseFormat {
    #[default]
    Pretty,
    Json,
    /// As for people, and annotations at the lines that did it; a table goes into the job's summary
    Github,
    /// A table for a pull request
    Markdown,
}

/// Advises; gives back the exit code.
pub(crate) fn advise(catalogue: &Catalogue, args: &AdviseArgs, kept: &Kept) -> Exit {
    let watch = Stopwatch::start();
    let told = Asked::begin(catalogue, args, kept).and_then(|asked| asked.tell());
    say(&format!("{:.1}s\n", watch.elapsed().as_secs_f64()));
    told.unwrap_or_else(|error| fail(&error))
}

struct Asked<'a> {
    catalogue: &'a Catalogue,
    args: &'a AdviseArgs,
    advice: Advice,
    old: Option<Advice>,
    how: AdviseOptions,
    stop: Stop,
}

impl<'a> Asked<'a> {
    /// Reads what has to be read, before anything is run.
    fn begin(catalogue: &'a Catalogue, args: &'a AdviseArgs, kept: &Kept) -> Result<Asked<'a>, ReplayError> {
        if let Some(path) = args.html.as_deref().filter(|path| *path != Path::new("-")) {
            drop(Draft::beside(path)?);
        }
        let advice = read(catalogue, &args.file)?;
        let old = args.against.as_deref().map(|old| read(catalogue, old)).transpose()?;
        let how = AdviseOptions { ground: ground(args.ground)?, jobs: args.jobs };
        Ok(Asked { catalogue, args, advice, old, how, stop: kept.stop_on_ctrl_c() })
    }

    fn tell(&self) -> Result<Exit, ReplayError> {
        let (advice, mut output) = (&self.advice, Output::stdout());
        let advised = study(self.catalogue, advice, self.how, &self.stop)?;
        let before = match &self.old {
            Some(old) => Some((old, study(self.catalogue, old, self.how, &self.stop)?)),
            None => None,
        };
        let before = before.as_ref().map(|(old, advised)| (*old, advised));
        let found = undercuts(advice, &advised, before);
        let is_asked = self.args.gate || before.is_some();
        let map = self.map(&advised)?;
        let path = self.story(&advised)?;
        if self.args.html.as_deref() == Some(Path::new("-")) {
            output.print(&self.page(&advised, path.as_deref(), map.as_ref(), is_asked.then_some(&found))?);
            return Ok(self.exit(&found));
        }
        let old = self.old.as_ref();
        match self.args.format {
            AdviseFormat::Json => output.print(&format!("{}\n", report::value(advice, &advised))),
            AdviseFormat::Markdown => output.print(&report::markdown((advice, &advised), before, &found)),
            AdviseFormat::Pretty | AdviseFormat::Github => {
                output.print(&report::told(advice, &advised));
                if let Some(map) = &map {
                    output.print(&format!("\n{}\n", report::map(map)));
                }
                if is_asked || !advice.floor.is_empty() {
                    output.print(&report::verdict(advice, old, &found));
                }
                if let Some(path) = &path {
                    output.print(&format!("Next   fencepost replay {}\n", path.display()));
                }
            }
        }
        if self.args.format == AdviseFormat::Github {
            let file = outcome::file_in_repository(&advice.path);
            output.print(&report::annotations(advice, old, &found, file.as_deref()));
            outcome::summarise(&report::markdown((advice, &advised), before, &found));
        }
        if let Some(html) = &self.args.html {
            let page = self.page(&advised, path.as_deref(), map.as_ref(), is_asked.then_some(&found))?;
            Draft::beside(html)?.keep(&page)?;
            say(&format!("Page   {}\n", html.display()));
        }
        Ok(self.exit(&found))
    }

    fn exit(&self, found: &[Undercut]) -> Exit {
        if self.stop.is_raised() {
            Exit::Stopped
        } else if self.args.gate && !found.is_empty() {
            Exit::Unexpected
        } else {
            Exit::AsExpected
        }
    }

    fn map(&self, advised: &Advised) -> Result<Option<Map>, ReplayError> {
        if self.args.sweep.is_empty() {
            return Ok(None);
        }
        if self.args.sweep.len() > 2 {
            let message = "a map has two sides: one option or two".to_owned();
            return Err(Refused::Bad { message, help: "write `--sweep ttl,renew`".to_owned() }.into());
        }
        let hazard = match &self.args.hazard {
            Some(word) => hazard_of(word)?,
            None => advised.worst().filter(|row| is_number(row)).map_or(Hazard::Pause, |row| row.hazard),
        };
        let options: Vec<&str> = self.args.sweep.iter().map(|option| option.trim()).collect();
        sweep(self.catalogue, &self.advice, (hazard, &options), self.how, &self.stop).map(Some)
    }

    /// Writes the story of the worst hazard, as small as it gets. None where no run shows one.
    fn story(&self, advised: &Advised) -> Result<Option<PathBuf>, ReplayError> {
        let Some(row) = advised.worst() else { return Ok(None) };
        let Some((property, witness)) = &row.witness else { return Ok(None) };
        let kept = KeptViolation::of(property, &witness.violation, &witness.cast);
        let (catalogue, scenario) = (self.catalogue, &advised.scenario);
        let smaller = shrink_found(catalogue, scenario, &witness.plan, &kept, self.how.ground, &self.stop)?;
        let folder = self.args.folder.join("advice");
        fs::create_dir_all(&folder).map_err(|error| Refused::Bad {
            message: format!("the folder `{}` cannot be made: {error}", folder.display()),
            help: "name another one with `--folder`".to_owned(),
        })?;
        let name = self.args.file.file_stem().map_or_else(|| "lock".into(), |stem| stem.to_string_lossy());
        let path = folder.join(format!("{name}-{}.toml", row.hazard));
        let text = format!("{}\n{}", schema_line(&path), shrunk::file(&smaller));
        Draft::beside(&path)?.keep(&text)?;
        Ok(Some(path))
    }

    fn page(
        &self,
        advised: &Advised,
        story: Option<&Path>,
        map: Option<&Map>,
        undercuts: Option<&Vec<Undercut>>,
    ) -> Result<String, ReplayError> {
        let told = match story {
            Some(path) => {
                let called = path.display().to_string();
                let run = replay(self.catalogue, &shelf(self.catalogue)?, &called, self.how.ground)?;
                Some((run, called))
            }
            None => None,
        };
        let beside = Beside {
            story: told.as_ref().map(|(run, called)| (run, called.clone())),
            map,
            undercuts: undercuts.map(Vec::as_slice),
            command: format!("fencepost advise {}", self.args.file.display()),
        };
        Ok(report::page(&self.advice, advised, &beside))
    }
}

fn is_number(row: &Row) -> bool {
    matches!(row.measured, Measured::UpTo { .. })
}

fn hazard_of(word: &str) -> Result<Hazard, Refused> {
    Hazard::of(word).ok_or_else(|| {
        let names: Vec<&str> = Hazard::ALL.iter().map(|(_, name, _)| *name).collect();
        Refused::Bad {
            message: format!("no hazard is called `{word}`"),
            help: format!("the hazards are {}", names.join(", ")),
        }
    })
}

/// The advice file of this path, with the logs that it names beside it.
pub(super) fn read(catalogue: &Catalogue, path: &Path) -> Result<Advice, Refused> {
    let text = text_of(path)?;
    let folder = path.parent().map(Path::to_path_buf).unwrap_or_default();
    let log = |name: &str| fs::read(folder.join(name)).map_err(|error| error.to_string());
    parse_advice(&path.display().to_string(), &text, &catalogue.vocabulary(), &log)
        .map_err(|mistakes| Refused::Mistakes(vec![mistakes]))
}

fn text_of(path: &Path) -> Result<String, Refused> {
    let cannot = |error: String| Refused::Bad {
        message: format!("`{}` cannot be read: {error}", path.display()),
        help: "name an advice file; `fencepost new advice` writes one to start from".to_owned(),
    };
    let bytes = fs::read(path).map_err(|error| cannot(error.to_string()))?;
    String::from_utf8(bytes).map_err(|_| cannot("it is no text".to_owned()))
}
