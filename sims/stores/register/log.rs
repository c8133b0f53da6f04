//! What is on the disk: one record for each change of a register, which says what it is from there on. Each
//! is framed by its length, so that a log which ends inside a record is recognised, and its torn tail dropped.

use super::{Accepted, Acceptor, Ballot, Register, Version};
use fencepost_model::Datum;
use std::collections::BTreeMap;
use std::sync::Arc;

const NOTHING: u8 = 0;
const EMPTY: u8 = 1;
const INTEGER: u8 = 2;
const OPAQUE: u8 = 3;

/// Numbers of a record before its key: a kind, and six of eight bytes.
const HEAD: usize = 1 + 6 * 8;

/// Appends what a register is now.
pub(super) fn append(log: &mut Vec<u8>, key: &str, register: &Register) {
    let (kind, bits) = match register.accepted.map(|accepted| accepted.version.content) {
        None => (NOTHING, 0),
        Some(None) => (EMPTY, 0),
        Some(Some(Datum::Integer(number))) => (INTEGER, number as u64),
        Some(Some(Datum::Opaque(bits))) => (OPAQUE, bits),
    };
    let under = register.accepted_under().unwrap_or_default();
    let number = register.accepted.map_or(0, |accepted| accepted.version.number);
    log.extend_from_slice(&((HEAD + key.len()) as u32).to_le_bytes());
    log.push(kind);
    let promised = register.promised;
    for field in [promised.number, promised.by, under.number, under.by, number, bits] {
        log.extend_from_slice(&field.to_le_bytes());
    }
    log.extend_from_slice(key.as_bytes());
}

/// The shortest log that leaves these registers.
pub(super) fn rewritten(acceptor: &Acceptor) -> Vec<u8> {
    let mut log = Vec::new();
    acceptor.iter().for_each(|(key, register)| append(&mut log, key, register));
    log
}

/// What a log leaves, and how much of it is whole records.
pub(super) fn load(log: &[u8]) -> (BTreeMap<Arc<str>, Register>, usize) {
    let (mut registers, mut whole) = (BTreeMap::new(), 0);
    while let Some(length) = bytes::<4>(log, whole).map(u32::from_le_bytes) {
        let (start, end) = (whole + 4, whole + 4 + length as usize);
        let Some((key, register)) = log.get(start..end).and_then(read) else { break };
        registers.insert(Arc::from(key), register);
        whole = end;
    }
    (registers, whole)
}

/// One record without its length.
fn read(record: &[u8]) -> Option<(&str, Register)> {
    let field = |index: usize| bytes(record, 1 + index * 8).map(u64::from_le_bytes);
    let ballot = |index| Some(Ballot { number: field(index)?, by: field(index + 1)? });
    let bits = field(5)?;
    let content = match *record.first()? {
        INTEGER => Some(Datum::Integer(bits as i64)),
        OPAQUE => Some(Datum::Opaque(bits)),
        _ => None,
    };
    let version = Version { number: field(4)?, content };
    let accepted = Accepted { ballot: ballot(2)?, version };
    let accepted = (*record.first()? != NOTHING).then_some(accepted);
    let key = std::str::from_utf8(record.get(HEAD..)?).ok()?;
    Some((key, Register { promised: ballot(0)?, accepted }))
}

fn bytes<const N: usize>(log: &[u8], at: usize) -> Option<[u8; N]> {
    log.get(at..at + N)?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::super::{Ballots, Request};
    use super::*;
    use proptest::prelude::*;

    fn request() -> impl Strategy<Value = Request> {
        let key = prop_oneof![Just(Arc::from("a")), Just(Arc::from("b"))];
        let content = prop_oneof![
            Just(None),
            any::<i64>().prop_map(|n| Some(Datum::Integer(n))),
            any::<u64>().prop_map(|n| Some(Datum::Opaque(n))),
        ];
        (key, 0_u64..9, content, any::<bool>()).prop_map(|(key, number, content, prepares)| {
            let ballot = Ballot { number, by: number * 3 };
            let version = Version { number, content };
            if prepares { Request::Prepare { key, ballot } } else { Request::Accept { key, ballot, version } }
        })
    }

    proptest! {
        /// What is loaded is what was in memory; cut short anywhere, it is what was in memory at some time.
        #[test]
        fn replay_equals_state(requests in proptest::collection::vec(request(), 0..30), cut: usize) {
            let mut acceptor = Acceptor::new(Ballots::Kept);
            let (mut log, mut states) = (Vec::new(), vec![(0, BTreeMap::new())]);
            for request in &requests {
                if let (_, Some(register)) = acceptor.execute(request) {
                    append(&mut log, request.key(), &register);
                    let mut state = states.last().unwrap().1.clone();
                    state.insert(request.key().clone(), register);
                    states.push((log.len(), state));
                }
            }
            let last = states.last().unwrap();
            prop_assert_eq!(load(&log), (last.1.clone(), last.0));
            let cut = cut % (log.len() + 1);
            let (registers, whole) = load(&log[..cut]);
            let then = states.iter().rfind(|(end, _)| *end <= cut).unwrap();
            prop_assert_eq!((registers, whole), (then.1.clone(), then.0));
            prop_assert_eq!(load(&rewritten(&acceptor)).0.len(), acceptor.iter().count());
        }
    }
}
