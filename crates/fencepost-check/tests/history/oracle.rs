//! The oracle: every order of a small history, tried. Written apart from the checkers and their models, so
//! that a mistake would have to be made twice.

use fencepost_check::history::{Action, Atom, Event, Lease, Model, Phase, Stamp, Value, WhoId};
use std::collections::{BTreeMap, BTreeSet};

/// A call as the oracle sees it. `from` and `until` are positions; an unknown outcome has no end.
#[derive(Clone, Debug)]
struct Op {
    who: i64,
    kind: Kind,
    token: i64,
    from: u64,
    until: u64,
}

#[derive(Clone, Debug, PartialEq)]
enum Kind {
    Acquire,
    Shared,
    /// With the acquire of its tenure, where leases count.
    Release(Option<usize>),
    Extend,
    /// The lease of the tenure of this acquire has run out.
    Expire(usize),
    Read(i64),
    Write(i64),
    Cas(i64, i64),
}

/// Whether some order of the calls is legal; none where that hangs on a lease that nobody knows, or on clocks
/// that may be off by `error`.
pub fn truth(model: Model, events: &[Event], lease: Lease, error: Option<u64>) -> Option<bool> {
    let Some(error) = error else { return at_these_times(model, events, lease) };
    let shifts = [-(error as i64) / 2, 0, error.div_ceil(2) as i64];
    let mut truths = BTreeSet::new();
    for number in 0..27 {
        let shift = |who: WhoId| shifts[[number % 3, number / 3 % 3, number / 9][who.0 as usize % 3]];
        truths.insert(at_these_times(model, &retimed(events, shift), lease));
    }
    if truths.len() == 1 { truths.pop_first().flatten() } else { None }
}

fn at_these_times(model: Model, events: &[Event], lease: Lease) -> Option<bool> {
    match lease {
        Lease::Never => Some(is_linearizable(model, events, Expiry::Never)),
        Lease::Of(span) => Some(is_linearizable(model, events, Expiry::After(span.as_nanos() as i64))),
        Lease::Unknown if is_linearizable(model, events, Expiry::Never) => Some(true),
        Lease::Unknown if !is_linearizable(model, events, Expiry::Anytime) => Some(false),
        Lease::Unknown => None,
    }
}

/// The same events where the clock of each owner is off by as much, in the order in which they then happened.
fn retimed(events: &[Event], shift: impl Fn(WhoId) -> i64) -> Vec<Event> {
    let mut events = events.to_vec();
    for event in &mut events {
        event.stamp.at = event.stamp.at.map(|at| at + shift(event.who));
    }
    events.sort_by_key(|event| event.stamp.at);
    let places: BTreeMap<u64, Stamp> =
        (0..).zip(&events).map(|(n, event)| (event.stamp.n, Stamp { n, ..event.stamp })).collect();
    for event in &mut events {
        event.stamp = places[&event.stamp.n];
        event.invoked = event.invoked.map(|invoked| places[&invoked.n]);
    }
    events
}

/// When a tenure may end by itself.
enum Expiry {
    Never,
    /// So long after it was last asked for, by the events' clocks.
    After(i64),
    Anytime,
}

fn is_linearizable(model: Model, events: &[Event], expiry: Expiry) -> bool {
    let mut ops = ops(events);
    match expiry {
        Expiry::Never => {}
        Expiry::After(lease) => expiries(&mut ops, events, lease),
        Expiry::Anytime => {
            let acquires = (0..ops.len()).filter(|place| ops[*place].kind == Kind::Acquire);
            let expiry = |place: usize| {
                let Op { who, from, .. } = ops[place];
                Op { who, kind: Kind::Expire(place), token: 0, from, until: u64::MAX }
            };
            ops.extend(acquires.map(expiry).collect::<Vec<_>>());
        }
    }
    let mut seen = BTreeSet::new();
    let state = State { holder: -1, count: 0, token: 0, largest: 0, acquired: usize::MAX, many: [0; 8] };
    go(model, &ops, 0, state, &mut seen)
}

fn number(atom: Atom) -> i64 {
    match atom {
        Atom::Nil => -1,
        Atom::Int(value) => value,
        Atom::Word(word) => 1_000 + i64::from(word),
    }
}

fn ops(events: &[Event]) -> Vec<Op> {
    let mut ops: Vec<Op> = Vec::new();
    for event in events.iter().filter(|event| event.phase == Phase::Invoke) {
        let end = events.iter().find(|end| end.invoked == Some(event.stamp));
        let (until, last) = match end {
            Some(end) if end.phase == Phase::Fail => continue,
            Some(end) if end.phase == Phase::Ok => (end.stamp.n * 2, end),
            _ => (u64::MAX, event),
        };
        let kind = match (event.action, &last.value) {
            (Action::Acquire, _) => Kind::Acquire,
            (Action::AcquireShared, _) => Kind::Shared,
            (Action::Release, _) => Kind::Release(None),
            (Action::Extend, _) => Kind::Extend,
            (Action::Read, Value::One(value)) => Kind::Read(number(*value)),
            (Action::Write, Value::One(value)) => Kind::Write(number(*value)),
            (Action::Cas, Value::Pair(old, new)) => Kind::Cas(number(*old), number(*new)),
            // An unknown read says nothing.
            _ => continue,
        };
        let token = last.token.map_or(0, |token| token as i64);
        ops.push(Op { who: i64::from(event.who.0), kind, token, from: event.stamp.n * 2, until });
    }
    ops
}

/// One more call for each tenure: its end by time, which may come from then on, or never.
fn expiries(ops: &mut Vec<Op>, events: &[Event], lease: i64) {
    let clock = |from: u64| events[(from / 2) as usize].stamp.at.unwrap();
    let mut expiries = Vec::new();
    for place in 0..ops.len() {
        if ops[place].kind != Kind::Acquire || ops[place].until == u64::MAX {
            continue;
        }
        let mut renewed = clock(ops[place].from);
        // Calls of one owner stand in their order.
        for later in place + 1..ops.len() {
            if ops[later].who != ops[place].who {
                continue;
            }
            let is_done = ops[later].until != u64::MAX;
            match ops[later].kind {
                Kind::Acquire if is_done => break,
                Kind::Extend if is_done => renewed = renewed.max(clock(ops[later].from)),
                Kind::Release(_) => {
                    ops[later].kind = Kind::Release(Some(place));
                    break;
                }
                _ => {}
            }
        }
        let first = events.iter().find(|event| event.stamp.at.unwrap() >= renewed + lease);
        if let Some(first) = first {
            // Just before the first event that comes after the lease.
            let from = (first.stamp.n * 2).saturating_sub(1);
            expiries.push(Op {
                who: ops[place].who,
                kind: Kind::Expire(place),
                token: 0,
                from,
                until: u64::MAX,
            });
        }
    }
    ops.extend(expiries);
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct State {
    holder: i64,
    count: i64,
    token: i64,
    largest: i64,
    acquired: usize,
    many: [i64; 8],
}

fn go(model: Model, ops: &[Op], done: u64, state: State, seen: &mut BTreeSet<(u64, State)>) -> bool {
    let is_left = |place: usize| done & (1 << place) == 0;
    let left = || (0..ops.len()).filter(|place| is_left(*place));
    if left().all(|place| ops[place].until == u64::MAX) {
        return true;
    }
    if !seen.insert((done, state)) {
        return false;
    }
    let soonest = left().map(|place| ops[place].until).min().unwrap_or(u64::MAX);
    left().filter(|place| ops[*place].from < soonest || ops[*place].until == soonest).any(|place| {
        let next = apply(model, ops, done, state, place);
        next.is_some_and(|next| go(model, ops, done | 1 << place, next, seen))
    })
}

fn apply(model: Model, ops: &[Op], done: u64, mut state: State, place: usize) -> Option<State> {
    let op = &ops[place];
    let who = op.who as usize;
    match model {
        Model::Mutex => permits(&mut state, 1, None, &op.kind)?,
        Model::OwnerlessSemaphore(limit) => permits(&mut state, limit.get().into(), None, &op.kind)?,
        Model::Semaphore(limit) => permits(&mut state, limit.get().into(), Some(who), &op.kind)?,
        Model::Rw => match op.kind {
            Kind::Acquire if state.holder < 0 && state.many.iter().all(|n| *n == 0) => state.holder = op.who,
            Kind::Shared if state.holder < 0 && state.many[who] == 0 => state.many[who] = 1,
            Kind::Release(_) if state.holder == op.who => state.holder = -1,
            Kind::Release(_) if state.many[who] == 1 => state.many[who] = 0,
            _ => return None,
        },
        Model::CasRegister => {
            // The register begins as nil, which is -1 like nobody.
            match op.kind {
                Kind::Read(value) if state.holder == value => {}
                Kind::Write(value) => state.holder = value,
                Kind::Cas(old, new) if state.holder == old => state.holder = new,
                _ => return None,
            }
        }
        Model::OwnedMutex => lock(&mut state, ops, done, place, 1, false)?,
        Model::Fenced => lock(&mut state, ops, done, place, 1, true)?,
        Model::Reentrant(depth) => lock(&mut state, ops, done, place, depth.get().into(), false)?,
        Model::ReentrantFenced(depth) => lock(&mut state, ops, done, place, depth.get().into(), true)?,
        Model::SetFull => return None,
    }
    Some(state)
}

fn permits(state: &mut State, limit: i64, who: Option<usize>, kind: &Kind) -> Option<()> {
    let mine = who.unwrap_or(0);
    match kind {
        Kind::Acquire if state.many.iter().sum::<i64>() < limit => state.many[mine] += 1,
        Kind::Release(_) if state.many[mine] > 0 => state.many[mine] -= 1,
        _ => return None,
    }
    Some(())
}

fn lock(state: &mut State, ops: &[Op], done: u64, place: usize, depth: i64, fenced: bool) -> Option<()> {
    let op = &ops[place];
    match op.kind {
        Kind::Acquire => {
            if state.holder >= 0 && (state.holder != op.who || state.count == depth) {
                return None;
            }
            if fenced && op.token != 0 {
                let is_first = state.token == 0;
                if if is_first { op.token <= state.largest } else { op.token != state.token } {
                    return None;
                }
                state.token = op.token;
                state.largest = state.largest.max(op.token);
            }
            if state.holder < 0 {
                state.acquired = place;
            }
            state.holder = op.who;
            state.count += 1;
        }
        Kind::Release(of) => {
            let expired = of.and_then(|of| ops.iter().position(|op| op.kind == Kind::Expire(of)));
            if expired.is_some_and(|expired| done & (1 << expired) != 0) {
                return Some(());
            }
            if state.holder != op.who {
                return None;
            }
            state.count -= 1;
            if state.count == 0 {
                (state.holder, state.token, state.acquired) = (-1, 0, usize::MAX);
            }
        }
        Kind::Expire(of) => {
            if state.acquired != of {
                return None;
            }
            (state.holder, state.token, state.count, state.acquired) = (-1, 0, 0, usize::MAX);
        }
        Kind::Extend if state.holder == op.who => {}
        _ => return None,
    }
    Some(())
}
