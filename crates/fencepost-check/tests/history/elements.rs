//! Sets that lose elements: random histories, judged read by read.

use super::chance::Chance;
use super::generate::push;
use fencepost_check::history::{Action, Atom, Event, Phase, Stamp, Value};

struct Open {
    asked: Stamp,
    action: Action,
    value: Value,
    seen: Option<Vec<Atom>>,
}

/// A few adds and reads of three owners.
pub fn history(chance: &mut Chance) -> Vec<Event> {
    let mut events: Vec<Event> = Vec::new();
    let mut set: Vec<Atom> = Vec::new();
    let mut open: [Option<Open>; 3] = [None, None, None];
    let (mut made, calls, mut next) = (0, 4 + chance.below(6), 0);
    for _ in 0..60 {
        let who = chance.below(3) as usize;
        match open[who].take() {
            None if made == calls => {}
            None => {
                made += 1;
                let (action, value) = if chance.percent(45) {
                    next += 1;
                    (Action::Add, Value::One(Atom::Int(next)))
                } else {
                    (Action::Read, Value::None)
                };
                push(&mut events, who, action, Phase::Invoke, None, None, value.clone());
                let asked = events[events.len() - 1].stamp;
                open[who] = Some(Open { asked, action, value, seen: None });
            }
            Some(Open { asked, action, value, seen: None }) => {
                if let Value::One(element) = &value {
                    set.push(*element);
                }
                // A set that errs: an element goes, for ever or for this read, or shows twice.
                let mut seen = set.clone();
                if !seen.is_empty() && chance.percent(12) {
                    let place = chance.below(seen.len() as u64) as usize;
                    match chance.below(3) {
                        0 => drop(set.remove(place)),
                        1 => drop(seen.remove(place)),
                        _ => seen.push(seen[place]),
                    }
                }
                open[who] = Some(Open { asked, action, value, seen: Some(seen) });
            }
            Some(Open { asked, action, value, seen: Some(seen) }) => {
                let phase = [Phase::Ok, Phase::Ok, Phase::Ok, Phase::Ok, Phase::Fail, Phase::Info]
                    [chance.below(6) as usize];
                let told = match (action, phase) {
                    (Action::Read, Phase::Ok) => Value::Many(seen.into()),
                    _ => value,
                };
                push(&mut events, who, action, phase, None, Some(asked), told);
            }
        }
    }
    events
}

/// Whether no element was missed once it was known, and none was read twice; none where nothing was stable.
pub fn truth(events: &[Event]) -> Option<bool> {
    let reads: Vec<(u64, u64, &[Atom])> = events
        .iter()
        .filter_map(|event| match (event.action, event.phase, &event.value) {
            (Action::Read, Phase::Ok, Value::Many(seen)) => {
                Some((event.invoked?.n, event.stamp.n, &seen[..]))
            }
            _ => None,
        })
        .collect();
    let is_twice = |seen: &[Atom]| (1..seen.len()).any(|place| seen[..place].contains(&seen[place]));
    if reads.iter().any(|(_, _, seen)| is_twice(seen)) {
        return Some(false);
    }
    let mut any_stable = false;
    for event in events.iter().filter(|event| (event.action, event.phase) == (Action::Add, Phase::Invoke)) {
        let Value::One(element) = &event.value else { continue };
        let added = events.iter().find(|end| end.phase == Phase::Ok && end.invoked == Some(event.stamp));
        let added = added.map(|end| end.stamp.n);
        let known_by = |known: u64| {
            added.is_some_and(|added| added < known)
                || reads.iter().any(|(_, returned, seen)| *returned < known && seen.contains(element))
        };
        if reads.iter().any(|(asked, _, seen)| !seen.contains(element) && known_by(*asked)) {
            return Some(false);
        }
        let last = |is_there: bool| {
            let told = reads.iter().filter(|(_, returned, seen)| {
                *returned > event.stamp.n && seen.contains(element) == is_there
            });
            told.map(|(asked, ..)| *asked).max()
        };
        any_stable |= last(true).is_some() && last(true) > last(false);
    }
    any_stable.then_some(true)
}
