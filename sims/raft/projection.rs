//! Tenures, read out of what the members did to their rows.
//!
//! Every member carries out every entry, and tells of it. What counts is the first of them: its rows are
//! the service's. Later ones are copies, as long as they carry out the same entry; a member that carries out
//! another one at that place has a state of its own, and what it grants is granted.

use super::table::{place_row, token_row};
use fencepost_model::{
    Cast, Datum, EndReason, LockId, LogChange, Mode, NodeId, OpTag, RowChange, Slot, Span, StoreEvent, Token,
};
use fencepost_sim::{Projection, TenureChange};
use std::sync::Arc;

/// A lock's row that is present is a tenure of the acquire on whose behalf it was created.
pub(super) struct RaftProjection {
    locks: Vec<Watched>,
    /// By place in the log: the digest of the entry that was carried out there first.
    entries: Vec<Option<u64>>,
    /// By server: whether the rows that it tells of now are the service's.
    first: Vec<bool>,
}

struct Watched {
    lock: LockId,
    row: Arc<str>,
    token_row: Arc<str>,
    place_row: Arc<str>,
    token: Option<Token>,
    /// Tenures that are present, oldest first: more than one only where members disagree.
    present: Vec<OpTag>,
}

impl RaftProjection {
    pub fn new(cast: &Cast) -> RaftProjection {
        let watched = cast.locks.iter().enumerate().map(|(index, lock)| Watched {
            lock: LockId(index as u16),
            row: lock.name.clone(),
            token_row: token_row(&lock.name),
            place_row: place_row(&lock.name),
            token: None,
            present: Vec::new(),
        });
        RaftProjection {
            locks: watched.collect(),
            entries: Vec::new(),
            first: vec![false; cast.processes.len()],
        }
    }

    /// Whether nobody has carried out this entry at this place before.
    fn is_first(&mut self, index: u64, digest: u64) -> bool {
        let place = index as usize;
        if self.entries.len() <= place {
            self.entries.resize(place + 1, None);
        }
        let known = self.entries[place].replace(digest);
        known != Some(digest)
    }
}

impl Projection for RaftProjection {
    fn project(&mut self, event: &StoreEvent, changes: &mut Vec<TenureChange>) {
        match event {
            StoreEvent::Log { node, change: LogChange::Applied { index, digest, .. } } => {
                self.first[node.index()] = self.is_first(*index, *digest);
            }
            StoreEvent::Row { node, key, change, tag, .. } if self.first[node.index()] => {
                let by = tag.as_ref().map(OpTag::of_attempt);
                for watched in &mut self.locks {
                    if *watched.place_row == **key {
                        changes.extend(by.and_then(|by| watched.waits(*node, *change, by)));
                    } else if *watched.row == **key {
                        watched.changed(*node, *change, by, changes);
                    } else if let RowChange::Changed { value: Datum::Integer(token), .. } = change
                        && *watched.token_row == **key
                    {
                        watched.token = Some(Token(*token as u64));
                    }
                }
            }
            _ => {}
        }
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
        match (change, by) {
            (RowChange::Created { lives, .. }, Some(by)) => {
                self.present.push(by);
                changes.push(self.granted(node, by, lives));
            }
            (RowChange::Changed { lives, .. }, Some(by)) if self.present.contains(&by) => {
                changes.push(TenureChange::Extended { node, created_by: by, promised: lives });
            }
            (RowChange::Removed { reason }, by) => {
                let released = reason == EndReason::Deleted;
                let theirs = |it: &OpTag| !released || Some(*it) == by;
                let place = self.present.iter().position(theirs).or(self.present.len().checked_sub(1));
                let Some(created_by) = place.map(|place| self.present.remove(place)) else { return };
                let reason = whose(reason, by, created_by);
                changes.push(TenureChange::Gone { node, created_by, reason });
            }
            _ => {}
        }
    }

    fn waits(&self, node: NodeId, change: RowChange, created_by: OpTag) -> Option<TenureChange> {
        let lock = self.lock;
        match change {
            RowChange::Created { .. } => Some(TenureChange::Waits { node, created_by, lock }),
            RowChange::Removed { .. } => Some(TenureChange::WaitsNoMore { node, created_by, lock }),
            _ => None,
        }
    }

    fn granted(&self, node: NodeId, created_by: OpTag, lives: Option<Span>) -> TenureChange {
        TenureChange::Granted {
            node,
            created_by,
            lock: self.lock,
            slot: Slot(0),
            mode: Mode::Exclusive,
            promised: lives,
            token: self.token,
        }
    }
}

/// A deletion is a release only under the guard, or by the attempt, that made the tenure.
fn whose(reason: EndReason, by: Option<OpTag>, created_by: OpTag) -> EndReason {
    match reason {
        EndReason::Deleted if by == Some(created_by) => EndReason::Released,
        EndReason::Deleted => EndReason::RemovedByOther,
        reason => reason,
    }
}
