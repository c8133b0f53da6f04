//! `exclusive-effect`: damage done.
//!
//! After an operation of a newer tenure was accepted, reads included, the resource may take no write of an
//! older conflicting one. Newer is what the scene ranks higher; tokens play no part in it.
//!
//! What is written in a transaction is an operation when the gate lets it through. Its commit makes visible what was
//! let through before: it is no operation of its own, and inverts nothing.
//!
//! The provider is judged by itself: what was done there, and in which order.

use super::{Property, Teller};
use crate::{Findings, Scene, Tenure};
use fencepost_model::{
    Access, Cast, Event, EventKind, Evidence, Instant, LockId, Mode, OpTag, ResourceEvent, Site, Slot,
    TenureId, word,
};

/// No write of an older tenure is accepted after an operation of a newer one.
#[derive(Clone, Debug, Default)]
pub struct ExclusiveEffect {
    marks: Vec<((LockId, Slot, Site), Marks)>,
}

/// The newest accepted operation of one lock and slot. Shared tenures are kept apart, because they conflict
/// with all others but not with each other.
#[derive(Clone, Copy, Debug, Default)]
struct Marks {
    shared: Option<Mark>,
    other: Option<Mark>,
}

/// The first accepted operation of a tenure.
#[derive(Clone, Copy, Debug)]
struct Mark {
    rank: u32,
    tenure: TenureId,
    tag: OpTag,
    at: Instant,
}

impl Property for ExclusiveEffect {
    fn name(&self) -> &'static str {
        word::EXCLUSIVE_EFFECT
    }

    fn hears(&self, teller: Teller, _: &Cast) -> bool {
        teller == Teller::Resource
    }

    fn observe(&mut self, event: &Event, scene: &Scene, findings: &mut Findings) {
        if let Some((evidence, tenures)) = self.inversion(event, scene) {
            findings.violated(scene, evidence, &tenures);
        }
    }
}

impl ExclusiveEffect {
    /// Takes an event in. Where it is a write that came too late: what was seen, and the two tenures.
    pub(crate) fn inversion(&mut self, event: &Event, scene: &Scene) -> Option<(Evidence, [TenureId; 2])> {
        let EventKind::Resource(ResourceEvent::Decided { tag, tenure: id, access, accepted: true, .. }) =
            event.kind
        else {
            return None;
        };
        if matches!(access, Access::Commit { .. }) {
            return None;
        }
        // A guard exists because somebody was granted or believes; so its tenure has a rank.
        let (tenure, rank) = scene.tenure(id).and_then(|tenure| Some((tenure, tenure.rank?)))?;
        let site = access.site();
        let marks = self.marks_of(tenure, site);
        let newest = marks.conflicting(tenure.mode).filter(|mark| mark.rank > rank);
        marks.raise(tenure.mode, Mark { rank, tenure: id, tag, at: event.at });
        let newer = newest.filter(|_| access.is_write())?;
        let evidence = Evidence::Inversion {
            site,
            lock: tenure.lock,
            late: tag,
            older: id,
            early: newer.tag,
            newer: newer.tenure,
            early_at: newer.at,
        };
        Some((evidence, [id, newer.tenure]))
    }

    fn marks_of(&mut self, tenure: &Tenure, site: Site) -> &mut Marks {
        let place = (tenure.lock, tenure.slot, site);
        let index = match self.marks.iter().position(|(marked, _)| *marked == place) {
            Some(index) => index,
            None => {
                self.marks.push((place, Marks::default()));
                self.marks.len() - 1
            }
        };
        &mut self.marks[index].1
    }
}

impl Marks {
    /// The newest mark that conflicts with an operation in this mode.
    fn conflicting(&self, mode: Mode) -> Option<Mark> {
        let shared = self.shared.filter(|_| mode.conflicts(Mode::Shared));
        shared.into_iter().chain(self.other).max_by_key(|mark| mark.rank)
    }

    fn raise(&mut self, mode: Mode, mark: Mark) {
        let highest = if mode == Mode::Shared { &mut self.shared } else { &mut self.other };
        if highest.is_none_or(|highest| highest.rank < mark.rank) {
            *highest = Some(mark);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::story::{Story, instant};
    use fencepost_model::{Evidence, Mode, Site, word::EXCLUSIVE_EFFECT};

    /// `a1` is older than `b1`, whatever their beliefs are.
    fn two_tenures() -> Story {
        Story::new().at("1s").believes("a1").at("2s").believes("b1")
    }

    #[test]
    fn a_write_of_an_older_tenure_after_a_newer_one_is_a_violation() {
        let judged = two_tenures().at("3s").writes("b1", 0).at("4s").writes("a1", 1).judged();
        let violation = judged.violation(EXCLUSIVE_EFFECT);
        let Evidence::Inversion { older, newer, early_at, .. } = violation.evidence else {
            panic!("{violation:?}");
        };
        assert_eq!((judged.name(older), judged.name(newer)), ("a1", "b1"));
        assert_eq!((early_at, violation.at), (instant("3s"), instant("4s")));
    }

    #[test]
    fn operations_in_the_order_of_tenures_are_fine() {
        let story = two_tenures().at("3s").reads("a1", 0).writes("a1", 0).reads("b1", 1).writes("b1", 1);
        story.judged().holds(EXCLUSIVE_EFFECT);
    }

    /// Were reads ignored, an old tenure could overwrite what a newer one has based its work on.
    #[test]
    fn a_read_raises_the_mark_and_an_old_read_breaks_nothing() {
        let judged = two_tenures().at("3s").reads("b1", 0).writes("a1", 0).judged();
        assert_eq!(judged.violations(EXCLUSIVE_EFFECT).len(), 1);
        two_tenures().at("3s").writes("b1", 0).reads("a1", 1).judged().holds(EXCLUSIVE_EFFECT);
    }

    #[test]
    fn a_refused_operation_has_no_effect() {
        let late = two_tenures().at("3s").writes("b1", 0).write_is_refused("a1", 1);
        late.judged().holds(EXCLUSIVE_EFFECT);
        let early = two_tenures().at("3s").write_is_refused("b1", 0).writes("a1", 0);
        early.judged().holds(EXCLUSIVE_EFFECT);
    }

    /// What an old tenure does at the one is no matter of what a newer one did at the other.
    #[test]
    fn the_provider_is_judged_by_itself() {
        two_tenures().at("3s").writes("b1", 0).charges("a1", 0).judged().holds(EXCLUSIVE_EFFECT);
        two_tenures().at("3s").charges("b1", 0).writes("a1", 0).judged().holds(EXCLUSIVE_EFFECT);
        let refused = two_tenures().at("3s").charges("b1", 0).charge_is_refused("a1", 1);
        refused.judged().holds(EXCLUSIVE_EFFECT);
        let late = two_tenures().at("3s").charges("b1", 0).at("4s").charges("a1", 1).judged();
        assert_eq!(late.violation(EXCLUSIVE_EFFECT).evidence.site(), Site::Provider);
    }

    /// Newer is decided by the grants, not by the order in which owners hear of them.
    #[test]
    fn grants_decide_which_tenure_is_newer() {
        let story =
            || Story::new().at("1s").granted("a1").at("2s").granted("b1").believes("b1").believes("a1");
        story().writes("a1", 0).writes("b1", 1).judged().holds(EXCLUSIVE_EFFECT);
        let inverted = story().writes("b1", 0).writes("a1", 1).judged();
        assert_eq!(inverted.violations(EXCLUSIVE_EFFECT).len(), 1);
    }

    #[test]
    fn shared_tenures_do_not_conflict_but_a_writer_between_them_does() {
        let story = || Story::new().mode(Mode::Shared).at("1s").believes("a1").believes("b1");
        story().writes("b1", 0).writes("a1", 1).judged().holds(EXCLUSIVE_EFFECT);
        let story = story().mode(Mode::Exclusive).believes("c1");
        let judged = story.writes("c1", 0).writes("a1", 1).judged();
        assert_eq!(judged.violations(EXCLUSIVE_EFFECT).len(), 1, "a reader's mark hides no writer's");
    }

    #[test]
    fn permits_are_compared_on_their_slot_only() {
        let story = || Story::new().mode(Mode::Permit).slot(1).at("1s").believes("a1");
        story().slot(2).believes("b1").writes("b1", 0).writes("a1", 1).judged().holds(EXCLUSIVE_EFFECT);
        let same = story().believes("b1").writes("b1", 0).writes("a1", 1).judged();
        assert_eq!(same.violations(EXCLUSIVE_EFFECT).len(), 1);
    }

    /// The gate has let it through before the newer tenure did anything; that others see it later is no operation.
    #[test]
    fn a_commit_comes_late_for_nothing_but_a_write_of_a_transaction_may() {
        let story = || two_tenures().at("3s");
        let early = story().stages("a1", 0).reads("b1", 0).at("4s").commits("a1", 0);
        early.judged().holds(EXCLUSIVE_EFFECT);
        let late = story().reads("b1", 0).at("4s").stages("a1", 0).commits("a1", 0).judged();
        assert_eq!(late.violations(EXCLUSIVE_EFFECT).len(), 1);
        let newer = story().stages("b1", 0).at("4s").stages("a1", 1).judged();
        assert_eq!(newer.violations(EXCLUSIVE_EFFECT).len(), 1, "it raises the mark before it is committed");
    }
}
