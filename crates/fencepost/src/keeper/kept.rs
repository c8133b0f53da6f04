//! The child's side of the keeper: what it was told, what it writes down, and who watches its runs.

use super::ledger::Ledger;
use super::plan_folder::PlanFolder;
use super::{AGAIN, BEGAN, Began, HUNG, LEDGER, LOST, PLANS, SUSPECTS, TRACED};
use crate::output::say;
use fencepost_explore::{Exit, Lost, PlanTurn, PlanWatch, Seeds, Stop, Turn, Watch};
use fencepost_model::Finding;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// How often the runs are looked at.
const LOOK: Duration = Duration::from_millis(500);
/// How many looks in a row may find one turn of code under test: ten seconds. Looks are counted, and no clock
/// is read, so a machine that slept meanwhile accuses nobody.
const LOOKS: u32 = 20;

/// What this process is: kept by another one, or by nobody.
#[derive(Clone, Default)]
pub(crate) struct Kept {
    ledger: Option<Arc<Ledger>>,
    lost: Vec<Lost>,
    suspects: Option<Vec<(usize, Seeds)>>,
    plans: Option<PlanFolder>,
}

impl Kept {
    /// What the keeper says; none where there is none yet.
    pub fn by_keeper() -> Option<Kept> {
        let ledger = std::env::var_os(LEDGER)?;
        let lines = |name: &str| {
            let text = std::env::var(name).ok()?;
            Some(text.lines().map(str::to_owned).collect::<Vec<_>>())
        };
        let lost = lines(LOST).unwrap_or_default().iter().filter_map(|line| lost_of(line)).collect();
        let suspects = lines(SUSPECTS).map(|lines| lines.iter().filter_map(|it| suspect_of(it)).collect());
        let plans = std::env::var_os(PLANS).map(|path| PlanFolder::open(Path::new(&path)));
        Some(Kept { ledger: Ledger::open(Path::new(&ledger)).ok().map(Arc::new), lost, suspects, plans })
    }

    /// When the work began: for the keeper, if there is one.
    pub fn began(&self) -> Began {
        let told = self.ledger.as_ref().and_then(|_| std::env::var(BEGAN).ok());
        told.and_then(|token| Began::of_token(&token)).unwrap_or_else(Began::now)
    }

    /// Runs that are known not to come back.
    pub fn lost(&self) -> Vec<Lost> {
        self.lost.clone()
    }

    /// What is only to be tried out.
    pub fn suspects(&self) -> Option<&[(usize, Seeds)]> {
        self.suspects.as_deref()
    }

    /// Starts watching so many threads.
    pub fn watch(&self, threads: usize) -> &'static Watch {
        let ledger = self.ledger.clone();
        let watch = Watch::new(threads, move |thread, row, seeds| {
            if let Some(ledger) = &ledger {
                ledger.runs(thread, row, seeds);
            }
        });
        // Once in a process, and until it ends: the threads that it watches may never end themselves.
        let watch: &'static Watch = Box::leak(Box::new(watch));
        let kept = self.clone();
        spawn("watch", move || look(|| watch.turns().collect(), Turn::eq, |turn| kept.hung(turn)));
        watch
    }

    /// Starts watching whatever edits plans and runs them.
    pub fn watch_plans(&self) -> Arc<PlanWatch> {
        let lost = self.plans.as_ref().map(PlanFolder::lost).unwrap_or_default();
        let mut watch = PlanWatch::new(lost);
        if let Some(folder) = self.plans.clone().filter(|_| std::env::var_os(TRACED).is_some()) {
            watch = watch.announcing(move |place, plan| folder.write_begun(place, plan));
        }
        let watch = Arc::new(watch);
        let (kept, watched) = (self.clone(), watch.clone());
        spawn("watch", move || look(|| watched.turns(), PlanTurn::is, |turn| kept.plan_hung(&turn)));
        watch
    }

    /// Whether an earlier child has begun what this one does.
    pub fn is_again(&self) -> bool {
        self.plans.is_some() && std::env::var_os(AGAIN).is_some()
    }

    /// Ends the process: the thread that hangs cannot be stopped.
    fn hung(&self, turn: Turn) -> ! {
        match &self.ledger {
            Some(ledger) => ledger.hung(turn.row, turn.seed),
            None => {
                say(&format!("error: the lock's code hangs, in row {} at seed {}\n", turn.row, turn.seed))
            }
        }
        std::process::exit(i32::from(Exit::Unexpected.code()))
    }

    /// The same for the run of an edited plan.
    fn plan_hung(&self, turn: &PlanTurn) -> ! {
        match &self.plans {
            Some(folder) => folder.write_hung(&turn.plan),
            None => say(&format!("error: the lock's code hangs, in a plan of {}\n", turn.plan.case)),
        }
        std::process::exit(i32::from(Exit::Unexpected.code()))
    }

    /// Hears the wish to stop: from the keeper where there is one, else from the terminal. The first wish
    /// starts no more runs; the second leaves at once.
    pub fn stop_on_ctrl_c(&self) -> Stop {
        let (stop, kept) = (Stop::new(), self.clone());
        let heard = stop.clone();
        let wish = move || {
            if heard.raise() {
                kept.leave();
            }
            say("\nstopping: what is known will be judged; once more leaves at once\n");
        };
        let handler = if self.ledger.is_some() {
            let kept = self.clone();
            spawn("wishes", move || {
                let mut byte = [0];
                while std::io::stdin().read_exact(&mut byte).is_ok() {
                    wish();
                }
                // The keeper is gone: nobody reads the results.
                kept.leave();
            });
            ctrlc::set_handler(|| {})
        } else {
            ctrlc::set_handler(wish)
        };
        if let Err(error) = handler {
            // Somebody who embeds us has a handler of their own: then Ctrl-C does what theirs does.
            say(&format!("note: Ctrl-C will not wait for the results: {error}\n"));
        }
        stop
    }

    fn leave(&self) -> ! {
        self.done();
        std::process::exit(i32::from(Exit::Stopped.code()))
    }

    /// The work is done: whatever ends this process from here on is no fault of the code under test.
    pub fn done(&self) {
        if let Some(ledger) = &self.ledger {
            ledger.done();
        }
    }
}

/// Looks at turns until one has lasted too long.
#[expect(clippy::disallowed_methods, reason = "wall time is what is watched, outside of every run")]
fn look<T>(turns: impl Fn() -> Vec<T>, is_same: fn(&T, &T) -> bool, hung: impl Fn(T)) {
    let mut seen: Vec<(T, u32)> = Vec::new();
    loop {
        std::thread::sleep(LOOK);
        let before = std::mem::take(&mut seen);
        for turn in turns() {
            let same = before.iter().find(|(other, _)| is_same(&turn, other));
            let looks = same.map_or(0, |(_, looks)| looks + 1);
            if looks >= LOOKS {
                return hung(turn);
            }
            seen.push((turn, looks));
        }
    }
}

fn spawn(name: &str, work: impl FnOnce() + Send + 'static) {
    // Without the thread the runs go on; only one that never ends would not be noticed.
    let _ = std::thread::Builder::new().name(name.to_owned()).spawn(work);
}

/// `row seed how`.
fn lost_of(line: &str) -> Option<Lost> {
    let mut parts = line.splitn(3, ' ');
    let (row, seed) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    let finding = match parts.next()? {
        HUNG => Finding::Hung,
        how => Finding::EndedProcess(how.to_owned()),
    };
    Some(Lost { row, seed, finding })
}

/// `row from to`.
fn suspect_of(line: &str) -> Option<(usize, Seeds)> {
    let mut parts = line.split(' ');
    let row = parts.next()?.parse().ok()?;
    Some((row, Seeds { from: parts.next()?.parse().ok()?, to: parts.next()?.parse().ok()? }))
}
