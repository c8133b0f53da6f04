//! What one node does with a request: the acceptor's part of the protocol, pure.

use super::{Accepted, Answer, Ballot, Request};
use std::collections::BTreeMap;
use std::sync::Arc;

/// One register.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Register {
    /// Nothing under a smaller ballot is accepted any more.
    pub promised: Ballot,
    /// What was accepted last.
    pub accepted: Option<Accepted>,
}

impl Register {
    /// Under which ballot something was accepted last.
    pub(super) fn accepted_under(&self) -> Option<Ballot> {
        self.accepted.map(|accepted| accepted.ballot)
    }
}

/// Whether a node looks at what it has promised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ballots {
    /// It accepts nothing under a smaller ballot than it has promised.
    Kept,
    /// It accepts whatever comes, as a store does that only writes.
    Ignored,
}

/// The registers of one node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Acceptor {
    ballots: Ballots,
    registers: BTreeMap<Arc<str>, Register>,
}

impl Acceptor {
    /// No registers yet.
    pub fn new(ballots: Ballots) -> Acceptor {
        Acceptor { ballots, registers: BTreeMap::new() }
    }

    /// Carries a request out: gives the answer, and the register where it has changed.
    pub fn execute(&mut self, request: &Request) -> (Answer, Option<Register>) {
        let ballots = self.ballots;
        match request {
            Request::Read { key } => (Answer::State(self.register(key).accepted), None),
            Request::Prepare { key, ballot } => {
                let register = self.register_mut(key);
                if *ballot < register.promised {
                    return (Answer::Outbid(register.promised), None);
                }
                let changed = register.promised != *ballot;
                register.promised = *ballot;
                (Answer::State(register.accepted), changed.then_some(*register))
            }
            Request::Accept { key, ballot, version } => {
                let register = self.register_mut(key);
                if *ballot < register.promised && ballots == Ballots::Kept {
                    return (Answer::Outbid(register.promised), None);
                }
                let changed = register.accepted_under() != Some(*ballot);
                register.promised = register.promised.max(*ballot);
                register.accepted = Some(Accepted { ballot: *ballot, version: *version });
                (Answer::Accepted, changed.then_some(*register))
            }
        }
    }

    /// A register; an empty one where nothing was ever asked of it.
    pub fn register(&self, key: &str) -> Register {
        self.registers.get(key).copied().unwrap_or_default()
    }

    /// Every register, by key.
    pub fn iter(&self) -> impl Iterator<Item = (&Arc<str>, &Register)> {
        self.registers.iter()
    }

    /// Puts a register in as it is on disk.
    pub(super) fn set(&mut self, key: &Arc<str>, register: Register) {
        self.registers.insert(key.clone(), register);
    }

    fn register_mut(&mut self, key: &Arc<str>) -> &mut Register {
        if !self.registers.contains_key(key) {
            self.registers.insert(key.clone(), Register::default());
        }
        self.registers.get_mut(key).expect("it was put in")
    }
}

#[cfg(test)]
mod tests {
    use super::super::Version;
    use super::*;
    use fencepost_model::Datum;

    fn key() -> Arc<str> {
        Arc::from("orders")
    }

    fn ballot(number: u64) -> Ballot {
        Ballot { number, by: 7 }
    }

    fn prepare(number: u64) -> Request {
        Request::Prepare { key: key(), ballot: ballot(number) }
    }

    fn accept(number: u64, content: u64) -> Request {
        let version = Version { number, content: Some(Datum::Opaque(content)) };
        Request::Accept { key: key(), ballot: ballot(number), version }
    }

    fn content(acceptor: &Acceptor) -> Option<Datum> {
        acceptor.register("orders").accepted.and_then(|accepted| accepted.version.content)
    }

    #[test]
    fn a_promise_shuts_out_smaller_ballots() {
        let mut node = Acceptor::new(Ballots::Kept);
        assert_eq!(node.execute(&prepare(2)).0, Answer::State(None));
        assert_eq!(node.execute(&prepare(1)), (Answer::Outbid(ballot(2)), None));
        assert_eq!(node.execute(&accept(1, 10)), (Answer::Outbid(ballot(2)), None));
        assert_eq!(node.execute(&accept(2, 20)).0, Answer::Accepted);
        assert_eq!(content(&node), Some(Datum::Opaque(20)));
        // Nobody has promised it to three, and that is enough: a larger ballot may come without a prepare.
        assert_eq!(node.execute(&accept(3, 30)).0, Answer::Accepted);
        assert_eq!(node.execute(&prepare(2)).0, Answer::Outbid(ballot(3)));
    }

    #[test]
    fn what_comes_twice_is_done_once() {
        let mut node = Acceptor::new(Ballots::Kept);
        assert!(node.execute(&prepare(1)).1.is_some());
        assert_eq!(node.execute(&prepare(1)), (Answer::State(None), None));
        assert!(node.execute(&accept(1, 10)).1.is_some());
        assert_eq!(node.execute(&accept(1, 10)), (Answer::Accepted, None));
    }

    #[test]
    fn a_read_promises_nothing() {
        let mut node = Acceptor::new(Ballots::Kept);
        node.execute(&accept(2, 20));
        let (answer, changed) = node.execute(&Request::Read { key: key() });
        assert!(matches!(answer, Answer::State(Some(accepted)) if accepted.ballot == ballot(2)));
        assert_eq!(changed, None);
        assert_eq!(node.execute(&accept(2, 20)).0, Answer::Accepted);
    }

    /// The defect of a store that does not look: the later writer loses to the one that was late.
    #[test]
    fn a_node_that_ignores_ballots_takes_what_comes() {
        let mut node = Acceptor::new(Ballots::Ignored);
        node.execute(&accept(2, 20));
        assert_eq!(node.execute(&accept(1, 10)).0, Answer::Accepted);
        assert_eq!(content(&node), Some(Datum::Opaque(10)));
    }
}
