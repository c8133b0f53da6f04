//! Values of the file: text, numbers, flags and lists. Times are in `law`.

use crate::Mistakes;
use crate::section::{Section, Value, wrong_type};
use crate::words;
use std::ops::{Range, RangeInclusive};
use toml::de::DeValue;

/// A word of the file, with its place.
#[derive(Clone, Debug)]
pub(crate) struct Word<'a> {
    pub(crate) text: &'a str,
    pub(crate) span: Range<usize>,
}

/// Text.
pub(crate) fn word<'a>(name: &str, value: &'a Value<'a>, mistakes: &mut Mistakes) -> Option<Word<'a>> {
    match value.get_ref() {
        DeValue::String(text) => Some(Word { text, span: value.span() }),
        _ => wrong_type(name, "text", "text in quotes", value, mistakes),
    }
}

/// `true` or `false`.
pub(crate) fn flag(name: &str, value: &Value<'_>, mistakes: &mut Mistakes) -> Option<bool> {
    match value.get_ref() {
        DeValue::Boolean(flag) => Some(*flag),
        _ => wrong_type(name, "`true` or `false`", "`true` or `false`", value, mistakes),
    }
}

/// A whole number within bounds.
pub(crate) fn count(
    name: &str,
    value: &Value<'_>,
    bounds: RangeInclusive<u64>,
    mistakes: &mut Mistakes,
) -> Option<u64> {
    let words = format!("a whole number from {} to {}", bounds.start(), bounds.end());
    let DeValue::Integer(_) = value.get_ref() else {
        return wrong_type(name, "a whole number", &words, value, mistakes);
    };
    let number = integer(value).and_then(|number| u64::try_from(number).ok());
    within(name, number, &bounds, &words, value, mistakes)
}

/// Parts per million: a number, or text such as `200ppm`.
pub(crate) fn ppm(
    name: &str,
    value: &Value<'_>,
    bounds: RangeInclusive<i64>,
    mistakes: &mut Mistakes,
) -> Option<i64> {
    let words = format!("\"{}ppm\" to \"{}ppm\"", bounds.start(), bounds.end());
    let number = match value.get_ref() {
        DeValue::Integer(_) => integer(value).and_then(|number| i64::try_from(number).ok()),
        DeValue::String(text) => match text.strip_suffix("ppm").map(str::trim_end).map(str::parse) {
            Some(Ok(number)) => Some(number),
            _ => {
                let message = format!("`{name}` is not in parts per million");
                let help = "write a number with its unit, such as \"200ppm\"";
                mistakes.add("bad-ppm", value.span(), message, "not a whole number of ppm", help);
                return None;
            }
        },
        _ => return wrong_type(name, "parts per million", &words, value, mistakes),
    };
    within(name, number, &bounds, &words, value, mistakes)
}

/// How many of a million: text such as `5%` or `50000ppm`.
pub(crate) fn rate(name: &str, value: &Value<'_>, mistakes: &mut Mistakes) -> Option<u32> {
    let words = "\"0%\" to \"100%\", or \"0ppm\" to \"1000000ppm\"";
    let DeValue::String(text) = value.get_ref() else {
        return wrong_type(name, "a rate", words, value, mistakes);
    };
    let Some(rate) = millionths(text.trim()) else {
        let help = "write a number with its unit, such as \"5%\", \"0.5%\" or \"50000ppm\"";
        mistakes.add("bad-rate", value.span(), format!("`{name}` is not a rate"), "not a share of all", help);
        return None;
    };
    let rate = within(name, Some(rate), &(0..=1_000_000), words, value, mistakes)?;
    u32::try_from(rate).ok()
}

/// `5%`, with up to four digits behind the point, or `50000ppm`, in millionths.
pub(crate) fn millionths(text: &str) -> Option<i64> {
    if let Some(ppm) = text.strip_suffix("ppm") {
        return ppm.trim_end().parse().ok();
    }
    let percent = text.strip_suffix('%')?.trim_end();
    let (whole, part) = percent.split_once('.').unwrap_or((percent, "0"));
    let digits = !part.is_empty() && part.len() <= 4 && part.bytes().all(|byte| byte.is_ascii_digit());
    let part: i64 = digits.then(|| format!("{part:0<4}").parse().ok())??;
    let whole: i64 = whole.parse().ok()?;
    let sign = if percent.starts_with('-') { -1 } else { 1 };
    whole.checked_mul(10_000)?.checked_add(sign * part)
}

/// A list of words. A word that stands twice is a mistake.
pub(crate) fn words<'a>(name: &str, value: &'a Value<'a>, mistakes: &mut Mistakes) -> Option<Vec<Word<'a>>> {
    let DeValue::Array(items) = value.get_ref() else {
        return wrong_type(name, "a list of words", "a list such as `[\"one\", \"two\"]`", value, mistakes);
    };
    let mut seen = std::collections::BTreeSet::new();
    let mut words = Vec::new();
    for item in items.iter() {
        let Some(word) = word(name, item, mistakes) else { continue };
        if seen.insert(word.text) {
            words.push(word);
        } else {
            let message = format!("{} stands twice in `{name}`", words::quote(word.text));
            mistakes.add("twice", word.span, message, "the second time", "take one of them away");
        }
    }
    Some(words)
}

/// The number of an integer value, where 128 bits are enough for it.
fn integer(value: &Value<'_>) -> Option<i128> {
    match value.get_ref() {
        DeValue::Integer(number) => i128::from_str_radix(number.as_str(), number.radix()).ok(),
        _ => None,
    }
}

fn within<N: PartialOrd + Copy>(
    name: &str,
    number: Option<N>,
    bounds: &RangeInclusive<N>,
    words: &str,
    value: &Value<'_>,
    mistakes: &mut Mistakes,
) -> Option<N> {
    let fitting = number.filter(|number| bounds.contains(number));
    if fitting.is_none() {
        let below = number.is_some_and(|number| number < *bounds.start());
        let why = if below || is_negative(value) { "too small" } else { "too large" };
        mistakes.add_out_of_range(value.span(), name, why, words);
    }
    fitting
}

fn is_negative(value: &Value<'_>) -> bool {
    matches!(value.get_ref(), DeValue::Integer(number) if number.as_str().starts_with('-'))
}

impl<'a> Section<'a> {
    /// The text under a key.
    pub(crate) fn word(&self, key: &str, mistakes: &mut Mistakes) -> Option<Word<'a>> {
        word(key, self.get(key)?, mistakes)
    }

    /// The flag under a key.
    pub(crate) fn flag(&self, key: &str, mistakes: &mut Mistakes) -> Option<bool> {
        flag(key, self.get(key)?, mistakes)
    }

    /// The number under a key.
    pub(crate) fn count(&self, key: &str, mistakes: &mut Mistakes) -> Option<u64> {
        count(key, self.get(key)?, self.takes(key).counts(), mistakes)
    }

    /// The parts per million under a key.
    pub(crate) fn ppm(&self, key: &str, mistakes: &mut Mistakes) -> Option<i64> {
        ppm(key, self.get(key)?, self.takes(key).ppms(), mistakes)
    }

    /// The rate under a key.
    pub(crate) fn rate(&self, key: &str, mistakes: &mut Mistakes) -> Option<u32> {
        rate(key, self.get(key)?, mistakes)
    }

    /// The list of words under a key.
    pub(crate) fn words(&self, key: &str, mistakes: &mut Mistakes) -> Option<Vec<Word<'a>>> {
        words(key, self.get(key)?, mistakes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_in_percent_or_parts_per_million() {
        assert_eq!(millionths("5%"), Some(50_000));
        assert_eq!(millionths("0.5 %"), Some(5_000));
        assert_eq!(millionths("0.0001%"), Some(1));
        assert_eq!(millionths("50000ppm"), Some(50_000));
        assert_eq!(millionths("-0.5%"), Some(-5_000), "told as out of range, and not as no rate");
        for text in ["5", "", "%", ".5%", "5.%", "0.00001%", "1e3%", "9999999999999999999%", "é%"] {
            assert_eq!(millionths(text), None, "{text}");
        }
    }
}
