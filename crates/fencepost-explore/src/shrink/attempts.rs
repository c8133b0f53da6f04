//! Attempts: a story is written down, read and run, and it counts where the violation is still there.

use super::Kept;
use super::story::Story;
use crate::one::run_guarded;
use crate::{Catalogue, Stop};
use fencepost_model::{CaseId, Plan};
use fencepost_scenario::{Vocabulary, parse};
use fencepost_sim::{Ground, RunResult};

/// The most attempts: shrinking is for people who wait.
const MOST: u64 = 20_000;

pub(super) struct Attempts<'a> {
    catalogue: &'a Catalogue,
    vocabulary: Vocabulary,
    case: &'a CaseId,
    kept: Kept,
    ground: Ground,
    stop: &'a Stop,
    pub tried: u64,
    pub succeeded: u64,
    /// Removals that were tried in this round, in vain.
    pub vain_removals: u64,
}

impl<'a> Attempts<'a> {
    pub fn new(
        catalogue: &'a Catalogue,
        case: &'a CaseId,
        kept: Kept,
        ground: Ground,
        stop: &'a Stop,
    ) -> Attempts<'a> {
        let vocabulary = catalogue.vocabulary();
        Attempts { catalogue, vocabulary, case, kept, ground, stop, tried: 0, succeeded: 0, vain_removals: 0 }
    }

    /// Whether there are to be no more: somebody wants to see what there is now.
    pub fn are_over(&self) -> bool {
        self.stop.is_raised() || self.tried >= MOST
    }

    pub fn kept(&self) -> &Kept {
        &self.kept
    }

    /// The plan of a story; none where it is no valid scenario: a fault is aimed at a client that is gone.
    pub fn plan_of(&self, story: &Story) -> Option<Plan> {
        let scenario = parse(&self.case.scenario, "shrunk.toml", &story.text(&[]), &self.vocabulary).ok()?;
        Some(scenario.plan(&self.case.variant, 0))
    }

    /// Runs a story. Gives the run where it keeps the violation.
    pub fn run(&self, story: &Story) -> Option<RunResult> {
        let plan = self.plan_of(story)?;
        let result = run_guarded(self.catalogue, &plan, self.ground, false).ok()?;
        self.kept.violation(&result).is_some().then_some(result)
    }

    /// Tries a smaller story.
    pub fn attempt(&mut self, story: &Story) -> Option<RunResult> {
        self.tried += 1;
        let result = self.run(story);
        if result.is_some() {
            self.succeeded += 1;
        }
        result
    }

    /// Runs the last story once more, recorded. Fails where a mistake of ours ends the run.
    pub fn conclude(&self, story: &Story) -> Result<(Plan, RunResult), String> {
        let plan = self.plan_of(story).ok_or("the smallest story is no scenario any more")?;
        let result = run_guarded(self.catalogue, &plan, self.ground, true)?;
        Ok((plan, result))
    }
}
