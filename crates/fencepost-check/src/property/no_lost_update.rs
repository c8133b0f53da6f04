//! `no-lost-update`: two accepted writes were made from the same version, so the first one's update is gone.
//!
//! A write that is applied twice counts as two updates. What is written in a transaction is an update when that is
//! committed, all of it one; what is rolled back is none.
//!
//! Of a provider it says that no job is done twice: the job is the version from which the update was made.

use super::{Property, Teller};
use crate::{Findings, Scene};
use fencepost_model::{
    Access, Cast, Event, EventKind, Evidence, LockId, OpTag, ResourceEvent, Site, TenureId, word,
};

/// No two accepted writes have the same parent.
#[derive(Clone, Debug, Default)]
pub struct NoLostUpdate {
    writes: Vec<((LockId, Site), Vec<Write>)>,
}

/// The first accepted write that was made from a version.
#[derive(Clone, Copy, Debug)]
struct Write {
    parent: u64,
    tag: OpTag,
    tenure: TenureId,
}

impl Property for NoLostUpdate {
    fn name(&self) -> &'static str {
        word::NO_LOST_UPDATE
    }

    fn hears(&self, teller: Teller, _: &Cast) -> bool {
        teller == Teller::Resource
    }

    fn observe(&mut self, event: &Event, scene: &Scene, findings: &mut Findings) {
        let EventKind::Resource(ResourceEvent::Decided { tag, tenure, lock, access, accepted: true, .. }) =
            event.kind
        else {
            return;
        };
        let (site, parent) = match access {
            Access::Write { parent, .. } | Access::Commit { parent, .. } => (Site::Resource, parent),
            Access::Charge { job, .. } => (Site::Provider, job),
            Access::Read { .. } | Access::Stage { .. } => return,
        };
        let write = Write { parent, tag, tenure };
        if let Some(first) = self.made_before((lock, site), write) {
            let evidence = Evidence::LostUpdate {
                site,
                lock,
                parent,
                first: first.tag,
                first_tenure: first.tenure,
                second: tag,
                second_tenure: tenure,
            };
            findings.violated(scene, evidence, &[first.tenure, tenure]);
        }
    }
}

impl NoLostUpdate {
    /// The earlier write from the same version; where there is none, this one is noted. Versions rise, so
    /// almost every write goes to the end of the sorted list.
    fn made_before(&mut self, place: (LockId, Site), write: Write) -> Option<Write> {
        let writes = self.writes_of(place);
        if writes.last().is_none_or(|last| last.parent < write.parent) {
            writes.push(write);
            return None;
        }
        match writes.binary_search_by_key(&write.parent, |write| write.parent) {
            Ok(index) => Some(writes[index]),
            Err(index) => {
                writes.insert(index, write);
                None
            }
        }
    }

    fn writes_of(&mut self, place: (LockId, Site)) -> &mut Vec<Write> {
        let index = match self.writes.iter().position(|(written, _)| *written == place) {
            Some(index) => index,
            None => {
                self.writes.push((place, Vec::new()));
                self.writes.len() - 1
            }
        };
        &mut self.writes[index].1
    }
}

#[cfg(test)]
mod tests {
    use crate::story::Story;
    use fencepost_model::{Evidence, Site, word::NO_LOST_UPDATE};

    fn two_tenures() -> Story {
        Story::new().at("1s").believes("a1").believes("b1")
    }

    #[test]
    fn two_writes_from_one_version_lose_an_update() {
        let judged = two_tenures().writes("a1", 4).writes("b1", 4).judged();
        let violation = judged.violation(NO_LOST_UPDATE);
        let Evidence::LostUpdate { parent, first_tenure, second_tenure, .. } = violation.evidence else {
            panic!("{violation:?}");
        };
        assert_eq!(parent, 4);
        assert_eq!((judged.name(first_tenure), judged.name(second_tenure)), ("a1", "b1"));
    }

    #[test]
    fn a_chain_of_versions_loses_nothing() {
        two_tenures().writes("a1", 0).writes("b1", 1).writes("a1", 2).judged().holds(NO_LOST_UPDATE);
    }

    /// The versions need not rise for a loss to be found: the list is sorted, not appended to.
    #[test]
    fn a_loss_is_found_behind_later_versions() {
        let judged = two_tenures().writes("a1", 7).writes("a1", 3).writes("a1", 9).writes("b1", 3).judged();
        assert_eq!(judged.violations(NO_LOST_UPDATE).len(), 1);
    }

    #[test]
    fn a_write_applied_twice_is_two_updates_and_a_refused_one_is_none() {
        let twice = two_tenures().writes("a1", 0).and_again().judged();
        assert_eq!(twice.violations(NO_LOST_UPDATE).len(), 1);
        two_tenures().writes("a1", 0).write_is_refused("b1", 0).judged().holds(NO_LOST_UPDATE);
    }

    /// The job is the version from which the update was made: the provider does it once, and the resource writes once.
    #[test]
    fn a_job_that_is_done_twice_is_one_too_many() {
        let once = two_tenures().charges("a1", 4).writes("a1", 4).charges("b1", 5).writes("b1", 5);
        once.judged().holds(NO_LOST_UPDATE);
        let refused = two_tenures().charges("a1", 4).charge_is_refused("b1", 4);
        refused.judged().holds(NO_LOST_UPDATE);
        let twice = two_tenures().charges("a1", 4).charges("b1", 4).judged();
        assert_eq!(twice.violation(NO_LOST_UPDATE).evidence.site(), Site::Provider);
        let lost = two_tenures().writes("a1", 4).charges("b1", 4).writes("b1", 4).judged();
        assert_eq!(lost.violation(NO_LOST_UPDATE).evidence.site(), Site::Resource);
    }

    /// The first violation at each site is kept, though both are excused alike.
    #[test]
    fn each_site_has_a_violation_of_its_own() {
        let both = two_tenures().charges("a1", 4).writes("a1", 4).charges("b1", 4).writes("b1", 4);
        let claimed = both.claim(NO_LOST_UPDATE, &[&[]]).judged();
        let sites: Vec<Site> =
            claimed.violations(NO_LOST_UPDATE).iter().map(|violation| violation.evidence.site()).collect();
        assert_eq!(sites, [Site::Provider, Site::Resource]);
    }

    /// What is rolled back is no update, and what is committed is one then, not when it was written.
    #[test]
    fn in_a_transaction_an_update_is_what_is_committed() {
        let both = || two_tenures().stages("a1", 4).stages("b1", 4);
        both().commits("a1", 4).judged().holds(NO_LOST_UPDATE);
        let lost = both().commits("a1", 4).at("2s").commits("b1", 4).judged();
        assert_eq!(lost.violation(NO_LOST_UPDATE).at, crate::story::instant("2s"));
    }
}
