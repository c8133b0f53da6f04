//! The gate: whether a change of settings takes room that was to be kept.

use super::{Advised, Measured, Room, Row, amount};
use fencepost_model::{Hazard, SettingValue, Settings};
use fencepost_scenario::{Advice, Least};
use std::collections::BTreeMap;

/// Something that a change took.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Undercut {
    /// Of which hazard.
    pub hazard: Hazard,
    /// What is wrong.
    pub why: Shortfall,
    /// What the lock stood with the old settings, where they are known.
    pub before: Option<Measured>,
    /// What it stands now.
    pub now: Measured,
    /// The 1-based line of the file that did it: of an option that was changed, or else of the floor.
    pub line: usize,
}

/// What is wrong with what a lock stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shortfall {
    /// It is less than the floor.
    BelowFloor(Least),
    /// It was enough for what there is of the hazard, or promised, and is not any more.
    NotEnoughAnyMore,
}

/// An option with its old and its new value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The option, as the file calls it.
    pub option: String,
    /// What it was; none where there was no such option.
    pub before: Option<SettingValue>,
    /// What it is; none where there is none any more.
    pub now: Option<SettingValue>,
}

/// Everything in which the new advice falls below its floor, or below what the old one had.
pub fn undercuts(advice: &Advice, advised: &Advised, old: Option<(&Advice, &Advised)>) -> Vec<Undercut> {
    let line = line(advice, old.map(|(advice, _)| advice));
    let before = |hazard| Some(row(old?.1, hazard)?.measured);
    let mut all = Vec::new();
    for floor in &advice.floor {
        let Some(row) = row(advised, floor.hazard) else { continue };
        if !keeps(row, floor.least) {
            let of_floor = advice.places.of(&format!("floor.{}", floor.hazard)).map(|place| place.line);
            all.push(Undercut {
                hazard: floor.hazard,
                why: Shortfall::BelowFloor(floor.least),
                before: before(floor.hazard),
                now: row.measured,
                line: line.or(of_floor).unwrap_or(1),
            });
        }
    }
    for now in &advised.rows {
        let before_it = old.and_then(|(_, old)| row(old, now.hazard));
        let is_weaker = before_it.is_some_and(|before| rank(now.room) < rank(before.room));
        if is_weaker && all.iter().all(|undercut| undercut.hazard != now.hazard) {
            all.push(Undercut {
                hazard: now.hazard,
                why: Shortfall::NotEnoughAnyMore,
                before: before(now.hazard),
                now: now.measured,
                line: line.unwrap_or(1),
            });
        }
    }
    all
}

fn row(advised: &Advised, hazard: Hazard) -> Option<&Row> {
    advised.rows.iter().find(|row| row.hazard == hazard)
}

/// Too little, not promised, enough: less is weaker.
const fn rank(room: Room) -> u8 {
    match room {
        Room::Short(_) | Room::None => 0,
        Room::NotPromised => 1,
        Room::NotAsked | Room::NotTried | Room::Unlimited | Room::Left(_) => 2,
    }
}

/// Whether what was measured is enough for the floor. What was not tried keeps none; what nobody promises does not
/// hold, although no single fault shows it; and a death that does harm keeps none, however soon the lock is free.
fn keeps(row: &Row, least: Least) -> bool {
    if matches!(row.room, Room::NotPromised | Room::None) {
        return false;
    }
    match (row.measured, least) {
        (Measured::Everything { .. }, Least::Hold) | (Measured::Within(_), Least::Hold) => true,
        (Measured::Everything { tried }, Least::UpTo(least)) => tried >= amount(least),
        (Measured::UpTo { safe, .. }, Least::UpTo(least)) => safe >= amount(least),
        (Measured::Within(longest), Least::UpTo(least)) => longest <= amount(least),
        _ => false,
    }
}

/// What differs of what can be set in the file.
pub fn changes(advice: &Advice, old: &Advice) -> Vec<Change> {
    let (now, before) = (chosen(advice), chosen(old));
    let changed = now.iter().filter(|(name, value)| before.get(*name) != Some(*value));
    let mut all: Vec<Change> = changed
        .map(|(name, value)| Change {
            option: name.clone(),
            before: before.get(name).cloned(),
            now: Some(value.clone()),
        })
        .collect();
    let lost = before.iter().filter(|(name, _)| !now.contains_key(*name));
    all.extend(lost.map(|(name, value)| Change {
        option: name.clone(),
        before: Some(value.clone()),
        now: None,
    }));
    all
}

/// What can be set in the file: the options of the library, where it names one, and the settings of the lock that the
/// file says itself; the gates, when an owner commits, and whether the deadline is looked at.
fn chosen(advice: &Advice) -> BTreeMap<String, SettingValue> {
    let variant = &advice.variant;
    let mut all = BTreeMap::new();
    let mut take = |settings: &Settings, is_chosen: &dyn Fn(&str) -> bool| {
        let those = settings.iter().filter(|(name, _)| is_chosen(name));
        all.extend(those.map(|(name, value)| (name.to_owned(), value.clone())));
    };
    match &variant.preset {
        Some(preset) => {
            take(&variant.settings, &|name| advice.places.of(&format!("settings.{name}")).is_some());
            take(&preset.options, &|_| true);
        }
        None => take(&variant.settings, &|_| true),
    }
    all.insert("gate".to_owned(), SettingValue::Word(variant.gate.word().to_owned()));
    all.insert("commit".to_owned(), SettingValue::Word(variant.commit.word().to_owned()));
    all.extend(
        variant.provider.map(|gate| ("provider".to_owned(), SettingValue::Word(gate.word().to_owned()))),
    );
    all.insert("obeys-deadline".to_owned(), SettingValue::Flag(advice.obeys_deadline));
    all
}

/// The line of the first change that the file says; of the lock, where all of them stand at their defaults now.
fn line(advice: &Advice, old: Option<&Advice>) -> Option<usize> {
    let changes = changes(advice, old?);
    let of = |path: &str| advice.places.of(path).map(|place| place.line);
    let said = changes.iter().find_map(|change| {
        let option = &change.option;
        of(&format!("lock.{option}")).or_else(|| of(&format!("settings.{option}"))).or_else(|| of(option))
    });
    said.or_else(|| changes.first().and_then(|_| of("lock")))
}
