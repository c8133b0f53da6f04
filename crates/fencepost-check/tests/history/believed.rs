//! Beliefs, found by comparing every two of them.

use super::chance::Chance;
use super::generate::push;
use fencepost_check::history::{Action, Event, Lease, Phase, Stamp, Value};
use fencepost_model::Span;

/// Some owners are told of a loss, in between.
pub fn with_losses(events: Vec<Event>, chance: &mut Chance) -> Vec<Event> {
    let mut told: Vec<Event> = Vec::new();
    let mut places: Vec<Stamp> = Vec::new();
    for event in events {
        if chance.percent(8) {
            push(&mut told, event.who.0 as usize, Action::Lost, Phase::Ok, None, None, Value::None);
        }
        let invoked = event.invoked.map(|invoked| places[invoked.n as usize]);
        let Event { who, action, phase, token, value, .. } = event;
        push(&mut told, who.0 as usize, action, phase, token, invoked, value);
        places.push(told[told.len() - 1].stamp);
    }
    told
}

struct Belief {
    who: u32,
    shared: bool,
    from: u64,
    /// When it was over, for all that anybody knows.
    until: u64,
    /// Whether the owner may have stopped to believe before, from which time on.
    may_end: Option<i64>,
    /// When its lease runs out, where that is known.
    expires: Option<i64>,
}

/// Whether beliefs exclude each other where they should; none where that hangs on what nobody logged.
pub fn truth(events: &[Event], lease: Lease) -> Option<bool> {
    let beliefs: Vec<Belief> = events.iter().filter_map(|event| belief(events, event, lease)).collect();
    let mut truth = Some(true);
    for (place, later) in beliefs.iter().enumerate() {
        for earlier in &beliefs[..place] {
            let is_apart =
                later.from > earlier.until || earlier.who == later.who || earlier.shared && later.shared;
            if is_apart {
                continue;
            }
            let began = later.from as i64 * 10;
            let may_be_apart = earlier.may_end.is_some_and(|may_end| began >= may_end)
                || later.expires.is_some_and(|expires| began >= expires);
            if !may_be_apart {
                return Some(false);
            }
            truth = None;
        }
    }
    truth
}

fn belief(events: &[Event], acquired: &Event, lease: Lease) -> Option<Belief> {
    let begins = |event: &Event| event.action.is_acquire() && event.phase == Phase::Ok;
    if !begins(acquired) {
        return None;
    }
    let mine = || {
        let after = acquired.stamp.n as usize + 1;
        events[after..].iter().filter(|event| event.who == acquired.who)
    };
    let end = mine().find(|event| {
        let is_end = event.action == Action::Release && event.phase == Phase::Invoke;
        is_end || event.action == Action::Lost || begins(event)
    });
    let until = end.map_or(u64::MAX, |end| end.stamp.n);
    let renewals = mine().filter(|event| event.action == Action::Extend && event.phase == Phase::Ok);
    let renewals = renewals.filter(|event| event.stamp.n < until).chain([acquired]);
    let asked = renewals.filter_map(|event| event.invoked?.at).max().unwrap();
    let expires = match lease {
        Lease::Of(Span(lease)) => Some(asked + lease as i64),
        _ => None,
    };
    let may_end = match end {
        None => Some(i64::MIN),
        Some(end) if begins(end) => Some(i64::MIN),
        Some(end) if end.action == Action::Lost => None,
        Some(end) => {
            let done = events.iter().find(|event| event.invoked == Some(end.stamp));
            let is_done = done.is_some_and(|done| done.phase == Phase::Ok);
            // Its promise had not run out, or the release would have found nothing.
            if lease == Lease::Unknown && !is_done { Some(i64::MIN) } else { expires }
        }
    };
    let shared = acquired.action == Action::AcquireShared;
    Some(Belief { who: acquired.who.0, shared, from: acquired.stamp.n, until, may_end, expires })
}
