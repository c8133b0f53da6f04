//! Checkers that are wrong on purpose, each by one line: what proves that the differential tests have teeth.
//!
//! A checker takes a type parameter that says how it is wrong. [`Sound`] is the only one in use; its flaw is
//! none at compile time, so a sound checker pays nothing.

/// How a checker is wrong.
pub trait Wrong {
    /// The one flaw; none for a sound checker.
    const FLAW: Option<Flaw>;

    /// Whether it has this flaw.
    fn has(flaw: Flaw) -> bool {
        Self::FLAW == Some(flaw)
    }
}

/// Not wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sound;

impl Wrong for Sound {
    const FLAW: Option<Flaw> = None;
}

/// Wrong by the flaw of this number in [`Flaw::ALL`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mutant<const N: usize>;

impl<const N: usize> Wrong for Mutant<N> {
    const FLAW: Option<Flaw> = Some(Flaw::ALL[N]);
}

macro_rules! flaws {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {
        /// What is wrong, in one line.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Flaw { $($(#[$doc])* $name),* }

        impl Flaw {
            /// All of them.
            pub const ALL: &[Flaw] = &[$(Flaw::$name),*];
        }

        impl PartialEq<Flaw> for Option<Flaw> {
            fn eq(&self, other: &Flaw) -> bool { matches!(self, Some(flaw) if flaw == other) }
        }
    };
}

flaws! {
    /// A tenure ends when its release returns, not when it is asked for.
    EndsAtReturn,
    /// A refused release ends the tenure all the same.
    RefusedReleaseEnds,
    /// A release of unknown outcome ends nothing.
    UnknownReleaseEndsNothing,
    /// An acquire of unknown outcome takes the lock.
    UnknownAcquireTakes,
    /// A release without a tenure passes.
    ForgivesReleases,
    /// A token may come twice.
    TokenMayRepeat,
    /// The second token of a tenure is not compared.
    IgnoresSecondToken,
    /// A re-entrant lock goes one deeper than it may.
    OneTooDeep,
    /// The first release of a re-entrant lock frees it.
    FreedByFirstRelease,
    /// One permit too many.
    OnePermitTooMany,
    /// A refused release gives its permit back all the same.
    RefusedReleaseGivesBack,
    /// A permit may be given back by one who has none.
    ForgivesPermits,
    /// Of the open calls the one with the latest deadline is placed first.
    LatestDeadline,
    /// Open calls of unknown outcome are never placed.
    NoUnknowns,
    /// The lease runs from the reply, not from the call.
    LeaseFromReply,
    /// An extension changes nothing.
    ExtensionIgnored,
    /// A release of unknown outcome proves that there was something to release.
    TriedIsDone,
    /// A belief lasts until its release has returned.
    BelievesPastRelease,
    /// A deadline never ends a belief.
    BelievesPastLease,
    /// The error of the clocks is nothing.
    TrustsClocks,
    /// A tenure that ended within the clock error is forgotten.
    ForgetsRecentEnds,
    /// Reads of the resource do not count.
    IgnoresReads,
    /// An element is known only from its add, not from reads.
    KnownByAddOnly,
    /// Of two reads the one that returned last tells, not the one that was asked for last.
    ReadsByReturn,
    /// Readers exclude each other, or writers share.
    ModesSwapped,
}
