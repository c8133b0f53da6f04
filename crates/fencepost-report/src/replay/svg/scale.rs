//! How far down things are: rows follow each other so that no two texts meet, more time is more room, and
//! long stretches in which nothing happens are cut out.

use super::row::Row;
use super::sheet::{Sheet, fitted};
use super::text::LINE;
use crate::replay::mark::Lane;
use fencepost_model::{Instant, Span};
use std::collections::BTreeMap;

/// From one row to the next, at least.
const ROW: i64 = 17;
/// The most that time alone may put between two rows; what would need more is cut out.
const MOST: i64 = 60;
/// How high the tear is where something was cut out.
pub(super) const TEAR: i64 = 20;

/// A row in its place.
pub(super) struct Placed {
    pub y: i64,
    /// Its words, broken into lines.
    pub lines: Vec<String>,
    /// What the resource said.
    pub answer: Vec<String>,
}

/// A stretch that was cut out.
pub(super) struct Tear {
    /// The middle.
    pub y: i64,
    pub lasted: Span,
    /// How many rows were left out with it.
    pub rows: usize,
}

/// How far down everything is.
pub(super) struct Scale {
    pub placed: Vec<Placed>,
    pub tears: Vec<Tear>,
    pub top: i64,
    pub bottom: i64,
    ats: Vec<Instant>,
    by_event: BTreeMap<usize, usize>,
}

/// What stands on a height already, for each column.
struct Floors {
    lanes: BTreeMap<usize, i64>,
    flags: i64,
}

impl Scale {
    /// Places rows from `top` on.
    pub fn new(rows: &[Row], sheet: &Sheet, top: i64, flag_lines: impl Fn(&Row) -> usize) -> Scale {
        let unit = unit(rows);
        let lanes = sheet.lanes();
        let mut floors = Floors { lanes: (0..lanes.len()).map(|lane| (lane, top)).collect(), flags: top };
        let mut scale = Scale {
            placed: Vec::new(),
            tears: Vec::new(),
            top,
            bottom: top,
            ats: rows.iter().map(|row| row.at).collect(),
            by_event: BTreeMap::new(),
        };
        let mut y = top;
        for (index, row) in rows.iter().enumerate() {
            let passed = if index == 0 { Span::ZERO } else { row.at.since(rows[index - 1].at) };
            let room = i64::try_from(passed.as_nanos() / unit).unwrap_or(i64::MAX);
            if room > MOST || row.left_out > 0 {
                let lowest = floors.lowest().max(y + 10);
                scale.tears.push(Tear { y: lowest + TEAR / 2, lasted: passed, rows: row.left_out });
                y = lowest + TEAR + 10;
            } else {
                y += ROW + room;
            }
            let lines = fitted(sheet, row.lane, &row.text);
            let answer = row.answer.as_deref().map(|answer| fitted(sheet, Lane::Resource, answer));
            let answer = answer.unwrap_or_default();
            y = y.max(floors.above(&touched(row, &lanes)) + 9);
            if !row.flags.is_empty() {
                y = y.max(floors.flags + 9);
                floors.flags = y - 8 + LINE * flag_lines(row) as i64;
            }
            for lane in touched(row, &lanes) {
                let high = match lanes[lane] {
                    of if of == row.lane || row.lane == Lane::Across => lines.len(),
                    Lane::Resource => answer.len(),
                    _ => 0,
                };
                floors.lanes.insert(lane, y - 8 + LINE * high as i64);
            }
            if let Some(event) = row.event {
                scale.by_event.insert(event, index);
            }
            scale.placed.push(Placed { y, lines, answer });
        }
        scale.bottom = floors.lowest().max(y + 8) + 10;
        scale
    }

    /// How far down an event is; where it has no row, by its time.
    pub fn event(&self, index: usize, at: Instant) -> i64 {
        self.by_event.get(&index).map_or_else(|| self.at(at), |row| self.placed[*row].y)
    }

    /// How far down an instant is.
    pub fn at(&self, at: Instant) -> i64 {
        let after = self.ats.partition_point(|known| *known < at);
        match (after.checked_sub(1), self.ats.get(after)) {
            (_, Some(known)) if *known == at => self.placed[after].y,
            (None, _) => self.top,
            (_, None) => self.bottom,
            (Some(before), Some(known)) => {
                let (from, to) = (self.placed[before].y, self.placed[after].y);
                let (passed, whole) = (at.since(self.ats[before]).0, known.since(self.ats[before]).0);
                from + (i128::from(to - from) * i128::from(passed) / i128::from(whole.max(1))) as i64
            }
        }
    }

    /// The row of an event, where it has one.
    pub fn row_of(&self, event: usize) -> Option<usize> {
        self.by_event.get(&event).copied()
    }
}

impl Floors {
    fn lowest(&self) -> i64 {
        self.lanes.values().copied().max().unwrap_or(0).max(self.flags)
    }

    fn above(&self, touched: &[usize]) -> i64 {
        touched.iter().filter_map(|lane| self.lanes.get(lane)).copied().max().unwrap_or(0)
    }
}

/// The lanes in which a row writes or which its arrow crosses, by their places.
fn touched(row: &Row, lanes: &[Lane]) -> Vec<usize> {
    match (row.lane, &row.answer) {
        (Lane::Across, _) => (0..lanes.len()).collect(),
        (Lane::Owner(index), Some(_)) => (index + 1..lanes.len()).collect(),
        (Lane::Owner(index), None) if row.departs => (index + 1..lanes.len() - 1).collect(),
        (lane, _) => (0..lanes.len()).filter(|place| lanes[*place] == lane).collect(),
    }
}

/// How many nanoseconds a pixel stands for: the fewest (a 1, 2 or 5 with zeros) with which few stretches are
/// cut out, and time does not take much more room than the rows themselves.
fn unit(rows: &[Row]) -> u64 {
    let gaps: Vec<u64> = rows.windows(2).map(|pair| pair[1].at.since(pair[0].at).as_nanos()).collect();
    let room = ROW as u64 * rows.len() as u64 * 3 / 2;
    let tears = (rows.len() / 10).max(2);
    let fits = |unit: &u64| {
        let needed: u64 = gaps.iter().map(|gap| (gap / unit).min(MOST as u64)).sum();
        needed <= room && gaps.iter().filter(|gap| **gap / unit > MOST as u64).count() <= tears
    };
    let units = (3..18).flat_map(|zeros| [1, 2, 5].map(|digit| digit * 10_u64.pow(zeros)));
    units.into_iter().find(fits).unwrap_or(u64::MAX)
}
