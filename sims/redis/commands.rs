//! Which command the store is sent, and what its answer means.

use super::{Defect, Keys, RedisSettings, WaitBy};
use crate::stores::kv::{Answer, Command, Entry, Script};
use fencepost_model::Token;
use std::sync::Arc;

/// What this lock does with its key, defects and all.
impl Entry {
    /// Sets the key where nobody has it.
    pub(super) fn acquire(&self, settings: &RedisSettings) -> Command {
        let (key, value, mut lives) = (self.key.clone(), self.value, settings.lives());
        if settings.has(Defect::SetnxThenExpire) || settings.has(Defect::WallClockExpiry) {
            lives = None;
        } else if settings.wait_by == WaitBy::Notice {
            // It tells how long somebody else's key lives; a fresh value is nobody else's.
            return self.acquire_again(settings);
        }
        match self.counter(settings) {
            Some(counter) => Command::Eval(Script::SetIfAbsentAndCount { key, value, lives, counter }),
            None => self.set(lives),
        }
    }

    /// As before, when an earlier copy of the command may have done it already.
    pub(super) fn acquire_again(&self, settings: &RedisSettings) -> Command {
        let (key, value, lives) = (self.key.clone(), self.value, settings.lives());
        let counter = self.counter(settings);
        Command::Eval(match settings.wait_by {
            WaitBy::Polling => Script::SetIfAbsentOrEqual { key, value, lives, counter },
            WaitBy::Notice => Script::TakeOrTell { key, value, lives, counter },
        })
    }

    /// The counter of fencing tokens, where there are any.
    pub(super) fn counter(&self, settings: &RedisSettings) -> Option<Arc<str>> {
        settings.fencing.then(|| Keys::SHIPPED.counter_of(&self.key))
    }

    /// Keeps the key for another whole lease, if it is ours.
    pub(super) fn extend(&self, settings: &RedisSettings) -> Command {
        let (key, value, lives) = (self.key.clone(), self.value, settings.ttl);
        if settings.has(Defect::RenewAsUpsert) {
            return Command::Set { key, value, lives: Some(lives) };
        }
        if settings.has(Defect::ExtendRecreatesExpired) {
            return Command::Eval(Script::ExpireIfEqualOrSet { key, value, lives });
        }
        self.keep(lives)
    }

    /// Deletes the key, if it is ours.
    pub(super) fn release(&self, settings: &RedisSettings) -> Command {
        if settings.has(Defect::ReleaseNoOwnerCheck) {
            return Command::Delete { key: self.key.clone() };
        }
        match settings.wait_by {
            WaitBy::Polling => self.remove(),
            WaitBy::Notice => self.remove_and_publish(channel_of(&self.key)),
        }
    }
}

/// Taking once more what one has.
impl Entry {
    /// Takes the key once more, for another whole lease, if it is ours.
    pub(super) fn enter(&self, settings: &RedisSettings) -> Command {
        let (key, value, lives) = (self.key.clone(), self.value, settings.lives());
        Command::Eval(Script::TakeOnceMore { key, value, lives })
    }

    /// Gives the key back so many times, if it is ours.
    pub(super) fn give_back(&self, holds: u32, settings: &RedisSettings) -> Command {
        if !settings.reentrant {
            return self.release(settings);
        }
        let (key, value, lives) = (self.key.clone(), self.value, settings.lives());
        let channel = (settings.wait_by == WaitBy::Notice).then(|| channel_of(&self.key));
        Command::Eval(Script::GiveBack { key, value, holds, lives, channel })
    }
}

/// Whether the answer to a release says that the key was ours.
pub(super) fn was_released(answer: Answer, settings: &RedisSettings) -> bool {
    match answer {
        Answer::Integer(count) => count == 1 || settings.reentrant,
        _ => false,
    }
}

/// Where releases of a lock are published.
pub(super) fn channel_of(lock: &str) -> Arc<str> {
    format!("released:{lock}").into()
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
