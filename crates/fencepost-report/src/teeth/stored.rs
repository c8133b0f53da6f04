//! Teeth as JSON Lines: what `fencepost teeth --format json` prints, and the page reads again.

use super::{Column, Row};
use serde::{Deserialize, Serialize};

/// What was tried, and what came of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Teeth {
    /// What each strategy was allowed.
    pub head: TeethHead,
    /// One for each defect.
    pub defects: Vec<Tooth>,
}

/// What each strategy was allowed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct TeethHead {
    /// The version that was tried.
    pub version: String,
    /// The most milliseconds for a defect and start.
    pub most_millis: u64,
    /// The most runs for a defect and start.
    pub most_runs: u64,
    /// Runs of each twin, in search of false alarms.
    pub twin_runs: u64,
    /// From how many starts each strategy began.
    pub starts: u64,
    /// On how many threads.
    pub jobs: u64,
}

/// One defect.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Tooth {
    /// The lock.
    pub lock: String,
    /// Its defect.
    pub defect: String,
    /// The scenario and variant that plant it; none where none does by itself.
    pub place: Option<String>,
    /// Whether some strategy caught it.
    pub caught: bool,
    /// One for each strategy.
    pub strategies: Vec<ToothColumn>,
}

/// What one strategy did about one defect.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct ToothColumn {
    /// Its word.
    pub strategy: String,
    /// From how many starts it began.
    pub starts: u64,
    /// How many of them caught the defect.
    pub caught: u64,
    /// The property that gave it away first.
    pub property: Option<String>,
    /// The median number of runs; none where fewer than half of the starts caught it.
    pub median_runs: Option<u64>,
    /// The median time, so too.
    pub median_millis: Option<u64>,
    /// The most runs of a start.
    pub most_runs: u64,
    /// Why a start could not be made, or what ended it.
    pub failed: Option<String>,
    /// What broke in twins unexpectedly: variant, property, run.
    pub false_alarms: Vec<(String, String, u64)>,
}

/// A line, told apart by its event.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "event")]
enum Line {
    Teeth(TeethHead),
    Tooth(Tooth),
}

impl Teeth {
    /// Reads lines. The error names the line, from 1, and says what is wrong with it.
    pub fn read(text: &str) -> Result<Teeth, String> {
        let mut teeth = Teeth::default();
        for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
            match serde_json::from_str(line).map_err(|error| format!("line {}: {error}", number + 1))? {
                Line::Teeth(head) => teeth.head = head,
                Line::Tooth(tooth) => teeth.defects.push(tooth),
            }
        }
        Ok(teeth)
    }
}

impl TeethHead {
    /// Its line, with the line break.
    pub fn line(&self) -> String {
        line(&Line::Teeth(self.clone()))
    }
}

impl Tooth {
    /// Its line, with the line break.
    pub fn line(&self) -> String {
        line(&Line::Tooth(self.clone()))
    }
}

fn line(line: &Line) -> String {
    serde_json::to_string(line).expect("a line has no maps with odd keys") + "\n"
}

impl From<&Row> for Tooth {
    fn from(row: &Row) -> Tooth {
        Tooth {
            lock: row.lock.to_owned(),
            defect: row.defect.to_owned(),
            place: row.place.clone(),
            caught: row.is_caught(),
            strategies: row.columns.iter().map(ToothColumn::from).collect(),
        }
    }
}

impl From<&Column> for ToothColumn {
    fn from(column: &Column) -> ToothColumn {
        let median = column.median();
        let alarm = |(variant, property, run): &(String, &'static str, u64)| {
            (variant.clone(), (*property).to_owned(), *run)
        };
        ToothColumn {
            strategy: column.way.word().to_owned(),
            starts: column.bites.len() as u64,
            caught: column.caught() as u64,
            property: column.property().map(str::to_owned),
            median_runs: median.map(|(runs, _)| runs),
            median_millis: median.map(|(_, millis)| millis as u64),
            most_runs: column.bites.iter().map(|(bite, _)| bite.runs).max().unwrap_or(0),
            failed: column.bites.iter().find_map(|(bite, _)| bite.failed.clone()),
            false_alarms: column.alarms.iter().map(alarm).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let head = TeethHead { version: "1.2.3".to_owned(), most_runs: 7, starts: 3, ..TeethHead::default() };
        let column = ToothColumn {
            strategy: "random".to_owned(),
            starts: 3,
            caught: 1,
            property: Some("fencing".to_owned()),
            median_runs: None,
            median_millis: None,
            most_runs: 7,
            failed: None,
            false_alarms: vec![("twin".to_owned(), "fair".to_owned(), 2)],
        };
        let tooth = Tooth {
            lock: "redis".to_owned(),
            defect: "a < b".to_owned(),
            place: None,
            caught: true,
            strategies: vec![column],
        };
        let text = head.line() + &tooth.line();
        assert_eq!(Teeth::read(&text), Ok(Teeth { head, defects: vec![tooth] }));
        let wrong = Teeth::read("{\"event\":\"tooth\"}").expect_err("it lacks a lock");
        assert!(wrong.starts_with("line 1: "), "{wrong}");
    }
}
