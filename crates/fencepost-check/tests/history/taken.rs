//! What a resource took: random lines, judged by comparing every two of them.

use super::chance::Chance;
use super::generate::push;
use fencepost_check::history::{Action, Event, Phase, Value};

/// A few operations of a few tenures, numbered or with tokens.
pub fn history(chance: &mut Chance) -> Vec<Event> {
    let mut events = Vec::new();
    let is_numbered = chance.percent(50);
    let mut newest = 1;
    for _ in 0..3 + chance.below(5) {
        newest += chance.below(2);
        let action = if chance.percent(50) { Action::GuardedRead } else { Action::GuardedWrite };
        let phase = if chance.percent(15) { Phase::Fail } else { Phase::Ok };
        let late = if chance.percent(15) { chance.below(newest) } else { 0 };
        let tenure = Some(newest - late).filter(|_| chance.percent(95));
        push(&mut events, chance.below(3) as usize, action, phase, tenure, None, Value::None);
    }
    for event in events.iter_mut().filter(|_| is_numbered) {
        event.tenure = event.token.take();
    }
    events
}

/// Whether no write of an older tenure was taken after an operation of a newer one.
pub fn truth(events: &[Event]) -> Option<bool> {
    let taken: Vec<&Event> = events.iter().filter(|event| event.phase == Phase::Ok).collect();
    let order = |event: &Event| event.tenure.or(event.token);
    let is_late = |place: usize| {
        let late = taken[place];
        late.action == Action::GuardedWrite
            && taken[..place].iter().any(|early| order(late).is_some_and(|late| order(early) > Some(late)))
    };
    Some(!(0..taken.len()).any(is_late))
}
