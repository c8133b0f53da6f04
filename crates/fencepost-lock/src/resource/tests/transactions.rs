//! What transactions do to each other.

use super::*;
use crate::ResourceReply::{Committed, Over, Read, RolledBack, Stale, Written};

/// A resource, and transactions that are named by the tokens that they carry.
struct Table(Resource);

impl Table {
    fn new(gate: Gate) -> Table {
        Table(Resource::new(gate, 1))
    }

    /// An operation of transaction `of`.
    fn request(of: u64, sequence: u32, act: Act) -> ResourceRequest {
        ResourceRequest { act, transaction: Some(id(of)), ..read(of, sequence) }
    }

    fn ask(&mut self, of: u64, sequence: u32, act: Act) -> Checked {
        self.0.check(Table::request(of, sequence, act))
    }

    fn told(&mut self, of: u64, sequence: u32, act: Act) -> Ruling {
        ruled(&mut self.0, Table::request(of, sequence, act))
    }

    fn read(&mut self, of: u64) -> ResourceReply {
        self.told(of, 1, Act::Read).reply
    }

    fn write(&mut self, of: u64, parent: u64) -> ResourceReply {
        self.told(of, 2, Act::Write { parent }).reply
    }

    /// A request that has to wait.
    fn waits(&mut self, of: u64, act: Act) -> Ticket {
        match self.ask(of, 2, act) {
            Checked::Waits(ticket) => ticket,
            other => panic!("{act:?} of {of} does not wait: {other:?}"),
        }
    }

    fn commit(&mut self, of: u64) -> Ruling {
        self.told(of, 9, Act::Commit)
    }

    /// Who waits no more, and what they are answered.
    fn woken(&mut self) -> Vec<(Ticket, ResourceReply)> {
        std::iter::from_fn(|| self.0.next_woken())
            .map(|(ticket, _, checked)| match checked {
                Checked::Ruled(ruling) => (ticket, ruling.reply),
                other => panic!("nobody who is woken {other:?}"),
            })
            .collect()
    }
}

fn id(number: u64) -> TransactionId {
    TransactionId { owner: OwnerId(number as u32), life: 0, number: 1 }
}

fn committed(parent: u64, version: u64) -> Option<Decision> {
    Some(Decision { access: Access::Commit { parent, version }, accepted: true })
}

const WRITE: Act = Act::Write { parent: 0 };

#[test]
fn a_write_is_seen_by_its_own_transaction_and_by_others_when_it_is_committed() {
    let mut table = Table::new(Gate::None);
    let staged = table.told(1, 1, WRITE);
    let access = Access::Stage { parent: 0, version: 1 };
    assert_eq!(staged.decided, Some(Decision { access, accepted: true }), "and no write that all see");
    assert_eq!((table.read(1), table.read(2)), (Read { version: 1 }, Read { version: 0 }));
    assert_eq!(table.commit(1), Ruling { decided: committed(0, 1), reply: Committed });
    assert_eq!(table.read(2), Read { version: 1 });
}

/// This is how an update gets lost: the second one read before the first one was committed, and wrote after it.
#[test]
fn who_read_before_the_commit_writes_over_it_where_no_gate_objects() {
    let mut table = Table::new(Gate::None);
    table.write(1, 0);
    assert_eq!(table.read(2), Read { version: 0 });
    let ticket = table.waits(2, WRITE);
    assert_eq!(table.woken(), [], "the row is locked");
    table.commit(1);
    assert_eq!(table.woken(), [(ticket, Written { version: 2 })]);
    assert_eq!(table.commit(2).decided, committed(0, 2));
}

/// The twin of the last one: who waited is ruled on by what is committed when it is its turn.
#[test]
fn a_gate_rules_on_a_waiter_by_committed_data() {
    let after = |gate, commits: bool| {
        let mut table = Table::new(gate);
        table.write(1, 0);
        let ticket = table.waits(2, WRITE);
        table.told(1, 3, if commits { Act::Commit } else { Act::RollBack });
        let woken = table.woken();
        assert_eq!(woken[0].0, ticket);
        (woken[0].1, table.commit(2).decided)
    };
    assert_eq!(after(Gate::IfVersion, true), (Stale, None), "it finds no row of that version");
    assert_eq!(after(Gate::OncePerKey, true), (Written { version: 1 }, None), "it does nothing");
    for gate in [Gate::IfVersion, Gate::OncePerKey] {
        assert_eq!(after(gate, false), (Written { version: 1 }, committed(0, 1)), "the first did nothing");
    }
}

#[test]
fn a_roll_back_drops_what_was_written_and_the_mark() {
    let mut table = Table::new(Gate::Token);
    assert_eq!(table.read(7), Read { version: 0 });
    table.write(7, 0);
    assert_eq!(table.told(7, 3, Act::RollBack), Ruling { decided: None, reply: RolledBack });
    assert_eq!(table.read(3), Read { version: 0 }, "token 7 was never there");
    let mut table = Table::new(Gate::Token);
    table.read(7);
    table.commit(7);
    assert_eq!(table.read(3), Stale, "here it was");
}

#[test]
fn a_read_locks_the_row_only_where_the_gate_counts_it() {
    let reads_behind_a_reader = |gate| {
        let mut table = Table::new(gate);
        table.read(1);
        matches!(table.ask(2, 1, Act::Read), Checked::Waits(_))
    };
    for (gate, ..) in Gate::ALL {
        assert_eq!(reads_behind_a_reader(*gate), gate.counts_reads(), "{gate:?}");
    }
    let behind_a_writer = |gate| {
        let mut table = Table::new(gate);
        table.write(1, 0);
        matches!(table.ask(2, 1, Act::Read), Checked::Waits(_))
    };
    assert!(!behind_a_writer(Gate::TokenStrict), "a plain read waits for nobody");
    assert!(behind_a_writer(Gate::TokenSeq));
}

/// So nothing is lost although the first one commits late: the second one cannot even read before.
#[test]
fn a_counted_read_sees_the_update_that_it_waited_for() {
    let mut table = Table::new(Gate::TokenSeq);
    table.read(1);
    table.write(1, 0);
    let ticket = table.waits(2, Act::Read);
    table.commit(1);
    assert_eq!(table.woken(), [(ticket, Read { version: 1 })]);
}

#[test]
fn a_transaction_is_one_update_however_often_it_writes() {
    let mut table = Table::new(Gate::None);
    assert_eq!(table.write(1, 0), Written { version: 1 });
    assert_eq!(table.write(1, 1), Written { version: 2 });
    assert_eq!(table.commit(1).decided, committed(0, 2));
}

#[test]
fn a_transaction_that_wrote_nothing_is_no_update() {
    for gate in [Gate::None, Gate::Token] {
        let mut table = Table::new(gate);
        table.read(1);
        assert_eq!(table.commit(1), Ruling { decided: None, reply: Committed });
    }
}

#[test]
fn waiters_are_woken_in_order_until_one_locks_the_row_again() {
    let mut table = Table::new(Gate::IfVersion);
    table.write(1, 0);
    let outdated = table.waits(2, WRITE);
    let current = table.waits(3, Act::Write { parent: 1 });
    let last = table.waits(4, Act::Write { parent: 1 });
    table.commit(1);
    // What is refused leaves no lock behind, so it is the next one's turn at once.
    assert_eq!(table.woken(), [(outdated, Stale), (current, Written { version: 2 })]);
    table.told(3, 3, Act::RollBack);
    assert_eq!(table.woken(), [(last, Written { version: 2 })]);
}

#[test]
fn a_closed_connection_rolls_back_and_waits_no_more() {
    let mut table = Table::new(Gate::None);
    table.write(1, 0);
    table.waits(2, WRITE);
    let last = table.waits(3, WRITE);
    table.0.hang_up(id(2));
    assert_eq!(table.woken(), [], "the row is still locked by the first one");
    table.0.hang_up(id(1));
    assert_eq!(table.woken(), [(last, Written { version: 1 })]);
    assert_eq!(table.read(4), Read { version: 0 });
}

/// It opens no new one silently: the client would take half of its work for the whole.
#[test]
fn a_transaction_that_is_over_stays_over() {
    for end in [Act::Commit, Act::RollBack] {
        let mut table = Table::new(Gate::None);
        table.write(1, 0);
        table.told(1, 3, end);
        for act in [Act::Read, WRITE, Act::Commit, Act::RollBack] {
            assert_eq!(table.told(1, 4, act), Ruling { decided: None, reply: Over });
        }
        assert_eq!(table.read(2), Read { version: u64::from(end == Act::Commit) });
    }
}

#[test]
fn what_is_no_transaction_waits_as_well() {
    let mut table = Table::new(Gate::None);
    table.write(1, 0);
    let Checked::Waits(ticket) = table.0.check(write(2, 1, 0)) else { panic!("the row is locked") };
    table.commit(1);
    assert_eq!(table.woken(), [(ticket, Written { version: 2 })]);
    assert_eq!(table.read(3), Read { version: 2 }, "it was committed with the write");
}

/// Check and write stand under the lock of the row.
#[test]
fn in_a_transaction_a_gate_of_two_steps_takes_one() {
    let mut table = Table::new(Gate::TokenTwoStep);
    assert_eq!(table.write(1, 0), Written { version: 1 });
    let ticket = table.waits(2, Act::Read);
    table.commit(1);
    assert_eq!(table.woken(), [(ticket, Read { version: 1 })]);
}
