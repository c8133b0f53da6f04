//! What owners call, and what they are told.

use super::Story;
use fencepost_model::{Call, ClientEvent, OpTag, Outcome, Refusal};

impl Story {
    /// The owner of a tenure invokes the acquire that leads to it.
    pub fn asks(self, tenure: &str) -> Story {
        self.invokes(tenure, Call::Acquire)
    }

    /// An acquire returns without a grant.
    pub fn turned_away(self, tenure: &str) -> Story {
        self.returns(tenure, Call::Acquire, Outcome::Refused { reason: Refusal::Held })
    }

    /// The owner of a tenure makes a call, under its guard where it is no acquire.
    pub fn invokes(self, tenure: &str, call: Call) -> Story {
        let tag = self.tag_of(tenure, call);
        self.call_begins(tag, call)
    }

    /// The call returns.
    pub fn returns(self, tenure: &str, call: Call, outcome: Outcome) -> Story {
        let tag = self.tag_of(tenure, call);
        self.call_ends(tag, call, outcome)
    }

    /// An owner asks for the status without a guard: `a7` is its operation 7.
    pub fn looks(self, operation: &str) -> Story {
        let tag = self.tag(operation);
        self.call_begins(tag, Call::Status)
    }

    /// The status that an owner asked for without a guard.
    pub fn saw(self, operation: &str, outcome: Outcome) -> Story {
        let tag = self.tag(operation);
        self.call_ends(tag, Call::Status, outcome)
    }

    fn call_begins(self, tag: OpTag, call: Call) -> Story {
        let lock = self.lock;
        self.client(ClientEvent::Invoked { tag, call, lock })
    }

    fn call_ends(self, tag: OpTag, call: Call, outcome: Outcome) -> Story {
        let lock = self.lock;
        self.client(ClientEvent::Returned { tag, call, lock, outcome })
    }

    /// An acquire is its own attempt; everything else has a number of its own.
    fn tag_of(&self, tenure: &str, call: Call) -> OpTag {
        let attempt = self.tag(tenure);
        let op = if call == Call::Acquire { attempt.op } else { 100 * attempt.op + call as u32 };
        OpTag { op, ..attempt }
    }
}
