//! Tenures beside each other: who was right to come, once it is known how the first one ended.
//!
//! A tenure beside which another began keeps that *intruder* until its own end is known. Where nobody knows the
//! lease, the promise behind a late reply may have run out before the other tenure began; so an intruder that
//! was asked for before is *charged* with the clash, and found out only if it is shown to have stood later.

use super::super::super::Lease;
use super::super::super::event::{Action, Event, Phase};
use super::super::super::names::WhoId;
use super::super::super::opinion::{Certainty, CounterExample, Doubt, Opinion, Story, Witness};
use super::super::flaw::{Flaw, Wrong};
use super::super::tenure::{
    Charge, End, Intruder, Ran, Tenure, ending, nearly, ran_out, span, within, worsen,
};
use super::Tenures;

impl<F: Wrong> Tenures<F> {
    /// Notes that another tenure begins beside this one; gives back whether it was pushed aside.
    pub(super) fn push_aside(&mut self, who: WhoId, event: &Event, new: &mut Tenure) -> bool {
        let rules = self.rules;
        let Some(tenure) = &mut self.owners.of(who).tenure else { return true };
        if new.shared && tenure.shared {
            return false;
        }
        let ran = match ran_out(&rules, tenure.renewed, event.stamp) {
            Ran::On if new.late => Ran::Unknown,
            ran => ran,
        };
        let asked = event.invoked.unwrap_or(event.stamp);
        let is_later = rules.lease != Lease::Unknown || asked.n > tenure.acquired.stamp.n;
        let intruder = Intruder { acquired: new.acquired, ran, late: new.late, is_later };
        if !is_later {
            new.beside.push(who);
        }
        // An intruder that came within the clock error proves less than a later one.
        let began = tenure.acquired.stamp;
        let is_weak =
            |intruder: &Intruder| rules.error() > 0 && within(began, intruder.acquired.stamp, rules.error());
        let place = if tenure.intruder.is_none() { &mut tenure.intruder } else { &mut tenure.second };
        if place.as_ref().is_none_or(is_weak) {
            *place = Some(intruder);
        }
        // While it may still be improved upon, it stays where later ones can see it.
        !is_weak(&intruder)
    }

    /// Shows that a tenure stood when its acquire returned, and not only before.
    pub(super) fn stood(&mut self, acquired: &Witness, charges: Vec<Charge>, beside: &[WhoId]) {
        for charge in charges {
            match charge {
                Charge::Grant(example) => {
                    let opinion = self.sure(&[example.events[0].who, acquired.who], example);
                    worsen(&mut self.grant, opinion);
                }
                Charge::Token(example) => {
                    let opinion = self.sure(&[example.events[0].who, acquired.who], example);
                    self.fencing.say(opinion);
                }
            }
        }
        for who in beside {
            if let Some(tenure) = &mut self.owners.of(*who).tenure
                && let Some(intruder) = &mut tenure.intruder
                && intruder.acquired.stamp == acquired.stamp
            {
                intruder.is_later = true;
            }
        }
    }

    /// A tenure is over: was whoever came beside it right to come?
    pub(super) fn settle(&mut self, event: &Event, tenure: &Tenure, end: End) {
        if let End::Released(_) = end {
            self.stood(&tenure.acquired, tenure.charges.clone(), &tenure.beside);
        } else {
            for charge in tenure.charges.iter().cloned() {
                match charge {
                    Charge::Grant(example) => {
                        worsen(&mut self.grant, Opinion::Unclear(Doubt::SilentOwner(example)));
                    }
                    Charge::Token(example) => {
                        self.fencing.say(Opinion::Unclear(Doubt::Possible(example)));
                    }
                }
            }
        }
        if self.rules.error() > 0 && !matches!(end, End::Silent) {
            let stamp = match end {
                End::Released(stamp) | End::Tried(stamp) | End::Lost(stamp) => stamp,
                End::Bare | End::Silent => event.stamp,
            };
            let ended = Witness { stamp, action: Action::Release, phase: Phase::Invoke, ..tenure.acquired };
            self.recent.push((ended, tenure.shared));
        }
        let intruders = tenure.intruder.into_iter().chain(tenure.second);
        let clashes = intruders.filter_map(|intruder| self.clash(event, tenure, intruder, end));
        let Some(opinion) = clashes.reduce(Opinion::worse) else {
            if let Some(bad) = tenure.bad_token {
                let opinion = match tenure.late {
                    true => Opinion::Unclear(Doubt::Possible(bad.example(event.key))),
                    false => self.sure(&bad.owners(), bad.example(event.key)),
                };
                self.fencing.say(opinion);
            }
            return;
        };
        // Its reply may have come after its lease: then it stood before, and is charged once it is shown to
        // have stood later.
        let Some(Intruder { acquired, is_later: false, .. }) = tenure.intruder else {
            return worsen(&mut self.grant, opinion);
        };
        let (Opinion::Violated(example) | Opinion::Unclear(Doubt::NeedsSearch(example))) = opinion else {
            return worsen(&mut self.grant, opinion);
        };
        match &mut self.owners.of(acquired.who).tenure {
            Some(other) if other.acquired.stamp == acquired.stamp => {
                other.charges.push(Charge::Grant(example));
            }
            _ => worsen(&mut self.grant, Opinion::Unclear(Doubt::SilentOwner(example))),
        }
    }

    /// What the end of a tenure makes of its intruder; none where there was no clash.
    pub(super) fn clash(
        &self,
        event: &Event,
        tenure: &Tenure,
        intruder: Intruder,
        end: End,
    ) -> Option<Opinion> {
        let mut events = vec![tenure.acquired, intruder.acquired];
        let came = intruder.acquired.stamp;
        let until = match end {
            // Whether the promise was over before its owner was told is not known.
            End::Lost(_) => return None,
            // A moment after the end by these clocks may have been a moment before it.
            End::Released(stamp) | End::Tried(stamp)
                if came.n > stamp.n && !nearly(stamp, came, self.rules.error()) =>
            {
                return None;
            }
            _ if intruder.ran == Ran::Out => return None,
            End::Released(stamp) | End::Tried(stamp) => Some(stamp),
            End::Bare | End::Silent => None,
        };
        let lasted = until.and_then(|until| span(came.at?, until.at?));
        let error = self.rules.error();
        let certain = !within(tenure.acquired.stamp, came, error)
            && until.is_none_or(|until| !within(came, until, error));
        let certainty = if certain { Certainty::Certain } else { Certainty::Possible };
        match end {
            End::Released(stamp) | End::Tried(stamp) => {
                events.push(ending(tenure.acquired.who, stamp, Action::Release, Phase::Invoke));
            }
            End::Bare => events.push(ending(tenure.acquired.who, event.stamp, Action::Release, Phase::Ok)),
            End::Lost(_) | End::Silent => {}
        }
        let example = CounterExample { key: event.key, story: Story::Overlap { certainty, lasted }, events };
        Some(match (end, self.rules.lease, intruder.ran) {
            (End::Silent | End::Tried(_), Lease::Unknown, _) | (End::Silent, _, Ran::Unknown) => {
                Opinion::Unclear(Doubt::SilentOwner(example))
            }
            (End::Bare, ..) | (End::Released(_) | End::Tried(_), _, Ran::Unknown) => {
                Opinion::Unclear(Doubt::Possible(example))
            }
            _ if !certain => Opinion::Unclear(Doubt::Possible(example)),
            _ => self.sure(&[tenure.acquired.who, intruder.acquired.who], example),
        })
    }

    /// With clocks that may be off, tenures that ended a moment ago may have ended a moment later.
    pub(super) fn ended_just_before(&mut self, event: &Event, shared: bool) {
        let error = self.rules.error();
        if error == 0 || F::has(Flaw::ForgetsRecentEnds) {
            return;
        }
        self.recent.retain(|(ended, _)| within(ended.stamp, event.stamp, error));
        let near = self.recent.iter().find(|(ended, was_shared)| {
            ended.who != event.who && !(shared && *was_shared) && nearly(ended.stamp, event.stamp, error)
        });
        let Some((ended, _)) = near else { return };
        let story = Story::Overlap { certainty: Certainty::Possible, lasted: None };
        let example = CounterExample { key: event.key, story, events: vec![*ended, Witness::of(event)] };
        worsen(&mut self.grant, Opinion::Unclear(Doubt::Possible(example)));
    }
}
