//! What a search over plans asks of a scenario: which kinds of faults it names, and which edited plans are
//! still inside the claims.

use crate::keys::KINDS;
use crate::limits::Limits;
use crate::{Scenario, inside};
use fencepost_model::Plan;

impl Scenario {
    /// The kinds of faults that the file names, each once, in the order of the list of kinds.
    pub fn fault_kinds(&self) -> Vec<&'static str> {
        let named = |kind: &str| self.draft.faults.iter().any(|fault| fault.what.kind() == kind);
        KINDS.iter().copied().filter(|kind| named(kind)).collect()
    }

    /// Brings a plan of one of the variants inside every claim of it, as a file with `within = "claims"`
    /// does with what it draws: faults are made smaller, or left out. Panics where the plan's variant is
    /// none of the scenario's.
    pub fn keep_within_claims(&self, plan: &mut Plan) {
        let variant = self.variant(&plan.case.variant).expect("the plan is one of this scenario's");
        let limits = Limits::of(variant, &plan.variant.settings, &plan.workload);
        inside::keep(plan, &limits, &variant.descriptor);
    }
}
