//! Switches: which defects of a data sheet are on.

use fencepost_model::DefectSpec;

/// The defects of a variant, by their places in the data sheet of its lock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Switches(u32);

impl Switches {
    /// The defects of these names. Panics at a name that the data sheet does not have: our mistake, for
    /// scenario files are checked against it.
    pub fn named(specs: &[DefectSpec], names: &[String]) -> Switches {
        let bit = |name: &String| {
            let known = specs.iter().position(|spec| spec.name == name);
            1 << known.unwrap_or_else(|| panic!("the data sheet has no defect `{name}`"))
        };
        Switches(names.iter().map(bit).fold(0, |set, bit| set | bit))
    }

    /// Whether the one at this place is on.
    pub const fn has(self, place: usize) -> bool {
        self.0 & (1 << place) != 0
    }
}
