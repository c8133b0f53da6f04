//! Necessary assumptions: which faults a violation needs, and which assumptions a lock needs.
//!
//! For one violation each fault is taken out in its turn, and made smaller as far as the violation stays. For a
//! lock every assumption is exceeded, and what breaks is held against its claims: a break inside them is a claim
//! that is too strong; an assumption that no break blames is one that nothing has shown to be needed.

mod matrix;
mod size;

pub use matrix::{Cell, Matrix, matrix, matrix_heard};

use crate::search::Field;
use crate::shrink::what_to_keep;
use crate::{Catalogue, Kept, Refused, ReplayError, Shelf, plan_of};
use fencepost_model::{Plan, PlannedFault};
use fencepost_sim::{Fate, Ground, RunResult};
use size::{resized, size_of, told};
use std::sync::Arc;

/// Sizes are brought this near to the smallest one that keeps the violation: a part of the size as it is.
const PART: u64 = 256;

/// What a violation needs.
#[derive(Clone, Debug)]
pub struct Necessary {
    /// The violation.
    pub kept: Kept,
    /// Each fault of the plan, in its order.
    pub faults: Vec<Need>,
    /// A set of faults that is enough, of which each is needed in that set: what is left where one after the other
    /// is taken out, the last of the plan first.
    pub enough: Vec<Need>,
    /// Runs that were made.
    pub runs: u64,
}

/// Whether a violation needs one fault.
#[derive(Clone, Debug)]
pub struct Need {
    /// The fault.
    pub fault: PlannedFault,
    /// How.
    pub need: Needed,
}

/// How a violation needs a fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Needed {
    /// It did not fire.
    Idle,
    /// Without it the violation is there all the same.
    No,
    /// Without it the violation is gone. With a size: the smallest with which it stays, and the size that it has.
    Yes(Option<(String, String)>),
}

/// Finds out what a violation of this case needs: of this property, or the gravest.
pub fn necessary(
    catalogue: &Catalogue,
    shelf: &Shelf,
    what: &str,
    property: Option<&str>,
    ground: Ground,
) -> Result<Necessary, ReplayError> {
    let (plan, scenario) = plan_of(catalogue, shelf, what)?;
    let Some(scenario) = scenario else {
        let help = "name a case, such as `pause-past-lease/plain@0`";
        return Err(Refused::bad(format!("`{what}` is a plan, not a run of a scenario"), help).into());
    };
    let field = Field::new(catalogue, &scenario, &plan.case.variant, ground)?;
    let seen = field.run(&Arc::new(plan.clone()), false).map_err(ReplayError::Internal)?;
    let kept = what_to_keep(&seen, property, what)?;
    needed(&field, &plan, &seen, kept).map_err(ReplayError::Internal)
}

fn needed(field: &Field<'_>, plan: &Plan, seen: &RunResult, kept: Kept) -> Result<Necessary, String> {
    let mut trial = Trial { field, plan, kept: &kept, runs: 0 };
    let mut faults = Vec::new();
    for (place, (fault, fate)) in plan.faults.iter().zip(&seen.fates).enumerate() {
        let need = match fate {
            Fate::Fired { .. } => trial.need(place)?,
            Fate::NotFired | Fate::NotOffered => Needed::Idle,
        };
        faults.push(Need { fault: fault.clone(), need });
    }
    let least = trial.enough()?;
    trial.plan = &least;
    let mut enough = Vec::new();
    for (place, fault) in least.faults.iter().enumerate() {
        enough.push(Need { fault: fault.clone(), need: trial.need(place)? });
    }
    let runs = trial.runs;
    Ok(Necessary { kept, faults, enough, runs })
}

/// Runs the plan with other faults.
struct Trial<'a> {
    field: &'a Field<'a>,
    plan: &'a Plan,
    kept: &'a Kept,
    runs: u64,
}

impl Trial<'_> {
    fn stays(&mut self, faults: Vec<PlannedFault>) -> Result<bool, String> {
        self.runs += 1;
        let plan = Plan { faults, ..self.plan.clone() };
        let result = self.field.run(&Arc::new(plan), false)?;
        Ok(self.kept.violation(&result).is_some())
    }

    /// The plan with as few faults as one gets by taking out one after the other.
    fn enough(&mut self) -> Result<Plan, String> {
        let mut least = self.plan.clone();
        for place in (0..least.faults.len()).rev() {
            let mut without = least.faults.clone();
            without.remove(place);
            if self.stays(without.clone())? {
                least.faults = without;
            }
        }
        Ok(least)
    }

    fn need(&mut self, place: usize) -> Result<Needed, String> {
        let mut without = self.plan.faults.clone();
        let fault = without.remove(place);
        if self.stays(without)? {
            return Ok(Needed::No);
        }
        let Some(size) = size_of(&fault.what) else { return Ok(Needed::Yes(None)) };
        let (mut gone, mut stays) = (0, size);
        while stays - gone > (size / PART).max(1) {
            let middle = gone + (stays - gone) / 2;
            let mut faults = self.plan.faults.clone();
            faults[place].what = resized(&fault.what, middle);
            match self.stays(faults)? {
                true => stays = middle,
                false => gone = middle,
            }
        }
        Ok(Needed::Yes(Some((told(&fault.what, stays), told(&fault.what, size)))))
    }
}
