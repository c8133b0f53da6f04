//! When the work began, and a word for it: the same for every child that does it.

#[expect(clippy::disallowed_types, reason = "the time at which a person began, which no run sees")]
use std::time::SystemTime;
use std::time::{Duration, UNIX_EPOCH};

/// When the work began.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Began {
    process: u32,
    since_epoch: Duration,
}

impl Began {
    /// In this process, at this moment.
    #[expect(clippy::disallowed_types, reason = "the time at which a person began, which no run sees")]
    pub fn now() -> Began {
        // Before 1970 it is as good as 1970.
        let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Began { process: std::process::id(), since_epoch }
    }

    /// A word that no other work has: the number of the process comes first.
    pub fn token(&self) -> String {
        format!("{}-{}", self.process, self.since_epoch.as_nanos())
    }

    /// Reads the word.
    pub fn of_token(token: &str) -> Option<Began> {
        let (process, nanos) = token.split_once('-')?;
        let since_epoch = Duration::from_nanos(nanos.parse().ok()?);
        Some(Began { process: process.parse().ok()?, since_epoch })
    }

    /// As RFC 3339 has it, in whole seconds.
    pub fn at(&self) -> String {
        humantime::format_rfc3339_seconds(UNIX_EPOCH + self.since_epoch).to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_word_says_when_it_was() {
        let began = Began { process: 7, since_epoch: Duration::from_secs(86_400) };
        assert_eq!(began.at(), "1970-01-02T00:00:00Z");
        assert_eq!(Began::of_token(&began.token()), Some(began));
    }
}
