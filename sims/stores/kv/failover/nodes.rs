//! How the servers of keys look from here: when each was heard last, and what it said of itself.

use super::{Control, Report};
use fencepost_model::{Mono, ProcessId, Span};
use fencepost_sim::ServerContext;

/// See the module.
pub(super) struct Nodes {
    nodes: Vec<Node>,
}

/// One of them.
pub(super) struct Node {
    pub id: ProcessId,
    /// Since when every ping has been in vain, or has not been answered yet; none: the last one was answered.
    waits_since: Option<Mono>,
    pub heard: Mono,
    pub report: Option<Report>,
    /// Since when it has not been what it should be.
    odd_since: Option<Mono>,
    /// Since when it has said the same of its part.
    plays_since: Mono,
}

impl Nodes {
    pub fn new(ids: &[ProcessId]) -> Nodes {
        let node = |id: &ProcessId| Node {
            id: *id,
            waits_since: None,
            heard: Mono(0),
            report: None,
            odd_since: None,
            plays_since: Mono(0),
        };
        Nodes { nodes: ids.iter().map(node).collect() }
    }

    /// Asks everybody how they are.
    pub fn ping(&mut self, world: &mut ServerContext<'_>) {
        let now = world.mono();
        for node in &mut self.nodes {
            node.waits_since.get_or_insert(now);
            world.send(node.id, "ping", Control::Ping);
        }
    }

    /// One of them has answered.
    pub fn answered(&mut self, id: ProcessId, report: Report, now: Mono) {
        for node in self.nodes.iter_mut().filter(|node| node.id == id) {
            if node.report.is_some_and(|before| before.follows != report.follows) {
                (node.odd_since, node.plays_since) = (None, now);
            }
            (node.waits_since, node.heard, node.report) = (None, now, Some(report));
        }
    }

    /// All of them, in order.
    pub fn ids(&self) -> Vec<ProcessId> {
        self.nodes.iter().map(|node| node.id).collect()
    }

    pub fn get(&self, id: ProcessId) -> &Node {
        self.nodes.iter().find(|node| node.id == id).expect("everybody watches the same servers")
    }

    pub fn others(&mut self, than: ProcessId) -> impl Iterator<Item = &mut Node> {
        self.nodes.iter_mut().filter(move |node| node.id != than)
    }

    /// The replica to promote: one that was heard lately and knows its primary, with the lowest priority
    /// number, then the most of the stream, then the lowest name. Priorities are all alike here.
    pub fn best_replica(&self, of: ProcessId, now: Mono, heard_within: Span) -> Option<ProcessId> {
        let fit = |node: &&Node| {
            let follows = node.report.and_then(|report| report.follows);
            node.id != of && follows.is_some() && now <= node.heard + heard_within
        };
        let replicas = self.nodes.iter().filter(fit);
        let best =
            replicas.max_by_key(|node| (node.report.map(|report| report.offset), std::cmp::Reverse(node.id)));
        best.map(|node| node.id)
    }
}

impl Node {
    /// Whether it has been silent for longer than this.
    pub fn is_silent(&self, now: Mono, span: Span) -> bool {
        self.waits_since.is_some_and(|since| now > since + span)
    }

    /// Whether it takes itself for a primary.
    pub fn says_primary(&self) -> bool {
        self.report.is_some_and(|report| report.follows.is_none())
    }

    /// Whether it has said for so long that it is a replica.
    pub fn has_been_replica_for(&self, span: Span, now: Mono) -> bool {
        self.report.is_some() && !self.says_primary() && now > self.plays_since + span
    }

    /// Whether something has been so for as long as `span`, as of now. Where it is not so, counting ends.
    pub fn lasts(&mut self, so: bool, now: Mono, span: Span) -> bool {
        if !so {
            self.odd_since = None;
            return false;
        }
        now >= *self.odd_since.get_or_insert(now) + span
    }
}
