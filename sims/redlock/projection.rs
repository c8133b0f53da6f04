//! Tenures, read out of what happened to the keys of each node.

use crate::redis::{Keys, RedisProjection};
use fencepost_model::{Cast, NodeId, OpTag, ProcessId, ProcessRole, StoreEvent};
use fencepost_sim::{Projection, TenureChange};

/// Each node is a Redis, and its key is its promise. What has the same value on several nodes is one tenure:
/// an acquire that tries again does so under another value, and what is left of the first try does not make
/// a majority together with the second.
pub(super) struct RedlockProjection {
    nodes: Vec<(NodeId, RedisProjection)>,
}

impl RedlockProjection {
    pub fn new(cast: &Cast, keys: Keys) -> RedlockProjection {
        let processes = (0..).map(ProcessId).zip(&cast.processes);
        let servers = processes.filter(|(_, process)| process.role == ProcessRole::Server);
        RedlockProjection {
            nodes: servers.map(|(node, _)| (node, RedisProjection::of_keys(cast, keys))).collect(),
        }
    }

    fn of(&self, node: NodeId) -> Option<&RedisProjection> {
        self.nodes.iter().find(|(id, _)| *id == node).map(|(_, projection)| projection)
    }
}

impl Projection for RedlockProjection {
    fn project(&mut self, event: &StoreEvent, changes: &mut Vec<TenureChange>) {
        let StoreEvent::Row { node, .. } = event else { return };
        if let Some((_, projection)) = self.nodes.iter_mut().find(|(id, _)| id == node) {
            projection.project(event, changes);
        }
    }

    fn state(&self, node: NodeId, created_by: OpTag) -> u64 {
        self.of(node).and_then(|projection| projection.value_of(created_by)).unwrap_or_default()
    }
}
