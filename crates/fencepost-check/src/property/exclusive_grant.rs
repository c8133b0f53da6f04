//! `exclusive-grant`: the service gave it twice.
//!
//! A grant stands while promises stand on enough nodes. State that was lost ends no promise, so a service
//! that lost its state and grants again is caught here, however rightful the second grant looks to it.

use super::{Property, Teller, overlap};
use crate::{Findings, Scene};
use fencepost_model::{Cast, Event, TenureId, word};

/// No two conflicting grants stand at once.
#[derive(Clone, Copy, Debug, Default)]
pub struct ExclusiveGrant;

impl Property for ExclusiveGrant {
    fn name(&self) -> &'static str {
        word::EXCLUSIVE_GRANT
    }

    fn hears(&self, teller: Teller, _: &Cast) -> bool {
        teller == Teller::Tenure
    }

    fn observe(&mut self, _: &Event, scene: &Scene, findings: &mut Findings) {
        overlap::at_edge(scene.changes().grant, granted, scene, findings);
    }
}

fn granted(scene: &Scene, tenure: TenureId) -> &[TenureId] {
    scene.tenure(tenure).map_or(&[], |tenure| scene.granted(tenure.lock))
}

#[cfg(test)]
mod tests {
    use crate::story::{Story, instant};
    use fencepost_model::{EndReason, Evidence, Mode, word::EXCLUSIVE_GRANT};

    /// A store whose contract lists these ends, as a store with sessions and an administrator would.
    fn store() -> Story {
        Story::new().rules(|rules| {
            rules.rightful_ends = &[EndReason::Released, EndReason::SessionEnded, EndReason::Forced];
        })
    }

    #[test]
    fn a_second_grant_beside_the_first_is_a_violation() {
        let judged = store()
            .at("1s")
            .granted("a1")
            .at("3s")
            .granted("b1")
            .at("5s")
            .gone("a1", EndReason::Released)
            .at("6s")
            .gone("b1", EndReason::Released)
            .judged();
        let violation = judged.violation(EXCLUSIVE_GRANT);
        let Evidence::Overlap { first, second, from, until, .. } = violation.evidence else {
            panic!("{violation:?}");
        };
        assert_eq!((judged.name(first), judged.name(second)), ("a1", "b1"));
        assert_eq!((from, until), (instant("3s"), Some(instant("5s"))), "it lasts until the first end");
        assert_eq!((violation.at, violation.event), (instant("3s"), 1));
    }

    #[test]
    fn an_overlap_that_outlasts_the_run_has_no_end() {
        let judged = store().at("1s").granted("a1").at("3s").granted("b1").judged();
        let violation = judged.violation(EXCLUSIVE_GRANT);
        assert!(matches!(violation.evidence, Evidence::Overlap { until: None, .. }), "{violation:?}");
    }

    /// A checker that took the loss of state for the end of the promise would call each of these correct.
    #[test]
    fn state_that_is_lost_ends_no_promise() {
        for reason in [
            EndReason::RemovedByOther,
            EndReason::Overwritten,
            EndReason::Evicted,
            EndReason::LostInRestart,
            EndReason::LostInFailover,
            EndReason::RolledBack,
            EndReason::Expired,
        ] {
            let story = || store().at("1s").granted("a1").at("2s").gone("a1", reason);
            let broken = story().at("3s").granted("b1").at("5s").promise_ends("a1").judged();
            assert_eq!(broken.violations(EXCLUSIVE_GRANT).len(), 1, "{reason:?}");
            story().at("5s").promise_ends("a1").at("6s").granted("b1").judged().holds(EXCLUSIVE_GRANT);
        }
    }

    /// A checker that ended promises by their duration alone would call each of these a violation.
    #[test]
    fn a_rightful_end_of_state_ends_the_promise() {
        let rightful =
            [EndReason::Released, EndReason::SessionEnded, EndReason::Forced, EndReason::NeverPromised];
        for reason in rightful {
            let judged = store().at("1s").granted("a1").at("2s").gone("a1", reason).at("3s").granted("b1");
            judged.judged().holds(EXCLUSIVE_GRANT);
        }
    }

    /// The same ends are losses for a system whose contract does not list them.
    #[test]
    fn what_is_rightful_the_contract_says() {
        for reason in [EndReason::SessionEnded, EndReason::Forced] {
            let story =
                Story::new().at("1s").granted("a1").at("2s").gone("a1", reason).at("3s").granted("b1");
            assert_eq!(story.judged().violations(EXCLUSIVE_GRANT).len(), 1, "{reason:?}");
        }
    }

    /// Half-open intervals: were the end inside, every prompt hand-over would be a violation.
    #[test]
    fn an_end_and_a_start_at_one_instant_do_not_overlap() {
        let judged = store().at("1s").granted("a1").at("2s").promise_ends("a1").granted("b1").judged();
        judged.holds(EXCLUSIVE_GRANT);
        let judged = store().at("1s").granted("a1").at("2s").granted("b1").promise_ends("a1").judged();
        let violation = judged.violation(EXCLUSIVE_GRANT);
        assert!(
            matches!(violation.evidence, Evidence::Overlap { from, until, .. } if until == Some(from)),
            "the order of events decides within an instant: {violation:?}"
        );
    }

    #[test]
    fn only_conflicting_modes_are_compared() {
        store().mode(Mode::Shared).at("1s").granted("a1").granted("b1").judged().holds(EXCLUSIVE_GRANT);
        let mixed = store().mode(Mode::Shared).at("1s").granted("a1").mode(Mode::Exclusive).granted("b1");
        assert_eq!(mixed.judged().violations(EXCLUSIVE_GRANT).len(), 1);
        let permits = || store().mode(Mode::Permit).slot(1).at("1s").granted("a1");
        permits().slot(2).granted("b1").judged().holds(EXCLUSIVE_GRANT);
        assert_eq!(permits().granted("b1").judged().violations(EXCLUSIVE_GRANT).len(), 1);
    }

    /// After the promised duration an extension of state that is still there promises again. A checker that
    /// never reopened a promise would miss the second grant beside it.
    #[test]
    fn an_extension_of_present_state_promises_again() {
        let story = || store().at("1s").granted("a1").at("5s").promise_ends("a1").at("6s").extended("a1");
        assert_eq!(story().at("7s").granted("b1").judged().violations(EXCLUSIVE_GRANT).len(), 1);
        story().at("9s").promise_ends("a1").at("10s").granted("b1").judged().holds(EXCLUSIVE_GRANT);
    }

    #[test]
    fn an_extension_of_absent_state_promises_nothing() {
        let story = store().at("1s").granted("a1").gone("a1", EndReason::Evicted);
        let story = story.at("5s").promise_ends("a1").at("6s").extended("a1").at("7s").granted("b1");
        story.judged().holds(EXCLUSIVE_GRANT);
    }

    /// With one store, a release that its promoted replica processes ends the tenure, wherever the promise
    /// was made. A ledger that kept each node apart would see the old primary's promise stand.
    #[test]
    fn a_release_processed_after_a_failover_ends_the_promise() {
        let story = || store().at("1s").granted("a1").at("2s").promoted("n2");
        let released = story().at("3s").gone_from("a1", "n2", EndReason::Released);
        released.at("4s").granted_on("b1", "n2", None).judged().holds(EXCLUSIVE_GRANT);
        let lost = story().at("3s").gone_from("a1", "n2", EndReason::LostInFailover);
        let lost = lost.at("4s").granted_on("b1", "n2", None).judged();
        assert_eq!(lost.violations(EXCLUSIVE_GRANT).len(), 1);
    }

    /// A primary that was replaced, and does not know it, releases what the new one still has. That ends its
    /// own promise and not the other's. A ledger in which it were the end everywhere would call the new
    /// primary's next grant correct whatever it had promised.
    #[test]
    fn a_primary_that_was_replaced_ends_only_its_own_promise() {
        let story = || store().at("1s").granted("a1").at("2s").promoted("n2").extended_on("a1", "n2");
        let story = || story().at("3s").gone_from("a1", "n1", EndReason::Released);
        let broken = story().at("4s").granted_on("b1", "n2", None).judged();
        assert_eq!(broken.violations(EXCLUSIVE_GRANT).len(), 1);
        let ended = story().at("4s").promise_ends_on("a1", "n2");
        ended.at("5s").granted_on("b1", "n2", None).judged().holds(EXCLUSIVE_GRANT);
    }

    /// What it grants beside the new primary is a promise all the same.
    #[test]
    fn a_primary_that_was_replaced_still_promises() {
        let story = store().at("1s").promoted("n2").at("2s").granted_on("a1", "n2", None);
        let story = story.at("3s").granted_on("b1", "n1", None).gone_from("b1", "n1", EndReason::RolledBack);
        assert_eq!(story.judged().violations(EXCLUSIVE_GRANT).len(), 1);
    }

    /// The promoted replica extends what the old primary promised: from then on it has promised too.
    #[test]
    fn a_promoted_replica_takes_the_promise_over() {
        let story = || store().at("1s").granted("a1").at("2s").extended_on("a1", "n2");
        let story = || story().at("5s").promise_ends_on("a1", "n1");
        assert_eq!(story().at("6s").granted("b1").judged().violations(EXCLUSIVE_GRANT).len(), 1);
        story().promise_ends_on("a1", "n2").at("6s").granted("b1").judged().holds(EXCLUSIVE_GRANT);
    }

    mod quorum {
        use super::*;

        fn majority() -> Story {
            store().rules(|rules| rules.quorum = 2).at("1s")
        }

        #[test]
        fn a_minority_grants_nothing() {
            let story = majority().granted_on("a1", "n1", None).granted_on("a1", "n2", None);
            story.granted_on("b1", "n3", None).judged().holds(EXCLUSIVE_GRANT);
        }

        /// One node forgets its promise and votes again: the classic break of a quorum of memories.
        #[test]
        fn a_node_that_forgets_and_votes_again_breaks_it() {
            let story = || {
                let both = majority().granted_on("a1", "n1", None).granted_on("a1", "n2", None);
                both.at("2s").gone_from("a1", "n2", EndReason::LostInRestart)
            };
            let broken = story().granted_on("b1", "n2", None).granted_on("b1", "n3", None).judged();
            assert_eq!(broken.violations(EXCLUSIVE_GRANT).len(), 1);
            let twin = story().at("3s").promise_ends_on("a1", "n2");
            twin.granted_on("b1", "n2", None).granted_on("b1", "n3", None).judged().holds(EXCLUSIVE_GRANT);
        }

        /// A release that one node has processed, and that a later version was made on top of, has ended what
        /// the nodes promised that hear of the later version only. Were that a loss, whoever dies while it
        /// releases would seem to hold on beside its successor.
        #[test]
        fn what_follows_a_release_elsewhere_ends_the_promise() {
            let three = || {
                let story = store().rules(|rules| {
                    rules.quorum = 2;
                    rules.rightful_ends = &[EndReason::Released, EndReason::ReleasedElsewhere];
                });
                let two = story.at("1s").granted_on("a1", "n1", None).granted_on("a1", "n2", None);
                let three = two.granted_on("a1", "n3", None);
                three.at("2s").gone_from("a1", "n1", EndReason::Released).granted_on("b1", "n1", None)
            };
            let follows = |reason| three().gone_from("a1", "n2", reason).granted_on("b1", "n2", None);
            follows(EndReason::ReleasedElsewhere).judged().holds(EXCLUSIVE_GRANT);
            assert_eq!(follows(EndReason::Overwritten).judged().violations(EXCLUSIVE_GRANT).len(), 1);
        }

        /// Were a release on one node the end everywhere, two standing promises would be overlooked.
        #[test]
        fn each_node_is_released_by_itself() {
            let three = || {
                let two = majority().granted_on("a1", "n1", None).granted_on("a1", "n2", None);
                two.granted_on("a1", "n3", None).gone_from("a1", "n1", EndReason::Released)
            };
            let votes = |story: Story| story.granted_on("b1", "n1", None).granted_on("b1", "n2", None);
            let overwritten = three().gone_from("a1", "n2", EndReason::Overwritten);
            assert_eq!(votes(overwritten).judged().violations(EXCLUSIVE_GRANT).len(), 1);
            let released = three().gone_from("a1", "n2", EndReason::Released);
            votes(released).judged().holds(EXCLUSIVE_GRANT);
        }
    }
}
