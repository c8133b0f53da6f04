//! Drawing: a sheet knows where the lanes are, and draws one row at a time.

use crate::replay::mark::{Lane, Mark};
use crate::replay::stand::Stand;

/// Where the lane of the servers begins: after the time.
const SERVICE: usize = 11;
/// How wide it is.
const SERVICE_WIDTH: usize = 31;
/// How wide the lane of the resource is.
const RESOURCE_WIDTH: usize = 22;
/// How wide the lane of an owner has to be, and may be.
const OWNER_WIDTHS: (usize, usize) = (18, 30);

/// Where the lanes are.
pub(super) struct Sheet {
    names: Vec<String>,
    owner_width: usize,
}

impl Sheet {
    /// How many owners there is room for; always at least two, for a story of one owner is none.
    pub fn room(width: usize) -> usize {
        (width.saturating_sub(SERVICE + SERVICE_WIDTH + RESOURCE_WIDTH) / OWNER_WIDTHS.0).max(2)
    }

    /// A sheet of this width, with a lane for each of these owners.
    pub fn new(width: usize, owners: &[&str]) -> Sheet {
        let rest = width.saturating_sub(SERVICE + SERVICE_WIDTH + RESOURCE_WIDTH);
        let owner_width = (rest / owners.len().max(1)).clamp(OWNER_WIDTHS.0, OWNER_WIDTHS.1);
        Sheet { names: owners.iter().map(|name| (*name).to_owned()).collect(), owner_width }
    }

    fn owner(&self, index: usize) -> usize {
        SERVICE + SERVICE_WIDTH + index * self.owner_width
    }

    fn resource(&self) -> usize {
        self.owner(self.names.len())
    }

    /// The names over the lanes.
    pub fn head(&self, service: &str, behind: &str) -> String {
        let mut line = Line::default();
        line.put(SERVICE, service);
        for (index, name) in self.names.iter().enumerate() {
            line.put(self.owner(index), name);
        }
        line.put(self.resource(), behind);
        line.finish()
    }

    /// One event, beside how the owners stand after it.
    pub fn row(&self, at: &str, mark: &Mark, stands: &[Stand]) -> String {
        let mut line = Line::default();
        line.put(0, &format!("{at:>9}"));
        for (index, stand) in stands.iter().enumerate() {
            line.put(self.owner(index), &stand.glyph().to_string());
        }
        match mark.lane {
            Lane::Service => line.put(SERVICE, &clipped(&mark.text, SERVICE_WIDTH - 1)),
            Lane::Resource => line.put(self.resource(), &mark.text),
            Lane::Across => line.put(SERVICE, &mark.text),
            Lane::Owner(index) => self.owner_mark(&mut line, index, mark),
        }
        line.finish()
    }

    fn owner_mark(&self, line: &mut Line, index: usize, mark: &Mark) {
        let column = self.owner(index);
        if let Some(glyph) = mark.glyph {
            line.put(column, &glyph.to_string());
        }
        let text = clipped(&mark.text, self.owner_width - 3);
        let Some(answer) = &mark.answer else {
            line.put(column + 2, &text);
            return;
        };
        line.put(column + 1, &format!("─ {text} "));
        line.dash(column + 3 + text.chars().count() + 1, self.resource() - 2);
        line.put(self.resource() - 2, "▶ ");
        line.put(self.resource(), answer);
    }
}

/// Text of at most this many letters.
fn clipped(text: &str, room: usize) -> String {
    if text.chars().count() <= room {
        return text.to_owned();
    }
    let kept: String = text.chars().take(room.saturating_sub(1)).collect();
    kept + "…"
}

/// A line of letters that are put where they belong.
#[derive(Default)]
struct Line(Vec<char>);

impl Line {
    fn put(&mut self, column: usize, text: &str) {
        for (place, letter) in (column..).zip(text.chars()) {
            if self.0.len() <= place {
                self.0.resize(place + 1, ' ');
            }
            self.0[place] = letter;
        }
    }

    /// Dashes from one column up to another; they cross the lanes in between.
    fn dash(&mut self, from: usize, to: usize) {
        for place in from..to {
            let crossing = matches!(self.0.get(place), Some('│' | '┊'));
            self.put(place, if crossing { "┼" } else { "─" });
        }
    }

    fn finish(self) -> String {
        self.0.into_iter().collect::<String>().trim_end().to_owned()
    }
}
