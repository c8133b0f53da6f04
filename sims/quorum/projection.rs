//! Tenures, read out of what nodes accepted.

use super::QuorumSettings;
use fencepost_model::{
    Cast, Datum, EndReason, LockId, Mode, NodeId, OpTag, RowChange, Slot, Span, StoreEvent,
};
use fencepost_sim::{Projection, TenureChange};
use std::collections::VecDeque;
use std::sync::Arc;

/// How many contents of a register are remembered with their makers.
const REMEMBERED: usize = 256;

/// A content that a node accepted from the acquire that made it, or from an extension under its guard, is the
/// node's promise for a whole lease, by its own oscillator. A version that somebody else proposed again is a
/// copy: the node has it, and promises nothing by it.
pub(super) struct QuorumProjection {
    locks: Vec<Watched>,
}

struct Watched {
    lock: LockId,
    key: Arc<str>,
    number_key: String,
    promised: Span,
    majority: usize,
    nodes: Vec<AtNode>,
    made: VecDeque<Made>,
}

/// What one node has.
struct AtNode {
    node: NodeId,
    /// The number of its version.
    number: u64,
    /// The number was told, and what is in the version was not yet.
    is_new: bool,
    holds: Option<Held>,
}

#[derive(Clone, Copy)]
struct Held {
    content: Datum,
    maker: OpTag,
    number: u64,
}

/// A content, and who made it.
struct Made {
    content: Datum,
    maker: OpTag,
    /// The version of it that was accepted last, and by which nodes.
    number: u64,
    accepted_by: Vec<NodeId>,
    /// The number of its newest version that a majority accepted; none: it was promised to nobody.
    chosen: Option<u64>,
    /// Its maker gave it back, by the version of this number.
    released_by: Option<u64>,
}

impl QuorumProjection {
    pub fn new(cast: &Cast, settings: &QuorumSettings) -> QuorumProjection {
        let watched = cast.locks.iter().enumerate().map(|(index, lock)| Watched {
            lock: LockId(index as u16),
            key: lock.name.clone(),
            number_key: format!("version:{}", lock.name),
            promised: settings.ttl,
            majority: settings.majority(),
            nodes: Vec::new(),
            made: VecDeque::new(),
        });
        QuorumProjection { locks: watched.collect() }
    }
}

impl Projection for QuorumProjection {
    fn project(&mut self, event: &StoreEvent, changes: &mut Vec<TenureChange>) {
        let StoreEvent::Row { node, key, change, tag, .. } = event else { return };
        let by = tag.as_ref().map(OpTag::of_attempt);
        for watched in &mut self.locks {
            if *watched.number_key == **key {
                watched.number_told(*node, *change);
            } else if *watched.key == **key {
                watched.content_told(*node, *change, by, changes);
            }
        }
    }

    fn state(&self, node: NodeId, created_by: OpTag) -> u64 {
        let at_node = self.locks.iter().flat_map(|watched| &watched.nodes).filter(|at| at.node == node);
        let mut held = at_node.filter_map(|at| at.holds).filter(|held| held.maker == created_by);
        held.next().map_or(0, |held| match held.content {
            Datum::Opaque(bits) => bits.max(1),
            Datum::Integer(number) => number as u64,
        })
    }
}

impl Watched {
    fn at(&mut self, node: NodeId) -> &mut AtNode {
        let index = match self.nodes.iter().position(|at| at.node == node) {
            Some(index) => index,
            None => {
                self.nodes.push(AtNode { node, number: 0, is_new: false, holds: None });
                self.nodes.len() - 1
            }
        };
        &mut self.nodes[index]
    }

    fn number_told(&mut self, node: NodeId, change: RowChange) {
        let at = self.at(node);
        match change {
            RowChange::Created { value: Datum::Integer(number), .. }
            | RowChange::Changed { value: Datum::Integer(number), .. } => {
                (at.number, at.is_new) = (number as u64, true);
            }
            _ => (at.number, at.is_new) = (0, false),
        }
    }

    fn content_told(
        &mut self,
        node: NodeId,
        change: RowChange,
        by: Option<OpTag>,
        changes: &mut Vec<TenureChange>,
    ) {
        let at = self.at(node);
        let (number, is_new) = (at.number, std::mem::take(&mut at.is_new));
        match change {
            RowChange::Created { value, .. } | RowChange::Changed { value, .. } => {
                self.accepted(node, number, value, by, changes);
            }
            RowChange::Removed { reason: EndReason::Deleted } => {
                self.released(number, by);
                let left = self.at(node).holds.take();
                changes.extend(left.map(|held| self.gone(node, held, number, by)));
            }
            RowChange::Removed { reason } => {
                let left = self.at(node).holds.take();
                changes.extend(left.map(|held| TenureChange::Gone { node, created_by: held.maker, reason }));
            }
            RowChange::Attempted if is_new => self.released(number, by),
            RowChange::Attempted => {}
        }
    }

    /// A node accepted a version with something in it.
    fn accepted(
        &mut self,
        node: NodeId,
        number: u64,
        content: Datum,
        by: Option<OpTag>,
        changes: &mut Vec<TenureChange>,
    ) {
        let Some(maker) = self.maker_of(content).or(by) else { return };
        let by_maker = by == Some(maker);
        let adds = by_maker && !self.is_chosen(number, content);
        if by_maker {
            self.note_accepted(node, number, content, maker);
        }
        let before = self.at(node).holds;
        let stays = before.is_some_and(|held| held.content == content);
        self.at(node).holds = Some(Held { content, maker, number });
        if let Some(held) = before.filter(|held| held.content != content) {
            changes.push(self.gone(node, held, number, by));
        }
        let promised = Some(if adds { self.promised } else { Span::ZERO });
        match stays {
            true if adds => changes.push(TenureChange::Extended { node, created_by: maker, promised }),
            true => {}
            false => changes.push(TenureChange::Granted {
                node,
                created_by: maker,
                lock: self.lock,
                slot: Slot(0),
                mode: Mode::Exclusive,
                promised,
                token: None,
            }),
        }
    }

    fn maker_of(&self, content: Datum) -> Option<OpTag> {
        self.made.iter().rev().find(|made| made.content == content).map(|made| made.maker)
    }

    /// Whether a majority has accepted this version from its maker. Contenders count its lease from when they saw that,
    /// so a vote that comes later adds no time to it.
    fn is_chosen(&self, number: u64, content: Datum) -> bool {
        self.made.iter().any(|made| made.content == content && made.chosen == Some(number))
    }

    fn note_accepted(&mut self, node: NodeId, number: u64, content: Datum, maker: OpTag) {
        if self.maker_of(content).is_none() {
            if self.made.len() == REMEMBERED {
                self.made.pop_front();
            }
            self.made.push_back(Made {
                content,
                maker,
                number,
                accepted_by: Vec::new(),
                chosen: None,
                released_by: None,
            });
        }
        let majority = self.majority;
        let Some(made) = self.made.iter_mut().rev().find(|made| made.content == content) else { return };
        if made.number < number {
            (made.number, made.accepted_by) = (number, Vec::new());
        }
        if made.number == number && !made.accepted_by.contains(&node) {
            made.accepted_by.push(node);
        }
        if made.accepted_by.len() >= majority {
            made.chosen = Some(made.number);
        }
    }

    /// A node accepted an empty version. Under the guard that made a content, or by its attempt, that is its
    /// release; by anybody else it is a copy.
    fn released(&mut self, number: u64, by: Option<OpTag>) {
        let theirs = self.made.iter_mut().filter(|made| Some(made.maker) == by);
        theirs.for_each(|made| made.released_by = made.released_by.or(Some(number)));
    }

    /// What it means that a node has another version in the place of this.
    fn gone(&self, node: NodeId, held: Held, number: u64, by: Option<OpTag>) -> TenureChange {
        let made = self.made.iter().rev().find(|made| made.content == held.content);
        let reason = match made {
            _ if by == Some(held.maker) => EndReason::Released,
            Some(made) if made.chosen.is_none() => EndReason::NeverPromised,
            Some(made) if made.released_by.is_some_and(|by| by <= number) => EndReason::ReleasedElsewhere,
            // Whoever made a newer version than this node or a majority has had judged that its lease was
            // over. It may have judged by one that was renewed since, and then it wins no majority.
            Some(made) if made.chosen < Some(number) || held.number < number => EndReason::Expired,
            Some(_) => EndReason::Overwritten,
            None => EndReason::NeverPromised,
        };
        TenureChange::Gone { node, created_by: held.maker, reason }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use fencepost_model::{LockEntry, OwnerId, ProcessId, Settings};

    /// What nodes tell of versions, with a content for each owner.
    struct Nodes(QuorumProjection);

    impl Nodes {
        fn new() -> Nodes {
            let settings = QuorumSettings::of(&Settings::defaults(super::super::settings::SPECS));
            let cast = Cast { locks: vec![LockEntry { name: "orders".into() }], ..Cast::default() };
            Nodes(QuorumProjection::new(&cast, &settings))
        }

        fn tell(&mut self, node: u32, by: u32, number: i64, change: RowChange) -> Vec<String> {
            let value = Datum::Integer(number);
            let rows = [("version:orders", RowChange::Changed { value, lives: None }), ("orders", change)];
            let mut changes = Vec::new();
            for (key, change) in rows {
                let tag = Some(tag(by));
                let (node, key) = (ProcessId(node), Arc::from(key));
                let event = StoreEvent::Row { node, key, change, tag, sent: None, primary: true };
                self.0.project(&event, &mut changes);
            }
            changes.iter().map(told).collect()
        }

        /// A node accepts a version with the content of an owner, from an operation of `by`.
        fn accepts(&mut self, node: u32, of: u64, number: i64, by: u32) -> Vec<String> {
            self.tell(node, by, number, RowChange::Changed { value: Datum::Opaque(of), lives: None })
        }

        fn accepts_empty(&mut self, node: u32, number: i64, by: u32) -> Vec<String> {
            self.tell(node, by, number, RowChange::Removed { reason: EndReason::Deleted })
        }
    }

    fn tag(owner: u32) -> OpTag {
        OpTag { owner: OwnerId(owner), ..OpTag::default() }
    }

    fn told(change: &TenureChange) -> String {
        match change {
            TenureChange::Granted { node, created_by, promised, .. } => {
                let copied = if *promised == Some(Span::ZERO) { " copied" } else { "" };
                format!("{}+{}{copied}", node.0, created_by.owner.0)
            }
            TenureChange::Extended { node, created_by, .. } => format!("{}={}", node.0, created_by.owner.0),
            TenureChange::Gone { node, created_by, reason } => {
                format!("{}-{} {reason:?}", node.0, created_by.owner.0)
            }
            TenureChange::Waits { .. } | TenureChange::WaitsNoMore { .. } => "there is no queue".to_owned(),
        }
    }

    #[test]
    fn what_the_maker_had_accepted_is_promised_and_prolonged_and_released() {
        let mut nodes = Nodes::new();
        assert_eq!(nodes.accepts(1, 7, 1, 7), ["1+7"]);
        assert_eq!(nodes.accepts(2, 7, 1, 7), ["2+7"]);
        assert_eq!(nodes.accepts(1, 7, 2, 7), ["1=7"]);
        assert_eq!(nodes.accepts_empty(1, 3, 7), ["1-7 Released"]);
    }

    #[test]
    fn a_copy_promises_nothing() {
        let mut nodes = Nodes::new();
        nodes.accepts(1, 7, 1, 7);
        assert_eq!(nodes.accepts(2, 7, 1, 8), ["2+7 copied"]);
        assert!(nodes.accepts(1, 7, 1, 8).is_empty(), "it has it already");
        assert_eq!(nodes.accepts(2, 7, 2, 7), ["2=7"], "the maker itself comes later");
    }

    #[test]
    fn what_no_majority_accepted_was_promised_to_nobody() {
        let mut nodes = Nodes::new();
        nodes.accepts(1, 7, 1, 7);
        nodes.accepts(2, 7, 2, 7);
        assert_eq!(nodes.accepts(1, 8, 3, 8), ["1-7 NeverPromised", "1+8"], "two versions are no majority");
    }

    #[test]
    fn a_newer_version_says_that_the_lease_is_over_and_an_older_one_writes_over_it() {
        let chosen = || {
            let mut nodes = Nodes::new();
            nodes.accepts(1, 7, 5, 7);
            nodes.accepts(2, 7, 5, 7);
            nodes
        };
        assert_eq!(chosen().accepts(1, 8, 6, 8), ["1-7 Expired", "1+8"]);
        assert_eq!(chosen().accepts(1, 8, 5, 8), ["1-7 Overwritten", "1+8"]);
        // An extension that one node accepted is no newer than a majority's version.
        let mut extended = chosen();
        extended.accepts(1, 7, 6, 7);
        assert_eq!(extended.accepts(1, 8, 6, 8), ["1-7 Expired", "1+8"]);
        // Nor does an extension that others accepted make a difference to a node that has not heard of it.
        let mut renewed = chosen();
        renewed.accepts(3, 7, 6, 7);
        renewed.accepts(2, 7, 6, 7);
        assert_eq!(renewed.accepts(1, 8, 6, 8), ["1-7 Expired", "1+8"]);
    }

    #[test]
    fn what_follows_a_release_ends_what_other_nodes_kept() {
        let mut nodes = Nodes::new();
        nodes.accepts(1, 7, 5, 7);
        nodes.accepts(2, 7, 5, 7);
        nodes.accepts_empty(3, 6, 7);
        assert_eq!(nodes.accepts(1, 8, 7, 8), ["1-7 ReleasedElsewhere", "1+8"]);
    }
}
