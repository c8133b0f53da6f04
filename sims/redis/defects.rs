//! The defects: switches that make the algorithm contradict its claims, one for each row of the zoo.

use crate::switches::Switches;
use fencepost_model::DefectSpec;

/// One way in which a lock of this kind goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Defect {
    /// `commands.rs`, `defective.rs`
    SetnxThenExpire,
    /// `commands.rs`
    ReleaseNoOwnerCheck,
    /// `defective.rs`
    GetThenDelRelease,
    /// `lock.rs`
    ConstantOwnerToken,
    /// `commands.rs`
    ExtendRecreatesExpired,
    /// `commands.rs`
    ExtendFalseSuccess,
    /// `commands.rs`
    RenewAsUpsert,
    /// `lock.rs`
    AmbiguousAcquireAbandoned,
    /// `watchdog.rs`
    WatchdogDiesSilently,
    /// `defective.rs`
    WatchdogOutlivesUnlock,
    /// `lock.rs`
    TtlFromResponse,
    /// `defective.rs`
    WallClockExpiry,
    /// `reentry.rs`
    ReentryDoubleCount,
}

/// The data sheet of the defects, in the order of [`Defect`].
pub(super) const SPECS: &[DefectSpec] = &[
    spec("setnx-then-expire", "the key is created by one command and given its expiry by the next"),
    spec("release-no-owner-check", "a release deletes the key whoever has it"),
    spec("get-then-del-release", "a release asks who has the key, and deletes it by another command"),
    spec("constant-owner-token", "every client puts the same value into the key"),
    spec("extend-recreates-expired", "an extension of a key that is gone sets it again"),
    spec("extend-false-success", "an extension counts as done whatever the store answered"),
    spec("renew-as-upsert", "an extension sets the key whoever has it"),
    spec("ambiguous-acquire-abandoned", "an acquire that was not answered in time counts as refused"),
    spec("watchdog-dies-silently", "after one renewal that failed no other is tried, and nobody is told"),
    spec("watchdog-outlives-unlock", "renewal begins with the store's answer, also when nobody waits for it"),
    spec("ttl-from-response", "the deadline is counted from the answer, not from the request"),
    spec(
        "wall-clock-expiry",
        "clients write the end of the lease into the key and compare it with their clocks",
    ),
    spec("reentry-double-count", "an enter or a leave without an answer is sent again, and each copy counts"),
];

const fn spec(name: &'static str, about: &'static str) -> DefectSpec {
    DefectSpec { name, about }
}

impl Defect {
    /// Those of these names.
    pub(super) fn switches(names: &[String]) -> Switches {
        Switches::named(SPECS, names)
    }

    /// Whether it is among those that are switched on.
    pub(super) fn is_on(self, switches: Switches) -> bool {
        switches.has(self as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stand_in_the_order_of_the_defects() {
        let last = Defect::switches(&["reentry-double-count".to_owned()]);
        assert!(Defect::ReentryDoubleCount.is_on(last));
        assert!(!Defect::TtlFromResponse.is_on(last));
        assert_eq!(SPECS.len(), Defect::ReentryDoubleCount as usize + 1);
        assert_eq!(SPECS[Defect::RenewAsUpsert as usize].name, "renew-as-upsert");
    }
}
