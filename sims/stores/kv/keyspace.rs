//! The keys of a server, as a pure state machine: it is told what its wall clock reads, and logs what
//! happens to each key.
//!
//! Expiry is as in Redis: an absolute instant of the wall clock in whole milliseconds (the clock rounded
//! down at the start of a command), and a key is gone only when the clock reads *more* than that. Keys go
//! when they are touched, and by a cycle that samples them.

use super::{Answer, Command, Script};
use fencepost_model::{Datum, EndReason, RowChange, Span};
use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::Arc;

/// How many keys a cycle samples at once, and at how many expired ones of them it goes on
/// (`ACTIVE_EXPIRE_CYCLE_KEYS_PER_LOOP` and its 25 % in Redis).
const SAMPLE: usize = 20;
const GO_ON_AT: usize = 5;

/// See the module.
#[derive(Clone, Debug, Default)]
pub struct Keyspace {
    entries: BTreeMap<Arc<str>, Entry>,
    /// How many entries have an expiry.
    mortal: usize,
    /// Where the sampling cycle goes on.
    cursor: Option<Arc<str>>,
    changes: Vec<(Arc<str>, RowChange)>,
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    value: Datum,
    expires_at: Option<i64>,
}

impl Entry {
    fn is_expired(&self, now: i64) -> bool {
        self.expires_at.is_some_and(|expires_at| now > expires_at)
    }
}

impl Keyspace {
    /// Carries out one command at the wall-clock reading `now`, in milliseconds since the epoch.
    pub fn execute(&mut self, command: &Command, now: i64) -> Answer {
        match command {
            Command::SetIfAbsent { key, value, lives } => match self.get(key, now) {
                Some(_) => self.untouched(key, Answer::Nil),
                None => {
                    self.set(key, *value, *lives, now);
                    Answer::Ok
                }
            },
            Command::Get { key } => self.get(key, now).map_or(Answer::Nil, Answer::Value),
            Command::Delete { key } => match self.get(key, now) {
                Some(_) => self.delete(key),
                None => self.untouched(key, Answer::Integer(0)),
            },
            Command::Eval(script) => self.eval(script, now),
        }
    }

    fn eval(&mut self, script: &Script, now: i64) -> Answer {
        match script {
            Script::SetIfAbsentAndCount { key, value, lives, counter } => {
                if self.get(key, now).is_some() {
                    return self.untouched(key, Answer::Nil);
                }
                let count = self.count_up(counter, now);
                self.set(key, *value, *lives, now);
                Answer::Integer(count)
            }
            Script::DeleteIfEqual { key, value } => match self.get(key, now) {
                Some(found) if found == *value => self.delete(key),
                _ => self.untouched(key, Answer::Integer(0)),
            },
            Script::ExpireIfEqual { key, value, lives } => match self.get(key, now) {
                Some(found) if found == *value => {
                    self.expire(key, *lives, now);
                    Answer::Integer(1)
                }
                _ => self.untouched(key, Answer::Integer(0)),
            },
        }
    }

    /// One turn of the cycle that removes expired keys which nobody touches.
    pub fn expire_some(&mut self, now: i64) {
        loop {
            let from = self.cursor.take().map_or(Bound::Unbounded, Bound::Excluded);
            let sampled: Vec<_> = self
                .entries
                .range::<str, _>((from.as_ref().map(|key| &**key), Bound::Unbounded))
                .filter(|(_, entry)| entry.expires_at.is_some())
                .take(SAMPLE)
                .map(|(key, entry)| (key.clone(), entry.is_expired(now)))
                .collect();
            let expired: Vec<_> =
                sampled.iter().filter(|(_, expired)| *expired).map(|(key, _)| key.clone()).collect();
            expired.iter().for_each(|key| self.remove(key, EndReason::Expired));
            if sampled.len() == SAMPLE {
                self.cursor = sampled.last().map(|(key, _)| key.clone());
            }
            if expired.len() < GO_ON_AT || self.cursor.is_none() {
                return;
            }
        }
    }

    /// Whether any key has an expiry, so that the cycle has something to do.
    pub fn has_mortal_keys(&self) -> bool {
        self.mortal > 0
    }

    /// Whether there is no key.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Loses every key.
    pub fn lose_all(&mut self, reason: EndReason) {
        let keys: Vec<_> = self.entries.keys().cloned().collect();
        keys.iter().for_each(|key| self.remove(key, reason));
    }

    /// Hands out what happened since the last call, in order.
    pub fn take_changes(&mut self) -> std::vec::Drain<'_, (Arc<str>, RowChange)> {
        self.changes.drain(..)
    }

    /// The value of a key; an expired one goes as it is touched.
    fn get(&mut self, key: &Arc<str>, now: i64) -> Option<Datum> {
        let entry = *self.entries.get(key)?;
        if entry.is_expired(now) {
            self.remove(key, EndReason::Expired);
            return None;
        }
        Some(entry.value)
    }

    fn set(&mut self, key: &Arc<str>, value: Datum, lives: Option<Span>, now: i64) {
        let expires_at = lives.map(|span| now + span.as_millis() as i64);
        self.mortal += usize::from(expires_at.is_some());
        let before = self.entries.insert(key.clone(), Entry { value, expires_at });
        debug_assert!(before.is_none(), "only absent keys are set");
        self.changes.push((key.clone(), RowChange::Created { value, lives }));
    }

    fn expire(&mut self, key: &Arc<str>, lives: Span, now: i64) {
        if let Some(entry) = self.entries.get_mut(key) {
            self.mortal += usize::from(entry.expires_at.is_none());
            entry.expires_at = Some(now + lives.as_millis() as i64);
            self.changes.push((key.clone(), RowChange::Changed { value: entry.value, lives: Some(lives) }));
        }
    }

    /// `INCR`: an absent counter starts at 0.
    fn count_up(&mut self, counter: &Arc<str>, now: i64) -> i64 {
        let before = match self.get(counter, now) {
            Some(Datum::Integer(count)) => count,
            _ => 0,
        };
        let value = Datum::Integer(before + 1);
        let known = self.entries.insert(counter.clone(), Entry { value, expires_at: None });
        let change = match known {
            None => RowChange::Created { value, lives: None },
            Some(_) => RowChange::Changed { value, lives: None },
        };
        self.changes.push((counter.clone(), change));
        before + 1
    }

    fn delete(&mut self, key: &Arc<str>) -> Answer {
        self.remove(key, EndReason::Deleted);
        Answer::Integer(1)
    }

    fn remove(&mut self, key: &Arc<str>, reason: EndReason) {
        if let Some(entry) = self.entries.remove(key) {
            self.mortal -= usize::from(entry.expires_at.is_some());
            self.changes.push((key.clone(), RowChange::Removed { reason }));
        }
    }

    fn untouched(&mut self, key: &Arc<str>, answer: Answer) -> Answer {
        self.changes.push((key.clone(), RowChange::Attempted));
        answer
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> Arc<str> {
        Arc::from("orders")
    }

    fn set(value: u64, millis: u64) -> Command {
        Command::SetIfAbsent {
            key: key(),
            value: Datum::Opaque(value),
            lives: Some(Span::from_millis(millis)),
        }
    }

    fn delete_if(value: u64) -> Command {
        Command::Eval(Script::DeleteIfEqual { key: key(), value: Datum::Opaque(value) })
    }

    #[test]
    fn a_key_lives_through_the_millisecond_at_which_it_expires() {
        let mut keys = Keyspace::default();
        assert_eq!(keys.execute(&set(1, 100), 1_000), Answer::Ok);
        assert_eq!(keys.execute(&set(2, 100), 1_100), Answer::Nil, "expired only when the clock reads more");
        assert_eq!(keys.execute(&set(2, 100), 1_101), Answer::Ok);
    }

    #[test]
    fn a_clock_that_jumps_ahead_expires_a_key_early_and_one_that_jumps_back_keeps_it() {
        let mut keys = Keyspace::default();
        keys.execute(&set(1, 100), 1_000);
        assert_eq!(keys.clone().execute(&set(2, 100), 9_000), Answer::Ok);
        keys.execute(&Command::Get { key: key() }, 0);
        assert_eq!(keys.execute(&set(2, 100), 1_050), Answer::Nil);
    }

    #[test]
    fn only_the_value_that_was_set_can_delete_and_extend() {
        let mut keys = Keyspace::default();
        keys.execute(&set(1, 100), 0);
        let extend = |value, millis| {
            let (value, lives) = (Datum::Opaque(value), Span::from_millis(millis));
            Command::Eval(Script::ExpireIfEqual { key: key(), value, lives })
        };
        assert_eq!(keys.execute(&delete_if(2), 1), Answer::Integer(0));
        assert_eq!(keys.execute(&extend(2, 900), 1), Answer::Integer(0));
        assert_eq!(keys.execute(&extend(1, 900), 1), Answer::Integer(1));
        assert_eq!(keys.execute(&set(2, 100), 500), Answer::Nil, "the extension counts");
        assert_eq!(keys.execute(&delete_if(1), 500), Answer::Integer(1));
        assert_eq!(keys.execute(&extend(1, 900), 500), Answer::Integer(0), "extending never re-creates");
        assert!(keys.is_empty());
    }

    #[test]
    fn a_counter_is_counted_up_only_with_the_key() {
        let mut keys = Keyspace::default();
        let take = |value| {
            let (key, counter, value) = (key(), Arc::from("fence:orders"), Datum::Opaque(value));
            Command::Eval(Script::SetIfAbsentAndCount { key, value, lives: None, counter })
        };
        assert_eq!(keys.execute(&take(1), 0), Answer::Integer(1));
        assert_eq!(keys.execute(&take(2), 0), Answer::Nil);
        assert_eq!(keys.execute(&delete_if(1), 0), Answer::Integer(1));
        assert_eq!(keys.execute(&take(3), 0), Answer::Integer(2));
    }

    #[test]
    fn the_cycle_removes_what_nobody_touches_and_tells_of_it() {
        let mut keys = Keyspace::default();
        for n in 0..50 {
            let (key, value) = (Arc::from(format!("k{n:02}")), Datum::Opaque(n));
            keys.execute(&Command::SetIfAbsent { key, value, lives: Some(Span::from_millis(n)) }, 0);
        }
        keys.take_changes();
        keys.expire_some(1_000);
        assert!(!keys.has_mortal_keys(), "many expired keys keep the cycle going");
        let removed = RowChange::Removed { reason: EndReason::Expired };
        assert_eq!(keys.take_changes().filter(|(_, change)| *change == removed).count(), 50);
    }
}
