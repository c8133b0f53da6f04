//! A quantile function that is known at a few ranks only, such as the median, p99 and the largest value.

use crate::Span;

/// All of them, in parts per million: the rank of the largest value.
pub(super) const WHOLE: u32 = 1_000_000;

/// A quantile function through points at ranks of any distance, linear in between.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Points {
    pieces: Vec<Piece>,
    max: u64,
}

/// From one point to the next.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Piece {
    /// The rank of its beginning in parts per million, and in units of 2^-64.
    ppm: u32,
    from: u64,
    /// The value there.
    low: u64,
    /// How much the value rises over a whole rank, in units of 2^-64. It is worked out beforehand, so that a
    /// draw divides nothing.
    slope: u128,
}

impl Points {
    /// Through these points of rank, in parts per million, and value. The error says what is wrong.
    pub(super) fn new(points: &[(u32, u64)]) -> Result<Points, &'static str> {
        let (Some((0, _)), Some((WHOLE, max))) = (points.first(), points.last()) else {
            return Err("the points of a law begin at rank 0 and end at rank 1000000");
        };
        if !points.is_sorted_by_key(|(_, value)| value) {
            return Err("the quantiles of a law may not fall");
        }
        if !points.is_sorted_by(|(before, _), (after, _)| before < after) {
            return Err("the ranks of a law have to rise");
        }
        let piece = |(from, to): (&(u32, u64), &(u32, u64))| {
            let width = rank(to.0) - rank(from.0);
            // 2^128 is not reached: a value has 64 bits.
            let slope = (u128::from(to.1 - from.1) << 64) / width;
            Piece { ppm: from.0, from: rank(from.0) as u64, low: from.1, slope }
        };
        Ok(Points { pieces: points.iter().zip(&points[1..]).map(piece).collect(), max: *max })
    }

    /// The value at rank `rank / 2^64`.
    #[inline]
    pub(super) fn at(&self, rank: u64) -> u64 {
        // Counting all of them is quicker than stopping at the right one: nobody could foresee where that is.
        let begun: usize = self.pieces[1..].iter().map(|piece| usize::from(piece.from <= rank)).sum();
        let piece = &self.pieces[begun];
        // At most the rise of the piece times 2^64, because the slope was rounded down.
        piece.low + ((u128::from(rank - piece.from) * piece.slope) >> 64) as u64
    }

    pub(super) fn min(&self) -> u64 {
        self.pieces[0].low
    }

    pub(super) fn max(&self) -> u64 {
        self.max
    }

    /// The points again.
    pub(super) fn points(&self) -> Vec<(u32, u64)> {
        let starts = self.pieces.iter().map(|piece| (piece.ppm, piece.low));
        starts.chain([(WHOLE, self.max)]).collect()
    }
}

/// A rank in units of 2^-64; the whole is 2^64.
fn rank(ppm: u32) -> u128 {
    (u128::from(ppm) << 64) / u128::from(WHOLE)
}

impl super::Law {
    /// The law with these quantiles: ranks in parts per million and their values, the first at rank 0 and the
    /// last at rank 1000000, linear in between.
    ///
    /// Linear is not neutral. Where little is known, as between p99 and the largest value that was ever seen, it
    /// draws more of the large ones than a usual tail has; a long pause is met too often rather than too seldom.
    ///
    /// Fails where the ranks do not rise, or where the values fall.
    pub fn through(points: &[(u32, Span)]) -> Result<super::Law, &'static str> {
        let points: Vec<(u32, u64)> = points.iter().map(|(rank, value)| (*rank, value.0)).collect();
        Ok(super::Law { shape: super::Shape::Points(Points::new(&points)?) })
    }
}

#[cfg(test)]
mod tests {
    use crate::{Law, Span};

    const PAUSES: [(u32, u64); 5] = [
        (0, 0),
        (500_000, 8_000_000),
        (990_000, 210_000_000),
        (999_900, 210_000_000),
        (1_000_000, 4_100_000_000),
    ];

    fn law(points: &[(u32, u64)]) -> Result<Law, &'static str> {
        Law::through(&points.iter().map(|(rank, value)| (*rank, Span(*value))).collect::<Vec<_>>())
    }

    fn pauses() -> Law {
        law(&PAUSES).expect("a law")
    }

    #[test]
    fn a_law_meets_its_points() {
        let rank = |ppm: u64| ((u128::from(ppm) << 64) / 1_000_000) as u64;
        for (ppm, value) in PAUSES.iter().take(4) {
            // Rounding of the rank and of the slope costs a nanosecond at most, downwards.
            let at = pauses().at(rank(u64::from(*ppm))).0;
            assert!(at <= *value && at + 1 >= *value, "{at} at {ppm}");
        }
        assert_eq!(pauses().at(rank(250_000)), Span(4_000_000), "half-way to the median");
        assert_eq!((pauses().min(), pauses().max()), (Span(0), Span(4_100_000_000)));
        let last = pauses().at(u64::MAX).0;
        assert!((4_099_999_990..=4_100_000_000).contains(&last), "{last}");
    }

    #[test]
    fn it_never_falls_however_steep_it_is() {
        let steep = [(0, 0), (1, 5), (2, 5), (999_998, 6), (999_999, u64::MAX - 1), (1_000_000, u64::MAX)];
        for law in [
            pauses(),
            law(&steep).expect("a law"),
            law(&[(0, u64::MAX), (1_000_000, u64::MAX)]).expect("a law"),
        ] {
            let near = |rank: u64| [rank.saturating_sub(1), rank, rank.saturating_add(1)];
            let rough = (0..=100_000u64).map(|step| step * (u64::MAX / 100_000));
            let mut ranks: Vec<u64> = rough.flat_map(near).collect();
            ranks.sort();
            let values: Vec<Span> = ranks.iter().map(|rank| law.at(*rank)).collect();
            assert!(values.is_sorted());
            assert!(values.iter().all(|value| (law.min()..=law.max()).contains(value)));
        }
    }

    #[test]
    fn draws_have_the_quantiles_that_were_asked_for() {
        let law = pauses();
        let mut draws: Vec<u64> = (0..1u64 << 16).map(|i| law.at((i << 48) + (1 << 47)).0).collect();
        draws.sort();
        let quantile = |ppm: usize| draws[draws.len() * ppm / 1_000_000];
        for (ppm, value) in [(500_000, 8_000_000u64), (990_000, 210_000_000)] {
            assert!(quantile(ppm).abs_diff(value) < value / 500, "{} at {ppm}", quantile(ppm));
        }
    }

    #[test]
    fn what_is_no_quantile_function_is_refused() {
        for wrong in [
            &[][..],
            &[(0, 1)],
            &[(0, 1), (500_000, 2)],
            &[(1, 1), (1_000_000, 2)],
            &[(0, 2), (1_000_000, 1)],
            &[(0, 0), (5, 1), (5, 2), (1_000_000, 3)],
            &[(0, 0), (6, 1), (5, 2), (1_000_000, 3)],
            &[(0, 0), (2_000_000, 1), (1_000_000, 3)],
        ] {
            assert!(law(wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn cut_off_it_keeps_what_is_below() {
        let cut = pauses().cut_off(Span::from_millis(100));
        assert_eq!(cut.max(), Span::from_millis(100));
        assert_eq!(cut.at(1 << 62), pauses().at(1 << 62));
        let even = Law::uniform(Span(0), Span(100)).cut_off(Span(40));
        assert_eq!(even, Law::uniform(Span(0), Span(40)));
    }
}
