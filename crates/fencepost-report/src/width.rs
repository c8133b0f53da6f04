//! How much room there is.

/// The width that is taken where nobody says otherwise.
pub const DEFAULT: usize = 100;
/// Less than this is no room for lanes.
const NARROWEST: usize = 60;
/// Longer lines are hard to follow.
const WIDEST: usize = 240;

/// The width for what `COLUMNS` holds. A terminal's real width is not asked for: it would make the same
/// run print other bytes.
pub fn of_columns(columns: Option<&str>) -> usize {
    let wanted =
        columns.and_then(|columns| columns.trim().parse::<usize>().ok()).filter(|columns| *columns > 0);
    wanted.map_or(DEFAULT, |columns| columns.clamp(NARROWEST, WIDEST))
}
