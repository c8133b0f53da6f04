//! The append-only log: what is on the disk, as bytes.
//!
//! A record says what a row is from here on, or that it is gone; an expiry is the absolute instant of the
//! wall clock that it was. What one command did is one transaction, as Redis wraps what a script did into
//! `MULTI` and `EXEC`. Transactions and records are framed by their lengths, so that a log which ends inside
//! one is recognised: the torn tail is dropped (`aof-load-truncated yes`), back to before a transaction that
//! is not whole.

use super::keyspace::Row;
use fencepost_model::Datum;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Rows by their keys.
pub(super) type Rows = BTreeMap<Arc<str>, Row>;

const GONE: u8 = 0;
const INTEGER: u8 = 1;
const OPAQUE: u8 = 2;
/// How long a transaction of one row with a short key is.
const USUAL: usize = 64;
/// Added to the kind of a value that is taken more than once: the count stands behind the expiry.
const COUNTED: u8 = 16;

/// Appends what these rows are now, as one transaction; none: they are gone. Nothing changed: nothing appended.
pub(super) fn append<'a>(log: &mut Vec<u8>, rows: impl Iterator<Item = (&'a str, Option<&'a Row>)>) {
    let start = log.len();
    // Room for what one command mostly does, at once and not record by record.
    log.reserve(USUAL);
    framed(log, |log| rows.for_each(|(key, row)| framed(log, |log| record(log, key, row))));
    if log.len() == start + 4 {
        log.truncate(start);
    }
}

/// Appends what `write` writes, with its length before it.
fn framed(log: &mut Vec<u8>, write: impl FnOnce(&mut Vec<u8>)) {
    let start = log.len();
    log.extend_from_slice(&[0; 4]);
    write(log);
    let length = (log.len() - start - 4) as u32;
    log[start..start + 4].copy_from_slice(&length.to_le_bytes());
}

fn record(log: &mut Vec<u8>, key: &str, row: Option<&Row>) {
    match row.map(|row| (row.value, row.holds, row.expires_at)) {
        None => log.push(GONE),
        Some((value, holds, expires_at)) => {
            let (kind, bits) = match value {
                Datum::Integer(number) => (INTEGER, number as u64),
                Datum::Opaque(bits) => (OPAQUE, bits),
            };
            log.push(if holds == 1 { kind } else { kind + COUNTED });
            log.extend_from_slice(&bits.to_le_bytes());
            log.push(u8::from(expires_at.is_some()));
            log.extend_from_slice(&expires_at.unwrap_or(0).to_le_bytes());
            if holds != 1 {
                log.extend_from_slice(&holds.to_le_bytes());
            }
        }
    }
    log.extend_from_slice(key.as_bytes());
}

/// The shortest log that leaves these rows.
pub(super) fn rewritten(rows: &Rows) -> Vec<u8> {
    let mut log = Vec::new();
    rows.iter().for_each(|(key, row)| append(&mut log, std::iter::once((&**key, Some(row)))));
    log
}

/// What a log leaves, and how much of it is whole transactions.
pub(super) fn load(log: &[u8]) -> (Rows, usize) {
    let mut rows = Rows::new();
    for (key, row) in records(log) {
        match row {
            Some(row) => rows.insert(Arc::from(key), row),
            None => rows.remove(key),
        };
    }
    let whole = frames(log).map(|transaction| 4 + transaction.len()).sum();
    (rows, whole)
}

/// The records of all whole transactions of a log: a key, and what its row is from there on.
pub(super) fn records(log: &[u8]) -> impl Iterator<Item = (&str, Option<Row>)> {
    frames(log).flat_map(|transaction| frames(transaction).map_while(read))
}

/// What is framed and whole, from the beginning.
fn frames(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let length = u32::from_le_bytes(number(bytes, at)?) as usize;
        let framed = bytes.get(at + 4..at + 4 + length)?;
        at += 4 + length;
        Some(framed)
    })
}

/// One record without its length.
fn read(record: &[u8]) -> Option<(&str, Option<Row>)> {
    let (row, key) = match record.first()? {
        &GONE => (None, record.get(1..)?),
        kind => {
            let bits = u64::from_le_bytes(number(record, 1)?);
            let (kind, is_counted) = (kind % COUNTED, kind / COUNTED == 1);
            let value = if kind == INTEGER { Datum::Integer(bits as i64) } else { Datum::Opaque(bits) };
            let expires_at = i64::from_le_bytes(number(record, 10)?);
            let expires_at = (record.get(9)? == &1).then_some(expires_at);
            let holds = if is_counted { u32::from_le_bytes(number(record, 18)?) } else { 1 };
            (Some(Row { value, holds, expires_at }), record.get(if is_counted { 22 } else { 18 }..)?)
        }
    };
    Some((std::str::from_utf8(key).ok()?, row))
}

fn number<const N: usize>(bytes: &[u8], at: usize) -> Option<[u8; N]> {
    bytes.get(at..at + N)?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::super::{Command, Keyspace, Script};
    use super::*;
    use fencepost_model::Span;
    use proptest::prelude::*;

    /// Executes commands one millisecond apart, and logs what each changed, as the server does.
    fn play(commands: &[Command]) -> (Keyspace, Vec<u8>, Vec<usize>) {
        let (mut keys, mut log, mut ends) = (Keyspace::default(), Vec::new(), vec![0]);
        for (now, command) in commands.iter().enumerate() {
            keys.execute(command, now as i64);
            let changed: Vec<_> = keys.take_changes().map(|(key, _)| key).collect();
            append(&mut log, changed.iter().map(|key| (&**key, keys.row(key))));
            ends.push(log.len());
        }
        (keys, log, ends)
    }

    fn set(value: u64) -> Command {
        Command::Set { key: "orders".into(), value: Datum::Opaque(value), lives: Some(Span::from_secs(1)) }
    }

    #[test]
    fn a_torn_tail_is_dropped_and_the_rest_kept() {
        let (_, log, ends) = play(&[set(1), set(2)]);
        for torn in ends[1]..ends[2] {
            let (rows, whole) = load(&log[..torn]);
            assert_eq!(whole, ends[1], "cut at {torn}");
            assert_eq!(rows["orders"].value, Datum::Opaque(1));
        }
        assert_eq!(load(&log).1, log.len());
    }

    /// A token that was counted up without the key beside it, or the other way round, would be handed out twice.
    #[test]
    fn a_script_is_in_the_log_as_a_whole_or_not_at_all() {
        let script = Script::SetIfAbsentAndCount {
            key: "orders".into(),
            value: Datum::Opaque(1),
            lives: None,
            counter: "fence".into(),
        };
        let (_, log, _) = play(&[Command::Eval(script)]);
        assert_eq!(load(&log).0.len(), 2);
        for torn in 0..log.len() {
            assert_eq!(load(&log[..torn]), (Rows::new(), 0), "cut at {torn}");
        }
    }

    #[test]
    fn an_expiry_stays_the_instant_that_it_was() {
        let (keys, log, _) = play(&[Command::Get { key: "x".into() }, set(1)]);
        assert_eq!(load(&log).0["orders"].expires_at, Some(1_001));
        assert_eq!(&load(&log).0, keys.rows());
    }

    fn command() -> impl Strategy<Value = Command> {
        let key = prop_oneof![Just(Arc::from("a")), Just(Arc::from("b"))];
        (key, 0_u64..3, proptest::option::of(0_u64..4), 0..11).prop_map(|(key, value, millis, kind)| {
            let (value, lives) = (Datum::Opaque(value), millis.map(Span::from_millis));
            let life = lives.unwrap_or(Span::ZERO);
            let counter: Arc<str> = Arc::from("count");
            match kind {
                0 => Command::SetIfAbsent { key, value, lives },
                1 => Command::Set { key, value, lives },
                2 => Command::Expire { key, lives: life },
                3 => Command::Delete { key },
                4 => Command::Eval(Script::SetIfAbsentAndCount { key, value, lives, counter }),
                5 => Command::Eval(Script::DeleteIfEqual { key, value }),
                6 => Command::Eval(Script::ExpireIfEqualOrSet { key, value, lives: life }),
                9 => Command::Eval(Script::TakeOnceMore { key, value, lives }),
                10 => Command::Eval(Script::GiveBack { key, value, holds: 1, lives, channel: None }),
                7 => Command::Eval(Script::ReplaceIfEqual {
                    key,
                    old: value,
                    value: Datum::Integer(-1),
                    counter: Some(counter),
                }),
                _ => Command::Get { key },
            }
        })
    }

    proptest! {
        /// What is loaded is what was in memory; cut short anywhere, it is what was in memory at some time.
        #[test]
        fn replay_equals_state(commands in proptest::collection::vec(command(), 0..40), cut: usize) {
            let (keys, log, ends) = play(&commands);
            prop_assert_eq!(load(&log), (keys.rows().clone(), log.len()));
            prop_assert_eq!(&load(&rewritten(keys.rows())).0, keys.rows());
            let cut = cut % (log.len() + 1);
            let (rows, whole) = load(&log[..cut]);
            let done = ends.iter().rposition(|end| *end <= cut).expect("nothing is done at 0");
            prop_assert_eq!(whole, ends[done]);
            let (earlier, ..) = play(&commands[..done]);
            prop_assert_eq!(&rows, earlier.rows());
        }
    }
}
