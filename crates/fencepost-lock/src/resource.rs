//! What the lock protects: a register for each lock, behind a gate. Pure: it is given requests in the
//! order in which they arrive, and rules on each.

use fencepost_model::{Access, Gate, LockId, Token};

/// An operation at the resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ResourceRequest {
    /// The lock whose register it is for.
    pub lock: LockId,
    /// The version that a write was made from; none for a read.
    pub parent: Option<u64>,
    /// The fencing token of the tenure, where the lock gives one.
    pub token: Option<Token>,
    /// The operation's number within the tenure, from 1.
    pub sequence: u32,
}

/// The answer to the client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResourceReply {
    /// A read.
    Read {
        /// The current version.
        version: u64,
    },
    /// A write that was applied.
    Written {
        /// The version that it made.
        version: u64,
    },
    /// The gate refused the token.
    Stale,
}

/// What the gate ruled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ruling {
    /// What was done, or would have been.
    pub access: Access,
    /// Whether it was done.
    pub accepted: bool,
    /// Whether this is the answer to a repeated (token, sequence), given again without doing it again.
    pub repeated: bool,
    /// What the client is told.
    pub reply: ResourceReply,
}

/// The registers and their gate. The marks are as durable as the registers.
#[derive(Clone, Debug)]
pub struct Resource {
    gate: Gate,
    registers: Vec<Register>,
}

#[derive(Clone, Debug, Default)]
struct Register {
    version: u64,
    /// The highest token that was let through, reads included.
    mark: Option<Token>,
    /// The last operation under the mark, and its answer.
    last: Option<(u32, ResourceReply)>,
}

impl Resource {
    /// One register for each of `locks` locks, all at version 0.
    pub fn new(gate: Gate, locks: usize) -> Resource {
        Resource { gate, registers: vec![Register::default(); locks] }
    }

    /// Rules on one request. Check and write are one step.
    ///
    /// Panics where a gate that compares tokens meets a request without one: such a scenario is refused
    /// before it runs.
    pub fn rule(&mut self, request: ResourceRequest) -> Ruling {
        let register = &mut self.registers[request.lock.index()];
        if self.gate.needs_tokens() {
            let token = request.token.expect("a gate that compares tokens needs a lock that gives them");
            if register.mark.is_some_and(|mark| token < mark) {
                return register.refuse(request);
            }
            if register.mark != Some(token) {
                register.mark = Some(token);
                register.last = None;
            } else if self.gate == Gate::TokenSeq {
                match register.last {
                    Some((sequence, reply)) if sequence == request.sequence => {
                        return register.repeat(request, reply);
                    }
                    Some((sequence, _)) if sequence > request.sequence => return register.refuse(request),
                    _ => {}
                }
            }
        }
        register.apply(request)
    }
}

impl Register {
    fn access(&self, request: ResourceRequest, version: u64) -> Access {
        match request.parent {
            None => Access::Read { version: self.version },
            Some(parent) => Access::Write { parent, version },
        }
    }

    fn apply(&mut self, request: ResourceRequest) -> Ruling {
        let reply = match request.parent {
            None => ResourceReply::Read { version: self.version },
            Some(_) => {
                self.version += 1;
                ResourceReply::Written { version: self.version }
            }
        };
        self.last = Some((request.sequence, reply));
        Ruling { access: self.access(request, self.version), accepted: true, repeated: false, reply }
    }

    fn refuse(&self, request: ResourceRequest) -> Ruling {
        let access = self.access(request, self.version);
        Ruling { access, accepted: false, repeated: false, reply: ResourceReply::Stale }
    }

    fn repeat(&self, request: ResourceRequest, reply: ResourceReply) -> Ruling {
        Ruling { access: self.access(request, self.version), accepted: false, repeated: true, reply }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(token: u64, sequence: u32) -> ResourceRequest {
        ResourceRequest { lock: LockId(0), parent: None, token: Some(Token(token)), sequence }
    }

    fn write(token: u64, sequence: u32, parent: u64) -> ResourceRequest {
        ResourceRequest { parent: Some(parent), ..read(token, sequence) }
    }

    #[test]
    fn without_a_gate_an_old_token_writes() {
        let mut resource = Resource::new(Gate::None, 1);
        assert!(resource.rule(read(2, 1)).accepted);
        assert!(resource.rule(write(1, 1, 0)).accepted);
    }

    #[test]
    fn a_token_gate_refuses_an_old_token_after_a_newer_read() {
        // Were reads not counted, the old tenure could write after the newer one had read.
        for gate in [Gate::Token, Gate::TokenSeq] {
            let mut resource = Resource::new(gate, 1);
            assert!(resource.rule(read(1, 1)).accepted);
            assert!(resource.rule(read(2, 1)).accepted);
            let late = resource.rule(write(1, 2, 0));
            assert!(!late.accepted);
            assert_eq!(late.reply, ResourceReply::Stale);
            assert_eq!(resource.rule(write(2, 2, 0)).reply, ResourceReply::Written { version: 1 });
        }
    }

    #[test]
    fn a_token_gate_alone_applies_a_doubled_write_twice() {
        let mut resource = Resource::new(Gate::Token, 1);
        assert_eq!(resource.rule(write(1, 1, 0)).reply, ResourceReply::Written { version: 1 });
        assert_eq!(resource.rule(write(1, 1, 0)).reply, ResourceReply::Written { version: 2 });
    }

    #[test]
    fn a_sequence_gate_applies_a_doubled_write_once_and_answers_it_twice() {
        let mut resource = Resource::new(Gate::TokenSeq, 1);
        let first = resource.rule(write(1, 1, 0));
        let second = resource.rule(write(1, 1, 0));
        assert!(second.repeated);
        assert!(!second.accepted);
        assert_eq!(second.reply, first.reply);
        assert_eq!(resource.rule(read(1, 2)).reply, ResourceReply::Read { version: 1 });
    }

    #[test]
    fn registers_are_apart() {
        let mut resource = Resource::new(Gate::Token, 2);
        assert!(resource.rule(read(9, 1)).accepted);
        assert!(resource.rule(ResourceRequest { lock: LockId(1), ..read(1, 1) }).accepted);
    }
}
