//! A pen: writes elements, and remembers where every text stands.

use super::text::{LINE, bold_width, escaped, width};
use std::fmt::Write;

/// A text in a picture, with the room that it takes at most. Pixels, from the upper left corner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// What stands there.
    pub text: String,
    /// Where it begins.
    pub left: i64,
    /// Its upper edge.
    pub top: i64,
    /// Where it ends.
    pub right: i64,
    /// Its lower edge.
    pub bottom: i64,
}

impl Label {
    /// Whether two texts stand on each other.
    pub fn overlaps(&self, other: &Label) -> bool {
        let across = self.left < other.right && other.left < self.right;
        across && self.top < other.bottom && other.top < self.bottom
    }
}

/// Letters of one look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Letters {
    /// Its class in the style sheet.
    pub class: &'static str,
    pub size: i64,
    pub bold: bool,
}

impl Letters {
    pub const fn new(class: &'static str, size: i64) -> Letters {
        Letters { class, size, bold: false }
    }

    pub const fn bold(class: &'static str, size: i64) -> Letters {
        Letters { class, size, bold: true }
    }

    pub fn width(self, text: &str) -> i64 {
        if self.bold { bold_width(text, self.size) } else { width(text, self.size) }
    }
}

/// From where on a text is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Anchor {
    Start,
    End,
}

#[derive(Default)]
pub(super) struct Pen {
    pub body: String,
    pub labels: Vec<Label>,
}

impl Pen {
    /// A line of text whose middle is at this height.
    pub fn text(&mut self, x: i64, y: i64, letters: Letters, anchor: Anchor, text: &str) {
        let wide = letters.width(text);
        let (left, end) = match anchor {
            Anchor::Start => (x, ""),
            Anchor::End => (x - wide, " text-anchor=\"end\""),
        };
        let (top, base) = (y - letters.size * 11 / 20, y + letters.size * 9 / 25);
        let bottom = top + letters.size * 6 / 5;
        self.labels.push(Label { text: text.to_owned(), left, top, right: left + wide, bottom });
        let _ = writeln!(
            self.body,
            "<text x=\"{x}\" y=\"{base}\" class=\"{}\"{end}>{}</text>",
            letters.class,
            escaped(text)
        );
    }

    /// Lines of text under each other; the first one's middle is at this height.
    pub fn lines(&mut self, x: i64, y: i64, letters: Letters, lines: &[String]) {
        for (place, line) in (0..).zip(lines) {
            self.text(x, y + place * LINE, letters, Anchor::Start, line);
        }
    }

    /// A rectangle with a tooltip, where one is given.
    pub fn rect(&mut self, (x, y, width, height): (i64, i64, i64, i64), look: &str, title: &str) {
        let start = format!("<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" {look}");
        self.element("rect", &start, title);
    }

    pub fn path(&mut self, path: &str, look: &str, title: &str) {
        self.element("path", &format!("<path d=\"{path}\" {look}"), title);
    }

    pub fn circle(&mut self, (x, y): (i64, i64), radius: i64, look: &str, title: &str) {
        self.element("circle", &format!("<circle cx=\"{x}\" cy=\"{y}\" r=\"{radius}\" {look}"), title);
    }

    fn element(&mut self, name: &str, start: &str, title: &str) {
        self.body += start;
        let end = match title {
            "" => "/>\n".to_owned(),
            _ => format!("><title>{}</title></{name}>\n", escaped(title)),
        };
        self.body += &end;
    }
}
