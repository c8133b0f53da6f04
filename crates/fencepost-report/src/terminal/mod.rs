//! The table on the terminal: a line per scenario and variant as it is done, and then what it adds up to.

mod breaks;
mod line;
mod matrix;
mod summary;

use fencepost_explore::{NotRepeated, Row, RunEvent, Started};

/// How much is told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Detail {
    /// Only what is not as expected, and the summary.
    Quiet,
    /// The table, the matrix, and what excuses the breaks.
    #[default]
    Normal,
    /// What was seen and fired as well, and a sentence for each kind of break.
    Verbose,
}

/// Turns the events of a sweep into text. What it gives back is printed at once.
#[derive(Default)]
pub struct Table {
    detail: Detail,
    started: Option<Started>,
    rows: Vec<Row>,
    not_repeated: Vec<NotRepeated>,
}

impl Table {
    /// A table that tells this much.
    pub fn new(detail: Detail) -> Table {
        Table { detail, ..Table::default() }
    }

    /// A sentence for everything so far that is not as expected; empty where everything is.
    pub fn not_as_expected(&self) -> String {
        breaks::not_as_expected(&self.rows, &self.not_repeated)
    }

    /// Takes an event in; gives back the text to print for it, which may be empty.
    pub fn hear(&mut self, event: &RunEvent) -> String {
        match event {
            RunEvent::Progress { .. } => String::new(),
            RunEvent::Started(started) => {
                self.started = Some(started.clone());
                if self.detail == Detail::Quiet { String::new() } else { line::header(started) }
            }
            RunEvent::Row(row) => {
                let text = self.started.as_ref().map(|started| line::line(row, started, self.detail));
                self.rows.push((**row).clone());
                text.unwrap_or_default()
            }
            RunEvent::NotRepeated(case) => {
                self.not_repeated.push(case.clone());
                String::new()
            }
            RunEvent::Finished(summary) => {
                let mut text = breaks::not_as_expected(&self.rows, &self.not_repeated);
                if self.detail != Detail::Quiet {
                    text += &matrix::matrix(&self.rows);
                    text += &breaks::as_expected(&self.rows, self.detail);
                }
                text + &summary::summary(summary, &self.rows, &self.not_repeated)
            }
        }
    }
}
