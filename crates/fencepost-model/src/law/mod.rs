//! Distributions as integer quantile tables, because the float functions of the system differ between
//! processors and no floating point may decide an instant.

mod points;

use crate::Span;
use points::Points;
use serde::{Deserialize, Serialize};

/// How many equal steps of probability a table has, at most.
const STEPS: usize = 64;

/// A law from which spans are drawn: a quantile function, linear between the points where it is known.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(into = "Stored", try_from = "Stored")]
pub struct Law {
    shape: Shape,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Shape {
    /// Quantiles at equal distances: at 0/64, 1/64, ... 64/64, or fewer of them.
    Even(Vec<u64>),
    /// Quantiles at the ranks where somebody measured them.
    Points(Points),
}

/// How a law is stored: a bare list where the ranks follow from it, as in every plan of old.
#[derive(Serialize, Deserialize)]
#[serde(untagged, expecting = "a list of quantiles, or `points` of rank and value")]
enum Stored {
    Even(Vec<u64>),
    Points { points: Vec<(u32, u64)> },
}

impl Law {
    /// Always the same value.
    pub fn constant(span: Span) -> Law {
        Law::even(vec![span.0])
    }

    /// Every value between `min` and `max` alike. Panics where `min` is above `max`.
    pub fn uniform(min: Span, max: Span) -> Law {
        assert!(min <= max, "a law needs min <= max");
        Law::even(vec![min.0, max.0])
    }

    /// Values between `min` and `max` around `mean`, most of them small where the mean is: the usual shape
    /// of latencies. Panics unless `min <= mean <= max`.
    ///
    /// The quantile function mixes two neighbouring powers of the rank u, u^k and u^(k+1), whose means
    /// 1/(k+1) and 1/(k+2) bracket the wanted one; a mean above the middle is the mirror image.
    pub fn around(min: Span, mean: Span, max: Span) -> Law {
        assert!(min <= mean, "a law needs min <= mean");
        assert!(mean <= max, "a law needs mean <= max");
        let (width, rise) = (max.0 - min.0, mean.0 - min.0);
        if width == 0 {
            return Law::constant(min);
        }
        let mirrored = rise > width / 2;
        let rise = if mirrored { width - rise } else { rise };
        let shape = rising_quantiles(width, rise.max(width / 4096).max(1));
        let quantiles = if mirrored {
            shape.iter().rev().map(|offset| max.0 - offset).collect()
        } else {
            shape.iter().map(|offset| min.0 + offset).collect()
        };
        Law::even(quantiles)
    }

    fn even(quantiles: Vec<u64>) -> Law {
        Law { shape: Shape::Even(quantiles) }
    }

    /// The only value, where there is one at every rank alike: then nothing needs to be drawn.
    #[inline]
    pub fn only(&self) -> Option<Span> {
        match &self.shape {
            Shape::Even(quantiles) if quantiles.len() == 1 => Some(Span(quantiles[0])),
            _ => None,
        }
    }

    /// The value at rank `rank / 2^64`.
    #[inline]
    pub fn at(&self, rank: u64) -> Span {
        match &self.shape {
            Shape::Even(quantiles) => Span(interpolated(quantiles, rank)),
            Shape::Points(points) => Span(points.at(rank)),
        }
    }

    /// The smallest value of the law.
    pub fn min(&self) -> Span {
        match &self.shape {
            Shape::Even(quantiles) => Span(quantiles[0]),
            Shape::Points(points) => Span(points.min()),
        }
    }

    /// The largest value of the law.
    pub fn max(&self) -> Span {
        match &self.shape {
            Shape::Even(quantiles) => Span(quantiles[quantiles.len() - 1]),
            Shape::Points(points) => Span(points.max()),
        }
    }

    /// The law with each of its points above `most` at `most`.
    pub fn cut_off(&self, most: Span) -> Law {
        let cut = |value: u64| value.min(most.0);
        let stored = match Stored::from(self.clone()) {
            Stored::Even(quantiles) => Stored::Even(quantiles.into_iter().map(cut).collect()),
            Stored::Points { points } => Stored::Points {
                points: points.into_iter().map(|(rank, value)| (rank, cut(value))).collect(),
            },
        };
        Law::try_from(stored).unwrap_or_else(|error| unreachable!("a law that was cut off: {error}"))
    }
}

/// The value of evenly spaced quantiles at rank `rank / 2^64`.
#[inline]
fn interpolated(quantiles: &[u64], rank: u64) -> u64 {
    let pieces = (quantiles.len() - 1) as u128;
    if pieces == 0 {
        return quantiles[0];
    }
    let position = u128::from(rank) * pieces;
    let (index, fraction) = ((position >> 64) as usize, position as u64);
    let (low, high) = (quantiles[index], quantiles[index + 1]);
    low + ((u128::from(high - low) * u128::from(fraction)) >> 64) as u64
}

/// Offsets of the quantiles for a mean of `rise` at or below half of `width`.
fn rising_quantiles(width: u64, rise: u64) -> Vec<u64> {
    let (width, rise) = (u128::from(width), u128::from(rise));
    let power = (width / rise - 1).max(1);
    // rise = width * ((1 - w) / (k + 1) + w / (k + 2)), solved for w in units of 2^32.
    let excess = (width << 32) / (power + 1) - (rise << 32).min((width << 32) / (power + 1));
    let weight = ((excess * (power + 1) * (power + 2)) / width).min(1 << 32);
    (0..=STEPS as u128)
        .map(|step| {
            let rank = (step << 32) / STEPS as u128;
            let low = fixed_power(rank, power);
            let high = (low * rank) >> 32;
            let mixed = (low * ((1 << 32) - weight) + high * weight) >> 32;
            ((width * mixed) >> 32) as u64
        })
        .collect()
}

/// `base^power` where 2^32 stands for one.
fn fixed_power(base: u128, power: u128) -> u128 {
    (0..power).fold(1 << 32, |product, _| (product * base) >> 32)
}

impl From<Law> for Stored {
    fn from(law: Law) -> Stored {
        match law.shape {
            Shape::Even(quantiles) => Stored::Even(quantiles),
            Shape::Points(points) => Stored::Points { points: points.points() },
        }
    }
}

impl TryFrom<Stored> for Law {
    type Error = &'static str;

    fn try_from(stored: Stored) -> Result<Law, Self::Error> {
        let quantiles = match stored {
            Stored::Even(quantiles) => quantiles,
            Stored::Points { points } => return Ok(Law { shape: Shape::Points(Points::new(&points)?) }),
        };
        if quantiles.is_empty() || quantiles.len() > STEPS + 1 {
            return Err("a law has 1 to 65 quantiles");
        }
        if !quantiles.is_sorted() {
            return Err("the quantiles of a law may not fall");
        }
        Ok(Law::even(quantiles))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mean_of(law: &Law) -> u64 {
        let draws = 1 << 16;
        let sum: u128 = (0..draws).map(|i| u128::from(law.at((i << 48) + (1 << 47)).0)).sum();
        (sum / u128::from(draws)) as u64
    }

    #[test]
    fn a_law_keeps_its_ends_and_its_mean() {
        for (min, mean, max) in [(1, 8, 250), (0, 100, 1000), (5, 50, 95), (10, 90, 100), (0, 500, 1000)] {
            let law = Law::around(Span::from_millis(min), Span::from_millis(mean), Span::from_millis(max));
            assert_eq!(law.at(0), Span::from_millis(min));
            assert!(law.at(u64::MAX) <= Span::from_millis(max));
            assert!(law.at(u64::MAX) >= Span(max * 990_000));
            let error = mean_of(&law).abs_diff(mean * 1_000_000);
            assert!(error <= max * 10_000, "mean of {min}..{mean}..{max} is {}", mean_of(&law));
        }
    }

    #[test]
    fn a_law_rises_with_its_rank() {
        let law = Law::around(Span(10), Span(400), Span(9_000));
        let values: Vec<_> = (0..1000).map(|i| law.at(i * (u64::MAX / 1000))).collect();
        assert!(values.is_sorted());
    }

    /// Stored plans and digests depend on these values: they are those of the first version.
    #[test]
    fn laws_draw_what_they_ever_drew() {
        let (ms, ranks) =
            (Span::from_millis, [0, 0x048e_4239_6aee_cabc, 1 << 63, 0xdeca_fbad_dead_beef, u64::MAX]);
        for (law, values) in [
            (Law::constant(Span(7)), [7, 7, 7, 7, 7]),
            (Law::uniform(ms(3), ms(100)), [3_000_000, 4_726_182, 51_500_000, 87_417_623, 99_999_999]),
            (Law::around(ms(1), ms(2), ms(20)), [1_000_000, 1_000_000, 1_000_072, 2_573_942, 19_999_999]),
            (Law::around(Span(10), ms(90), ms(100)), [10, 14_831_872, 99_804_688, 99_999_999, 100_000_000]),
        ] {
            assert_eq!(ranks.map(|rank| law.at(rank).0), values);
        }
    }

    #[test]
    fn falling_quantiles_are_refused() {
        assert!(Law::try_from(Stored::Even(vec![3, 2])).is_err());
        assert!(Law::try_from(Stored::Even(vec![])).is_err());
    }
}
