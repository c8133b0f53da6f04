//! The table of teeth: which defect was found by which strategy, and how soon.

mod stored;

pub use stored::{Teeth, TeethHead, Tooth, ToothColumn};

use crate::words::thousands;
use fencepost_explore::teeth::{Bite, Way};
use std::fmt::Write;
use std::time::Duration;

/// What one strategy did about one defect, over several starts.
pub struct Column {
    /// The strategy.
    pub way: Way,
    /// One for each start, with the time that it took.
    pub bites: Vec<(Bite, Duration)>,
    /// What broke in twins unexpectedly: variant, property, run.
    pub alarms: Vec<(String, &'static str, u64)>,
}

/// One defect.
pub struct Row {
    /// The lock.
    pub lock: &'static str,
    /// The defect.
    pub defect: &'static str,
    /// The scenario and variant that plant it; none where none does.
    pub place: Option<String>,
    /// One for each strategy.
    pub columns: Vec<Column>,
}

impl Column {
    /// How many starts caught it.
    pub fn caught(&self) -> usize {
        self.bites.iter().filter(|(bite, _)| bite.caught.is_some()).count()
    }

    /// The median number of runs to catch it, and of milliseconds, over all starts; none where fewer than half of
    /// them caught it.
    pub fn median(&self) -> Option<(u64, u128)> {
        let mut runs: Vec<u64> =
            self.bites.iter().map(|(bite, _)| bite.caught.map_or(u64::MAX, |(_, run)| run)).collect();
        let mut times: Vec<u128> = self
            .bites
            .iter()
            .map(|(bite, time)| if bite.caught.is_some() { time.as_millis() } else { u128::MAX })
            .collect();
        runs.sort_unstable();
        times.sort_unstable();
        let middle = runs.len() / 2;
        let run = *runs.get(middle)?;
        (run < u64::MAX).then(|| (run, times[middle]))
    }

    fn property(&self) -> Option<&'static str> {
        self.bites.iter().find_map(|(bite, _)| bite.caught.map(|(property, _)| property))
    }

    fn told(&self) -> String {
        let starts = self.bites.len();
        match (self.median(), self.property()) {
            (Some((runs, millis)), Some(property)) => format!(
                "{property}, {} runs, {}.{:02}s{}",
                thousands(runs),
                millis / 1000,
                millis % 1000 / 10,
                if self.caught() < starts {
                    format!(" ({} of {starts})", self.caught())
                } else {
                    String::new()
                }
            ),
            (None, Some(property)) => format!("{property}, {} of {starts} starts", self.caught()),
            _ => {
                let most = self.bites.iter().map(|(bite, _)| bite.runs).max().unwrap_or(0);
                let failed = self.bites.iter().find_map(|(bite, _)| bite.failed.as_deref());
                failed.map_or_else(|| format!("not caught in {} runs", thousands(most)), str::to_owned)
            }
        }
    }
}

impl Row {
    /// Whether some strategy caught it.
    pub fn is_caught(&self) -> bool {
        self.columns.iter().any(|column| column.caught() > 0)
    }

    /// The row as text, in several lines.
    pub fn told(&self) -> String {
        let mut text = format!("{} · {}", self.lock, self.defect);
        match &self.place {
            Some(place) => {
                let _ = writeln!(text, " · {place}");
            }
            None => text += " · NO SCENARIO plants it by itself\n",
        }
        for column in &self.columns {
            let _ = writeln!(text, "  {:<11} {}", column.way.word(), column.told());
            for (variant, property, run) in &column.alarms {
                let _ = writeln!(text, "  {:<11} FALSE ALARM: {property} in {variant}, run {run}", "");
            }
        }
        text
    }
}

/// The last lines: how many were caught, and which were not.
pub fn summary(rows: &[Row]) -> String {
    let caught = rows.iter().filter(|row| row.is_caught()).count();
    let alarms: usize = rows.iter().flat_map(|row| &row.columns).map(|column| column.alarms.len()).sum();
    let mut text = format!("{caught} of {} defects caught, {alarms} false alarms on twins\n", rows.len());
    for row in rows.iter().filter(|row| !row.is_caught()) {
        let why = if row.place.is_some() { "within the budget" } else { "no scenario plants it by itself" };
        let _ = writeln!(text, "  not caught: {} {} ({why})", row.lock, row.defect);
    }
    text
}
