//! Why nothing can be run: what a user named that does not exist, or wrote and cannot be.

use crate::Exit;
use crate::nearest::nearest;
use fencepost_scenario::Mistakes;
use std::fmt;

/// Why a selection or a replay cannot be made. All of them are for the user to mend.
#[derive(Clone, Debug)]
pub enum Refused {
    /// A name that nothing has.
    NoSuch {
        /// What it should have named: `scenario`, `variant`, `lock`.
        noun: &'static str,
        /// The name.
        word: String,
        /// What to do about it.
        help: String,
    },
    /// Something else that cannot be.
    Bad {
        /// What is wrong, in a lower-case fragment.
        message: String,
        /// What to do about it.
        help: String,
    },
    /// Scenario files with mistakes.
    Mistakes(Vec<Mistakes>),
    /// Globs and filters that leave nothing.
    Nothing {
        /// What was asked for, in a sentence part.
        asked: String,
    },
}

impl Refused {
    pub(crate) fn no_such<'a>(
        noun: &'static str,
        word: &str,
        candidates: impl IntoIterator<Item = &'a str> + Clone,
        otherwise: &str,
    ) -> Refused {
        let help = match nearest(word, candidates) {
            Some(near) => format!("did you mean `{near}`?"),
            None => otherwise.to_owned(),
        };
        Refused::NoSuch { noun, word: word.to_owned(), help }
    }

    pub(crate) fn bad(message: impl Into<String>, help: impl Into<String>) -> Refused {
        Refused::Bad { message: message.into(), help: help.into() }
    }

    /// The code with which the binary ends.
    pub fn exit(&self) -> Exit {
        match self {
            Refused::Nothing { .. } => Exit::NothingSelected,
            _ => Exit::Usage,
        }
    }

    /// The text for people, ending in a line break.
    pub fn render(&self, colour: bool) -> String {
        match self {
            Refused::NoSuch { noun, word, help } => {
                format!("error: no {noun} is called `{word}`\n  help: {help}\n")
            }
            Refused::Bad { message, help } => format!("error: {message}\n  help: {help}\n"),
            Refused::Nothing { asked } => {
                format!("error: {asked} selects nothing\n  help: `fencepost list` shows what there is\n")
            }
            Refused::Mistakes(files) => {
                let texts: Vec<String> = files.iter().map(|mistakes| mistakes.render(colour)).collect();
                texts.join("\n")
            }
        }
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.render(false).trim_end())
    }
}

impl std::error::Error for Refused {}
