//! `[floor]`: what a change of settings may not undercut.

use crate::keys::{Measure, Takes};
use crate::section::{Section, Value, in_file_order};
use crate::{Mistakes, law, read, words};
use fencepost_model::{Hazard, Quantity};
use std::ops::Range;

/// What is written where no amount may do harm.
const HOLD: &str = "hold";

/// What may not be undercut of one hazard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Floor {
    /// Of which hazard.
    pub hazard: Hazard,
    /// How much the lock has to stand of it at least.
    pub least: Least,
    /// The value in the text, in bytes.
    pub place: Range<usize>,
}

/// How much of a hazard a lock has to stand at least.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Least {
    /// This much does no harm. Of the death of a holder it is the other way round: somebody else has the lock
    /// after this time at most.
    UpTo(Quantity),
    /// No amount of it does harm. Of the death of a holder: the lock comes free, however late.
    Hold,
}

/// `[floor]`.
pub(super) fn floor(section: &Section<'_>, mistakes: &mut Mistakes) -> Vec<Floor> {
    let known = in_file_order(section.table).into_iter();
    let known = known.filter_map(|(key, value)| Some((Hazard::of(key.get_ref())?, value)));
    let one = |(hazard, value): (Hazard, &Value<'_>)| {
        let least = least(section, hazard.word(), value, mistakes)?;
        Some(Floor { hazard, least, place: value.span() })
    };
    known.filter_map(one).collect()
}

fn least(section: &Section<'_>, key: &str, value: &Value<'_>, mistakes: &mut Mistakes) -> Option<Least> {
    let takes = section.takes(key);
    let Takes::Least(measure) = takes else { unreachable!("`{key}` of a floor takes {takes}") };
    let text = value.get_ref().as_str();
    if text == Some(HOLD) {
        return Some(Least::Hold);
    }
    let is_word = text.is_some_and(|text| !text.contains(|letter: char| letter.is_ascii_digit()));
    let amount = match measure {
        Measure::Time if !is_word => Quantity::Span(law::span(key, value, takes.times(), mistakes)?),
        Measure::Ppm if !is_word => {
            Quantity::Ppm(read::ppm(key, value, takes.ppms(), mistakes)?.unsigned_abs())
        }
        _ => return no_floor(key, takes, measure, value, mistakes),
    };
    Some(Least::UpTo(amount))
}

/// A value that is no amount of the hazard.
fn no_floor(
    key: &str,
    takes: Takes,
    measure: Measure,
    value: &Value<'_>,
    mistakes: &mut Mistakes,
) -> Option<Least> {
    let text = value.get_ref().as_str();
    let shown = text.map_or("this".to_owned(), words::quote);
    let label = match text.and_then(|text| words::nearest(text, &[HOLD])) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("not {takes}"),
    };
    let help = match measure {
        Measure::Whole => format!("write \"{HOLD}\": there is no more or less of it"),
        _ => format!("write {takes}, such as {} or \"{HOLD}\"", takes.written()),
    };
    mistakes.add("bad-floor", value.span(), format!("{shown} is no floor of `{key}`"), label, help);
    None
}
