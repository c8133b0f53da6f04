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
    /// Runs that had a fault of the axis's kind: the others say nothing of it.
    pub runs: u64,
    /// Runs in which each property broke; those that did.
    pub broken: BTreeMap<&'static str, u64>,
}

/// Runs this many seeds at each value, every fault of the axis's kind having that size; seeds that draw none are
/// left out. Ends early once `stop` is
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
            if !axis.resize(&mut plan, *value) {
                continue;
            }
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
