//! Tenures, read out of what happened to the keys.

use fencepost_model::{
    Cast, Datum, EndReason, LockId, Mode, NodeId, OpTag, RowChange, Slot, Span, StoreEvent, Token,
};
use fencepost_sim::{Projection, TenureChange};
use std::sync::Arc;

/// A lock's key that is present is a tenure of the operation that created it.
pub(super) struct RedisProjection {
    locks: Vec<Watched>,
}

struct Watched {
    key: Arc<str>,
    counter: String,
    /// The counter's value and the operation that counted it up.
    counted: Option<(OpTag, Token)>,
    /// The operation that created what is present.
    created_by: Option<OpTag>,
}

impl RedisProjection {
    pub fn new(cast: &Cast) -> RedisProjection {
        let watched = cast.locks.iter().map(|lock| Watched {
            key: lock.name.clone(),
            counter: format!("fence:{}", lock.name),
            counted: None,
            created_by: None,
        });
        RedisProjection { locks: watched.collect() }
    }
}

impl Projection for RedisProjection {
    fn project(&mut self, event: &StoreEvent, changes: &mut Vec<TenureChange>) {
        let StoreEvent::Row { node, key, change, tag, .. } = event else { return };
        for (index, watched) in self.locks.iter_mut().enumerate() {
            if *watched.key == **key {
                watched.key_changed(LockId(index as u16), *node, *change, *tag, changes);
            } else if *watched.counter == **key {
                watched.counter_changed(*change, *tag);
            }
        }
    }
}

impl Watched {
    fn counter_changed(&mut self, change: RowChange, tag: Option<OpTag>) {
        if let (RowChange::Created { value, .. } | RowChange::Changed { value, .. }, Some(tag)) =
            (change, tag)
            && let Datum::Integer(count) = value
        {
            self.counted = Some((tag, Token(count as u64)));
        }
    }

    fn key_changed(
        &mut self,
        lock: LockId,
        node: NodeId,
        change: RowChange,
        tag: Option<OpTag>,
        changes: &mut Vec<TenureChange>,
    ) {
        match (change, tag, self.created_by) {
            (RowChange::Created { lives, .. }, Some(created_by), _) => {
                self.created_by = Some(created_by);
                changes.push(self.granted(lock, node, created_by, lives));
            }
            (RowChange::Changed { lives, .. }, _, Some(created_by)) => {
                changes.push(TenureChange::Extended { node, created_by, promised: lives });
            }
            (RowChange::Removed { reason }, _, Some(created_by)) => {
                self.created_by = None;
                changes.push(TenureChange::Gone { node, created_by, reason: whose(reason, tag, created_by) });
            }
            _ => {}
        }
    }

    fn granted(&self, lock: LockId, node: NodeId, created_by: OpTag, promised: Option<Span>) -> TenureChange {
        let token = self.counted.and_then(|(tag, token)| (tag == created_by).then_some(token));
        TenureChange::Granted {
            node,
            created_by,
            lock,
            slot: Slot(0),
            mode: Mode::Exclusive,
            promised,
            token,
        }
    }
}

/// A deletion is a release only under the guard, or by the attempt, that made the tenure.
fn whose(reason: EndReason, tag: Option<OpTag>, created_by: OpTag) -> EndReason {
    match (reason, tag) {
        (EndReason::Deleted, Some(tag)) if tag.of_attempt() == created_by.of_attempt() => EndReason::Released,
        (EndReason::Deleted, _) => EndReason::RemovedByOther,
        (reason, _) => reason,
    }
}
