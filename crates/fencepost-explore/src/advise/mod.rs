//! Advice: how much of each hazard a lock stands with these settings, how much of it there is, and the room in
//! between.
//!
//! Every figure is there twice: by the formula of the lock's data sheet, and by a search over every place of a calm
//! run into which the hazard can be put. Where the two disagree, one of them is a mistake of ours, and it is said.

mod calm;
mod gate;
mod hazard;
mod knob;
mod restore;
mod room;
mod study;
mod sweep;
mod tail;
mod takeover;

pub use calm::Calm;
pub(crate) use calm::lock;
pub use gate::{Change, Shortfall, Undercut, changes, undercuts};
pub(crate) use hazard::{axis, harm, yours};
pub(crate) use knob::knobs;
pub use restore::Remedy;
pub use room::{Agreement, Measured, Room, amount};
pub(crate) use study::{Study, first_holder};
pub use sweep::{Cell, Map, sweep};
pub use tail::{Loss, Tail};
pub(crate) use takeover::{deaths, take_over};

use crate::margin::{Axis, Edge, Witness};
use crate::{Catalogue, ReplayError, Stop};
use fencepost_model::{Hazard, Stand};
use fencepost_scenario::{Advice, Scenario};
use fencepost_sim::Ground;
use std::num::NonZero;

/// What there is to say of a lock with its settings in its place.
pub struct Advised {
    /// The calm run, and what was assumed for it.
    pub calm: Calm,
    /// The scenario of the calm run: stories are written as runs of it.
    pub scenario: Scenario,
    /// Hazard by hazard; where it was stopped, those that were done by then.
    pub rows: Vec<Row>,
    /// What the user's own figures come to in losses, where they say enough.
    pub losses: Vec<Loss>,
    /// Runs that were made.
    pub runs: u64,
    /// Whether it was stopped before it was done.
    pub stopped: bool,
}

/// One hazard.
#[derive(Clone, Debug)]
pub struct Row {
    /// Which.
    pub hazard: Hazard,
    /// Along which axis it was searched.
    pub axis: Option<Axis>,
    /// What the data sheet says, with the arithmetic.
    pub formula: Option<Stand>,
    /// What the search came to.
    pub measured: Measured,
    /// Whether the two agree.
    pub agreement: Agreement,
    /// How much of it there is.
    pub yours: Option<u64>,
    /// What is left.
    pub room: Room,
    /// In how many ways it was put into the calm run.
    pub placements: usize,
    /// How finely the edge was looked for.
    pub resolution: u64,
    /// The property that breaks first, and the run that shows it.
    pub witness: Option<(&'static str, Witness)>,
    /// Edges of single properties.
    pub edges: Vec<Edge>,
    /// What would restore the room that is wanted.
    pub remedy: Option<Remedy>,
}

impl Advised {
    /// The hazard with the least room: the first that any amount of does harm, or else the one that is shortest of
    /// what it needs. None where everything has room.
    pub fn worst(&self) -> Option<&Row> {
        let need = |row: &&Row| match row.room {
            Room::None => Some(0),
            // A part of a million of what it needs.
            Room::Short(by) => Some(
                1_000_000 - (u128::from(by) * 1_000_000 / u128::from(row.yours.unwrap_or(1).max(1))) as u64,
            ),
            _ => None,
        };
        self.rows.iter().filter(|row| need(row).is_some()).min_by_key(need)
    }

    /// Rows in which formula and search disagree.
    pub fn disagreements(&self) -> impl Iterator<Item = &Row> {
        let is_wrong = |row: &&Row| matches!(row.agreement, Agreement::TooStrong | Agreement::TooWeak);
        self.rows.iter().filter(is_wrong)
    }
}

/// How to advise.
#[derive(Clone, Copy, Debug)]
pub struct AdviseOptions {
    /// On which ground runs are made.
    pub ground: Ground,
    /// Threads; none: as many as the machine has.
    pub jobs: Option<NonZero<usize>>,
}

/// Advises on what an advice file asks.
///
/// Fails where a panic of ours ended a run.
pub fn advise(
    catalogue: &Catalogue,
    advice: &Advice,
    options: AdviseOptions,
    stop: &Stop,
) -> Result<Advised, ReplayError> {
    let study = Study::begin(catalogue, advice, options, stop)?;
    let (mut rows, mut runs) = (Vec::new(), 0);
    for (hazard, ..) in Hazard::ALL {
        let (row, made) = study.row(*hazard).map_err(ReplayError::Internal)?;
        if stop.is_raised() {
            // Nothing was found in what was not tried: that is no safety.
            break;
        }
        rows.push(row);
        runs += made;
    }
    for row in &mut rows {
        let remedy = restore::remedy(&study, row).map_err(ReplayError::Internal)?;
        row.remedy = remedy.filter(|_| !stop.is_raised());
    }
    let losses = tail::losses(advice, &rows);
    Ok(Advised { calm: study.calm, scenario: study.scenario, rows, losses, runs, stopped: stop.is_raised() })
}
