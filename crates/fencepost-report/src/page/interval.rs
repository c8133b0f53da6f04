//! How sure a share of runs is.

/// The exact two-sided 95 % interval of a share, `hits` of `runs`: C. J. Clopper and E. S. Pearson, "The use of
/// confidence or fiducial limits illustrated in the case of the binomial", Biometrika 26, 1934.
///
/// Each end is where the tail of the binomial distribution holds 2.5 %; found by halving, which needs no special
/// functions.
pub fn exact(hits: u64, runs: u64) -> (f64, f64) {
    const TAIL: f64 = 0.025;
    let lower = if hits == 0 { 0.0 } else { crossing(|share| 1.0 - at_most(hits - 1, runs, share) < TAIL) };
    let upper = if hits >= runs { 1.0 } else { crossing(|share| at_most(hits, runs, share) > TAIL) };
    (lower, upper)
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
        let (found_low, found_high) = exact(hits, runs);
        assert!((found_low - low).abs() < 5e-4, "{hits} of {runs}: {found_low} and not {low}");
        assert!((found_high - high).abs() < 5e-4, "{hits} of {runs}: {found_high} and not {high}");
    }

    /// Values of published tables.
    #[test]
    fn intervals_are_those_of_the_tables() {
        close(0, 10, 0.0, 0.3085);
        close(1, 10, 0.0025, 0.4450);
        close(5, 10, 0.1871, 0.8129);
        close(10, 10, 0.6915, 1.0);
        close(10, 100, 0.0490, 0.1762);
        close(0, 1000, 0.0, 0.00368);
    }

    #[test]
    fn the_interval_of_nothing_is_everything() {
        assert_eq!(exact(0, 0), (0.0, 1.0));
    }

    #[test]
    fn many_runs_give_a_narrow_interval() {
        let (low, high) = exact(5_000, 100_000);
        assert!(0.048 < low && low < 0.05 && 0.05 < high && high < 0.052, "{low} {high}");
    }
}
