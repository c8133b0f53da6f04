//! Where safe turns into broken, or not.

use super::{Formula, Scale};
use crate::search::Break;
use fencepost_model::{Cast, Plan, Violation};
use std::sync::Arc;

/// What one property does along an axis.
#[derive(Clone, Debug)]
pub struct Edge {
    /// The property.
    pub property: &'static str,
    /// How its verdicts lie.
    pub shape: Shape,
    /// The run that shows the break nearest to what is safe.
    pub witness: Option<Witness>,
    /// What the claims say.
    pub formula: Formula,
}

/// How the verdicts of a property lie along an axis.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Nothing could be put anywhere: the lock has none of what the axis is about. That is no safety.
    Untried,
    /// Every value of the grid is safe.
    Safe,
    /// Every value of the grid breaks.
    Broken,
    /// Safe up to one value, broken from another on.
    Below {
        /// The largest value that is safe.
        safe: u64,
        /// The smallest that breaks.
        breaks: u64,
    },
    /// Broken up to one value, safe from another on.
    Above {
        /// The largest value that breaks.
        breaks: u64,
        /// The smallest that is safe.
        safe: u64,
    },
    /// The verdict changes more than once along the grid: no margin can be told, only where it changes.
    NotMonotone(Vec<(u64, u64)>),
}

/// A run that shows a break.
#[derive(Clone, Debug)]
pub struct Witness {
    /// Its plan.
    pub plan: Arc<Plan>,
    /// What it did wrong.
    pub violation: Violation,
    /// The names for the numbers in it.
    pub cast: Arc<Cast>,
}

impl Witness {
    pub(super) fn of(found: Break) -> Witness {
        Witness { plan: found.plan, violation: found.violation, cast: found.cast }
    }
}

/// Finds the edges of these properties, bisecting where the grid changes.
pub(super) fn edges(
    scale: &mut Scale<'_>,
    grid: &[u64],
    properties: &[&'static str],
) -> Result<Vec<Edge>, String> {
    properties.iter().map(|property| edge(scale, grid, property)).collect()
}

fn edge(scale: &mut Scale<'_>, grid: &[u64], property: &'static str) -> Result<Edge, String> {
    let mut breaks = Vec::new();
    for value in grid {
        breaks.push(scale.broken_at(*value)?.contains_key(property));
    }
    let changes: Vec<usize> = (1..grid.len()).filter(|place| breaks[*place] != breaks[place - 1]).collect();
    let mut narrowed = Vec::new();
    for place in &changes {
        narrowed.push(bisect(scale, property, (grid[place - 1], grid[*place]), breaks[*place])?);
    }
    let shape = match (narrowed.as_slice(), breaks.first()) {
        _ if scale.placements == 0 => Shape::Untried,
        ([], Some(true)) => Shape::Broken,
        ([], _) => Shape::Safe,
        ([(low, high)], Some(false)) => Shape::Below { safe: *low, breaks: *high },
        ([(low, high)], _) => Shape::Above { breaks: *low, safe: *high },
        (several, _) => Shape::NotMonotone(several.to_vec()),
    };
    let shown = match &shape {
        Shape::Untried | Shape::Safe => None,
        Shape::Broken => grid.first().copied(),
        Shape::Below { breaks, .. } | Shape::Above { breaks, .. } => Some(*breaks),
        Shape::NotMonotone(_) => grid.iter().zip(&breaks).find(|(_, broke)| **broke).map(|(value, _)| *value),
    };
    let witness = match shown {
        Some(value) => scale.broken_at(value)?.get(property).cloned(),
        None => None,
    };
    let formula = scale.formula(property);
    Ok(Edge { property, shape, witness, formula })
}

/// Brings two values between which the verdict changes as near to each other as is asked for. `rising`: whether
/// the larger one breaks.
fn bisect(
    scale: &mut Scale<'_>,
    property: &str,
    (mut low, mut high): (u64, u64),
    rising: bool,
) -> Result<(u64, u64), String> {
    let resolution = scale.options.resolution.max(1);
    while high - low > resolution && !scale.stop.is_raised() {
        // A round number where there is one in between: more digits than were asked for say nothing.
        let half = low + (high - low) / 2;
        let round = half - half % resolution;
        let middle = if round > low { round } else { half };
        if scale.broken_at(middle)?.contains_key(property) == rising {
            high = middle;
        } else {
            low = middle;
        }
    }
    Ok((low, high))
}
