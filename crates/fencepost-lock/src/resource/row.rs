//! The row of a lock: its register as it is committed, what one transaction has written to it, and who waits.

use super::register::Register;
use super::{Checked, ResourceRequest, Ruling, Ticket, TransactionId};
use fencepost_model::{Access, Gate};
use std::collections::VecDeque;

#[derive(Clone, Debug, Default)]
pub(super) struct Row {
    committed: Register,
    /// What the transaction that has locked the row has written.
    staged: Option<Staged>,
    /// Who waits for the row's lock, in the order of arrival.
    pub queue: VecDeque<(Ticket, ResourceRequest)>,
}

/// What a transaction has written to a row.
#[derive(Clone, Debug)]
pub(super) struct Staged {
    transaction: TransactionId,
    register: Register,
    /// The version that its first write was made from; none where it has only raised the mark.
    parent: Option<u64>,
}

/// Whether a request writes to the row, be it only the gate's mark.
fn writes(gate: Gate, request: &ResourceRequest) -> bool {
    request.act.parent().is_some() || gate.counts_reads()
}

impl Row {
    /// Whether the request has to wait for another transaction.
    pub fn is_locked_for(&self, gate: Gate, request: &ResourceRequest) -> bool {
        let other = self.staged.as_ref().filter(|staged| Some(staged.transaction) != request.transaction);
        other.is_some() && writes(gate, request)
    }

    /// Rules on a read or a write for which the row is free.
    pub fn check(&mut self, gate: Gate, request: ResourceRequest) -> Checked {
        if let Some(transaction) = request.transaction {
            return Checked::Ruled(self.stage(gate, request, transaction));
        }
        if let Some(ruling) = self.committed.objection(None, gate, request) {
            return Checked::Ruled(ruling);
        }
        match gate == Gate::TokenTwoStep && request.act.parent().is_some() {
            true => Checked::LetThrough,
            false => Checked::Ruled(self.committed.apply(gate, request)),
        }
    }

    /// Carries out a write that was let through before.
    pub fn write(&mut self, gate: Gate, request: ResourceRequest) -> Ruling {
        self.committed.apply(gate, request)
    }

    /// Rules on a request of a transaction. Only what was let through and writes something locks the row.
    fn stage(&mut self, gate: Gate, request: ResourceRequest, transaction: TransactionId) -> Ruling {
        let own = self.staged.as_ref().filter(|staged| staged.transaction == transaction);
        let mut register = own.map_or_else(|| self.committed.as_base(), |staged| staged.register.clone());
        let parent = own.and_then(|staged| staged.parent);
        let objection = register.objection(Some(&self.committed), gate, request);
        if let Some(ruling) = objection {
            return ruling;
        }
        let ruling = register.apply(gate, request);
        if writes(gate, &request) {
            let parent = parent.or(request.act.parent());
            self.staged = Some(Staged { transaction, register, parent });
        }
        ruling
    }

    /// What the transaction has written, where it has locked the row: it has not any more.
    pub fn unlock(&mut self, transaction: TransactionId) -> Option<Staged> {
        self.staged.take_if(|staged| staged.transaction == transaction)
    }

    /// Lets everybody see what a transaction has written: as an update, where it was more than the mark.
    pub fn publish(&mut self, staged: Staged) -> Option<Access> {
        let Staged { register, parent, .. } = staged;
        self.committed.replace(register);
        parent.map(|parent| Access::Commit { parent, version: self.committed.version() })
    }
}
