//! Mistakes as text, in the look of the Rust compiler.

use crate::words;
use crate::{Mistake, Mistakes};
use annotate_snippets::{AnnotationKind, Level, Origin, Renderer, Snippet};
use std::fmt;
use std::ops::Range;

/// The most mistakes that are shown; the rest is counted in a last line.
const SHOWN: usize = 20;

impl Mistakes {
    /// The mistakes as text for people, one paragraph each, ending in a line break.
    pub fn render(&self, colour: bool) -> String {
        let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
        let mut paragraphs: Vec<String> =
            self.kept.iter().take(SHOWN).map(|mistake| self.paragraph(&renderer, mistake)).collect();
        if self.len() > SHOWN {
            paragraphs.push(format!("and {} more in {}", self.len() - SHOWN, self.path));
        }
        paragraphs.join("\n\n") + "\n"
    }

    fn paragraph(&self, renderer: &Renderer, mistake: &Mistake) -> String {
        let title = Level::ERROR.primary_title(mistake.message.as_str()).id(mistake.code);
        let help = Level::HELP.message(mistake.help.as_str());
        if self.text.is_empty() {
            // Nothing to point into.
            return renderer.render(&[title.element(Origin::path(self.path.as_str())).element(help)]);
        }
        let (line, span) = self.line_around(&mistake.span);
        let mark = AnnotationKind::Primary.span(span).label(mistake.label.as_str());
        // One line is enough to find the place, and keeps the output short whatever the file is; the
        // renderer cuts the line to a window by itself.
        let snippet = Snippet::source(line)
            .line_start(words::line_at(&self.text, mistake.span.start))
            .path(self.path.as_str())
            .annotation(mark);
        renderer.render(&[title.element(snippet).element(help)])
    }

    /// The line in which a span begins, and the part of the span that lies in it.
    fn line_around(&self, span: &Range<usize>) -> (&str, Range<usize>) {
        let start = floor_boundary(&self.text, span.start);
        let first = self.text[..start].rfind('\n').map_or(0, |at| at + 1);
        let line = self.text[first..].split('\n').next().unwrap_or_default();
        let line = line.strip_suffix('\r').unwrap_or(line);
        let from = (start - first).min(line.len());
        let to = floor_boundary(line, span.end.saturating_sub(first)).max(from);
        (line, from..to)
    }
}

/// The last place at or before `at` where a character begins.
fn floor_boundary(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

impl fmt::Display for Mistakes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.render(false).fmt(f)
    }
}

impl std::error::Error for Mistakes {}
