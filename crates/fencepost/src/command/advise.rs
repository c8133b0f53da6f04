//! `fencepost advise`: what a lock stands with somebody's own settings, in somebody's own place.

use super::fail;
use super::new::schema_line;
use crate::args::{Format, GroundWord, ground};
use crate::keeper::Kept;
use crate::output::{Output, say};
use crate::stopwatch::Stopwatch;
use clap::Args;
use fencepost_explore::advise::{AdviseOptions, Advised, Row, advise as study};
use fencepost_explore::{
    Catalogue, Exit, Kept as KeptViolation, Refused, ReplayError, StandingKind, Stop, shrink_found,
};
use fencepost_report::{advice as report, shrunk};
use fencepost_scenario::{Advice, parse_advice};
use std::fs;
use std::num::NonZero;
use std::path::{Path, PathBuf};

#[derive(Debug, Args)]
pub(crate) struct AdviseArgs {
    /// The advice file: a lock with its settings, and the figures of the place where it runs; `fencepost new advice`
    /// writes one to start from
    pub file: PathBuf,
    /// The folder for the runs that show what breaks
    #[arg(long, value_name = "FOLDER", default_value = ".fencepost")]
    pub folder: PathBuf,
    /// For people, or JSON Lines
    #[arg(long, value_enum, default_value_t = Format::Pretty)]
    pub format: Format,
    /// How many threads work; nothing: as many as the machine has
    #[arg(short, long, value_name = "N")]
    pub jobs: Option<NonZero<usize>>,
    /// What is underneath the simulated world; nothing: the best that this build has
    #[arg(long, value_enum)]
    pub ground: Option<GroundWord>,
}

/// Advises; gives back the exit code.
pub(crate) fn advise(catalogue: &Catalogue, args: &AdviseArgs, kept: &Kept) -> Exit {
    tell(catalogue, args, kept).unwrap_or_else(|error| fail(&error))
}

fn tell(catalogue: &Catalogue, args: &AdviseArgs, kept: &Kept) -> Result<Exit, ReplayError> {
    let (watch, ground) = (Stopwatch::start(), ground(args.ground)?);
    let advice = read(catalogue, &args.file)?;
    let (stop, mut output) = (kept.stop_on_ctrl_c(), Output::stdout());
    let advised = study(catalogue, &advice, AdviseOptions { ground, jobs: args.jobs }, &stop)?;
    match args.format {
        Format::Pretty => output.print(&report::told(&advice, &advised)),
        Format::Json => output.print(&format!("{}\n", report::value(&advice, &advised))),
    }
    if let (Format::Pretty, Some(row)) = (args.format, advised.worst()) {
        match story(catalogue, &advice, &advised, row, args, &stop)? {
            Some(path) => output.print(&format!("Next  fencepost replay {}\n", path.display())),
            None => {}
        }
    }
    say(&format!("{:.1}s\n", watch.elapsed().as_secs_f64()));
    Ok(if stop.is_raised() { Exit::Stopped } else { Exit::AsExpected })
}

/// The advice file of this path, with the logs that it names beside it.
fn read(catalogue: &Catalogue, path: &Path) -> Result<Advice, Refused> {
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

/// Writes the story of a hazard, as small as it gets. None where no run shows it.
fn story(
    catalogue: &Catalogue,
    advice: &Advice,
    advised: &Advised,
    row: &Row,
    args: &AdviseArgs,
    stop: &Stop,
) -> Result<Option<PathBuf>, ReplayError> {
    let Some((property, witness)) = &row.witness else { return Ok(None) };
    let kept = KeptViolation { property, standing: StandingKind::of(&witness.violation.standing) };
    let ground = ground(args.ground)?;
    let smaller = shrink_found(catalogue, &advised.scenario, &witness.plan, &kept, ground, stop)?;
    let folder = args.folder.join("advice");
    fs::create_dir_all(&folder).map_err(|error| Refused::Bad {
        message: format!("the folder `{}` cannot be made: {error}", folder.display()),
        help: "name another one with `--folder`".to_owned(),
    })?;
    let path = folder.join(format!("{}-{}.toml", advice.variant.name, row.hazard));
    let text = format!("{}\n{}", schema_line(&path), shrunk::file(&smaller));
    crate::draft::Draft::beside(&path)?.keep(&text)?;
    Ok(Some(path))
}
