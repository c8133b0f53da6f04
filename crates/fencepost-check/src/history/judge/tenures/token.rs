//! The tokens that tenures come with.

use super::super::super::Lease;
use super::super::super::event::Event;
use super::super::super::opinion::{CounterExample, Doubt, Opinion, Story, Witness};
use super::super::flaw::{Flaw, Wrong};
use super::super::tenure::{Charge, Tenure};
use super::Tenures;

impl<F: Wrong> Tenures<F> {
    pub(super) fn new_token(&mut self, event: &Event, tenure: &mut Tenure) {
        if !self.kind.fenced {
            return;
        }
        let Some(bad) = self.fencing.next::<F>(event) else { return };
        if self.rules.lease == Lease::Unknown && !bad.is_ordered {
            return tenure.charges.push(Charge::Token(bad.example(event.key)));
        }
        // Two calls at once: the order of their tenures shows in the end of the earlier one.
        let earlier = bad.before;
        if bad.is_ordered && earlier.who != event.who {
            return self.fencing.say(Opinion::Violated(bad.example(event.key)));
        }
        if let Some(tenure) = &mut self.owners.of(earlier.who).tenure
            && tenure.acquired.stamp == earlier.stamp
        {
            tenure.bad_token.get_or_insert(bad);
            return;
        }
        self.fencing.say(match tenure.late && !bad.is_ordered {
            true => Opinion::Unclear(Doubt::Possible(bad.example(event.key))),
            false => self.sure(&bad.owners(), bad.example(event.key)),
        });
    }

    pub(super) fn inner_token(&mut self, tenure: &mut Tenure, event: &Event) {
        if !self.kind.fenced || event.token.is_none() {
            return;
        }
        if tenure.token.is_none() {
            tenure.token = event.token;
            return self.new_token(event, tenure);
        }
        if tenure.token != event.token && !F::has(Flaw::IgnoresSecondToken) {
            let events = vec![tenure.acquired, Witness::of(event)];
            let example = CounterExample { key: event.key, story: Story::TwoTokens, events };
            let opinion = self.sure(&[event.who], example);
            self.fencing.say(opinion);
        }
    }
}
