//! How far down everything is: a row for each thing that has words, so that no two texts meet.

use super::flights::Flight;
use super::notes::Note;
use fencepost_model::{Instant, Span};

/// From one row to the next.
const ROW: i64 = 22;
/// From a row to an arrival after it.
const ARRIVAL: i64 = 12;
/// A gap that is longer is said.
const GAP: Span = Span::from_millis(100);
/// How much room a gap that is said takes.
const GAP_ROOM: i64 = 26;
/// The most rows: some from the beginning, and those before and after the first violation.
const FIRST: usize = 40;
const BEFORE: usize = 80;
const AFTER: usize = 40;

/// What happens in a row.
pub(super) enum What {
    /// These flights leave, from one process, under one name.
    Departure(Vec<usize>),
    /// Flights arrive.
    Arrival,
    /// Something is said.
    Note(usize),
}

pub(super) struct Row {
    pub at: Instant,
    pub y: i64,
    pub what: What,
}

pub(super) struct Rows {
    pub all: Vec<Row>,
    /// Where stretches without anything are, and how long they last.
    pub gaps: Vec<(i64, Span)>,
    pub bottom: i64,
    /// How many rows were left out in the middle.
    pub left_out: usize,
    top: i64,
}

impl Rows {
    pub fn new(flights: &[Flight], notes: &[Note], top: i64) -> Rows {
        let mut all = unplaced(flights, notes);
        // At one instant: what arrives, what comes of it, what leaves.
        all.sort_by_key(|row| {
            let order = match row.what {
                What::Arrival => 0,
                What::Note(_) => 1,
                What::Departure(_) => 2,
            };
            (row.at, order)
        });
        let whole = all.len();
        let violates = |row: &Row| matches!(row.what, What::Note(index) if !notes[index].flags.is_empty());
        if whole > FIRST + BEFORE + AFTER {
            let middle = all.iter().position(violates).unwrap_or(FIRST + BEFORE);
            all.truncate(middle + AFTER);
            all.drain(FIRST..middle.saturating_sub(BEFORE).max(FIRST));
        }
        let left_out = whole - all.len();
        let mut rows = Rows { all, gaps: Vec::new(), bottom: top, left_out, top };
        rows.place();
        rows
    }

    fn place(&mut self) {
        let (mut y, mut before) = (self.top, None);
        for row in &mut self.all {
            let passed = before.map_or(Span::ZERO, |before| row.at.since(before));
            if passed > GAP {
                self.gaps.push((y + GAP_ROOM / 2 + 4, passed));
                y += GAP_ROOM;
            }
            y += if matches!(row.what, What::Arrival) { ARRIVAL } else { ROW };
            row.y = y;
            before = Some(row.at);
        }
        self.bottom = y + 16;
    }

    /// How far down a flight leaves; none where that is left out.
    pub fn left(&self, flight: usize) -> Option<i64> {
        let leaves = |row: &&Row| matches!(&row.what, What::Departure(all) if all.contains(&flight));
        self.all.iter().find(leaves).map(|row| row.y)
    }

    /// How far down an instant is: that of its first row, or between its neighbours.
    pub fn at(&self, at: Instant) -> i64 {
        let after = self.all.partition_point(|row| row.at < at);
        match (after.checked_sub(1), self.all.get(after)) {
            (_, Some(row)) if row.at == at => row.y,
            (None, _) => self.top - 8,
            (_, None) => self.bottom,
            (Some(before), Some(row)) => {
                let before = &self.all[before];
                let (passed, whole) = (at.since(before.at).0, row.at.since(before.at).0);
                before.y
                    + (i128::from(row.y - before.y) * i128::from(passed) / i128::from(whole.max(1))) as i64
            }
        }
    }
}

fn unplaced(flights: &[Flight], notes: &[Note]) -> Vec<Row> {
    let mut all: Vec<Row> = Vec::new();
    let mut named: Vec<(Instant, usize, usize)> = Vec::new();
    for (index, flight) in flights.iter().enumerate() {
        let same = |other: &Flight| {
            (other.sent, other.source, other.label) == (flight.sent, flight.source, flight.label)
        };
        match named.iter().find(|(_, first, _)| same(&flights[*first])) {
            Some((.., row)) => {
                if let What::Departure(indices) = &mut all[*row].what {
                    indices.push(index);
                }
            }
            None => {
                named.push((flight.sent, index, all.len()));
                all.push(Row { at: flight.sent, y: 0, what: What::Departure(vec![index]) });
            }
        }
        if let Some(at) = flight.arrived {
            all.push(Row { at, y: 0, what: What::Arrival });
        }
    }
    all.extend(notes.iter().enumerate().map(|(index, note)| Row {
        at: note.at,
        y: 0,
        what: What::Note(index),
    }));
    all.sort_by_key(|row| row.at);
    all.dedup_by(|one, other| {
        one.at == other.at && matches!((&one.what, &other.what), (What::Arrival, What::Arrival))
    });
    all
}
