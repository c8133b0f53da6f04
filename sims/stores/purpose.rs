//! What a request is for, whatever the store: the words by which faults choose messages.

use fencepost_sim::Label;

/// What a request is for: the kind of its message in scenario files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// `acquire`, `acquire-reply`.
    Acquire,
    /// `extend`, `extend-reply`.
    Extend,
    /// `release`, `release-reply`.
    Release,
    /// `status`, `status-reply`.
    Status,
    /// `subscribe`, `subscribe-reply`.
    Subscribe,
    /// `listen`, and what comes of it: `listen-reply` is the message that was published.
    Listen,
}

impl Purpose {
    /// What the messages are called in the simulated world.
    pub(crate) const fn label(self) -> Label {
        match self {
            Purpose::Acquire => Label { ask: "acquire", answer: "acquire-reply" },
            Purpose::Extend => Label { ask: "extend", answer: "extend-reply" },
            Purpose::Release => Label { ask: "release", answer: "release-reply" },
            Purpose::Status => Label { ask: "status", answer: "status-reply" },
            Purpose::Subscribe => Label { ask: "subscribe", answer: "subscribe-reply" },
            Purpose::Listen => Label { ask: "listen", answer: "listen-reply" },
        }
    }
}
