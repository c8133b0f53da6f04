//! What a search has found so far.

use super::Field;
use crate::shrink::gravity;
use crate::{Crash, Kept, StandingKind};
use fencepost_model::{Cast, Instant, Plan, Span, Verdict, Violation};
use fencepost_sim::RunResult;
use std::collections::BTreeSet;
use std::sync::Arc;

/// What came of some runs, in their order. Findings of later runs are merged into those of earlier ones.
#[derive(Clone, Debug, Default)]
pub struct Findings {
    /// Runs that came to an end.
    pub runs: u64,
    /// Virtual time of them all.
    pub virtual_time: Span,
    /// The fingerprints of what they did.
    pub behaviours: BTreeSet<u64>,
    /// The shortest time between two beliefs in one lock, and the plan in which it was.
    pub nearest: Option<(Span, Arc<Plan>)>,
    /// Violations, by property and standing, in the order in which they came up.
    pub breaks: Vec<Break>,
    /// The first run of which a property could say nothing, with the property.
    pub unclear: Option<(&'static str, Arc<Plan>)>,
    /// Runs that a mistake of ours ended.
    pub crashes: u64,
    /// The first of them.
    pub first_crash: Option<Crash>,
    /// Subtrees that were left out because their state had been met before.
    pub merged: u64,
    /// Deviations that were left out because nothing of them is inside the claims.
    pub outside: u64,
}

/// Violations of one property with one standing.
#[derive(Clone, Debug)]
pub struct Break {
    /// The property.
    pub property: &'static str,
    /// Inside the claims, or by which broken assumptions.
    pub standing: StandingKind,
    /// In how many runs.
    pub runs: u64,
    /// The first of them, counted from 1.
    pub run: u64,
    /// Its plan.
    pub plan: Arc<Plan>,
    /// What it did wrong.
    pub violation: Violation,
    /// The names for the numbers in it.
    pub cast: Arc<Cast>,
}

impl Findings {
    /// Counts a run.
    pub fn count(&mut self, plan: &Arc<Plan>, ran: Result<RunResult, String>, field: &Field<'_>) {
        let result = match ran {
            Ok(result) => result,
            Err(message) => {
                self.crashes += 1;
                let seed = plan.case.seed;
                self.first_crash.get_or_insert(Crash { seed, message });
                return;
            }
        };
        self.runs += 1;
        self.virtual_time += result.ended_at.since(Instant::START);
        self.behaviours.insert(result.fingerprint);
        if let Some(gap) = result.nearest
            && self.nearest.as_ref().is_none_or(|(nearest, _)| gap < *nearest)
        {
            self.nearest = Some((gap, plan.clone()));
        }
        for report in &result.judgement.properties {
            if matches!(report.verdict, Verdict::Unclear(_)) && self.unclear.is_none() {
                self.unclear = Some((report.property, plan.clone()));
            }
            let violations = report.verdict.violations();
            if violations.is_empty() || !field.variant.offers(report.property) {
                continue;
            }
            for violation in violations {
                self.broke(report.property, violation, plan, &result.cast);
            }
        }
    }

    fn broke(&mut self, property: &'static str, violation: &Violation, plan: &Arc<Plan>, cast: &Arc<Cast>) {
        let standing = StandingKind::of(&violation.standing);
        match self.breaks.iter_mut().find(|known| known.property == property && known.standing == standing) {
            Some(known) => known.runs += 1,
            None => self.breaks.push(Break {
                property,
                standing,
                runs: 1,
                run: self.runs,
                plan: plan.clone(),
                violation: violation.clone(),
                cast: cast.clone(),
            }),
        }
    }

    /// Whether a run does not come back: then no other one is worth while.
    pub fn has_lost(&self) -> bool {
        self.breaks.iter().any(Break::is_lost)
    }

    /// Takes in what came of the runs after these. Gives how many behaviours are new.
    pub fn merge(&mut self, later: Findings) -> u64 {
        let before = self.behaviours.len();
        self.behaviours.extend(later.behaviours);
        let new = (self.behaviours.len() - before) as u64;
        if let Some((gap, plan)) = later.nearest
            && self.nearest.as_ref().is_none_or(|(nearest, _)| gap < *nearest)
        {
            self.nearest = Some((gap, plan));
        }
        for found in later.breaks {
            let same =
                |known: &&mut Break| (known.property, &known.standing) == (found.property, &found.standing);
            match self.breaks.iter_mut().find(same) {
                Some(known) => known.runs += found.runs,
                None => self.breaks.push(Break { run: self.runs + found.run, ..found }),
            }
        }
        self.unclear = self.unclear.take().or(later.unclear);
        self.first_crash = self.first_crash.take().or(later.first_crash);
        self.runs += later.runs;
        self.virtual_time += later.virtual_time;
        self.crashes += later.crashes;
        self.merged += later.merged;
        self.outside += later.outside;
        new
    }

    /// The violation to show first: one that is not expected, then one inside the claims, then what did damage.
    pub fn gravest<'a>(&'a self, field: &Field<'_>) -> Option<&'a Break> {
        self.breaks.iter().min_by_key(|found| {
            let kept = Kept::of(found.property, &found.violation, &found.cast);
            (!found.is_unexpected(field), gravity(&kept), found.run)
        })
    }

    /// Violations that the scenario does not expect of the variant: inside the claims of one that is not
    /// planted, any of one that is searched within its claims, and what `[expect]` does not name.
    pub fn unexpected<'a>(&'a self, field: &'a Field<'_>) -> impl Iterator<Item = &'a Break> + 'a {
        self.breaks.iter().filter(move |found| found.is_unexpected(field))
    }
}

impl Break {
    /// Whether its run does not come back, so that nothing else is known of it.
    pub fn is_lost(&self) -> bool {
        self.violation.ends_the_run()
    }

    /// Whether the scenario does not expect it.
    pub fn is_unexpected(&self, field: &Field<'_>) -> bool {
        let excused = field.variant.is_planted()
            || (self.standing != StandingKind::Inside && !field.scenario.within_claims);
        !excused || !field.scenario.expect.may(&field.variant.name, self.property)
    }
}
