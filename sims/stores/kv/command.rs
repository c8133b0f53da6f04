//! The commands of the port, and their answers.

use fencepost_model::{Datum, Span};
use std::sync::Arc;

/// One command. Each is atomic at the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// `SET key value NX [PX lives]`: [`Answer::Ok`], or [`Answer::Nil`] where the key exists.
    SetIfAbsent {
        /// The key.
        key: Arc<str>,
        /// Its value.
        value: Datum,
        /// How long it lives, in whole milliseconds; none: until it is deleted.
        lives: Option<Span>,
    },
    /// `GET key`: [`Answer::Value`], or [`Answer::Nil`].
    Get {
        /// The key.
        key: Arc<str>,
    },
    /// `DEL key`: [`Answer::Integer`] of the keys that were removed.
    Delete {
        /// The key.
        key: Arc<str>,
    },
    /// `EVAL script`.
    Eval(Script),
}

/// A script that the server runs as one step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Script {
    /// Sets an absent key and counts a counter up: [`Answer::Integer`] of the counter, or [`Answer::Nil`].
    SetIfAbsentAndCount {
        /// The key.
        key: Arc<str>,
        /// Its value.
        value: Datum,
        /// How long it lives.
        lives: Option<Span>,
        /// The counter's key.
        counter: Arc<str>,
    },
    /// Deletes a key that has this value: [`Answer::Integer`] of the keys that were removed.
    DeleteIfEqual {
        /// The key.
        key: Arc<str>,
        /// The value that it must have.
        value: Datum,
    },
    /// Gives a key that has this value a new life: [`Answer::Integer`] 1, or 0.
    ExpireIfEqual {
        /// The key.
        key: Arc<str>,
        /// The value that it must have.
        value: Datum,
        /// How long it lives from now.
        lives: Span,
    },
}

impl Script {
    /// The script as the real server is given it.
    pub const fn lua(&self) -> &'static str {
        match self {
            Script::SetIfAbsentAndCount { lives: Some(_), .. } => {
                "if redis.call('exists', KEYS[1]) == 1 then return nil end \
                 local count = redis.call('incr', KEYS[2]) \
                 redis.call('set', KEYS[1], ARGV[1], 'px', ARGV[2]) \
                 return count"
            }
            Script::SetIfAbsentAndCount { lives: None, .. } => {
                "if redis.call('exists', KEYS[1]) == 1 then return nil end \
                 local count = redis.call('incr', KEYS[2]) \
                 redis.call('set', KEYS[1], ARGV[1]) \
                 return count"
            }
            Script::DeleteIfEqual { .. } => {
                "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) end return 0"
            }
            Script::ExpireIfEqual { .. } => {
                "if redis.call('get', KEYS[1]) == ARGV[1] \
                 then return redis.call('pexpire', KEYS[1], ARGV[2]) end return 0"
            }
        }
    }
}

/// What the server answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// `OK`.
    Ok,
    /// Nothing.
    Nil,
    /// A whole number.
    Integer(i64),
    /// A value.
    Value(Datum),
}
