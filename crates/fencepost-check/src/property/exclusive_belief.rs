//! `exclusive-belief`: two thought they had it.
//!
//! The observer of the run says when a belief starts and ends; it knows the owner's own clock, and whether
//! the owner's process was running.

use super::{Property, Teller, overlap};
use crate::{Findings, Scene};
use fencepost_model::{Cast, Event, TenureId, word};

/// No two conflicting beliefs are open at once.
#[derive(Clone, Copy, Debug, Default)]
pub struct ExclusiveBelief;

impl Property for ExclusiveBelief {
    fn name(&self) -> &'static str {
        word::EXCLUSIVE_BELIEF
    }

    fn hears(&self, teller: Teller, _: &Cast) -> bool {
        teller == Teller::Client
    }

    fn observe(&mut self, _: &Event, scene: &Scene, findings: &mut Findings) {
        overlap::at_edge(scene.changes().belief, believed, scene, findings);
    }
}

fn believed(scene: &Scene, tenure: TenureId) -> &[TenureId] {
    scene.tenure(tenure).map_or(&[], |tenure| scene.believed(tenure.lock))
}

#[cfg(test)]
mod tests {
    use crate::story::{Story, instant};
    use fencepost_model::{BeliefEnd, Evidence, Mode, word::EXCLUSIVE_BELIEF};

    #[test]
    fn two_believers_are_a_violation() {
        let judged = Story::new()
            .at("1s")
            .believes("a1")
            .at("2s")
            .believes("b1")
            .at("3s")
            .stops_believing("b1", BeliefEnd::Released)
            .judged();
        let violation = judged.violation(EXCLUSIVE_BELIEF);
        let Evidence::Overlap { first, second, from, until, .. } = violation.evidence else {
            panic!("{violation:?}");
        };
        assert_eq!((judged.name(first), judged.name(second)), ("a1", "b1"));
        assert_eq!((from, until), (instant("2s"), Some(instant("3s"))));
    }

    /// (a) to (d): each end of a belief makes room for the next. Were one of them not heard, every run in
    /// which it happens would look broken; the twin without it is broken.
    #[test]
    fn each_end_of_belief_makes_room() {
        for why in [
            BeliefEnd::Released,
            BeliefEnd::Lost,
            BeliefEnd::DeadlinePassed,
            BeliefEnd::Died,
            BeliefEnd::TaskEnded,
        ] {
            let twin = Story::new().at("1s").believes("a1").at("2s").stops_believing("a1", why);
            twin.believes("b1").judged().holds(EXCLUSIVE_BELIEF);
            let broken = Story::new().at("1s").believes("a1").at("2s").believes("b1");
            let broken = broken.stops_believing("a1", why).judged();
            assert_eq!(broken.violations(EXCLUSIVE_BELIEF).len(), 1, "{why:?}");
        }
    }

    /// The deadline alone ends nothing: a paused owner learns of it at its wake-up.
    #[test]
    fn a_paused_owner_believes_until_it_wakes() {
        let judged = Story::new()
            .at("1s")
            .believes("a1")
            .paused("a")
            .at("5s")
            .deadline_reached("a1")
            .at("6s")
            .believes("b1")
            .at("9s")
            .resumed("a")
            .stops_believing("a1", BeliefEnd::DeadlinePassed)
            .judged();
        let violation = judged.violation(EXCLUSIVE_BELIEF);
        assert!(
            matches!(violation.evidence, Evidence::Overlap { until: Some(at), .. } if at == instant("9s")),
            "{violation:?}"
        );
    }

    #[test]
    fn readers_believe_together() {
        let story = Story::new().mode(Mode::Shared).at("1s").believes("a1").believes("b1");
        story.judged().holds(EXCLUSIVE_BELIEF);
    }
}
