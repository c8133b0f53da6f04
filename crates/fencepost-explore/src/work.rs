//! The work of a sweep, cut into chunks that threads take in order.

use crate::store::lane_digest;
use crate::{Chosen, Lost, Partition, Seeds, Selection};
use fencepost_model::{CaseId, Digest};
use fencepost_scenario::{Scenario, Variant};

/// Runs in a chunk: few enough that a row of a few hundred is shared, enough that counting in is rare.
const CHUNK: u64 = 16;
/// Of how many runs one is repeated.
const REPEAT_ONE_OF: u64 = 100;

/// One scenario and variant, with the seeds to run.
pub(crate) struct Lane<'a> {
    pub scenario: &'a Scenario,
    pub variant: &'a Variant,
    /// What to type for the scenario.
    pub called: &'a str,
    /// What was asked for.
    pub asked: Seeds,
    /// What is run: all of it, or up to a run that does not come back.
    pub seeds: Seeds,
    /// That run.
    pub lost: Option<&'a Lost>,
    /// Which part of these is run here.
    pub partition: Option<Partition>,
    /// Of the scenario and variant: which runs are repeated follows from it and the seed.
    name: Digest,
}

/// Everything that a sweep runs.
pub(crate) struct Work<'a> {
    pub lanes: Vec<Lane<'a>>,
    /// The number of the first chunk of each lane, and in the end how many chunks there are.
    starts: Vec<u64>,
}

impl<'a> Work<'a> {
    /// The work of a selection, over these seeds or those that each scenario declares.
    pub fn of(selection: &'a Selection, seeds: Option<Seeds>, partition: Option<Partition>) -> Work<'a> {
        let lanes_of = |chosen| lanes_of(chosen, seeds, partition);
        let mut lanes = selection.scenarios.iter().flat_map(lanes_of).collect::<Vec<_>>();
        for (row, lane) in lanes.iter_mut().enumerate() {
            let here = |lost: &&Lost| lost.row == row && lane.asked.contains(lost.seed);
            lane.lost = selection.lost.iter().filter(here).min_by_key(|lost| lost.seed);
            lane.seeds.to = lane.lost.map_or(lane.asked.to, |lost| lost.seed);
        }
        let mut starts = vec![0];
        for lane in &lanes {
            let chunks = lane.seeds.count().div_ceil(CHUNK);
            starts.push(starts[starts.len() - 1] + chunks);
        }
        Work { lanes, starts }
    }

    /// Runs that were asked for, all together: the same whichever of them do not come back.
    pub fn asked(&self) -> u64 {
        self.lanes.iter().map(|lane| lane.count(lane.asked)).sum()
    }

    /// Runs, all together.
    pub fn runs(&self) -> u64 {
        self.lanes.iter().map(Lane::runs).sum()
    }

    /// The number of the first chunk after a lane.
    pub fn after(&self, lane: usize) -> u64 {
        self.starts[lane + 1]
    }

    /// The lane and the seeds of a chunk; none where there are no more.
    pub fn chunk(&self, number: u64) -> Option<(usize, Seeds)> {
        let lane = self.starts.partition_point(|start| *start <= number) - 1;
        let seeds = self.lanes.get(lane)?.seeds;
        let from = seeds.from + (number - self.starts[lane]) * CHUNK;
        Some((lane, Seeds { from, to: seeds.to.min(from + CHUNK) }))
    }
}

fn lanes_of<'a>(
    chosen: &'a Chosen,
    seeds: Option<Seeds>,
    partition: Option<Partition>,
) -> impl Iterator<Item = Lane<'a>> {
    let scenario = &chosen.scenario;
    chosen.variants().map(move |variant| {
        let name = lane_digest(&scenario.id, &variant.name);
        let asked = Seeds::of(scenario, seeds);
        Lane { scenario, variant, called: &chosen.called, asked, seeds: asked, lost: None, partition, name }
    })
}

impl Lane<'_> {
    /// Whether the run of this seed is run here, and not elsewhere.
    pub fn is_here(&self, seed: u64) -> bool {
        self.partition.is_none_or(|partition| partition.takes(self.name, seed))
    }

    /// How many of these seeds are run here.
    pub fn count(&self, seeds: Seeds) -> u64 {
        match self.partition {
            None => seeds.count(),
            Some(_) => (seeds.from..seeds.to).filter(|seed| self.is_here(*seed)).count() as u64,
        }
    }

    /// How many runs there are.
    pub fn runs(&self) -> u64 {
        self.count(self.seeds)
    }

    /// The name of the run of a seed.
    pub fn case(&self, seed: u64) -> CaseId {
        CaseId { scenario: self.scenario.id.clone(), variant: self.variant.name.clone(), seed }
    }

    /// Whether the run of this seed is one of those that are repeated.
    pub fn is_sample(&self, seed: u64) -> bool {
        is_sample(self.name, seed)
    }
}

/// Whether the run of this seed is repeated, in the lane of this digest.
pub(crate) fn is_sample(mut lane: Digest, seed: u64) -> bool {
    lane.fold(seed);
    lane.value().is_multiple_of(REPEAT_ONE_OF)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Request, Shelf, testing};
    use std::path::Path;

    #[test]
    fn chunks_cover_every_seed_of_every_lane_once() {
        let catalogue = testing::catalogue();
        let shelf = Shelf::open(&catalogue, Path::new("/no such folder")).expect("nothing is read");
        let selection = Selection::make(&catalogue, &shelf, &Request::default()).expect("all are there");
        for seeds in [None, Some(Seeds { from: 5, to: 6 }), Some(Seeds { from: 7, to: 7 + 3 * CHUNK })] {
            let work = Work::of(&selection, seeds, None);
            let mut covered: Vec<Vec<u64>> = work.lanes.iter().map(|_| Vec::new()).collect();
            for (lane, seeds) in (0..).map_while(|number| work.chunk(number)) {
                covered[lane].extend(seeds.from..seeds.to);
            }
            for (lane, covered) in work.lanes.iter().zip(&covered) {
                assert_eq!(*covered, (lane.seeds.from..lane.seeds.to).collect::<Vec<_>>());
            }
        }
    }

    #[test]
    fn about_one_run_of_a_hundred_is_repeated() {
        let catalogue = testing::catalogue();
        let shelf = Shelf::open(&catalogue, Path::new("/no such folder")).expect("nothing is read");
        let selection = Selection::make(&catalogue, &shelf, &Request::default()).expect("all are there");
        let work = Work::of(&selection, None, None);
        let chosen = |lane: usize| (0..20_000).filter(|seed| work.lanes[lane].is_sample(*seed)).count();
        assert!((150..250).contains(&chosen(0)), "{}", chosen(0));
        let both = (0..20_000)
            .filter(|seed| work.lanes[0].is_sample(*seed) && work.lanes[1].is_sample(*seed))
            .count();
        assert!(both < 20, "variants choose by themselves: {both} in common");
    }
}
