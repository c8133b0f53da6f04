//! The defects: switches that make the algorithm contradict its claims, one for each row of the zoo.

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

/// The defects that are switched on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Defects(u32);

impl Defects {
    /// The defects of these names. Panics at a name that the data sheet does not have: our mistake, for
    /// scenario files are checked against it.
    pub fn named(names: &[String]) -> Defects {
        let bit = |name: &String| {
            let known = SPECS.iter().position(|spec| spec.name == name);
            1 << known.unwrap_or_else(|| panic!("`{name}` is no defect of quorum"))
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
        assert_eq!(SPECS.len(), Defect::OwnershipReadOneNode as usize + 1);
        assert_eq!(SPECS[Defect::AdoptsNothing as usize].name, "adopts-nothing");
        assert!(Defects::named(&["adopts-nothing".to_owned()]).has(Defect::AdoptsNothing));
    }
}
