//! The value of one option that would restore the room that is wanted.

use super::room::amount;
use super::study::Study;
use super::{Measured, Room, Row};
use fencepost_model::{Hazard, Limit, SettingKind, SettingValue, Settings, Span};

/// One option with another value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remedy {
    /// The option, as the file calls it.
    pub option: String,
    /// What it is now.
    pub now: Span,
    /// What would do, by the formula.
    pub then: Span,
    /// How much the lock would stand by the formula, in the unit of the axis.
    pub stands: u64,
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
        Room::NotAsked | Room::NotTried | Room::Unlimited => true,
    };
    if enough {
        return Ok(None);
    }
    let knobs = knobs(study);
    let Some((knob, then)) =
        knobs.iter().find_map(|knob| Some((knob, knob.turned(study, row.hazard, need)?)))
    else {
        return Ok(None);
    };
    let Some(settings) = (knob.set)(then) else { return Ok(None) };
    let tried = study.margin(&settings, axis, (need, need, 1), row.resolution)?;
    let confirmed = tried.placements > 0 && tried.grid.iter().all(|(_, broken)| broken.is_empty());
    let stands = limit(study, &settings, row.hazard).unwrap_or(need);
    Ok(Some(Remedy { option: knob.name.clone(), now: knob.now, then, stands, confirmed }))
}

/// An option that is a time.
struct Knob<'a> {
    name: String,
    now: Span,
    most: Span,
    /// Every setting of the lock with this value; none where it does not go with the others.
    set: Box<dyn Fn(Span) -> Option<Settings> + 'a>,
}

/// The options of the file: those of the library, where it names one, or else the settings of the lock.
fn knobs<'a>(study: &'a Study<'_>) -> Vec<Knob<'a>> {
    let variant = &study.advice.variant;
    let of_lock = variant.descriptor.settings.iter().filter_map(|spec| {
        let SettingKind::Span { max, .. } = spec.kind else { return None };
        let set = move |value| {
            let mut settings = variant.settings.clone();
            settings.set(spec.name, SettingValue::Span(value));
            Some(settings)
        };
        Some(Knob {
            name: spec.name.to_owned(),
            now: variant.settings.span(spec.name),
            most: max,
            set: Box::new(set),
        })
    });
    let Some(chosen) = &study.advice.variant.preset else { return of_lock.collect() };
    let of_library = chosen.preset.options.iter().filter_map(|option| {
        let SettingKind::Span { max, .. } = option.spec.kind else { return None };
        let set = move |value| {
            let mut options = chosen.options.clone();
            options.set(option.spec.name, SettingValue::Span(value));
            let mapped = (chosen.preset.maps)(&options).ok()?;
            let mut settings = variant.settings.clone();
            mapped.settings.into_iter().for_each(|(name, value)| settings.set(name, value));
            Some(settings)
        };
        let now = chosen.options.span(option.spec.name);
        Some(Knob { name: option.spec.name.to_owned(), now, most: max, set: Box::new(set) })
    });
    of_library.collect()
}

impl Knob<'_> {
    /// The value nearest to the present one with which the formula comes to what is needed, larger ones first.
    fn turned(&self, study: &Study<'_>, hazard: Hazard, need: u64) -> Option<Span> {
        let does = |value: Span| {
            (self.set)(value)
                .is_some_and(|settings| limit(study, &settings, hazard).is_some_and(|limit| limit >= need))
        };
        if self.now == Span::ZERO {
            return None;
        }
        let mut high = self.now;
        while !does(high) {
            if high >= self.most {
                return None;
            }
            high = high.saturating_mul(2).min(self.most);
        }
        let mut low = self.now;
        let grain = grain(high);
        while high.0 - low.0 > grain {
            let middle = Span(low.0 + (high.0 - low.0) / 2);
            if does(middle) { high = middle } else { low = middle }
        }
        let round = Span(high.0.div_ceil(grain) * grain);
        Some(if does(round) { round } else { high })
    }
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
