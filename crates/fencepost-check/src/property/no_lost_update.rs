//! `no-lost-update`: two accepted writes were made from the same version, so the first one's update is gone.
//!
//! A write that is applied twice counts as two updates. What is written in a transaction is an update when that is
//! committed, all of it one; what is rolled back is none.

use super::{Property, Teller};
use crate::{Findings, Scene};
use fencepost_model::{
    Access, Cast, Event, EventKind, Evidence, LockId, OpTag, ResourceEvent, TenureId, word,
};

/// No two accepted writes have the same parent.
#[derive(Clone, Debug, Default)]
pub struct NoLostUpdate {
    writes: Vec<(LockId, Vec<Write>)>,
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
        let EventKind::Resource(ResourceEvent::Decided {
            tag,
            tenure,
            lock,
            access: Access::Write { parent, .. } | Access::Commit { parent, .. },
            accepted: true,
            ..
        }) = event.kind
        else {
            return;
        };
        let write = Write { parent, tag, tenure };
        if let Some(first) = self.made_before(lock, write) {
            let evidence = Evidence::LostUpdate {
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
    fn made_before(&mut self, lock: LockId, write: Write) -> Option<Write> {
        let writes = self.writes_of(lock);
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

    fn writes_of(&mut self, lock: LockId) -> &mut Vec<Write> {
        let index = match self.writes.iter().position(|(written, _)| *written == lock) {
            Some(index) => index,
            None => {
                self.writes.push((lock, Vec::new()));
                self.writes.len() - 1
            }
        };
        &mut self.writes[index].1
    }
}

#[cfg(test)]
mod tests {
    use crate::story::Story;
    use fencepost_model::{Evidence, word::NO_LOST_UPDATE};

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

    /// What is rolled back is no update, and what is committed is one then, not when it was written.
    #[test]
    fn in_a_transaction_an_update_is_what_is_committed() {
        let both = || two_tenures().stages("a1", 4).stages("b1", 4);
        both().commits("a1", 4).judged().holds(NO_LOST_UPDATE);
        let lost = both().commits("a1", 4).at("2s").commits("b1", 4).judged();
        assert_eq!(lost.violation(NO_LOST_UPDATE).at, crate::story::instant("2s"));
    }
}
