//! What the lock protects: a register for each lock, behind a gate. Pure: it is given requests in the
//! order in which they arrive, and rules on each.
//!
//! Most gates check a request and carry it out in one step, [`Resource::check`]. The flawed
//! [`Gate::TokenTwoStep`] lets some time pass before a write that it has let through: there `check` rules
//! on nothing yet, and [`Resource::write`] carries it out.

use fencepost_model::{Access, Gate, LockId, Token};
use std::collections::BTreeMap;

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
    /// The gate refused it: its token is too old, or what it was made from.
    Stale,
}

/// What the gate ruled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ruling {
    /// What was done, or would have been.
    pub access: Access,
    /// Whether it was done.
    pub accepted: bool,
    /// Whether this is the answer to what was done before, given again without doing it again: to a repeated
    /// (token, sequence), or to a write for the same business key.
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
    /// The highest token that was let through, as far as the gate counts it.
    mark: Option<Token>,
    /// The last operation under the mark, and its answer.
    last: Option<(u32, ResourceReply)>,
    /// For each business key the version that its first write made.
    written: BTreeMap<u64, u64>,
}

impl Resource {
    /// One register for each of `locks` locks, all at version 0.
    pub fn new(gate: Gate, locks: usize) -> Resource {
        Resource { gate, registers: vec![Register::default(); locks] }
    }

    /// Checks a request, and carries it out where nothing is against it. None: the gate has let it through,
    /// and [`Resource::write`] is to follow.
    ///
    /// Panics where a gate that compares tokens meets a request without one: such a scenario is refused
    /// before it runs.
    pub fn check(&mut self, request: ResourceRequest) -> Option<Ruling> {
        let register = &mut self.registers[request.lock.index()];
        if let Some(ruling) = register.objection(self.gate, request) {
            return Some(ruling);
        }
        let comes_later = self.gate == Gate::TokenTwoStep && request.parent.is_some();
        (!comes_later).then(|| self.write(request))
    }

    /// Carries out what was let through, whatever has happened since.
    pub fn write(&mut self, request: ResourceRequest) -> Ruling {
        let register = &mut self.registers[request.lock.index()];
        let ruling = register.apply(request);
        if let (Gate::OncePerKey, Some(key)) = (self.gate, request.parent) {
            register.written.insert(key, register.version);
        }
        ruling
    }
}

impl Register {
    /// What is against the request, if anything is. Raises the mark where nothing is.
    fn objection(&mut self, gate: Gate, request: ResourceRequest) -> Option<Ruling> {
        match gate {
            Gate::None => None,
            Gate::OncePerKey => self.first_of_its_key(request),
            Gate::IfVersion => {
                let is_outdated = request.parent.is_some_and(|parent| parent != self.version);
                is_outdated.then(|| self.refuse(request))
            }
            Gate::TokenStrict => {
                let token = token_of(request);
                request.parent?;
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
    fn first_of_its_key(&self, request: ResourceRequest) -> Option<Ruling> {
        let version = *self.written.get(&request.parent?)?;
        Some(self.repeat(request, ResourceReply::Written { version }))
    }

    fn older_token(&mut self, gate: Gate, request: ResourceRequest) -> Option<Ruling> {
        let token = token_of(request);
        if self.mark.is_some_and(|mark| token < mark) {
            return Some(self.refuse(request));
        }
        let counts = gate != Gate::TokenWritesOnly || request.parent.is_some();
        if counts && self.mark != Some(token) {
            self.mark = Some(token);
            self.last = None;
        }
        match self.last {
            Some((sequence, reply)) if gate == Gate::TokenSeq && sequence == request.sequence => {
                Some(self.repeat(request, reply))
            }
            Some((sequence, _)) if gate == Gate::TokenSeq && sequence > request.sequence => {
                Some(self.refuse(request))
            }
            _ => None,
        }
    }

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

fn token_of(request: ResourceRequest) -> Token {
    request.token.expect("a gate that compares tokens needs a lock that gives them")
}

#[cfg(test)]
mod tests {
    use super::*;
    use ResourceReply::{Read, Stale, Written};

    fn read(token: u64, sequence: u32) -> ResourceRequest {
        ResourceRequest { lock: LockId(0), parent: None, token: Some(Token(token)), sequence }
    }

    fn write(token: u64, sequence: u32, parent: u64) -> ResourceRequest {
        ResourceRequest { parent: Some(parent), ..read(token, sequence) }
    }

    /// What is answered, one request after the other, each ruled on at once.
    fn answers<const N: usize>(gate: Gate, requests: [ResourceRequest; N]) -> [ResourceReply; N] {
        let mut resource = Resource::new(gate, 1);
        requests.map(|request| resource.check(request).expect("it is ruled on at once").reply)
    }

    #[test]
    fn without_a_gate_an_old_token_writes() {
        let told = answers(Gate::None, [read(2, 1), write(1, 1, 0)]);
        assert_eq!(told, [Read { version: 0 }, Written { version: 1 }]);
    }

    /// The twin of the next: were reads not counted, the old tenure could write after the newer one had read.
    #[test]
    fn a_token_gate_refuses_an_old_token_after_a_newer_read() {
        let late = [read(1, 1), read(2, 1), write(1, 2, 0), read(1, 3), write(2, 2, 0)];
        let told = [Read { version: 0 }, Read { version: 0 }, Stale, Stale, Written { version: 1 }];
        for gate in [Gate::Token, Gate::TokenSeq] {
            assert_eq!(answers(gate, late), told);
        }
        let mut resource = Resource::new(Gate::TokenTwoStep, 1);
        let ruled = late.map(|request| resource.check(request).map(|ruling| ruling.reply));
        assert_eq!(ruled[..4], told.map(Some)[..4], "the check itself is not what is wrong with it");
    }

    #[test]
    fn a_gate_of_writes_only_takes_an_old_write_after_a_newer_read() {
        let late = [read(1, 1), read(2, 1), write(1, 2, 0), write(2, 2, 0)];
        let told = answers(Gate::TokenWritesOnly, late);
        assert_eq!(told[2..], [Written { version: 1 }, Written { version: 2 }], "the first update is lost");
        let after_a_write = [write(2, 1, 0), write(1, 1, 1), read(1, 2)];
        assert_eq!(answers(Gate::TokenWritesOnly, after_a_write), [Written { version: 1 }, Stale, Stale]);
    }

    #[test]
    fn a_token_gate_alone_applies_a_doubled_write_twice() {
        let told = answers(Gate::Token, [write(1, 1, 0), write(1, 1, 0)]);
        assert_eq!(told, [Written { version: 1 }, Written { version: 2 }]);
    }

    #[test]
    fn a_sequence_gate_applies_a_doubled_write_once_and_answers_it_twice() {
        let mut resource = Resource::new(Gate::TokenSeq, 1);
        let first = resource.check(write(1, 1, 0)).expect("one step");
        let second = resource.check(write(1, 1, 0)).expect("one step");
        assert!(second.repeated);
        assert!(!second.accepted);
        assert_eq!(second.reply, first.reply);
        assert_eq!(resource.check(read(1, 2)).expect("one step").reply, Read { version: 1 });
    }

    /// An operation that was overtaken by a later one of its tenure comes too late.
    #[test]
    fn a_sequence_gate_refuses_what_was_overtaken() {
        let told = answers(Gate::TokenSeq, [read(1, 2), write(1, 1, 0), write(1, 3, 0)]);
        assert_eq!(told, [Read { version: 0 }, Stale, Written { version: 1 }]);
    }

    /// Each tenure writes once at most, and reads change nothing: so an old tenure may still write after a
    /// newer one has read.
    #[test]
    fn a_strict_gate_takes_one_write_of_each_token_and_counts_no_reads() {
        let told = answers(Gate::TokenStrict, [write(1, 1, 0), write(1, 2, 1), write(2, 1, 1)]);
        assert_eq!(told, [Written { version: 1 }, Stale, Written { version: 2 }]);
        let told = answers(Gate::TokenStrict, [read(2, 1), write(1, 1, 0), write(2, 2, 0), write(1, 2, 2)]);
        assert_eq!(told, [Read { version: 0 }, Written { version: 1 }, Written { version: 2 }, Stale]);
        let told = answers(Gate::TokenStrict, [write(2, 1, 0), read(1, 1)]);
        assert_eq!(told[1], Read { version: 1 }, "an old token reads");
    }

    /// Whoever comes second with the same job is told what the first one did, and nothing is done again.
    #[test]
    fn a_key_is_written_once_whoever_it_is_from() {
        let no_token = |request| ResourceRequest { token: None, ..request };
        let mut resource = Resource::new(Gate::OncePerKey, 1);
        let mut rule = |request| resource.check(no_token(request)).expect("one step");
        assert_eq!(rule(write(1, 1, 0)).reply, Written { version: 1 });
        assert_eq!(rule(write(2, 1, 1)).reply, Written { version: 2 });
        let again = rule(write(3, 1, 0));
        assert_eq!((again.accepted, again.repeated, again.reply), (false, true, Written { version: 1 }));
        assert_eq!(rule(read(3, 2)).reply, Read { version: 2 });
    }

    #[test]
    fn a_version_gate_takes_only_what_was_made_from_the_current_one() {
        let told = answers(Gate::IfVersion, [write(1, 1, 0), write(2, 1, 0), read(1, 2), write(1, 3, 1)]);
        assert_eq!(told, [Written { version: 1 }, Stale, Read { version: 1 }, Written { version: 2 }]);
    }

    /// The check of the old write was right when it was made; by the time it is carried out it is not.
    #[test]
    fn a_gate_of_two_steps_takes_an_old_write_after_a_newer_one() {
        let mut flawed = Resource::new(Gate::TokenTwoStep, 1);
        assert_eq!(flawed.check(write(1, 1, 0)), None);
        assert_eq!(flawed.check(read(2, 1)).map(|ruling| ruling.reply), Some(Read { version: 0 }));
        assert_eq!(flawed.check(write(2, 2, 0)), None);
        assert_eq!(flawed.write(write(2, 2, 0)).reply, Written { version: 1 });
        assert_eq!(flawed.write(write(1, 1, 0)).reply, Written { version: 2 });
        let told = answers(Gate::Token, [write(1, 1, 0), read(2, 1), write(2, 2, 1), write(1, 1, 0)]);
        assert_eq!(told[3], Stale, "in one step the late one is refused");
    }

    #[test]
    fn registers_are_apart() {
        let mut resource = Resource::new(Gate::Token, 2);
        assert!(resource.check(read(9, 1)).expect("one step").accepted);
        let other = ResourceRequest { lock: LockId(1), ..read(1, 1) };
        assert!(resource.check(other).expect("one step").accepted);
    }
}
