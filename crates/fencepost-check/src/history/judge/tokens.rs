//! Tokens of tenures that are numbered: the larger number has the larger token.
//!
//! **Rule.** Ordered by the numbers of their tenures, tokens grow, and a tenure has one token. So an owner that
//! learns its token late is still compared where it belongs.
//!
//! **Why neighbours suffice.** As long as nothing was found, the tokens that are known grow; then a new one
//! fits between its two neighbours, or it is out of order with one of them.
//!
//! Memory: the newest tenures only. One that is told after a thousand newer ones is not compared.

use super::super::event::{Action, Event, Phase};
use super::super::names::KeyId;
use super::super::opinion::{Certainty, CounterExample, Opinion, Story, Witness};
use super::flaw::{Flaw, Wrong};
use super::tenure::worsen;
use std::collections::BTreeMap;

/// How many tenures are remembered.
const REMEMBERED: usize = 1024;

/// The tokens of one lock.
#[derive(Debug, Default)]
pub(super) struct Tokens {
    known: BTreeMap<u64, Witness>,
    opinion: Option<Opinion>,
}

impl Tokens {
    /// Looks at what tells a token: the grant, or the return of the acquire.
    pub fn take<F: Wrong>(&mut self, event: &Event) {
        let tells = matches!(
            (event.action, event.phase),
            (Action::Granted | Action::GrantedShared | Action::Acquire | Action::AcquireShared, Phase::Ok)
        );
        let (true, Some(tenure), Some(token)) = (tells, event.tenure, event.token) else { return };
        self.opinion.get_or_insert(Opinion::Holds);
        let new = Witness::of(event);
        if let Some(before) = self.known.get(&tenure) {
            if before.token != Some(token) && !F::has(Flaw::IgnoresSecondToken) {
                self.say(event.key, Story::TwoTokens, [*before, new]);
            }
            return;
        }
        let story = Story::TokenNotLarger { certainty: Certainty::Certain };
        let older = self.known.range(..tenure).next_back().map(|(_, older)| *older);
        if let Some(older) = older.filter(|older| older.token >= Some(token)) {
            self.say(event.key, story, [older, new]);
        }
        let newer = self.known.range(tenure..).next().map(|(_, newer)| *newer);
        if let Some(newer) = newer.filter(|newer| newer.token <= Some(token)) {
            self.say(event.key, story, [new, newer]);
        }
        self.known.insert(tenure, new);
        if self.known.len() > REMEMBERED {
            self.known.pop_first();
        }
    }

    fn say(&mut self, key: KeyId, story: Story, events: [Witness; 2]) {
        let example = CounterExample { key, story, events: events.to_vec() };
        worsen(self.opinion.get_or_insert(Opinion::Holds), Opinion::Violated(example));
    }

    /// What is said in the end; none where no tenure with a number has a token.
    pub fn finish(self) -> Option<Opinion> {
        self.opinion
    }
}
