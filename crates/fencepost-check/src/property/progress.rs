//! `progress`: in the calm tail, a lock that is free and asked for is granted within one bound, a tenure of a
//! dead owner is removed within another, and one that its living owner does not know of within a third.
//!
//! *Free and asked for* begins when the service keeps no state of the lock on any node while somebody alive
//! asks. It ends with a grant, or a belief, or when nobody asks any more. State on a minority of nodes does
//! not end it: contenders that split the votes for ever and back off have granted nobody.
//!
//! *Dead holder* counts from the latest of the tail's beginning, the owner's death, and the appearance of
//! the state, until the state is gone for whatever reason. An owner is dead when its life is over; a process
//! that started again lives a new one.
//!
//! *Orphan* counts from the latest of the tail's beginning, the appearance of the state, and the return of
//! the acquire or release that was the last to see to it. It is state of a living owner that has given its
//! tenure back, or never heard of it. A clean-up that goes on after these calls leaves no event of its own;
//! it is what the bound gives time for. Extensions keep nothing from being an orphan. State of a living
//! owner whose belief ended otherwise (it was told of a loss, its deadline passed, it dropped the guard) is
//! left to the lease.

#[cfg(test)]
mod tests;

use super::{End, Property, Teller};
use crate::scene::{Edge, Touched};
use crate::{Findings, Scene, Tenure};
use fencepost_model::{BeliefEnd, Cast, EndOfRun, Event, Evidence, Instant, LockId, TenureId, Why, word};

/// The three bounds are kept in the calm tail.
#[derive(Clone, Debug, Default)]
pub struct Progress {
    /// Since when each lock has been free and asked for, by [`LockId`].
    waits: Vec<Option<Instant>>,
    was_asked: bool,
}

impl Property for Progress {
    fn name(&self) -> &'static str {
        word::PROGRESS
    }

    fn hears(&self, teller: Teller, _: &Cast) -> bool {
        matches!(teller, Teller::Client | Teller::Tenure | Teller::World)
    }

    fn observe(&mut self, _: &Event, scene: &Scene, findings: &mut Findings) {
        let Some(tail) = scene.tail() else { return };
        let changes = scene.changes();
        for begun in [changes.grant, changes.belief] {
            if let Some((tenure, Edge::Start)) = begun {
                self.served(tenure, scene, findings);
            }
        }
        if let Some((tenure, Edge::End, since)) = changes.kept {
            judge_kept(tenure, since, tail, scene, findings);
        }
        match changes.touched {
            Touched::Nothing => {}
            Touched::One(lock) => self.look_at(lock, scene, findings),
            Touched::All => scene.locks().for_each(|lock| self.look_at(lock, scene, findings)),
        }
    }

    fn finish(&mut self, end: &End, scene: &Scene, findings: &mut Findings) {
        for lock in scene.locks() {
            self.end_wait(lock, scene, findings);
            for id in scene.kept(lock) {
                if let Some((tail, since)) = scene.tail().zip(scene.tenure(*id).and_then(|it| it.kept_since))
                {
                    judge_kept(*id, since, tail, scene, findings);
                }
            }
        }
        if end.how == EndOfRun::OutOfBudget {
            findings.unclear(Why::TailCutShort);
        } else if !self.was_asked {
            findings.unclear(Why::NobodyAsked);
        }
    }
}

impl Progress {
    /// Somebody has the lock: whoever waited for that waited until now.
    fn served(&mut self, tenure: TenureId, scene: &Scene, findings: &mut Findings) {
        if let Some(tenure) = scene.tenure(tenure) {
            self.end_wait(tenure.lock, scene, findings);
        }
    }

    fn look_at(&mut self, lock: LockId, scene: &Scene, findings: &mut Findings) {
        if !scene.is_asked(lock) {
            self.end_wait(lock, scene, findings);
            return;
        }
        self.was_asked = true;
        if scene.is_free(lock) {
            self.wait_of(lock).get_or_insert(scene.now());
        }
    }

    /// The wait is over, or the run is; it was too long, or not.
    fn end_wait(&mut self, lock: LockId, scene: &Scene, findings: &mut Findings) {
        let Some(since) = self.wait_of(lock).take() else { return };
        let bound = scene.rules().bounds_in_force().hand_over;
        if scene.now().since(since) > bound {
            findings.violated(scene, Evidence::NoHandOver { lock, since, bound }, &[]);
        }
    }

    fn wait_of(&mut self, lock: LockId) -> &mut Option<Instant> {
        if self.waits.len() <= lock.index() {
            self.waits.resize(lock.index() + 1, None);
        }
        &mut self.waits[lock.index()]
    }
}

/// The service kept the tenure from `appeared` until now: too long, if its owner is dead or does not want it.
fn judge_kept(id: TenureId, appeared: Instant, tail: Instant, scene: &Scene, findings: &mut Findings) {
    let Some(tenure) = scene.tenure(id) else { return };
    let (lock, owner) = (tenure.lock, tenure.owner());
    let bounds = scene.rules().bounds_in_force();
    let died = scene.death_of(tenure.attempt);
    let Some(began) = died.or_else(|| unwanted_since(tenure, scene)) else { return };
    let since = appeared.max(began).max(tail);
    let bound = if died.is_some() { bounds.dead_holder } else { bounds.orphan };
    if scene.now().since(since) > bound {
        let evidence = match died {
            Some(_) => Evidence::DeadHolder { lock, tenure: id, owner, since, bound },
            None => Evidence::Orphan { lock, tenure: id, owner, since, bound },
        };
        findings.violated(scene, evidence, &[id]);
    }
}

/// Since when the living owner has neither believed in the tenure nor had a call open that sees to it; none
/// where it still does, or where its belief ended without its doing.
fn unwanted_since(tenure: &Tenure, scene: &Scene) -> Option<Instant> {
    let gave_it_back = tenure.belief.why == Some(BeliefEnd::Released);
    let never_heard_of_it = tenure.belief.since.is_none();
    if gave_it_back || never_heard_of_it { scene.idle_since(tenure.attempt) } else { None }
}
