//! What is searched: one variant of a scenario, and how a plan of it is run.

use crate::one::guarded;
use crate::{Catalogue, PlanWatch, Refused};
use fencepost_check::Rules;
use fencepost_lock::Workload;
use fencepost_model::{Claim, Plan, Settings, Span, WorkloadPlan};
use fencepost_scenario::{Scenario, Variant};
use fencepost_sim::{Ground, Places, RunOptions, RunResult, SimEnv, SimSystem, Spare, Stage, run_on};
use std::sync::Arc;

/// One variant of a scenario, ready to be run by the million.
pub struct Field<'a> {
    /// The scenario.
    pub scenario: &'a Scenario,
    /// The variant of it.
    pub variant: Variant,
    /// What owners do, where it is not what the scenario says.
    workload_plan: Option<WorkloadPlan>,
    ground: Ground,
    system: &'a dyn SimSystem,
    workload: &'a dyn Workload<SimEnv>,
    rules: Arc<Rules>,
    watch: Option<&'a PlanWatch>,
}

impl<'a> Field<'a> {
    /// The variant of this name. Fails where the scenario has none such.
    pub fn new(
        catalogue: &'a Catalogue,
        scenario: &'a Scenario,
        variant: &str,
        ground: Ground,
    ) -> Result<Field<'a>, Refused> {
        let variant = scenario.variants[crate::selection::place_of(scenario, variant)?].clone();
        let plan = scenario.plan(&variant.name, 0);
        let system = catalogue.system(&plan.variant.lock);
        let workload = catalogue.workload(&plan.workload.name);
        let (Some(system), Some(workload)) = (system, workload) else {
            panic!("scenario `{}` was checked against another catalogue", scenario.id);
        };
        let rules = Arc::new(Rules::of(&system.descriptor(), &plan));
        let watch = catalogue.plan_watch();
        Ok(Field { scenario, variant, workload_plan: None, ground, system, workload, rules, watch })
    }

    /// The same field with other settings, of which no machine is more or less.
    pub fn with_settings(&self, settings: Settings) -> Field<'a> {
        let variant = Variant { settings, ..self.variant.clone() };
        self.like(variant, self.workload_plan.clone())
    }

    /// The same field with other habits of its owners.
    pub fn with_workload(&self, edit: impl FnOnce(&mut WorkloadPlan)) -> Field<'a> {
        let mut workload = self.plan(0).workload;
        edit(&mut workload);
        self.like(self.variant.clone(), Some(workload))
    }

    fn like(&self, variant: Variant, workload_plan: Option<WorkloadPlan>) -> Field<'a> {
        let mut field = Field { variant, workload_plan, rules: self.rules.clone(), ..*self };
        field.rules = Arc::new(Rules::of(&self.system.descriptor(), &field.plan(0)));
        field
    }

    /// The plan that the seed draws.
    pub fn plan(&self, seed: u64) -> Plan {
        let mut plan = self.scenario.plan(&self.variant.name, seed);
        plan.variant.settings = self.variant.settings.clone();
        if let Some(workload) = &self.workload_plan {
            plan.workload = workload.clone();
        }
        plan
    }

    /// What the variant claims under its settings.
    pub fn claims(&self) -> &[Claim] {
        &self.rules.claims
    }

    /// The plan of the calm run: what the seed draws, and nothing goes wrong.
    pub fn calm(&self, seed: u64) -> Plan {
        let mut plan = self.plan(seed);
        plan.faults.clear();
        plan
    }

    /// The lease: the setting `ttl` of locks that have one, and else a second.
    pub fn lease(&self) -> Span {
        self.span("ttl").unwrap_or(Span::from_secs(1))
    }

    /// After how long a lease is prolonged, or a request given up: the first of the settings `renew`,
    /// `command-timeout` and `node-timeout` that says so, and else half of the lease.
    pub fn renewal(&self) -> Span {
        let named =
            ["renew", "command-timeout", "node-timeout"].into_iter().filter_map(|name| self.span(name));
        let mut set = named.filter(|span| *span > Span::ZERO);
        set.next().unwrap_or(Span(self.lease().0 / 2))
    }

    pub(crate) fn span(&self, name: &str) -> Option<Span> {
        let has =
            self.variant.descriptor.settings.iter().any(|spec| {
                spec.name == name && matches!(spec.kind, fencepost_model::SettingKind::Span { .. })
            });
        has.then(|| self.variant.settings.span(name))
    }

    /// On how many threads plans are to be run, where this many are wanted.
    pub(crate) fn threads(&self, wanted: usize) -> usize {
        self.watch.map_or(wanted, |watch| watch.threads(wanted))
    }

    /// The stage of a plan of this variant, and of all that differ from it in nothing but their faults.
    pub fn stage(&self, plan: &Arc<Plan>) -> Stage {
        Stage::of(self.rules.clone(), plan)
    }

    /// Runs a plan of this variant. The error is what a panic of ours said.
    pub fn run(&self, plan: &Arc<Plan>, record: bool) -> Result<RunResult, String> {
        let options = self.options(record);
        self.watched(plan, || self.run_here(&self.stage(plan), &mut Spare::default(), plan, options))
    }

    /// Runs a plan of this stage, in the memory that the run before it has left.
    pub fn run_on(&self, stage: &Stage, spare: &mut Spare, plan: &Arc<Plan>) -> Result<RunResult, String> {
        let options = self.options(false);
        self.watched(plan, || self.run_here(stage, spare, plan, options))
    }

    /// Runs a plan of this stage for its places alone: nothing is judged.
    pub fn places_on(
        &self,
        stage: &Stage,
        spare: &mut Spare,
        plan: &Arc<Plan>,
        places: Places,
    ) -> Result<RunResult, String> {
        let options = RunOptions { judge: false, compare: false, places, ..self.options(false) };
        self.watched(plan, || self.run_here(stage, spare, plan, options))
    }

    /// How plans are run: one that is recorded lists its places.
    fn options(&self, record: bool) -> RunOptions {
        let places = if record { Places::WithStates } else { Places::Untold };
        RunOptions { ground: self.ground, record, compare: true, places, ..RunOptions::default() }
    }

    fn run_here(&self, stage: &Stage, spare: &mut Spare, plan: &Arc<Plan>, options: RunOptions) -> RunResult {
        run_on(stage, spare, plan, self.system, self.workload, options)
    }

    fn watched(&self, plan: &Arc<Plan>, run: impl FnOnce() -> RunResult) -> Result<RunResult, String> {
        match self.watch {
            Some(watch) => watch.over(plan, || guarded(run)),
            None => guarded(run),
        }
    }
}
