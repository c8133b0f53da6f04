//! A sweep: every chosen scenario and variant over its seeds, on all threads that it may use.
//!
//! Threads take chunks of seeds in order and count each chunk into the tally of its row, once. A row is
//! told when it and all rows before it are done, so what is told does not depend on the threads.

use crate::one::{Runner, guarded, run_guarded};
use crate::store::{Store, StoredRun};
use crate::threads;
use crate::work::{Lane, Work};
use crate::{
    Catalogue, Crash, EVENT_FORMAT, Partition, Row, RunEvent, Seeds, Selection, Started, Stop, Summary,
    Tally, Watch, repeat,
};
use fencepost_sim::{Ground, RunOptions};
use std::num::NonZero;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// How often progress is told.
const TICK: Duration = Duration::from_millis(100);

/// How to sweep.
#[derive(Clone, Copy, Debug)]
pub struct SweepOptions {
    /// The seeds; none: those that each scenario declares.
    pub seeds: Option<Seeds>,
    /// Which part of the runs; none: all.
    pub partition: Option<Partition>,
    /// Threads; none: as many as the machine has.
    pub jobs: Option<NonZero<usize>>,
    /// On which ground.
    pub ground: Ground,
    /// Who watches the runs from outside. It has a place for each of the threads.
    pub watch: Option<&'static Watch>,
}

impl SweepOptions {
    /// How many threads there will be.
    pub fn threads(&self) -> usize {
        threads(self.jobs)
    }
}

impl Default for SweepOptions {
    fn default() -> SweepOptions {
        SweepOptions { seeds: None, partition: None, jobs: None, ground: Ground::best(), watch: None }
    }
}

/// Runs the selection and tells `hear` everything about it. A mistake of ours in one run is told in its
/// row, and the others go on. Once `stop` is raised no run is started any more.
pub fn sweep(
    catalogue: &Catalogue,
    selection: &Selection,
    options: SweepOptions,
    stop: &Stop,
    hear: &mut dyn FnMut(&RunEvent),
) -> Summary {
    sweep_into(catalogue, selection, options, stop, None, hear)
}

/// As [`sweep`], and writes every run and the first violations into a store, where one is given. A sweep that
/// cannot be written any more is stopped. How it ended is for the caller to write: [`Store::finish`].
pub fn sweep_into(
    catalogue: &Catalogue,
    selection: &Selection,
    options: SweepOptions,
    stop: &Stop,
    store: Option<&Store>,
    hear: &mut dyn FnMut(&RunEvent),
) -> Summary {
    let work = Work::of(selection, options.seeds, options.partition);
    if let Some(store) = store {
        tell_lost(&work, store);
    }
    hear(&RunEvent::Started(started(selection, &work, options)));
    let mut rows = Vec::new();
    let mut summary = Summary::default();
    let told = Told { work: &work, hear, rows: &mut rows, summary: &mut summary };
    count_all(catalogue, &work, options, stop, store, told);
    let repeats = repeat::Repeats::of(&work, &rows, options);
    let repeated = if stop.is_raised() { 0 } else { repeats.count() };
    let differing = if stop.is_raised() { Vec::new() } else { repeats.run(catalogue, &work, store) };
    summary.close(repeated, differing.len() as u64, stop.is_raised());
    for case in differing {
        hear(&RunEvent::NotRepeated(case));
    }
    hear(&RunEvent::Finished(summary.clone()));
    summary
}

/// Runs these seeds of these rows of a selection, one after the other, and judges nothing: to find the one
/// that does not come back. Each is announced by itself, as the first thread of the watch.
pub fn try_out(
    catalogue: &Catalogue,
    selection: &Selection,
    suspects: &[(usize, Seeds)],
    ground: Ground,
    watch: &'static Watch,
) {
    let work = Work::of(selection, None, None);
    watch.follow_this_thread(0);
    for (row, seeds) in suspects {
        let Some(lane) = work.lanes.get(*row) else { continue };
        for seed in seeds.from..seeds.to {
            watch.announce(0, *row, Seeds { from: seed, to: seed + 1 });
            watch.begins(0, seed);
            // What it says was told, or will be, by the sweep that it comes from.
            let _ = guarded(|| lane.scenario.plan(&lane.variant.name, seed))
                .and_then(|plan| run_guarded(catalogue, &plan, ground, false));
        }
    }
}

/// What does not come back is told in its place all the same.
fn tell_lost(work: &Work<'_>, store: &Store) {
    for (place, lane) in work.lanes.iter().enumerate() {
        if let Some(lost) = lane.lost {
            let run = StoredRun::lost(&lane.case(lost.seed), lost, &*store.pen);
            store.before(work.after(place), &run.line());
        }
    }
}

fn started(selection: &Selection, work: &Work<'_>, options: SweepOptions) -> Started {
    let longest = |name: fn(&Lane<'_>) -> usize| work.lanes.iter().map(name).max().unwrap_or(0);
    Started {
        format: EVENT_FORMAT,
        version: env!("CARGO_PKG_VERSION"),
        ground: options.ground,
        scenarios: selection.scenarios.len() as u64,
        rows: work.lanes.len() as u64,
        runs: work.asked(),
        seeds: options.seeds,
        partition: options.partition,
        widths: (longest(|lane| lane.scenario.id.len()), longest(|lane| lane.variant.name.len())),
    }
}

/// A row while it is counted.
struct Counted {
    tally: Tally,
    /// Runs that are still to come.
    missing: u64,
}

fn count_all(
    catalogue: &Catalogue,
    work: &Work<'_>,
    options: SweepOptions,
    stop: &Stop,
    store: Option<&Store>,
    mut told: Told<'_, '_>,
) {
    let counted = |lane: &Lane<'_>| Mutex::new(Counted { tally: Tally::default(), missing: lane.runs() });
    let counts: Vec<Mutex<Counted>> = work.lanes.iter().map(counted).collect();
    let (next, done) = (AtomicU64::new(0), AtomicU64::new(0));
    let (sender, receiver) = channel();
    thread::scope(|scope| {
        for worker in 0..options.threads() {
            let counter = Counter { catalogue, work, options, stop, store, worker };
            let (counts, next, done, sender) = (&counts, &next, &done, sender.clone());
            scope.spawn(move || counter.work(counts, next, done, &sender));
        }
        drop(sender);
        told.listen(&receiver, &counts, &done);
    });
    if let Some(store) = store {
        store.close_runs();
    }
    told.tell_up_to(work.lanes.len(), &counts);
}

/// One thread of a sweep.
struct Counter<'a> {
    catalogue: &'a Catalogue,
    work: &'a Work<'a>,
    options: SweepOptions,
    stop: &'a Stop,
    store: Option<&'a Store>,
    worker: usize,
}

impl Counter<'_> {
    fn work(&self, counts: &[Mutex<Counted>], next: &AtomicU64, done: &AtomicU64, finished: &Sender<usize>) {
        if let Some(watch) = self.options.watch {
            watch.follow_this_thread(self.worker);
        }
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            let Some((row, seeds)) = self.work.chunk(number) else { return };
            if let Some(watch) = self.options.watch {
                watch.announce(self.worker, row, seeds);
            }
            let (tally, lines) = self.count(&self.work.lanes[row], seeds);
            if let Some(store) = self.store {
                store.chunk(number, lines, self.stop);
            }
            let ended = tally.runs + tally.crashes;
            done.fetch_add(ended, Ordering::Relaxed);
            let mut counted = counts[row].lock().expect("no thread panics while it counts");
            counted.tally.merge(tally);
            counted.missing -= ended;
            if counted.missing == 0 {
                // Nobody listens any more only where the listener panicked, and then that is what counts.
                let _ = finished.send(row);
            }
            if self.stop.is_raised() {
                return;
            }
        }
    }

    /// Runs these seeds of a lane; the lines are what the store is given of them.
    fn count(&self, lane: &Lane<'_>, seeds: Seeds) -> (Tally, Vec<u8>) {
        let (mut tally, mut lines, mut runner) = (Tally::default(), Vec::new(), Runner::default());
        for seed in (seeds.from..seeds.to).filter(|seed| lane.is_here(*seed)) {
            if self.stop.is_raised() {
                break;
            }
            if let Some(watch) = self.options.watch {
                watch.begins(self.worker, seed);
            }
            let plan = guarded(|| Arc::new(lane.scenario.plan(&lane.variant.name, seed)));
            let ran = plan.and_then(|plan| {
                let result = runner.run(self.catalogue, &plan, self.run_options(lane))?;
                Ok((plan, result))
            });
            match ran {
                Ok((plan, result)) => {
                    if let Some(store) = self.store {
                        lines.extend(StoredRun::of(&plan, &result, &*store.pen).line());
                    }
                    tally.add(&plan, &result, self.worker, lane.is_sample(seed));
                }
                Err(message) => {
                    if self.store.is_some() {
                        lines.extend(StoredRun::crashed(&lane.case(seed), &message).line());
                    }
                    tally.add_crash(Crash { seed, message });
                }
            }
        }
        (tally, lines)
    }

    fn run_options(&self, lane: &Lane<'_>) -> RunOptions {
        let measure = self.store.is_some_and(|store| store.measures(lane.scenario));
        RunOptions { ground: self.options.ground, measure, ..RunOptions::default() }
    }
}

/// What has been told, and to whom.
struct Told<'a, 'b> {
    work: &'a Work<'b>,
    hear: &'a mut dyn FnMut(&RunEvent),
    rows: &'a mut Vec<Row>,
    summary: &'a mut Summary,
}

impl Told<'_, '_> {
    /// Tells rows as they are done, and progress, until every thread has ended.
    fn listen(&mut self, finished: &Receiver<usize>, counts: &[Mutex<Counted>], done: &AtomicU64) {
        // A row in which there is nothing to run is never counted.
        let mut is_done: Vec<bool> = self.work.lanes.iter().map(|lane| lane.runs() == 0).collect();
        let of = self.work.runs();
        loop {
            match finished.recv_timeout(TICK) {
                Ok(row) => is_done[row] = true,
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return,
            }
            let ready = is_done.iter().take_while(|done| **done).count();
            self.tell_up_to(ready, counts);
            let done = done.load(Ordering::Relaxed);
            (self.hear)(&RunEvent::Progress { done, of });
        }
    }

    fn tell_up_to(&mut self, ready: usize, counts: &[Mutex<Counted>]) {
        while self.rows.len() < ready {
            let index = self.rows.len();
            let lane = &self.work.lanes[index];
            let mut counted = counts[index].lock().expect("no thread panics while it counts");
            let mut tally = std::mem::take(&mut counted.tally);
            if let Some(lost) = lane.lost {
                tally.add_lost(lost);
            }
            let mut row = Row::judge(lane.scenario, lane.variant, lane.called, lane.asked, tally);
            (row.partition, row.here) = (lane.partition, lane.count(lane.asked));
            self.summary.add(&row);
            let event = RunEvent::Row(Box::new(row));
            (self.hear)(&event);
            let RunEvent::Row(row) = event else { unreachable!("it was made a row above") };
            self.rows.push(*row);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Exit, Request, Shelf, Status, testing};
    use std::path::Path;

    fn events(stop: &Stop, jobs: usize) -> (Vec<RunEvent>, Summary) {
        let catalogue = testing::catalogue();
        let shelf = Shelf::open(&catalogue, Path::new("/no such folder")).expect("nothing is read");
        let selection = Selection::make(&catalogue, &shelf, &Request::default()).expect("all are there");
        let options =
            SweepOptions { jobs: NonZero::new(jobs), ground: Ground::Bare, ..SweepOptions::default() };
        let mut events = Vec::new();
        let summary = sweep(&catalogue, &selection, options, stop, &mut |event| {
            if !matches!(event, RunEvent::Progress { .. }) {
                events.push(event.clone());
            }
        });
        (events, summary)
    }

    fn rows(events: &[RunEvent]) -> Vec<&Row> {
        events
            .iter()
            .filter_map(|event| if let RunEvent::Row(row) = event { Some(&**row) } else { None })
            .collect()
    }

    #[test]
    fn a_mistake_of_ours_is_told_with_its_case_and_the_others_go_on() {
        let (events, summary) = events(&Stop::new(), 2);
        let rows = rows(&events);
        assert_eq!(rows.len(), 4);
        assert!(rows.iter().all(|row| row.status == Status::Crashed));
        let crash = rows[0].tally.first_crash.as_ref().expect("every run crashed");
        assert_eq!((rows[0].tally.crashes, crash.seed), (20, 0));
        assert_eq!(crash.message, "case steady/left@0: a stub has no projection");
        assert_eq!(summary.exit, Exit::Internal);
    }

    #[test]
    fn rows_come_in_the_order_of_the_selection_on_any_number_of_threads() {
        let told = |jobs| format!("{:?}", events(&Stop::new(), jobs).0);
        let one = told(1);
        assert_eq!(told(4), one);
        assert_eq!(told(9), one);
    }

    #[test]
    fn stopped_before_it_began_everything_is_deferred() {
        let stop = Stop::new();
        assert!(!stop.raise());
        let (events, summary) = events(&stop, 2);
        assert!(rows(&events).iter().all(|row| row.status == Status::Deferred));
        assert_eq!((summary.exit, summary.runs, summary.deferred), (Exit::Stopped, 0, 4));
    }
}
