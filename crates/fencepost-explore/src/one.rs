//! One run, guarded: a mistake of ours in it must not end the others.

use crate::Catalogue;
use fencepost_model::Plan;
use fencepost_sim::{Ground, RunOptions, RunResult, run};
use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Runs a plan; the error is what a panic of ours said.
pub(crate) fn run_guarded(
    catalogue: &Catalogue,
    plan: &Plan,
    ground: Ground,
    record: bool,
) -> Result<RunResult, String> {
    run_with(catalogue, plan, RunOptions { ground, record, ..RunOptions::default() })
}

/// Runs a plan with these options; the error is what a panic of ours said.
pub(crate) fn run_with(catalogue: &Catalogue, plan: &Plan, options: RunOptions) -> Result<RunResult, String> {
    let lock = &plan.variant.lock;
    let system = catalogue.system(lock).ok_or_else(|| format!("case {}: no lock `{lock}`", plan.case))?;
    let name = &plan.workload.name;
    let workload =
        catalogue.workload(name).ok_or_else(|| format!("case {}: no workload `{name}`", plan.case))?;
    guarded(|| run(plan, system, workload, options))
}

/// Does `work`; the error is what a panic said.
pub(crate) fn guarded<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|payload| message_of(&*payload))
}

fn message_of(payload: &(dyn Any + Send)) -> String {
    let text = payload.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| payload.downcast_ref::<&str>().copied()).unwrap_or("a panic without a message").to_owned()
}
