//! Gave it twice, as the service itself tells it.
//!
//! **Rule.** A promise runs from `granted` to `ended` of the same owner and tenure. Two promises that exclude
//! each other do not overlap. Where a service tells what it granted, its word counts, and what owners were told
//! is only judged beside it.
//!
//! One pass; memory follows the promises that stand.

use super::super::Rules;
use super::super::event::{Action, Event, Phase, Stamp};
use super::super::names::{KeyId, WhoId};
use super::super::opinion::{Certainty, CounterExample, Doubt, Opinion, Story, Witness};
use super::tenure::{ending, span, within, worsen};
use std::collections::BTreeMap;

/// What a service promised of one lock.
#[derive(Debug)]
pub(super) struct Service {
    error: i64,
    standing: BTreeMap<Holding, Promise>,
    /// Those beside which none was granted yet, exclusive and shared ones apart: each is looked at once.
    alone: [Vec<Holding>; 2],
    opinion: Opinion,
}

/// Whose promise it is, and of which tenure.
type Holding = (WhoId, Option<u64>);

#[derive(Clone, Copy, Debug)]
struct Promise {
    granted: Witness,
    /// The first that was granted beside it.
    intruder: Option<Witness>,
}

impl Service {
    pub fn new(rules: &Rules) -> Service {
        Service {
            error: rules.error(),
            standing: BTreeMap::new(),
            alone: Default::default(),
            opinion: Opinion::Holds,
        }
    }

    pub fn take(&mut self, event: &Event) {
        match event.action {
            Action::Ended => self.ended(event),
            _ => self.granted(event),
        }
    }

    fn granted(&mut self, event: &Event) {
        let shared = event.action == Action::GrantedShared;
        let (granted, holding) = (Witness::of(event), (event.who, event.tenure));
        // Shared promises stand beside each other.
        let conflicting = if shared { &mut self.alone[..1] } else { &mut self.alone[..] };
        for other in conflicting.iter_mut().flat_map(std::mem::take) {
            if let Some(promise) = self.standing.get_mut(&other) {
                promise.intruder.get_or_insert(granted);
            }
        }
        if let Some(again) = self.standing.insert(holding, Promise { granted, intruder: None }) {
            self.settle(event.key, again, None);
        }
        self.alone[usize::from(shared)].push(holding);
    }

    fn ended(&mut self, event: &Event) {
        let holding = (event.who, event.tenure);
        let Some(promise) = self.standing.remove(&holding) else { return };
        self.alone.iter_mut().for_each(|alone| alone.retain(|other| *other != holding));
        self.settle(event.key, promise, Some(event.stamp));
    }

    fn settle(&mut self, key: KeyId, promise: Promise, until: Option<Stamp>) {
        let (Promise { granted, .. }, Some(intruder)) = (promise, promise.intruder) else { return };
        let came = intruder.stamp;
        let certain = !within(granted.stamp, came, self.error)
            && until.is_none_or(|until| !within(came, until, self.error));
        let certainty = if certain { Certainty::Certain } else { Certainty::Possible };
        let lasted = until.and_then(|until| span(came.at?, until.at?));
        let end = until.map(|until| ending(granted.who, until, Action::Ended, Phase::Ok));
        let events = [granted, intruder].into_iter().chain(end).collect();
        let example = CounterExample { key, story: Story::Overlap { certainty, lasted }, events };
        let opinion =
            if certain { Opinion::Violated(example) } else { Opinion::Unclear(Doubt::Possible(example)) };
        worsen(&mut self.opinion, opinion);
    }

    pub fn finish(mut self, key: KeyId) -> Opinion {
        for (_, promise) in std::mem::take(&mut self.standing) {
            self.settle(key, promise, None);
        }
        self.opinion
    }
}
