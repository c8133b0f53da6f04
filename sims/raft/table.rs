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
    queue: VecDeque<Name>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Holder {
    tenure: Name,
    /// The entry that granted it.
    token: u64,
    /// The entry that granted or extended it last.
    extended: u64,
    /// How often it was taken and not given back.
    holds: u32,
}

/// The row of a lock's fencing tokens.
pub(super) fn token_row(lock: &str) -> Arc<str> {
    Arc::from(format!("token:{lock}"))
}

/// The row of the places in a lock's queue: created and removed for each of them.
pub(super) fn place_row(lock: &str) -> Arc<str> {
    Arc::from(format!("place:{lock}"))
}

fn value_of(tenure: Name) -> Datum {
    Datum::Opaque(tenure.session << 24 ^ tenure.sequence)
}

impl LockTable {
    /// No lock is held.
    pub fn new(settings: Rc<RaftSettings>) -> LockTable {
        LockTable { settings, locks: Locks::new() }
    }

    fn acquire(&mut self, entry: Entry, lock: Arc<str>, wait: bool, told: &mut Told) -> Outcome {
        let Some(tenure) = entry.name else { return Outcome::NotHeld };
        let state = self.locks.entry(lock.clone()).or_default();
        match &mut state.holder {
            // Only where a copy of a command is carried out again.
            Some(holder) if holder.tenure == tenure => {
                holder.holds += u32::from(self.settings.reentrant);
                Outcome::Granted { token: holder.token }
            }
            Some(_) if wait => {
                told.row(&place_row(&lock), RowChange::Created { value: value_of(tenure), lives: None });
                state.queue.push_back(tenure);
                Outcome::Queued
            }
            Some(_) => {
                told.row(&lock, RowChange::Attempted);
                Outcome::Held
            }
            None => {
                self.grant(entry.index, &lock, tenure, told);
                Outcome::Granted { token: entry.index }
            }
        }
    }

    fn grant(&mut self, index: u64, lock: &Arc<str>, tenure: Name, told: &mut Told) {
        let token = RowChange::Changed { value: Datum::Integer(index as i64), lives: None };
        told.row_of(tenure, &token_row(lock), token);
        let lives = self.settings.lives();
        told.row_of(tenure, lock, RowChange::Created { value: value_of(tenure), lives });
        let holder = Holder { tenure, token: index, extended: index, holds: 1 };
        self.locks.entry(lock.clone()).or_default().holder = Some(holder);
    }

    /// The lock is free: the first in the queue has it.
    fn hand_over(&mut self, index: u64, lock: &Arc<str>, told: &mut Told) {
        if self.settings.has(Defect::NewcomerBarges) {
            return; // The first is woken up, and asks for it like everybody else.
        }
        let next = self.locks.get_mut(lock).and_then(|state| state.queue.pop_front());
        if let Some(tenure) = next {
            self.grant(index, lock, tenure, told);
        }
    }

    fn extend(&mut self, index: u64, lock: &Arc<str>, tenure: Name, told: &mut Told) -> Outcome {
        let state = self.locks.entry(lock.clone()).or_default();
        if state.holder.is_none() && state.queue.front() == Some(&tenure) {
            // Only where a waiter is woken up and not served.
            state.queue.pop_front();
            self.grant(index, lock, tenure, told);
            return Outcome::Granted { token: index };
        }
        let Some(holder) = state.holder.as_mut().filter(|holder| holder.tenure == tenure) else {
            told.row(lock, RowChange::Attempted);
            return if state.queue.contains(&tenure) { Outcome::Queued } else { Outcome::NotHeld };
        };
        holder.extended = index;
        let lives = self.settings.lives();
        told.row(lock, RowChange::Changed { value: value_of(tenure), lives });
        Outcome::Granted { token: holder.token }
    }

    fn count(&mut self, lock: &Arc<str>, tenure: Name, up: bool, told: &mut Told) -> Outcome {
        told.row(lock, RowChange::Attempted);
        let holder = self.locks.get_mut(lock).and_then(|state| state.holder.as_mut());
        match holder.filter(|holder| holder.tenure == tenure) {
            Some(holder) => {
                holder.holds = if up { holder.holds + 1 } else { holder.holds.saturating_sub(1).max(1) };
                Outcome::Holds(holder.holds)
            }
            None => Outcome::NotHeld,
        }
    }

    fn release(
        &mut self,
        index: u64,
        lock: &Arc<str>,
        (tenure, holds): (Name, u32),
        told: &mut Told,
    ) -> Outcome {
        let Some(state) = self.locks.get_mut(lock) else { return Outcome::NotHeld };
        match &mut state.holder {
            Some(holder) if holder.tenure == tenure && holder.holds > holds => {
                holder.holds -= holds;
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
            let place = state.queue.iter().position(|waiter| *waiter == tenure)?;
            state.queue.remove(place)
        });
        if place.is_none() {
            told.row(lock, RowChange::Attempted);
            return Outcome::NotHeld;
        }
        told.row_of(tenure, &place_row(lock), RowChange::Removed { reason: EndReason::Deleted });
        Outcome::Released
    }

    fn expire(&mut self, index: u64, tenure: Name, extended: u64, told: &mut Told) -> Outcome {
        let any_extension = self.settings.has(Defect::DeposedLeaderRevokes);
        let is_meant =
            |holder: &Holder| holder.tenure == tenure && (holder.extended == extended || any_extension);
        let held = self.locks.iter().find(|(_, state)| state.holder.as_ref().is_some_and(is_meant));
        let Some(lock) = held.map(|(lock, _)| lock.clone()) else { return Outcome::NotHeld };
        if let Some(state) = self.locks.get_mut(&lock) {
            state.holder = None;
        }
        told.row(&lock, RowChange::Removed { reason: EndReason::Expired });
        self.hand_over(index, &lock, told);
        Outcome::Released
    }

    /// Where the log is the clock: ends what was granted or extended too many entries before this one.
    fn expire_by_entries(&mut self, index: u64, told: &mut Told) {
        let Some(entries) = self.settings.ttl_entries else { return };
        let is_over = |holder: &&Holder| holder.extended + entries <= index;
        let over = |(lock, state): (&Arc<str>, &Lock)| {
            state.holder.as_ref().filter(is_over).map(|holder| (lock.clone(), holder.tenure))
        };
        let over: Vec<(Arc<str>, Name)> = self.locks.iter().filter_map(over).collect();
        for (lock, tenure) in over {
            if let Some(state) = self.locks.get_mut(&lock) {
                state.holder = None;
            }
            told.row_of(tenure, &lock, RowChange::Removed { reason: EndReason::Expired });
            self.hand_over(index, &lock, told);
        }
    }

    fn forget(&mut self, tenure: Name, told: &mut Told) -> Outcome {
        let waits = |state: &Lock| state.queue.contains(&tenure);
        let queue = self.locks.iter().find(|(_, state)| waits(state)).map(|(lock, _)| lock.clone());
        queue.map_or(Outcome::NotHeld, |lock| self.leave_queue(&lock, tenure, told))
    }
}

impl Machine for LockTable {
    type Command = Command;
    type Answer = Outcome;
    type Query = WhoHolds;
    type Watch = MyTurn;
    type View = View;
    type Deadline = Deadline;

    fn apply(&mut self, entry: Entry, command: Command, told: &mut Told) -> Outcome {
        self.expire_by_entries(entry.index, told);
        match command {
            Command::Acquire { lock, wait } => self.acquire(entry, lock, wait, told),
            Command::Extend { lock, tenure } => self.extend(entry.index, &lock, tenure, told),
            Command::Enter { lock, tenure } => self.count(&lock, tenure, true, told),
            Command::Leave { lock, tenure } => self.count(&lock, tenure, false, told),
            Command::Release { lock, tenure, holds } => {
                self.release(entry.index, &lock, (tenure, holds), told)
            }
            Command::Expire { tenure, extended } => self.expire(entry.index, tenure, extended, told),
            Command::Forget { tenure } => self.forget(tenure, told),
        }
    }

    fn query(&self, query: &WhoHolds) -> View {
        let holder = self.locks.get(&query.lock).and_then(|state| state.holder);
        View::Holder(holder.map(|holder| holder.tenure))
    }

    fn watch(&self, watch: &MyTurn) -> Option<View> {
        let still = self.locks.get(&watch.lock).is_some_and(|state| {
            let is_first = state.queue.front() == Some(&watch.tenure);
            let woken = state.holder.is_none() && is_first;
            state.queue.contains(&watch.tenure) && !woken
        });
        (!still).then_some(View::WaitsNoMore)
    }

    fn put_off_by(&self, watch: &MyTurn) -> Option<Deadline> {
        Some(Deadline::Place { tenure: watch.tenure })
    }

    fn deadlines(&self) -> Vec<(Deadline, Span)> {
        let (lease, patience) = (self.settings.server_lease(), self.settings.waiter_timeout);
        let mut deadlines = Vec::new();
        for state in self.locks.values() {
            let by_time = state.holder.iter().filter(|_| self.settings.ttl_entries.is_none());
            let leases = by_time.map(|holder| {
                let Holder { tenure, extended, .. } = *holder;
                (Deadline::Lease { tenure, extended }, lease)
            });
            let places = state.queue.iter();
            let places = places.map(|tenure| (Deadline::Place { tenure: *tenure }, patience));
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
