//! `fencing`: tokens out of order.
//!
//! A tenure's token comes with its grant or with its belief. It is judged once, when the tenure has both a
//! rank and a token; a tenure that never won its quorum has no rank and does not count. What came *before*
//! is what has a lower rank: an owner that learns its token late, after a newer tenure's is known, is still
//! the older one. A token that was minted for a promise which nobody was given, because its state was lost
//! before the reply left, was handed out to nobody: it may be minted again.

use super::{Property, Teller};
use crate::{Findings, Rules, Scene, Tenure};
use fencepost_model::{
    Cast, ClientEvent, EndReason, Event, EventKind, Evidence, LockId, Slot, TenureEvent, TenureId, Token,
    word,
};

/// Tokens of successive tenures strictly increase.
#[derive(Clone, Debug, Default)]
pub struct Fencing {
    marks: Vec<((LockId, Slot), Mark)>,
}

/// What was seen of one lock and slot.
#[derive(Clone, Copy, Debug)]
struct Mark {
    newest_rank: u32,
    largest: Ranked,
    /// What was the largest before, should that have been promised to nobody.
    second: Option<Ranked>,
}

/// A tenure that has both a rank and a token.
#[derive(Clone, Copy, Debug)]
struct Ranked {
    rank: u32,
    tenure: TenureId,
    token: Token,
}

impl Property for Fencing {
    fn name(&self) -> &'static str {
        word::FENCING
    }

    fn offered(&self, rules: &Rules, _: &Cast) -> bool {
        rules.features.tokens
    }

    fn hears(&self, teller: Teller, _: &Cast) -> bool {
        matches!(teller, Teller::Client | Teller::Tenure)
    }

    fn observe(&mut self, event: &Event, scene: &Scene, findings: &mut Findings) {
        let told = match event.kind {
            EventKind::Tenure(TenureEvent::Granted { tenure, token, .. })
            | EventKind::Client(ClientEvent::BeliefStarted { tenure, token, .. }) => Some((tenure, token)),
            _ => None,
        };
        if let Some((id, Some(token))) = told {
            keeps_its_token(id, token, scene, findings);
        }
        if let EventKind::Tenure(TenureEvent::Gone { tenure, reason: EndReason::NeverPromised, .. }) =
            event.kind
        {
            self.forget(tenure);
        }
        let newly_ranked = scene.changes().ranked.map(|(id, _)| id);
        for id in told.map(|(id, _)| id).into_iter().chain(newly_ranked) {
            if let Some((tenure, ranked)) = ranked(id, scene) {
                self.judge(tenure, ranked, scene, findings);
            }
        }
    }
}

fn keeps_its_token(id: TenureId, token: Token, scene: &Scene, findings: &mut Findings) {
    let Some(tenure) = scene.tenure(id) else { return };
    if let Some(before_token) = tenure.token.filter(|before| *before != token) {
        let (lock, owner) = (tenure.lock, tenure.owner());
        let evidence = Evidence::Token { lock, tenure: id, owner, token, before: id, before_token };
        findings.violated(scene, evidence, &[id]);
    }
}

fn ranked(id: TenureId, scene: &Scene) -> Option<(&Tenure, Ranked)> {
    let tenure = scene.tenure(id)?;
    Some((tenure, Ranked { rank: tenure.rank?, tenure: id, token: tenure.token? }))
}

impl Fencing {
    /// The tenure was promised to nobody: its token does not count.
    fn forget(&mut self, tenure: TenureId) {
        self.marks.retain_mut(|(_, mark)| {
            if mark.largest.tenure == tenure {
                let Some(second) = mark.second.take() else { return false };
                mark.largest = second;
            }
            true
        });
    }

    fn judge(&mut self, tenure: &Tenure, new: Ranked, scene: &Scene, findings: &mut Findings) {
        let place = (tenure.lock, tenure.slot);
        let Some((_, mark)) = self.marks.iter_mut().find(|(marked, _)| *marked == place) else {
            self.marks.push((place, Mark { newest_rank: new.rank, largest: new, second: None }));
            return;
        };
        if new.rank > mark.newest_rank {
            mark.newest_rank = new.rank;
            if new.token > mark.largest.token {
                mark.second = Some(std::mem::replace(&mut mark.largest, new));
            } else {
                report(new, mark.largest, scene, findings);
            }
        } else if new.rank < mark.newest_rank {
            judge_late(place, new, scene, findings);
        }
    }
}

/// A tenure that is told after a newer one: compared with each, which is slow, and rare.
fn judge_late(place: (LockId, Slot), late: Ranked, scene: &Scene, findings: &mut Findings) {
    for (id, tenure) in scene.tenures() {
        if (tenure.lock, tenure.slot) != place || id == late.tenure {
            continue;
        }
        let Some((_, other)) = ranked(id, scene) else { continue };
        let (older, newer) = if late.rank < other.rank { (late, other) } else { (other, late) };
        if newer.token <= older.token {
            report(newer, older, scene, findings);
            return;
        }
    }
}

fn report(new: Ranked, before: Ranked, scene: &Scene, findings: &mut Findings) {
    let Some(tenure) = scene.tenure(new.tenure) else { return };
    let evidence = Evidence::Token {
        lock: tenure.lock,
        tenure: new.tenure,
        owner: tenure.owner(),
        token: new.token,
        before: before.tenure,
        before_token: before.token,
    };
    findings.violated(scene, evidence, &[before.tenure, new.tenure]);
}

#[cfg(test)]
mod tests {
    use crate::story::{Judged, Story};
    use fencepost_model::{
        Assumption, EndReason, Evidence, Quantity, Standing, Token, Verdict, word::FENCING,
    };

    fn with_tokens() -> Story {
        Story::new().rules(|rules| rules.features.tokens = true).at("1s")
    }

    fn handed_out(tokens: [u64; 2]) -> Judged {
        let [first, second] = tokens.map(Some);
        let story = with_tokens().granted_on("a1", "n1", first).gone("a1", EndReason::Released);
        story.at("2s").granted_on("b1", "n1", second).judged()
    }

    #[test]
    fn tokens_must_rise() {
        handed_out([1, 2]).holds(FENCING);
        handed_out([1, 90]).holds(FENCING);
        let judged = handed_out([7, 3]);
        let violation = judged.violation(FENCING);
        let Evidence::Token { tenure, token, before, before_token, .. } = violation.evidence else {
            panic!("{violation:?}");
        };
        assert_eq!((judged.name(tenure), token.0), ("b1", 3));
        assert_eq!((judged.name(before), before_token.0), ("a1", 7));
    }

    #[test]
    fn a_token_may_not_come_twice() {
        assert_eq!(handed_out([5, 5]).violations(FENCING).len(), 1);
    }

    /// 6 exceeds the token right before it, but not all. The eviction excuses the fall from 9 to 4 only, so
    /// that the fall from 9 to 6 has a standing of its own and shows.
    #[test]
    fn a_token_must_exceed_all_before_not_only_the_last() {
        let story = with_tokens().claim(FENCING, &[&[(Assumption::NoEviction, Quantity::Times(0))]]);
        let story = story.granted_on("a1", "n1", Some(9)).granted("b1").gone("b1", EndReason::Evicted);
        let judged = story.believes_with("b1", Some(4)).granted_on("c1", "n1", Some(6)).judged();
        let [inside, outside] = judged.violations(FENCING) else { panic!("{:?}", judged.judgement) };
        assert_eq!(inside.standing, Standing::Inside);
        assert!(matches!(inside.evidence, Evidence::Token { token: Token(6), before_token: Token(9), .. }));
        assert!(matches!(outside.evidence, Evidence::Token { token: Token(4), .. }));
    }

    #[test]
    fn a_tenure_keeps_its_token() {
        let granted = || with_tokens().granted_on("a1", "n1", Some(1));
        granted().believes_with("a1", Some(1)).judged().holds(FENCING);
        let judged = granted().believes_with("a1", Some(2)).judged();
        let violation = judged.violation(FENCING);
        assert!(
            matches!(violation.evidence, Evidence::Token { tenure, before, .. } if tenure == before),
            "{violation:?}"
        );
    }

    /// The older owner hears of its token after the newer one did. A checker that took the order of hearing
    /// for the order of tenures would call this a violation, and miss the inverted twin.
    #[test]
    fn a_token_that_is_told_late_still_belongs_to_the_older_tenure() {
        let told = |older: u64, newer: u64| {
            let story = with_tokens().granted("a1").at("2s").granted("b1");
            story.believes_with("b1", Some(newer)).believes_with("a1", Some(older)).judged()
        };
        told(1, 2).holds(FENCING);
        let judged = told(2, 1);
        let violation = judged.violation(FENCING);
        assert!(
            matches!(violation.evidence, Evidence::Token { tenure, .. } if judged.name(tenure) == "b1"),
            "{violation:?}"
        );
    }

    #[test]
    fn a_tenure_without_its_quorum_does_not_count() {
        let story = || with_tokens().rules(|rules| rules.quorum = 2).granted_on("a1", "n1", Some(9));
        let others = |story: Story| story.granted_on("b1", "n2", Some(3)).granted_on("b1", "n3", Some(3));
        others(story()).judged().holds(FENCING);
        let counted = others(story().granted_on("a1", "n2", Some(9))).judged();
        assert_eq!(counted.violations(FENCING).len(), 1);
    }

    /// The store lost power before the reply left, and minted the token again: nobody has seen it twice. A
    /// store that loses what it had answered for is another matter.
    #[test]
    fn a_token_that_was_promised_to_nobody_may_come_again() {
        let minted_again = |lost: EndReason| {
            let story = with_tokens().granted_on("a1", "n1", Some(1)).gone("a1", EndReason::Released);
            let story = story.granted_on("b1", "n1", Some(2)).gone("b1", lost);
            story.granted_on("c1", "n1", Some(2)).judged()
        };
        minted_again(EndReason::NeverPromised).holds(FENCING);
        assert_eq!(minted_again(EndReason::LostInRestart).violations(FENCING).len(), 1);
    }

    /// Never a pass where there is nothing to judge.
    #[test]
    fn a_lock_without_tokens_does_not_offer_it() {
        let judged = Story::new().at("1s").granted("a1").judged();
        assert_eq!(judged.verdict(FENCING), &Verdict::NotOffered);
    }
}
