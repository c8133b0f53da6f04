//! Whole histories: calls with both their ends, for the rules that have to know the end in advance.

use super::super::event::{Action, Event, Phase, Stamp, Value};
use super::super::names::WhoId;
use super::super::opinion::Witness;
use std::collections::BTreeMap;

/// A call that happened, or may have happened.
#[derive(Clone, Debug)]
pub(super) struct Call {
    /// Where it was asked for.
    pub invoked: Stamp,
    /// Where it returned; none where nobody knows whether it did anything.
    pub returned: Option<Stamp>,
    pub who: WhoId,
    pub action: Action,
    pub token: Option<u64>,
    pub value: Value,
}

/// Puts the two ends of calls together. Refused calls are left out.
#[derive(Debug, Default)]
pub(super) struct Calls {
    calls: Vec<Call>,
    /// Where the call is that was asked for at an event.
    open: BTreeMap<u64, usize>,
}

impl Calls {
    pub fn take(&mut self, event: &Event) {
        match (event.phase, event.invoked) {
            (Phase::Invoke, _) => {
                self.open.insert(event.stamp.n, self.calls.len());
                self.calls.push(call(event, event.stamp, None));
            }
            (Phase::Ok, Some(invoked)) => {
                if let Some(place) = self.open.remove(&invoked.n) {
                    self.calls[place] = call(event, invoked, Some(event.stamp));
                }
            }
            (Phase::Fail, Some(invoked)) => {
                if let Some(place) = self.open.remove(&invoked.n) {
                    // Its place stays, so that the places of others do; nothing looks at it again.
                    self.calls[place].returned = Some(REFUSED);
                }
            }
            (Phase::Info, Some(invoked)) => drop(self.open.remove(&invoked.n)),
            (Phase::Ok, None) => self.calls.push(call(event, event.stamp, Some(event.stamp))),
            (Phase::Fail | Phase::Info, None) => {}
        }
    }

    /// The calls in the order in which they were asked for.
    pub fn finish(self) -> Vec<Call> {
        let mut calls = self.calls;
        calls.retain(|call| call.returned != Some(REFUSED));
        calls
    }
}

/// What stands as the return of a call that was refused: no event has this number.
const REFUSED: Stamp = Stamp { n: u64::MAX, line: 0, at: None };

fn call(event: &Event, invoked: Stamp, returned: Option<Stamp>) -> Call {
    let Event { who, action, token, .. } = *event;
    Call { invoked, returned, who, action, token, value: event.value.clone() }
}

impl Call {
    /// Its invocation, and its return where there is one.
    pub fn witnesses(&self) -> Vec<Witness> {
        let Call { who, action, token, .. } = *self;
        let asked = Witness { stamp: self.invoked, who, action, phase: Phase::Invoke, token: None };
        let returned = self.returned.map(|stamp| Witness { stamp, who, action, phase: Phase::Ok, token });
        std::iter::once(asked).chain(returned).collect()
    }
}
