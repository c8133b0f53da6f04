//! Takes the measures of a run, event by event.

use super::overlaps::Overlaps;
use super::recoveries::Recoveries;
use super::shares::Clerk;
use super::windows::Windows;
use super::{GrantTaken, Measures};
use crate::Scene;
use crate::property::ExclusiveEffect;
use fencepost_model::{
    Call, Cast, ClientEvent, Event, EventKind, Instant, LockId, OpTag, Outcome, ProcessRole, Refusal,
};

/// Measures one run, beside the judge and from the same scene.
#[derive(Debug)]
pub struct Meter {
    measures: Measures,
    /// By lock: when its holder called release while somebody waited.
    released: Vec<Option<Instant>>,
    clerk: Clerk,
    grants: Overlaps,
    beliefs: Overlaps,
    effects: ExclusiveEffect,
    recoveries: Recoveries,
    windows: Windows,
}

impl Meter {
    pub fn new(cast: &Cast) -> Meter {
        let locks = cast.locks.len();
        let probes = |process: &usize| matches!(cast.processes.get(*process), Some(it) if it.role == ProcessRole::Probe);
        let owners = cast.owners.iter().filter(|owner| !probes(&owner.process.index())).count();
        Meter {
            measures: Measures { owners: owners as u32, ..Measures::default() },
            released: vec![None; locks],
            clerk: Clerk::new(locks),
            grants: Overlaps::new(locks),
            beliefs: Overlaps::new(locks),
            effects: ExclusiveEffect::default(),
            recoveries: Recoveries::default(),
            windows: Windows::default(),
        }
    }

    /// Takes in an event that the scene is about to take in.
    pub fn before(&mut self, event: &Event, scene: &Scene) {
        if scene.tail().is_none() {
            self.recoveries.before(event, scene);
        }
    }

    /// Takes in an event that the scene has taken in. With the calm tail, measuring ends.
    pub fn observe(&mut self, event: &Event, scene: &Scene) {
        if scene.tail().is_some() {
            return;
        }
        if let EventKind::Client(client) = &event.kind {
            self.client(client, scene);
        }
        if let Some((tenure, _)) = scene.changes().ranked {
            self.recoveries.began(tenure, scene);
        }
        self.windows.note(event, scene, &self.recoveries);
        self.clerk.note(scene);
        self.grants.note(scene.changes().grant, Scene::granted, scene);
        self.beliefs.note(scene.changes().belief, Scene::believed, scene);
        if self.effects.inversion(event, scene).is_some() {
            self.measures.stale_writes += 1;
        }
    }

    fn client(&mut self, event: &ClientEvent, scene: &Scene) {
        match *event {
            ClientEvent::Returned { tag, call: Call::Acquire, outcome, .. } => {
                self.returned(tag, outcome, scene);
            }
            ClientEvent::Invoked { call: Call::Release, lock, .. } => {
                let is_wanted = scene.open_acquires(lock) > 0;
                if let Some(released) = self.released.get_mut(lock.index()) {
                    *released = is_wanted.then(|| scene.now());
                }
            }
            ClientEvent::BeliefStarted { lock, .. } => self.taken_over(lock, scene),
            _ => {}
        }
    }

    fn returned(&mut self, tag: OpTag, outcome: Outcome, scene: &Scene) {
        let measures = &mut self.measures;
        match outcome {
            Outcome::Granted { .. } => {
                let Some(invoked) = scene.attempt(tag).map(|attempt| attempt.invoked) else { return };
                measures.grants.push(GrantTaken {
                    at_us: scene.now().0 / 1_000,
                    took_us: scene.now().since(invoked).0 / 1_000,
                    owner: tag.owner.0,
                    under_fault: self.windows.met_since(invoked),
                });
            }
            Outcome::Refused { reason: Refusal::TimedOut | Refusal::Cancelled } => measures.gave_up += 1,
            Outcome::Refused { .. } => measures.refused += 1,
            _ => measures.unknown += 1,
        }
    }

    fn taken_over(&mut self, lock: LockId, scene: &Scene) {
        let released = self.released.get_mut(lock.index()).and_then(Option::take);
        if let Some(released) = released {
            self.measures.hand_overs_us.push(scene.now().since(released).0 / 1_000);
        }
    }

    /// The run is over, and what it measured is known.
    pub fn finish(self, scene: &Scene) -> Measures {
        let until = scene.tail().unwrap_or_else(|| scene.now());
        Measures {
            until_us: until.0 / 1_000,
            time: self.clerk.close(until),
            grant_overlaps_us: self.grants.close(until),
            belief_overlaps_us: self.beliefs.close(until),
            recoveries: self.recoveries.close(),
            windows: self.windows.close(until),
            ..self.measures
        }
    }
}
