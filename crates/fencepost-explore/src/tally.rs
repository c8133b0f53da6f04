//! Counting runs. Tallies are merged in any order, and the outcome is the same: sums are sums, and of two
//! firsts the one with the smaller seed stays.

use crate::Lost;
use crate::watch::violation_by;
use fencepost_model::{
    Assumption, Cast, Instant, Plan, PropertyReport, Span, Standing, Verdict, Violation, Why, word,
};
use fencepost_sim::{Fate, RunResult};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// What was counted over the runs of one scenario and variant.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Tally {
    /// Runs that came to an end.
    pub runs: u64,
    /// By property, in the order of tables.
    pub properties: Vec<PropertyTally>,
    /// In how many runs each word of `sometimes` was seen.
    pub seen: Vec<(String, u64)>,
    /// By kind of fault, in the order in which they were met; sorted when the row is made.
    pub faults: Vec<FaultTally>,
    /// Virtual time, all runs together.
    pub virtual_time: Span,
    /// Messages that were delivered.
    pub messages: u64,
    /// Events that were told.
    pub events: u64,
    /// Syncs of disks that were done.
    #[serde(skip)]
    pub syncs: u64,
    /// The digests of all runs, folded without regard to order.
    #[serde(serialize_with = "crate::event::hex")]
    pub digest: u64,
    /// Runs that a mistake of ours ended, and the first of them.
    pub crashes: u64,
    /// The first of them.
    pub first_crash: Option<Crash>,
    /// The seed of a run that does not come back. It is among what was broken and not among the runs, and
    /// nothing after it was run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lost: Option<u64>,
    /// Runs to be repeated, with what they gave and who ran them.
    #[serde(skip)]
    pub(crate) samples: Vec<Sample>,
}

/// What was counted of one property.
#[derive(Clone, Debug, Default, Serialize)]
pub struct PropertyTally {
    /// Its name.
    pub property: &'static str,
    /// Runs in which it was violated.
    pub broken: u64,
    /// The first of them.
    pub first: Option<u64>,
    /// Its violations, by where they stand with regard to the claims.
    pub standings: Vec<StandingTally>,
    /// Runs of which nothing can be said.
    pub unclear: u64,
    /// The first of them, and why.
    pub first_unclear: Option<(u64, Why)>,
    /// The first run in which its checker panicked, and what that said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_panic: Option<(u64, String)>,
    /// Runs in which it was not offered.
    pub not_offered: u64,
}

/// Violations of one property with one standing.
#[derive(Clone, Debug, Serialize)]
pub struct StandingTally {
    /// Which.
    pub standing: StandingKind,
    /// In how many runs.
    pub runs: u64,
    /// The first of them.
    pub example: Example,
}

/// Where violations stand, without the quantities.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StandingKind {
    /// Every assumption was kept.
    Inside,
    /// These assumptions were exceeded.
    Outside(Vec<Assumption>),
    /// Nothing was claimed.
    NotClaimed,
}

/// One violation, of the run with this seed.
#[derive(Clone, Debug, Serialize)]
pub struct Example {
    /// The run.
    pub seed: u64,
    /// What the run did wrong.
    pub violation: Violation,
    /// The names for the numbers in the violation.
    #[serde(skip)]
    pub cast: Arc<Cast>,
    #[serde(skip)]
    pub(crate) sample: Sample,
}

/// What became of the faults of one kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FaultTally {
    /// The word of the fault.
    pub word: &'static str,
    /// How many took effect.
    pub fired: u64,
    /// How many never came to their place.
    pub not_fired: u64,
    /// How many were aimed at something that the lock lacks.
    pub not_offered: u64,
}

/// A run that a mistake of ours ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Crash {
    /// The run.
    pub seed: u64,
    /// What the panic said; it names the case.
    pub message: String,
}

/// A run with its digest, to be compared with another run of the same plan.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Sample {
    pub seed: u64,
    pub digest: u64,
    pub worker: usize,
}

impl Example {
    /// A violation of the run with this seed.
    pub fn new(seed: u64, violation: Violation, cast: Arc<Cast>) -> Example {
        Example { seed, violation, cast, sample: Sample::default() }
    }
}

impl StandingKind {
    /// The kind of a standing.
    pub fn of(standing: &Standing) -> StandingKind {
        match standing {
            Standing::Inside => StandingKind::Inside,
            Standing::NotClaimed => StandingKind::NotClaimed,
            Standing::Outside(exceeded) => {
                let mut broken: Vec<Assumption> = exceeded.iter().map(|one| one.assumption).collect();
                broken.sort_unstable();
                broken.dedup();
                StandingKind::Outside(broken)
            }
        }
    }
}

impl Tally {
    /// Counts one run. Where nothing new happened, it allocates nothing.
    pub(crate) fn add(&mut self, plan: &Plan, result: &RunResult, worker: usize, is_sample: bool) {
        let sample = Sample { seed: plan.case.seed, digest: result.digest, worker };
        self.runs += 1;
        self.virtual_time += result.ended_at.since(Instant::START);
        self.messages += result.messages;
        self.events += result.events;
        self.syncs += result.syncs;
        self.digest = self.digest.wrapping_add(result.digest);
        if is_sample {
            self.samples.push(sample);
        }
        for (place, report) in result.judgement.properties.iter().enumerate() {
            if place == self.properties.len() {
                self.properties.push(PropertyTally { property: report.property, ..PropertyTally::default() });
            }
            self.properties[place].add(report, sample, &result.cast);
        }
        for word in &result.judgement.seen {
            match self.seen.iter_mut().find(|(known, _)| known == word) {
                Some((_, runs)) => *runs += 1,
                None => self.seen.push((word.clone(), 1)),
            }
        }
        for (fault, fate) in plan.faults.iter().zip(&result.fates) {
            let tally = self.fault(fault.what.word());
            match fate {
                Fate::Fired { .. } => tally.fired += 1,
                Fate::NotFired => tally.not_fired += 1,
                Fate::NotOffered => tally.not_offered += 1,
            }
        }
    }

    /// Counts a run that a mistake of ours ended.
    pub(crate) fn add_crash(&mut self, crash: Crash) {
        self.crashes += 1;
        keep_first(&mut self.first_crash, Some(crash), |crash| crash.seed);
    }

    /// Counts a run that does not come back: all that is known of it is that its code misbehaved.
    pub(crate) fn add_lost(&mut self, lost: &Lost) {
        self.lost = Some(lost.seed);
        let name = word::WELL_BEHAVED;
        let place = self.properties.iter().position(|property| property.property == name);
        let place = place.unwrap_or_else(|| {
            self.properties.push(PropertyTally { property: name, ..PropertyTally::default() });
            self.properties.len() - 1
        });
        let violation = violation_by(&lost.finding);
        let property = &mut self.properties[place];
        property.broken += 1;
        keep_first(&mut property.first, Some(lost.seed), |seed| *seed);
        let sample = Sample { seed: lost.seed, ..Sample::default() };
        property.add_violation(&StandingKind::Inside, &violation, sample, &Arc::new(Cast::default()));
    }

    /// Takes in what was counted elsewhere.
    pub(crate) fn merge(&mut self, other: Tally) {
        self.runs += other.runs;
        self.virtual_time += other.virtual_time;
        self.messages += other.messages;
        self.events += other.events;
        self.syncs += other.syncs;
        self.digest = self.digest.wrapping_add(other.digest);
        self.crashes += other.crashes;
        keep_first(&mut self.first_crash, other.first_crash, |crash| crash.seed);
        self.samples.extend(other.samples);
        for (place, property) in other.properties.into_iter().enumerate() {
            match self.properties.get_mut(place) {
                Some(known) => known.merge(property),
                None => self.properties.push(property),
            }
        }
        for (word, runs) in other.seen {
            match self.seen.iter_mut().find(|(known, _)| *known == word) {
                Some((_, sum)) => *sum += runs,
                None => self.seen.push((word, runs)),
            }
        }
        for fault in other.faults {
            let known = self.fault(fault.word);
            known.fired += fault.fired;
            known.not_fired += fault.not_fired;
            known.not_offered += fault.not_offered;
        }
    }

    /// Puts what came in the order of the threads into an order of its own.
    pub(crate) fn sort(&mut self) {
        self.seen.sort_unstable();
        self.faults.sort_unstable_by_key(|fault| fault.word);
        self.samples.sort_unstable();
        for property in &mut self.properties {
            property.standings.sort_by(|left, right| left.standing.cmp(&right.standing));
        }
    }

    /// In how many runs the word was seen.
    pub fn seen(&self, word: &str) -> u64 {
        self.seen.iter().find(|(known, _)| known == word).map_or(0, |(_, runs)| *runs)
    }

    fn fault(&mut self, word: &'static str) -> &mut FaultTally {
        let place = self.faults.iter().position(|fault| fault.word == word).unwrap_or_else(|| {
            self.faults.push(FaultTally { word, fired: 0, not_fired: 0, not_offered: 0 });
            self.faults.len() - 1
        });
        &mut self.faults[place]
    }
}

impl PropertyTally {
    fn add(&mut self, report: &PropertyReport, sample: Sample, cast: &Arc<Cast>) {
        assert_eq!(self.property, report.property, "every run of a variant is judged by the same properties");
        match &report.verdict {
            Verdict::Holds => {}
            Verdict::NotOffered => self.not_offered += 1,
            Verdict::Unclear(why) => {
                self.unclear += 1;
                if let Why::CheckerPanicked(message) = why {
                    let panic = Some((sample.seed, message.clone()));
                    keep_first(&mut self.first_panic, panic, |(seed, _)| *seed);
                }
                if self.first_unclear.as_ref().is_none_or(|(seed, _)| sample.seed < *seed) {
                    self.first_unclear = Some((sample.seed, why.clone()));
                }
            }
            Verdict::Violated(violations) => {
                self.broken += 1;
                keep_first(&mut self.first, Some(sample.seed), |seed| *seed);
                // A judgement may keep two violations whose broken assumptions differ only in what is not told.
                let kinds: Vec<_> = violations.iter().map(|one| StandingKind::of(&one.standing)).collect();
                for (place, (violation, kind)) in violations.iter().zip(&kinds).enumerate() {
                    if !kinds[..place].contains(kind) {
                        self.add_violation(kind, violation, sample, cast);
                    }
                }
            }
        }
    }

    fn add_violation(
        &mut self,
        kind: &StandingKind,
        violation: &Violation,
        sample: Sample,
        cast: &Arc<Cast>,
    ) {
        let example =
            || Example { seed: sample.seed, violation: violation.clone(), cast: cast.clone(), sample };
        match self.standings.iter_mut().find(|known| known.standing == *kind) {
            Some(known) => {
                known.runs += 1;
                if sample.seed < known.example.seed {
                    known.example = example();
                }
            }
            None => {
                self.standings.push(StandingTally { standing: kind.clone(), runs: 1, example: example() })
            }
        }
    }

    fn merge(&mut self, other: PropertyTally) {
        self.broken += other.broken;
        keep_first(&mut self.first, other.first, |seed| *seed);
        self.unclear += other.unclear;
        keep_first(&mut self.first_unclear, other.first_unclear, |(seed, _)| *seed);
        keep_first(&mut self.first_panic, other.first_panic, |(seed, _)| *seed);
        self.not_offered += other.not_offered;
        for standing in other.standings {
            match self.standings.iter_mut().find(|known| known.standing == standing.standing) {
                Some(known) => {
                    known.runs += standing.runs;
                    if standing.example.seed < known.example.seed {
                        known.example = standing.example;
                    }
                }
                None => self.standings.push(standing),
            }
        }
    }
}

/// Keeps the one with the smaller seed.
fn keep_first<T>(kept: &mut Option<T>, other: Option<T>, seed: impl Fn(&T) -> u64) {
    if let Some(other) = other
        && kept.as_ref().is_none_or(|kept| seed(&other) < seed(kept))
    {
        *kept = Some(other);
    }
}
