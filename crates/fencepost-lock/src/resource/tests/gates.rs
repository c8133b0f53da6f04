//! What each gate lets through, outside of transactions.

use super::{Checked, LockId, Resource, ResourceRequest, answers, read, ruled, write};
use crate::Act;
use crate::ResourceReply::{Read, Stale, Written};
use fencepost_model::{Access, Gate};

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
    let replies = [late[0], late[1], late[2], late[3]].map(|request| ruled(&mut resource, request).reply);
    assert_eq!(replies, told[..4], "the check itself is not what is wrong with it");
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
    let first = ruled(&mut resource, write(1, 1, 0));
    let second = ruled(&mut resource, write(1, 1, 0));
    assert_eq!(second.decided, None);
    assert_eq!(second.reply, first.reply);
    assert_eq!(ruled(&mut resource, read(1, 2)).reply, Read { version: 1 });
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
    let mut rule = |request| ruled(&mut resource, no_token(request));
    assert_eq!(rule(write(1, 1, 0)).reply, Written { version: 1 });
    assert_eq!(rule(write(2, 1, 1)).reply, Written { version: 2 });
    let again = rule(write(3, 1, 0));
    assert_eq!((again.decided, again.reply), (None, Written { version: 1 }));
    assert_eq!(rule(read(3, 2)).reply, Read { version: 2 });
}

/// A provider that takes keys does a job once, and answers who asks again; any other does it as often as it is asked.
#[test]
fn a_provider_does_a_job_once_only_by_its_key() {
    let done = |gate: Gate| {
        let mut provider = Resource::new(gate, 1);
        let mut charge = |token, job| {
            let request = ResourceRequest { act: Act::Charge { job }, ..read(token, 1) };
            ruled(&mut provider, request).decided.filter(|decision| decision.accepted).map(|it| it.access)
        };
        [charge(1, 5), charge(2, 5), charge(2, 6), charge(1, 7)]
    };
    let charged = |job, number| Some(Access::Charge { job, number });
    assert_eq!(done(Gate::None), [charged(5, 1), charged(5, 2), charged(6, 3), charged(7, 4)]);
    assert_eq!(done(Gate::OncePerKey), [charged(5, 1), None, charged(6, 2), charged(7, 3)]);
    // One that knew our tokens would still do again what a newer owner asks for.
    assert_eq!(done(Gate::Token), [charged(5, 1), charged(5, 2), charged(6, 3), None]);
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
    assert_eq!(flawed.check(write(1, 1, 0)), Checked::LetThrough);
    assert_eq!(ruled(&mut flawed, read(2, 1)).reply, Read { version: 0 });
    assert_eq!(flawed.check(write(2, 2, 0)), Checked::LetThrough);
    assert_eq!(flawed.write(write(2, 2, 0)).reply, Written { version: 1 });
    assert_eq!(flawed.write(write(1, 1, 0)).reply, Written { version: 2 });
    let told = answers(Gate::Token, [write(1, 1, 0), read(2, 1), write(2, 2, 1), write(1, 1, 0)]);
    assert_eq!(told[3], Stale, "in one step the late one is refused");
}

#[test]
fn registers_are_apart() {
    let mut resource = Resource::new(Gate::Token, 2);
    assert_eq!(ruled(&mut resource, read(9, 1)).reply, Read { version: 0 });
    let other = ResourceRequest { lock: LockId(1), ..read(1, 1) };
    assert_eq!(ruled(&mut resource, other).reply, Read { version: 0 });
}
