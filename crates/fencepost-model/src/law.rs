//! Distributions as integer quantile tables, because the float functions of the system differ between
//! processors and no floating point may decide an instant.

use crate::Span;
use serde::{Deserialize, Serialize};

/// How many equal steps of probability a table has.
const STEPS: usize = 64;

/// A law from which spans are drawn: the quantiles at 0/64, 1/64, ... 64/64, interpolated in between.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(into = "Vec<u64>", try_from = "Vec<u64>")]
pub struct Law {
    quantiles: Vec<u64>,
}

impl Law {
    /// Always the same value.
    pub fn constant(span: Span) -> Law {
        Law { quantiles: vec![span.0] }
    }

    /// Every value between `min` and `max` alike. Panics where `min` is above `max`.
    pub fn uniform(min: Span, max: Span) -> Law {
        assert!(min <= max, "a law needs min <= max");
        Law { quantiles: vec![min.0, max.0] }
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
        Law { quantiles }
    }

    /// The value at rank `rank / 2^64`.
    #[inline]
    pub fn at(&self, rank: u64) -> Span {
        let pieces = (self.quantiles.len() - 1) as u128;
        if pieces == 0 {
            return Span(self.quantiles[0]);
        }
        let position = u128::from(rank) * pieces;
        let (index, fraction) = ((position >> 64) as usize, position as u64);
        let (low, high) = (self.quantiles[index], self.quantiles[index + 1]);
        Span(low + ((u128::from(high - low) * u128::from(fraction)) >> 64) as u64)
    }

    /// The smallest value of the law.
    pub fn min(&self) -> Span {
        Span(self.quantiles[0])
    }

    /// The largest value of the law.
    pub fn max(&self) -> Span {
        Span(self.quantiles[self.quantiles.len() - 1])
    }
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

impl From<Law> for Vec<u64> {
    fn from(law: Law) -> Vec<u64> {
        law.quantiles
    }
}

impl TryFrom<Vec<u64>> for Law {
    type Error = &'static str;

    fn try_from(quantiles: Vec<u64>) -> Result<Law, Self::Error> {
        if quantiles.is_empty() || quantiles.len() > STEPS + 1 {
            return Err("a law has 1 to 65 quantiles");
        }
        if !quantiles.is_sorted() {
            return Err("the quantiles of a law may not fall");
        }
        Ok(Law { quantiles })
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

    #[test]
    fn falling_quantiles_are_refused() {
        assert!(Law::try_from(vec![3, 2]).is_err());
        assert!(Law::try_from(vec![]).is_err());
    }
}
