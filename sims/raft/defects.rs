//! The defects: switches that make the algorithm contradict its claims, one for each row of the zoo.

use crate::switches::Switches;
use fencepost_model::DefectSpec;

/// One way in which a lock of this kind goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Defect {
    /// `stores/log/server.rs`
    VoteNotDurable,
    /// `stores/log/server.rs`
    LeaderLeaseStaleRead,
    /// `stores/log/apply.rs`
    ReentryDoubleCount,
    /// `table.rs`, `stores/log/leading.rs`
    DeposedLeaderRevokes,
    /// `table.rs`
    NewcomerBarges,
}

/// The data sheet of the defects, in the order of [`Defect`].
pub(super) const SPECS: &[DefectSpec] = &[
    spec("vote-not-durable", "a member tells its vote before term and vote are on its disk"),
    spec(
        "leader-lease-stale-read",
        "who last heard that it leads answers from its memory, by a lease of words",
    ),
    spec("reentry-double-count", "an acquire that was sent again counts again"),
    spec(
        "deposed-leader-revokes",
        "who led goes on counting leases, and what it proposes ends them however they were extended",
    ),
    spec("newcomer-barges", "a release wakes the first waiter, and whoever asks before it does has the lock"),
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
        let last = Defect::switches(&["newcomer-barges".to_owned()]);
        assert!(Defect::NewcomerBarges.is_on(last));
        assert!(!Defect::DeposedLeaderRevokes.is_on(last));
        assert_eq!(SPECS.len(), Defect::NewcomerBarges as usize + 1);
        assert_eq!(SPECS[Defect::ReentryDoubleCount as usize].name, "reentry-double-count");
    }
}
