//! Which command the store is sent, and what its answer means.

use super::{Defect, RedisSettings};
use crate::stores::kv::{Answer, Command, Script};
use fencepost_model::{Datum, Token};
use std::sync::Arc;

/// What a tenure is at the store: a key, and a value that nobody else knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub key: Arc<str>,
    pub value: Datum,
}

impl Entry {
    /// Sets the key where nobody has it.
    pub fn acquire(&self, settings: &RedisSettings) -> Command {
        let (key, value, mut lives) = (self.key.clone(), self.value, settings.lives());
        if settings.has(Defect::SetnxThenExpire) || settings.has(Defect::WallClockExpiry) {
            lives = None;
        }
        match self.counter(settings) {
            Some(counter) => Command::Eval(Script::SetIfAbsentAndCount { key, value, lives, counter }),
            None => Command::SetIfAbsent { key, value, lives },
        }
    }

    /// As before, when an earlier copy of the command may have done it already.
    pub fn acquire_again(&self, settings: &RedisSettings) -> Command {
        let (key, value, lives) = (self.key.clone(), self.value, settings.lives());
        Command::Eval(Script::SetIfAbsentOrEqual { key, value, lives, counter: self.counter(settings) })
    }

    /// The counter of fencing tokens, where there are any.
    pub fn counter(&self, settings: &RedisSettings) -> Option<Arc<str>> {
        settings.fencing.then(|| Arc::from(format!("fence:{}", self.key)))
    }

    /// Keeps the key for another whole lease, if it is ours.
    pub fn extend(&self, settings: &RedisSettings) -> Command {
        let (key, value, lives) = (self.key.clone(), self.value, settings.ttl);
        if settings.has(Defect::RenewAsUpsert) {
            return Command::Set { key, value, lives: Some(lives) };
        }
        if settings.has(Defect::ExtendRecreatesExpired) {
            return Command::Eval(Script::ExpireIfEqualOrSet { key, value, lives });
        }
        Command::Eval(Script::ExpireIfEqual { key, value, lives })
    }

    /// Deletes the key, if it is ours.
    pub fn release(&self, settings: &RedisSettings) -> Command {
        let (key, value) = (self.key.clone(), self.value);
        if settings.has(Defect::ReleaseNoOwnerCheck) {
            return Command::Delete { key };
        }
        Command::Eval(Script::DeleteIfEqual { key, value })
    }
}

/// Whether the answer to an extension says that the key was ours.
pub(super) fn was_extended(answer: Answer, settings: &RedisSettings) -> bool {
    if settings.has(Defect::ExtendFalseSuccess) {
        return true;
    }
    matches!(answer, Answer::Integer(1) | Answer::Ok)
}

/// The fencing token in the answer to an acquire that was granted.
pub(super) fn token(answer: Answer, settings: &RedisSettings) -> Option<Token> {
    match answer {
        Answer::Integer(count) if settings.fencing => Some(Token(count as u64)),
        _ => None,
    }
}
