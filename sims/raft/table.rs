//! The state machine: who holds which lock, and who waits for it in which order.

use super::commands::{Command, Deadline, MyTurn, Outcome, View, WhoHolds};
use super::{Defect, RaftSettings};
use crate::stores::log::{Entry, Machine, Name, Told};
use fencepost_model::{Datum, EndReason, RowChange, Span};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, VecDeque};
use std::rc::Rc;
use std::sync::Arc;

/// The locks of a member, and what it tells of them.
pub struct LockTable {
    settings: Rc<RaftSettings>,
    locks: Locks,
}

type Locks = BTreeMap<Arc<str>, Lock>;

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Lock {
    holder: Option<Holder>,
    /// First come, first served.
    queue: VecDeque<Waiter>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Holder {
    tenure: Name,
    asker: u32,
    /// The entry that granted it.
    token: u64,
    /// The entry that granted or extended it last.
    extended: u64,
    /// How often it was taken and not given back.
    holds: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Waiter {
    tenure: Name,
    asker: u32,
}

/// The row of a lock's fencing tokens.
pub(super) fn token_row(lock: &str) -> Arc<str> {
    Arc::from(format!("token:{lock}"))
}

/// The row of a tenure's place in a queue.
pub(super) fn place_row(lock: &str, tenure: Name) -> Arc<str> {
    Arc::from(format!("place:{lock}:{}.{}", tenure.session, tenure.sequence))
}

/// The row of how often the holder has taken the lock.
pub(super) fn holds_row(lock: &str) -> Arc<str> {
    Arc::from(format!("holds:{lock}"))
}

fn value_of(tenure: Name) -> Datum {
    Datum::Opaque(tenure.session << 24 ^ tenure.sequence)
}

impl LockTable {
    /// No lock is held.
    pub fn new(settings: Rc<RaftSettings>) -> LockTable {
        LockTable { settings, locks: Locks::new() }
    }

    fn acquire(
        &mut self,
        entry: Entry,
        (lock, wait, asker): (Arc<str>, bool, u32),
        told: &mut Told,
    ) -> Outcome {
        let Some(tenure) = entry.name else { return Outcome::NotHeld };
        let again = self.settings.reentrant;
        let state = self.locks.entry(lock.clone()).or_default();
        match &mut state.holder {
            Some(holder) if again && (holder.tenure.session, holder.asker) == (tenure.session, asker) => {
                holder.holds += 1;
                let token = holder.token;
                told.row(&holds_row(&lock), RowChange::Changed { value: count(holder.holds), lives: None });
                Outcome::Granted { token }
            }
            Some(_) if wait => {
                told.row(
                    &place_row(&lock, tenure),
                    RowChange::Created { value: value_of(tenure), lives: None },
                );
                state.queue.push_back(Waiter { tenure, asker });
                Outcome::Queued
            }
            Some(_) => {
                told.row(&lock, RowChange::Attempted);
                Outcome::Held
            }
            None => {
                self.grant(entry.index, &lock, Waiter { tenure, asker }, told);
                Outcome::Granted { token: entry.index }
            }
        }
    }

    fn grant(&mut self, index: u64, lock: &Arc<str>, to: Waiter, told: &mut Told) {
        let Waiter { tenure, asker } = to;
        let token = RowChange::Changed { value: Datum::Integer(index as i64), lives: None };
        told.row_of(tenure, &token_row(lock), token);
        let lives = Some(self.settings.ttl);
        told.row_of(tenure, lock, RowChange::Created { value: value_of(tenure), lives });
        let holder = Holder { tenure, asker, token: index, extended: index, holds: 1 };
        self.locks.entry(lock.clone()).or_default().holder = Some(holder);
    }

    /// The lock is free: the first in the queue has it.
    fn hand_over(&mut self, index: u64, lock: &Arc<str>, told: &mut Told) {
        let Some(next) = self.locks.get_mut(lock).and_then(|state| state.queue.pop_front()) else { return };
        told.row_of(
            next.tenure,
            &place_row(lock, next.tenure),
            RowChange::Removed { reason: EndReason::Deleted },
        );
        self.grant(index, lock, next, told);
    }

    fn extend(&mut self, index: u64, lock: &Arc<str>, tenure: Name, told: &mut Told) -> Outcome {
        let holder = self.locks.get_mut(lock).and_then(|state| state.holder.as_mut());
        let Some(holder) = holder.filter(|holder| holder.tenure == tenure) else {
            told.row(lock, RowChange::Attempted);
            return Outcome::NotHeld;
        };
        holder.extended = index;
        let lives = Some(self.settings.ttl);
        told.row(lock, RowChange::Changed { value: value_of(tenure), lives });
        Outcome::Granted { token: holder.token }
    }

    fn release(&mut self, index: u64, lock: &Arc<str>, tenure: Name, told: &mut Told) -> Outcome {
        let Some(state) = self.locks.get_mut(lock) else { return Outcome::NotHeld };
        match &mut state.holder {
            Some(holder) if holder.tenure == tenure && holder.holds > 1 => {
                holder.holds -= 1;
                told.row(&holds_row(lock), RowChange::Changed { value: count(holder.holds), lives: None });
                Outcome::Released
            }
            Some(holder) if holder.tenure == tenure => {
                state.holder = None;
                told.row(lock, RowChange::Removed { reason: EndReason::Deleted });
                self.hand_over(index, lock, told);
                Outcome::Released
            }
            _ => self.leave_queue(lock, tenure, told),
        }
    }

    fn leave_queue(&mut self, lock: &Arc<str>, tenure: Name, told: &mut Told) -> Outcome {
        let place = self.locks.get_mut(lock).and_then(|state| {
            let place = state.queue.iter().position(|waiter| waiter.tenure == tenure)?;
            state.queue.remove(place)
        });
        if place.is_none() {
            told.row(lock, RowChange::Attempted);
            return Outcome::NotHeld;
        }
        told.row(&place_row(lock, tenure), RowChange::Removed { reason: EndReason::Deleted });
        Outcome::Released
    }

    fn expire(&mut self, index: u64, tenure: Name, extended: u64, told: &mut Told) -> Outcome {
        let bound = !self.settings.has(Defect::DeposedLeaderRevokes);
        let is_meant = |holder: &Holder| {
            (holder.tenure, holder.extended) == (tenure, extended)
                || !bound && holder.tenure.session == tenure.session
        };
        let held = self.locks.iter().find(|(_, state)| state.holder.as_ref().is_some_and(is_meant));
        let Some(lock) = held.map(|(lock, _)| lock.clone()) else { return Outcome::NotHeld };
        if let Some(state) = self.locks.get_mut(&lock) {
            state.holder = None;
        }
        told.row(&lock, RowChange::Removed { reason: EndReason::Expired });
        self.hand_over(index, &lock, told);
        Outcome::Released
    }

    fn forget(&mut self, tenure: Name, told: &mut Told) -> Outcome {
        let waits = |state: &Lock| state.queue.iter().any(|waiter| waiter.tenure == tenure);
        let queue = self.locks.iter().find(|(_, state)| waits(state)).map(|(lock, _)| lock.clone());
        queue.map_or(Outcome::NotHeld, |lock| self.leave_queue(&lock, tenure, told))
    }
}

fn count(holds: u32) -> Datum {
    Datum::Integer(i64::from(holds))
}

impl Machine for LockTable {
    type Command = Command;
    type Answer = Outcome;
    type Query = WhoHolds;
    type Watch = MyTurn;
    type View = View;
    type Deadline = Deadline;

    fn apply(&mut self, entry: Entry, command: Command, told: &mut Told) -> Outcome {
        match command {
            Command::Acquire { lock, wait, asker } => self.acquire(entry, (lock, wait, asker), told),
            Command::Extend { lock, tenure } => self.extend(entry.index, &lock, tenure, told),
            Command::Release { lock, tenure } => self.release(entry.index, &lock, tenure, told),
            Command::Expire { tenure, extended } => self.expire(entry.index, tenure, extended, told),
            Command::Forget { tenure } => self.forget(tenure, told),
        }
    }

    fn query(&self, query: &WhoHolds) -> View {
        let holder = self.locks.get(&query.lock).and_then(|state| state.holder);
        View::Holder(holder.map(|holder| holder.tenure))
    }

    fn watch(&self, watch: &MyTurn) -> Option<View> {
        let waits = |waiter: &Waiter| waiter.tenure == watch.tenure;
        let still = self.locks.get(&watch.lock).is_some_and(|state| state.queue.iter().any(waits));
        (!still).then_some(View::WaitsNoMore)
    }

    fn put_off_by(&self, watch: &MyTurn) -> Option<Deadline> {
        Some(Deadline::Place { tenure: watch.tenure })
    }

    fn deadlines(&self) -> Vec<(Deadline, Span)> {
        let (lease, patience) = (self.settings.server_lease(), self.settings.waiter_timeout);
        let mut deadlines = Vec::new();
        for state in self.locks.values() {
            let leases = state.holder.iter().map(|holder| {
                let Holder { tenure, extended, .. } = *holder;
                (Deadline::Lease { tenure, extended }, lease)
            });
            let places = state.queue.iter();
            let places = places.map(|waiter| (Deadline::Place { tenure: waiter.tenure }, patience));
            deadlines.extend(leases.chain(places));
        }
        deadlines
    }

    fn overdue(&self, deadline: Deadline) -> Command {
        match deadline {
            Deadline::Lease { tenure, extended } => Command::Expire { tenure, extended },
            Deadline::Place { tenure } => Command::Forget { tenure },
        }
    }

    fn snapshot(&self) -> Vec<u8> {
        postcard::to_allocvec(&self.locks).expect("a table has no unknown length")
    }

    fn restore(&mut self, snapshot: &[u8]) {
        self.locks = match snapshot {
            [] => Locks::new(),
            bytes => postcard::from_bytes(bytes).expect("a snapshot is read as it was written"),
        };
    }
}
