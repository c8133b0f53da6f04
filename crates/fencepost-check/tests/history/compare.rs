//! The checkers against their oracles.

use super::generate::{Family, View, history};
use super::{believed, elements, oracle, taken};
use fencepost_check::history::judge::flaw::{Sound, Wrong};
use fencepost_check::history::{Event, Examiner, Lease, Opinion};

/// What a checker says: legal, not legal, or nothing.
pub fn says<F: Wrong>(family: &Family, events: &[Event]) -> Option<bool> {
    let mut examiner = Examiner::<F>::flawed(family.rules());
    for event in events {
        examiner.take(event);
    }
    let report = examiner.finish();
    let opinion = match family.view {
        View::Belief => report.of("exclusive-belief"),
        View::Effect => report.of("exclusive-effect"),
        View::Calls | View::Set => Some(report.worst()),
    };
    match opinion {
        Some(Opinion::Holds | Opinion::NotOffered) | None => Some(true),
        Some(Opinion::Violated(_)) => Some(false),
        Some(Opinion::Unclear(_)) => None,
    }
}

/// What is true: legal, not legal, or not to be told from the history.
pub fn truth(family: &Family, events: &[Event]) -> Option<bool> {
    match family.view {
        View::Calls => oracle::truth(family.model.parse().unwrap(), events, family.lease, family.error),
        View::Belief => believed::truth(events, family.lease),
        View::Effect => taken::truth(events),
        View::Set => elements::truth(events),
    }
}

/// Whether it may not be said of a history of which this is true. Leases and clocks may leave a checker in doubt
/// where an oracle that tries everything is not.
pub fn is_wrong(family: &Family, said: Option<bool>, truth: Option<bool>) -> bool {
    let may_doubt = family.lease != Lease::Never || family.error.is_some();
    said != truth && !(said.is_none() && may_doubt)
}

/// How histories of a family came out.
#[derive(Clone, Copy, Debug, Default)]
pub struct Tally {
    pub legal: u64,
    /// Those that the checker left undecided.
    pub unclear: u64,
    /// Those of them that the oracle decides.
    pub timid: u64,
}

/// Compares histories `from..until` of a family.
///
/// Panics at the first that is decided wrongly or without warrant, with the history.
pub fn compare(family: &Family, from: u64, until: u64) -> Tally {
    let mut tally = Tally::default();
    for number in from..until {
        let events = history(family, number);
        let (truth, said) = (truth(family, &events), says::<Sound>(family, &events));
        tally.legal += u64::from(truth == Some(true));
        tally.unclear += u64::from(said.is_none());
        tally.timid += u64::from(said.is_none() && truth.is_some());
        let is_wrong = is_wrong(family, said, truth);
        assert!(!is_wrong, "{} {number}: {said:?}, not {truth:?}\n{}", family.name, shown(&events));
    }
    let most = (until - from) / 10;
    assert!(tally.timid <= most, "{}: undecided without need: {tally:?}", family.name);
    tally
}

/// A history, one event a line.
pub fn shown(events: &[Event]) -> String {
    let line = |event: &Event| {
        let Event { stamp, who, action, phase, token, tenure, value, .. } = event;
        let token = token.map(|token| format!(" token {token}")).unwrap_or_default();
        let tenure = tenure.map(|tenure| format!(" tenure {tenure}")).unwrap_or_default();
        format!("{:>3}  {} {phase:?} {}{token}{tenure} {value:?}\n", stamp.n, who.0, action.word())
    };
    events.iter().map(line).collect()
}
