//! What the resource took, or a provider: no write of an older tenure after an operation of a newer one.
//!
//! **Rule.** In the order of the resource's own lines, the tenure of each write is at least the newest tenure
//! of any operation, reads included, before it. One pass, one number.
//!
//! Tenures are compared by their numbers where the recorder numbers them. Elsewhere tokens stand for them: that
//! is right where fencing holds, and it is judged beside this.

use super::super::event::{Action, Event, Phase};
use super::super::opinion::{CounterExample, Opinion, Row, Story, Witness};
use super::flaw::{Flaw, Wrong};
use super::tenure::worsen;
use fencepost_model::word;

/// The resource behind one lock, or the provider.
#[derive(Debug)]
pub(super) struct Resource {
    by_tenure: Mark,
    by_token: Mark,
    opinion: Opinion,
}

/// The newest tenure that did something, with the first thing that it did.
type Mark = Option<(u64, Witness)>;

impl Resource {
    pub fn new() -> Resource {
        Resource { by_tenure: None, by_token: None, opinion: Opinion::NotOffered }
    }

    pub fn take<F: Wrong>(&mut self, event: &Event) {
        let (order, mark) = match (event.tenure, event.token) {
            _ if event.phase != Phase::Ok => return,
            (Some(tenure), _) => (tenure, &mut self.by_tenure),
            (None, Some(token)) => (token, &mut self.by_token),
            (None, None) => return,
        };
        worsen(&mut self.opinion, Opinion::Holds);
        match *mark {
            Some((newest, before)) if order < newest && event.action != Action::GuardedRead => {
                let events = vec![before, Witness::of(event)];
                let example = CounterExample { key: event.key, story: Story::StaleWrite, events };
                worsen(&mut self.opinion, Opinion::Violated(example));
            }
            Some((newest, _)) if order <= newest => {}
            _ if F::has(Flaw::IgnoresReads) && event.action == Action::GuardedRead => {}
            _ => *mark = Some((order, Witness::of(event))),
        }
    }

    pub fn finish(self) -> Row {
        Row { property: word::EXCLUSIVE_EFFECT, opinion: self.opinion }
    }
}
