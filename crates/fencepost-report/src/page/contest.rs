//! Who is compared with whom, and on which runs.
//!
//! A contestant is a variant that is the same in several scenarios: the same lock, settings, gate and defects. Runs
//! are paired: within a scenario only those seeds count with which every kind of fault took effect for every
//! contestant that it is offered for.

use super::reading::{Measured, Reading};
use fencepost_explore::store::{RowHead, StoredRow};
use std::collections::BTreeMap;

/// In how many scenarios a variant has to take part, so that it is compared.
const SCENARIOS: usize = 3;

/// The contestants of a run, in the order of its rows.
pub struct Contest<'a> {
    /// The run.
    pub reading: &'a Reading,
    /// Who takes part.
    pub contestants: Vec<Contestant<'a>>,
    /// The scenario in which nothing goes wrong, of several the one with the most runs.
    pub calm: Option<&'a str>,
    /// By scenario: the seeds that count.
    paired: BTreeMap<&'a str, Vec<u64>>,
}

/// A variant over several scenarios.
pub struct Contestant<'a> {
    /// Its name.
    pub name: &'a str,
    /// What it is in its first row.
    pub head: &'a RowHead,
    /// The places of its rows.
    pub rows: Vec<usize>,
    /// Whether no contestant before it is the same lock with the same settings: gates cost nothing that is measured.
    pub is_first_of_its_kind: bool,
}

impl<'a> Contest<'a> {
    /// The contest of a run; without contestants, where it compares nothing.
    pub fn of(reading: &'a Reading) -> Contest<'a> {
        let mut contestants: Vec<Contestant<'a>> = Vec::new();
        for (place, row) in reading.rows.iter().enumerate() {
            match contestants.iter_mut().find(|known| is_same(known.head, &row.head)) {
                Some(known) => known.rows.push(place),
                None => contestants.push(Contestant {
                    name: &row.head.variant,
                    head: &row.head,
                    rows: vec![place],
                    is_first_of_its_kind: false,
                }),
            }
        }
        contestants.retain(|one| one.rows.len() >= SCENARIOS && one.head.defects.is_empty());
        if contestants.len() < 2 {
            contestants.clear();
        }
        for place in 0..contestants.len() {
            let (before, rest) = contestants.split_at_mut(place);
            let is_known = before.iter().any(|known| costs_the_same(known.head, rest[0].head));
            rest[0].is_first_of_its_kind = !is_known;
        }
        let mut contest = Contest { reading, contestants, calm: None, paired: BTreeMap::new() };
        contest.calm = contest.calmest();
        for scenario in &reading.head.scenarios {
            contest.paired.insert(&scenario.id, contest.seeds_of(&scenario.id));
        }
        contest
    }

    /// Whether there is anything to compare.
    pub fn is_empty(&self) -> bool {
        self.contestants.is_empty()
    }

    /// Contestants whose costs are not those of an earlier one.
    pub fn kinds(&self) -> impl Iterator<Item = &Contestant<'a>> {
        self.contestants.iter().filter(|one| one.is_first_of_its_kind)
    }

    /// Those kinds, lock by lock: what one panel of a plot shows.
    pub fn families(&self) -> Vec<(&'a str, Vec<&Contestant<'a>>)> {
        families(self.kinds())
    }

    /// The row of a place.
    pub fn row(&self, place: usize) -> &'a StoredRow {
        &self.reading.rows[place]
    }

    /// The scenarios in which something goes wrong.
    pub fn faulty(&self) -> impl Iterator<Item = &'a str> + '_ {
        let ids = self.reading.head.scenarios.iter().map(|scenario| scenario.id.as_str());
        ids.filter(|id| !self.is_calm(id))
    }

    /// The scenarios in which nothing goes wrong, the calm one left out: how many contend differs between them.
    pub fn crowds(&self) -> impl Iterator<Item = &'a str> + '_ {
        let ids = self.reading.head.scenarios.iter().map(|scenario| scenario.id.as_str());
        ids.filter(|id| self.is_calm(id) && Some(*id) != self.calm)
    }

    fn is_calm(&self, scenario: &str) -> bool {
        let mut rows = self.reading.rows.iter().filter(|row| row.head.scenario == scenario);
        rows.all(|row| row.faults.is_empty())
    }

    fn calmest(&self) -> Option<&'a str> {
        let reading = self.reading;
        let ids = reading.head.scenarios.iter().map(|scenario| scenario.id.as_str());
        let runs = |id: &str| -> u64 {
            reading.rows.iter().filter(|row| row.head.scenario == id).map(|row| row.runs).sum()
        };
        let calm = ids.filter(|id| self.is_calm(id));
        calm.rev().max_by_key(|id| runs(id))
    }

    /// The seeds of a scenario with which everything that was to go wrong did, for everybody that it is offered for.
    fn seeds_of(&self, scenario: &str) -> Vec<u64> {
        let places = self.contestants.iter().flat_map(|one| &one.rows).copied();
        let theirs =
            places.filter(|place| self.row(*place).head.scenario == scenario && self.takes_part(*place));
        let mut common: Option<Vec<u64>> = None;
        for place in theirs {
            let fired = self.reading.measured[place].iter().filter(|run| run.fired).map(|run| run.seed);
            common = Some(match common {
                None => fired.collect(),
                Some(known) => {
                    let fired: Vec<u64> = fired.collect();
                    known.into_iter().filter(|seed| fired.binary_search(seed).is_ok()).collect()
                }
            });
        }
        common.unwrap_or_default()
    }

    /// Whether every kind of fault of the row is offered by its lock, and fired at all: a lock that nobody can hold
    /// any more would otherwise take all others out of the comparison.
    fn takes_part(&self, place: usize) -> bool {
        self.row(place).faults.iter().all(|fault| fault.fired > 0)
    }

    /// How many seeds of a scenario are compared, and how many were run.
    pub fn pairs(&self, scenario: &str) -> (usize, u64) {
        let of =
            self.reading.rows.iter().filter(|row| row.head.scenario == scenario).map(|row| row.runs).max();
        (self.paired.get(scenario).map_or(0, Vec::len), of.unwrap_or(0))
    }

    /// The paired runs of a contestant in a scenario.
    pub fn runs<'s>(
        &'s self,
        contestant: &'s Contestant<'a>,
        scenario: &'s str,
    ) -> impl Iterator<Item = &'a Measured> + use<'s, 'a> {
        let place = contestant.rows.iter().find(|place| self.row(**place).head.scenario == scenario);
        let measured =
            place.filter(|place| self.takes_part(**place)).map(|place| &self.reading.measured[*place]);
        let seeds = self.paired.get(scenario).map_or(&[][..], Vec::as_slice);
        measured.into_iter().flatten().filter(|run| seeds.binary_search(&run.seed).is_ok())
    }

    /// The paired runs of a contestant in which something went wrong.
    pub fn stressed<'s>(
        &'s self,
        contestant: &'s Contestant<'a>,
    ) -> impl Iterator<Item = &'a Measured> + use<'s, 'a> {
        self.faulty().flat_map(move |scenario| self.runs(contestant, scenario))
    }

    /// Runs of a contestant, and those in which one of these properties was violated.
    pub fn broken(&self, contestant: &Contestant<'_>, properties: &[&str]) -> (u64, u64) {
        let runs = contestant.rows.iter().map(|place| self.row(*place).runs).sum();
        let measured = contestant.rows.iter().flat_map(|place| &self.reading.measured[*place]);
        let hit = measured.filter(|run| properties.iter().any(|property| run.breaks(property)));
        (runs, hit.count() as u64)
    }
}

/// Contestants lock by lock.
pub fn families<'s, 'a: 's>(
    contestants: impl Iterator<Item = &'s Contestant<'a>>,
) -> Vec<(&'a str, Vec<&'s Contestant<'a>>)> {
    let mut families: Vec<(&'a str, Vec<&'s Contestant<'a>>)> = Vec::new();
    for one in contestants {
        let lock = one.head.lock.as_str();
        match families.iter_mut().find(|(known, _)| *known == lock) {
            Some((_, members)) => members.push(one),
            None => families.push((lock, vec![one])),
        }
    }
    families
}

fn is_same(left: &RowHead, right: &RowHead) -> bool {
    left.variant == right.variant
        && left.gate == right.gate
        && left.commit == right.commit
        && left.provider == right.provider
        && left.defects == right.defects
        && costs_the_same(left, right)
}

fn costs_the_same(left: &RowHead, right: &RowHead) -> bool {
    left.lock == right.lock && left.settings == right.settings
}
