//! An axis that says itself where its marks are and what is written at them.

use plotters::coord::ranged1d::{KeyPointHint, NoDefaultFormatting, Ranged, ValueFormatter};
use std::ops::Range;

/// An axis from one value to another, in proportion or by powers of ten.
#[derive(Clone, Debug)]
pub struct Axis {
    from: f64,
    to: f64,
    is_log: bool,
    marks: Vec<(f64, String)>,
}

impl Axis {
    /// In proportion, with these marks.
    pub fn linear(from: f64, to: f64, marks: Vec<(f64, String)>) -> Axis {
        Axis { from, to, is_log: false, marks }
    }

    /// By powers, with these marks. Both ends are positive.
    pub fn log(from: f64, to: f64, marks: Vec<(f64, String)>) -> Axis {
        assert!(0.0 < from && from < to, "an axis by powers goes up from something");
        Axis { from, to, is_log: true, marks }
    }

    /// Shares of one, from none to all.
    pub fn shares() -> Axis {
        let marks = [0.0, 0.25, 0.5, 0.75, 1.0];
        Axis::linear(0.0, 1.0, marks.map(|share| (share, format!("{:.0} %", share * 100.0))).to_vec())
    }

    /// Times in microseconds by powers of ten, from one to another.
    pub fn times(from_us: f64, to_us: f64) -> Axis {
        let tens = [
            (100.0, "0.1 ms"),
            (1e3, "1 ms"),
            (1e4, "10 ms"),
            (1e5, "0.1 s"),
            (1e6, "1 s"),
            (1e7, "10 s"),
            (1e8, "100 s"),
        ];
        let inside = tens.into_iter().filter(|(at, _)| from_us <= *at && *at <= to_us);
        Axis::log(from_us, to_us, inside.map(|(at, text)| (at, text.to_owned())).collect())
    }

    /// How many marks there are.
    pub fn count(&self) -> usize {
        self.marks.len()
    }

    fn part(&self, value: f64) -> f64 {
        let held = value.clamp(self.from.min(self.to), self.to.max(self.from));
        if self.is_log {
            (held / self.from).ln() / (self.to / self.from).ln()
        } else {
            (held - self.from) / (self.to - self.from)
        }
    }
}

impl Ranged for Axis {
    type FormatOption = NoDefaultFormatting;
    type ValueType = f64;

    fn map(&self, value: &f64, limit: (i32, i32)) -> i32 {
        limit.0 + (self.part(*value) * f64::from(limit.1 - limit.0)).round() as i32
    }

    fn key_points<Hint: KeyPointHint>(&self, _: Hint) -> Vec<f64> {
        self.marks.iter().map(|(at, _)| *at).collect()
    }

    fn range(&self) -> Range<f64> {
        self.from..self.to
    }
}

impl ValueFormatter<f64> for Axis {
    fn format_ext(&self, value: &f64) -> String {
        let mark = self.marks.iter().find(|(at, _)| at == value);
        mark.map(|(_, text)| text.clone()).unwrap_or_default()
    }
}
