//! `ownership`: touched by a stranger.
//!
//! A tenure may be ended or extended by operations under its own guard, and by the acquire attempt that
//! created it (which undoes what came of it too late). Everybody else is a stranger, the same client under
//! an older guard included. What is no operation of anybody is not judged: a lease that the store's clock
//! ended, an administrator's forced release, a keep-alive of a whole session.

use super::{Property, Teller};
use crate::{Findings, Scene};
use fencepost_model::{Cast, EndReason, Event, EventKind, Evidence, NodeId, TenureEvent, TenureId, word};

/// Nobody ends or extends a tenure of somebody else.
#[derive(Clone, Copy, Debug, Default)]
pub struct Ownership;

impl Property for Ownership {
    fn name(&self) -> &'static str {
        word::OWNERSHIP
    }

    fn hears(&self, teller: Teller, _: &Cast) -> bool {
        teller == Teller::Tenure
    }

    fn observe(&mut self, event: &Event, scene: &Scene, findings: &mut Findings) {
        match event.kind {
            EventKind::Tenure(TenureEvent::Extended { tenure, node, .. }) => {
                judge(tenure, node, false, scene, findings);
            }
            EventKind::Tenure(TenureEvent::Gone { tenure, node, reason }) if is_of_an_operation(reason) => {
                judge(tenure, node, true, scene, findings);
            }
            _ => {}
        }
    }
}

/// Whether somebody's operation ended the state, on purpose. A lease that is over may be cleared away while
/// the store carries out anybody's operation; that is no end by it.
fn is_of_an_operation(reason: EndReason) -> bool {
    matches!(
        reason,
        EndReason::Released | EndReason::Deleted | EndReason::RemovedByOther | EndReason::Overwritten
    )
}

/// A node's state of the tenure was ended or extended. The tag of the row decides whose operation did it,
/// not the reason: a projection may take a server's word for a release.
fn judge(id: TenureId, node: NodeId, ended: bool, scene: &Scene, findings: &mut Findings) {
    let (Some(tenure), Some(by)) = (scene.tenure(id), scene.cause_at(node)) else { return };
    if by.of_attempt() != tenure.attempt {
        let (lock, owner) = (tenure.lock, tenure.owner());
        let strangers = scene.tenures_of(by).chain([id]);
        let evidence = Evidence::Foreign { lock, tenure: id, owner, by, ended };
        findings.violated(scene, evidence, &strangers.collect::<Vec<_>>());
    }
}

#[cfg(test)]
mod tests {
    use crate::story::{Judged, Story, span};
    use fencepost_model::{
        Assumption::BoundedPause, EndReason, Evidence, Mode, Quantity, Standing, word::OWNERSHIP,
    };

    /// `a1` is granted, and at 2 s the node carries out an operation of this attempt.
    fn touched_by(attempt: &str) -> Story {
        Story::new().at("1s").granted("a1").at("2s").processed(attempt, "n1", "2s")
    }

    fn is_foreign(judged: &Judged, ended: bool) -> bool {
        matches!(judged.violation(OWNERSHIP).evidence, Evidence::Foreign { ended: told, .. } if told == ended)
    }

    #[test]
    fn a_stranger_may_not_end_a_tenure() {
        let judged = touched_by("b1").gone("a1", EndReason::RemovedByOther).judged();
        let Evidence::Foreign { tenure, owner, by, ended, .. } = judged.violation(OWNERSHIP).evidence else {
            panic!("{judged:?}");
        };
        assert_eq!((judged.name(tenure), owner.index(), by.owner.index(), ended), ("a1", 0, 1, true));
        touched_by("a1").gone("a1", EndReason::Released).judged().holds(OWNERSHIP);
    }

    #[test]
    fn a_stranger_may_not_write_over_a_tenure() {
        let judged = touched_by("b1").gone("a1", EndReason::Overwritten).granted("b1").judged();
        assert!(is_foreign(&judged, true));
    }

    #[test]
    fn a_stranger_may_not_extend_a_tenure() {
        assert!(is_foreign(&touched_by("b1").extended("a1").judged(), false));
        touched_by("a1").extended("a1").judged().holds(OWNERSHIP);
    }

    /// The classic mistake: a release that comes too late takes the lock from whoever has it next, and that
    /// may be the same client.
    #[test]
    fn an_older_guard_of_the_same_client_is_a_stranger() {
        let again = |by| {
            let first = Story::new().at("1s").granted("a1").at("5s").gone("a1", EndReason::Expired);
            first.at("6s").granted("a2").at("7s").processed(by, "n1", "7s").gone("a2", EndReason::Released)
        };
        assert!(is_foreign(&again("a1").judged(), true), "whatever the projection calls it");
        again("a2").judged().holds(OWNERSHIP);
    }

    /// An operation that the owner sent in an earlier life is not its own any more.
    #[test]
    fn an_earlier_life_of_the_same_owner_is_a_stranger() {
        let story = Story::new().incarnation(1).at("1s").granted("a1").at("2s").incarnation(0);
        assert!(is_foreign(&story.processed("a1", "n1", "2s").extended("a1").judged(), false));
    }

    /// A store clears expired keys away when somebody touches them. That is nobody's doing.
    #[test]
    fn what_only_comes_to_light_by_an_operation_is_not_its_doing() {
        for reason in [
            EndReason::Expired,
            EndReason::SessionEnded,
            EndReason::Evicted,
            EndReason::LostInRestart,
            EndReason::ReleasedElsewhere,
        ] {
            touched_by("b1").gone("a1", reason).judged().holds(OWNERSHIP);
        }
    }

    #[test]
    fn a_forced_release_is_excepted() {
        touched_by("b1").gone("a1", EndReason::Forced).judged().holds(OWNERSHIP);
    }

    /// The node that was told of by the operation decides, and the instant: an operation of a stranger that
    /// another node carries out, or that was carried out before, has not caused this.
    #[test]
    fn only_the_row_just_before_is_the_cause() {
        let elsewhere = Story::new().at("1s").granted("a1").at("2s").processed("b1", "n2", "2s");
        elsewhere.gone("a1", EndReason::Released).judged().holds(OWNERSHIP);
        touched_by("b1").at("3s").gone("a1", EndReason::Released).judged().holds(OWNERSHIP);
        touched_by("b1").processed("a1", "n1", "2s").extended("a1").judged().holds(OWNERSHIP);
        touched_by("b1").told_of_a_row_by_itself("n1").extended("a1").judged().holds(OWNERSHIP);
    }

    /// Ownership has nothing to do with modes: a reader may not end another reader's tenure either.
    #[test]
    fn readers_own_their_tenures_too() {
        let story = Story::new().mode(Mode::Shared).at("1s").granted("a1").granted("b1");
        let judged = story.at("2s").processed("b1", "n1", "2s").gone("a1", EndReason::Released).judged();
        assert!(is_foreign(&judged, true));
    }

    /// The stranger's own pause counts: a lock may claim ownership as long as nobody outsleeps its lease.
    #[test]
    fn the_pause_of_the_stranger_excuses_it() {
        let late_release = |limit| {
            Story::new()
                .claim(OWNERSHIP, &[&[(BoundedPause, Quantity::Span(span(limit)))]])
                .at("1s")
                .granted("a1")
                .believes("a1")
                .paused("a")
                .at("2s")
                .deadline_reached("a1")
                .gone("a1", EndReason::Expired)
                .at("3s")
                .granted("b1")
                .at("5s")
                .resumed("a")
                .processed("a1", "n1", "5s")
                .gone("b1", EndReason::RemovedByOther)
                .judged()
        };
        assert!(matches!(late_release("1s").standing(OWNERSHIP), Standing::Outside(_)));
        assert_eq!(late_release("4s").standing(OWNERSHIP), &Standing::Inside);
    }
}
