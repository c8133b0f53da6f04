//! Searching: plans are edited and run, by one strategy or another, until a budget is spent or nothing is left.
//!
//! A [`Strategy`] gives units of plans; threads take units in order, and what came of them is merged in order.
//! So what is found, and which of it came first, does not depend on the number of threads. *Exhausted* is said
//! of a strategy whose every plan was run; *budget spent* is another word.

mod field;
mod findings;
mod menu;
mod places;
mod random;
mod room;
mod state;
mod strategy;
mod systematic;

pub use field::Field;
pub use findings::{Break, Findings};
pub use menu::Deviation;
pub use places::{Named, NamedPlaces};
pub use random::Random;
pub use state::{SearchState, StateError};
pub use strategy::Strategy;
pub use systematic::{Reach, Systematic, SystematicOptions};

use crate::Stop;
use crate::threads;
use std::collections::BTreeMap;
use std::num::NonZero;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

/// How often progress is told.
const TICK: Duration = Duration::from_millis(100);

/// How to search.
#[derive(Clone, Copy, Debug, Default)]
pub struct SearchOptions {
    /// Threads; none: as many as the machine has.
    pub jobs: Option<NonZero<usize>>,
    /// The most runs, up to the end of the unit in which they are reached.
    pub runs: Option<u64>,
    /// Stop with the unit in which something breaks for which this holds.
    pub until: Option<fn(&Field<'_>, &Break) -> bool>,
}

/// How a search ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SearchEnd {
    /// Every plan within the bounds was run.
    Exhausted,
    /// As many runs as were to be made were made.
    RunsSpent,
    /// Something broke, and it was to stop there; or the code under test takes the process with it.
    Broken,
    /// It was stopped: by its time, or by somebody.
    Stopped,
}

/// How far a search is: all units before `unit` are in `findings`.
#[derive(Clone, Debug, Default)]
pub struct SearchProgress {
    /// The next unit.
    pub unit: u64,
    /// What was found before it.
    pub findings: Findings,
    /// New behaviours in the last thousand runs or so, of so many runs.
    pub lately: (u64, u64),
}

/// Searches on from `progress`, and tells `hear` how far it is, again and again. Once `stop` is raised no run is
/// started any more: what is known by then counts.
pub fn search(
    field: &Field<'_>,
    strategy: &dyn Strategy,
    options: SearchOptions,
    progress: &mut SearchProgress,
    stop: &Stop,
    hear: &mut dyn FnMut(&SearchProgress),
) -> SearchEnd {
    let threads = field.threads(threads(options.jobs));
    // Raised where the search is over for any reason: the wish of others is only read.
    let (next, over) = (AtomicU64::new(progress.unit), Stop::new());
    let (sender, receiver) = channel();
    thread::scope(|scope| {
        for _ in 0..threads {
            let (next, over, sender) = (&next, &over, sender.clone());
            scope.spawn(move || {
                loop {
                    let unit = next.fetch_add(1, Ordering::Relaxed);
                    if strategy.units().is_some_and(|units| unit >= units) || over.is_raised() {
                        return;
                    }
                    let Some(findings) = strategy.work(field, unit, over) else { return };
                    let is_last = findings.has_lost();
                    // Nobody listens any more only where the listener panicked, and then that is what counts.
                    let _ = sender.send((unit, findings));
                    if is_last {
                        return;
                    }
                }
            });
        }
        drop(sender);
        let merger = Merger { field, strategy, options, waiting: BTreeMap::new() };
        let end = merger.listen(&receiver, progress, stop, hear);
        over.raise();
        end
    })
}

/// Merges what comes of units, in their order.
struct Merger<'a> {
    field: &'a Field<'a>,
    strategy: &'a dyn Strategy,
    options: SearchOptions,
    waiting: BTreeMap<u64, Findings>,
}

impl Merger<'_> {
    fn listen(
        mut self,
        units: &Receiver<(u64, Findings)>,
        progress: &mut SearchProgress,
        stop: &Stop,
        hear: &mut dyn FnMut(&SearchProgress),
    ) -> SearchEnd {
        loop {
            if let Some(end) = self.end(progress) {
                return end;
            }
            if stop.is_raised() {
                return SearchEnd::Stopped;
            }
            match units.recv_timeout(TICK) {
                Ok((unit, findings)) => drop(self.waiting.insert(unit, findings)),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return SearchEnd::Stopped,
            }
            while let Some(findings) = self.waiting.remove(&progress.unit) {
                progress.take(findings);
                if let Some(end) = self.end(progress) {
                    hear(progress);
                    return end;
                }
            }
            hear(progress);
        }
    }

    fn end(&self, progress: &SearchProgress) -> Option<SearchEnd> {
        let findings = &progress.findings;
        let until = |found: &Break| self.options.until.is_some_and(|until| until(self.field, found));
        // Code that takes its process with it does so in one run after the other: the first says enough.
        if findings.has_lost() || findings.breaks.iter().any(until) {
            return Some(SearchEnd::Broken);
        }
        if self.strategy.units().is_some_and(|units| progress.unit >= units) {
            return Some(SearchEnd::Exhausted);
        }
        let spent = self.options.runs.is_some_and(|most| findings.runs + findings.crashes >= most);
        spent.then_some(SearchEnd::RunsSpent)
    }
}

impl SearchProgress {
    fn take(&mut self, findings: Findings) {
        let runs = findings.runs;
        let new = self.findings.merge(findings);
        self.unit += 1;
        self.lately =
            if self.lately.1 >= 1_000 { (new, runs) } else { (self.lately.0 + new, self.lately.1 + runs) };
    }
}
