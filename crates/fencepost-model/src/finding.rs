//! What the code of a lock under test did that no lock should do.

use serde::{Deserialize, Serialize};

/// A misbehaviour of the lock's code: contained, named with the case, and judged by `well-behaved`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Finding {
    /// It panicked, with this message.
    Panicked(String),
    /// It called its environment more than 10^5 times at one instant, without letting time pass.
    Spun,
    /// It used up the run's budget of events or bytes.
    Flooded(String),
    /// It had not returned from this call when the calm tail was over.
    NeverReturned(String),
    /// A server of the system panicked, with this message.
    ServerPanicked(String),
    /// It did not give a turn back for ten seconds of wall time, in which virtual time stood still. Only
    /// whoever watches the run from outside can tell.
    Hung,
    /// It ended the process that ran it, in this way: an overflow of the stack, an abort, an exit.
    EndedProcess(String),
}

impl Finding {
    /// Whether the run does not come back, so that nothing else is known of it.
    pub const fn ends_the_run(&self) -> bool {
        matches!(self, Finding::Hung | Finding::EndedProcess(_))
    }
}
