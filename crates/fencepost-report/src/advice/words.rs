//! Short words for what a lock stands and what is left.

use super::{Advised, Agreement, Axis, Hazard, Measured, Room, Row, Span};
use crate::words::{counted, roughly};

/// A value along an axis.
pub(super) fn value(axis: Option<Axis>, value: u64) -> String {
    match axis {
        Some(axis) if !axis.is_time() => axis.told(value),
        _ => time(value),
    }
}

/// A long time in whole days where it is that.
pub(super) fn long(span: Span) -> String {
    const DAY: u64 = 24 * 3600 * 1_000_000_000;
    match span.0 {
        0 => span.to_string(),
        nanos if nanos % DAY == 0 => counted(nanos / DAY, "day"),
        nanos if span > Span::from_secs(300) => roughly(Span(nanos)),
        nanos => time(nanos),
    }
}

/// An amount of a hazard.
pub(crate) fn of_hazard(hazard: Hazard, amount: u64) -> String {
    match hazard {
        Hazard::Drift => value(Some(Axis::DriftPpm), amount),
        Hazard::LostReply => value(Some(Axis::LossCount), amount),
        _ => time(amount),
    }
}

/// Seconds for what is longer than one, and milliseconds for the rest.
fn time(nanos: u64) -> String {
    if nanos >= 1_000_000_000 {
        trimmed(&Span(nanos).in_seconds())
    } else {
        Span(nanos / 1_000_000 * 1_000_000).to_string()
    }
}

/// `20s` for `20.000s`.
fn trimmed(seconds: &str) -> String {
    let digits = seconds.trim_end_matches('s');
    let digits =
        if digits.contains('.') { digits.trim_end_matches('0').trim_end_matches('.') } else { digits };
    format!("{digits}s")
}

/// What the lock stands of the hazard, by the search.
pub fn stands(row: &Row) -> String {
    match row.measured {
        Measured::NotTried => "not offered".to_owned(),
        // No search comes to an end without a formula that says how far there is anything to find.
        Measured::Everything { tried } if row.agreement == Agreement::NoFormula => {
            format!("{} or more", value(row.axis, tried))
        }
        Measured::Everything { .. } => "any amount".to_owned(),
        Measured::Nothing => "nothing".to_owned(),
        Measured::UpTo { .. } if row.room == Room::None => "nothing".to_owned(),
        Measured::UpTo { safe, .. } => value(row.axis, safe),
        Measured::Within(longest) => format!("free again in {}", time(longest)),
        Measured::Never => "never free again".to_owned(),
    }
}

/// What is left of it.
pub fn room(row: &Row) -> String {
    match row.room {
        Room::NotAsked => "-".to_owned(),
        Room::NotTried => "not offered".to_owned(),
        Room::Unlimited => "enough".to_owned(),
        Room::NotPromised => "not promised".to_owned(),
        Room::Left(left) => format!("{} left", value(row.axis, left)),
        Room::Short(by) => format!("{} SHORT", value(row.axis, by)),
        Room::None => "NONE".to_owned(),
    }
}

/// What to tell somebody who has one minute.
pub fn in_a_sentence(advised: &Advised) -> String {
    let Some(worst) = advised.worst() else {
        return "Nothing that was given breaks this lock; what was not given was not held against it."
            .to_owned();
    };
    let amount = worst.yours.map_or_else(String::new, |yours| format!(" of {}", value(worst.axis, yours)));
    match (worst.hazard, worst.room) {
        (Hazard::Death, _) if worst.measured != Measured::Never => {
            "What a holder has done outside when it dies is done again by the next one: nothing says that it was done."
                .to_owned()
        }
        (Hazard::Death, _) => {
            "When a holder dies, nobody gets this lock any more, until somebody removes it by hand."
                .to_owned()
        }
        (hazard, Room::Short(by)) => format!(
            "A {}{amount} breaks this lock: it stands {}, which is {} too little.",
            noun(hazard),
            stands(worst),
            value(worst.axis, by)
        ),
        (hazard, _) => format!("Any {} may break this lock: there is no room at all.", noun(hazard)),
    }
}

/// The hazard as somebody says it who has never read of locks.
fn noun(hazard: Hazard) -> &'static str {
    match hazard {
        Hazard::Pause => "pause",
        Hazard::Unreachable => "cut from the store",
        Hazard::Failover => "failover or restart of the store",
        Hazard::ClockStep => "clock step",
        Hazard::Drift => "clock drift",
        Hazard::LostReply => "lost reply",
        Hazard::Death => "death of a holder",
    }
}
