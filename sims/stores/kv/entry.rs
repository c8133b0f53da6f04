//! What a client puts under a key: a value that nobody else knows.

use super::{Command, Script};
use fencepost_model::{Datum, Span};
use std::sync::Arc;

/// A key, and the value by which its maker knows it again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The key.
    pub key: Arc<str>,
    /// Its value.
    pub value: Datum,
}

impl Entry {
    /// Sets the key where nobody has it.
    pub fn set(&self, lives: Option<Span>) -> Command {
        Command::SetIfAbsent { key: self.key.clone(), value: self.value, lives }
    }

    /// Keeps the key for this long from now, if it is ours.
    pub fn keep(&self, lives: Span) -> Command {
        Command::Eval(Script::ExpireIfEqual { key: self.key.clone(), value: self.value, lives })
    }

    /// Deletes the key, if it is ours, and publishes that.
    pub fn remove_and_publish(&self, channel: Arc<str>) -> Command {
        let (key, value) = (self.key.clone(), self.value);
        Command::Eval(Script::DeleteIfEqualAndPublish { key, value, channel })
    }

    /// Deletes the key, if it is ours.
    pub fn remove(&self) -> Command {
        Command::Eval(Script::DeleteIfEqual { key: self.key.clone(), value: self.value })
    }
}
