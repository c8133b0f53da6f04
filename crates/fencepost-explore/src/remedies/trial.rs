//! One lock under one hazard: which plans break which properties.

use crate::advise::{Study, axis, deaths, first_holder, yours};
use crate::margin::{Axis, placements_of};
use crate::search::{Field, Findings};
use crate::threads::{in_parts, threads};
use fencepost_model::{Hazard, Plan, PlannedFault, word};
use std::collections::BTreeSet;
use std::sync::Arc;

/// The properties whose break is told.
pub const TOLD: [&str; 5] = [
    word::EXCLUSIVE_GRANT,
    word::EXCLUSIVE_BELIEF,
    word::EXCLUSIVE_EFFECT,
    word::NO_LOST_UPDATE,
    word::PROGRESS,
];

/// What came of a hazard.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cell {
    /// In how many ways it was put into the calm run; none: the lock has nothing that the hazard is about.
    pub placements: usize,
    /// What broke in any of them, in the order of [`TOLD`].
    pub broken: Vec<&'static str>,
    /// Of the plans in which the lock as it is fails, how many were run again: all, where the servers are the same.
    pub again: usize,
    /// And in how many of these something still breaks.
    pub still: usize,
}

/// A plan in which something broke.
pub(super) struct Failed {
    pub faults: Vec<PlannedFault>,
}

/// How much of the hazard a lock in this place gets. Where nobody says how much there is, of what happens every day a
/// single one.
pub(super) fn amount(study: &Study<'_>, hazard: Hazard) -> Option<u64> {
    match hazard {
        Hazard::Death => Some(0),
        Hazard::LostReply => Some(1),
        _ => yours(hazard, &study.advice.environment, study.variant()),
    }
}

/// Puts this much of a hazard at every place of the calm run, and does these plans again. The error is what a panic of
/// ours said.
pub(super) fn trial(
    study: &Study<'_>,
    hazard: Hazard,
    amount: u64,
    again: &[Failed],
) -> Result<(Cell, Vec<Failed>), String> {
    let field = study.crowded_field(&study.variant().settings)?;
    let calm = Arc::new(field.calm(0));
    let own = placements(study, &field, &calm, hazard, amount)?;
    let placements = own.len();
    let again: Vec<Vec<PlannedFault>> = again.iter().map(|failed| failed.faults.clone()).collect();
    let (own_broken, again_broken) =
        (run_all(study, &field, &calm, &own)?, run_all(study, &field, &calm, &again)?);
    let all: BTreeSet<&str> = own_broken.iter().chain(&again_broken).flatten().copied().collect();
    let cell = Cell {
        placements,
        broken: TOLD.into_iter().filter(|property| all.contains(property)).collect(),
        again: again.len(),
        still: again_broken.iter().filter(|broken| !broken.is_empty()).count(),
    };
    let fails = own.into_iter().zip(&own_broken).filter(|(_, broken)| !broken.is_empty());
    Ok((cell, fails.map(|(faults, _)| Failed { faults }).collect()))
}

/// Every way in which this much of the hazard can be put into the calm run, at the one who has the lock first.
fn placements(
    study: &Study<'_>,
    field: &Field<'_>,
    calm: &Arc<Plan>,
    hazard: Hazard,
    amount: u64,
) -> Result<Vec<Vec<PlannedFault>>, String> {
    let seen = field.run(calm, true)?;
    let holder = first_holder(field)?;
    Ok(match axis(hazard, study.variant()) {
        // Without a server there is nobody to be cut off from.
        Some(Axis::CutHold)
            if (study.variant().descriptor.machines)(&study.variant().settings).is_empty() =>
        {
            Vec::new()
        }
        Some(axis) => placements_of(axis, calm, &seen, Some(&holder), amount),
        None => deaths(&seen, &holder),
    })
}

/// What breaks in each of these plans.
fn run_all(
    study: &Study<'_>,
    field: &Field<'_>,
    calm: &Arc<Plan>,
    plans: &[Vec<PlannedFault>],
) -> Result<Vec<BTreeSet<&'static str>>, String> {
    let run = |part: &[Vec<PlannedFault>]| -> Result<Vec<_>, String> {
        part.iter()
            .take_while(|_| !study.stop.is_raised())
            .map(|faults| broken(field, Plan { faults: faults.clone(), ..Plan::clone(calm) }))
            .collect()
    };
    Ok(in_parts(plans, field.threads(threads(study.options.jobs)), run)?.concat())
}

/// What breaks in a run, of what is told.
pub(super) fn broken(field: &Field<'_>, plan: Plan) -> Result<BTreeSet<&'static str>, String> {
    let plan = Arc::new(plan);
    let mut findings = Findings::default();
    findings.count(&plan, field.run(&plan, false), field);
    match findings.first_crash {
        Some(crash) => Err(crash.message),
        None => Ok(findings
            .breaks
            .iter()
            .map(|found| found.property)
            .filter(|found| TOLD.contains(found))
            .collect()),
    }
}
