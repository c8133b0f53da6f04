//! `log-matching`: logs that have an entry of one place and term are the same up to it.

use super::LOG_MATCHING;
use super::logs::{Logs, change_of};
use fencepost_check::{Findings, Property, Scene, Teller};
use fencepost_model::{Cast, Event, Evidence, LogChange, NodeId};
use std::collections::BTreeMap;

/// An entry's place and term stand for everything before it.
#[derive(Clone, Debug, Default)]
pub struct LogMatching {
    logs: Logs,
    /// Who had an entry first, by place and term.
    first: BTreeMap<(u64, u64), NodeId>,
}

impl Property for LogMatching {
    fn name(&self) -> &'static str {
        LOG_MATCHING
    }

    fn hears(&self, teller: Teller, _: &Cast) -> bool {
        teller == Teller::Store
    }

    fn observe(&mut self, event: &Event, scene: &Scene, findings: &mut Findings) {
        let Some((node, change)) = change_of(event) else { return };
        let differs = self.logs.take(node, change).is_some();
        let LogChange::Appended { index, term, .. } = change else { return };
        let first = *self.first.entry((index, term)).or_insert(node);
        if differs {
            let how = "have different histories behind the same entry at place";
            findings.violated(scene, Evidence::Disagreement { first, second: node, how, at: index }, &[]);
        }
    }
}
