//! Tenures, read out of what happened to the names.

use fencepost_model::{
    Cast, Datum, EndReason, LockId, Mode, NodeId, OpTag, RowChange, Slot, Span, StoreEvent,
};
use fencepost_sim::{Projection, TenureChange};
use std::collections::VecDeque;
use std::sync::Arc;

/// How many names a lock remembers with their makers: a log may bring one back.
const REMEMBERED: usize = 64;

/// A name on a node is the node's promise to the acquire that wrote it, until it is removed.
pub(super) struct NaiveProjection {
    locks: Vec<Watched>,
}

struct Watched {
    lock: LockId,
    key: Arc<str>,
    present: Vec<Present>,
    makers: VecDeque<(Datum, OpTag)>,
    /// How often a name was written that no node had.
    states: u64,
}

/// What a node has, and who wrote it.
#[derive(Clone, Copy)]
struct Present {
    node: NodeId,
    maker: OpTag,
    value: Datum,
    /// The same for all nodes that have the name, until none has it any more.
    state: u64,
}

impl NaiveProjection {
    pub fn new(cast: &Cast) -> NaiveProjection {
        let watched = cast.locks.iter().enumerate().map(|(index, lock)| Watched {
            lock: LockId(index as u16),
            key: lock.name.clone(),
            present: Vec::new(),
            makers: VecDeque::new(),
            states: 0,
        });
        NaiveProjection { locks: watched.collect() }
    }
}

impl Projection for NaiveProjection {
    fn project(&mut self, event: &StoreEvent, changes: &mut Vec<TenureChange>) {
        let StoreEvent::Row { node, key, change, tag, .. } = event else { return };
        let by = tag.as_ref().map(OpTag::of_attempt);
        for watched in self.locks.iter_mut().filter(|watched| *watched.key == **key) {
            watched.changed(*node, *change, by, changes);
        }
    }

    fn state(&self, node: NodeId, created_by: OpTag) -> u64 {
        let mut present = self.locks.iter().flat_map(|watched| &watched.present);
        let state = present.find(|at| (at.node, at.maker) == (node, created_by));
        state.map_or(0, |present| present.state)
    }
}

impl Watched {
    fn changed(
        &mut self,
        node: NodeId,
        change: RowChange,
        by: Option<OpTag>,
        changes: &mut Vec<TenureChange>,
    ) {
        let before = self.present.iter().position(|at| at.node == node);
        match change {
            RowChange::Created { value, .. } | RowChange::Changed { value, .. } => {
                let before = before.map(|index| self.present[index]);
                if before.is_some_and(|before| before.value == value) {
                    return;
                }
                // What nobody's command wrote came back from the log.
                let Some(maker) = by.or_else(|| self.maker_of(value)) else { return };
                self.present.retain(|at| at.node != node);
                if let Some(Present { maker, .. }) = before {
                    let reason = EndReason::Overwritten;
                    changes.push(TenureChange::Gone { node, created_by: maker, reason });
                }
                changes.push(self.granted(node, maker, value));
            }
            RowChange::Removed { reason } => {
                let Some(index) = before else { return };
                let created_by = self.present.swap_remove(index).maker;
                let reason = match reason {
                    EndReason::Deleted if by == Some(created_by) => EndReason::Released,
                    EndReason::Deleted => EndReason::RemovedByOther,
                    reason => reason,
                };
                changes.push(TenureChange::Gone { node, created_by, reason });
            }
            RowChange::Attempted => {}
        }
    }

    fn granted(&mut self, node: NodeId, created_by: OpTag, value: Datum) -> TenureChange {
        let elsewhere = self.present.iter().find(|at| (at.maker, at.value) == (created_by, value));
        let state = match elsewhere {
            Some(present) => present.state,
            None => {
                self.states += 1;
                self.states
            }
        };
        self.present.push(Present { node, maker: created_by, value, state });
        self.makers.push_back((value, created_by));
        if self.makers.len() > REMEMBERED {
            self.makers.pop_front();
        }
        let promised: Option<Span> = None;
        let (lock, slot, mode) = (self.lock, Slot(0), Mode::Exclusive);
        TenureChange::Granted { node, created_by, lock, slot, mode, promised, token: None }
    }

    fn maker_of(&self, value: Datum) -> Option<OpTag> {
        self.makers.iter().rev().find(|(made, _)| *made == value).map(|(_, maker)| *maker)
    }
}
