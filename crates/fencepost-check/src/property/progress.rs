//! `progress`: in the calm tail, a lock that is free and asked for is granted within one bound, and a
//! tenure of a dead owner is removed within another.
//!
//! *Free and asked for* begins when the service keeps no state of the lock on any node while somebody alive
//! asks. It ends with a grant, or a belief, or when nobody asks any more. State on a minority of nodes does
//! not end it: contenders that split the votes for ever and back off have granted nobody.
//!
//! *Dead holder* counts from the latest of the tail's beginning, the owner's death, and the appearance of
//! the state, until the state is gone for whatever reason. An owner is dead when its life is over; a process
//! that started again lives a new one.

use super::{End, Property};
use crate::scene::{Edge, Touched};
use crate::{Findings, Scene};
use fencepost_model::{EndOfRun, Event, Evidence, Instant, LockId, TenureId, Why, word};

/// Bounds of hand-over and of dead holders are kept in the calm tail.
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

    fn observe(&mut self, _: &Event, scene: &Scene, findings: &mut Findings) {
        let Some(tail) = scene.tail() else { return };
        let changes = scene.changes();
        for begun in [changes.grant, changes.belief] {
            if let Some((tenure, Edge::Start)) = begun {
                self.served(tenure, scene, findings);
            }
        }
        if let Some((tenure, Edge::End, since)) = changes.kept {
            judge_dead_holder(tenure, since, tail, scene, findings);
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
                    judge_dead_holder(*id, since, tail, scene, findings);
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

/// The service kept the tenure from `appeared` until now: too long, if its owner is dead.
fn judge_dead_holder(id: TenureId, appeared: Instant, tail: Instant, scene: &Scene, findings: &mut Findings) {
    let Some(tenure) = scene.tenure(id) else { return };
    let Some(died) = scene.death_of(tenure.attempt) else { return };
    let since = appeared.max(died).max(tail);
    let bound = scene.rules().bounds_in_force().dead_holder;
    if scene.now().since(since) > bound {
        let (lock, owner) = (tenure.lock, tenure.owner());
        findings.violated(scene, Evidence::DeadHolder { lock, tenure: id, owner, since, bound }, &[id]);
    }
}

#[cfg(test)]
mod tests {
    use crate::story::{Story, instant, span};
    use fencepost_model::{
        BeliefEnd, Bounds, EndOfRun, EndReason, Evidence, Standing, Verdict, Why, word::PROGRESS,
    };

    /// A lock that promises a hand-over within 2 s, and the removal of a dead holder within 5 s.
    fn bounded() -> Story {
        let bounds = Bounds { hand_over: span("2s"), dead_holder: span("5s"), orphan: span("1s") };
        Story::new().rules(|rules| rules.bounds = Some(bounds)).claim(PROGRESS, &[&[]])
    }

    fn is_late_hand_over(evidence: &Evidence, begun: &str) -> bool {
        matches!(evidence, Evidence::NoHandOver { since, .. } if *since == instant(begun))
    }

    fn is_dead_holder(evidence: &Evidence, begun: &str) -> bool {
        matches!(evidence, Evidence::DeadHolder { since, .. } if *since == instant(begun))
    }

    #[test]
    fn a_hand_over_within_the_bound_is_progress() {
        let story = bounded().at("10s").calm_tail().probes("c").at("12s").granted("c1").at("20s");
        story.judged().holds(PROGRESS);
    }

    #[test]
    fn a_hand_over_that_comes_late_is_a_violation_at_the_grant() {
        let story = bounded().at("10s").calm_tail().probes("c").at("12001ms").granted("c1").at("20s");
        let judged = story.judged();
        let violation = judged.violation(PROGRESS);
        assert!(is_late_hand_over(&violation.evidence, "10s"), "{violation:?}");
        assert_eq!(violation.at, instant("12001ms"));
        assert_eq!(violation.standing, Standing::Inside);
    }

    #[test]
    fn a_hand_over_that_never_comes_is_a_violation_at_the_end() {
        let judged = bounded().at("10s").calm_tail().probes("c").at("20s").judged();
        let violation = judged.violation(PROGRESS);
        assert!(is_late_hand_over(&violation.evidence, "10s"), "{violation:?}");
        assert_eq!((violation.at, violation.event), (instant("20s"), 2));
    }

    /// A lock that is held is not free; the bound counts from its release.
    #[test]
    fn the_bound_counts_from_when_the_lock_is_free() {
        let held = || bounded().at("1s").granted("a1").at("10s").calm_tail().probes("c");
        held().at("20s").judged().holds(PROGRESS);
        let freed = || held().at("15s").gone("a1", EndReason::Released);
        freed().at("17s").granted("c1").at("30s").judged().holds(PROGRESS);
        let judged = freed().at("18s").judged();
        assert!(is_late_hand_over(&judged.violation(PROGRESS).evidence, "15s"));
    }

    /// The state decides, not the promise: a store whose clock was set back keeps what it no longer
    /// promises, and grants to nobody meanwhile.
    #[test]
    fn state_that_outlives_its_promise_keeps_the_lock_taken() {
        let story = bounded().at("1s").granted("a1").at("5s").promise_ends("a1");
        story.at("10s").calm_tail().probes("c").at("20s").judged().holds(PROGRESS);
    }

    #[test]
    fn an_open_acquire_asks_until_it_returns_or_its_owner_dies() {
        let asked = || bounded().at("9s").asks("a1").at("10s").calm_tail();
        assert!(asked().at("20s").judged().verdict(PROGRESS).is_violated());
        asked().at("11s").turned_away("a1").at("20s").judged().holds(PROGRESS);
        asked().at("11s").killed("a").at("20s").judged().holds(PROGRESS);
        asked().at("11s").finishes("a").at("20s").judged().holds(PROGRESS);
    }

    /// Waiting before the tail does not count: there the world was broken.
    #[test]
    fn only_the_tail_is_judged() {
        let story = bounded().at("1s").asks("a1").at("9s").granted("a1").gone("a1", EndReason::Released);
        story.at("10s").calm_tail().probes("c").at("11s").granted("c1").judged().holds(PROGRESS);
    }

    /// A lock that no service keeps is handed over by belief, and taken while somebody believes.
    #[test]
    fn a_belief_is_a_hand_over_where_there_is_no_service() {
        let story = |at| bounded().at("10s").calm_tail().probes("b").probes("c").at(at).believes("c1");
        story("11s").at("30s").judged().holds(PROGRESS);
        assert!(is_late_hand_over(&story("13s").judged().violation(PROGRESS).evidence, "10s"));
    }

    /// What the service has lost is free to it, whatever its former owner believes.
    #[test]
    fn a_belief_keeps_no_lock_of_a_service() {
        let lost = bounded().at("1s").granted("a1").believes("a1").at("2s").gone("a1", EndReason::Evicted);
        let judged = lost.at("10s").calm_tail().probes("c").at("20s").judged();
        assert!(is_late_hand_over(&judged.violation(PROGRESS).evidence, "10s"));
    }

    #[test]
    fn a_probe_that_got_the_lock_asks_no_more() {
        let got = bounded().at("10s").calm_tail().probes("c").at("11s").granted("c1").believes("c1");
        let done = got.at("12s").stops_believing("c1", BeliefEnd::Released).gone("c1", EndReason::Released);
        done.at("60s").judged().holds(PROGRESS);
    }

    /// Contenders that win one node each and give it back have granted nobody. A checker that took any
    /// node's promise for a hand-over would be content with this for ever.
    #[test]
    fn split_votes_are_no_hand_over() {
        let story = bounded().rules(|rules| rules.quorum = 2).at("10s").calm_tail().probes("c");
        let judged = story
            .at("11s")
            .granted_on("a1", "n1", None)
            .granted_on("b1", "n2", None)
            .at("11500ms")
            .gone_from("a1", "n1", EndReason::Released)
            .gone_from("b1", "n2", EndReason::Released)
            .at("12s")
            .granted_on("a2", "n1", None)
            .granted_on("b2", "n2", None)
            .at("13s")
            .judged();
        assert!(is_late_hand_over(&judged.violation(PROGRESS).evidence, "10s"));
    }

    #[test]
    fn a_dead_holder_is_removed_in_time_or_not() {
        let held = || bounded().at("1s").granted("a1").at("2s").killed("a").at("10s").calm_tail().probes("c");
        let removed = |at| held().at(at).gone("a1", EndReason::Expired).granted("c1").at("30s").judged();
        removed("15s").holds(PROGRESS);
        let late = removed("16s");
        assert!(is_dead_holder(&late.violation(PROGRESS).evidence, "10s"));
        assert_eq!(late.violation(PROGRESS).at, instant("16s"));
        let never = held().at("30s").judged();
        assert!(is_dead_holder(&never.violation(PROGRESS).evidence, "10s"));
        held().at("14s").judged().holds(PROGRESS);
    }

    /// A message of the dead that arrives in the tail makes state for nobody; it counts from there.
    #[test]
    fn the_bound_of_a_dead_holder_counts_from_the_appearance_of_its_state() {
        let appeared = || {
            let dead = bounded().at("1s").asks("a1").killed("a").started("a", 1);
            dead.at("10s").calm_tail().probes("c").at("11s").granted("a1")
        };
        appeared().at("16s").judged().holds(PROGRESS);
        let judged = appeared().at("17s").judged();
        assert!(is_dead_holder(&judged.violation(PROGRESS).evidence, "11s"), "a new life does not revive it");
    }

    #[test]
    fn a_living_holder_is_not_a_dead_one() {
        bounded().at("1s").granted("a1").at("10s").calm_tail().probes("c").at("60s").judged().holds(PROGRESS);
    }

    #[test]
    fn without_a_tail_or_a_question_nothing_can_be_said() {
        let cut = bounded().at("1s").granted("a1").judged_after(EndOfRun::OutOfBudget);
        assert_eq!(cut.verdict(PROGRESS), &Verdict::Unclear(Why::TailCutShort));
        let unasked =
            bounded().at("1s").asks("a1").turned_away("a1").at("10s").calm_tail().at("20s").judged();
        assert_eq!(unasked.verdict(PROGRESS), &Verdict::Unclear(Why::NobodyAsked));
        let stuck = bounded().at("10s").calm_tail().probes("c").at("20s");
        assert!(stuck.judged_after(EndOfRun::OutOfBudget).verdict(PROGRESS).is_violated());
    }

    /// The scenario's bound is used where the lock has none, and what misses it was not promised.
    #[test]
    fn without_a_bound_of_its_own_a_lock_claims_nothing() {
        let story = || Story::new().at("10s").calm_tail().probes("c");
        story().at("70s").judged().holds(PROGRESS);
        let judged = story().at("71s").judged();
        assert_eq!(judged.standing(PROGRESS), &Standing::NotClaimed);
    }
}
