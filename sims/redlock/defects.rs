//! The defects: switches that make the algorithm contradict its claims, one for each row of the zoo.

use crate::switches::Switches;
use fencepost_model::DefectSpec;

/// One way in which a lock of this kind goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Defect {
    /// `lock.rs`
    TtlFromResponse,
    /// `settings.rs`
    NoDriftMargin,
    /// `lock.rs`
    AcquireNoRollback,
    /// `commands.rs`
    MajorityOfReachable,
    /// `commands.rs`
    MajorityOffByOne,
    /// `lock.rs`
    SynchronisedRetryLivelock,
    /// `lock.rs`
    ExtendFailureReleases,
}

/// The data sheet of the defects, in the order of [`Defect`].
pub(super) const SPECS: &[DefectSpec] = &[
    spec("ttl-from-response", "the deadline is counted from the last answer, not from the first request"),
    spec("no-drift-margin", "the deadline leaves no room for nodes whose clocks run faster"),
    spec("acquire-no-rollback", "a try that won no majority leaves the keys that it did set"),
    spec("majority-of-reachable", "a majority of the nodes that answered is enough"),
    spec("majority-off-by-one", "half of the nodes, rounded down, are enough"),
    spec("synchronised-retry-livelock", "a try that failed is repeated at a fixed interval"),
    spec(
        "extend-failure-releases",
        "an extension that some node did not grant releases the lock on all of them",
    ),
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
        let last = Defect::switches(&["extend-failure-releases".to_owned()]);
        assert!(Defect::ExtendFailureReleases.is_on(last));
        assert!(!Defect::TtlFromResponse.is_on(last));
        assert_eq!(SPECS.len(), Defect::ExtendFailureReleases as usize + 1);
        assert_eq!(SPECS[Defect::MajorityOfReachable as usize].name, "majority-of-reachable");
    }
}
