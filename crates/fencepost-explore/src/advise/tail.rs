//! What a margin comes to in losses: the margin times the tail of the user's own figures. Arithmetic on what was
//! measured elsewhere; no rate of a simulated run has a part in it.

use super::{Measured, Row};
use crate::margin::Axis;
use fencepost_model::{Hazard, Law, Span};
use fencepost_scenario::{Advice, Sample};

/// What the user's own figures say of a hazard that is larger than the lock stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loss {
    /// Of which hazard.
    pub hazard: Hazard,
    /// From how much on it does harm.
    pub beyond: Span,
    /// How often that is.
    pub tail: Tail,
    /// How much of the time there is something to lose, in parts per million: so often the hazard finds it, if the
    /// one has nothing to do with the other.
    pub held: Option<u64>,
    /// Whether that is only so while no replica has the grant yet; while somebody holds the lock otherwise.
    pub unreplicated: bool,
    /// Losses in a year, in thousandths, at most: the two multiplied. None where the figures do not say enough.
    pub per_year: Option<u64>,
}

/// How often something was seen that is larger than a lock stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tail {
    /// Not once in this time: so fewer than three times in such a time, at 95 %.
    NotSeen {
        /// How long one looked.
        over: Span,
    },
    /// Not once, and nobody knows how long one looked.
    NotSeenAnyTime,
    /// At most so many of a million, of so many in that time, where that is known.
    Share {
        /// Of a million.
        ppm: u64,
        /// Of how many.
        count: Option<u64>,
        /// In which time.
        over: Option<Span>,
    },
    /// So often in a year.
    Yearly(u64),
}

const DAY: u128 = 24 * 3600 * 1_000_000_000;
const YEAR: u128 = 365 * DAY;
const MILLION: u128 = 1_000_000;

/// What the margins of these rows come to.
pub(super) fn losses(advice: &Advice, rows: &[Row]) -> Vec<Loss> {
    rows.iter().filter_map(|row| of_row(advice, row)).collect()
}

fn of_row(advice: &Advice, row: &Row) -> Option<Loss> {
    let beyond = match row.measured {
        Measured::UpTo { safe, .. } => Span(safe),
        Measured::Nothing => Span::ZERO,
        _ => return None,
    };
    let environment = &advice.environment;
    let sample = match row.hazard {
        Hazard::Pause => environment.pause.as_ref()?,
        Hazard::Unreachable => environment.unreachable.as_ref()?,
        Hazard::Failover => return failover(advice, row, beyond),
        _ => return None,
    };
    let tail = tail(sample, beyond);
    let held = held(advice);
    let per_year = held.and_then(|held| yearly(tail, held));
    Some(Loss { hazard: row.hazard, beyond, tail, held, unreplicated: false, per_year })
}

/// A failover loses a lock that was granted so shortly before that no replica has it; a restart loses whatever is
/// held.
fn failover(advice: &Advice, row: &Row, beyond: Span) -> Option<Loss> {
    let times = advice.environment.failover.as_ref()?.per_year?;
    let per_day = advice.environment.holds.as_ref().and_then(|holds| holds.per_day);
    let held = match row.axis {
        Some(Axis::ReplicationLag) => {
            let exposed = per_day.zip(row.yours);
            exposed.map(|(per_day, lag)| share(u128::from(per_day) * u128::from(lag)))
        }
        _ => held(advice),
    };
    let per_year = held.and_then(|held| yearly(Tail::Yearly(times), held));
    let unreplicated = row.axis == Some(Axis::ReplicationLag);
    Some(Loss { hazard: row.hazard, beyond, tail: Tail::Yearly(times), held, unreplicated, per_year })
}

/// How often the sample was above a value.
fn tail(sample: &Sample, beyond: Span) -> Tail {
    if sample.max <= beyond {
        return sample.over.map_or(Tail::NotSeenAnyTime, |over| Tail::NotSeen { over });
    }
    // The highest quantile that is still safe: what lies above it is the most that may do harm.
    let safe = sample.points.iter().rev().find(|(name, value)| *value <= beyond && *name != "max");
    let below = safe.and_then(|(name, _)| ppm_of(name)).unwrap_or(0);
    Tail::Share { ppm: MILLION as u64 - below, count: sample.count, over: sample.over }
}

/// `p999` as parts per million: its digits are those of a fraction.
fn ppm_of(name: &str) -> Option<u64> {
    let digits = name.strip_prefix('p')?;
    let fraction: u64 = digits.parse().ok()?;
    Some(fraction * 10_u64.pow(6_u32.checked_sub(digits.len() as u32)?))
}

/// How much of the time somebody holds the lock, in parts per million.
fn held(advice: &Advice) -> Option<u64> {
    let holds = advice.environment.holds.as_ref()?;
    Some(share(u128::from(holds.per_day?) * u128::from(mean(&holds.sample.law).0)))
}

/// So much of a day, in parts per million; at most all of it.
fn share(nanos: u128) -> u64 {
    (nanos * MILLION / DAY).min(MILLION) as u64
}

/// The mean of a law, over a thousand of its values.
fn mean(law: &Law) -> Span {
    const PARTS: u64 = 1_024;
    let middle = |part: u64| (u64::MAX / PARTS) * part + u64::MAX / PARTS / 2;
    let sum: u128 = (0..PARTS).map(|part| u128::from(law.at(middle(part)).0)).sum();
    Span((sum / u128::from(PARTS)) as u64)
}

/// Losses in a year, in thousandths, where so much of the time somebody holds the lock.
fn yearly(tail: Tail, held: u64) -> Option<u64> {
    let times = |millionths: u128, over: Span| {
        // Events in `over`, in millionths, times years, times the share that finds a holder.
        Some((millionths * YEAR / u128::from(over.0.max(1)) * u128::from(held) / MILLION / 1_000) as u64)
    };
    match tail {
        Tail::NotSeen { over } => times(3 * MILLION, over),
        Tail::NotSeenAnyTime => None,
        Tail::Share { ppm, count, over } => times(u128::from(count?) * u128::from(ppm), over?),
        Tail::Yearly(times) => Some((u128::from(times) * 1_000 * u128::from(held) / MILLION) as u64),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_have_numbers() {
        assert_eq!(ppm_of("p50"), Some(500_000));
        assert_eq!(ppm_of("p999"), Some(999_000));
        assert_eq!(ppm_of("p9999"), Some(999_900));
        assert_eq!(ppm_of("max"), None);
    }

    #[test]
    fn a_log_of_a_month_promises_no_more_than_three_a_month() {
        let month = Span(30 * DAY as u64);
        // All the time held: thirty-six and a half in a year of 365 days.
        assert_eq!(yearly(Tail::NotSeen { over: month }, 1_000_000), Some(36_500));
        // A tenth of the time: a tenth of them.
        assert_eq!(yearly(Tail::NotSeen { over: month }, 100_000), Some(3_650));
        assert_eq!(yearly(Tail::NotSeenAnyTime, 1_000_000), None);
    }
}
