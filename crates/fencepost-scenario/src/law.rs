//! Times of the file: fixed, drawn from a law, and signed.

use crate::keys;
use crate::quantiles::{has_quantiles, points};
use crate::section::{Section, Value, wrong_type};
use crate::{Mistakes, words};
use fencepost_model::{Law, Span};
use std::ops::{Range, RangeInclusive};
use toml::de::DeValue;

const ADVICE: &str = "write a number with a unit, such as \"150ms\", \"2s\" or \"1m 30s\"";

/// A law whose values may be negative: `low` and a law of what comes on top of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SignedLaw {
    low: i64,
    above: Law,
}

impl SignedLaw {
    /// The value at rank `rank / 2^64`, in nanoseconds.
    pub(crate) fn at(&self, rank: u64) -> i64 {
        self.low.saturating_add(i64::try_from(self.above.at(rank).0).unwrap_or(i64::MAX))
    }
}

/// A time within bounds, which may be negative where the bounds are.
pub(crate) fn time(
    name: &str,
    value: &Value<'_>,
    bounds: &RangeInclusive<i64>,
    mistakes: &mut Mistakes,
) -> Option<i64> {
    let DeValue::String(text) = value.get_ref() else {
        return wrong_type(name, "a time", &ADVICE["write ".len()..], value, mistakes);
    };
    let (sign, digits) = match text.trim().strip_prefix(['-', '+']) {
        Some(digits) if text.trim().starts_with('-') => (-1, digits),
        Some(digits) => (1, digits),
        None => (1, text.trim()),
    };
    match digits.parse::<Span>() {
        // A span has at most ten years, so the cast and the sign are safe.
        Ok(span) => bounded(name, sign * span.0 as i64, bounds, value.span(), mistakes),
        Err(error) => {
            let label = words::clip_to(error.split(';').next().unwrap_or_default(), 100);
            mistakes.add("bad-time", value.span(), format!("`{name}` is not a time"), label, ADVICE);
            None
        }
    }
}

fn bounded(
    name: &str,
    nanos: i64,
    bounds: &RangeInclusive<i64>,
    span: Range<usize>,
    mistakes: &mut Mistakes,
) -> Option<i64> {
    if bounds.contains(&nanos) {
        return Some(nanos);
    }
    let why = match nanos {
        ..0 if *bounds.start() >= 0 => "negative",
        _ if nanos < *bounds.start() => "too short",
        _ => "too long",
    };
    let words = format!("a time from \"{}\" to \"{}\"", signed(*bounds.start()), signed(*bounds.end()));
    mistakes.add_out_of_range(span, name, why, &words);
    None
}

/// A signed time as text.
pub(crate) fn signed(nanos: i64) -> String {
    let sign = if nanos < 0 { "-" } else { "" };
    format!("{sign}{}", Span(nanos.unsigned_abs()))
}

/// What a file says of a law.
enum Shape {
    /// Its ends, and its mean where it has one.
    Ends { min: i64, mean: Option<i64>, max: i64 },
    /// Its quantiles, by rank in parts per million.
    Points(Vec<(u32, i64)>),
}

fn shape(
    name: &str,
    value: &Value<'_>,
    bounds: &RangeInclusive<i64>,
    mistakes: &mut Mistakes,
) -> Option<Shape> {
    if !matches!(value.get_ref(), DeValue::Table(_)) {
        let nanos = time(name, value, bounds, mistakes)?;
        return Some(Shape::Ends { min: nanos, mean: None, max: nanos });
    }
    let section = Section::of(&keys::LAW, value, mistakes)?;
    if has_quantiles(&section) {
        return by_quantiles(name, &section, bounds, mistakes);
    }
    let mut end = |key| time(key, section.require(key, mistakes)?, bounds, mistakes);
    let (min, max) = (end("min"), end("max"));
    let mean = section.get("mean").map(|value| (time("mean", value, bounds, mistakes), value.span()));
    let (min, max) = (min?, max?);
    if min > max {
        let message = format!("`{name}` has a `min` above its `max`");
        mistakes.add("min-above-max", value.span(), message, "empty", "exchange the two");
        return None;
    }
    let Some((mean, span)) = mean else { return Some(Shape::Ends { min, mean: None, max }) };
    let mean = mean?;
    if !(min..=max).contains(&mean) {
        let message = format!("the mean of `{name}` is outside its law");
        let help = format!("write a time from \"{}\" to \"{}\"", signed(min), signed(max));
        mistakes.add("mean-outside", span, message, "outside", help);
        return None;
    }
    Some(Shape::Ends { min, mean: Some(mean), max })
}

fn by_quantiles(
    name: &str,
    section: &Section<'_>,
    bounds: &RangeInclusive<i64>,
    mistakes: &mut Mistakes,
) -> Option<Shape> {
    let mean = section.get("mean");
    if mean.is_some() {
        let message = format!("`{name}` has a `mean` beside quantiles");
        let help = "keep one of them: the mean follows from the quantiles";
        mistakes.add("exclusive-keys", section.key_span("mean"), message, "beside quantiles", help);
    }
    let points = points(name, section, bounds, mistakes)?;
    mean.is_none().then(|| Shape::Points(points.into_iter().map(|(_, rank, value)| (rank, value)).collect()))
}

impl Shape {
    fn min(&self) -> i64 {
        match self {
            Shape::Ends { min, .. } => *min,
            Shape::Points(points) => points.first().map_or(0, |(_, value)| *value),
        }
    }

    /// The law of what comes above the smallest value, moved up by `start`.
    fn law(&self, start: u64) -> Law {
        let above = |nanos: i64| Span(start + nanos.abs_diff(self.min()));
        match self {
            Shape::Ends { min, mean: Some(mean), max } => Law::around(above(*min), above(*mean), above(*max)),
            Shape::Ends { min, mean: None, max } if min == max => Law::constant(above(*min)),
            Shape::Ends { min, mean: None, max } => Law::uniform(above(*min), above(*max)),
            Shape::Points(points) => {
                let points: Vec<(u32, Span)> =
                    points.iter().map(|(rank, value)| (*rank, above(*value))).collect();
                Law::through(&points)
                    .unwrap_or_else(|error| unreachable!("points that were checked: {error}"))
            }
        }
    }
}

/// A law of times that are not negative.
pub(crate) fn law(
    name: &str,
    value: &Value<'_>,
    bounds: RangeInclusive<i64>,
    mistakes: &mut Mistakes,
) -> Option<Law> {
    let shape = shape(name, value, &bounds, mistakes)?;
    Some(shape.law(shape.min().unsigned_abs()))
}

/// A fixed time that is not negative.
pub(crate) fn span(
    name: &str,
    value: &Value<'_>,
    bounds: RangeInclusive<i64>,
    mistakes: &mut Mistakes,
) -> Option<Span> {
    Some(Span(time(name, value, &bounds, mistakes)?.unsigned_abs()))
}

impl Section<'_> {
    /// The law under a key.
    pub(crate) fn law(&self, key: &str, mistakes: &mut Mistakes) -> Option<Law> {
        law(key, self.get(key)?, self.takes(key).times(), mistakes)
    }

    /// The law under a key that has to be there.
    pub(crate) fn need_law(&self, key: &str, mistakes: &mut Mistakes) -> Option<Law> {
        law(key, self.require(key, mistakes)?, self.takes(key).times(), mistakes)
    }

    /// The signed law under a key that has to be there.
    pub(crate) fn need_signed(&self, key: &str, mistakes: &mut Mistakes) -> Option<SignedLaw> {
        let shape = shape(key, self.require(key, mistakes)?, &self.takes(key).times(), mistakes)?;
        Some(SignedLaw { low: shape.min(), above: shape.law(0) })
    }

    /// The fixed time under a key.
    pub(crate) fn span(&self, key: &str, mistakes: &mut Mistakes) -> Option<Span> {
        span(key, self.get(key)?, self.takes(key).times(), mistakes)
    }
}
