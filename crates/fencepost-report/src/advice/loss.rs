//! What a margin comes to in losses, with the arithmetic.

use super::{Advised, words};
use fencepost_explore::advise::{Loss, Tail};
use fencepost_model::Hazard;
use std::fmt::Write;

/// What the user's own figures come to; nothing where they do not say enough.
pub(super) fn told(advised: &Advised) -> String {
    if advised.losses.is_empty() {
        return String::new();
    }
    let mut text =
        "\nExpected losses: the margin times your own tail, if one has nothing to do with the other\n"
            .to_owned();
    for loss in &advised.losses {
        let _ = writeln!(text, "  {:<12} {}", loss.hazard.word(), sentence(loss));
    }
    text
}

/// One hazard's losses in a sentence with its arithmetic.
pub fn sentence(loss: &Loss) -> String {
    let mut text = tail(loss);
    if let Some(held) = loss.held {
        let what = if loss.unreplicated {
            "a grant that no replica has yet is there"
        } else {
            "somebody holds the lock"
        };
        let _ = write!(text, "; {what} for {} of the time", percent(held));
    } else {
        text += "; say `per-day` under `holds` to learn what that comes to";
    }
    if let Some(per_year) = loss.per_year {
        let bound = if matches!(loss.tail, Tail::NotSeen { .. }) { "below " } else { "at most " };
        let _ = write!(text, ": {bound}{} a year", thousandths(per_year));
    }
    text
}

fn tail(loss: &Loss) -> String {
    let what = match loss.hazard {
        Hazard::Pause => "pause",
        Hazard::Unreachable => "cut",
        _ => "failover",
    };
    let beyond = words::of_hazard(loss.hazard, loss.beyond.0);
    match loss.tail {
        Tail::NotSeen { over } => format!(
            "{what} above {beyond}: none in {over}, so below 3 in {over} at 95 %: that log is too short to promise more",
            over = words::long(over)
        ),
        Tail::NotSeenAnyTime => {
            format!("{what} above {beyond}: none was seen; say `over` to learn what that is worth")
        }
        Tail::Share { ppm, count, over } => {
            let of = match (count, over) {
                (Some(count), Some(over)) => format!(" of your {count} in {}", words::long(over)),
                (Some(count), None) => format!(" of your {count}"),
                (None, _) => " of all of yours".to_owned(),
            };
            format!("{what} above {beyond}: at most {}{of}", percent(ppm))
        }
        Tail::Yearly(times) => format!("{times} a year"),
    }
}

/// Parts per million as a percentage, as short as it can be said.
fn percent(ppm: u64) -> String {
    let text = format!("{}.{:04}", ppm / 10_000, ppm % 10_000);
    format!("{} %", text.trim_end_matches('0').trim_end_matches('.'))
}

/// Thousandths as a number of two digits or so.
fn thousandths(number: u64) -> String {
    match number {
        0 => "0.001".to_owned(),
        1..10_000 => {
            let text = format!("{}.{:03}", number / 1_000, number % 1_000);
            text.trim_end_matches('0').trim_end_matches('.').to_owned()
        }
        _ => (number / 1_000).to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_numbers_stay_numbers() {
        assert_eq!(percent(10_000), "1 %");
        assert_eq!(percent(100), "0.01 %");
        assert_eq!(percent(1_000_000), "100 %");
        assert_eq!(thousandths(36_500), "36");
        assert_eq!(thousandths(1_250), "1.25");
    }
}
