//! An advice file: one lock with its settings, the figures of the place where it runs, and the floor below which
//! its room may not fall.
//!
//! What the file leaves out is `None` here. Whoever gives advice decides what to take instead, and shows it.

mod environment;
mod floor;
mod places;
mod sample;

pub use environment::{ClockFigures, Environment, FailoverFigures, Holds};
pub use floor::{Floor, Least};
pub use places::{Place, Places};
pub use sample::{Sample, Source};

use crate::section::Section;
use crate::{Mistakes, Variant, Vocabulary, guard, keys, variants};
use fencepost_model::Span;

/// What an advice file says. Read one with [`parse_advice`].
#[derive(Clone)]
pub struct Advice {
    /// The file, as people know it.
    pub path: String,
    /// What the lock is for, in a few words.
    pub title: Option<String>,
    /// The lock with every setting, and the gate. It is named after the preset, or else after the lock.
    pub variant: Variant,
    /// Whether the owner looks at its deadline before it writes: yes, unless the file says no.
    pub obeys_deadline: bool,
    /// How much room is wanted beyond the largest that was seen.
    pub room: Option<Span>,
    /// The figures of the place where the lock runs.
    pub environment: Environment,
    /// What may not be undercut, in the order of the file.
    pub floor: Vec<Floor>,
    /// Where every key stands in the text.
    pub places: Places,
    /// What the file holds.
    pub text: String,
}

/// Reads an advice file. `path` is how messages call it, `text` is what it holds, and `logs` gives what a log holds
/// that the file names, or says why it cannot.
///
/// Fails with everything that is wrong with the text; with syntax errors only, where it is no TOML.
pub fn parse_advice(
    path: &str,
    text: &str,
    vocabulary: &Vocabulary,
    logs: &dyn Fn(&str) -> Result<Vec<u8>, String>,
) -> Result<Advice, Mistakes> {
    let document = guard::document(path, text, &guard::ADVICE)?;
    let mut mistakes = Mistakes::none(path, text);
    let found = &mut mistakes;
    let top = Section::open(&keys::ADVICE, document.get_ref(), 0..0, found);
    let variant = variants::advised(&top, vocabulary, found);
    let title = top.word("title", found).map(|word| word.text.to_owned());
    let obeys_deadline = top.flag("obeys-deadline", found).unwrap_or(true);
    let room = top.span("room", found);
    let section = top.section("environment", &keys::ENVIRONMENT, found);
    let environment =
        section.map(|section| environment::environment(&section, logs, found)).unwrap_or_default();
    let floor = top.section("floor", &keys::FLOOR, found);
    let floor = floor.map(|section| floor::floor(&section, found)).unwrap_or_default();
    let Some(variant) = variant.filter(|_| mistakes.is_empty()) else { return Err(mistakes.sorted()) };
    Ok(Advice {
        path: path.to_owned(),
        title,
        variant,
        obeys_deadline,
        room,
        environment,
        floor,
        places: Places::of_document(text, document.get_ref()),
        text: text.to_owned(),
    })
}
