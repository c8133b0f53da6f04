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
    /// `SET key value [PX lives]`: [`Answer::Ok`]. Whatever was there is gone.
    Set {
        /// The key.
        key: Arc<str>,
        /// Its value.
        value: Datum,
        /// How long it lives; none: until it is deleted.
        lives: Option<Span>,
    },
    /// `PEXPIRE key lives`: [`Answer::Integer`] 1, or 0 where there is no such key.
    Expire {
        /// The key.
        key: Arc<str>,
        /// How long it lives from now.
        lives: Span,
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
    /// As `SET NX`, or as [`Script::SetIfAbsentAndCount`] where there is a counter, for a command that is
    /// sent again: a key that has this very value was set by an earlier copy, and counts as set now.
    SetIfAbsentOrEqual {
        /// The key.
        key: Arc<str>,
        /// Its value.
        value: Datum,
        /// How long it lives, where this copy sets it.
        lives: Option<Span>,
        /// The counter's key.
        counter: Option<Arc<str>>,
    },
    /// As [`Script::SetIfAbsentOrEqual`], but where another value has the key it is answered for how long it lives:
    /// [`Answer::Lives`].
    TakeOrTell {
        /// The key.
        key: Arc<str>,
        /// Its value.
        value: Datum,
        /// How long it lives, where this copy sets it.
        lives: Option<Span>,
        /// The counter's key.
        counter: Option<Arc<str>>,
    },
    /// As [`Script::DeleteIfEqual`], and publishes a message where it deleted the key.
    DeleteIfEqualAndPublish {
        /// The key.
        key: Arc<str>,
        /// The value that it must have.
        value: Datum,
        /// Where the message is published.
        channel: Arc<str>,
    },
    /// Deletes a key that has this value: [`Answer::Integer`] of the keys that were removed.
    DeleteIfEqual {
        /// The key.
        key: Arc<str>,
        /// The value that it must have.
        value: Datum,
    },
    /// Takes a key that has this value once more, and gives it a new life: [`Answer::Integer`] of how often it is
    /// taken now, or [`Answer::Nil`].
    TakeOnceMore {
        /// The key.
        key: Arc<str>,
        /// The value that it must have.
        value: Datum,
        /// How long it lives from now.
        lives: Option<Span>,
    },
    /// Gives a key that has this value back so many times: [`Answer::Integer`] of how often it is still taken, with a
    /// new life; at 0 it is deleted, and that is published. [`Answer::Nil`] where it has another value.
    GiveBack {
        /// The key.
        key: Arc<str>,
        /// The value that it must have.
        value: Datum,
        /// How many times; as often as it was taken, where the number is larger.
        holds: u32,
        /// How long it lives from now where it is still taken.
        lives: Option<Span>,
        /// Where the message is published, where one is.
        channel: Option<Arc<str>>,
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
    /// As [`Script::ExpireIfEqual`], but sets the key where it is absent.
    ExpireIfEqualOrSet {
        /// The key.
        key: Arc<str>,
        /// The value that it must have, or is given.
        value: Datum,
        /// How long it lives from now.
        lives: Span,
    },
    /// Puts another value into a key that has a certain one, and counts a counter up where there is one:
    /// [`Answer::Integer`] of the counter, or 1; [`Answer::Nil`] where the key has another value.
    ReplaceIfEqual {
        /// The key.
        key: Arc<str>,
        /// The value that it must have.
        old: Datum,
        /// The value that it is given.
        value: Datum,
        /// The counter's key.
        counter: Option<Arc<str>>,
    },
}

impl Script {
    /// The script as the real server is given it. `ARGV[2]` is the life in milliseconds where there is one,
    /// and `KEYS[2]` the counter. Where a key counts how often it was taken, it is a hash whose field is the value;
    /// `ARGV[3]` is by how much, and `ARGV[4]` the channel.
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
            Script::SetIfAbsentOrEqual { .. } => {
                "local found = redis.call('get', KEYS[1]) \
                 if found == ARGV[1] then \
                   if KEYS[2] then return tonumber(redis.call('get', KEYS[2])) end \
                   return redis.status_reply('OK') \
                 end \
                 if found then return nil end \
                 local count = KEYS[2] and redis.call('incr', KEYS[2]) \
                 if ARGV[2] then redis.call('set', KEYS[1], ARGV[1], 'px', ARGV[2]) \
                 else redis.call('set', KEYS[1], ARGV[1]) end \
                 return count or redis.status_reply('OK')"
            }
            Script::TakeOrTell { .. } => {
                "local found = redis.call('get', KEYS[1]) \
                 if found == ARGV[1] then \
                   if KEYS[2] then return tonumber(redis.call('get', KEYS[2])) end \
                   return redis.status_reply('OK') \
                 end \
                 if found then return {redis.call('pttl', KEYS[1])} end \
                 local count = KEYS[2] and redis.call('incr', KEYS[2]) \
                 if ARGV[2] then redis.call('set', KEYS[1], ARGV[1], 'px', ARGV[2]) \
                 else redis.call('set', KEYS[1], ARGV[1]) end \
                 return count or redis.status_reply('OK')"
            }
            Script::TakeOnceMore { .. } => {
                "if redis.call('hexists', KEYS[1], ARGV[1]) == 0 then return nil end \
                 if ARGV[2] then redis.call('pexpire', KEYS[1], ARGV[2]) end \
                 return redis.call('hincrby', KEYS[1], ARGV[1], 1)"
            }
            Script::GiveBack { .. } => {
                "if redis.call('hexists', KEYS[1], ARGV[1]) == 0 then return nil end \
                 local count = redis.call('hincrby', KEYS[1], ARGV[1], -ARGV[3]) \
                 if count > 0 then \
                   if ARGV[2] then redis.call('pexpire', KEYS[1], ARGV[2]) end \
                   return count \
                 end \
                 redis.call('del', KEYS[1]) \
                 if ARGV[4] then redis.call('publish', ARGV[4], '0') end \
                 return 0"
            }
            Script::DeleteIfEqualAndPublish { .. } => {
                "if redis.call('get', KEYS[1]) ~= ARGV[1] then return 0 end \
                 redis.call('del', KEYS[1]) \
                 redis.call('publish', ARGV[2], '0') \
                 return 1"
            }
            Script::DeleteIfEqual { .. } => {
                "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) end return 0"
            }
            Script::ExpireIfEqual { .. } => {
                "if redis.call('get', KEYS[1]) == ARGV[1] \
                 then return redis.call('pexpire', KEYS[1], ARGV[2]) end return 0"
            }
            Script::ExpireIfEqualOrSet { .. } => {
                "if redis.call('get', KEYS[1]) == ARGV[1] \
                 then return redis.call('pexpire', KEYS[1], ARGV[2]) end \
                 if redis.call('set', KEYS[1], ARGV[1], 'nx', 'px', ARGV[2]) then return 1 end return 0"
            }
            Script::ReplaceIfEqual { .. } => {
                "if redis.call('get', KEYS[1]) ~= ARGV[1] then return nil end \
                 redis.call('set', KEYS[1], ARGV[2]) \
                 return KEYS[2] and redis.call('incr', KEYS[2]) or 1"
            }
        }
    }
}

impl Command {
    /// The channel on which the command publishes that it deleted a key, where this answer says that it did.
    pub(super) fn published(&self, answer: Answer) -> Option<&Arc<str>> {
        let Command::Eval(script) = self else { return None };
        match (script, answer) {
            (Script::DeleteIfEqualAndPublish { channel, .. }, Answer::Integer(1)) => Some(channel),
            (Script::GiveBack { channel, .. }, Answer::Integer(0)) => channel.as_ref(),
            _ => None,
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
    /// How long a key lives, in whole milliseconds; none: until it is deleted.
    Lives(Option<Span>),
    /// `READONLY`: this server is a replica, and nothing was done.
    ReadOnly,
    /// The command was carried out, and may be lost: too few replicas have it so far.
    TooFewCopies,
}
