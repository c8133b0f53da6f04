//! The sequential objects: which calls are legal in which state. The one place that says what a model means.

use super::super::Model;
use super::super::event::{Action, Atom, Value};
use super::super::names::WhoId;
use super::calls::Call;
use std::collections::{BTreeMap, BTreeSet};

/// The state of an object between two calls.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum State {
    /// A lock with its owner, how often it took it, the token of the tenure, and the largest token yet.
    Owned { who: Option<WhoId>, count: u32, token: Option<u64>, largest: u64 },
    /// How many permits each owner has.
    Permits(BTreeMap<WhoId, u32>),
    /// How many permits are out.
    Out(u32),
    /// Readers, or a writer.
    Shared { readers: BTreeSet<WhoId>, writer: Option<WhoId> },
    /// What a register holds.
    Register(Atom),
}

/// The first state of a model.
pub(super) fn start(model: Model) -> State {
    match model {
        Model::Mutex | Model::OwnerlessSemaphore(_) => State::Out(0),
        Model::OwnedMutex | Model::Fenced | Model::Reentrant(_) | Model::ReentrantFenced(_) => {
            State::Owned { who: None, count: 0, token: None, largest: 0 }
        }
        Model::Semaphore(_) => State::Permits(BTreeMap::new()),
        Model::Rw => State::Shared { readers: BTreeSet::new(), writer: None },
        Model::CasRegister | Model::SetFull => State::Register(Atom::Nil),
    }
}

/// The state after a call; none where the call is not legal.
pub(super) fn step(model: Model, state: &State, call: &Call) -> Option<State> {
    match (state, model) {
        (State::Out(out), Model::OwnerlessSemaphore(permits)) => count(*out, permits.get(), call),
        (State::Out(out), _) => count(*out, 1, call),
        (State::Owned { .. }, Model::Reentrant(depth)) => owned(state, depth.get(), false, call),
        (State::Owned { .. }, Model::ReentrantFenced(depth)) => owned(state, depth.get(), true, call),
        (State::Owned { .. }, _) => owned(state, 1, model == Model::Fenced, call),
        (State::Permits(permits), Model::Semaphore(limit)) => held(permits, limit.get(), call),
        (State::Permits(_), _) => None,
        (State::Shared { readers, writer }, _) => shared(readers, *writer, call),
        (State::Register(now), _) => register(*now, call),
    }
}

fn count(out: u32, permits: u32, call: &Call) -> Option<State> {
    match call.action {
        Action::Acquire if out < permits => Some(State::Out(out + 1)),
        Action::Release if out > 0 => Some(State::Out(out - 1)),
        _ => None,
    }
}

fn owned(state: &State, depth: u32, fenced: bool, call: &Call) -> Option<State> {
    let State::Owned { who, count, token, largest } = *state else { return None };
    match call.action {
        Action::Acquire => {
            let is_mine = who == Some(call.who);
            if who.is_some() && !(is_mine && count < depth) {
                return None;
            }
            let given = call.token.filter(|_| fenced);
            let is_legal = match (given, token) {
                (None, _) => true,
                (Some(given), Some(token)) => given == token,
                (Some(given), None) => given > largest,
            };
            is_legal.then(|| State::Owned {
                who: Some(call.who),
                count: count + 1,
                token: token.or(given),
                largest: largest.max(given.unwrap_or(0)),
            })
        }
        Action::Release if who != Some(call.who) => None,
        Action::Release if count > 1 => Some(State::Owned { who, count: count - 1, token, largest }),
        Action::Release => Some(State::Owned { who: None, count: 0, token: None, largest }),
        Action::Extend if who == Some(call.who) => Some(state.clone()),
        _ => None,
    }
}

fn held(permits: &BTreeMap<WhoId, u32>, limit: u32, call: &Call) -> Option<State> {
    let mut permits = permits.clone();
    match call.action {
        Action::Acquire if permits.values().sum::<u32>() < limit => {
            *permits.entry(call.who).or_default() += 1;
        }
        Action::Release => {
            let mine = permits.get_mut(&call.who)?;
            *mine -= 1;
            if *mine == 0 {
                permits.remove(&call.who);
            }
        }
        _ => return None,
    }
    Some(State::Permits(permits))
}

fn shared(readers: &BTreeSet<WhoId>, writer: Option<WhoId>, call: &Call) -> Option<State> {
    let mut readers = readers.clone();
    match call.action {
        Action::AcquireShared => {
            (writer.is_none() && readers.insert(call.who)).then_some(State::Shared { readers, writer })
        }
        Action::Acquire => (writer.is_none() && readers.is_empty())
            .then_some(State::Shared { readers, writer: Some(call.who) }),
        Action::Release if writer == Some(call.who) => Some(State::Shared { readers, writer: None }),
        Action::Release => readers.remove(&call.who).then_some(State::Shared { readers, writer }),
        _ => None,
    }
}

fn register(now: Atom, call: &Call) -> Option<State> {
    match (call.action, &call.value) {
        (Action::Read, Value::One(seen)) => (*seen == now).then_some(State::Register(now)),
        // A read that tells nothing says nothing.
        (Action::Read, Value::None) => Some(State::Register(now)),
        (Action::Write, Value::One(new)) => Some(State::Register(*new)),
        (Action::Cas, Value::Pair(old, new)) => (*old == now).then_some(State::Register(*new)),
        _ => None,
    }
}
