//! Tenures, read out of what happened to the keys, wherever that was.
//!
//! What counts is the state of the server that was promoted last: the *primary* here. What it applies is
//! read as on one Redis. A server that was replaced and does not know it yet goes on granting: that is a
//! promise too, once it is answered, and its state is rolled back from the beginning. A primary that dies
//! takes nothing with it yet: its state comes back with it, or with the replica that is promoted, or is lost
//! by then.

use crate::redis::Keys;
use fencepost_model::{
    Cast, Datum, EndReason, Instant, LockId, Mode, NodeId, OpTag, RowChange, Slot, Span, StoreEvent, Token,
};
use fencepost_sim::{Projection, TenureChange};
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

/// How many values a lock remembers with their makers: as many as one failover may bring back.
const REMEMBERED: usize = 64;

/// See the module.
pub(super) struct FailoverProjection {
    locks: Vec<Watched>,
    primary: NodeId,
}

struct Watched {
    lock: LockId,
    key: Arc<str>,
    /// Whether an acquire may find the key that an earlier copy of it has set.
    resends: bool,
    counter: Arc<str>,
    /// What each server has of the key.
    has: BTreeMap<NodeId, Held>,
    /// By server: who counted its counter up last, and to what.
    counted: BTreeMap<NodeId, (OpTag, Token)>,
    /// Who set which value, newest last.
    makers: VecDeque<Maker>,
    /// By server: how far its counter is.
    counters: BTreeMap<NodeId, Token>,
    /// A grant that counts once it is answered: by whom, to which message of which operation.
    awaited: Option<(NodeId, Message, TenureChange)>,
    /// What the promoted server is about to tell of its key was not what its predecessor had.
    comes_back: bool,
    /// The predecessor, whose last extension nobody was told of and the promoted server does not have.
    shortened: Option<NodeId>,
}

/// A message of a client: the operation, and when it was sent.
type Message = (OpTag, Instant);

/// A server's key.
#[derive(Clone, Copy)]
struct Held {
    value: Datum,
    /// How often its life was set.
    lives: u32,
    /// The extension that is not answered yet.
    unanswered: Option<Message>,
    /// It was in the memory of a process that died.
    lost: Option<EndReason>,
}

struct Maker {
    value: Datum,
    /// The acquire under whose guard it was set, and the message that did it.
    attempt: OpTag,
    message: Message,
    /// Whether that was answered.
    promised: bool,
    granted: TenureChange,
}

impl FailoverProjection {
    /// `primary`: the server that is primary at first. `resends`: an acquire without an answer is sent again.
    pub fn new(cast: &Cast, keys: Keys, primary: NodeId, resends: bool) -> FailoverProjection {
        let watched = cast.locks.iter().enumerate().map(|(index, lock)| Watched {
            lock: LockId(index as u16),
            key: (keys.lock)(&lock.name).into(),
            resends,
            counter: keys.counter_of(&lock.name),
            has: BTreeMap::new(),
            counted: BTreeMap::new(),
            counters: BTreeMap::new(),
            makers: VecDeque::new(),
            awaited: None,
            comes_back: false,
            shortened: None,
        });
        FailoverProjection { locks: watched.collect(), primary }
    }
}

impl Projection for FailoverProjection {
    fn project(&mut self, event: &StoreEvent, changes: &mut Vec<TenureChange>) {
        match event {
            StoreEvent::Row { node, key, change, tag, primary, sent } => {
                let message = tag.zip(*sent);
                for watched in &mut self.locks {
                    if *watched.counter == **key {
                        watched.counter_changed(*node, *change, *tag);
                    } else if *watched.key == **key && *primary {
                        watched.applied(*node, *node == self.primary, *change, message, changes);
                    } else if *watched.key == **key {
                        watched.copied(*node, *change);
                    }
                }
            }
            StoreEvent::Answered { node, tag, sent } => {
                self.locks.iter_mut().for_each(|watched| watched.answered(*node, (*tag, *sent), changes));
            }
            StoreEvent::Promoted { node } => {
                let before = std::mem::replace(&mut self.primary, *node);
                self.locks.iter_mut().for_each(|watched| watched.promoted(before, *node, changes));
            }
            StoreEvent::NodeUp { node, .. } => {
                let is_primary = *node == self.primary;
                self.locks.iter_mut().for_each(|watched| watched.came_up(*node, is_primary, changes));
            }
            StoreEvent::NodeDown { .. } | StoreEvent::Demoted { .. } | StoreEvent::Log { .. } => {}
        }
    }
}

impl Watched {
    fn counter_changed(&mut self, node: NodeId, change: RowChange, tag: Option<OpTag>) {
        match change {
            RowChange::Created { value: Datum::Integer(count), .. }
            | RowChange::Changed { value: Datum::Integer(count), .. } => {
                let token = Token(count as u64);
                self.counters.insert(node, token);
                if let Some(tag) = tag {
                    self.counted.insert(node, (tag.of_attempt(), token));
                }
            }
            RowChange::Removed { .. } => {
                self.counters.remove(&node);
            }
            _ => {}
        }
    }

    /// A replica's copy: it only matters when the replica is promoted.
    fn copied(&mut self, node: NodeId, change: RowChange) {
        match change {
            RowChange::Created { value, .. } | RowChange::Changed { value, .. } => {
                self.set(node, value, None)
            }
            RowChange::Removed { .. } => {
                self.has.remove(&node);
            }
            RowChange::Attempted => {}
        }
    }

    /// The key has this value, and a life that was set once more.
    fn set(&mut self, node: NodeId, value: Datum, by: Option<Message>) {
        let before = self.has.get(&node).filter(|held| held.value == value);
        let lives = before.map_or(0, |held| held.lives) + 1;
        self.has.insert(node, Held { value, lives, unanswered: by, lost: None });
    }

    /// A server that takes itself for the primary did something to the key; `counts`: it is the primary.
    fn applied(
        &mut self,
        node: NodeId,
        counts: bool,
        change: RowChange,
        by: Option<Message>,
        changes: &mut Vec<TenureChange>,
    ) {
        match change {
            RowChange::Created { value, lives } => self.created(node, counts, (value, lives), by, changes),
            RowChange::Changed { value, lives } => self.changed(node, counts, (value, lives), by, changes),
            RowChange::Removed { reason } => self.removed(node, counts, reason, by, changes),
            RowChange::Attempted if self.resends => self.found_again(node, by),
            RowChange::Attempted => {}
        }
    }

    /// A command changed nothing. One of the very attempt that has set the key is a second copy of what set it,
    /// and its answer promises the same.
    fn found_again(&mut self, node: NodeId, by: Option<Message>) {
        let (Some(message), Some(held)) = (by, self.has.get(&node)) else { return };
        let attempt = message.0.of_attempt();
        let theirs = |maker: &&mut Maker| maker.value == held.value && maker.attempt == attempt;
        if let Some(maker) = self.makers.iter_mut().rev().find(theirs).filter(|maker| !maker.promised) {
            maker.message = message;
        }
    }

    fn created(
        &mut self,
        node: NodeId,
        counts: bool,
        (value, lives): (Datum, Option<Span>),
        by: Option<Message>,
        changes: &mut Vec<TenureChange>,
    ) {
        self.set(node, value, None);
        let Some(message) = by else {
            // It came back from the log: its maker has it again, and no token was minted.
            let maker = self.maker_of(value).map(|maker| maker.attempt).filter(|_| counts);
            changes.extend(maker.map(|attempt| self.granted(node, attempt, lives, None)));
            return;
        };
        let attempt = message.0.of_attempt();
        let token = self.counted.get(&node).filter(|(by, _)| *by == attempt).map(|(_, token)| *token);
        let granted = self.granted(node, attempt, lives, token);
        self.makers.push_back(Maker { value, attempt, message, promised: false, granted });
        if self.makers.len() > REMEMBERED {
            self.makers.pop_front();
        }
        if counts {
            changes.push(granted);
        } else {
            self.awaited = Some((node, message, granted));
        }
    }

    fn changed(
        &mut self,
        node: NodeId,
        counts: bool,
        (value, lives): (Datum, Option<Span>),
        by: Option<Message>,
        changes: &mut Vec<TenureChange>,
    ) {
        let Some(created_by) = self.maker_of(value).map(|maker| maker.attempt) else { return };
        if by.is_some() {
            self.set(node, value, by);
        }
        let extended = |node| TenureChange::Extended { node, created_by, promised: lives };
        if !counts {
            changes.extend([extended(node), gone(node, created_by, EndReason::RolledBack)]);
        } else if by.is_none() && std::mem::take(&mut self.comes_back) {
            changes.push(self.granted(node, created_by, lives, None));
        } else {
            // The primary's own extension, or what a promoted server has taken over.
            changes.push(extended(node));
            changes.extend(self.shortened.take().map(extended));
        }
    }

    fn removed(
        &mut self,
        node: NodeId,
        counts: bool,
        reason: EndReason,
        by: Option<Message>,
        changes: &mut Vec<TenureChange>,
    ) {
        if matches!(reason, EndReason::LostInRestart | EndReason::NeverPromised) {
            if let Some(held) = self.has.get_mut(&node) {
                held.lost = Some(reason);
            }
            return;
        }
        self.comes_back = false;
        let Some(held) = self.has.remove(&node) else { return };
        let Some(created_by) = self.maker_of(held.value).map(|maker| maker.attempt) else { return };
        let awaited = self.awaited.take_if(|(server, (operation, _), _)| {
            !counts && *server == node && operation.of_attempt() == created_by
        });
        if let Some(before) = self.shortened.take() {
            // It was over by the time of the promotion.
            let promised = Some(Span::ZERO);
            changes.push(TenureChange::Extended { node: before, created_by, promised });
        }
        if awaited.is_none() {
            changes.push(gone(node, created_by, whose(reason, by.map(|(tag, _)| tag), created_by)));
        }
    }

    /// A message was answered: what it did is promised.
    fn answered(&mut self, node: NodeId, message: Message, changes: &mut Vec<TenureChange>) {
        for maker in self.makers.iter_mut().filter(|maker| maker.message == message) {
            maker.promised = true;
        }
        for held in self.has.values_mut().filter(|held| held.unanswered == Some(message)) {
            held.unanswered = None;
        }
        let awaited = self.awaited.take_if(|(by, asked, _)| (*by, *asked) == (node, message));
        if let Some((_, (operation, _), granted)) = awaited {
            changes.extend([granted, gone(node, operation.of_attempt(), EndReason::RolledBack)]);
        }
    }

    /// What the promoted server has is what there is, and the rest is lost.
    fn promoted(&mut self, before: NodeId, node: NodeId, changes: &mut Vec<TenureChange>) {
        let (had, has) = (self.has.get(&before).copied(), self.has.get(&node).copied());
        self.comes_back = has.is_some();
        self.shortened = None;
        // Tokens that were counted beyond the promoted server's counter are counted again.
        let counted = self.counters.get(&node).copied().unwrap_or(Token(0));
        let beyond = |maker: &&Maker| maker.token().is_some_and(|token| token > counted);
        let forgotten = self.makers.iter().filter(beyond);
        changes.extend(forgotten.map(|maker| gone(before, maker.attempt, EndReason::RolledBack)));
        if let Some(has) = has.filter(|has| had.is_none_or(|had| had.value != has.value)) {
            // What ended this one is lost.
            let maker = self.maker_of(has.value);
            changes.extend(maker.map(|maker| gone(before, maker.attempt, EndReason::RolledBack)));
        }
        let Some(had) = had else { return };
        let Some(maker) = self.makers.iter().rev().find(|maker| maker.value == had.value) else { return };
        let created_by = maker.attempt;
        match has.filter(|has| has.value == had.value) {
            Some(has) => {
                self.comes_back = false;
                if has.lives < had.lives && had.unanswered.is_some() {
                    self.shortened = Some(before);
                } else if has.lives < had.lives {
                    // An extension is lost: the key ends earlier than was promised.
                    changes.push(gone(before, created_by, EndReason::RolledBack));
                }
            }
            None if maker.promised => changes.push(gone(node, created_by, EndReason::LostInFailover)),
            None => {
                self.awaited = Some((before, maker.message, maker.granted));
                changes.push(gone(node, created_by, EndReason::NeverPromised));
            }
        }
    }

    /// A server is up again: what it had in memory is gone for good, if it is still the primary.
    fn came_up(&mut self, node: NodeId, is_primary: bool, changes: &mut Vec<TenureChange>) {
        let Some(Held { value, lost: Some(reason), .. }) = self.has.get(&node).copied() else { return };
        self.has.remove(&node);
        if let Some(maker) = self.maker_of(value).filter(|_| is_primary) {
            let reason = if maker.promised { reason } else { EndReason::NeverPromised };
            changes.push(gone(node, maker.attempt, reason));
        }
    }

    fn granted(
        &self,
        node: NodeId,
        created_by: OpTag,
        promised: Option<Span>,
        token: Option<Token>,
    ) -> TenureChange {
        let (lock, slot, mode) = (self.lock, Slot(0), Mode::Exclusive);
        TenureChange::Granted { node, created_by, lock, slot, mode, promised, token }
    }

    fn maker_of(&self, value: Datum) -> Option<&Maker> {
        self.makers.iter().rev().find(|maker| maker.value == value)
    }
}

impl Maker {
    fn token(&self) -> Option<Token> {
        match self.granted {
            TenureChange::Granted { token, .. } => token,
            _ => None,
        }
    }
}

fn gone(node: NodeId, created_by: OpTag, reason: EndReason) -> TenureChange {
    TenureChange::Gone { node, created_by, reason }
}

/// A deletion is a release only under the guard, or by the attempt, that made the tenure.
fn whose(reason: EndReason, by: Option<OpTag>, created_by: OpTag) -> EndReason {
    match reason {
        EndReason::Deleted if by.map(|by| by.of_attempt()) == Some(created_by) => EndReason::Released,
        EndReason::Deleted => EndReason::RemovedByOther,
        reason => reason,
    }
}
