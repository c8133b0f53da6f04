//! Two runs side by side: what changed its verdict, and what moved.

use super::contest::Contest;
use super::cost::Cost;
use super::reading::Reading;
use fencepost_explore::Opinion;
use fencepost_explore::store::StoredProperty;

/// A verdict that changed.
pub struct Change {
    /// `scenario/variant`.
    pub row: String,
    /// Of which property.
    pub property: String,
    /// What it was.
    pub before: String,
    /// What it is.
    pub now: String,
    /// Whether it got worse.
    pub is_worse: bool,
}

/// A cost that moved.
pub struct Moved {
    /// The lock.
    pub name: String,
    /// Which cost.
    pub what: &'static str,
    /// What it was.
    pub before: f64,
    /// What it is.
    pub now: f64,
}

/// What changed its verdict, of rows that both runs have. Counts are compared only where as many runs were made.
pub fn changes(now: &Reading, before: &Reading) -> Vec<Change> {
    let mut changes = Vec::new();
    for row in &now.rows {
        let is_it = |other: &&fencepost_explore::store::StoredRow| {
            other.head.scenario == row.head.scenario && other.head.variant == row.head.variant
        };
        let Some(old) = before.rows.iter().find(is_it) else { continue };
        for property in &row.properties {
            let Some(was) = old.properties.iter().find(|one| one.property == property.property) else {
                continue;
            };
            let moved = row.runs == old.runs && property.broken != was.broken;
            let turned = (property.broken > 0) != (was.broken > 0);
            if property.opinion != was.opinion || turned || moved {
                let is_worse = property.opinion.status() > was.opinion.status()
                    || (turned && property.broken > 0)
                    || (row.runs == old.runs && property.broken > was.broken);
                changes.push(Change {
                    row: format!("{}/{}", row.head.scenario, row.head.variant),
                    property: property.property.clone(),
                    before: said(was, old.runs),
                    now: said(property, row.runs),
                    is_worse,
                });
            }
        }
    }
    changes
}

fn said(property: &StoredProperty, runs: u64) -> String {
    let count = || format!("broke in {} of {runs}", property.broken);
    match property.opinion {
        Opinion::Held => "held".to_owned(),
        Opinion::NotOffered => "not offered".to_owned(),
        Opinion::Expected | Opinion::Planted => format!("{}, expected", count()),
        Opinion::Deferred => "not broken yet".to_owned(),
        Opinion::Unclear => "unclear".to_owned(),
        Opinion::CheckerPanicked => "its checker panicked".to_owned(),
        Opinion::Broke => format!("{}, unexpected", count()),
        Opinion::BrokeInsideClaims => format!("{}, inside the claims", count()),
        Opinion::NeverBroke => "never broke, and should".to_owned(),
    }
}

/// What a grant costs, where it moved by more than a twentieth.
pub fn moves(now: &Reading, before: &Reading) -> Vec<Moved> {
    let (now, before) = (Contest::of(now), Contest::of(before));
    let mut moves = Vec::new();
    for one in now.kinds() {
        let Some(other) = before.contestants.iter().find(|other| other.name == one.name) else { continue };
        let (Some(cost), Some(was)) = (Cost::of(&now, one), Cost::of(&before, other)) else { continue };
        let figures = [
            ("messages", was.messages, cost.messages),
            ("syncs", was.syncs, cost.syncs),
            ("median acquire, ms", was.median_us as f64 / 1e3, cost.median_us as f64 / 1e3),
        ];
        for (what, before, now) in figures {
            if before > 0.0 && (now / before - 1.0).abs() > 0.05 {
                moves.push(Moved { name: one.name.to_owned(), what, before, now });
            }
        }
    }
    moves
}
