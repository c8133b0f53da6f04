//! `reentrant`: an owner has the lock as long as it has taken it more often than it gave it back.
//!
//! An owner takes the lock with its acquire, and may take it again under the same tenure; it gives it back
//! with as many releases. The tenure is the owner's until the last of them: where the service ends it before
//! as released, or keeps it after, the counts do not balance. A call that is open, or whose outcome nobody
//! knows, may count or not; then nothing is said.

use super::{Property, Teller};
use crate::scene::Edge;
use crate::{Findings, Rules, Scene};
use fencepost_model::{
    Call, Cast, ClientEvent, EndReason, Event, EventKind, Evidence, OpTag, Outcome, TenureEvent, TenureId,
    word,
};
use std::collections::BTreeMap;

/// Hold counts balance.
#[derive(Clone, Debug, Default)]
pub struct Reentrant {
    /// By attempt: what its owner knows of its holds. Only of tenures that the owner believes in, or that
    /// have not been given back.
    holds: BTreeMap<OpTag, Holds>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Holds {
    count: u32,
    /// Calls that are open or whose outcome is unknown.
    in_doubt: u32,
}

impl Property for Reentrant {
    fn name(&self) -> &'static str {
        word::REENTRANT
    }

    fn offered(&self, rules: &Rules, _: &Cast) -> bool {
        rules.features.reentrant
    }

    fn hears(&self, teller: Teller, _: &Cast) -> bool {
        matches!(teller, Teller::Client | Teller::Tenure)
    }

    fn observe(&mut self, event: &Event, scene: &Scene, findings: &mut Findings) {
        match event.kind {
            EventKind::Client(ClientEvent::Invoked { tag, call, .. }) if counts(call) => {
                self.holds.entry(tag.of_attempt()).or_default().in_doubt += 1;
            }
            EventKind::Client(ClientEvent::Returned { tag, call, outcome, .. }) => {
                self.returned(tag, call, outcome, scene, findings);
            }
            EventKind::Tenure(TenureEvent::Gone { tenure, reason: EndReason::Released, .. })
                if scene.changes().present.is_some_and(|(_, edge)| edge == Edge::End) =>
            {
                self.ended(tenure, scene, findings);
            }
            _ => {}
        }
    }
}

/// Whether a call changes how often its owner has taken the lock.
const fn counts(call: Call) -> bool {
    !matches!(call, Call::Extend | Call::Status)
}

impl Reentrant {
    fn returned(&mut self, tag: OpTag, call: Call, outcome: Outcome, scene: &Scene, findings: &mut Findings) {
        let attempt = tag.of_attempt();
        let Some(holds) = self.holds.get_mut(&attempt) else { return };
        match (call, outcome) {
            (Call::Extend | Call::Status, _) | (_, Outcome::Unknown | Outcome::Refused { .. }) => return,
            (Call::Acquire, Outcome::Granted { .. }) | (Call::Enter, Outcome::Counted { .. }) => {
                holds.count += 1
            }
            (Call::Leave, Outcome::Counted { .. }) => holds.count = holds.count.saturating_sub(1),
            (Call::Release, Outcome::Released) => holds.count = 0,
            _ => {}
        }
        holds.in_doubt -= 1;
        if let Outcome::Counted { holds: said } = outcome
            && holds.in_doubt == 0
            && said != holds.count
        {
            let (owner, count) = (tag.owner, holds.count);
            if let Some(tenure) = scene.guarded(tag) {
                let evidence = Evidence::Unbalanced { tenure, owner, holds: count };
                findings.violated(scene, evidence, &[tenure]);
            }
        }
        if holds.count > 0 || holds.in_doubt > 0 {
            return;
        }
        self.holds.remove(&attempt);
        let kept =
            scene.tenures_of(tag).find(|id| scene.tenure(*id).is_some_and(|it| it.presence.is_there()));
        if let (Call::Release, Some(tenure)) = (call, kept) {
            let evidence = Evidence::Unbalanced { tenure, owner: tag.owner, holds: 0 };
            findings.violated(scene, evidence, &[tenure]);
        }
    }

    /// The service ended a tenure as released.
    fn ended(&mut self, id: TenureId, scene: &Scene, findings: &mut Findings) {
        let Some(tenure) = scene.tenure(id) else { return };
        let holds = self.holds.get(&tenure.attempt).copied().unwrap_or_default();
        if holds.count > 0 && holds.in_doubt == 0 {
            let evidence = Evidence::Unbalanced { tenure: id, owner: tenure.owner(), holds: holds.count };
            findings.violated(scene, evidence, &[id]);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::story::Story;
    use fencepost_model::{Call, EndReason::Released, Evidence, Outcome, Verdict, word::REENTRANT};

    const GRANTED: Outcome = Outcome::Granted { deadline: None, token: None };

    fn taken() -> Story {
        let story = Story::new().rules(|rules| rules.features.reentrant = true);
        story.at("1s").invokes("a1", Call::Acquire).granted("a1").returns("a1", Call::Acquire, GRANTED)
    }

    fn given_back() -> Story {
        taken().at("2s").invokes("a1", Call::Release)
    }

    #[test]
    fn a_tenure_may_not_survive_its_last_release() {
        let judged = given_back().returns("a1", Call::Release, Outcome::Released).judged();
        assert!(
            matches!(judged.violation(REENTRANT).evidence, Evidence::Unbalanced { holds: 0, .. }),
            "{judged:?}"
        );
        let twin = given_back().gone("a1", Released).returns("a1", Call::Release, Outcome::Released);
        twin.judged().holds(REENTRANT);
    }

    #[test]
    fn a_tenure_may_not_end_before_its_last_release() {
        let judged = taken().at("2s").gone("a1", Released).judged();
        assert!(
            matches!(judged.violation(REENTRANT).evidence, Evidence::Unbalanced { holds: 1, .. }),
            "{judged:?}"
        );
        taken().at("2s").gone("a1", fencepost_model::EndReason::Expired).judged().holds(REENTRANT);
    }

    #[test]
    fn the_service_counts_as_the_owner_does() {
        let again = || taken().believes("a1").at("2s").invokes("a1", Call::Enter);
        let judged = again().returns("a1", Call::Enter, Outcome::Counted { holds: 3 }).judged();
        assert!(
            matches!(judged.violation(REENTRANT).evidence, Evidence::Unbalanced { holds: 2, .. }),
            "{judged:?}"
        );
        let twin =
            again().returns("a1", Call::Enter, Outcome::Counted { holds: 2 }).invokes("a1", Call::Leave);
        twin.returns("a1", Call::Leave, Outcome::Counted { holds: 1 }).judged().holds(REENTRANT);
    }

    #[test]
    fn of_a_release_that_may_have_happened_nothing_is_said() {
        given_back().gone("a1", Released).judged().holds(REENTRANT);
        given_back().returns("a1", Call::Release, Outcome::Unknown).judged().holds(REENTRANT);
    }

    #[test]
    fn a_lock_that_is_taken_once_has_no_counts() {
        let judged = Story::new().granted("a1").gone("a1", Released).judged();
        assert_eq!(judged.verdict(REENTRANT), &Verdict::NotOffered);
    }
}
