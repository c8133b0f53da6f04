//! Two sweeps side by side: what got worse, what got better.
//!
//! A property of a row stands on one of three steps: it held; it broke outside the claims; it broke inside
//! them. Worse is a higher step, reached by a seed that both sweeps ran: a break that only more seeds bring to
//! light is told, and is nobody's fault. How many runs broke is told and not judged: the count moves with
//! everything that moves a run.

use super::count::{StoredProperty, StoredRow};
use crate::StandingKind;
use fencepost_model::word;

/// Properties that say that something happens in time. Of all others a break is a break of safety.
const LIVENESS: [&str; 3] = [word::PROGRESS, word::DEADLOCK_FREE, word::FAIR];

/// Whether a break of the property is one of safety.
pub fn is_safety(property: &str) -> bool {
    !LIVENESS.contains(&property)
}

/// How far a property of a row is from holding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// No run broke it.
    Held,
    /// Some run did, outside the claims of the lock.
    Outside,
    /// Some run did, inside them.
    Inside,
}

/// What became of one property of one row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// What to type for the row's case: the first run that shows it, where there is one.
    pub case: Option<String>,
    /// The scenario's id.
    pub scenario: String,
    /// The variant's name.
    pub variant: String,
    /// The property.
    pub property: String,
    /// What kind of change it is.
    pub kind: ChangeKind,
    /// Broken runs of runs, before and now.
    pub counts: [(u64, u64); 2],
}

/// What kind of change it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ChangeKind {
    /// It is on a higher step.
    Worse(Step, Step),
    /// It is on a higher step, by a seed that was not run before.
    Uncovered(Step, Step),
    /// It is on a lower step.
    Better(Step, Step),
    /// It is on the same step, and another number of runs broke it.
    Moved,
}

/// Everything that changed between two sweeps.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Comparison {
    /// By row and property, in the order of the newer sweep.
    pub changes: Vec<Change>,
    /// Rows of the older sweep that the newer one has not.
    pub gone: Vec<String>,
    /// Rows that are new: nothing is known of them from before.
    pub new: Vec<String>,
    /// Scenarios whose text has changed.
    pub edited: Vec<String>,
}

impl Comparison {
    /// Compares.
    pub fn of(before: &[StoredRow], now: &[StoredRow]) -> Comparison {
        let mut comparison = Comparison::default();
        let name = |row: &StoredRow| format!("{}/{}", row.head.scenario, row.head.variant);
        let twin = |rows: &'_ [StoredRow], row: &StoredRow| {
            rows.iter().position(|other| {
                other.head.scenario == row.head.scenario && other.head.variant == row.head.variant
            })
        };
        for row in now {
            let Some(place) = twin(before, row) else {
                comparison.new.push(name(row));
                continue;
            };
            let older = &before[place];
            let id = &row.head.scenario;
            if older.of.digest != row.of.digest && !comparison.edited.contains(id) {
                comparison.edited.push(id.clone());
            }
            let changes = row.properties.iter().filter_map(|property| change(older, row, property));
            comparison.changes.extend(changes);
        }
        let gone = before.iter().filter(|row| twin(now, row).is_none());
        comparison.gone = gone.map(name).collect();
        comparison
    }

    /// Safety properties that got worse.
    pub fn worse(&self) -> impl Iterator<Item = &Change> {
        self.changes.iter().filter(|change| change.is_worse())
    }
}

impl Change {
    /// Whether it is a safety property that got worse.
    pub fn is_worse(&self) -> bool {
        matches!(self.kind, ChangeKind::Worse(..)) && is_safety(&self.property)
    }
}

fn change(before: &StoredRow, now: &StoredRow, property: &StoredProperty) -> Option<Change> {
    let empty = StoredProperty::empty(&property.property);
    let older = before.property(&property.property).unwrap_or(&empty);
    let (was, (is, seed)) = (step(older).0, step(property));
    let kind = if is > was {
        let both_ran = seed.is_some_and(|seed| before.seeds().contains(seed));
        if both_ran { ChangeKind::Worse(was, is) } else { ChangeKind::Uncovered(was, is) }
    } else if is < was {
        ChangeKind::Better(was, is)
    } else if (older.broken, before.runs) != (property.broken, now.runs) && is > Step::Held {
        ChangeKind::Moved
    } else {
        return None;
    };
    Some(Change {
        case: seed.map(|seed| now.typed(seed)),
        scenario: now.head.scenario.clone(),
        variant: now.head.variant.clone(),
        property: property.property.clone(),
        kind,
        counts: [(older.broken, before.runs), (property.broken, now.runs)],
    })
}

/// The step of a property, and the first run that put it there.
fn step(property: &StoredProperty) -> (Step, Option<u64>) {
    let inside = property.standings.iter().find(|one| one.standing == StandingKind::Inside);
    match (inside, property.first) {
        (Some(inside), _) => (Step::Inside, Some(inside.example.seed)),
        (None, Some(first)) => (Step::Outside, Some(first)),
        (None, None) => (Step::Held, None),
    }
}
