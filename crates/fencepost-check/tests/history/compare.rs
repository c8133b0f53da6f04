//! The checkers against the oracle.

use super::generate::{Family, history};
use super::oracle::is_linearizable;
use fencepost_check::history::judge::flaw::{Sound, Wrong};
use fencepost_check::history::{Event, Examiner, Opinion};

/// What a checker says: legal, not legal, or nothing.
pub fn says<F: Wrong>(family: &Family, events: &[Event]) -> Option<bool> {
    let mut examiner = Examiner::<F>::flawed(family.rules());
    for event in events {
        examiner.take(event);
    }
    match examiner.finish().worst() {
        Opinion::Holds | Opinion::NotOffered => Some(true),
        Opinion::Violated(_) => Some(false),
        Opinion::Unclear(_) => None,
    }
}

/// Compares histories `from..until` of a family; gives back how many of them were legal.
///
/// Panics at the first difference, with the history.
pub fn compare(family: &Family, from: u64, until: u64) -> u64 {
    let (mut legal, mut unclear) = (0, 0);
    for number in from..until {
        let events = history(family, number);
        let truth =
            is_linearizable(family.model.parse().unwrap(), &events, family.lease.map(|nanos| nanos as i64));
        legal += u64::from(truth);
        let said = says::<Sound>(family, &events);
        // A reply that took longer than its lease may be unclear; nothing else may.
        if said.is_none() && family.lease.is_some() {
            unclear += 1;
            continue;
        }
        assert_eq!(said, Some(truth), "{} {number}:\n{}", family.name, shown(&events));
    }
    assert!(unclear <= (until - from) / 10, "{}: {unclear} of {} are unclear", family.name, until - from);
    legal
}

/// A history, one event a line.
pub fn shown(events: &[Event]) -> String {
    let line = |event: &Event| {
        let Event { stamp, who, action, phase, token, value, .. } = event;
        let token = token.map(|token| format!(" token {token}")).unwrap_or_default();
        format!("{:>3}  {} {phase:?} {}{token} {value:?}\n", stamp.n, who.0, action.word())
    };
    events.iter().map(line).collect()
}
