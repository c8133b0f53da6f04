//! What is wrong with a scenario file, as data. `render` turns it into text.

use crate::words;
use std::ops::Range;

/// The most mistakes that are kept of one file; the others are only counted. Garbage has one per byte.
const KEPT: usize = 50;

/// One mistake in a scenario file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// What kind of mistake, such as `unknown-target`.
    pub code: &'static str,
    /// Where, in bytes of the text.
    pub span: Range<usize>,
    /// What is wrong, in a lower-case fragment.
    pub message: String,
    /// What to say under the place itself.
    pub label: String,
    /// The smallest cure.
    pub help: String,
}

/// Everything that is wrong with one scenario file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistakes {
    pub(crate) path: String,
    pub(crate) text: String,
    pub(crate) kept: Vec<Mistake>,
    pub(crate) left_out: usize,
}

impl Mistakes {
    /// Nothing wrong yet with `text`, which people know as `path`.
    pub(crate) fn none(path: &str, text: &str) -> Mistakes {
        Mistakes { path: path.to_owned(), text: text.to_owned(), kept: Vec::new(), left_out: 0 }
    }

    /// One mistake in a text that is no scenario, to be told as one in a scenario is.
    pub fn one(path: &str, text: &str, mistake: Mistake) -> Mistakes {
        Mistakes { kept: vec![mistake], ..Mistakes::none(path, text) }
    }

    /// How many mistakes there are.
    pub fn len(&self) -> usize {
        self.kept.len() + self.left_out
    }

    /// Whether there are none. What [`parse`](crate::parse) returns always has some.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The mistakes in the order of the file: the first fifty.
    pub fn iter(&self) -> impl Iterator<Item = &Mistake> {
        self.kept.iter()
    }

    /// The 1-based line of a mistake, for annotations.
    pub fn line_of(&self, mistake: &Mistake) -> usize {
        words::line_at(&self.text, mistake.span.start)
    }

    /// Adds a mistake.
    pub(crate) fn add(
        &mut self,
        code: &'static str,
        span: Range<usize>,
        message: impl Into<String>,
        label: impl Into<String>,
        help: impl Into<String>,
    ) {
        if self.kept.len() == KEPT {
            self.left_out += 1;
            return;
        }
        let (message, label, help) = (message.into(), label.into(), help.into());
        self.kept.push(Mistake { code, span, message, label, help });
    }

    /// A word that is none of the valid ones. `code` is `unknown-` and what the word should have been.
    pub(crate) fn add_unknown(
        &mut self,
        code: &'static str,
        span: Range<usize>,
        word: &str,
        valid: &[&str],
        whole: &str,
    ) {
        let noun = code.trim_start_matches("unknown-").replace('-', " ");
        let label = match words::nearest(word, valid) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("no {noun} has this name"),
        };
        let help = match valid {
            [] => format!("{whole}: there are none"),
            _ => format!("{whole}: {}", words::list(valid)),
        };
        self.add(code, span, format!("unknown {noun} {}", words::quote(word)), label, help);
    }

    /// A value outside its bounds.
    pub(crate) fn add_out_of_range(&mut self, span: Range<usize>, name: &str, why: &str, bounds: &str) {
        self.add("out-of-range", span, format!("`{name}` is out of range"), why, format!("write {bounds}"));
    }

    /// The same mistakes in the order of the file, for reading.
    pub(crate) fn sorted(mut self) -> Mistakes {
        self.kept.sort_by_key(|mistake| (mistake.span.start, mistake.span.end));
        self
    }
}
