//! The defects: switches that make the algorithm contradict its claims, one for each row of the zoo.

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

/// The defects that are switched on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Defects(u32);

impl Defects {
    /// The defects of these names. Panics at a name that the data sheet does not have: our mistake, for
    /// scenario files are checked against it.
    pub fn named(names: &[String]) -> Defects {
        let bit = |name: &String| {
            let known = SPECS.iter().position(|spec| spec.name == name);
            1 << known.unwrap_or_else(|| panic!("`{name}` is no defect of raft"))
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
        let last = Defects::named(&["newcomer-barges".to_owned()]);
        assert!(last.has(Defect::NewcomerBarges));
        assert!(!last.has(Defect::DeposedLeaderRevokes));
        assert_eq!(SPECS.len(), Defect::NewcomerBarges as usize + 1);
        assert_eq!(SPECS[Defect::ReentryDoubleCount as usize].name, "reentry-double-count");
    }
}
