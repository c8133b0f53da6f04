//! How sure a share of runs is.

/// An interval of rates.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// The smallest rate under which so many are not unlikely.
    pub low: f64,
    /// The largest.
    pub high: f64,
}

/// The exact interval for `hits` of `runs` at 95 %, two-sided: C. J. Clopper and E. S. Pearson, "The use of confidence or
/// fiducial limits illustrated in the case of the binomial", Biometrika 26, 1934. For none of them, and for all, the
/// other side alone is told, at 95 % too: "below x".
///
/// Each end is where the tail of the binomial distribution holds what is left; found by halving, which needs no special
/// functions.
pub fn exact_interval(hits: u64, runs: u64) -> Interval {
    if runs == 0 {
        return Interval { low: 0.0, high: 1.0 };
    }
    let tail = if hits == 0 || hits == runs { 0.05 } else { 0.025 };
    let low = if hits == 0 { 0.0 } else { crossing(|share| 1.0 - at_most(hits - 1, runs, share) < tail) };
    let high = if hits == runs { 1.0 } else { crossing(|share| at_most(hits, runs, share) > tail) };
    Interval { low, high }
}

/// Where a condition that holds for small shares and fails for large ones changes.
fn crossing(holds: impl Fn(f64) -> bool) -> f64 {
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..50 {
        let middle = (low + high) / 2.0;
        if holds(middle) {
            low = middle;
        } else {
            high = middle;
        }
    }
    (low + high) / 2.0
}

/// The probability of at most `hits` of `runs`. Terms are kept in proportion to the largest one, which none of them
/// can overflow.
fn at_most(hits: u64, runs: u64, share: f64) -> f64 {
    if share <= 0.0 || hits >= runs {
        return 1.0;
    }
    if share >= 1.0 {
        return 0.0;
    }
    let odds = share / (1.0 - share);
    let mode = ((runs + 1) as f64 * share) as u64;
    let mode = mode.min(runs);
    let (mut inside, mut all) = (0.0, 0.0);
    let mut count = |at: u64, term: f64| {
        all += term;
        if at <= hits {
            inside += term;
        }
    };
    let (mut term, mut at) = (1.0, mode);
    while at < runs && term > 1e-18 {
        term *= odds * (runs - at) as f64 / (at + 1) as f64;
        at += 1;
        count(at, term);
    }
    (term, at) = (1.0, mode);
    count(mode, 1.0);
    while at > 0 && term > 1e-18 {
        term *= at as f64 / (odds * (runs - at + 1) as f64);
        at -= 1;
        count(at, term);
    }
    inside / all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(hits: u64, runs: u64, low: f64, high: f64) {
        let found = exact_interval(hits, runs);
        assert!((found.low - low).abs() < 5e-4, "{hits} of {runs}: {} and not {low}", found.low);
        assert!((found.high - high).abs() < 5e-4, "{hits} of {runs}: {} and not {high}", found.high);
    }

    /// Values of published tables.
    #[test]
    fn intervals_are_those_of_the_tables() {
        close(1, 10, 0.0025, 0.4450);
        close(5, 10, 0.1871, 0.8129);
        close(10, 100, 0.0490, 0.1762);
    }

    /// The rule of three: none of a thousand is below three in a thousand.
    #[test]
    fn none_and_all_have_one_side() {
        close(0, 10, 0.0, 0.2589);
        close(10, 10, 0.7411, 1.0);
        close(0, 1000, 0.0, 0.002_991);
        for runs in [1, 10, 100, 3_000] {
            // None of n: every larger rate would have been seen with a chance of 95 %.
            let limit = 1.0 - 0.05_f64.powf(1.0 / runs as f64);
            assert!((exact_interval(0, runs).high - limit).abs() < 1e-4, "{runs}");
        }
        assert_eq!(exact_interval(0, 0), Interval { low: 0.0, high: 1.0 });
    }

    #[test]
    fn many_runs_give_a_narrow_interval() {
        let Interval { low, high } = exact_interval(5_000, 100_000);
        assert!(0.048 < low && low < 0.05 && 0.05 < high && high < 0.052, "{low} {high}");
    }
}
