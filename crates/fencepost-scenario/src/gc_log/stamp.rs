//! Stamps of lines, and how much time they cover together.

use super::decimal::{MILLIS, SECONDS, nanos};
use fencepost_model::Span;

/// Lines of several threads may stand in another order than their stamps, by less than this.
const OUT_OF_ORDER: u64 = 1_000_000_000;

/// When a line was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stamp {
    /// So many nanoseconds after something that was the same for the line before: mostly since the runtime began.
    Count(u64),
    /// At this time of the wall clock, in nanoseconds since the Unix epoch.
    Wall(u64),
}

impl Stamp {
    /// A decoration of the form since JDK 9, such as `12.345s`, `12345ms` or `2022-10-04T15:44:48.045-0400`.
    pub(super) fn of(text: &str) -> Option<Stamp> {
        if let Some(number) = text.strip_suffix("ms") {
            return nanos(number, MILLIS).map(Stamp::Count);
        }
        if let Some(number) = text.strip_suffix("ns") {
            return nanos(number, 0).map(Stamp::Count);
        }
        match text.strip_suffix('s') {
            Some(number) => nanos(number, SECONDS).map(Stamp::Count),
            None => date(text).map(Stamp::Wall),
        }
    }

    /// What counts from the beginning is better than a wall clock, which may be set.
    pub(super) fn better(self, other: Option<Stamp>) -> Stamp {
        match other {
            Some(count @ Stamp::Count(_)) => count,
            _ => self,
        }
    }
}

/// `2022-10-04T15:44:48.045-0400` in nanoseconds since the Unix epoch.
pub(super) fn date(text: &str) -> Option<u64> {
    let text = text.is_ascii().then_some(text)?;
    let number = |from: usize, to: usize| text.get(from..to)?.parse::<i64>().ok();
    let sign = |at: usize, sign: &str| text.get(at..=at).filter(|found| *found == sign);
    sign(4, "-").and(sign(7, "-")).and(sign(10, "T")).and(sign(13, ":")).and(sign(16, ":"))?;
    let (month, day, hour) = (number(5, 7)?, number(8, 10)?, number(11, 13)?);
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) || !(0..24).contains(&hour) {
        return None;
    }
    let (rest, east) = offset(text.get(17..)?)?;
    let whole = days(number(0, 4)?, month, day) * 86_400 + hour * 3_600 + number(14, 16)? * 60 - east;
    let seconds = u64::try_from(whole).ok()?.checked_mul(1_000_000_000)?;
    seconds.checked_add(nanos(rest, SECONDS).filter(|part| *part < 61_000_000_000)?)
}

/// The seconds of a date without its zone, and how many seconds the zone is east of Greenwich.
fn offset(text: &str) -> Option<(&str, i64)> {
    if let Some(rest) = text.strip_suffix('Z') {
        return Some((rest, 0));
    }
    let Some(at) = text.find(['+', '-']) else { return Some((text, 0)) };
    let zone: String = text[at + 1..].chars().filter(|letter| *letter != ':').collect();
    let (hours, minutes) = (zone.get(..2)?.parse::<i64>().ok()?, zone.get(2..4)?.parse::<i64>().ok()?);
    let east = hours * 3_600 + minutes * 60;
    Some((&text[..at], if text[at..].starts_with('-') { -east } else { east }))
}

/// Days from the Unix epoch to a date of the Gregorian calendar.
fn days(year: i64, month: i64, day: i64) -> i64 {
    // A year that begins in March has its leap day at its end.
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let of_year = (153 * month + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// How much time stamps cover, run by run of the runtime.
#[derive(Default)]
pub(super) struct Cover {
    before: u64,
    run: Option<(Stamp, Stamp)>,
}

impl Cover {
    /// Whether the stamp is from before the last one, as it is when the runtime was started again.
    pub(super) fn goes_back(&self, stamp: Stamp) -> bool {
        let Some((_, last)) = self.run else { return false };
        since(last, stamp).is_none_or(|back| back > OUT_OF_ORDER)
    }

    /// Takes the stamp of the next line in.
    pub(super) fn add(&mut self, stamp: Stamp) {
        let goes_back = self.goes_back(stamp);
        match &mut self.run {
            Some((_, last)) if !goes_back => {
                if since(stamp, *last).is_some_and(|on| on > 0) {
                    *last = stamp;
                }
            }
            _ => {
                self.before = self.before.saturating_add(self.of_run());
                self.run = Some((stamp, stamp));
            }
        }
    }

    fn of_run(&self) -> u64 {
        self.run.and_then(|(first, last)| since(last, first)).unwrap_or(0)
    }

    /// All of it; none where no two stamps differ.
    pub(super) fn total(&self) -> Option<Span> {
        let total = self.before.saturating_add(self.of_run());
        (total > 0).then_some(Span(total.min(Span::LONGEST.0)))
    }
}

/// How long after the other the one is, zero where it is not after; none where they are not of one kind.
fn since(one: Stamp, other: Stamp) -> Option<u64> {
    match (one, other) {
        (Stamp::Count(one), Stamp::Count(other)) | (Stamp::Wall(one), Stamp::Wall(other)) => {
            Some(one.saturating_sub(other))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_with_their_zone() {
        let second = 1_000_000_000;
        assert_eq!(date("1970-01-01T00:00:00.000+0000"), Some(0));
        assert_eq!(date("2000-03-01T00:00:00.5Z"), Some(951_868_800 * second + second / 2));
        assert_eq!(date("2022-10-04T15:44:48.045-0400"), Some(1_664_912_688 * second + 45_000_000));
        assert_eq!(date("2022-10-04T21:44:48.045+02:00"), date("2022-10-04T15:44:48.045-0400"));
        for wrong in [
            "",
            "2022-10-04",
            "2022-13-04T15:44:48.045-0400",
            "2022-10-04T15:44:48.045-04",
            "2022-10-04T15:44:é",
        ] {
            assert_eq!(date(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_log_of_two_runs_covers_both() {
        let mut cover = Cover::default();
        let second = 1_000_000_000;
        // Half a second back is two threads; ten back is another run.
        for at in [5, 9, 20, 19, 25, 1, 4] {
            cover.add(Stamp::Count(at * second + if at == 19 { 500_000_000 } else { 0 }));
        }
        assert_eq!(cover.total(), Some(Span::from_secs(20 + 3)));
        assert_eq!(Cover::default().total(), None);
    }
}
