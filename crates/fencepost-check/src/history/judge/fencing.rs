//! Tokens of successive tenures.
//!
//! **Rule.** The token of each acquire is larger than the largest before it. Two calls that follow each other
//! in real time were granted in that order, so they are compared at once; of two calls that were open at the
//! same time the order shows when the earlier tenure ends.
//!
//! **Why neighbours suffice.** Cores that are disjoint are ordered, and so are the holds around them; the
//! order is total, so comparing with the running maximum compares all pairs.

use super::super::event::{Event, Stamp};
use super::super::names::{KeyId, WhoId};
use super::super::opinion::{Certainty, CounterExample, Doubt, Opinion, Story, Witness};
use super::flaw::{Flaw, Wrong};
use super::tenure::{within, worsen};

/// The tokens of one lock.
pub(super) struct Fencing {
    largest: Option<(u64, Witness)>,
    error: i64,
    opinion: Option<Opinion>,
}

/// Two tokens that are out of order, if the tenures were in this order.
#[derive(Clone, Copy, Debug)]
pub(super) struct BadToken {
    pub before: Witness,
    after: Witness,
    /// Whether the second was asked for when the first had returned: then they were granted in this order.
    pub is_ordered: bool,
}

impl Fencing {
    pub fn new(error: i64) -> Fencing {
        Fencing { largest: None, error, opinion: None }
    }

    /// Takes the token of a new tenure in. Gives back a pair that is bad if the earlier
    /// tenure began before.
    pub fn next<F: Wrong>(&mut self, event: &Event) -> Option<BadToken> {
        let token = event.token?;
        self.opinion.get_or_insert(Opinion::Holds);
        let Some((largest, before)) = self.largest else {
            self.largest = Some((token, Witness::of(event)));
            return None;
        };
        let is_fine = token > largest || (F::has(Flaw::TokenMayRepeat) && token == largest);
        if is_fine {
            self.largest = Some((token, Witness::of(event)));
            return None;
        }
        let is_ordered = event.invoked.is_some_and(|asked| is_before(before.stamp, asked, self.error));
        Some(BadToken { before, after: Witness::of(event), is_ordered })
    }

    pub fn say(&mut self, opinion: Opinion) {
        // The error of the clocks may have put the two the wrong way round.
        let opinion = match opinion {
            Opinion::Violated(mut example)
                if self.error > 0
                    && matches!(example.story, Story::TokenNotLarger { .. })
                    && within(example.events[0].stamp, example.events[1].stamp, self.error) =>
            {
                example.story = Story::TokenNotLarger { certainty: Certainty::Possible };
                Opinion::Unclear(Doubt::Possible(example))
            }
            other => other,
        };
        worsen(self.opinion.get_or_insert(Opinion::Holds), opinion);
    }

    /// What is said in the end.
    pub fn finish(self) -> Opinion {
        self.opinion.unwrap_or(Opinion::NotOffered)
    }
}

fn is_before(first: Stamp, second: Stamp, error: i64) -> bool {
    first.n < second.n && (error == 0 || !within(first, second, error))
}

impl BadToken {
    pub fn owners(&self) -> [WhoId; 2] {
        [self.before.who, self.after.who]
    }

    pub fn example(&self, key: KeyId) -> CounterExample {
        let story = Story::TokenNotLarger { certainty: Certainty::Certain };
        CounterExample { key, story, events: vec![self.before, self.after] }
    }
}
