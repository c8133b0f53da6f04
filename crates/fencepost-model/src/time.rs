//! Instants and durations: true time, and the two clocks of a machine. They are distinct types, so that
//! a reading of one clock can never be compared with a reading of another by accident.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::ops::{Add, AddAssign, Sub};
use std::str::FromStr;

/// A length of time in whole nanoseconds. Stored and printed as text, such as `1s 500ms`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span(pub u64);

/// An instant of true virtual time, in nanoseconds since the run began. Only the world and the observer
/// know it; simulated code never sees one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Instant(pub u64);

/// A reading of one machine's monotonic clock, in nanoseconds since that machine started.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Mono(pub u64);

/// A reading of one machine's wall clock, in nanoseconds since the Unix epoch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Wall(pub i64);

impl Span {
    /// No time at all.
    pub const ZERO: Span = Span(0);

    /// A span of whole seconds.
    pub const fn from_secs(secs: u64) -> Span {
        Span(secs * 1_000_000_000)
    }

    /// A span of whole milliseconds.
    pub const fn from_millis(millis: u64) -> Span {
        Span(millis * 1_000_000)
    }

    /// A span of whole microseconds.
    pub const fn from_micros(micros: u64) -> Span {
        Span(micros * 1_000)
    }

    /// Whole nanoseconds.
    pub const fn as_nanos(self) -> u64 {
        self.0
    }

    /// Whole milliseconds, rounded down.
    pub const fn as_millis(self) -> u64 {
        self.0 / 1_000_000
    }

    /// The span less `other`, or zero where `other` is longer.
    pub const fn saturating_sub(self, other: Span) -> Span {
        Span(self.0.saturating_sub(other.0))
    }

    /// The span times a whole factor, held at the longest span there is.
    pub const fn saturating_mul(self, factor: u64) -> Span {
        Span(self.0.saturating_mul(factor))
    }

    /// This many millionths of the span, rounded up: what a clock that is off by `ppm` can be wrong by.
    pub const fn ppm_of(self, ppm: u64) -> Span {
        Span((self.0 as u128 * ppm as u128).div_ceil(1_000_000) as u64)
    }

    /// The span as seconds with three decimals, such as `1.500s`: for tables and lanes. Not exact.
    pub fn in_seconds(self) -> String {
        let millis = (self.0 + 500_000) / 1_000_000;
        format!("{}.{:03}s", millis / 1000, millis % 1000)
    }
}

impl Instant {
    /// The beginning of the run.
    pub const START: Instant = Instant(0);
    /// Later than anything that happens.
    pub const NEVER: Instant = Instant(u64::MAX);

    /// How long after `earlier` this is; zero where it is not after.
    pub const fn since(self, earlier: Instant) -> Span {
        Span(self.0.saturating_sub(earlier.0))
    }

    /// The instant as seconds with three decimals, such as `7.412s`.
    pub fn in_seconds(self) -> String {
        Span(self.0).in_seconds()
    }
}

impl Mono {
    /// How long after `earlier` this is; zero where it is not after.
    pub const fn since(self, earlier: Mono) -> Span {
        Span(self.0.saturating_sub(earlier.0))
    }
}

impl Wall {
    /// Whole milliseconds since the epoch, rounded down, as stores keep them.
    pub const fn as_millis(self) -> i64 {
        self.0.div_euclid(1_000_000)
    }
}

macro_rules! moves_by_span {
    ($($instant:ty),*) => {$(
        impl Add<Span> for $instant {
            type Output = $instant;
            fn add(self, span: Span) -> $instant {
                Self(self.0.saturating_add(span.0))
            }
        }
        impl AddAssign<Span> for $instant {
            fn add_assign(&mut self, span: Span) {
                *self = *self + span;
            }
        }
        impl Sub<Span> for $instant {
            type Output = $instant;
            fn sub(self, span: Span) -> $instant {
                Self(self.0.saturating_sub(span.0))
            }
        }
    )*};
}
moves_by_span!(Instant, Mono, Span);

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        humantime::format_duration(std::time::Duration::from_nanos(self.0)).fmt(f)
    }
}

impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Span(self.0).fmt(f)
    }
}

impl FromStr for Span {
    type Err = String;

    /// Reads text such as `150ms` or `1s 500ms`. Fails with a sentence that says what to type instead.
    fn from_str(text: &str) -> Result<Span, String> {
        let advice = "write a number with a unit, such as `150ms`, `2s` or `1m 30s`";
        let parsed = humantime::parse_duration(text).map_err(|error| format!("{error}; {advice}"))?;
        let nanos = u64::try_from(parsed.as_nanos()).ok().filter(|nanos| *nanos <= Span::LONGEST.0);
        nanos.map(Span).ok_or_else(|| format!("longer than {}; {advice}", Span::LONGEST))
    }
}

impl Span {
    /// The longest span that a user may write. Four centuries of virtual time would overflow the
    /// arithmetic of clocks; ten years are more than any run needs.
    pub const LONGEST: Span = Span::from_secs(10 * 365 * 24 * 3600);
}

impl Serialize for Span {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Span {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Span, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_reads_what_it_prints() {
        for nanos in [0, 1, 999, 1_000_000, 1_500_000_000, 90_000_000_000, 3_601_000_000_001] {
            assert_eq!(Span(nanos).to_string().parse::<Span>().unwrap(), Span(nanos));
        }
    }

    #[test]
    fn a_span_without_a_unit_is_refused_with_advice() {
        let error = "150".parse::<Span>().unwrap_err();
        assert!(error.contains("150ms"), "{error}");
        assert!("-3s".parse::<Span>().is_err());
        assert!("400y".parse::<Span>().is_err());
    }

    #[test]
    fn an_error_of_ppm_is_rounded_against_the_reader() {
        assert_eq!(Span(1_000_001).ppm_of(1), Span(2));
        assert_eq!(Span::from_secs(10).ppm_of(500), Span::from_millis(5));
    }
}
