//! What the resource took: no write of an older tenure after an operation of a newer one.
//!
//! **Rule.** In the order of the resource's own lines, the token of each write is at least the largest token
//! of any operation, reads included, before it. One pass, one number.
//!
//! Tokens stand for tenures here. That is right where fencing holds, and it is judged beside this.

use super::super::event::{Action, Event, Phase};
use super::super::opinion::{CounterExample, Opinion, Row, Story, Witness};
use super::tenure::worsen;
use fencepost_model::word;

/// The resource behind one lock.
#[derive(Debug)]
pub(super) struct Resource {
    newest: Option<(u64, Witness)>,
    opinion: Opinion,
}

impl Resource {
    pub fn new() -> Resource {
        Resource { newest: None, opinion: Opinion::NotOffered }
    }

    pub fn take(&mut self, event: &Event) {
        let (Some(token), Phase::Ok) = (event.token, event.phase) else { return };
        worsen(&mut self.opinion, Opinion::Holds);
        match self.newest {
            Some((newest, before)) if token < newest => {
                if event.action == Action::GuardedWrite {
                    let events = vec![before, Witness::of(event)];
                    let example = CounterExample { key: event.key, story: Story::StaleWrite, events };
                    worsen(&mut self.opinion, Opinion::Violated(example));
                }
            }
            _ => self.newest = Some((token, Witness::of(event))),
        }
    }

    pub fn finish(self) -> Row {
        Row { property: word::EXCLUSIVE_EFFECT, opinion: self.opinion }
    }
}
