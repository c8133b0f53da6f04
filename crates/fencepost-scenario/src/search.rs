//! What a search over plans asks of a scenario: which kinds of faults it names, and which edited plans are
//! still inside the claims.

use crate::keys::KINDS;
use crate::limits::Limits;
use crate::{Scenario, Variant, inside};
use fencepost_model::{Descriptor, Plan, WorkloadPlan};

/// What the claims of one variant allow.
pub struct Within {
    limits: Limits,
    descriptor: Descriptor,
}

impl Within {
    /// What the claims of a variant allow under this workload.
    pub fn of(variant: &Variant, workload: &WorkloadPlan) -> Within {
        Within { limits: Limits::of(variant, &variant.settings, workload), descriptor: variant.descriptor }
    }

    /// Brings a plan of the variant inside every claim of it, as a file with `within = "claims"` does with what
    /// it draws: faults are made smaller, or left out.
    pub fn keep(&self, plan: &mut Plan) {
        inside::keep(plan, &self.limits, &self.descriptor);
    }
}

impl Scenario {
    /// The kinds of faults that the file names, each once, in the order of the list of kinds.
    pub fn fault_kinds(&self) -> Vec<&'static str> {
        let named = |kind: &str| self.draft.faults.iter().any(|fault| fault.what.kind() == kind);
        KINDS.iter().copied().filter(|kind| named(kind)).collect()
    }
}
