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
    /// Writes need a token above the highest that wrote; reads neither raise the mark nor are refused.
    TokenStrict,
    /// The first write for each business key wins; it needs no token.
    OncePerKey,
    /// A write is accepted only if the version that it was made from is still the current one.
    IfVersion,
    /// Flawed: as `token`, but reads do not raise the mark.
    TokenWritesOnly,
    /// Flawed: as `token`, but check and write are two steps.
    TokenTwoStep,
}

impl Gate {
    /// The word of scenario files.
    pub fn word(self) -> &'static str {
        Gate::ALL.iter().find(|(gate, ..)| *gate == self).map_or("?", |(_, word, _)| word)
    }

    /// Every gate, with its word and a sentence for `explain` and error messages.
    pub const ALL: &[(Gate, &str, &str)] = &[
        (Gate::None, "none", "the resource accepts every operation"),
        (Gate::Token, "token", "the resource refuses a token below the highest it has seen, reads counted"),
        (Gate::TokenSeq, "token-seq", "as token, and a repeated (token, sequence) is applied once only"),
        (
            Gate::TokenStrict,
            "token-strict",
            "a write needs a token above the highest that wrote; reads do not count",
        ),
        (Gate::OncePerKey, "once-per-key", "the first write for each business key wins, whoever it is from"),
        (Gate::IfVersion, "if-version", "a write is accepted only if what it was made from is still current"),
        (Gate::TokenWritesOnly, "token-writes-only", "flawed: as token, but reads do not raise the mark"),
        (Gate::TokenTwoStep, "token-two-step", "flawed: as token, but check and write are two steps"),
    ];

    /// Whether the gate compares fencing tokens, so that a lock without tokens cannot use it.
    pub const fn needs_tokens(self) -> bool {
        !matches!(self, Gate::None | Gate::OncePerKey | Gate::IfVersion)
    }

    /// Whether a read raises the gate's mark, so that a read is a write of the resource's own books.
    pub const fn counts_reads(self) -> bool {
        matches!(self, Gate::Token | Gate::TokenSeq | Gate::TokenTwoStep)
    }

    /// Whether an outside provider can have it: all but the one that knows the versions of the resource.
    pub const fn fits_provider(self) -> bool {
        !matches!(self, Gate::IfVersion)
    }

    /// Whether the gate is flawed on purpose: it counts as a defect of the variant.
    pub const fn is_flawed(self) -> bool {
        matches!(self, Gate::TokenWritesOnly | Gate::TokenTwoStep)
    }
}
