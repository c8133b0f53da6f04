//! Long histories in which owners go on after unknown outcomes, as those with named clients: the search has to
//! come to an end.

use super::chance::Chance;
use fencepost_check::history::{
    Action, Event, Examiner, KeyId, Lease, Opinion, Phase, Rules, Stamp, Value, WhoId,
};

/// Five clients that take a lock in turn; now and then an outcome is forgotten, and they go on.
fn history(calls: u64, chance: &mut Chance) -> Vec<Event> {
    let mut events: Vec<Event> = Vec::new();
    let mut call = |who: u32, action: Action, phase: Phase, token: Option<u64>| {
        for (phase, token) in [(Phase::Invoke, None), (phase, token)] {
            let n = events.len() as u64;
            let stamp = Stamp { n, line: n + 1, at: None };
            let invoked = (phase != Phase::Invoke).then(|| events[events.len() - 1].stamp);
            let (key, who, value) = (KeyId(0), WhoId(who), Value::None);
            events.push(Event { stamp, invoked, key, who, action, phase, token, tenure: None, value });
        }
    };
    for token in 1..=calls / 2 {
        let who = chance.below(5) as u32;
        let forgets_acquire = chance.percent(2);
        let acquired = if forgets_acquire { Phase::Info } else { Phase::Ok };
        call(who, Action::Acquire, acquired, (!forgets_acquire).then_some(token));
        if chance.percent(2) {
            call(who, Action::Release, Phase::Info, None);
        }
        // Asked again until it is known to be done: what was unknown had done nothing.
        call(who, Action::Release, Phase::Ok, None);
    }
    events
}

fn judged(events: &[Event]) -> Opinion {
    let rules = Rules { lease: Lease::Never, search: true, ..Rules::of("fenced".parse().unwrap()) };
    let mut examiner = Examiner::new(rules);
    events.iter().for_each(|event| examiner.take(event));
    examiner.finish().worst().clone()
}

#[test]
fn a_long_history_of_named_clients_is_decided() {
    let events = history(10_000, &mut Chance(7));
    assert_eq!(judged(&events), Opinion::Holds);
}
