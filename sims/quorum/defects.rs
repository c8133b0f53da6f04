//! The defects: switches that make the algorithm contradict its claims, one for each row of the zoo.

use crate::switches::Switches;
use fencepost_model::DefectSpec;

/// One way in which a lock of this kind goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Defect {
    /// `stores/register/server.rs`
    AcceptedNotDurable,
    /// `stores/register/acceptor.rs`
    StaleBallotAccepted,
    /// `defective.rs`
    AdoptsNothing,
    /// `sight.rs`
    RenewalNotNoticed,
    /// `defective.rs`
    OwnershipReadOneNode,
}

/// The data sheet of the defects, in the order of [`Defect`].
pub(super) const SPECS: &[DefectSpec] = &[
    spec(
        "accepted-not-durable",
        "a node syncs what it promises, and answers for what it accepts before the sync",
    ),
    spec("stale-ballot-accepted", "a node accepts under a smaller ballot than it has promised"),
    spec("adopts-nothing", "a proposer decides by what it read before, and not by what the promises tell it"),
    spec("renewal-not-noticed", "a contender counts how long it has seen one holder, not one version"),
    spec(
        "ownership-read-one-node",
        "who holds is asked of one node, and a node that cannot be reached holds nothing",
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
        assert_eq!(SPECS.len(), Defect::OwnershipReadOneNode as usize + 1);
        assert_eq!(SPECS[Defect::AdoptsNothing as usize].name, "adopts-nothing");
        assert!(Defect::AdoptsNothing.is_on(Defect::switches(&["adopts-nothing".to_owned()])));
    }
}
