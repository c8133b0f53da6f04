//! What people see of runs: tables, lanes, sentences and JSON Lines. It only reads: nothing here runs,
//! judges or changes anything, and nothing here prints.
//!
//! [`Table`] turns the events of a sweep into the text of the terminal, [`json`] into JSON Lines.
//! Texts may hold colours; whoever prints them strips those that are not wanted.

pub mod advice;
pub mod ci;
mod comparison;
pub mod json;
pub mod margin;
pub mod necessary;
pub mod page;
mod paint;
pub mod remedies;
mod replay;
pub mod search;
pub mod sentence;
mod sentences;
pub mod shrunk;
pub mod stored;
pub mod teeth;
mod terminal;
#[cfg(test)]
mod testing;
pub mod width;
mod words;

pub use comparison::{change_in_words, comparison};
pub use replay::{
    Label, Picture, PictureDetail, ReplayDetail, Strip, messages, picture, replay_html, replay_story,
    replay_text, svg,
};
pub use sentences::Sentences;
pub use terminal::{Detail, Table};
