//! The keys of a server, as a pure state machine: it is told what its wall clock reads, and tells what
//! happens to each key.
//!
//! Expiry is as in Redis: an absolute instant of the wall clock in whole milliseconds (the clock rounded
//! down at the start of a command), and a key is gone only when the clock reads *more* than that. Keys go
//! when they are touched, and by a cycle that samples them.

use super::log::Rows;
use super::{Answer, Command, Script};
use fencepost_model::{Datum, EndReason, RowChange, Span};
use std::ops::Bound;
use std::sync::Arc;

/// How many keys a cycle samples at once, and at how many expired ones of them it goes on
/// (`ACTIVE_EXPIRE_CYCLE_KEYS_PER_LOOP` and its 25 % in Redis).
const SAMPLE: usize = 20;
const GO_ON_AT: usize = 5;

/// See the module.
#[derive(Clone, Debug, Default)]
pub struct Keyspace {
    rows: Rows,
    /// How many rows have an expiry.
    mortal: usize,
    /// Where the sampling cycle goes on.
    cursor: Option<Arc<str>>,
    /// What every counter is beyond, from the next count on.
    floor: i64,
    changes: Vec<(Arc<str>, RowChange)>,
}

/// A key's value, and until when it lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// Its value.
    pub value: Datum,
    /// How often its value's owner has taken it: the count of a hash with one field.
    pub holds: u32,
    /// The last millisecond of its life, on the wall clock; none: it lives until it is deleted.
    pub expires_at: Option<i64>,
}

impl Row {
    fn is_expired(&self, now: i64) -> bool {
        self.expires_at.is_some_and(|expires_at| now > expires_at)
    }

    /// How a server that starts at `now` tells of a row that it finds; `changed`: it is known, but not so.
    pub(super) fn found(&self, now: i64, changed: bool) -> RowChange {
        let value = self.value;
        let lives = self.expires_at.map(|at| Span::from_millis(at.saturating_sub(now).max(0) as u64));
        if changed { RowChange::Changed { value, lives } } else { RowChange::Created { value, lives } }
    }
}

impl Keyspace {
    /// Carries out one command at the wall-clock reading `now`, in milliseconds since the epoch.
    pub fn execute(&mut self, command: &Command, now: i64) -> Answer {
        match command {
            Command::SetIfAbsent { key, value, lives } => match self.get(key, now) {
                Some(_) => self.untouched(key, Answer::Nil),
                None => self.set(key, *value, *lives, now),
            },
            Command::Set { key, value, lives } => {
                self.get(key, now);
                self.set(key, *value, *lives, now)
            }
            Command::Expire { key, lives } => match self.get(key, now) {
                Some(_) => self.expire(key, *lives, now),
                None => self.untouched(key, Answer::Integer(0)),
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
            Script::SetIfAbsentAndCount { key, value, lives, counter } => match self.get(key, now) {
                Some(_) => self.untouched(key, Answer::Nil),
                None => self.count_and_set(Some(counter), key, *value, *lives, now),
            },
            Script::SetIfAbsentOrEqual { key, value, lives, counter } => match self.get(key, now) {
                Some(found) if found == *value => {
                    let count = counter.as_ref().and_then(|counter| self.get(counter, now));
                    let answer = match count {
                        Some(Datum::Integer(count)) => Answer::Integer(count),
                        _ => Answer::Ok,
                    };
                    self.untouched(key, answer)
                }
                Some(_) => self.untouched(key, Answer::Nil),
                None => self.count_and_set(counter.as_ref(), key, *value, *lives, now),
            },
            Script::TakeOrTell { key, value, lives, counter } => {
                let again = Script::SetIfAbsentOrEqual {
                    key: key.clone(),
                    value: *value,
                    lives: *lives,
                    counter: counter.clone(),
                };
                match self.eval(&again, now) {
                    Answer::Nil => Answer::Lives(self.life(key, now)),
                    taken => taken,
                }
            }
            // What is published is the server's affair: it knows who listens.
            Script::DeleteIfEqual { key, value } | Script::DeleteIfEqualAndPublish { key, value, .. } => {
                match self.get(key, now) {
                    Some(found) if found == *value => self.delete(key),
                    _ => self.untouched(key, Answer::Integer(0)),
                }
            }
            Script::ExpireIfEqual { key, value, lives } => match self.get(key, now) {
                Some(found) if found == *value => self.expire(key, *lives, now),
                _ => self.untouched(key, Answer::Integer(0)),
            },
            Script::ExpireIfEqualOrSet { key, value, lives } => match self.get(key, now) {
                Some(found) if found == *value => self.expire(key, *lives, now),
                Some(_) => self.untouched(key, Answer::Integer(0)),
                None => {
                    self.set(key, *value, Some(*lives), now);
                    Answer::Integer(1)
                }
            },
            Script::TakeOnceMore { key, value, lives } => match self.get(key, now) {
                Some(found) if found == *value => self.count_holds(key, 1, *lives, now),
                _ => self.untouched(key, Answer::Nil),
            },
            Script::GiveBack { key, value, holds, lives, .. } => match self.get(key, now) {
                Some(found) if found == *value => {
                    let kept = self.rows.get(key).is_some_and(|row| row.holds > *holds);
                    if kept {
                        return self.count_holds(key, -i64::from(*holds), *lives, now);
                    }
                    self.delete(key);
                    Answer::Integer(0)
                }
                _ => self.untouched(key, Answer::Nil),
            },
            Script::ReplaceIfEqual { key, old, value, counter } => match self.get(key, now) {
                Some(found) if found == *old => {
                    match self.count_and_set(counter.as_ref(), key, *value, None, now) {
                        Answer::Ok => Answer::Integer(1),
                        counted => counted,
                    }
                }
                _ => self.untouched(key, Answer::Nil),
            },
        }
    }

    /// One turn of the cycle that removes expired keys which nobody touches.
    pub fn expire_some(&mut self, now: i64) {
        loop {
            let from = self.cursor.take().map_or(Bound::Unbounded, Bound::Excluded);
            let sampled: Vec<_> = self
                .rows
                .range::<str, _>((from.as_ref().map(|key| &**key), Bound::Unbounded))
                .filter(|(_, row)| row.expires_at.is_some())
                .take(SAMPLE)
                .map(|(key, row)| (key.clone(), row.is_expired(now)))
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

    /// Removes one of the keys that have an expiry, the one at rank `drawn / 2^64`.
    pub fn evict(&mut self, drawn: u64) {
        let rank = (u128::from(drawn) * self.mortal as u128) >> 64;
        let mut mortal = self.rows.iter().filter(|(_, row)| row.expires_at.is_some());
        if let Some(key) = mortal.nth(rank as usize).map(|(key, _)| key.clone()) {
            self.remove(&key, EndReason::Evicted);
        }
    }

    /// Whether any key has an expiry, so that the cycle has something to do.
    pub fn has_mortal_keys(&self) -> bool {
        self.mortal > 0
    }

    /// What a key has now, expired or not.
    pub fn row(&self, key: &str) -> Option<&Row> {
        self.rows.get(key)
    }

    /// Everything, expired or not.
    pub(super) fn rows(&self) -> &Rows {
        &self.rows
    }

    /// The memory is gone, and this is what the next life will find instead. Tells of every row that is lost;
    /// `why` gives the reason.
    pub(super) fn fall_back_to(&mut self, rows: Rows, why: impl Fn(&Arc<str>) -> EndReason) {
        for (key, row) in &self.rows {
            if rows.get(key).is_none_or(|kept| kept.value != row.value) {
                self.changes.push((key.clone(), RowChange::Removed { reason: why(key) }));
            }
        }
        self.mortal = rows.values().filter(|row| row.expires_at.is_some()).count();
        self.cursor = None;
        self.rows = rows;
    }

    /// Makes a row what another server says that it is; none: it is gone.
    pub(super) fn copy(&mut self, key: &Arc<str>, row: Option<Row>, now: i64) {
        let Some(row) = row else { return self.remove(key, EndReason::Deleted) };
        self.mortal += usize::from(row.expires_at.is_some());
        let before = self.rows.insert(key.clone(), row);
        self.mortal -= usize::from(before.is_some_and(|row| row.expires_at.is_some()));
        self.changes.push((key.clone(), row.found(now, before.is_some())));
    }

    /// Takes over everything that another server has, and nothing else.
    pub(super) fn copy_all(&mut self, rows: &Rows, now: i64) {
        let surplus: Vec<_> = self.rows.keys().filter(|key| !rows.contains_key(*key)).cloned().collect();
        surplus.iter().for_each(|key| self.copy(key, None, now));
        for (key, row) in rows {
            if self.rows.get(key) != Some(row) {
                self.copy(key, Some(*row), now);
            }
        }
    }

    /// Lets every counter count on beyond the numbers of earlier epochs, of which each has 2^32.
    pub(super) fn count_from(&mut self, epoch: u64) {
        self.floor = self.floor.max((epoch as i64) << 32);
    }

    /// Hands out what happened since the last call, in order.
    pub fn take_changes(&mut self) -> std::vec::Drain<'_, (Arc<str>, RowChange)> {
        self.changes.drain(..)
    }

    /// The value of a key; an expired one goes as it is touched.
    fn get(&mut self, key: &Arc<str>, now: i64) -> Option<Datum> {
        let row = *self.rows.get(key)?;
        if row.is_expired(now) {
            self.remove(key, EndReason::Expired);
            return None;
        }
        Some(row.value)
    }

    /// For how long from now a key lives that is there; none: until it is deleted.
    fn life(&self, key: &Arc<str>, now: i64) -> Option<Span> {
        let expires_at = self.rows.get(key)?.expires_at?;
        Some(Span::from_millis(expires_at.saturating_sub(now).max(0) as u64))
    }

    fn set(&mut self, key: &Arc<str>, value: Datum, lives: Option<Span>, now: i64) -> Answer {
        let expires_at = lives.map(|span| now + span.as_millis() as i64);
        self.mortal += usize::from(expires_at.is_some());
        let before = self.rows.insert(key.clone(), Row { value, holds: 1, expires_at });
        self.mortal -= usize::from(before.is_some_and(|row| row.expires_at.is_some()));
        let change = match before {
            None => RowChange::Created { value, lives },
            Some(_) => RowChange::Changed { value, lives },
        };
        self.changes.push((key.clone(), change));
        Answer::Ok
    }

    /// Counts up before it sets, so that who is told of the key knows the count already.
    fn count_and_set(
        &mut self,
        counter: Option<&Arc<str>>,
        key: &Arc<str>,
        value: Datum,
        lives: Option<Span>,
        now: i64,
    ) -> Answer {
        let count = counter.map(|counter| self.count_up(counter, now));
        let set = self.set(key, value, lives, now);
        count.map_or(set, Answer::Integer)
    }

    fn expire(&mut self, key: &Arc<str>, lives: Span, now: i64) -> Answer {
        if let Some(row) = self.rows.get_mut(key) {
            self.mortal += usize::from(row.expires_at.is_none());
            row.expires_at = Some(now + lives.as_millis() as i64);
            self.changes.push((key.clone(), RowChange::Changed { value: row.value, lives: Some(lives) }));
        }
        Answer::Integer(1)
    }

    /// `HINCRBY` and `PEXPIRE` of a key that is there: how often it is taken from now on.
    fn count_holds(&mut self, key: &Arc<str>, by: i64, lives: Option<Span>, now: i64) -> Answer {
        let Some(row) = self.rows.get_mut(key) else { return Answer::Nil };
        row.holds = u32::try_from(i64::from(row.holds) + by).unwrap_or(u32::MAX);
        let (holds, value) = (row.holds, row.value);
        match lives {
            Some(lives) => {
                self.expire(key, lives, now);
            }
            None => self.changes.push((key.clone(), RowChange::Changed { value, lives })),
        }
        Answer::Integer(i64::from(holds))
    }

    /// `INCR`: an absent counter starts at 0.
    fn count_up(&mut self, counter: &Arc<str>, now: i64) -> i64 {
        let before = match self.get(counter, now) {
            Some(Datum::Integer(count)) => count.max(self.floor),
            _ => self.floor,
        };
        self.set(counter, Datum::Integer(before + 1), None, now);
        before + 1
    }

    fn delete(&mut self, key: &Arc<str>) -> Answer {
        self.remove(key, EndReason::Deleted);
        Answer::Integer(1)
    }

    fn remove(&mut self, key: &Arc<str>, reason: EndReason) {
        if let Some(row) = self.rows.remove(key) {
            self.mortal -= usize::from(row.expires_at.is_some());
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
        assert!(keys.rows().is_empty());
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

    #[test]
    fn a_command_that_is_sent_again_finds_what_it_set_before() {
        let mut keys = Keyspace::default();
        let (counter, value): (Arc<str>, _) = (Arc::from("fence:orders"), Datum::Opaque(1));
        let lives = Some(Span::from_millis(100));
        let first = Script::SetIfAbsentAndCount { key: key(), value, lives, counter: counter.clone() };
        let again = |value| {
            let counter = Some(counter.clone());
            Command::Eval(Script::SetIfAbsentOrEqual {
                key: key(),
                value: Datum::Opaque(value),
                lives,
                counter,
            })
        };
        assert_eq!(keys.execute(&Command::Eval(first), 0), Answer::Integer(1));
        assert_eq!(keys.execute(&again(1), 50), Answer::Integer(1), "the same token");
        assert_eq!(keys.execute(&again(2), 50), Answer::Nil);
        assert_eq!(keys.execute(&again(2), 101), Answer::Integer(2), "the second copy prolonged nothing");
    }

    #[test]
    fn a_key_that_was_taken_twice_is_given_back_twice() {
        let mut keys = Keyspace::default();
        keys.execute(&set(1, 100), 0);
        let once_more = |value| {
            let (value, lives) = (Datum::Opaque(value), Some(Span::from_millis(100)));
            Command::Eval(Script::TakeOnceMore { key: key(), value, lives })
        };
        let give_back = |holds| {
            let (value, lives) = (Datum::Opaque(1), Some(Span::from_millis(100)));
            Command::Eval(Script::GiveBack { key: key(), value, holds, lives, channel: None })
        };
        assert_eq!(keys.execute(&once_more(2), 10), Answer::Nil);
        assert_eq!(keys.execute(&once_more(1), 50), Answer::Integer(2));
        assert_eq!(keys.execute(&give_back(1), 120), Answer::Integer(1), "taking it prolonged it");
        assert_eq!(keys.execute(&give_back(1), 200), Answer::Integer(0), "and so did giving it back");
        assert_eq!(keys.execute(&give_back(1), 200), Answer::Nil);
        keys.execute(&set(1, 100), 300);
        keys.execute(&once_more(1), 300);
        assert_eq!(keys.execute(&give_back(u32::MAX), 300), Answer::Integer(0), "all at once");
    }

    #[test]
    fn a_plain_set_writes_over_whatever_is_there() {
        let mut keys = Keyspace::default();
        keys.execute(&set(1, 100), 0);
        keys.take_changes();
        let lives = Some(Span::from_millis(50));
        keys.execute(&Command::Set { key: key(), value: Datum::Opaque(2), lives }, 10);
        let changed = RowChange::Changed { value: Datum::Opaque(2), lives };
        assert_eq!(keys.take_changes().collect::<Vec<_>>(), [(key(), changed)]);
        assert_eq!(
            keys.row("orders"),
            Some(&Row { value: Datum::Opaque(2), holds: 1, expires_at: Some(60) })
        );
    }

    #[test]
    fn only_keys_with_an_expiry_are_evicted() {
        let mut keys = Keyspace::default();
        keys.execute(&Command::SetIfAbsent { key: "a".into(), value: Datum::Opaque(1), lives: None }, 0);
        keys.evict(0);
        keys.execute(&set(1, 100), 0);
        keys.evict(u64::MAX);
        let evicted = RowChange::Removed { reason: EndReason::Evicted };
        assert_eq!(keys.take_changes().next_back(), Some((key(), evicted)));
        assert!(!keys.has_mortal_keys());
        assert_eq!(keys.rows().len(), 1);
    }

    #[test]
    fn what_memory_had_and_the_disk_has_not_is_lost() {
        let mut keys = Keyspace::default();
        keys.execute(&set(1, 100), 0);
        let disk = keys.rows().clone();
        keys.execute(&delete_if(1), 10);
        keys.execute(&set(2, 100), 20);
        keys.take_changes();
        keys.fall_back_to(disk, |_| EndReason::LostInRestart);
        let lost = RowChange::Removed { reason: EndReason::LostInRestart };
        assert_eq!(keys.take_changes().collect::<Vec<_>>(), [(key(), lost)]);
        assert!(keys.has_mortal_keys());
        // The downtime counts: what is left of a life is told when the server starts.
        let (value, lives) = (Datum::Opaque(1), Some(Span::from_millis(40)));
        let row = keys.row("orders").expect("the deletion was not on the disk");
        assert_eq!(row.found(60, false), RowChange::Created { value, lives });
    }
}
