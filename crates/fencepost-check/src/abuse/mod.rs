//! Inside the claims, or a broken assumption?
//!
//! A claim is a list of alternatives, each a set of assumptions with limits. Each assumption has a measure,
//! taken from the events of the run up to and including the violation, and only by the processes, nodes and
//! links of the tenures in the evidence, from the earlier tenure's acquire on: an unrelated pause elsewhere
//! excuses nothing. A violation is outside the claims if every alternative has a measure above its limit.
//!
//! # What the measures are
//!
//! | assumption | measure | file |
//! |---|---|---|
//! | bounded pause | the believer's longest stop past its deadline (without one: while it believed) | `owner` |
//! | owner obeys its deadline | operations sent past the deadline, and beliefs that outlived it while running | `owner` |
//! | owner commits before it releases | commits that were sent after release was called | `owner` |
//! | owner records what was done outside | beliefs that ended with a job done by the provider and not written down | `owner` |
//! | monotonic clock counts suspended time | time that the owner's machine was suspended since the first promise | `owner` |
//! | renewals get through | the longest time in a belief without an answer of the store | `owner` |
//! | work within the lease | how long the belief has lasted | `owner` |
//! | bounded delay | the longest flight of a message under the tenure's attempt | `link` |
//! | no loss or duplicate | operations that reached the resource again; a loss leaves no event to count | `link` |
//! | bounded drift | the largest difference of rates between the owner's and its nodes' oscillators | `clock` |
//! | bounded skew | the largest difference between the wall clocks of the tenures' nodes | `clock` |
//! | no wall step | steps of the wall clocks of the tenures' nodes | `clock` |
//! | durable nodes | restarts of the tenures' nodes without rows that they had | `node` |
//! | synchronous replication | state of the tenures lost in a failover or rolled back, and what a replaced primary did for them | `node` |
//! | no eviction, no forced release | state of the tenures that was evicted, or removed by an administrator | `node` |
//! | majority alive | never exceeded: what a majority did not do leaves no event | here |
//! | resource checks tokens | always exceeded: a lock states it only where the gate does not check | here |
//!
//! Bounded pause, bounded delay and suspended time draw on the same reserve of time. Where several of them
//! stand in one alternative with the same limit, their measures are added, tenure by tenure, before they are
//! compared. The largest part then names the assumption, in whose place of the alternative the sum is
//! compared, and the sum is what it is said to measure.

mod clock;
mod link;
mod node;
mod owner;
#[cfg(test)]
mod tests;

use crate::Scene;
use fencepost_model::{
    Alternative, Assumption, Bound, Exceeded, Instant, MachineId, OwnerId, ProcessId, ProcessRole, Quantity,
    Site, Span, Standing, TenureId,
};

/// Where a violation stands, before anybody is named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Weighed {
    Inside,
    NotClaimed,
    Outside(Vec<Excess>),
}

/// An assumption whose measure is above its limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Excess {
    assumption: Assumption,
    measured: Quantity,
    limit: Quantity,
    by: By,
}

/// Who did it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum By {
    Nobody,
    Resource,
    Owner(OwnerId),
    Process(ProcessId),
    Machine(MachineId),
    Machines(MachineId, MachineId),
    /// An owner's message to a node; none: to the resource.
    Message(OwnerId, Option<ProcessId>),
}

/// A measure that was taken.
#[derive(Clone, Copy, Debug)]
struct Measure {
    amount: Quantity,
    by: By,
}

/// The part of a run that may excuse a violation.
struct Scope<'a> {
    scene: &'a Scene,
    /// Each once, although a violation may lie between two operations of one tenure.
    tenures: Vec<TenureId>,
    /// The earlier tenure's acquire invocation.
    from: Instant,
    /// The violation.
    to: Instant,
}

/// Judges a violation of `property` between these tenures, at the event that the scene has taken in last: by what is
/// claimed of the site where it was seen.
pub(crate) fn judge(scene: &Scene, property: &str, site: Site, tenures: &[TenureId]) -> Weighed {
    let Some(alternatives) = scene.rules().claim_at(site, property) else { return Weighed::NotClaimed };
    let scope = Scope::of(scene, tenures);
    let mut excesses = Vec::new();
    for alternative in alternatives {
        match scope.first_excess(alternative) {
            None => return Weighed::Inside,
            Some(excess) if excesses.contains(&excess) => {}
            Some(excess) => excesses.push(excess),
        }
    }
    Weighed::Outside(excesses)
}

impl Weighed {
    /// The set of broken assumptions, as bits.
    pub(crate) fn broken(&self) -> u32 {
        match self {
            Weighed::Inside | Weighed::NotClaimed => 0,
            Weighed::Outside(excesses) => {
                excesses.iter().fold(0, |set, excess| set | 1 << excess.assumption as u32)
            }
        }
    }

    /// The same, with names.
    pub(crate) fn told(self, scene: &Scene) -> Standing {
        match self {
            Weighed::Inside => Standing::Inside,
            Weighed::NotClaimed => Standing::NotClaimed,
            Weighed::Outside(excesses) => {
                Standing::Outside(excesses.iter().map(|excess| excess.told(scene)).collect())
            }
        }
    }
}

impl Excess {
    fn told(&self, scene: &Scene) -> Exceeded {
        let Excess { assumption, measured, limit, by } = *self;
        Exceeded { assumption, measured, limit, by: by.name(scene) }
    }
}

impl<'a> Scope<'a> {
    fn of(scene: &'a Scene, tenures: &[TenureId]) -> Scope<'a> {
        let mut tenures = tenures.to_vec();
        tenures.sort_unstable();
        tenures.dedup();
        let invoked = tenures.iter().filter_map(|tenure| {
            let tenure = scene.tenure(*tenure)?;
            scene.attempt(tenure.attempt).map(|attempt| attempt.invoked)
        });
        let from = invoked.min().unwrap_or(Instant::START);
        Scope { scene, tenures, from, to: scene.now() }
    }

    fn first_excess(&self, alternative: &Alternative) -> Option<Excess> {
        alternative.iter().find_map(|bound| {
            let sharers = sharers_of_reserve(bound, alternative);
            let (assumption, measure) = if sharers.len() > 1 {
                let (largest_part, sum) = self.added(&sharers);
                if largest_part != bound.assumption {
                    return None; // Told in the place of the largest part.
                }
                (largest_part, sum)
            } else {
                (bound.assumption, self.measure(bound.assumption))
            };
            let excess = Excess { assumption, measured: measure.amount, limit: bound.limit, by: measure.by };
            exceeds(measure.amount, bound.limit).then_some(excess)
        })
    }

    fn measure(&self, assumption: Assumption) -> Measure {
        match assumption {
            Assumption::BoundedPause => self.worst(owner::stopped),
            Assumption::OwnerObeysDeadline => self.all(owner::disobeyed),
            Assumption::MonotonicCountsSuspension => self.worst(owner::suspended),
            Assumption::RenewalsGetThrough => self.worst(owner::unanswered),
            Assumption::WorkWithinLease => self.worst(owner::worked),
            Assumption::BoundedDelay => self.worst(link::longest_flight),
            Assumption::NoLossOrDuplicate => self.all(link::doubled),
            Assumption::BoundedDrift => clock::drift(self),
            Assumption::BoundedSkew => clock::skew(self),
            Assumption::NoWallStep => clock::steps(self),
            Assumption::DurableNodes => node::restarts_with_loss(self),
            Assumption::SynchronousReplication => self.all(node::uncopied),
            Assumption::NoEviction => self.all(node::evicted),
            Assumption::NoForcedRelease => self.all(node::forced),
            Assumption::MajorityAlive => Measure { amount: Quantity::Times(0), by: By::Nobody },
            Assumption::ResourceChecksTokens => Measure { amount: Quantity::Times(1), by: By::Resource },
            Assumption::OwnerCommitsBeforeRelease => self.all(owner::committed_late),
            Assumption::OwnerRecords => self.all(owner::left_unrecorded),
        }
    }

    /// The largest measure of any of the tenures.
    fn worst(&self, of: fn(&Scope<'_>, TenureId) -> Option<(Span, By)>) -> Measure {
        let measured = self.tenures.iter().filter_map(|tenure| of(self, *tenure));
        let (span, by) = measured.max_by_key(|(span, _)| *span).unwrap_or((Span::ZERO, By::Nobody));
        Measure { amount: Quantity::Span(span), by }
    }

    /// The measures of all of the tenures together, by whoever did it first.
    fn all(&self, of: fn(&Scope<'_>, TenureId) -> Option<(u64, By)>) -> Measure {
        let measured = self.tenures.iter().filter_map(|tenure| of(self, *tenure));
        let none = (0, By::Nobody);
        let (times, by) = measured.filter(|(times, _)| *times > 0).fold(none, |(sum, first), (times, by)| {
            (sum + times, if first == By::Nobody { by } else { first })
        });
        Measure { amount: Quantity::Times(times), by }
    }

    /// The largest sum, over the tenures, of what these measure; with its largest part.
    fn added(&self, sharers: &[Assumption]) -> (Assumption, Measure) {
        let mut worst = (sharers[0], Measure { amount: Quantity::Span(Span::ZERO), by: By::Nobody });
        for tenure in &self.tenures {
            let (mut sum, mut largest) = (Span::ZERO, (Span::ZERO, sharers[0], By::Nobody));
            for sharer in sharers {
                let (span, by) = part(*sharer)(self, *tenure).unwrap_or((Span::ZERO, By::Nobody));
                sum += span;
                if span > largest.0 {
                    largest = (span, *sharer, by);
                }
            }
            if Quantity::Span(sum) > worst.1.amount {
                worst = (largest.1, Measure { amount: Quantity::Span(sum), by: largest.2 });
            }
        }
        worst
    }
}

/// A measure of one tenure: how long, and by whom.
type OfTenure = fn(&Scope<'_>, TenureId) -> Option<(Span, By)>;

/// What draws on a reserve of time, and how it is measured.
const ON_RESERVE: [(Assumption, OfTenure); 3] = [
    (Assumption::BoundedPause, owner::stopped),
    (Assumption::BoundedDelay, link::longest_flight),
    (Assumption::MonotonicCountsSuspension, owner::suspended_before_deadline),
];

fn part(of: Assumption) -> OfTenure {
    let known = ON_RESERVE.iter().find(|(assumption, _)| *assumption == of);
    known.map_or(owner::stopped, |(_, measure)| *measure)
}

/// Which assumptions of the alternative draw on the reserve that this one draws on, itself included.
fn sharers_of_reserve(bound: &Bound, alternative: &Alternative) -> Vec<Assumption> {
    let draws = |assumption| ON_RESERVE.iter().any(|(on, _)| *on == assumption);
    if !draws(bound.assumption) {
        return Vec::new();
    }
    let shares = |other: &&Bound| draws(other.assumption) && other.limit == bound.limit;
    alternative.iter().filter(shares).map(|other| other.assumption).collect()
}

/// Panics where a descriptor gives a limit of another kind than the measure: our mistake, not the user's.
fn exceeds(measured: Quantity, limit: Quantity) -> bool {
    match (measured, limit) {
        (Quantity::Span(measured), Quantity::Span(limit)) => measured > limit,
        (Quantity::Ppm(measured), Quantity::Ppm(limit)) => measured > limit,
        (Quantity::Times(measured), Quantity::Times(limit)) => measured > limit,
        _ => panic!("a measure of {measured:?} cannot be compared with a limit of {limit:?}"),
    }
}

impl By {
    fn name(self, scene: &Scene) -> String {
        let cast = scene.cast();
        let resource = || {
            let entry = cast.processes.iter().find(|entry| entry.role == ProcessRole::Resource);
            entry.map_or("the resource", |entry| &entry.name)
        };
        match self {
            By::Nobody => "nobody".to_owned(),
            By::Resource => resource().to_owned(),
            By::Owner(owner) => cast.owner(owner).to_owned(),
            By::Process(process) => cast.process(process).to_owned(),
            By::Machine(machine) => cast.machine(machine).to_owned(),
            By::Machines(first, second) => format!("{} and {}", cast.machine(first), cast.machine(second)),
            By::Message(owner, node) => {
                let target = node.map_or_else(resource, |node| cast.process(node));
                format!("{} to {target}", cast.owner(owner))
            }
        }
    }
}
