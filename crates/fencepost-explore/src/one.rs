//! One run, guarded: a mistake of ours in it must not end the others.

use crate::Catalogue;
use fencepost_check::Rules;
use fencepost_lock::Workload;
use fencepost_model::Plan;
use fencepost_sim::{Ground, RunOptions, RunResult, SimEnv, SimSystem, Spare, Stage, run, run_on};
use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

/// Runs a plan; the error is what a panic of ours said.
pub(crate) fn run_guarded(
    catalogue: &Catalogue,
    plan: &Plan,
    ground: Ground,
    record: bool,
) -> Result<RunResult, String> {
    let (system, workload) = named(catalogue, plan)?;
    let options = RunOptions { ground, record, ..RunOptions::default() };
    let run = || guarded(|| run(plan, system, workload, options));
    match catalogue.plan_watch() {
        Some(watch) => watch.over(&Arc::new(plan.clone()), run),
        None => run(),
    }
}

/// What the plan names.
fn named<'a>(
    catalogue: &'a Catalogue,
    plan: &Plan,
) -> Result<(&'a dyn SimSystem, &'a dyn Workload<SimEnv>), String> {
    let lock = &plan.variant.lock;
    let system = catalogue.system(lock).ok_or_else(|| format!("case {}: no lock `{lock}`", plan.case))?;
    let name = &plan.workload.name;
    let workload =
        catalogue.workload(name).ok_or_else(|| format!("case {}: no workload `{name}`", plan.case))?;
    Ok((system, workload))
}

/// Runs the plans of one variant, one after the other, in the same memory. Their rules are made once, and again
/// where a plan has other faults than the one before.
#[derive(Default)]
pub(crate) struct Runner {
    rules: Option<Arc<Rules>>,
    spare: Spare,
}

impl Runner {
    /// Runs a plan with these options; the error is what a panic of ours said.
    pub fn run(
        &mut self,
        catalogue: &Catalogue,
        plan: &Arc<Plan>,
        options: RunOptions,
    ) -> Result<RunResult, String> {
        let (system, workload) = named(catalogue, plan)?;
        guarded(|| {
            let words = plan.faults.iter().map(|fault| fault.what.word());
            let same = self.rules.take().filter(|rules| words.eq(rules.fault_words.iter().copied()));
            let rules = same.unwrap_or_else(|| Arc::new(Rules::of(&system.descriptor(), plan)));
            self.rules = Some(rules.clone());
            run_on(&Stage::of(rules, plan), &mut self.spare, plan, system, workload, options)
        })
    }
}

/// Does `work`; the error is what a panic said.
pub(crate) fn guarded<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|payload| message_of(&*payload))
}

fn message_of(payload: &(dyn Any + Send)) -> String {
    let text = payload.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| payload.downcast_ref::<&str>().copied()).unwrap_or("a panic without a message").to_owned()
}
