//! From text to a document, or why it is none: too large, too deep, or not TOML.

use crate::{Mistakes, words};
use toml::Spanned;
use toml::de::DeTable;

/// The largest scenario or advice file, in bytes.
pub const LARGEST: usize = 1 << 20;
/// The most syntax errors that are told. Later ones are mostly echoes of the first.
const TOLD: usize = 5;

/// What a file is meant to be, for messages about text that is none.
pub(crate) struct Meant {
    /// A word for it.
    pub(crate) noun: &'static str,
    /// How to begin one.
    pub(crate) begin: &'static str,
    /// Where it is explained.
    pub(crate) page: &'static str,
}

/// A scenario file.
pub(crate) const SCENARIO: Meant = Meant {
    noun: "a scenario",
    begin: "a title and one lock are enough; `fencepost new NAME` writes a scenario to start from",
    page: "a scenario is a TOML file: see scenarios/README.md",
};

/// An advice file.
pub(crate) const ADVICE: Meant = Meant {
    noun: "an advice file",
    begin: "one lock is enough, such as `lock = \"redis\"`; `fencepost new advice` writes one to start from",
    page: "an advice file is a TOML file: see scenarios/advice.md",
};

/// The document in `text`. TOML's own parser stops at 80 nested brackets, without using the stack up.
pub(crate) fn document<'a>(
    path: &str,
    text: &'a str,
    meant: &Meant,
) -> Result<Spanned<DeTable<'a>>, Mistakes> {
    if text.len() > LARGEST {
        let mut mistakes = Mistakes::none(path, "");
        let message = format!("{} bytes are too much for {}", text.len(), meant.noun);
        mistakes.add("too-large", 0..0, message, "", format!("{} has at most {LARGEST} bytes", meant.noun));
        return Err(mistakes);
    }
    if text.trim_start_matches('\u{feff}').trim().is_empty() {
        let mut mistakes = Mistakes::none(path, "");
        mistakes.add("empty-file", 0..0, "the file is empty", "", meant.begin);
        return Err(mistakes);
    }
    let (document, errors) = DeTable::parse_recoverable(text);
    if errors.is_empty() { Ok(document) } else { Err(syntax(path, text, &errors, meant)) }
}

/// Syntax errors: the first of each line, and not many.
fn syntax(path: &str, text: &str, errors: &[toml::de::Error], meant: &Meant) -> Mistakes {
    let mut mistakes = Mistakes::none(path, text);
    let mut places: Vec<_> = errors.iter().map(|error| (error.span().unwrap_or(0..0), error)).collect();
    places.sort_by_key(|(span, _)| span.start);
    let mut last_line = 0;
    for (span, error) in places {
        if mistakes.len() == TOLD {
            break;
        }
        let line = words::line_at(text, span.start);
        if line != last_line {
            let (code, message) = describe(error.message());
            mistakes.add(code, span, message, "here", meant.page);
        }
        last_line = line;
    }
    mistakes
}

fn describe(message: &str) -> (&'static str, String) {
    if message.contains("recurse") || message.contains("recursion") {
        return ("too-deep", "brackets or keys are nested too deeply".to_owned());
    }
    ("syntax", words::clip_to(message, 160))
}
