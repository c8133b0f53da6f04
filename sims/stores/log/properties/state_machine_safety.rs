//! `state-machine-safety`: what one member has carried out at a place, no other one carries out differently.

use super::STATE_MACHINE_SAFETY;
use super::logs::change_of;
use fencepost_check::{Findings, Property, Scene, Teller};
use fencepost_model::{Cast, Event, Evidence, LogChange, NodeId};
use std::collections::BTreeMap;

/// All members carry out the same entries.
#[derive(Clone, Debug, Default)]
pub struct StateMachineSafety {
    /// What was carried out first at each place, and by whom.
    first: BTreeMap<u64, (u64, NodeId)>,
}

impl Property for StateMachineSafety {
    fn name(&self) -> &'static str {
        STATE_MACHINE_SAFETY
    }

    fn hears(&self, teller: Teller, _: &Cast) -> bool {
        teller == Teller::Store
    }

    fn observe(&mut self, event: &Event, scene: &Scene, findings: &mut Findings) {
        let Some((node, LogChange::Applied { index, digest, .. })) = change_of(event) else { return };
        let (known, first) = *self.first.entry(index).or_insert((digest, node));
        if known != digest {
            let how = "carried out different entries at place";
            findings.violated(scene, Evidence::Disagreement { first, second: node, how, at: index }, &[]);
        }
    }
}
