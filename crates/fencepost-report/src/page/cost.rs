//! What a lock costs: what a grant takes when nothing goes wrong, and what a death costs.

use super::contest::{Contest, Contestant};
use super::reading::Measured;
use fencepost_check::measure::{Bereft, Death, fairness_ppm};

/// What a grant costs in the calm scenario.
#[derive(Clone, Copy, Debug)]
pub struct Cost {
    /// Grants that were looked at.
    pub grants: u64,
    /// Messages for each of them, those with the resource included.
    pub messages: f64,
    /// Syncs of disks for each of them.
    pub syncs: f64,
    /// How long the median acquire took, in microseconds.
    pub median_us: u64,
    /// How long 99 of 100 acquires took at most.
    pub p99_us: u64,
    /// Jain's index, in millionths: the median of the runs.
    pub fairness_ppm: Option<u64>,
}

impl Cost {
    /// Of a contestant; none where the run has no calm scenario, or nobody was granted anything in it.
    pub fn of(contest: &Contest<'_>, contestant: &Contestant<'_>) -> Option<Cost> {
        let runs: Vec<&Measured> = contest.runs(contestant, contest.calm?).collect();
        let mut took: Vec<u32> = runs.iter().flat_map(|run| &run.waits).map(|wait| wait.took_us).collect();
        took.sort_unstable();
        let grants = took.len() as u64;
        let sum = |of: fn(&Measured) -> u64| runs.iter().map(|run| of(run)).sum::<u64>();
        let each = |number: u64| number as f64 / grants as f64;
        let mut fairness: Vec<u64> =
            runs.iter().filter_map(|run| fairness_ppm(run.by_owner.iter().copied())).collect();
        fairness.sort_unstable();
        Some(Cost {
            grants,
            messages: each(sum(|run| run.rest.messages)),
            syncs: each(sum(|run| run.rest.syncs)),
            median_us: u64::from(quantile(&took, 50)?),
            p99_us: u64::from(quantile(&took, 99)?),
            fairness_ppm: quantile(&fairness, 50),
        })
    }
}

/// How long it took until somebody had the lock again after deaths of one kind.
#[derive(Clone, Debug)]
pub struct Recoveries {
    /// Those that came, in microseconds, sorted.
    pub took_us: Vec<u64>,
    /// Deaths after which nobody had it again before the calm tail.
    pub never: u64,
}

/// How much of a run has to be left after a death, in microseconds.
pub const LEFT_US: u64 = 6_000_000;

/// Whether somebody dies of this fault.
fn is_death(word: &str) -> bool {
    matches!(word, "kill" | "power-cut" | "restart")
}

impl Recoveries {
    /// Of a contestant, over every run in which nothing else goes wrong. A death counts only with enough of the run
    /// left: of one that comes just before the end nobody knows what it would have cost.
    pub fn of(contest: &Contest<'_>, contestant: &Contestant<'_>, of: Bereft, death: Death) -> Recoveries {
        let mut recoveries = Recoveries { took_us: Vec::new(), never: 0 };
        let runs = contest
            .stressed(contestant)
            .filter(|run| run.rest.windows.iter().all(|window| is_death(&window.word)));
        for took in runs.flat_map(|run| run.recoveries(of, death, LEFT_US)) {
            match took {
                Some(took) => recoveries.took_us.push(took),
                None => recoveries.never += 1,
            }
        }
        recoveries.took_us.sort_unstable();
        recoveries
    }

    /// How many deaths there were.
    pub fn count(&self) -> u64 {
        self.took_us.len() as u64 + self.never
    }

    /// The time within which this part of a hundred deaths were over; none where they were not.
    pub fn quantile(&self, percent: usize) -> Option<u64> {
        let rank = rank(self.count() as usize, percent)?;
        self.took_us.get(rank).copied()
    }
}

/// The value that this part of a hundred of the sorted values do not exceed: the nearest rank, no interpolation.
pub fn quantile<T: Copy>(sorted: &[T], percent: usize) -> Option<T> {
    sorted.get(rank(sorted.len(), percent)?).copied()
}

fn rank(count: usize, percent: usize) -> Option<usize> {
    (count > 0).then(|| (count * percent).div_ceil(100).clamp(1, count) - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quantile_is_a_value_that_was_there() {
        let sorted = [10, 20, 30, 40];
        assert_eq!(quantile(&sorted, 50), Some(20));
        assert_eq!(quantile(&sorted, 51), Some(30));
        assert_eq!((quantile(&sorted, 0), quantile(&sorted, 100)), (Some(10), Some(40)));
        assert_eq!(quantile::<u8>(&[], 50), None);
    }

    /// A lock that never came back may not look fast because only its quick recoveries were counted.
    #[test]
    fn who_never_came_back_is_counted_as_the_slowest() {
        let recoveries = Recoveries { took_us: vec![5, 7], never: 3 };
        assert_eq!((recoveries.count(), recoveries.quantile(40)), (5, Some(7)));
        assert_eq!(recoveries.quantile(50), None);
    }
}
