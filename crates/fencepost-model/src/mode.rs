//! How a lock is held, and what the resource checks.

use serde::{Deserialize, Serialize};

/// How an owner holds a lock. Only conflicting modes are compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// Alone.
    #[default]
    Exclusive,
    /// Beside other readers.
    Shared,
    /// With one of a semaphore's permits; which one is the tenure's slot.
    Permit,
}

impl Mode {
    /// Whether two tenures of the same lock and slot in these modes exclude each other.
    pub const fn conflicts(self, other: Mode) -> bool {
        !matches!((self, other), (Mode::Shared, Mode::Shared))
    }
}

/// The resource's check of an operation, chosen by the scenario. See `semantics`: the *gate*.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Gate {
    /// Everything is accepted.
    #[default]
    None,
    /// Tokens at or above the highest seen are accepted; reads raise the mark too.
    Token,
    /// As `token`, and a (token, sequence) that was already applied is not applied again.
    TokenSeq,
}

impl Gate {
    /// The word of scenario files.
    pub const fn word(self) -> &'static str {
        match self {
            Gate::None => "none",
            Gate::Token => "token",
            Gate::TokenSeq => "token-seq",
        }
    }

    /// Every gate, with one sentence each for `explain` and error messages.
    pub const ALL: &[(Gate, &str)] = &[
        (Gate::None, "the resource accepts every operation"),
        (Gate::Token, "the resource refuses a token below the highest it has seen, reads counted"),
        (Gate::TokenSeq, "as token, and a repeated (token, sequence) is applied once only"),
    ];

    /// Whether the gate compares fencing tokens, so that a lock without tokens cannot use it.
    pub const fn needs_tokens(self) -> bool {
        !matches!(self, Gate::None)
    }
}
