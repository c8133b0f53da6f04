//! A transaction at the resource, as the owner's code has it.

use crate::{Act, Lost, Observed, Owner, Reply, ResourceReply, ResourceRequest, TransactionId};
use fencepost_model::{LockId, OpTag, OwnerId, Span, TenureId, Token};
use std::cell::Cell;

/// What an owner does at the resource under one tenure, on a connection of its own. It begins with the first
/// operation. Dropped before it is committed, it is rolled back, for its connection is closed.
pub struct Transaction<E: Observed> {
    env: E,
    owner: OwnerId,
    /// The acquire under whose guard it runs.
    tag: OpTag,
    tenure: TenureId,
    lock: LockId,
    token: Option<Token>,
    /// How long an operation may take before it is unknown.
    timeout: Span,
    id: TransactionId,
    session: E::Session,
    sequence: Cell<u32>,
    state: Cell<State>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// Nothing was sent.
    New,
    Open,
    /// Committed or rolled back, or nobody knows: then its connection is closed.
    Over,
}

impl<E: Observed> Transaction<E> {
    pub(crate) fn new(
        owner: &Owner<E>,
        (lock, tenure, tag): (LockId, TenureId, OpTag),
        token: Option<Token>,
    ) -> Transaction<E> {
        Transaction {
            env: owner.env.clone(),
            owner: owner.id,
            tag,
            tenure,
            lock,
            token,
            timeout: owner.plan.resource_timeout,
            id: TransactionId { owner: owner.id, life: tag.incarnation, number: tag.attempt },
            session: owner.env.session(),
            sequence: Cell::new(0),
            state: Cell::new(State::New),
        }
    }

    /// Lets everybody see what was written. Where nothing was done, nothing is sent.
    pub async fn commit(&self) -> Result<(), Lost> {
        if self.state.get() == State::New {
            return Ok(());
        }
        match self.operate(Act::Commit).await? {
            ResourceReply::Committed => Ok(()),
            _ => Err(Lost::Told),
        }
    }

    /// Takes back what was written, where it is not over. Where no answer comes, the closed connection does it.
    pub async fn roll_back(&self) {
        if self.state.get() == State::Open {
            self.operate(Act::RollBack).await.ok();
        }
    }

    /// The number of the next operation under the tenure, inside of the transaction or beside it.
    pub(crate) fn next_sequence(&self) -> u32 {
        self.sequence.set(self.sequence.get() + 1);
        self.sequence.get()
    }

    /// An operation of the transaction. One whose outcome is unknown closes the connection, and that ends it.
    pub(crate) async fn operate(&self, act: Act) -> Result<ResourceReply, Lost> {
        if self.state.get() == State::Over {
            return Err(Lost::Unknown);
        }
        self.state.set(if matches!(act, Act::Read | Act::Write { .. }) { State::Open } else { State::Over });
        let (lock, token, sequence) = (self.lock, self.token, self.next_sequence());
        let request = ResourceRequest { lock, act, token, sequence, transaction: Some(self.id) };
        let deadline = self.env.mono() + self.timeout;
        let tag = self.env.operate(self.owner, self.tag.attempt);
        let asked = self.env.resource(Some(&self.session), request, deadline);
        match self.env.under(tag, Some(self.tenure), asked).await {
            Reply::Done(reply) => Ok(reply),
            Reply::Refused | Reply::Unknown => {
                self.state.set(State::Over);
                Err(Lost::Unknown)
            }
        }
    }
}
