//! When an owner commits what it wrote.

use serde::{Deserialize, Serialize};

/// When what an owner writes under a lock becomes visible to others: a choice of the scenario, beside the gate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Commit {
    /// With the write: each operation is a transaction of its own.
    #[default]
    AtOnce,
    /// What is done under one tenure is one transaction, which the owner commits while it has the lock.
    BeforeRelease,
    /// As before, and the owner commits when it has given the lock back: the habit that loses updates.
    AfterRelease,
}

impl Commit {
    /// Every choice, with its word and a sentence for `explain` and error messages.
    pub const ALL: &[(Commit, &str, &str)] = &[
        (Commit::AtOnce, "at-once", "every write is visible as soon as the resource has taken it"),
        (
            Commit::BeforeRelease,
            "before-release",
            "a tenure is one transaction, and the owner commits it before it releases the lock",
        ),
        (
            Commit::AfterRelease,
            "after-release",
            "a tenure is one transaction, and the owner releases the lock before it commits",
        ),
    ];

    /// The word of scenario files.
    pub fn word(self) -> &'static str {
        Commit::ALL.iter().find(|(commit, ..)| *commit == self).map_or("?", |(_, word, _)| word)
    }

    /// Whether each operation is a transaction of its own. Stored forms leave it out, as those before it do.
    pub const fn is_at_once(&self) -> bool {
        matches!(self, Commit::AtOnce)
    }

    /// Whether what is done under one tenure is one transaction.
    pub const fn is_transaction(self) -> bool {
        !self.is_at_once()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_choice_has_a_word_of_its_own() {
        for (commit, word, _) in Commit::ALL {
            assert_eq!(commit.word(), *word);
        }
        assert!(!Commit::default().is_transaction());
    }
}
