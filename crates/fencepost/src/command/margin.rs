//! `fencepost margin`: the largest abuse that a lock stands, and the smallest that breaks it.

use super::{fail, shelf, tell_what_is_hidden};
use crate::args::{Common, Format};
use crate::keeper::Kept;
use crate::live_line::LiveLine;
use crate::output::{Output, say};
use crate::stopwatch::Stopwatch;
use clap::Args;
use fencepost_explore::margin::{Axis, Edge, MarginOptions, MarginProgress, margin_heard as measure, rates};
use fencepost_explore::search::Field;
use fencepost_explore::{Catalogue, Exit, Refused, ReplayError, Request, Selection, Stop, Story};
use fencepost_model::{Span, word};
use fencepost_report::margin as report;
use std::fs;
use std::path::PathBuf;

/// The properties whose margins are told where none is named.
const USUAL: [&str; 4] =
    [word::EXCLUSIVE_GRANT, word::EXCLUSIVE_BELIEF, word::EXCLUSIVE_EFFECT, word::NO_LOST_UPDATE];

#[derive(Debug, Args)]
pub(crate) struct MarginArgs {
    /// A scenario, or `scenario/variant`: its calm run is what faults are put into
    pub scenario: String,
    /// Only variants whose lock fits
    #[arg(long, value_name = "GLOB")]
    pub lock: Option<String>,
    /// What is varied, such as `pause.hold`; `fencepost explain axis` tells them all
    #[arg(long)]
    pub axis: String,
    /// Only this property; nothing: grant, belief, effect and lost updates
    #[arg(long)]
    pub property: Option<String>,
    /// The smallest value
    #[arg(long, value_name = "VALUE")]
    pub from: Option<String>,
    /// The largest value
    #[arg(long, value_name = "VALUE")]
    pub to: Option<String>,
    /// How many steps the grid has
    #[arg(long, value_name = "N")]
    pub steps: Option<u64>,
    /// How near to each other the two values of a threshold are brought
    #[arg(long, value_name = "VALUE")]
    pub resolution: Option<String>,
    /// For a setting: the fault that stands against it, such as `pause.hold=300ms`
    #[arg(long, value_name = "AXIS=VALUE")]
    pub against: Option<String>,
    /// Run this many seeds of the scenario at each value, too, and tell how many broke
    #[arg(long, value_name = "N")]
    pub rates: Option<u64>,
    /// The folder for the runs that show what breaks
    #[arg(long, value_name = "FOLDER", default_value = ".fencepost")]
    pub folder: PathBuf,
    #[command(flatten)]
    pub common: Common,
}

/// Measures what was asked for; gives back the exit code.
pub(crate) fn margin(catalogue: &Catalogue, args: &MarginArgs, kept: &Kept) -> Exit {
    measure_all(catalogue, args, kept).unwrap_or_else(|error| fail(&error))
}

fn measure_all(catalogue: &Catalogue, args: &MarginArgs, kept: &Kept) -> Result<Exit, ReplayError> {
    let (ground, shelf) = (args.common.ground()?, shelf(catalogue)?);
    let request = Request { what: vec![args.scenario.clone()], lock: args.lock.clone(), scenario: None };
    let selection = Selection::make(catalogue, &shelf, &request)?;
    let axis = axis(&args.axis)?;
    let properties = properties(catalogue, args)?;
    let (stop, mut output) = (kept.stop_on_ctrl_c(), Output::stdout());
    for chosen in &selection.scenarios {
        tell_what_is_hidden(&shelf, &chosen.scenario);
        for variant in chosen.variants().filter(|_| !stop.is_raised()) {
            let field = Field::new(catalogue, &chosen.scenario, &variant.name, ground)?;
            let asked = Asked { catalogue, args, axis, properties: &properties, stop: &stop };
            asked.measure(&field, &mut output)?;
        }
    }
    Ok(if stop.is_raised() { Exit::Stopped } else { Exit::AsExpected })
}

struct Asked<'a> {
    catalogue: &'a Catalogue,
    args: &'a MarginArgs,
    axis: Axis,
    properties: &'a [&'static str],
    stop: &'a Stop,
}

impl Asked<'_> {
    fn measure(&self, field: &Field<'_>, output: &mut Output) -> Result<(), ReplayError> {
        let (watch, options) = (Stopwatch::start(), self.options(field)?);
        let name = format!("{}/{}", field.scenario.id, field.variant.name);
        let live = LiveLine::new();
        let hear = &mut |progress: &MarginProgress| live.show(&report::line(self.axis, progress));
        let measured = measure(field, self.axis, self.properties, &options, self.stop, hear);
        live.end();
        let measured = measured.map_err(ReplayError::Internal)?;
        match self.args.common.format {
            Format::Pretty => output.print(&report::told(&name, &measured)),
            Format::Json => output.print(&format!("{}\n", report::value(&name, &measured))),
        }
        if self.args.common.format == Format::Pretty {
            measured.edges.iter().for_each(|edge| self.write(field, edge, output));
        }
        if let Some(seeds) = self.args.rates {
            let values: Vec<u64> = measured.grid.iter().map(|(value, _)| *value).collect();
            let rates = rates(field, self.axis, &values, seeds, self.stop).map_err(ReplayError::Internal)?;
            output.print(&report::rates(&name, self.axis, &rates, self.properties));
        }
        say(&format!("{:.2}s\n", watch.elapsed().as_secs_f64()));
        Ok(())
    }

    fn options(&self, field: &Field<'_>) -> Result<MarginOptions, Refused> {
        let mut options = MarginOptions::of(self.axis, field);
        let set = |text: &Option<String>, value: &mut u64| match text {
            Some(text) => value_of(self.axis, text).map(|read| *value = read),
            None => Ok(()),
        };
        set(&self.args.from, &mut options.from)?;
        set(&self.args.to, &mut options.to)?;
        set(&self.args.resolution, &mut options.resolution)?;
        options.steps = self.args.steps.unwrap_or(options.steps);
        if let Some(text) = &self.args.against {
            let (word, value) = text.split_once('=').ok_or_else(|| Refused::Bad {
                message: format!("`{text}` is no fault with its size"),
                help: "write an axis and a value, such as `pause.hold=300ms`".to_owned(),
            })?;
            let against = axis(word)?;
            options.against = Some((against, value_of(against, value)?));
        }
        if let Some(name) = self.axis.setting()
            && field.variant.descriptor.settings.iter().all(|spec| spec.name != name)
        {
            return Err(Refused::Bad {
                message: format!("`{}` has no setting `{name}`", field.variant.descriptor.name),
                help: "take another axis; `fencepost explain LOCK` shows its settings".to_owned(),
            });
        }
        Ok(options)
    }

    /// Writes the run that shows a break nearest to what is safe.
    fn write(&self, field: &Field<'_>, edge: &Edge, output: &mut Output) {
        let Some(witness) = &edge.witness else { return };
        let folder = self.args.folder.join("margin");
        let name = format!(
            "{}-{}-{}-{}",
            field.scenario.id,
            field.variant.name,
            self.axis.word().replace('.', "-"),
            edge.property
        );
        let (path, text) =
            match Story::written(self.catalogue, field.scenario, &witness.plan, &[edge.property]) {
                Some(text) => (folder.join(format!("{name}.toml")), text),
                None => {
                    let text = serde_json::to_string_pretty(&*witness.plan).expect("a plan is data");
                    (folder.join(format!("{name}.json")), text)
                }
            };
        match fs::create_dir_all(&folder).and_then(|()| fs::write(&path, text)) {
            Ok(()) => output.print(&format!("  Next  fencepost replay {}\n", path.display())),
            Err(error) => say(&format!("note: `{}` cannot be written: {error}\n", path.display())),
        }
    }
}

fn axis(word: &str) -> Result<Axis, Refused> {
    Axis::of(word).ok_or_else(|| {
        let names: Vec<&str> = Axis::ALL.iter().map(|(_, name, _)| *name).collect();
        Refused::Bad {
            message: format!("no axis is called `{word}`"),
            help: format!("the axes are {}", names.join(", ")),
        }
    })
}

fn value_of(axis: Axis, text: &str) -> Result<u64, Refused> {
    let bad = |help: String| Refused::Bad { message: format!("`{text}` is no value of {axis}"), help };
    if axis.is_time() {
        return text.parse::<Span>().map(|span| span.0).map_err(bad);
    }
    let digits = text.trim_end_matches("ppm").trim();
    digits.parse().map_err(|_| bad("write a whole number, such as `500`".to_owned()))
}

fn properties(catalogue: &Catalogue, args: &MarginArgs) -> Result<Vec<&'static str>, Refused> {
    let Some(name) = &args.property else { return Ok(USUAL.to_vec()) };
    let known = catalogue.properties();
    known.iter().find(|known| *known == name).map(|known| vec![*known]).ok_or_else(|| Refused::Bad {
        message: format!("no property is called `{name}`"),
        help: "`fencepost list properties` shows them".to_owned(),
    })
}
