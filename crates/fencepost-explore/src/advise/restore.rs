//! The value of one option that would restore the room that is wanted.

use super::knob::{Knob, knobs};
use super::room::amount;
use super::study::Study;
use super::{Measured, Room, Row};
use fencepost_model::{Hazard, Limit, Settings, Span};

/// One option with another value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remedy {
    /// The option, as the file calls it.
    pub option: String,
    /// What it is now.
    pub now: Span,
    /// What would do, by the formula.
    pub then: Span,
    /// How much the lock would stand by the formula, in the unit of the axis; none: any amount.
    pub stands: Option<u64>,
    /// Whether the search found no harm up to what is needed, with that value.
    pub confirmed: bool,
}

/// The room that is wanted where the file says nothing: as much again as there is of the hazard.
fn wanted(study: &Study<'_>, row: &Row) -> Option<u64> {
    let yours = row.yours?;
    let more = match row.hazard {
        Hazard::Drift => yours,
        _ => study.advice.room.map_or(yours, |room| room.0),
    };
    Some(yours.saturating_add(more))
}

/// What would restore the room of this hazard: the first option of which a larger, or else a smaller value does. None
/// where there is room enough, or no single option helps.
pub(super) fn remedy(study: &Study<'_>, row: &Row) -> Result<Option<Remedy>, String> {
    let (Some(axis), Some(need)) = (row.axis, wanted(study, row)) else { return Ok(None) };
    let enough = match row.room {
        Room::Left(_) => matches!(row.measured, Measured::UpTo { safe, .. } if safe >= need),
        Room::Short(_) | Room::None => false,
        Room::NotAsked | Room::NotTried | Room::Unlimited | Room::NotPromised => true,
    };
    if enough {
        return Ok(None);
    }
    let knobs = knobs(study.advice);
    let Some((knob, then)) =
        knobs.iter().find_map(|knob| Some((knob, turned(knob, study, row.hazard, need)?)))
    else {
        return Ok(None);
    };
    let Some(settings) = (knob.set)(then) else { return Ok(None) };
    let tried = study.margin(&settings, axis, (need, need, 1), row.resolution)?;
    let confirmed = tried.placements > 0 && tried.grid.iter().all(|(_, broken)| broken.is_empty());
    let stands = limit(study, &settings, row.hazard).filter(|limit| *limit < u64::MAX);
    Ok(Some(Remedy { option: knob.name.clone(), now: knob.now, then, stands, confirmed }))
}

/// The value nearest to the present one with which the formula comes to what is needed, larger ones first.
fn turned(knob: &Knob<'_>, study: &Study<'_>, hazard: Hazard, need: u64) -> Option<Span> {
    let does = |value: Span| {
        (knob.set)(value)
            .is_some_and(|settings| limit(study, &settings, hazard).is_some_and(|limit| limit >= need))
    };
    if knob.now == Span::ZERO {
        return None;
    }
    let mut high = knob.now;
    while !does(high) {
        if high >= knob.most {
            return None;
        }
        high = high.saturating_mul(2).min(knob.most);
    }
    let mut low = knob.now;
    let grain = grain(high);
    while high.0 - low.0 > grain {
        let middle = Span(low.0 + (high.0 - low.0) / 2);
        if does(middle) { high = middle } else { low = middle }
    }
    let round = Span(high.0.div_ceil(grain) * grain);
    Some(if does(round) { round } else { high })
}

/// Nobody types more than two or three digits.
fn grain(value: Span) -> u64 {
    let mut grain = 1_000_000;
    while value.0 / grain >= 1_000 {
        grain *= 10;
    }
    grain
}

/// What the formula says of a hazard; none where it names no number.
fn limit(study: &Study<'_>, settings: &Settings, hazard: Hazard) -> Option<u64> {
    let stand = study.stands(settings).into_iter().find(|stand| stand.hazard == hazard)?;
    match stand.limit {
        Limit::UpTo(limit) => Some(amount(limit)),
        Limit::Everything => Some(u64::MAX),
        Limit::Nothing => None,
    }
}
