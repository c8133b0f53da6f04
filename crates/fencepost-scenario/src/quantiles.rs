//! Quantiles of a file: points of a law, at the ranks that somebody measured.

use crate::Mistakes;
use crate::keys::QUANTILES;
use crate::law::{signed, time};
use crate::section::{Section, wrong_type};
use std::ops::{Range, RangeInclusive};
use toml::de::DeValue;

/// A point of a law: its key, its rank in parts per million, and its value in nanoseconds.
pub(crate) type Point = (&'static str, u32, i64);

/// The rank of the largest value, in parts per million.
pub(crate) const WHOLE: u32 = 1_000_000;

/// Whether a table has a quantile among its keys.
pub(crate) fn has_quantiles(section: &Section<'_>) -> bool {
    QUANTILES.iter().any(|(key, _)| section.get(key.name).is_some())
}

/// The points of a table with `min`, `max` and quantiles, of what is called `name`: rising, from rank 0 to the whole.
///
/// Where `min` is left out, the smallest value is 0, or the smallest that may stand there: nobody who says what half
/// of all stay below has said what none does.
pub(crate) fn points(
    name: &str,
    section: &Section<'_>,
    bounds: &RangeInclusive<i64>,
    mistakes: &mut Mistakes,
) -> Option<Vec<Point>> {
    let before = mistakes.len();
    let mut found: Vec<(Point, Range<usize>)> = Vec::new();
    let ends = [("min", 0), ("max", WHOLE)];
    let inner = QUANTILES.iter().map(|(key, rank)| (key.name, *rank));
    for (key, rank) in ends.into_iter().chain(inner) {
        let Some(value) = section.get(key) else { continue };
        let nanos = match value.get_ref() {
            DeValue::Table(_) if rank != WHOLE => {
                let cure = "a time; a point parts a key of TOML in two, so 99.9 % is `p999`";
                wrong_type::<i64>(key, "a time", cure, value, mistakes)
            }
            _ => time(key, value, bounds, mistakes),
        };
        found.extend(nanos.map(|nanos| ((key, rank, nanos), value.span())));
    }
    section.require("max", mistakes)?;
    if mistakes.len() > before {
        return None;
    }
    found.sort_by_key(|((_, rank, _), _)| *rank);
    let mut points: Vec<Point> = Vec::new();
    if section.get("min").is_none() {
        points.push(("min", 0, (*bounds.start()).max(0)));
    }
    for (point, place) in found {
        if let Some(before) = points.last().filter(|before| before.2 > point.2) {
            falls(name, before, &point, place, section, mistakes);
            return None;
        }
        points.push(point);
    }
    Some(points)
}

/// A quantile below one of a smaller rank.
fn falls(
    name: &str,
    before: &Point,
    point: &Point,
    place: Range<usize>,
    section: &Section<'_>,
    mistakes: &mut Mistakes,
) {
    let least = signed(before.2);
    let (message, help) = if before.0 == "min" && section.get("min").is_none() {
        let message =
            format!("`{}` of `{name}` is below \"{least}\", where a law without `min` begins", point.0);
        (message, "add `min`: the smallest value".to_owned())
    } else {
        let message = format!("`{}` of `{name}` is below its `{}`", point.0, before.0);
        (
            message,
            format!("quantiles rise with their rank: write \"{least}\" or more, or lower `{}`", before.0),
        )
    };
    mistakes.add("falling-quantiles", place, message, format!("less than \"{least}\""), help);
}
