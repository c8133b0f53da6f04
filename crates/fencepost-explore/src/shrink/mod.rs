//! Shrinking: the smallest scenario that still breaks the same property by the same broken assumption.
//!
//! What is edited is the scenario, not the seed: one run is written down as a file of its own (its faults at
//! fixed places, its draws named by `drawn-as`), and every attempt is the text of such a file, parsed and run
//! like any other. So whatever comes out can be read, edited, run and committed.
//!
//! The order is greedy: fewest faults, clients, owners, servers and operations first, then the shortest times
//! and the roundest numbers, again and again until nothing can be taken away (delta debugging: Zeller and
//! Hildebrandt, 2002).

mod attempts;
mod numbers;
mod passes;
mod size;
mod story;

pub use size::Size;

use crate::one::run_guarded;
use crate::{Catalogue, Refused, ReplayError, Shelf, StandingKind, Stop, plan_of};
use attempts::Attempts;
use fencepost_model::{CaseId, Cast, Evidence, OwnerId, Plan, ProcessRole, Violation, word};
use fencepost_scenario::Scenario;
use fencepost_sim::{Ground, RunResult};
use std::sync::Arc;
pub use story::Story;

/// What a smaller run has to have in common with the first one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// The property that is violated.
    pub property: &'static str,
    /// Inside the claims, or by which broken assumptions.
    pub standing: StandingKind,
    /// Whether it needs the owner that asks for every lock in the end: one between clients stays between clients, for
    /// nobody has such an owner.
    pub needs_probe: bool,
}

/// What shrinking a case came to.
pub struct Shrunk {
    /// What was kept.
    pub kept: Kept,
    /// The run as it was found.
    pub before: Size,
    /// The smallest run.
    pub after: Size,
    /// How many smaller runs were tried.
    pub attempts: u64,
    /// How many of them kept the violation.
    pub successes: u64,
    /// How many removals of a single fault, client or owner were tried at the end, all in vain.
    pub vain_removals: u64,
    /// Whether it was stopped before nothing could be taken away any more.
    pub stopped: bool,
    /// The violation in the smallest run, and the names for the numbers in it.
    pub violation: Violation,
    /// The names for the numbers in it.
    pub cast: Arc<Cast>,
    /// The smallest run as a scenario file, without a head.
    pub text: String,
    /// The case, as it was found.
    pub case: CaseId,
    /// A name for the file, made of the case.
    pub name: String,
}

/// Shrinks a case (`scenario/variant@seed`, or a scenario file of one run). `property` says which of its
/// violations is kept; none: the gravest.
///
/// Fails where the case cannot be found or does not violate the property.
pub fn shrink(
    catalogue: &Catalogue,
    shelf: &Shelf,
    what: &str,
    property: Option<&str>,
    ground: Ground,
    stop: &Stop,
) -> Result<Shrunk, ReplayError> {
    let (plan, scenario) = plan_of(catalogue, shelf, what)?;
    let Some(scenario) = scenario else {
        let help = "name a case, such as `pause-past-lease/plain@0`";
        return Err(Refused::bad(format!("`{what}` is a plan, not a run of a scenario"), help).into());
    };
    let keep = |result: &RunResult| what_to_keep(result, property, what);
    shrink_plan(catalogue, &scenario, plan, keep, ground, stop)
}

/// Shrinks a plan that was made of one of this scenario's, by a search say, and keeps this violation of it.
///
/// Fails where the plan does without the violation, or cannot be written as a scenario: a fault is put at a
/// message that files cannot name.
pub fn shrink_found(
    catalogue: &Catalogue,
    scenario: &Scenario,
    plan: &Plan,
    kept: &Kept,
    ground: Ground,
    stop: &Stop,
) -> Result<Shrunk, ReplayError> {
    shrink_plan(catalogue, scenario, plan.clone(), |_| Ok(kept.clone()), ground, stop)
}

fn shrink_plan(
    catalogue: &Catalogue,
    scenario: &Scenario,
    plan: Plan,
    what_to_keep: impl FnOnce(&RunResult) -> Result<Kept, Refused>,
    ground: Ground,
    stop: &Stop,
) -> Result<Shrunk, ReplayError> {
    let what = plan.case.to_string();
    let result = run_guarded(catalogue, &plan, ground, true).map_err(ReplayError::Internal)?;
    let kept = what_to_keep(&result)?;
    if kept.violation(&result).is_some_and(Violation::ends_the_run) {
        let help = "`fencepost replay` tells what its code does";
        return Err(
            Refused::bad(format!("`{what}` does not come back, and cannot be made smaller"), help).into()
        );
    }
    let story = Story::of(&plan, scenario);
    let mut attempts = Attempts::new(catalogue, &plan.case, kept.clone(), ground, stop);
    let Some(first) = attempts.run(&story) else {
        let message = format!("`{what}` does not break {} any more as a file of its own", kept.property);
        let help = "a scenario `within = \"claims\"` keeps its faults in bounds: leave that key out";
        return Err(Refused::bad(message, help).into());
    };
    let story = passes::smallest(story, first, &mut attempts);
    let (smallest_plan, smallest) = attempts.conclude(&story).map_err(ReplayError::Internal)?;
    let violation = kept.violation(&smallest).expect("every run that is kept has it").clone();
    Ok(Shrunk {
        before: Size::of(&plan, &result),
        after: Size::of(&smallest_plan, &smallest),
        attempts: attempts.tried,
        successes: attempts.succeeded,
        vain_removals: attempts.vain_removals,
        stopped: attempts.are_over(),
        cast: smallest.cast.clone(),
        violation,
        text: story.text(&properties_of(&broken_in(&smallest))),
        case: plan.case.clone(),
        name: format!("{}-{}-{}", plan.case.scenario, plan.case.variant, plan.case.seed),
        kept,
    })
}

/// Which violation is kept: of the property that was asked for, or the gravest.
pub(crate) fn what_to_keep(result: &RunResult, property: Option<&str>, what: &str) -> Result<Kept, Refused> {
    let broken = broken_in(result);
    let names = properties_of(&broken);
    let wanted = |kept: &&Kept| property.is_none_or(|property| kept.property == property);
    if let Some(kept) = broken.iter().find(wanted) {
        return Ok(kept.clone());
    }
    let known = word::PROPERTIES.iter().map(|(name, _)| *name);
    match property {
        Some(property) if !known.clone().any(|name| name == property) => {
            let known: Vec<&str> = known.collect();
            Err(Refused::no_such("property", property, known, "`fencepost list properties` shows them"))
        }
        Some(property) if !names.is_empty() => Err(Refused::bad(
            format!("`{what}` does not break {property}"),
            format!("it breaks {}", names.join(", ")),
        )),
        _ => {
            let help = "`fencepost run` names the cases that break something";
            Err(Refused::bad(format!("`{what}` breaks nothing"), help))
        }
    }
}

/// The properties that are broken, each once.
fn properties_of(broken: &[Kept]) -> Vec<&'static str> {
    let mut properties = Vec::new();
    for kept in broken {
        if !properties.contains(&kept.property) {
            properties.push(kept.property);
        }
    }
    properties
}

/// Everything that a run breaks, the gravest first.
fn broken_in(result: &RunResult) -> Vec<Kept> {
    let reports = result.judgement.properties.iter();
    let mut broken: Vec<Kept> = reports
        .flat_map(|report| {
            let standings = report.verdict.violations().iter();
            standings.map(|violation| Kept::of(report.property, violation, &result.cast))
        })
        .collect();
    broken.sort_by_key(|kept| (gravity(kept), kept.property, kept.needs_probe));
    broken
}

/// Inside the claims comes before everything else; then what did damage, then what might have.
pub(crate) fn gravity(kept: &Kept) -> (bool, usize) {
    const ORDER: [&str; 5] = [
        word::EXCLUSIVE_EFFECT,
        word::NO_LOST_UPDATE,
        word::EXCLUSIVE_GRANT,
        word::EXCLUSIVE_BELIEF,
        word::FENCING,
    ];
    let place = ORDER.iter().position(|property| *property == kept.property);
    (kept.standing != StandingKind::Inside, place.unwrap_or(ORDER.len()))
}

impl Kept {
    /// What is kept of a violation of this property.
    pub fn of(property: &'static str, violation: &Violation, cast: &Cast) -> Kept {
        let standing = StandingKind::of(&violation.standing);
        Kept { property, standing, needs_probe: has_probe(violation, cast) }
    }

    /// The violation in a run that is the same one; none where the run does without.
    pub(crate) fn violation<'a>(&self, result: &'a RunResult) -> Option<&'a Violation> {
        let violations = result.judgement.of(self.property)?.violations().iter();
        violations.into_iter().find(|violation| Kept::of(self.property, violation, &result.cast) == *self)
    }
}

/// Whether one of two tenures that overlap is of the owner that asks for every lock in the end.
fn has_probe(violation: &Violation, cast: &Cast) -> bool {
    let is_probe = |owner: OwnerId| cast.processes[cast.process_of(owner).index()].role == ProcessRole::Probe;
    match violation.evidence {
        Evidence::Overlap { first_owner, second_owner, .. } => {
            is_probe(first_owner) || is_probe(second_owner)
        }
        _ => false,
    }
}
