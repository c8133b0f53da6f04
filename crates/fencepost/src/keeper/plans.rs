//! The keeper of work that edits plans: searches, margins, necessary assumptions, teeth, shrinking.
//!
//! Such work has runs by the ten thousand in a second, and no seeds that name them, so its child writes nothing down.
//! Where it ends too early, the keeper starts it once more, now to write down each plan before it is run. The work is
//! the same every time, so it comes to the same end, and what was written last is tried out, one plan after the
//! other. The plan that does it is named and kept in a file, and the work is done again without it. A run that hangs
//! needs none of this: the child is still there to say which one it is.

use super::ledger::{Entry, Ledger};
use super::plan_folder::PlanFolder;
use super::{AGAIN, Ended, Keeper, PLANS, TRACED, code_of, how};
use crate::output::say;
use fencepost_explore::Exit;
use fencepost_model::{Finding, Plan, word};
use fencepost_report::sentence;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};

/// Where plans are kept that do not come back.
const FOUND: &str = ".fencepost/found";
/// With so many plans that do not come back, the lock's code is to be mended before anything else is asked of it.
const MOST: usize = 8;

/// Does what this process was asked for in another one, where that edits plans. Fails where none can be started: then
/// the work is to be done here.
pub(crate) fn keep_plans() -> io::Result<Ended> {
    let keeper = Keeper::new()?;
    let folder = PlanFolder::create(keeper.ledger.with_extension("plans"))?;
    let ended = keeper.keep_plans(&folder);
    // A folder among temporary ones; where it cannot be removed it does no harm.
    let _ = fs::remove_dir_all(folder.path());
    ended
}

impl Keeper {
    fn keep_plans(&self, folder: &PlanFolder) -> io::Result<Ended> {
        let mut lost: Vec<(Plan, Finding)> = Vec::new();
        let mut pass = Pass::First;
        loop {
            folder.write_lost(&lost)?;
            let (status, entries) = self.edit_plans(folder, pass)?;
            if entries.done {
                return Ok(Ended::Done(code_after(&lost, code_of(status))));
            }
            say("the code under test took its process with it: looking for the run that does it\n");
            let found = match folder.take_hung() {
                Some(plan) => Some((plan, Finding::Hung)),
                None => self.find(folder)?,
            };
            let Some((plan, finding)) = found.filter(|found| !lost.contains(found)) else {
                return Ok(Ended::Unexplained(how(status)));
            };
            tell(&plan, &finding);
            lost.push((plan, finding));
            if lost.len() == MOST {
                say(&format!("{MOST} runs do not come back: nothing else is tried\n"));
                return Ok(Ended::Done(Exit::Unexpected.code()));
            }
            say("starting again without that run\n");
            pass = Pass::Again;
        }
    }

    /// One attempt at all of it.
    fn edit_plans(&self, folder: &PlanFolder, pass: Pass) -> io::Result<(ExitStatus, Entry)> {
        let mut command = self.child()?;
        command.env(PLANS, folder.path());
        if pass != Pass::First {
            command.env(AGAIN, "1");
        }
        if pass == Pass::Traced {
            command.env(TRACED, "1").stdout(Stdio::null()).stderr(Stdio::null());
        }
        let mut child = command.spawn()?;
        self.listen_to_wishes(&mut child);
        let status = child.wait()?;
        self.forget_wishes();
        Ok((status, Ledger::read(&self.ledger)?))
    }

    /// The plan that ends the child, and how; none where no plan does it by itself.
    fn find(&self, folder: &PlanFolder) -> io::Result<Option<(Plan, Finding)>> {
        folder.forget_begun()?;
        let (_, entries) = self.edit_plans(folder, Pass::Traced)?;
        if entries.done {
            return Ok(None);
        }
        if let Some(plan) = folder.take_hung() {
            return Ok(Some((plan, Finding::Hung)));
        }
        for (path, plan) in folder.begun()? {
            if let Some(finding) = self.replay(&path)? {
                return Ok(Some((plan, finding)));
            }
        }
        Ok(None)
    }

    /// What the code under test does to a process that replays the plan of this file; none where it comes back.
    fn replay(&self, path: &Path) -> io::Result<Option<Finding>> {
        let mut command = self.child_with(&["replay".into(), path.into()])?;
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
        self.listen_to_wishes(&mut child);
        let status = child.wait()?;
        self.forget_wishes();
        let entries = Ledger::read(&self.ledger)?;
        let finding = || entries.hung.map_or_else(|| Finding::EndedProcess(how(status)), |_| Finding::Hung);
        Ok((!entries.done).then(finding))
    }
}

/// What an attempt is for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Pass {
    /// The work.
    First,
    /// The work, after an earlier child has begun it.
    Again,
    /// To find out which plan is the last.
    Traced,
}

/// The code of work that was done, but for these runs: they are findings.
fn code_after(lost: &[(Plan, Finding)], code: u8) -> u8 {
    let stands = [Exit::Stopped.code(), Exit::Internal.code()].contains(&code);
    if lost.is_empty() || stands { code } else { Exit::Unexpected.code() }
}

/// Names a run that does not come back, and keeps its plan.
fn tell(plan: &Plan, finding: &Finding) {
    let (property, case) = (word::WELL_BEHAVED, &plan.case);
    say(&format!(
        "UNEXPECTED {case}: {property} ({})\n  with the faults of its plan, the lock's code {}\n",
        word::in_plain_words(property),
        sentence::finding(finding)
    ));
    match kept(plan) {
        Ok(path) => say(&format!("  Next  fencepost replay {}\n", path.display())),
        Err(error) => say(&format!("note: its plan cannot be written under `{FOUND}`: {error}\n")),
    }
}

/// Writes the plan under a name that no other one has.
fn kept(plan: &Plan) -> io::Result<PathBuf> {
    fs::create_dir_all(FOUND)?;
    let text = serde_json::to_string_pretty(plan).map_err(io::Error::other)?;
    let name = |n: usize| format!("{}-{}-lost-{n}.json", plan.case.scenario, plan.case.variant);
    let mut paths = (1..).map(|n| Path::new(FOUND).join(name(n)));
    let is_free = |path: &PathBuf| fs::read_to_string(path).map_or(true, |there| there == text);
    let path = paths.find(is_free).expect("there is always a further number");
    fs::write(&path, text)?;
    Ok(path)
}
