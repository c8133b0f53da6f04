//! The systematic strategy: every plan with at most so many deviations from the calm run, from a finite menu,
//! at every place of the run.
//!
//! A deviation is put at a place of a run by name, so a plan with two is a plan with one and a further
//! deviation at a place that the run with one passes: at the first one's or after it. Plans with fewer
//! deviations come first.
//!
//! One reduction: where a run with a deviation comes to a state that an earlier one has been in, with at least
//! as many deviations to come, the two go on alike, and nothing after that place is tried a second time. What
//! a state is says [`Place::state`](fencepost_sim::Place::state). And heartbeats of a steady term count as one
//! place for each process and period: see `places`.

use super::menu::{Deviation, Menu};
use super::places::named;
use super::room::Room;
use super::{Field, Findings, Strategy};
use crate::Stop;
use fencepost_model::{Plan, PlannedFault};
use fencepost_scenario::Within;
use fencepost_sim::{Places, RunResult, Spare, Stage};
use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

/// Deviations of a unit while there is only one in a plan.
const RUNS: usize = 16;

/// Which places count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reach {
    /// All of them.
    #[default]
    All,
    /// Those in which a client's code has a part.
    Clients,
}

/// What is searched systematically.
#[derive(Clone, Debug)]
pub struct SystematicOptions {
    /// The most deviations in a plan.
    pub deviations: usize,
    /// Which places count.
    pub reach: Reach,
    /// Which kinds of deviations; empty: those that the scenario's faults ask for, or all.
    pub kinds: Vec<Deviation>,
    /// The seed whose calm run is deviated from.
    pub seed: u64,
    /// Whether what goes on as an earlier run did is left out.
    pub merge: bool,
}

impl Default for SystematicOptions {
    fn default() -> SystematicOptions {
        SystematicOptions { deviations: 2, reach: Reach::All, kinds: Vec::new(), seed: 0, merge: true }
    }
}

/// Every plan with few deviations from the calm run.
pub struct Systematic {
    options: SystematicOptions,
    menu: Menu,
    horizon: fencepost_model::Span,
    /// The calm run, and everything that can be put into it.
    calm: Plan,
    /// The stage of the calm run, and so of every run of the search.
    stage: Stage,
    first: Level,
    /// What the claims allow, where the search is to stay inside them.
    within: Option<Within>,
    /// For each plan with one deviation: up to which place of its run something is tried.
    ends: OnceLock<Vec<usize>>,
}

/// What can be put into one run.
struct Level {
    /// In the order of places and, at each, of the menu.
    steps: Vec<Step>,
    /// How many places there are.
    places: usize,
    /// The state at each place.
    states: Vec<u64>,
    /// Deviations of which nothing is inside the claims.
    outside: u64,
}

/// A deviation, and where it is in the run that it is put into.
#[derive(Clone)]
struct Step {
    place: usize,
    choice: usize,
    fault: PlannedFault,
}

impl Systematic {
    /// Runs the calm run of the field and lists what can be put into it. The error is what a panic of ours said.
    pub fn new(field: &Field<'_>, options: SystematicOptions) -> Result<Systematic, String> {
        let menu = Menu::of(field, &options.kinds);
        let calm = field.calm(options.seed);
        let within = field.scenario.within_claims.then(|| Within::of(&field.variant, &calm.workload));
        let plan = Arc::new(calm.clone());
        let mut room = Room::in_plan(within.as_ref(), &plan);
        let level = Level::of(&field.run(&plan, true)?, (&menu, &options), &mut room, 0..usize::MAX);
        let (horizon, stage) = (calm.length, field.stage(&plan));
        Ok(Systematic { options, menu, horizon, calm, stage, first: level, within, ends: OnceLock::new() })
    }

    /// Places of the calm run, and what can be put at them altogether.
    pub fn size(&self) -> (usize, usize) {
        (self.first.places, self.first.steps.len())
    }

    /// Units of plans with one deviation.
    fn chunks(&self) -> u64 {
        self.first.steps.len().div_ceil(RUNS) as u64
    }

    fn plan(&self, steps: &[&Step]) -> Arc<Plan> {
        let mut plan = self.calm.clone();
        plan.faults = faults_of(steps);
        Arc::new(plan)
    }

    /// Runs every plan with exactly `more` deviations beyond these.
    fn deepen(
        &self,
        field: &Field<'_>,
        steps: &[&Step],
        end: usize,
        more: usize,
        stop: &Stop,
        findings: &mut Findings,
    ) -> Option<()> {
        let (mut spare, plan) = (Spare::default(), self.plan(steps));
        let last = steps.last().map(|step| (step.place, step.choice));
        let (places, mut room) =
            (last.map_or(0, |last| last.0)..end, Room::in_plan(self.within.as_ref(), &plan));
        let level = match field.places_on(&self.stage, &mut spare, &plan, Places::Listed) {
            Ok(result) => Level::of(&result, (&self.menu, &self.options), &mut room, places),
            Err(message) => {
                findings.count(&plan, Err(message), field);
                return Some(());
            }
        };
        let later = |step: &Step| last.is_none_or(|last| (step.place, step.choice) > last);
        let mut plan = Arc::unwrap_or_clone(plan);
        for step in level.steps.into_iter().filter(later) {
            if stop.is_raised() {
                return None;
            }
            if findings.has_lost() {
                break;
            }
            plan.faults.truncate(steps.len());
            if more > 1 {
                let steps = [steps, &[&step]].concat();
                if room.has_room(&faults_of(&steps)) {
                    self.deepen(field, &steps, usize::MAX, more - 1, stop, findings)?;
                } else {
                    findings.outside += 1;
                }
                continue;
            }
            plan.faults.push(PlannedFault { name: nth(steps.len()), ..step.fault });
            if !room.has_room(&plan.faults) {
                findings.outside += 1;
                continue;
            }
            let shared = Arc::new(plan);
            let ran = field.run_on(&self.stage, &mut spare, &shared);
            findings.count(&shared, ran, field);
            plan = Arc::unwrap_or_clone(shared);
        }
        Some(())
    }

    /// For each plan with one deviation, the first place of its run from which on it goes on as the calm run, or
    /// one with an earlier deviation, does.
    fn ends(&self, field: &Field<'_>) -> &[usize] {
        self.ends.get_or_init(|| {
            let mut met: BTreeSet<u64> = self.first.states.iter().copied().collect();
            let mut spare = Spare::default();
            let end = |step: &Step| {
                let plan = self.plan(&[step]);
                let ran = field.places_on(&self.stage, &mut spare, &plan, Places::WithStates);
                let Ok(result) = ran else { return usize::MAX };
                for (place, passed) in result.places.iter().enumerate().skip(step.place + 1) {
                    if !met.insert(passed.state()) {
                        return place;
                    }
                }
                usize::MAX
            };
            self.first.steps.iter().map(end).collect()
        })
    }
}

impl Level {
    /// What can be put into a recorded run, at those of its places that count and are among these.
    fn of(
        result: &RunResult,
        (menu, options): (&Menu, &SystematicOptions),
        room: &mut Room<'_>,
        places: Range<usize>,
    ) -> Level {
        let mut level = Level { steps: Vec::new(), places: 0, states: Vec::new(), outside: 0 };
        for (place, named) in named(&result.places, &result.cast).iter().enumerate() {
            level.states.push(named.place.state());
            let counts = options.reach == Reach::All || named.is_client_visible;
            if !counts || named.is_repeated || !places.contains(&place) {
                continue;
            }
            level.places += 1;
            let first = level.steps.len();
            for (choice, (_, fault)) in menu.at(named).into_iter().enumerate() {
                match room.shaped(fault, options.deviations) {
                    // What was cut off at the same size is the same.
                    Some(fault) if level.steps[first..].iter().any(|step| step.fault == fault) => {}
                    Some(fault) => level.steps.push(Step { place, choice, fault }),
                    None => level.outside += 1,
                }
            }
        }
        level
    }
}

fn faults_of(steps: &[&Step]) -> Vec<PlannedFault> {
    let fault = |(place, step): (usize, &&Step)| PlannedFault { name: nth(place), ..step.fault.clone() };
    steps.iter().enumerate().map(fault).collect()
}

/// What the deviation is called that is put in after so many others.
fn nth(place: usize) -> String {
    (place + 1).to_string()
}

impl Strategy for Systematic {
    fn word(&self) -> &'static str {
        "systematic"
    }

    fn bounds(&self) -> Vec<String> {
        let (places, choices) = self.size();
        let reach = match self.options.reach {
            Reach::All => "all places",
            Reach::Clients => "the places that clients have a part in",
        };
        let mut lines = vec![format!(
            "at most {} of {choices} deviations at {places} of {reach}, horizon {}",
            self.options.deviations, self.horizon
        )];
        lines.extend(self.menu.lines());
        lines
    }

    fn units(&self) -> Option<u64> {
        let deeper = self.options.deviations.saturating_sub(1) * self.first.steps.len();
        let one = if self.options.deviations > 0 { self.chunks() } else { 0 };
        Some(1 + one + deeper as u64)
    }

    fn work(&self, field: &Field<'_>, unit: u64, stop: &Stop) -> Option<Findings> {
        let mut findings = Findings::default();
        if stop.is_raised() {
            return None;
        }
        let Some(unit) = unit.checked_sub(1) else {
            let calm = Arc::new(self.calm.clone());
            findings.count(&calm, field.run(&calm, false), field);
            findings.outside += self.first.outside;
            return Some(findings);
        };
        let Some(unit) = unit.checked_sub(self.chunks()) else {
            let (from, mut spare) = (unit as usize * RUNS, Spare::default());
            for step in self.first.steps.iter().skip(from).take(RUNS) {
                if stop.is_raised() {
                    return None;
                }
                if findings.has_lost() {
                    break;
                }
                let plan = self.plan(&[step]);
                let ran = field.run_on(&self.stage, &mut spare, &plan);
                findings.count(&plan, ran, field);
            }
            return Some(findings);
        };
        let (more, place) =
            (1 + unit as usize / self.first.steps.len(), unit as usize % self.first.steps.len());
        let end = if self.options.merge { self.ends(field)[place] } else { usize::MAX };
        findings.merged += u64::from(end != usize::MAX);
        self.deepen(field, &[&self.first.steps[place]], end, more, stop, &mut findings)?;
        Some(findings)
    }
}
