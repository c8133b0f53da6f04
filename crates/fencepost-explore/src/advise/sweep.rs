//! A map: how much of a hazard a lock stands, over the values of one option or two.

use super::knob::{Knob, knobs};
use super::room::amount;
use super::study::Study;
use super::{AdviseOptions, hazard};
use crate::{Catalogue, Refused, ReplayError, Stop};
use fencepost_model::{Hazard, Limit, Settings, Span};
use fencepost_scenario::Advice;

/// How many values of an option there are on a map.
const VALUES: usize = 7;

/// A map over one option or two.
#[derive(Clone, Debug)]
pub struct Map {
    /// Of which hazard.
    pub hazard: Hazard,
    /// How much of it there is: every cell was searched for it.
    pub yours: Option<u64>,
    /// The option of the columns, and its values.
    pub across: (String, Vec<Span>),
    /// The option of the rows, and its values; one row without a value where there is one option only.
    pub down: Option<(String, Vec<Span>)>,
    /// Row by row.
    pub cells: Vec<Vec<Cell>>,
}

/// One combination of values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cell {
    /// The options do not go together like this.
    Misfit,
    /// What the lock stands by the formula, and whether the search found no harm at what there is of the hazard.
    Stands {
        /// By the formula; none where it names no number.
        limit: Option<Limit>,
        /// None where there is nothing to search for.
        holds: Option<bool>,
    },
}

/// Draws the map of a hazard over these options.
///
/// Fails where an option is none, and where a panic of ours ended a run.
pub fn sweep(
    catalogue: &Catalogue,
    advice: &Advice,
    (hazard, options): (Hazard, &[&str]),
    how: AdviseOptions,
    stop: &Stop,
) -> Result<Map, ReplayError> {
    let study = Study::begin(catalogue, advice, how, stop)?;
    let knobs = knobs(advice);
    let find =
        |name: &str| knobs.iter().position(|knob| knob.name == name).ok_or_else(|| unknown(name, &knobs));
    let across = find(options[0])?;
    let down = options.get(1).map(|name| find(name)).transpose()?;
    let rows = down.map_or(vec![None], |down| values(&knobs[down]).into_iter().map(Some).collect());
    let mut cells = Vec::new();
    for row in &rows {
        let mut line = Vec::new();
        for value in values(&knobs[across]) {
            let turned = [Some((across, value)), down.zip(*row)];
            let settings = with(advice, &knobs, &turned);
            line.push(cell(&study, hazard, settings).map_err(ReplayError::Internal)?);
        }
        cells.push(line);
    }
    Ok(Map {
        hazard,
        yours: hazard::yours(hazard, &advice.environment, &advice.variant),
        across: (knobs[across].name.clone(), values(&knobs[across])),
        down: down.map(|down| (knobs[down].name.clone(), values(&knobs[down]))),
        cells,
    })
}

fn unknown(name: &str, knobs: &[Knob<'_>]) -> Refused {
    let names: Vec<&str> = knobs.iter().map(|knob| knob.name.as_str()).collect();
    Refused::Bad {
        message: format!("there is no option `{name}` that is a time"),
        help: format!("those that are: {}", names.join(", ")),
    }
}

/// Around the present value, each half as much again as the one before.
fn values(knob: &Knob<'_>) -> Vec<Span> {
    let middle = if knob.now == Span::ZERO { Span::from_secs(1) } else { knob.now };
    let mut value = Span(middle.0 * 8 / 27);
    let mut all = Vec::new();
    for _ in 0..VALUES {
        let shown = Span(value.0.div_ceil(1_000_000) * 1_000_000);
        all.push(if all.len() == VALUES / 2 { middle } else { shown.max(knob.least).min(knob.most) });
        value = Span(value.0 / 2 * 3);
    }
    all.dedup();
    all
}

/// The settings with some options turned. With two of them the second is laid over what the first one changed.
fn with(advice: &Advice, knobs: &[Knob<'_>], turned: &[Option<(usize, Span)>]) -> Option<Settings> {
    let mut settings = advice.variant.settings.clone();
    for (knob, value) in turned.iter().flatten() {
        let alone = (knobs[*knob].set)(*value)?;
        for (name, value) in
            alone.iter().filter(|(name, value)| advice.variant.settings.get(name) != Some(value))
        {
            settings.set(name, value.clone());
        }
    }
    Some(settings)
}

fn cell(study: &Study<'_>, hazard: Hazard, settings: Option<Settings>) -> Result<Cell, String> {
    let Some(settings) = settings else { return Ok(Cell::Misfit) };
    let stand = study.stands(&settings).into_iter().find(|stand| stand.hazard == hazard);
    let limit = stand.map(|stand| stand.limit);
    let variant = &study.advice.variant;
    let yours = hazard::yours(hazard, &study.advice.environment, variant);
    let holds = match (hazard::axis(hazard, variant), yours) {
        (Some(axis), Some(yours)) => {
            let found = study.margin(&settings, axis, (yours, yours, 1), 1)?;
            Some(found.grid.iter().all(|(_, broken)| broken.is_empty()))
        }
        _ => None,
    };
    Ok(Cell::Stands { limit, holds })
}

impl Cell {
    /// What the lock stands by the formula, as a number; none where it names none.
    pub fn amount(self) -> Option<u64> {
        match self {
            Cell::Stands { limit: Some(Limit::UpTo(limit)), .. } => Some(amount(limit)),
            _ => None,
        }
    }
}
