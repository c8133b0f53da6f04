//! Small random histories that are nearly right: a lock that sometimes errs serves owners that sometimes
//! misbehave, and then tokens are swapped and repeated, and outcomes forgotten.

use super::chance::Chance;
use super::{believed, elements, taken};
use fencepost_check::history::{Action, Atom, Event, KeyId, Lease, Model, Phase, Rules, Stamp, Value, WhoId};
use fencepost_model::Span;

/// A family of histories.
#[derive(Clone, Copy, Debug)]
pub struct Family {
    pub name: &'static str,
    pub model: &'static str,
    /// Events are ten nanoseconds apart.
    pub lease: Lease,
    /// How far the clocks of two owners may be apart.
    pub error: Option<u64>,
    /// Whether owners go on after unknown outcomes.
    pub outlives: bool,
    /// What of it is compared.
    pub view: View,
}

/// A question that is asked of a history, each with an oracle of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum View {
    /// Is there a legal order of the calls?
    Calls,
    /// Did two believe at once?
    Belief,
    /// Did the resource take a write of an older tenure?
    Effect,
    /// Did a set lose an element, or show it late?
    Set,
}

const fn family(name: &'static str, model: &'static str) -> Family {
    Family { name, model, lease: Lease::Never, error: None, outlives: false, view: View::Calls }
}

const fn outliving(name: &'static str, model: &'static str) -> Family {
    Family { outlives: true, ..family(name, model) }
}

const fn leased(name: &'static str, model: &'static str, lease: Lease, error: Option<u64>) -> Family {
    Family { lease, error, ..family(name, model) }
}

const fn of(nanos: u64) -> Lease {
    Lease::Of(Span(nanos))
}

/// Every model, with leases known and not, with clocks that are off, and with owners that go on.
pub const FAMILIES: &[Family] = &[
    family("mutex", "mutex"),
    family("owned-mutex", "owned-mutex"),
    family("fenced", "fenced"),
    family("reentrant", "reentrant:2"),
    family("reentrant-fenced", "reentrant-fenced:2"),
    family("semaphore", "semaphore:2"),
    family("ownerless-semaphore", "ownerless-semaphore:2"),
    family("rw", "rw"),
    family("cas-register", "cas-register"),
    leased("fenced, lease", "fenced", of(60), None),
    leased("owned-mutex, lease", "owned-mutex", of(45), None),
    leased("fenced, lease unknown", "fenced", Lease::Unknown, None),
    leased("owned-mutex, lease unknown", "owned-mutex", Lease::Unknown, None),
    leased("fenced, clocks off", "fenced", Lease::Never, Some(25)),
    leased("owned-mutex, clocks off", "owned-mutex", Lease::Never, Some(25)),
    leased("rw, clocks off", "rw", Lease::Never, Some(25)),
    leased("owned-mutex, lease, clocks off", "owned-mutex", of(65), Some(25)),
    outliving("fenced, owners go on", "fenced"),
    outliving("reentrant, owners go on", "reentrant-fenced:2"),
    outliving("semaphore, owners go on", "semaphore:2"),
    outliving("rw, owners go on", "rw"),
    Family { lease: Lease::Unknown, ..outliving("fenced, lease unknown, go on", "fenced") },
    Family { view: View::Belief, ..family("belief", "owned-mutex") },
    Family { view: View::Belief, ..family("belief, rw", "rw") },
    Family { view: View::Belief, ..leased("belief, lease", "fenced", of(60), None) },
    Family { view: View::Belief, ..leased("belief, lease unknown", "fenced", Lease::Unknown, None) },
    Family { view: View::Effect, ..family("effect", "fenced") },
    Family { view: View::Set, ..family("set-full", "set-full") },
];

impl Family {
    pub fn rules(&self) -> Rules {
        Rules {
            lease: self.lease,
            clock_error: self.error.map(Span),
            order_is_trusted: self.view == View::Belief,
            search: self.outlives,
            ..Rules::of(self.model.parse().unwrap())
        }
    }
}

struct Open {
    asked: usize,
    action: Action,
    value: Value,
    outcome: Option<(Phase, Option<u64>, Value)>,
}

/// What a lock that errs now and then knows.
#[derive(Default)]
struct Service {
    /// How often each owner has it; negative as a reader.
    has: [i64; 4],
    token: u64,
    given: [u64; 4],
    register: Atom,
}

/// The history of a number.
pub fn history(family: &Family, number: u64) -> Vec<Event> {
    let model: Model = family.model.parse().unwrap();
    let mut chance = Chance(number.wrapping_mul(0xD134_2543_DE82_EF95) ^ family.name.len() as u64);
    match family.view {
        View::Calls => calls(model, family, &mut chance),
        View::Belief => believed::with_losses(calls(model, family, &mut chance), &mut chance),
        View::Effect => taken::history(&mut chance),
        View::Set => elements::history(&mut chance),
    }
}

fn calls(model: Model, family: &Family, chance: &mut Chance) -> Vec<Event> {
    let owners = 2 + chance.below(2) as usize;
    let mut service = Service::default();
    let mut open: Vec<Option<Open>> = (0..owners).map(|_| None).collect();
    let mut silent = vec![false; owners];
    let mut events: Vec<Event> = Vec::new();
    let calls = 3 + chance.below(6);
    let mut made = 0;
    for _ in 0..80 {
        let who = chance.below(owners as u64) as usize;
        // A lease runs out, and nobody is told.
        if family.lease != Lease::Never && chance.percent(3) {
            service.has[who] = 0;
        }
        if silent[who] {
            continue;
        }
        match &mut open[who] {
            None if made == calls => {}
            None => {
                made += 1;
                let action = wanted(model, family, &service, who, chance);
                let value = argument(action, chance);
                open[who] = Some(Open { asked: events.len(), action, value: value.clone(), outcome: None });
                push(&mut events, who, action, Phase::Invoke, None, None, value);
            }
            Some(call) if call.outcome.is_none() => {
                let outcome = service.serve(model, who, call.action, &call.value, chance);
                if outcome.0 == Phase::Ok || chance.percent(40) {
                    call.outcome = Some(outcome);
                }
            }
            Some(_) => {
                let Open { asked, action, value, outcome } = open[who].take().unwrap();
                let (mut phase, mut token, mut result) = outcome.unwrap();
                if chance.percent(15) {
                    (phase, token, result) = (Phase::Info, None, value);
                    silent[who] = !family.outlives;
                    // A process that dies leaves no line at all.
                    if chance.percent(30) && !family.outlives {
                        continue;
                    }
                }
                let stamp = events[asked].stamp;
                push(&mut events, who, action, phase, token, Some(stamp), result);
            }
        }
    }
    spoil(&mut events, chance);
    events
}

fn wanted(model: Model, family: &Family, service: &Service, who: usize, chance: &mut Chance) -> Action {
    if model == Model::CasRegister {
        return [Action::Read, Action::Write, Action::Cas][chance.below(3) as usize];
    }
    let acquire = match model {
        Model::Rw if chance.percent(50) => Action::AcquireShared,
        _ => Action::Acquire,
    };
    if family.lease != Lease::Never && service.has[who] != 0 && chance.percent(25) {
        return Action::Extend;
    }
    let sensible = if service.has[who] != 0 { Action::Release } else { acquire };
    let other = if sensible == Action::Release { acquire } else { Action::Release };
    if chance.percent(80) { sensible } else { other }
}

fn argument(action: Action, chance: &mut Chance) -> Value {
    let mut number = || Atom::Int(chance.below(3) as i64);
    match action {
        Action::Write => Value::One(number()),
        Action::Cas => Value::Pair(number(), number()),
        _ => Value::None,
    }
}

pub fn push(
    events: &mut Vec<Event>,
    who: usize,
    action: Action,
    phase: Phase,
    token: Option<u64>,
    invoked: Option<Stamp>,
    value: Value,
) {
    let n = events.len() as u64;
    let stamp = Stamp { n, line: n + 1, at: Some(n as i64 * 10) };
    events.push(Event {
        stamp,
        invoked,
        key: KeyId(0),
        who: WhoId(who as u32),
        action,
        phase,
        token,
        tenure: None,
        value,
    });
}

impl Service {
    fn serve(
        &mut self,
        model: Model,
        who: usize,
        action: Action,
        value: &Value,
        chance: &mut Chance,
    ) -> (Phase, Option<u64>, Value) {
        let errs = chance.percent(8);
        let done = |token| (Phase::Ok, token, value.clone());
        let refused = (Phase::Fail, None, value.clone());
        let others = |wanted: i64| {
            let others = self.has.iter().enumerate().filter(|(other, _)| *other != who);
            others.map(|(_, has)| if wanted < 0 && *has < 0 { 0 } else { has.abs() }).sum::<i64>()
        };
        match action {
            Action::Acquire | Action::AcquireShared => {
                let sign = if action == Action::AcquireShared { -1 } else { 1 };
                let (room, mine) = match model {
                    Model::Semaphore(_) | Model::OwnerlessSemaphore(_) => {
                        (others(1) + self.has[who] < 2, true)
                    }
                    Model::Reentrant(_) | Model::ReentrantFenced(_) => (others(1) == 0, self.has[who] < 2),
                    _ => (others(sign) == 0, self.has[who] == 0),
                };
                if !(errs || room && mine) {
                    return refused;
                }
                if self.has[who] == 0 {
                    self.token += 1;
                    self.given[who] = self.token;
                }
                self.has[who] += sign;
                let fenced = matches!(model, Model::Fenced | Model::ReentrantFenced(_)) && chance.percent(95);
                done(fenced.then_some(self.given[who]))
            }
            Action::Release => {
                let ownerless = matches!(model, Model::Mutex | Model::OwnerlessSemaphore(_));
                let holder = if self.has[who] == 0 && ownerless {
                    (0..self.has.len()).find(|other| self.has[*other] != 0).unwrap_or(who)
                } else {
                    who
                };
                if self.has[holder] == 0 && !errs || chance.percent(5) {
                    return refused;
                }
                self.has[holder] -= self.has[holder].signum();
                done(None)
            }
            Action::Extend if self.has[who] != 0 || errs => done(None),
            Action::Read if errs => (Phase::Ok, None, Value::One(Atom::Int(chance.below(3) as i64))),
            Action::Read => (Phase::Ok, None, Value::One(self.register)),
            Action::Write => {
                let Value::One(new) = value else { return refused };
                self.register = *new;
                done(None)
            }
            Action::Cas => {
                let Value::Pair(old, new) = value else { return refused };
                if self.register != *old && !errs {
                    return refused;
                }
                self.register = *new;
                done(None)
            }
            _ => refused,
        }
    }
}

/// Tokens are swapped, repeated, or moved.
fn spoil(events: &mut [Event], chance: &mut Chance) {
    let tokens: Vec<usize> = (0..events.len()).filter(|place| events[*place].token.is_some()).collect();
    if tokens.len() < 2 || !chance.percent(25) {
        return;
    }
    let first = tokens[chance.below(tokens.len() as u64) as usize];
    let second = tokens[chance.below(tokens.len() as u64) as usize];
    if chance.percent(50) {
        let token = events[first].token;
        events[first].token = std::mem::replace(&mut events[second].token, token);
    } else {
        events[first].token = events[second].token;
    }
}
