//! A run of ours, written as EDN and read again, is judged by what its owners were told.

use super::readers::judged;
use fencepost_check::history::{Lease, Opinion, Report, Rules, write};
use fencepost_model::{
    Call, Cast, ClientEvent, Event, EventKind, Instant, LockEntry, LockId, OpTag, Outcome, OwnerEntry,
    OwnerId, ProcessId, Token,
};
use std::sync::Arc;

/// Calls as (owner, call, how it ended), one after the other; none: it never returned.
fn written(calls: &[(u32, Call, Option<Outcome>)]) -> String {
    let owner = |name: &str| OwnerEntry { name: name.into(), process: ProcessId(0) };
    let cast = Cast {
        owners: vec![owner("c1.1"), owner("c2.1")],
        locks: vec![LockEntry { name: "orders".into() }],
        ..Cast::default()
    };
    let mut events = Vec::new();
    let mut tell = |client| {
        let n = events.len() as u64;
        events.push(Event { n, at: Instant(n * 1_000), kind: EventKind::Client(client) });
    };
    for (op, (owner, call, outcome)) in (1..).zip(calls) {
        let (call, lock) = (*call, LockId(0));
        let tag = OpTag { owner: OwnerId(*owner), incarnation: 1, attempt: op, op };
        tell(ClientEvent::Invoked { tag, call, lock });
        if let Some(outcome) = outcome {
            tell(ClientEvent::Returned { tag, call, lock, outcome: *outcome });
        }
    }
    write::edn(&Arc::new(cast), &Arc::new(fencepost_check::Rules::default()), &events)
}

fn strict(text: &str) -> Report {
    judged(text, Rules { lease: Lease::Never, search: true, ..Rules::of("fenced".parse().unwrap()) })
}

fn granted(token: u64) -> Option<Outcome> {
    Some(Outcome::Granted { deadline: None, token: Some(Token(token)) })
}

#[test]
fn a_run_is_judged_the_same_when_it_comes_back() {
    let fine = [
        (0, Call::Acquire, granted(1)),
        (1, Call::Acquire, Some(Outcome::Unknown)),
        (0, Call::Release, Some(Outcome::Unknown)),
        (0, Call::Release, Some(Outcome::NotHeld)),
        (1, Call::Status, Some(Outcome::Free)),
        (1, Call::Acquire, granted(2)),
        (1, Call::Release, Some(Outcome::Released)),
        (0, Call::Acquire, None),
    ];
    let text = written(&fine);
    assert!(text.starts_with(
        "{:index 0, :time 0, :process 0, :type :invoke, :f :acquire, :value {:client \"c1.1\"}}\n"
    ));
    assert_eq!(strict(&text).worst(), &Opinion::Holds, "{text}");

    let twice = [
        (0, Call::Acquire, granted(1)),
        (1, Call::Acquire, granted(2)),
        (0, Call::Release, Some(Outcome::Released)),
    ];
    assert!(matches!(strict(&written(&twice)).of("exclusive-grant"), Some(Opinion::Violated(_))));
}
