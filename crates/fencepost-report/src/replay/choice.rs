//! Which tenures and owners matter: those of the evidence first.

use super::told::Told;
use crate::sentence;
use fencepost_model::{
    BeliefEnd, ClientEvent, Event, EventKind, Evidence, Instant, LockId, OpTag, OwnerId, ResourceEvent,
    TenureEvent, TenureId, Violation,
};
use std::collections::BTreeMap;

/// The most tenures that are followed.
const FOLLOWED: usize = 6;
/// The most tenures that are followed where nothing was violated.
const SAMPLED: usize = 3;

/// What is drawn.
pub(super) struct Choice {
    /// Whose events are drawn.
    pub tenures: Vec<TenureId>,
    /// Who gets a lane, in the order of the cast.
    pub owners: Vec<OwnerId>,
    /// Who is involved and gets none, for want of room.
    pub left_out: Vec<OwnerId>,
    /// Between which instants faults and messages are drawn.
    pub window: (Instant, Instant),
    /// Which tenure an acquire led to.
    pub attempts: BTreeMap<OpTag, TenureId>,
}

/// What is known of a tenure.
struct Life {
    owner: OwnerId,
    lock: LockId,
    first: Instant,
    last: Instant,
    ended_badly: bool,
}

impl Choice {
    /// Chooses for a run, with room for so many owners.
    pub fn of(told: &Told<'_>, room: usize) -> Choice {
        let lives = lives(told.history);
        let firsts =
            told.judgement.properties.iter().filter_map(|report| report.verdict.violations().first());
        let firsts: Vec<&Violation> = firsts.collect();
        let mut tenures: Vec<TenureId> = Vec::new();
        let mut owners: Vec<OwnerId> = Vec::new();
        for violation in &firsts {
            owners.extend(sentence::owners(&violation.evidence));
            tenures.extend(followed(violation, &lives));
        }
        if tenures.is_empty() {
            tenures = sample(&lives);
        }
        dedup(&mut tenures);
        tenures.truncate(FOLLOWED);
        owners.extend(tenures.iter().filter_map(|tenure| lives.get(tenure)).map(|life| life.owner));
        dedup(&mut owners);
        let left_out = owners.split_off(owners.len().min(room));
        owners.sort_unstable();
        let followed = || tenures.iter().filter_map(|tenure| lives.get(tenure));
        let violated = || firsts.iter().map(|violation| violation.at);
        let from = followed().map(|life| life.first).min().or(violated().min()).unwrap_or(Instant::START);
        let to = followed().map(|life| life.last).chain(violated()).max().unwrap_or(Instant::NEVER);
        Choice { tenures, owners, left_out, window: (from, to), attempts: attempts(told.history) }
    }
}

impl Choice {
    /// Whose tenure it is.
    pub fn owner_of(&self, tenure: TenureId) -> Option<OwnerId> {
        self.attempts.iter().find(|(_, known)| **known == tenure).map(|(tag, _)| tag.owner)
    }
}

/// The tenures that a violation is about; where it is about none, those that came right before it.
fn followed(violation: &Violation, lives: &BTreeMap<TenureId, Life>) -> Vec<TenureId> {
    let before = |fits: &dyn Fn(&Life) -> bool, count: usize| {
        let earlier = lives.iter().rev().filter(|(_, life)| life.first <= violation.at && fits(life));
        earlier.take(count).map(|(tenure, _)| *tenure).collect()
    };
    let foreign = match &violation.evidence {
        Evidence::Foreign { by, .. } => Some(by.owner),
        _ => None,
    };
    match &violation.evidence {
        Evidence::Overlap { first, second, .. } => vec![*first, *second],
        Evidence::Inversion { older, newer, .. } => vec![*older, *newer],
        Evidence::Token { before, tenure, .. } => vec![*before, *tenure],
        Evidence::LostUpdate { first_tenure, second_tenure, .. } => vec![*first_tenure, *second_tenure],
        Evidence::DeadHolder { tenure, .. }
        | Evidence::Orphan { tenure, .. }
        | Evidence::Overtaken { tenure, .. }
        | Evidence::Unbalanced { tenure, .. } => vec![*tenure],
        Evidence::Foreign { tenure, .. } => {
            [vec![*tenure], before(&|life| Some(life.owner) == foreign, 1)].concat()
        }
        Evidence::FalseReply { tag, .. } => before(&|life| life.owner == tag.owner, 1),
        Evidence::Circle { owners, .. } => before(&|life| owners.contains(&life.owner), owners.len()),
        Evidence::NoHandOver { lock, .. } => before(&|life| life.lock == *lock, 2),
        Evidence::Misbehaviour { owner: Some(owner), .. } => before(&|life| life.owner == *owner, 1),
        Evidence::Misbehaviour { owner: None, .. } | Evidence::Disagreement { .. } => before(&|_| true, 1),
    }
}

/// A few tenures of a run in which nothing was violated: those that ended in an unusual way, else the first.
fn sample(lives: &BTreeMap<TenureId, Life>) -> Vec<TenureId> {
    let unusual: Vec<TenureId> =
        lives.iter().filter(|(_, life)| life.ended_badly).map(|(tenure, _)| *tenure).collect();
    let Some(first) = unusual.first() else {
        return lives.keys().take(SAMPLED).copied().collect();
    };
    // The one that ended badly, and what came after it.
    lives.range(first..).take(SAMPLED).map(|(tenure, _)| *tenure).collect()
}

fn dedup<T: PartialEq + Copy>(all: &mut Vec<T>) {
    let mut kept: Vec<T> = Vec::new();
    all.retain(|one| {
        let is_new = !kept.contains(one);
        if is_new {
            kept.push(*one);
        }
        is_new
    });
}

/// The tenure that an event is about.
pub(super) fn tenure_of(kind: &EventKind) -> Option<TenureId> {
    match kind {
        EventKind::Tenure(
            TenureEvent::Granted { tenure, .. }
            | TenureEvent::Extended { tenure, .. }
            | TenureEvent::Gone { tenure, .. }
            | TenureEvent::PromiseEnded { tenure, .. },
        )
        | EventKind::Client(
            ClientEvent::BeliefStarted { tenure, .. }
            | ClientEvent::BeliefExtended { tenure, .. }
            | ClientEvent::DeadlineReached { tenure }
            | ClientEvent::BeliefEnded { tenure, .. },
        )
        | EventKind::Resource(ResourceEvent::Decided { tenure, .. }) => Some(*tenure),
        _ => None,
    }
}

fn lives(history: &[Event]) -> BTreeMap<TenureId, Life> {
    let mut lives: BTreeMap<TenureId, Life> = BTreeMap::new();
    for event in history {
        if let EventKind::Tenure(TenureEvent::Granted { tenure, tag, lock, .. })
        | EventKind::Client(ClientEvent::BeliefStarted { tenure, tag, lock, .. }) = &event.kind
        {
            let new =
                Life { owner: tag.owner, lock: *lock, first: event.at, last: event.at, ended_badly: false };
            lives.entry(*tenure).or_insert(new);
        }
        if let Some(life) = tenure_of(&event.kind).and_then(|tenure| lives.get_mut(&tenure)) {
            life.last = event.at;
            let by_release = BeliefEnd::Released;
            life.ended_badly |= matches!(&event.kind, EventKind::Client(ClientEvent::BeliefEnded { why, .. }) if *why != by_release);
        }
    }
    lives
}

fn attempts(history: &[Event]) -> BTreeMap<OpTag, TenureId> {
    let of = |event: &Event| match &event.kind {
        EventKind::Tenure(TenureEvent::Granted { tenure, tag, .. })
        | EventKind::Client(ClientEvent::BeliefStarted { tenure, tag, .. }) => {
            Some((tag.of_attempt(), *tenure))
        }
        _ => None,
    };
    history.iter().filter_map(of).collect()
}
