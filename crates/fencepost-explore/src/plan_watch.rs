//! Who runs which plan, for somebody who watches from outside: what [`Watch`](crate::Watch) is for the seeds of a
//! sweep, for whatever edits plans. A search has no seeds that name its runs, so here the plan itself is told.

use crate::watch::violation_by;
use fencepost_model::{EndOfRun, Finding, Instant, Judgement, Plan, PropertyReport, Verdict, word};
use fencepost_sim::{Fate, Pulse, RunResult, cast_of};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Hears which plan is about to be run at which place.
type Announce = dyn Fn(usize, &Plan) + Send + Sync;

/// What all threads that run edited plans are doing, and which plans are not to be run any more.
#[derive(Default)]
pub struct PlanWatch {
    /// Plans that do not come back, with what their code does.
    lost: Vec<(Plan, Finding)>,
    announce: Option<Box<Announce>>,
    places: Mutex<Places>,
}

/// A place for each run that is under way at the same time.
#[derive(Default)]
struct Places {
    all: Vec<Place>,
    idle: Vec<usize>,
}

struct Place {
    pulse: &'static Pulse,
    plan: Option<Arc<Plan>>,
}

/// A turn of code under test, and in which plan.
#[derive(Clone, Debug)]
pub struct PlanTurn {
    /// The plan.
    pub plan: Arc<Plan>,
    /// Of the run's place.
    place: usize,
    number: u64,
}

impl PlanWatch {
    /// A watch that gives these plans up as lost, each with what its code does.
    pub fn new(lost: Vec<(Plan, Finding)>) -> PlanWatch {
        PlanWatch { lost, ..PlanWatch::default() }
    }

    /// Tells `announce` of each plan before it is run, and at which place; a place has one run at a time.
    #[must_use]
    pub fn announcing(mut self, announce: impl Fn(usize, &Plan) + Send + Sync + 'static) -> PlanWatch {
        self.announce = Some(Box::new(announce));
        self
    }

    /// On how many threads plans are to be run: on one after a run has ended the process, so that the next process
    /// comes to the same end, or to the lost plan first.
    pub(crate) fn threads(&self, wanted: usize) -> usize {
        let is_careful = self.announce.is_some() || !self.lost.is_empty();
        if is_careful { 1 } else { wanted }
    }

    /// The turns that code under test has at this moment.
    pub fn turns(&self) -> Vec<PlanTurn> {
        let places = self.places();
        let turn = |(index, place): (usize, &Place)| {
            let plan = place.plan.clone()?;
            Some(PlanTurn { plan, place: index, number: place.pulse.turn()? })
        };
        places.all.iter().enumerate().filter_map(turn).collect()
    }

    /// Runs a plan by `run`, watched; a plan that is known to be lost is not run, and its result says so.
    pub(crate) fn over(
        &self,
        plan: &Arc<Plan>,
        run: impl FnOnce() -> Result<RunResult, String>,
    ) -> Result<RunResult, String> {
        if let Some((_, finding)) = self.lost.iter().find(|(lost, _)| *lost == **plan) {
            return Ok(not_run(plan, finding));
        }
        let place = self.take_place(plan);
        if let Some(announce) = &self.announce {
            announce(place, plan);
        }
        let result = run();
        let mut places = self.places();
        places.all[place].plan = None;
        places.idle.push(place);
        result
    }

    fn take_place(&self, plan: &Arc<Plan>) -> usize {
        let mut places = self.places();
        let index = places.idle.pop().unwrap_or_else(|| {
            // Never more than threads run at once; a pulse has to live as long as any thread that it follows.
            places.all.push(Place { pulse: Box::leak(Box::default()), plan: None });
            places.all.len() - 1
        });
        let place = &mut places.all[index];
        place.plan = Some(plan.clone());
        place.pulse.follow_this_thread();
        index
    }

    fn places(&self) -> MutexGuard<'_, Places> {
        // Nothing is done under it that could leave it half changed.
        self.places.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl PlanTurn {
    /// Whether it is the same turn, which has lasted since.
    pub fn is(&self, earlier: &PlanTurn) -> bool {
        (self.place, self.number) == (earlier.place, earlier.number)
    }
}

impl fmt::Debug for PlanWatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PlanWatch").field("lost", &self.lost.len()).field("turns", &self.turns()).finish()
    }
}

/// What is known of a run that was not made: its code misbehaves, and nothing else.
fn not_run(plan: &Plan, finding: &Finding) -> RunResult {
    let verdict = Verdict::Violated(vec![violation_by(finding)]);
    let report = PropertyReport { property: word::WELL_BEHAVED, verdict };
    RunResult {
        cast: Arc::new(cast_of(plan)),
        digest: 0,
        judgement: Judgement { properties: vec![report], seen: Vec::new() },
        measures: None,
        fates: vec![Fate::NotFired; plan.faults.len()],
        end: EndOfRun::Complete,
        ended_at: Instant::START,
        messages: 0,
        syncs: 0,
        steps: 0,
        events: 0,
        history: Vec::new(),
        places: Vec::new(),
        fingerprint: 0,
        nearest: None,
    }
}
