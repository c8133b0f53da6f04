//! How long a person has waited: budgets in time and rates. No run and no result sees it.

use std::time::Duration;
#[expect(clippy::disallowed_types, reason = "the time that a person waits, which no run sees")]
use std::time::Instant;

/// Counts from its start.
pub(crate) struct Stopwatch {
    #[expect(clippy::disallowed_types, reason = "the time that a person waits, which no run sees")]
    since: Instant,
}

impl Stopwatch {
    #[expect(clippy::disallowed_types, reason = "the time that a person waits, which no run sees")]
    pub fn start() -> Stopwatch {
        Stopwatch { since: Instant::now() }
    }

    pub fn elapsed(&self) -> Duration {
        self.since.elapsed()
    }

    /// How many of so many were done in a second.
    pub fn per_second(&self, done: u64) -> u64 {
        (u128::from(done) * 1_000 / self.elapsed().as_millis().max(1)) as u64
    }
}
