//! A set that is added to and read: lost and stale elements.
//!
//! **Rule.** An element is *known* from the first return of its add or of a read that saw it. By the order of
//! the invocations of reads: *stable* if the last read that tells about it saw it; *lost* if it was known and
//! a later read, the last to tell, did not see it; *stale* if it is stable and yet missing from a read that was
//! asked for after it was known. Any lost or stale element, and any that is read twice, is a violation.
//! Nothing stable: *unclear*.
//!
//! Source: `set-full` of Jepsen, with linearizable reads.

use super::super::event::{Action, Atom, Event, Phase, Value};
use super::super::names::KeyId;
use super::super::opinion::{CounterExample, Doubt, Opinion, Row, Story, Witness};
use super::flaw::{Flaw, Wrong};
use super::tenure::worsen;
use std::collections::{BTreeMap, BTreeSet};

const SET_FULL: &str = "set-full";

/// What reads told of an element. Reads stand with the position of their invocation.
#[derive(Clone, Copy, Debug, Default)]
struct Element {
    known: Option<Witness>,
    present: Option<(u64, Witness)>,
    absent: Option<(u64, Witness)>,
}

/// The elements of one set.
#[derive(Debug, Default)]
pub(super) struct SetFull {
    elements: BTreeMap<Atom, Element>,
    twice: Option<Witness>,
}

impl SetFull {
    pub fn take<F: Wrong>(&mut self, event: &Event) {
        match (event.action, event.phase, &event.value) {
            (Action::Add, Phase::Invoke, Value::One(value)) => {
                self.elements.entry(*value).or_default();
            }
            (Action::Add, Phase::Ok, Value::One(value)) => {
                self.elements.entry(*value).or_default().known.get_or_insert(Witness::of(event));
            }
            (Action::Read, Phase::Ok, Value::Many(values)) => self.read::<F>(event, values),
            _ => {}
        }
    }

    fn read<F: Wrong>(&mut self, event: &Event, values: &[Atom]) {
        let seen: BTreeSet<Atom> = values.iter().copied().collect();
        let witness = Witness::of(event);
        if seen.len() < values.len() {
            self.twice.get_or_insert(witness);
        }
        let asked = event.invoked.filter(|_| !F::has(Flaw::ReadsByReturn)).unwrap_or(event.stamp).n;
        for (value, element) in &mut self.elements {
            let told = if seen.contains(value) {
                if !F::has(Flaw::KnownByAddOnly) {
                    element.known.get_or_insert(witness);
                }
                &mut element.present
            } else {
                &mut element.absent
            };
            if told.is_none_or(|(before, _)| before < asked) {
                *told = Some((asked, witness));
            }
        }
    }

    pub fn finish(self, key: KeyId) -> Vec<Row> {
        let mut opinion = Opinion::Unclear(Doubt::NothingKnown);
        if self.elements.values().any(Element::is_stable) {
            opinion = Opinion::Holds;
        }
        if let Some(read) = self.twice {
            let example = CounterExample { key, story: Story::Twice, events: vec![read] };
            worsen(&mut opinion, Opinion::Violated(example));
        }
        for element in self.elements.values() {
            if let Some((story, events)) = element.fault() {
                worsen(&mut opinion, Opinion::Violated(CounterExample { key, story, events }));
            }
        }
        vec![Row { property: SET_FULL, opinion }]
    }
}

impl Element {
    fn is_stable(&self) -> bool {
        let absent = self.absent.map(|(asked, _)| asked);
        self.present.is_some_and(|(asked, _)| absent.is_none_or(|absent| absent < asked))
    }

    fn fault(&self) -> Option<(Story, Vec<Witness>)> {
        let (known, (asked, missing)) = (self.known?, self.absent?);
        if asked < known.stamp.n {
            return None;
        }
        let story = if self.is_stable() { Story::Stale } else { Story::Lost };
        Some((story, vec![known, missing]))
    }
}
