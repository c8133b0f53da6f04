//! The map over one option or two, for the terminal.

use super::words::of_hazard;
use fencepost_explore::advise::{Cell, Map};
use fencepost_model::{Limit, Span};
use std::fmt::Write;

/// The map: what the lock stands by the formula, and a mark where the search found harm at the user's own amount.
pub fn map(map: &Map) -> String {
    let hazard = map.hazard;
    let mut text = format!("{hazard}: what the lock stands by the formula");
    if let Some(yours) = map.yours {
        let _ = write!(text, "; ✗ where the search found harm at yours, {}", of_hazard(hazard, yours));
    }
    let (across, values) = &map.across;
    let lead = map.down.as_ref().map_or(0, |(name, _)| name.chars().count().max(10));
    let _ = write!(
        text,
        "\n\n  {:lead$}  {across} =\n  {:lead$}",
        "",
        map.down.as_ref().map_or("", |(name, _)| name)
    );
    values.iter().for_each(|value| text += &format!("  {:>12}", short(*value)));
    text.push('\n');
    for (place, row) in map.cells.iter().enumerate() {
        let name = map.down.as_ref().map_or_else(String::new, |(_, values)| short(values[place]));
        let _ = write!(text, "  {name:>lead$}");
        row.iter().for_each(|cell| text += &format!("  {:>12}", told(map, *cell)));
        text.push('\n');
    }
    text
}

/// What stands in a cell.
pub(super) fn told(map: &Map, cell: Cell) -> String {
    match cell {
        Cell::Misfit => "does not fit".to_owned(),
        Cell::Stands { limit, holds } => {
            let limit = match limit {
                None => "?".to_owned(),
                Some(Limit::Nothing) => "nothing".to_owned(),
                Some(Limit::Everything) => "any".to_owned(),
                Some(Limit::UpTo(limit)) => of_hazard(map.hazard, fencepost_explore::advise::amount(limit)),
            };
            if holds == Some(false) { format!("✗ {limit}") } else { limit }
        }
    }
}

/// A value as somebody types it, with no more than four digits.
pub(super) fn short(value: Span) -> String {
    let mut grain = 1_000_000;
    while value.0 / grain >= 10_000 {
        grain *= 10;
    }
    Span(value.0 / grain * grain).to_string()
}
