//! Repeating: some runs are run again, on another thread where there is one, and must give the same digest.
//!
//! The first violation of each scenario, variant, property and set of broken assumptions is repeated, and
//! recorded: so recording is shown to change nothing. Of all other runs one in a hundred is, chosen by a
//! hash of scenario, variant and seed.

use crate::one::run_guarded;
use crate::replay::status_of;
use crate::store::Store;
use crate::tally::Sample;
use crate::work::Work;
use crate::{Catalogue, NotRepeated, Replayed, Row, Seeds, StandingTally, SweepOptions};
use fencepost_sim::Ground;
use std::collections::BTreeMap;
use std::sync::Mutex;
use std::thread;

/// What is to be repeated.
pub(crate) struct Repeats {
    tasks: Vec<Task>,
    options: SweepOptions,
}

#[derive(Clone, Copy)]
struct Task {
    row: usize,
    sample: Sample,
    /// Whether the run is a first violation.
    is_first: bool,
}

impl Repeats {
    /// What is to be repeated of these rows, which a sweep with these options has counted.
    pub fn of(work: &Work<'_>, rows: &[Row], options: SweepOptions) -> Repeats {
        assert_eq!(work.lanes.len(), rows.len(), "every lane has its row");
        let tasks = rows.iter().enumerate().flat_map(|(index, row)| tasks_of(index, row)).collect();
        Repeats { tasks, options }
    }

    /// How many runs that are.
    pub fn count(&self) -> u64 {
        self.tasks.len() as u64
    }

    /// Runs them again, and gives back those that differ, in the order of rows and seeds. First violations go
    /// into the store, where there is one.
    pub fn run(&self, catalogue: &Catalogue, work: &Work<'_>, store: Option<&Store>) -> Vec<NotRepeated> {
        let (differing, threads) = (Mutex::new(BTreeMap::new()), self.options.threads());
        thread::scope(|scope| {
            for thread in 0..threads {
                let differing = &differing;
                scope.spawn(move || {
                    if let Some(watch) = self.options.watch {
                        watch.follow_this_thread(thread);
                    }
                    // The neighbour of whoever ran it first, so it is another thread where there are two.
                    let mine = |task: &&Task| (task.sample.worker + 1) % threads == thread;
                    for task in self.tasks.iter().filter(mine) {
                        let seed = task.sample.seed;
                        if let Some(watch) = self.options.watch {
                            watch.announce(thread, task.row, Seeds { from: seed, to: seed + 1 });
                            watch.begins(thread, seed);
                        }
                        if let Some(found) = again(catalogue, work, *task, self.options.ground, store) {
                            let mut differing = differing.lock().expect("no thread panics while it adds");
                            differing.insert((task.row, task.sample.seed), found);
                        }
                    }
                });
            }
        });
        differing.into_inner().expect("no thread panics while it adds").into_values().collect()
    }
}

/// One task for each seed, however many reasons there are to repeat it.
fn tasks_of(index: usize, row: &Row) -> impl Iterator<Item = Task> + use<> {
    let standings = row.tally.properties.iter().flat_map(|property| &property.standings);
    let mut tasks: BTreeMap<u64, Task> = BTreeMap::new();
    // One that does not come back is not run a second time either.
    let comes_back = |standing: &&StandingTally| row.tally.lost != Some(standing.example.seed);
    for standing in standings.filter(comes_back) {
        let sample = standing.example.sample;
        tasks.insert(sample.seed, Task { row: index, sample, is_first: true });
    }
    for sample in &row.tally.samples {
        tasks.entry(sample.seed).or_insert(Task { row: index, sample: *sample, is_first: false });
    }
    tasks.into_values()
}

fn again(
    catalogue: &Catalogue,
    work: &Work<'_>,
    task: Task,
    ground: Ground,
    store: Option<&Store>,
) -> Option<NotRepeated> {
    let lane = &work.lanes[task.row];
    let Sample { seed, digest: first, .. } = task.sample;
    let plan = lane.scenario.plan(&lane.variant.name, seed);
    let result = run_guarded(catalogue, &plan, ground, task.is_first).ok();
    let again = result.as_ref().map(|result| result.digest);
    let case = plan.case.clone();
    if let (Some(store), Some(result), true) = (store, result, task.is_first) {
        let called = format!("{}/{}@{seed}", lane.called, lane.variant.name);
        let status = status_of(&plan, Some(lane.scenario), &result);
        let scenario = Some(lane.scenario.clone());
        let replayed = Replayed { called, plan, scenario, result, second: Some(first), status };
        store.keep_case(&replayed, &lane.variant.descriptor).unwrap_or_else(|refused| store.fail(refused));
    }
    let differs = again != Some(first);
    differs.then_some(NotRepeated { case, first, again })
}
