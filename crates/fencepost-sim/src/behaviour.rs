//! What a run was like, without its times: so that a search can tell whether it has seen something new, and
//! how near a run came to breaking.

use fencepost_model::{
    Access, ClientEvent, Digest, EventKind, Instant, LockId, Outcome, ResourceEvent, Span, TenureEvent,
    TenureId, WorldEvent,
};
use std::hash::Hash;
use std::mem::discriminant;

/// The abstract behaviour of a run: who was told what, what was promised, what ended why, what the resource
/// took, who died; in order, and without a clock.
#[derive(Default)]
pub(crate) struct Behaviour {
    fingerprint: Digest,
    /// Beliefs that stand, with their locks.
    standing: Vec<(TenureId, LockId)>,
    /// When the last belief in a lock ended.
    ended: Vec<(LockId, Instant)>,
    nearest: Option<Span>,
}

impl Behaviour {
    /// Takes an event in.
    #[inline]
    pub fn observe(&mut self, at: Instant, kind: &EventKind) {
        match kind {
            EventKind::Client(event) => self.client(at, event),
            EventKind::Tenure(event) => self.tenure(event),
            EventKind::Resource(ResourceEvent::Decided { tenure, access: Access::Commit { .. }, .. }) => {
                self.fold(6, u64::from(tenure.0));
            }
            EventKind::Resource(ResourceEvent::Decided { tenure, access, accepted, .. }) => {
                let is_write = u64::from(access.is_write());
                self.fold(3, u64::from(tenure.0) << 2 | is_write << 1 | u64::from(*accepted));
            }
            EventKind::World(
                event @ (WorldEvent::Killed { .. }
                | WorldEvent::PowerLost { .. }
                | WorldEvent::Started { .. }),
            ) => discriminant(event).hash(&mut self.fingerprint),
            EventKind::World(_) | EventKind::Store(_) | EventKind::Trace(_) => {}
        }
    }

    /// The fingerprint, and the shortest time between two beliefs in one lock that followed each other: how
    /// near the run came to two at once. None where no lock was believed in twice, or two stood at once.
    pub fn into_parts(self) -> (u64, Option<Span>) {
        (self.fingerprint.value(), self.nearest)
    }

    fn fold(&mut self, what: u64, word: u64) {
        self.fingerprint.fold(what << 56 ^ word);
    }

    fn client(&mut self, at: Instant, event: &ClientEvent) {
        match event {
            ClientEvent::Returned { tag, call, outcome, .. } => {
                self.fold(1, u64::from(tag.owner.0));
                (discriminant(call), discriminant(outcome)).hash(&mut self.fingerprint);
                if let Outcome::Refused { reason } = outcome {
                    discriminant(reason).hash(&mut self.fingerprint);
                }
            }
            ClientEvent::BeliefStarted { tenure, lock, .. } => {
                let others = self.standing.iter().any(|(_, other)| other == lock);
                let before = self.ended.iter().find(|(other, _)| other == lock);
                if let (false, Some((_, ended))) = (others, before) {
                    let gap = at.since(*ended);
                    self.nearest = Some(self.nearest.map_or(gap, |nearest| nearest.min(gap)));
                }
                self.standing.push((*tenure, *lock));
            }
            ClientEvent::BeliefEnded { tenure, why } => {
                self.fold(2, u64::from(tenure.0));
                discriminant(why).hash(&mut self.fingerprint);
                let Some(place) = self.standing.iter().position(|(other, _)| other == tenure) else { return };
                let (_, lock) = self.standing.swap_remove(place);
                match self.ended.iter_mut().find(|(other, _)| *other == lock) {
                    Some((_, ended)) => *ended = at,
                    None => self.ended.push((lock, at)),
                }
            }
            ClientEvent::Misbehaved { .. } => self.fold(4, 0),
            _ => {}
        }
    }

    fn tenure(&mut self, event: &TenureEvent) {
        let tenure = match event {
            TenureEvent::Granted { tenure, node, .. }
            | TenureEvent::Extended { tenure, node, .. }
            | TenureEvent::Gone { tenure, node, .. }
            | TenureEvent::PromiseEnded { tenure, node } => u64::from(tenure.0) << 16 | u64::from(node.0),
            TenureEvent::Waits { .. } | TenureEvent::WaitsNoMore { .. } => 0,
        };
        self.fold(5, tenure);
        discriminant(event).hash(&mut self.fingerprint);
        if let TenureEvent::Gone { reason, .. } = event {
            discriminant(reason).hash(&mut self.fingerprint);
        }
    }
}
