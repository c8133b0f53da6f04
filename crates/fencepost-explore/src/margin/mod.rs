//! Margins: the largest abuse that a lock stands, and the smallest that breaks it.
//!
//! A margin is taken over a finite set of placements: the value of the axis is fixed, everything else is calm,
//! and the fault is put at each place of the calm run in its turn. The axis is scanned on a grid first, because
//! what is safe at one value need not be safe at a smaller one; where the verdict changes, the change is bisected.
//! Beside it stands what the lock claims. Over a seeded family there is no margin, only a rate.

mod axis;
mod edge;
mod rate;

pub use axis::Axis;
pub use edge::{Edge, Shape, Witness};
pub use rate::{Rate, rates};

use crate::Stop;
use crate::search::{Field, Findings};
use crate::threads::{in_parts, threads};
use edge::edges;
use fencepost_model::{Plan, PlannedFault, Quantity, Span};
use std::collections::BTreeMap;
use std::num::NonZero;
use std::sync::Arc;

/// How a margin is measured.
#[derive(Clone, Debug)]
pub struct MarginOptions {
    /// The smallest value.
    pub from: u64,
    /// The largest value.
    pub to: u64,
    /// How many values the grid has.
    pub steps: u64,
    /// How often the first step is halved, for more values. What is held back comes at the next try of somebody who
    /// waits twice as long each time: so harm may lie in a stretch whose end is twice its beginning.
    pub halvings: u32,
    /// How near the two values of a threshold come to each other.
    pub resolution: u64,
    /// For a setting: the fault that stands against it, and its size.
    pub against: Option<(Axis, u64)>,
    /// Only places in which this client has a part; none: all.
    pub around: Option<String>,
    /// The seed of the calm run.
    pub seed: u64,
    /// Threads; none: as many as the machine has.
    pub jobs: Option<NonZero<usize>>,
}

impl MarginOptions {
    /// What suits an axis of this field: from nothing to four leases, or to 5 % of drift, in twenty steps. A lease is
    /// longer than its reserve: nobody could hold one that is not, and its owners would ask again without an end.
    pub fn of(axis: Axis, field: &Field<'_>) -> MarginOptions {
        let lease = field.lease().0;
        let reserve = field.span("reserve").map_or(0, |reserve| reserve.0);
        let (from, to, resolution) = match axis {
            Axis::DriftPpm => (0, 50_000, 50),
            Axis::LossCount => (0, 10, 1),
            Axis::Ttl => (reserve + (lease / 20).max(1_000_000), 4 * lease, 1_000_000),
            Axis::Renew => ((lease / 20).max(1_000_000), 2 * lease, 1_000_000),
            _ => (0, 4 * lease, 1_000_000),
        };
        let against = axis.setting().map(|_| (Axis::PauseHold, lease / 2));
        MarginOptions {
            from,
            to,
            steps: 20,
            halvings: 0,
            resolution,
            against,
            around: None,
            seed: 0,
            jobs: None,
        }
    }
}

/// What was measured.
#[derive(Clone, Debug)]
pub struct Margin {
    /// Along which axis.
    pub axis: Axis,
    /// How.
    pub options: MarginOptions,
    /// In how many ways a fault was placed in the calm run, at the first value of the grid.
    pub placements: usize,
    /// Runs that were made.
    pub runs: u64,
    /// The values of the grid, each with the properties that broke.
    pub grid: Vec<(u64, Vec<&'static str>)>,
    /// By property, where safe turns into broken; properties in the order of tables.
    pub edges: Vec<Edge>,
    /// Whether it was stopped before it was done.
    pub stopped: bool,
}

/// What broke at one value: by property the first placement that broke it.
type Broken = BTreeMap<&'static str, Witness>;

/// Measures the margin of a lock along an axis, for these properties. The error is what a panic of ours said.
pub fn margin(
    field: &Field<'_>,
    axis: Axis,
    properties: &[&'static str],
    options: &MarginOptions,
    stop: &Stop,
) -> Result<Margin, String> {
    margin_heard(field, axis, properties, options, stop, &mut |_| {})
}

/// How far a measurement is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MarginProgress {
    /// The value that was measured last.
    pub value: u64,
    /// How many values were measured: those of the grid come first, and then those between which something changes.
    pub measured: usize,
    /// How many values the grid has.
    pub of_grid: usize,
    /// Runs that were made.
    pub runs: u64,
}

/// As [`margin`], and tells `hear` after each value how far it is.
pub fn margin_heard(
    field: &Field<'_>,
    axis: Axis,
    properties: &[&'static str],
    options: &MarginOptions,
    stop: &Stop,
    hear: &mut dyn FnMut(&MarginProgress),
) -> Result<Margin, String> {
    let (values, known) = (grid(options), BTreeMap::new());
    let of_grid = values.len();
    let mut scale = Scale { field, axis, options, known, of_grid, runs: 0, placements: 0, stop, hear };
    for value in &values {
        scale.broken_at(*value)?;
    }
    let edges = edges(&mut scale, &values, properties)?;
    let of_grid = |value: &u64| {
        let broken = scale.known.get(value).into_iter().flatten();
        (*value, broken.map(|(property, _)| *property).filter(|name| properties.contains(name)).collect())
    };
    Ok(Margin {
        axis,
        options: options.clone(),
        placements: scale.placements,
        runs: scale.runs,
        grid: values.iter().map(of_grid).collect(),
        edges,
        stopped: stop.is_raised(),
    })
}

fn grid(options: &MarginOptions) -> Vec<u64> {
    let (steps, width) = (options.steps.max(1), options.to.saturating_sub(options.from));
    let step = |nth: u64| options.from + (u128::from(width) * u128::from(nth) / u128::from(steps)) as u64;
    let finer = (1..=options.halvings).map(|times| options.from + ((step(1) - options.from) >> times));
    let mut values: Vec<u64> = (0..=steps).map(step).chain(finer).collect();
    values.sort_unstable();
    values.dedup();
    values
}

/// An axis with what is known of its values.
pub(crate) struct Scale<'a> {
    field: &'a Field<'a>,
    axis: Axis,
    options: &'a MarginOptions,
    known: BTreeMap<u64, Broken>,
    of_grid: usize,
    runs: u64,
    placements: usize,
    stop: &'a Stop,
    hear: &'a mut dyn FnMut(&MarginProgress),
}

impl Scale<'_> {
    /// What breaks at this value, over all placements.
    fn broken_at(&mut self, value: u64) -> Result<&Broken, String> {
        if !self.known.contains_key(&value) {
            let broken = self.measure(value)?;
            self.known.insert(value, broken);
            let (measured, of_grid, runs) = (self.known.len(), self.of_grid, self.runs);
            (self.hear)(&MarginProgress { value, measured, of_grid, runs });
        }
        Ok(&self.known[&value])
    }

    fn measure(&mut self, value: u64) -> Result<Broken, String> {
        let field = self.axis.tuned(self.field, value);
        let (axis, size) = match self.options.against {
            Some(against) if self.axis.setting().is_some() => against,
            _ => (self.axis, value),
        };
        let calm = Arc::new(field.calm(self.options.seed));
        let seen = field.run(&calm, true)?;
        let placements = axis.placements(&calm, &seen, self.options.around.as_deref(), size);
        self.placements = self.placements.max(placements.len());
        self.runs += placements.len() as u64;
        let threads = self.field.threads(threads(self.options.jobs));
        let parts = in_parts(&placements, threads, |part| try_all(&field, &calm, part.to_vec(), self.stop))?;
        // The first placement that breaks a property is its witness, whoever ran it.
        let mut broken = Broken::new();
        for part in parts {
            part.into_iter().for_each(|(property, witness)| {
                broken.entry(property).or_insert(witness);
            });
        }
        Ok(broken)
    }

    /// What the claims say of the axis for a property: the largest value that they allow for certain. None where
    /// they say nothing of it, or nothing of the property.
    fn formula(&self, property: &str) -> Formula {
        let Some(claim) = self.field.claims().iter().find(|claim| claim.property == property) else {
            return Formula::NotClaimed;
        };
        let Some(assumption) = self.axis.assumption() else { return Formula::Silent };
        // One kept alternative is enough, so the most generous one counts.
        let limits = claim.alternatives.iter().map(|alternative| {
            let bound = alternative.iter().find(|bound| bound.assumption == assumption);
            bound.map(|bound| match bound.limit {
                Quantity::Span(Span(value)) | Quantity::Ppm(value) => value,
                Quantity::Times(times) => times,
            })
        });
        let limits: Vec<Option<u64>> = limits.collect();
        if limits.iter().any(Option::is_none) {
            return Formula::Any;
        }
        limits.into_iter().flatten().max().map_or(Formula::NotClaimed, Formula::UpTo)
    }
}

/// Every way in which a fault of this size can be put into a calm run that was recorded: where this client has a part,
/// or anywhere.
pub(crate) fn placements_of(
    axis: Axis,
    calm: &Plan,
    seen: &fencepost_sim::RunResult,
    around: Option<&str>,
    size: u64,
) -> Vec<Vec<PlannedFault>> {
    axis.placements(calm, seen, around, size)
}

/// The death of each server, for good, at each message that it is handed in this run.
pub(crate) fn deaths_of(seen: &fencepost_sim::RunResult) -> Vec<PlannedFault> {
    axis::deaths(seen)
}

/// Runs the calm plan with each of these in its turn.
fn try_all(
    field: &Field<'_>,
    calm: &Plan,
    placements: Vec<Vec<PlannedFault>>,
    stop: &Stop,
) -> Result<Broken, String> {
    let (mut plan, mut broken) = (calm.clone(), Broken::new());
    for faults in placements {
        if stop.is_raised() {
            break;
        }
        plan.faults = faults;
        let shared = Arc::new(plan);
        let mut findings = Findings::default();
        findings.count(&shared, field.run(&shared, false), field);
        if let Some(crash) = findings.first_crash {
            return Err(crash.message);
        }
        for found in findings.breaks {
            broken.entry(found.property).or_insert_with(|| Witness::of(found));
        }
        plan = Arc::unwrap_or_clone(shared);
    }
    Ok(broken)
}

/// What the claims say of one axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Formula {
    /// The property is not claimed.
    NotClaimed,
    /// It is claimed whatever the axis does.
    Any,
    /// It is claimed as long as the measure is at most this.
    UpTo(u64),
    /// The axis is a setting, on which the claims depend.
    Silent,
}
