//! Rates over a seeded family, with exact intervals: what stress runs did, and no probability of the field.

use super::Axis;
use crate::Stop;
use crate::search::{Field, Findings};
use std::collections::BTreeMap;
use std::sync::Arc;

/// How often a property broke at one value of an axis.
#[derive(Clone, Debug, PartialEq)]
pub struct Rate {
    /// The value.
    pub value: u64,
    /// Runs.
    pub runs: u64,
    /// Runs in which each property broke; those that did.
    pub broken: BTreeMap<&'static str, u64>,
}

/// An interval of rates.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// The smallest rate under which so many are not unlikely.
    pub low: f64,
    /// The largest.
    pub high: f64,
}

/// Runs this many seeds at each value, every fault of the axis's kind having that size. Ends early once `stop` is
/// raised. The error is what a panic of ours said.
pub fn rates(
    field: &Field<'_>,
    axis: Axis,
    values: &[u64],
    seeds: u64,
    stop: &Stop,
) -> Result<Vec<Rate>, String> {
    let mut all = Vec::new();
    for value in values {
        let tuned = axis.tuned(field, *value);
        let mut rate = Rate { value: *value, runs: 0, broken: BTreeMap::new() };
        for seed in (0..seeds).take_while(|_| !stop.is_raised()) {
            let mut plan = tuned.plan(seed);
            axis.resize(&mut plan, *value);
            let plan = Arc::new(plan);
            let mut findings = Findings::default();
            findings.count(&plan, tuned.run(&plan, false), &tuned);
            if let Some(crash) = findings.first_crash {
                return Err(crash.message);
            }
            rate.runs += 1;
            let mut names: Vec<&'static str> = findings.breaks.iter().map(|found| found.property).collect();
            names.sort_unstable();
            names.dedup();
            names.into_iter().for_each(|name| *rate.broken.entry(name).or_default() += 1);
        }
        all.push(rate);
    }
    Ok(all)
}

/// The exact interval for `broken` of `runs` at 95 %, two-sided (Clopper and Pearson, 1934). For none of them, and
/// for all, the other side alone is told, at 95 % too.
pub fn exact_interval(broken: u64, runs: u64) -> Interval {
    if runs == 0 {
        return Interval { low: 0.0, high: 1.0 };
    }
    let one_sided = broken == 0 || broken == runs;
    let tail = if one_sided { 0.05 } else { 0.025 };
    let low = if broken == 0 { 0.0 } else { solve(|rate| tail_from(broken, runs, rate) < tail) };
    let high =
        if broken == runs { 1.0 } else { solve(|rate| tail_from(broken + 1, runs, rate) < 1.0 - tail) };
    Interval { low, high }
}

/// The largest rate for which `holds`, which holds for small ones.
fn solve(holds: impl Fn(f64) -> bool) -> f64 {
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..60 {
        let middle = (low + high) / 2.0;
        if holds(middle) {
            low = middle;
        } else {
            high = middle;
        }
    }
    (low + high) / 2.0
}

/// The chance of at least `least` of `runs` at this rate: the binomial sum, term by term in logarithms.
fn tail_from(least: u64, runs: u64, rate: f64) -> f64 {
    if rate <= 0.0 {
        return if least == 0 { 1.0 } else { 0.0 };
    }
    let (yes, no) = (rate.ln(), (1.0 - rate).ln());
    let mut choose = 0.0;
    let mut below = 0.0;
    for hits in 0..least {
        if hits > 0 {
            choose += ((runs - hits + 1) as f64).ln() - (hits as f64).ln();
        }
        below += (choose + hits as f64 * yes + (runs - hits) as f64 * no).exp();
    }
    (1.0 - below).max(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(left: f64, right: f64) {
        assert!((left - right).abs() < 1e-4, "{left} is not {right}");
    }

    /// Textbook values: 10 of 100 lies between 4.90 % and 17.62 %; none of n is below 1 - 0.05^(1/n).
    #[test]
    fn intervals_are_those_of_the_books() {
        let ten = exact_interval(10, 100);
        near(ten.low, 0.04900);
        near(ten.high, 0.17622);
        for runs in [1, 10, 100, 3_000] {
            near(exact_interval(0, runs).high, 1.0 - 0.05_f64.powf(1.0 / runs as f64));
            near(exact_interval(runs, runs).low, 0.05_f64.powf(1.0 / runs as f64));
        }
        near(exact_interval(5, 10).low, 0.18709);
        near(exact_interval(5, 10).high, 0.81291);
    }
}
