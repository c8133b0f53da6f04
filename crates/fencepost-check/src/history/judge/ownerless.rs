//! Permits that know no owner, one for a plain mutex: the rule of the earliest deadline.
//!
//! **Rule.** Do nothing at invocations. When a call returns that is not placed yet: place it, if it is legal
//! now; if not, place the open call of the opposite kind with the earliest return first, calls of unknown
//! outcome last. If there is none, no order is legal.
//!
//! **Why.** By induction over returns, keeping "some legal order has our prefix". Calls of one kind are
//! interchangeable and all candidates are asked for already, so swapping the one with the earliest deadline
//! into the place keeps every deadline. What a legal order places earlier than we do has its deadline after
//! this return, and may move to just after it.
//!
//! *O(n log n)*, and it has to know returns in advance: memory follows the length of the history.
//!
//! Source: our own argument; the type is "anagram-agnostic" in arXiv 2509.05586. Compared with a search.

use super::super::event::Action;
use super::super::names::KeyId;
use super::super::opinion::{CounterExample, Opinion, Row, Story};
use super::LINEARIZABLE;
use super::calls::Call;
use super::flaw::{Flaw, Wrong};
use std::collections::BTreeSet;

/// A call by its deadline.
type Due = (u64, usize);

struct Placing<'a> {
    calls: &'a [Call],
    permits: u32,
    held: u32,
    acquires: BTreeSet<Due>,
    releases: BTreeSet<Due>,
    /// The last acquire and the last release that were placed.
    last: [Option<usize>; 2],
}

/// Judges the calls of one lock, in the order in which they were asked for.
pub(super) fn judge<F: Wrong>(key: KeyId, permits: u32, calls: &[Call]) -> Vec<Row> {
    let mut returns: Vec<(u64, usize)> = calls
        .iter()
        .enumerate()
        .filter_map(|(place, call)| call.returned.map(|returned| (returned.n, place)))
        .collect();
    returns.sort_unstable();
    let mut placing = Placing {
        calls,
        permits: permits + u32::from(F::has(Flaw::OnePermitTooMany)),
        held: 0,
        acquires: BTreeSet::new(),
        releases: BTreeSet::new(),
        last: [None, None],
    };
    let mut asked = calls.iter().enumerate().peekable();
    for (n, place) in returns {
        while let Some((next, call)) = asked.next_if(|(_, call)| call.invoked.n <= n) {
            if call.returned.is_some() || !F::has(Flaw::NoUnknowns) {
                placing.open(call.action).insert((due(call), next));
            }
        }
        if !placing.place_at_return::<F>(place) {
            let opinion = Opinion::Violated(placing.example(key, place));
            return vec![Row { property: LINEARIZABLE, opinion }];
        }
    }
    vec![Row { property: LINEARIZABLE, opinion: Opinion::Holds }]
}

fn due(call: &Call) -> u64 {
    call.returned.map_or(u64::MAX, |returned| returned.n)
}

impl Placing<'_> {
    fn open(&mut self, action: Action) -> &mut BTreeSet<Due> {
        if action == Action::Release { &mut self.releases } else { &mut self.acquires }
    }

    fn is_legal(&self, action: Action) -> bool {
        if action == Action::Release { self.held > 0 } else { self.held < self.permits }
    }

    /// Places a call that returns now, and what it needs before it. False where there is no order.
    fn place_at_return<F: Wrong>(&mut self, place: usize) -> bool {
        let call = &self.calls[place];
        if !self.open(call.action).contains(&(due(call), place)) {
            return true;
        }
        if !self.is_legal(call.action) {
            let opposite = if call.action == Action::Release { Action::Acquire } else { Action::Release };
            let open = self.open(opposite);
            let first = if F::has(Flaw::LatestDeadline) { open.last() } else { open.first() };
            let Some((_, helper)) = first.copied() else { return false };
            self.put(helper);
        }
        self.put(place);
        true
    }

    fn put(&mut self, place: usize) {
        let call = &self.calls[place];
        self.open(call.action).remove(&(due(call), place));
        if call.action == Action::Release {
            self.held -= 1;
            self.last[1] = Some(place);
        } else {
            self.held += 1;
            self.last[0] = Some(place);
        }
    }

    /// The call that cannot be placed, and the one of the same kind that was placed before it.
    fn example(&self, key: KeyId, place: usize) -> CounterExample {
        let before = self.last[usize::from(self.calls[place].action == Action::Release)];
        let calls = before.into_iter().chain([place]);
        let mut events: Vec<_> = calls.flat_map(|place| self.calls[place].witnesses()).collect();
        events.sort_by_key(|event| event.stamp.n);
        CounterExample { key, story: Story::NoOrder, events }
    }
}
