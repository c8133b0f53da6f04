//! Tenures, read out of what happened to the keys.

use super::Keys;
use fencepost_model::{
    Cast, Datum, EndReason, LockId, Mode, NodeId, OpTag, RowChange, Slot, Span, StoreEvent, Token,
};
use fencepost_sim::{Projection, TenureChange};
use std::collections::VecDeque;
use std::sync::Arc;

/// How many values a lock remembers with their makers: as many as one power cut may bring back.
const REMEMBERED: usize = 64;

/// A lock's key that is present is a tenure of the acquire under whose guard it was created.
pub(crate) struct RedisProjection {
    locks: Vec<Watched>,
}

struct Watched {
    lock: LockId,
    key: Arc<str>,
    counter: Arc<str>,
    /// What the clients agree on where the store is told of no expiry.
    agreed: Option<Span>,
    /// The counter's value and the attempt that counted it up.
    counted: Option<(OpTag, Token)>,
    /// Who was given which token, newest last: a power cut may take the last ones back.
    tokens: VecDeque<(OpTag, Token)>,
    /// Whether the counter fell back to before what nobody was told yet.
    fell_back: bool,
    /// The attempt that set what is present, and the value.
    present: Option<(OpTag, Datum)>,
    /// Who set which value, newest last: a log may bring one back.
    makers: VecDeque<(Datum, OpTag)>,
}

impl RedisProjection {
    /// Of locks that are keys, with the life that the store is told.
    pub fn of_keys(cast: &Cast, keys: Keys) -> RedisProjection {
        RedisProjection::agreeing(cast, keys, None)
    }

    /// Of locks that are keys, with the life that clients agree on where the store is told of none.
    pub fn agreeing(cast: &Cast, keys: Keys, agreed: Option<Span>) -> RedisProjection {
        let watched = cast.locks.iter().enumerate().map(|(index, lock)| Watched {
            lock: LockId(index as u16),
            key: (keys.lock)(&lock.name).into(),
            counter: keys.counter_of(&lock.name),
            agreed,
            counted: None,
            tokens: VecDeque::new(),
            fell_back: false,
            present: None,
            makers: VecDeque::new(),
        });
        RedisProjection { locks: watched.collect() }
    }

    /// The value that this operation put into the key that is present, as a number.
    pub fn value_of(&self, created_by: OpTag) -> Option<u64> {
        let mut present = self.locks.iter().filter_map(|watched| watched.present);
        let (_, value) = present.find(|(by, _)| *by == created_by)?;
        Some(match value {
            Datum::Opaque(bits) => bits,
            Datum::Integer(number) => number as u64,
        })
    }
}

impl Projection for RedisProjection {
    fn project(&mut self, event: &StoreEvent, changes: &mut Vec<TenureChange>) {
        let StoreEvent::Row { node, key, change, tag, .. } = event else { return };
        if *change == RowChange::Attempted {
            return;
        }
        let by = tag.as_ref().map(OpTag::of_attempt);
        for watched in &mut self.locks {
            if *watched.key == **key {
                watched.key_changed(*node, *change, by, changes);
            } else if *watched.counter == **key {
                watched.counter_changed(*node, *change, by, changes);
            }
        }
    }
}

impl Watched {
    fn counter_changed(
        &mut self,
        node: NodeId,
        change: RowChange,
        by: Option<OpTag>,
        changes: &mut Vec<TenureChange>,
    ) {
        match change {
            RowChange::Created { value: Datum::Integer(count), .. }
            | RowChange::Changed { value: Datum::Integer(count), .. } => {
                let found = Token(count as u64);
                if std::mem::take(&mut self.fell_back) {
                    let last_kept = if by.is_some() { Token(found.0.saturating_sub(1)) } else { found };
                    self.take_back(node, last_kept, changes);
                }
                if let Some(by) = by {
                    self.counted = Some((by, found));
                    remember(&mut self.tokens, (by, found));
                }
            }
            RowChange::Removed { reason: EndReason::NeverPromised } => self.fell_back = true,
            _ => {}
        }
    }

    /// Tokens after this one were given to nobody: whoever they were meant for had no answer when the power failed.
    /// Of a tenure that is present its key tells; of one that was gone by then, nothing else does.
    fn take_back(&mut self, node: NodeId, last_kept: Token, changes: &mut Vec<TenureChange>) {
        while let Some((created_by, _)) = self.tokens.back().filter(|(_, token)| *token > last_kept).copied()
        {
            changes.push(TenureChange::Gone { node, created_by, reason: EndReason::NeverPromised });
            self.tokens.pop_back();
        }
    }

    fn key_changed(
        &mut self,
        node: NodeId,
        change: RowChange,
        by: Option<OpTag>,
        changes: &mut Vec<TenureChange>,
    ) {
        match change {
            RowChange::Created { value, lives } => {
                if let Some(by) = by {
                    changes.push(self.granted(node, by, value, lives));
                } else if let Some(maker) = self.maker_of(value) {
                    // It came back from the log: its maker has it again, and no token was minted.
                    self.counted = None;
                    changes.push(self.granted(node, maker, value, lives));
                }
            }
            RowChange::Changed { value, lives } => match (self.present, by) {
                (Some((created_by, before)), Some(by)) if before != value => {
                    changes.push(TenureChange::Gone { node, created_by, reason: EndReason::Overwritten });
                    changes.push(self.granted(node, by, value, lives));
                }
                // Without an operation: an extension that was never answered is not in the log.
                (Some((created_by, _)), _) => {
                    changes.push(TenureChange::Extended { node, created_by, promised: lives });
                }
                (None, _) => {}
            },
            RowChange::Removed { reason } => {
                if let Some((created_by, _)) = self.present.take() {
                    changes.push(TenureChange::Gone {
                        node,
                        created_by,
                        reason: whose(reason, by, created_by),
                    });
                }
            }
            RowChange::Attempted => {}
        }
    }

    fn granted(
        &mut self,
        node: NodeId,
        created_by: OpTag,
        value: Datum,
        lives: Option<Span>,
    ) -> TenureChange {
        self.present = Some((created_by, value));
        remember(&mut self.makers, (value, created_by));
        TenureChange::Granted {
            node,
            created_by,
            lock: self.lock,
            slot: Slot(0),
            mode: Mode::Exclusive,
            promised: lives.or(self.agreed),
            token: self.counted.and_then(|(by, token)| (by == created_by).then_some(token)),
        }
    }

    fn maker_of(&self, value: Datum) -> Option<OpTag> {
        self.makers.iter().rev().find(|(made, _)| *made == value).map(|(_, maker)| *maker)
    }
}

/// Keeps the newest.
fn remember<T>(all: &mut VecDeque<T>, newest: T) {
    all.push_back(newest);
    if all.len() > REMEMBERED {
        all.pop_front();
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
