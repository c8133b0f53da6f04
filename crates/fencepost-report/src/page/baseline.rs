//! Two runs side by side: which costs moved. What changed its verdict, `Comparison` says.

use super::contest::Contest;
use super::cost::Cost;
use super::reading::Reading;

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
