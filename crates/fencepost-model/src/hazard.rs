//! Hazards of everyday life, and how much of each a lock stands when nothing else goes wrong.

use crate::{Quantity, Span};
use serde::{Deserialize, Serialize};
use std::fmt;

/// What an engineer knows the size of, from logs and contracts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Hazard {
    /// A client stands still: a garbage collection, a starved container, a frozen machine.
    Pause,
    /// A client cannot reach the store.
    Unreachable,
    /// The store dies, and a replica or its own restart takes over.
    Failover,
    /// The wall clock of a server is set.
    ClockStep,
    /// Clocks run at different rates.
    Drift,
    /// A command is carried out and its reply is lost.
    LostReply,
    /// A holder dies.
    Death,
}

impl Hazard {
    /// All of them in the order of tables, each with its word and a sentence.
    pub const ALL: &'static [(Hazard, &'static str, &'static str)] = &[
        (Hazard::Pause, "pause", "a client stands still while it holds the lock, and goes on where it was"),
        (Hazard::Unreachable, "unreachable", "a holder cannot reach the store"),
        (Hazard::Failover, "failover", "the store dies, and a replica or its own restart takes over"),
        (Hazard::ClockStep, "clock-step", "the wall clock of a server is set ahead or back"),
        (Hazard::Drift, "drift", "the clocks of holder and store run at different rates"),
        (Hazard::LostReply, "lost-reply", "a command is carried out, and its reply is lost"),
        (Hazard::Death, "death", "a holder dies, and the lock has to come free"),
    ];

    /// Whether it only makes things happen earlier or later: nothing is forgotten by it, and nobody is gone.
    pub const fn is_of_time(self) -> bool {
        !matches!(self, Hazard::Failover | Hazard::Death)
    }

    /// The hazard of this word.
    pub fn of(word: &str) -> Option<Hazard> {
        Hazard::ALL.iter().find(|(_, known, _)| *known == word).map(|(hazard, ..)| *hazard)
    }

    /// Its word.
    pub fn word(self) -> &'static str {
        Hazard::ALL.iter().find(|(hazard, ..)| *hazard == self).map_or("?", |(_, word, _)| word)
    }
}

impl fmt::Display for Hazard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// How much of a hazard does no harm, when nothing else goes wrong at the same time.
///
/// That is more than what the claims allow: their limits have to hold with everything else going wrong within
/// its own limit. It is a formula of the settings, and a search has to come to the same number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Stand {
    /// Of which hazard.
    pub hazard: Hazard,
    /// How much.
    pub limit: Limit,
    /// How it is calculated, with the numbers: `ttl 30s − renewal every 10s`.
    pub arithmetic: String,
    /// How much more may do no harm either, because the formula does not count on it.
    pub uncounted: Span,
}

/// How much of a hazard a lock stands. Of the death of a holder: within which time somebody else has the lock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Limit {
    /// Any amount of it may do harm.
    Nothing,
    /// Up to this.
    UpTo(Quantity),
    /// No amount of it does harm.
    Everything,
}
