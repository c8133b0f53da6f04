//! The ledger of promises: which nodes promised a tenure, and what became of each promise.
//!
//! A node's promise stands from its grant to the first of: the end of the promised duration, or an end of
//! its state that the rules call rightful. State that is *lost* ends nothing, because the owner was told
//! that the lock is its own: the promise goes on standing without state, and a second grant beside it is
//! exactly the violation.
//!
//! An extension arms the promise again where state is present, also after the promised duration had run
//! out: a store whose wall clock was set back prolongs what it still keeps, and from then on it has
//! promised again. Where the state was lost, an extension finds nothing and changes nothing.

use fencepost_model::{EndReason, NodeId};

/// What one node promised of one tenure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NodePromise {
    /// The node.
    pub node: NodeId,
    /// Whether the promise stands.
    pub stands: bool,
    /// Whether the state behind it is there.
    pub kept: bool,
    /// How often its state was evicted.
    pub(crate) evicted: u32,
    /// How often its state was removed by an administrator.
    pub(crate) forced: u32,
    /// How often its state was lost, or what was done to it, because a copy did not have it.
    pub(crate) uncopied: u32,
}

/// The promises of one tenure, one for each node. Most tenures have one, and need no allocation.
#[derive(Clone, Debug, Default)]
pub struct Promises {
    first: Option<NodePromise>,
    more: Vec<NodePromise>,
}

impl Promises {
    /// Every node that ever promised the tenure.
    pub fn iter(&self) -> impl Iterator<Item = &NodePromise> {
        self.first.iter().chain(&self.more)
    }

    /// On how many nodes a promise stands.
    pub fn standing(&self) -> usize {
        self.iter().filter(|promise| promise.stands).count()
    }

    /// On how many nodes the state of the tenure is there, promised or not.
    pub fn keepers(&self) -> usize {
        self.iter().filter(|promise| promise.kept).count()
    }

    pub(crate) fn granted(&mut self, node: NodeId) {
        let promise = self.of(node);
        promise.stands = true;
        promise.kept = true;
    }

    /// A node that never granted the tenure may extend it: a replica that was promoted with its state.
    pub(crate) fn extended(&mut self, node: NodeId) {
        if let Some(promise) = self.iter_mut().find(|promise| promise.node == node) {
            promise.stands |= promise.kept;
        } else {
            self.granted(node);
        }
    }

    /// A server that was replaced and does not know it did something for the tenure, if `so`: the primary that
    /// there is has nothing of it.
    pub(crate) fn beside_the_primary(&mut self, node: NodeId, so: bool) {
        if so {
            self.of(node).uncopied += 1;
        }
    }

    pub(crate) fn ran_out(&mut self, node: NodeId) {
        if let Some(promise) = self.iter_mut().find(|promise| promise.node == node) {
            promise.stands = false;
        }
    }

    /// The state on a node is gone. `everywhere`: the system has one state of each lock, on whichever node
    /// is its primary, so what ends it there ends it altogether.
    pub(crate) fn gone(&mut self, node: NodeId, reason: EndReason, rightful: bool, everywhere: bool) {
        let told_by = self.of(node);
        match reason {
            EndReason::Evicted => told_by.evicted += 1,
            EndReason::Forced => told_by.forced += 1,
            EndReason::LostInFailover => told_by.uncopied += 1,
            // What was done beside the primary has been counted when it was done.
            EndReason::RolledBack => told_by.uncopied = told_by.uncopied.max(1),
            _ => {}
        }
        for promise in self.iter_mut().filter(|promise| everywhere || promise.node == node) {
            promise.kept = false;
            promise.stands &= !rightful;
        }
    }

    fn iter_mut(&mut self) -> impl Iterator<Item = &mut NodePromise> {
        self.first.iter_mut().chain(&mut self.more)
    }

    fn of(&mut self, node: NodeId) -> &mut NodePromise {
        let first = self.first.get_or_insert(NodePromise::new(node));
        if first.node == node {
            return first;
        }
        let index = match self.more.iter().position(|promise| promise.node == node) {
            Some(index) => index,
            None => {
                self.more.push(NodePromise::new(node));
                self.more.len() - 1
            }
        };
        &mut self.more[index]
    }
}

impl NodePromise {
    fn new(node: NodeId) -> NodePromise {
        NodePromise { node, stands: false, kept: false, evicted: 0, forced: 0, uncopied: 0 }
    }
}
