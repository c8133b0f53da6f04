//! The fallback: a search for a legal order, bounded by a budget.
//!
//! **Rule.** Go from return to return. A *configuration* is a state of the object, the open calls that are
//! placed, and how many calls of unknown outcome of each kind are. When a call returns, each configuration
//! that has not placed it is extended by every sequence of open calls that ends with it. No configuration
//! left: no legal order. Budget spent: nobody knows.
//!
//! **Why.** A call need not be placed before some return demands it (just-in-time linearization), so these
//! are all orders. Calls of unknown outcome that are alike have no deadline and are interchangeable, so
//! their number suffices; of two configurations that differ in it only, the one that used fewer can do
//! whatever the other can.
//!
//! Memory follows calls in flight and kinds of unknown outcomes, not the length of the history.
//!
//! Source: Wing and Gong 1993; Lowe, "Testing for linearizability", 2017.

use super::super::Model;
use super::super::event::{Action, Value};
use super::super::names::{KeyId, WhoId};
use super::super::opinion::{CounterExample, Doubt, Opinion, Story};
use super::calls::Call;
use super::spec::{self, State};
use std::collections::{BTreeMap, VecDeque};

/// What a search found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// A legal order.
    Order,
    /// None, once this call returned.
    NoOrder(usize),
    /// The budget was spent.
    Budget,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Configuration {
    state: State,
    /// Open calls that are placed, in order.
    placed: Vec<usize>,
    /// How many calls of each kind of unknown outcome are placed.
    used: Vec<u32>,
}

/// Calls of unknown outcome that are alike.
struct Kind {
    call: usize,
    asked: u32,
}

struct Search<'a> {
    model: Model,
    calls: &'a [Call],
    open: Vec<usize>,
    kinds: Vec<Kind>,
    configurations: Vec<Configuration>,
    steps: u64,
}

/// Looks for a legal order of these calls, which are in the order in which they were asked for.
pub(super) fn search(model: Model, calls: &[Call], budget: u64) -> Found {
    let first = Configuration { state: spec::start(model), placed: Vec::new(), used: Vec::new() };
    let mut search = Search {
        model,
        calls,
        open: Vec::new(),
        kinds: Vec::new(),
        configurations: vec![first],
        steps: budget,
    };
    let mut alike = BTreeMap::new();
    for (_, place, returns) in ends(calls) {
        let call = &calls[place];
        if returns {
            match search.place_at_return(place) {
                None => return Found::Budget,
                Some(false) => return Found::NoOrder(place),
                Some(true) => {}
            }
        } else if call.returned.is_some() {
            search.open.push(place);
        } else if call.action != Action::Read && call.action != Action::Extend {
            let kind = *alike.entry(likeness(model, call)).or_insert(search.kinds.len());
            if kind == search.kinds.len() {
                search.kinds.push(Kind { call: place, asked: 0 });
            }
            search.kinds[kind].asked += 1;
        }
    }
    Found::Order
}

/// What a search makes of a lock, as an opinion.
pub(super) fn opinion(key: KeyId, calls: &[Call], found: Found, budget: u64) -> Opinion {
    match found {
        Found::Order => Opinion::Holds,
        Found::Budget => Opinion::Unclear(Doubt::Budget { steps: budget }),
        Found::NoOrder(place) => {
            Opinion::Violated(CounterExample { key, story: Story::NoOrder, events: calls[place].witnesses() })
        }
    }
}

/// Invocations and returns, in order.
fn ends(calls: &[Call]) -> Vec<(u64, usize, bool)> {
    let asked = calls.iter().enumerate().map(|(place, call)| (call.invoked.n, place, false));
    let returned = calls
        .iter()
        .enumerate()
        .filter_map(|(place, call)| call.returned.map(|returned| (returned.n, place, true)));
    let mut ends: Vec<_> = asked.chain(returned).collect();
    // A call that came alone is asked for before it returns.
    ends.sort_unstable_by_key(|(n, place, returns)| (*n, *returns, *place));
    ends
}

/// What makes calls of unknown outcome alike.
fn likeness(model: Model, call: &Call) -> (Action, Option<WhoId>, Vec<super::super::Atom>) {
    let knows_owner = !matches!(model, Model::Mutex | Model::OwnerlessSemaphore(_) | Model::CasRegister);
    let values = match &call.value {
        Value::None => Vec::new(),
        Value::One(value) => vec![*value],
        Value::Pair(old, new) => vec![*old, *new],
        Value::Many(values) => values.to_vec(),
    };
    (call.action, knows_owner.then_some(call.who), values)
}

impl Search<'_> {
    /// Whether some configuration survives the return of a call; none where the budget is spent.
    fn place_at_return(&mut self, place: usize) -> Option<bool> {
        let (mut next, mut seen) = (Vec::new(), Frontier::default());
        // First in, first out: those that used few unknown outcomes come before those they make needless.
        let mut queue = VecDeque::new();
        for mut configuration in std::mem::take(&mut self.configurations) {
            configuration.used.resize(self.kinds.len(), 0);
            match configuration.placed.binary_search(&place) {
                Ok(at) => {
                    configuration.placed.remove(at);
                    next.push(configuration);
                }
                Err(_) => queue.push_back(configuration),
            }
        }
        while let Some(configuration) = queue.pop_front() {
            if !seen.admits(&configuration) {
                continue;
            }
            self.steps = self.steps.checked_sub(1 + self.open.len() as u64 + self.kinds.len() as u64)?;
            if let Some(state) = spec::step(self.model, &configuration.state, &self.calls[place]) {
                next.push(Configuration { state, ..configuration.clone() });
            }
            self.extend(&configuration, place, &mut queue);
        }
        self.open.retain(|open| *open != place);
        self.configurations = undominated(next);
        Some(!self.configurations.is_empty())
    }

    /// Every configuration with one more open call placed, the returning one excepted.
    fn extend(&self, from: &Configuration, returning: usize, queue: &mut VecDeque<Configuration>) {
        for open in self.open.iter().filter(|open| **open != returning) {
            let Err(at) = from.placed.binary_search(open) else { continue };
            if let Some(state) = spec::step(self.model, &from.state, &self.calls[*open]) {
                let mut placed = from.placed.clone();
                placed.insert(at, *open);
                queue.push_back(Configuration { state, placed, used: from.used.clone() });
            }
        }
        for (number, kind) in
            self.kinds.iter().enumerate().filter(|(number, kind)| from.used[*number] < kind.asked)
        {
            let state = spec::step(self.model, &from.state, &self.calls[kind.call]);
            if let Some(state) = state.filter(|state| *state != from.state) {
                let mut used = from.used.clone();
                used[number] += 1;
                queue.push_back(Configuration { state, placed: from.placed.clone(), used });
            }
        }
    }
}

/// Configurations without those that only used more unknown outcomes than another.
#[derive(Default)]
struct Frontier(BTreeMap<(State, Vec<usize>), Vec<Vec<u32>>>);

impl Frontier {
    /// Takes a configuration in, unless one that is there can do whatever it can.
    fn admits(&mut self, configuration: &Configuration) -> bool {
        let Configuration { state, placed, used } = configuration;
        let group = self.0.entry((state.clone(), placed.clone())).or_default();
        let covers = |less: &[u32], more: &[u32]| less.iter().zip(more).all(|(less, more)| less <= more);
        if group.iter().any(|other| covers(other, used)) {
            return false;
        }
        group.retain(|other| !covers(used, other));
        group.push(used.clone());
        true
    }
}

fn undominated(configurations: Vec<Configuration>) -> Vec<Configuration> {
    let mut frontier = Frontier::default();
    for configuration in configurations {
        frontier.admits(&configuration);
    }
    let flat = frontier.0.into_iter().flat_map(|((state, placed), group)| {
        group.into_iter().map(move |used| Configuration {
            state: state.clone(),
            placed: placed.clone(),
            used,
        })
    });
    flat.collect()
}
