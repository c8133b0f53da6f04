//! What the lock protects: a register for each lock, behind a gate. Pure: it is given requests in the
//! order in which they arrive, and rules on each.
//!
//! Most gates check a request and carry it out in one step, [`Resource::check`]. The flawed
//! [`Gate::TokenTwoStep`] lets some time pass before a write that it has let through: there `check` rules
//! on nothing yet, and [`Resource::write`] carries it out.
//!
//! # Transactions
//!
//! A request may belong to a transaction. Then the resource does what PostgreSQL and MySQL do at the isolation level
//! *read committed* (PostgreSQL manual, 13.2.1 "Read Committed Isolation Level"; MySQL manual, 17.7.2.1 "Transaction
//! Isolation Levels"), each register being a row:
//!
//! - A read sees what is committed, and what its own transaction has written. It waits for nobody.
//! - A write locks the row until its transaction ends, and nobody else sees it before that is committed. Others who
//!   write the row wait, in the order in which they came. The gate rules on them when it is their turn, by what is
//!   committed then: as `UPDATE … WHERE version = $1` finds no row any more.
//! - Where the gate counts reads ([`Gate::counts_reads`]), a read writes the mark: it locks the row as well.
//! - What the gate refuses, or only answers again, changes nothing and leaves no lock behind, as in MySQL.
//! - A roll-back drops what was written, the marks as well. Closing the connection is one: [`Resource::hang_up`].
//!
//! A transaction is about the row of one lock. Inside of one, a gate of two steps checks and writes under the row's
//! lock: that is one step.
//!
//! # A provider
//!
//! Somebody outside who does jobs for owners, such as a payment service, is a resource too: it has a register for each
//! lock, whose version counts the jobs that it did, and a gate. It is asked for nothing but jobs ([`Act::Charge`]), and
//! none of them is part of a transaction: what is charged is charged.

mod register;
mod row;
#[cfg(test)]
mod tests;
mod ticket;

use fencepost_model::{Access, Gate, LockId, OwnerId, Site, Token};
use row::Row;
use std::collections::BTreeSet;
pub use ticket::Ticket;

/// A transaction, as its client names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TransactionId {
    /// Whose it is.
    pub owner: OwnerId,
    /// Which life of that owner's process.
    pub life: u16,
    /// Which one of that life.
    pub number: u32,
}

/// What a client asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// The current version.
    Read,
    /// A new version.
    Write {
        /// The version that it was made from.
        parent: u64,
    },
    /// That everybody sees what the transaction has written.
    Commit,
    /// That the transaction has done nothing.
    RollBack,
    /// Of a provider: that it does a job.
    Charge {
        /// Which: the version of the register that the update for which it is done is made from. It is the business
        /// key of the job.
        job: u64,
    },
}

impl Act {
    /// Who is asked for it.
    pub const fn site(self) -> Site {
        match self {
            Act::Charge { .. } => Site::Provider,
            _ => Site::Resource,
        }
    }

    /// What is made from, or done for, which version: none where nothing is written.
    pub const fn parent(self) -> Option<u64> {
        match self {
            Act::Write { parent } | Act::Charge { job: parent } => Some(parent),
            Act::Read | Act::Commit | Act::RollBack => None,
        }
    }
}

/// An operation at the resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ResourceRequest {
    /// The lock whose register it is for.
    pub lock: LockId,
    /// What is asked for.
    pub act: Act,
    /// The fencing token of the tenure, where the lock gives one.
    pub token: Option<Token>,
    /// The operation's number within the tenure, from 1.
    pub sequence: u32,
    /// The transaction that it belongs to; none: it is one by itself.
    pub transaction: Option<TransactionId>,
}

/// The answer to the client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResourceReply {
    /// A read.
    Read {
        /// The current version.
        version: u64,
    },
    /// A write that was applied, or a job that was done.
    Written {
        /// The version that it made, or which of the provider's jobs it was.
        version: u64,
    },
    /// The gate refused it: its token is too old, or what it was made from.
    Stale,
    /// The transaction is committed.
    Committed,
    /// The transaction is rolled back.
    RolledBack,
    /// The transaction was over before this came.
    Over,
}

/// What came of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ruling {
    /// What was decided. None where nothing was: what was done before is answered again without doing it again (a
    /// repeated (token, sequence), or a write for the same business key), or a transaction ends that wrote nothing.
    pub decided: Option<Decision>,
    /// What the client is told.
    pub reply: ResourceReply,
}

/// What the gate decided, or a commit did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decision {
    /// What was done, or would have been.
    pub access: Access,
    /// Whether it was done.
    pub accepted: bool,
}

/// What becomes of a request now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Checked {
    /// It was carried out, or something was against it.
    Ruled(Ruling),
    /// A gate of two steps has let it through, and [`Resource::write`] is to follow.
    LetThrough,
    /// Another transaction has locked the row. [`Resource::next_woken`] tells when it is its turn.
    Waits(Ticket),
}

/// The registers and their gate. The marks are as durable as the registers.
#[derive(Clone, Debug)]
pub struct Resource {
    gate: Gate,
    rows: Vec<Row>,
    /// Rows whose lock was given back, and whose queue has not been looked at since.
    freed: BTreeSet<LockId>,
    /// Transactions that are over and whose connections are open.
    over: BTreeSet<TransactionId>,
    tickets: Ticket,
}

impl Resource {
    /// One register for each of `locks` locks, all at version 0.
    pub fn new(gate: Gate, locks: usize) -> Resource {
        let (freed, over) = (BTreeSet::new(), BTreeSet::new());
        Resource { gate, rows: vec![Row::default(); locks], freed, over, tickets: Ticket::default() }
    }

    /// Takes a request in, and carries it out where nothing is against it and nobody before it.
    ///
    /// Panics where a gate that compares tokens meets a request without one, and where a transaction is to end that
    /// is not named: such a scenario is refused before it runs, and no owner asks so.
    pub fn check(&mut self, request: ResourceRequest) -> Checked {
        if request.transaction.is_some_and(|id| self.over.contains(&id)) {
            return Checked::Ruled(Ruling { decided: None, reply: ResourceReply::Over });
        }
        let row = &mut self.rows[request.lock.index()];
        match request.act {
            Act::Commit => Checked::Ruled(self.commit(request)),
            Act::RollBack => Checked::Ruled(self.roll_back(request)),
            Act::Read | Act::Write { .. } | Act::Charge { .. } if row.is_locked_for(self.gate, &request) => {
                let ticket = self.tickets.issue();
                row.queue.push_back((ticket, request));
                Checked::Waits(ticket)
            }
            Act::Read | Act::Write { .. } | Act::Charge { .. } => row.check(self.gate, request),
        }
    }

    /// Carries out what a gate of two steps has let through, whatever has happened since. Outside of transactions
    /// only: in one there is no second step.
    pub fn write(&mut self, request: ResourceRequest) -> Ruling {
        self.rows[request.lock.index()].write(self.gate, request)
    }

    /// The next request that waited for a row and waits no more, with what becomes of it: to be asked for after
    /// every request and every hang-up, until there is none.
    pub fn next_woken(&mut self) -> Option<(Ticket, ResourceRequest, Checked)> {
        while let Some(lock) = self.freed.first().copied() {
            let row = &mut self.rows[lock.index()];
            match row.queue.front().copied() {
                Some((ticket, request)) if !row.is_locked_for(self.gate, &request) => {
                    row.queue.pop_front();
                    return Some((ticket, request, row.check(self.gate, request)));
                }
                _ => self.freed.remove(&lock),
            };
        }
        None
    }

    /// The connection of a transaction is closed: it is rolled back, where it is not over, and nothing of it waits
    /// any more.
    pub fn hang_up(&mut self, transaction: TransactionId) {
        self.over.remove(&transaction);
        for (index, row) in self.rows.iter_mut().enumerate() {
            row.queue.retain(|(_, request)| request.transaction != Some(transaction));
            if row.unlock(transaction).is_some() {
                self.freed.insert(LockId(index as u16));
            }
        }
    }

    fn commit(&mut self, request: ResourceRequest) -> Ruling {
        let update = self.end(request).and_then(|(row, staged)| row.publish(staged));
        let decided = update.map(|access| Decision { access, accepted: true });
        Ruling { decided, reply: ResourceReply::Committed }
    }

    fn roll_back(&mut self, request: ResourceRequest) -> Ruling {
        self.end(request);
        Ruling { decided: None, reply: ResourceReply::RolledBack }
    }

    /// Ends a transaction: what it has written, where it has written anything.
    fn end(&mut self, request: ResourceRequest) -> Option<(&mut Row, row::Staged)> {
        let id = request.transaction.expect("a transaction that ends has a name");
        self.over.insert(id);
        let row = &mut self.rows[request.lock.index()];
        let staged = row.unlock(id)?;
        self.freed.insert(request.lock);
        Some((row, staged))
    }
}
