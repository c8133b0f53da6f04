//! The logs of all members, as their events tell of them.

use fencepost_model::{Digest, Event, EventKind, LogChange, NodeId, StoreEvent};
use std::collections::BTreeMap;

/// What an event tells of a member's log.
pub(super) fn change_of(event: &Event) -> Option<(NodeId, LogChange)> {
    match event.kind {
        EventKind::Store(StoreEvent::Log { node, change }) => Some((node, change)),
        _ => None,
    }
}

/// An entry, with everything before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Link {
    pub term: u64,
    /// Stands for the entry and all before it; none where a snapshot stands for an unknown part of them.
    pub chain: Option<u64>,
}

/// A member's log. Places before `start` are in its snapshot.
#[derive(Clone, Debug, Default)]
pub(super) struct Log {
    /// The last place that a snapshot took the place of.
    start: u64,
    /// What stands for everything up to there; the beginning of a log is known.
    before: Option<u64>,
    links: Vec<Link>,
}

impl Log {
    /// The entry at a place, where the log has one that no snapshot covers.
    pub fn at(&self, index: u64) -> Option<Link> {
        let place = index.checked_sub(self.start + 1)?;
        self.links.get(place as usize).copied()
    }

    /// Whether a snapshot covers a place.
    pub fn covers(&self, index: u64) -> bool {
        index <= self.start
    }

    fn append(&mut self, index: u64, term: u64, digest: u64) -> Option<Link> {
        let place = index.checked_sub(self.start + 1)? as usize;
        self.links.truncate(place);
        let before = match self.links.last() {
            Some(link) => link.chain,
            None if self.start == 0 => Some(0),
            None => self.before,
        };
        let link = Link { term, chain: before.map(|before| chained(before, term, digest)) };
        self.links.push(link);
        Some(link)
    }
}

fn chained(before: u64, term: u64, digest: u64) -> u64 {
    let mut chain = Digest::default();
    [before, term, digest].into_iter().for_each(|word| chain.fold(word));
    chain.value()
}

/// The logs of all members.
#[derive(Clone, Debug, Default)]
pub(super) struct Logs {
    logs: BTreeMap<NodeId, Log>,
    /// What stood for an entry and all before it when it was first seen, by place and term.
    known: BTreeMap<(u64, u64), u64>,
}

impl Logs {
    /// Takes a change in. Gives the entry that was appended, and what stood for its place and term before,
    /// where that is something else.
    pub fn take(&mut self, node: NodeId, change: LogChange) -> Option<(Link, u64)> {
        let log = self.logs.entry(node).or_default();
        match change {
            LogChange::Appended { index, term, digest } => {
                let link = log.append(index, term, digest)?;
                let chain = link.chain?;
                let known = *self.known.entry((index, term)).or_insert(chain);
                return (known != chain).then_some((link, known));
            }
            LogChange::Found { index, term } | LogChange::Installed { index, term } => {
                let before = self.known.get(&(index, term)).copied();
                *log = Log { start: index, before, links: Vec::new() };
            }
            LogChange::Elected { .. } | LogChange::Applied { .. } => {}
        }
        None
    }

    /// The log of a member.
    pub fn of(&self, node: NodeId) -> Option<&Log> {
        self.logs.get(&node)
    }
}
