//! The defects: switches that make the algorithm contradict its claims, one for each row of the zoo.

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
];

const fn spec(name: &'static str, about: &'static str) -> DefectSpec {
    DefectSpec { name, about }
}

/// The defects that are switched on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Defects(u32);

impl Defects {
    /// The defects of these names. Panics at a name that the data sheet does not have: our mistake, for
    /// scenario files are checked against it.
    pub fn named(names: &[String]) -> Defects {
        let bit = |name: &String| {
            let known = SPECS.iter().position(|spec| spec.name == name);
            1 << known.unwrap_or_else(|| panic!("`{name}` is no defect of redis"))
        };
        Defects(names.iter().map(bit).fold(0, |set, bit| set | bit))
    }

    /// Whether this one is switched on.
    pub fn has(self, defect: Defect) -> bool {
        self.0 & (1 << defect as u32) != 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stand_in_the_order_of_the_defects() {
        let last = Defects::named(&["wall-clock-expiry".to_owned()]);
        assert!(last.has(Defect::WallClockExpiry));
        assert!(!last.has(Defect::TtlFromResponse));
        assert_eq!(SPECS.len(), Defect::WallClockExpiry as usize + 1);
        assert_eq!(SPECS[Defect::RenewAsUpsert as usize].name, "renew-as-upsert");
    }
}
