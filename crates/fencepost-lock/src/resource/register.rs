//! A register, and what gates rule on requests for it.

use super::{Decision, ResourceReply, ResourceRequest, Ruling};
use fencepost_model::{Access, Gate, Site, Token};
use std::collections::BTreeMap;

#[derive(Clone, Debug, Default)]
pub(super) struct Register {
    version: u64,
    /// The highest token that was let through, as far as the gate counts it.
    mark: Option<Token>,
    /// The last operation under the mark, and its answer.
    last: Option<(u32, ResourceReply)>,
    /// For each business key the version that its first write made.
    written: BTreeMap<u64, u64>,
}

impl Register {
    pub fn version(&self) -> u64 {
        self.version
    }

    /// What a transaction begins with. The business keys stay behind: there may be many, and it adds its own.
    pub fn as_base(&self) -> Register {
        Register { version: self.version, mark: self.mark, last: self.last, written: BTreeMap::new() }
    }

    /// Becomes what a transaction has made of it.
    pub fn replace(&mut self, staged: Register) {
        let mut written = std::mem::take(&mut self.written);
        written.extend(&staged.written);
        *self = Register { written, ..staged };
    }

    /// What is against the request, if anything is. Raises the mark where nothing is. In a transaction, `base` is
    /// what is committed.
    pub fn objection(
        &mut self,
        base: Option<&Register>,
        gate: Gate,
        request: ResourceRequest,
    ) -> Option<Ruling> {
        match gate {
            Gate::None => None,
            Gate::OncePerKey => self.first_of_its_key(base, request),
            Gate::IfVersion => {
                let is_outdated = request.act.parent().is_some_and(|parent| parent != self.version);
                is_outdated.then(|| self.refuse(request))
            }
            Gate::TokenStrict => {
                let token = token_of(request);
                request.act.parent()?;
                if self.mark.is_some_and(|mark| token <= mark) {
                    return Some(self.refuse(request));
                }
                self.mark = Some(token);
                None
            }
            Gate::Token | Gate::TokenSeq | Gate::TokenWritesOnly | Gate::TokenTwoStep => {
                self.older_token(gate, request)
            }
        }
    }

    /// The business key of a write is the job that it does: making the version after the one that was read.
    fn first_of_its_key(&self, base: Option<&Register>, request: ResourceRequest) -> Option<Ruling> {
        let key = request.act.parent()?;
        let version = *self.written.get(&key).or_else(|| base?.written.get(&key))?;
        Some(repeat(ResourceReply::Written { version }))
    }

    fn older_token(&mut self, gate: Gate, request: ResourceRequest) -> Option<Ruling> {
        let token = token_of(request);
        if self.mark.is_some_and(|mark| token < mark) {
            return Some(self.refuse(request));
        }
        let counts = gate != Gate::TokenWritesOnly || request.act.parent().is_some();
        if counts && self.mark != Some(token) {
            self.mark = Some(token);
            self.last = None;
        }
        match self.last {
            Some((sequence, reply)) if gate == Gate::TokenSeq && sequence == request.sequence => {
                Some(repeat(reply))
            }
            Some((sequence, _)) if gate == Gate::TokenSeq && sequence > request.sequence => {
                Some(self.refuse(request))
            }
            _ => None,
        }
    }

    /// Carries out a read or a write.
    pub fn apply(&mut self, gate: Gate, request: ResourceRequest) -> Ruling {
        let reply = match request.act.parent() {
            None => ResourceReply::Read { version: self.version },
            Some(parent) => {
                self.version += 1;
                if gate == Gate::OncePerKey {
                    self.written.insert(parent, self.version);
                }
                ResourceReply::Written { version: self.version }
            }
        };
        self.last = Some((request.sequence, reply));
        Ruling { decided: Some(Decision { access: self.access(request), accepted: true }), reply }
    }

    fn access(&self, request: ResourceRequest) -> Access {
        let version = self.version;
        match request.act.parent() {
            None => Access::Read { version },
            Some(job) if request.act.site() == Site::Provider => Access::Charge { job, number: version },
            Some(parent) if request.transaction.is_none() => Access::Write { parent, version },
            Some(parent) => Access::Stage { parent, version },
        }
    }

    fn refuse(&self, request: ResourceRequest) -> Ruling {
        let decided = Some(Decision { access: self.access(request), accepted: false });
        Ruling { decided, reply: ResourceReply::Stale }
    }
}

/// What was done before is answered again.
fn repeat(reply: ResourceReply) -> Ruling {
    Ruling { decided: None, reply }
}

fn token_of(request: ResourceRequest) -> Token {
    request.token.expect("a gate that compares tokens needs a lock that gives them")
}
