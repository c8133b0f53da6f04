//! `election-safety`: at most one member leads in a term.

use super::ELECTION_SAFETY;
use super::logs::change_of;
use fencepost_check::{Findings, Property, Scene, Teller};
use fencepost_model::{Cast, Event, Evidence, LogChange, NodeId};
use std::collections::BTreeMap;

/// No two members lead in one term.
#[derive(Clone, Debug, Default)]
pub struct ElectionSafety {
    leaders: BTreeMap<u64, NodeId>,
}

impl Property for ElectionSafety {
    fn name(&self) -> &'static str {
        ELECTION_SAFETY
    }

    fn hears(&self, teller: Teller, _: &Cast) -> bool {
        teller == Teller::Store
    }

    fn observe(&mut self, event: &Event, scene: &Scene, findings: &mut Findings) {
        let Some((node, LogChange::Elected { term })) = change_of(event) else { return };
        let first = *self.leaders.entry(term).or_insert(node);
        if first != node {
            let evidence = Evidence::Disagreement { first, second: node, how: "both lead in term", at: term };
            findings.violated(scene, evidence, &[]);
        }
    }
}
