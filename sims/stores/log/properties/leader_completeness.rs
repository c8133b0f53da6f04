//! `leader-completeness`: what was committed in a term is in the log of every leader of a later one.
//!
//! A member that carries an entry out knows it to be committed, in the term that it is in or in an earlier
//! one. So every leader of a term after that one had it when it was elected, and whoever is elected in one
//! later on has to have it. What a snapshot covers counts as had.

use super::LEADER_COMPLETENESS;
use super::logs::{Log, Logs, change_of};
use fencepost_check::{Findings, Property, Scene, Teller};
use fencepost_model::{Cast, Event, Evidence, LogChange, NodeId};
use std::collections::BTreeMap;

/// No leader lacks what was committed before its term.
#[derive(Clone, Debug, Default)]
pub struct LeaderCompleteness {
    logs: Logs,
    /// By place: what stands for the entry and all before it, and the smallest term of a member that has
    /// carried it out.
    committed: BTreeMap<u64, Committed>,
    /// By term: each leader with its log as it was elected.
    leaders: BTreeMap<u64, Vec<(NodeId, Log)>>,
}

#[derive(Clone, Copy, Debug)]
struct Committed {
    chain: u64,
    within: u64,
    by: NodeId,
}

impl Property for LeaderCompleteness {
    fn name(&self) -> &'static str {
        LEADER_COMPLETENESS
    }

    fn hears(&self, teller: Teller, _: &Cast) -> bool {
        teller == Teller::Store
    }

    fn observe(&mut self, event: &Event, scene: &Scene, findings: &mut Findings) {
        let Some((node, change)) = change_of(event) else { return };
        self.logs.take(node, change);
        let lacking = match change {
            LogChange::Elected { term } => self.elected(node, term),
            LogChange::Applied { index, within, .. } => self.applied(node, index, within),
            _ => None,
        };
        if let Some((by, leader, at)) = lacking {
            let how = "disagree: the second leads without what the first had committed, at place";
            findings.violated(scene, Evidence::Disagreement { first: by, second: leader, how, at }, &[]);
        }
    }
}

impl LeaderCompleteness {
    /// A new leader: what was committed in earlier terms has to be there.
    fn elected(&mut self, node: NodeId, term: u64) -> Option<(NodeId, NodeId, u64)> {
        let log = self.logs.of(node).cloned().unwrap_or_default();
        let mut earlier = self.committed.iter().filter(|(_, committed)| committed.within < term);
        let lacking = earlier.find(|(index, committed)| !has(&log, **index, committed.chain));
        let lacking = lacking.map(|(index, committed)| (committed.by, node, *index));
        self.leaders.entry(term).or_default().push((node, log));
        lacking
    }

    /// An entry is committed: the leaders of later terms have to have had it.
    fn applied(&mut self, node: NodeId, index: u64, within: u64) -> Option<(NodeId, NodeId, u64)> {
        let chain = self.logs.of(node)?.at(index)?.chain?;
        let committed =
            self.committed.entry(index).or_insert(Committed { chain, within: u64::MAX, by: node });
        if within >= committed.within {
            return None;
        }
        committed.within = within;
        let mut later = self.leaders.range(within + 1..).flat_map(|(_, leaders)| leaders);
        let (leader, _) = later.find(|(_, log)| !has(log, index, chain))?;
        Some((node, *leader, index))
    }
}

fn has(log: &Log, index: u64, chain: u64) -> bool {
    log.covers(index) || log.at(index).is_some_and(|link| link.chain.is_none_or(|it| it == chain))
}
