//! What a change of a plan cannot reach stays as it was, draws included. Shrinking and the placing of faults
//! rest on it: a run with one fault less is the same run, but for what that fault did.

use crate::support::{Me, Play, Run, case, run_plan};
use fencepost_model::{
    Event, EventKind, Fault, Instant, LockId, Mode, OpTag, Plan, ResourceEvent, Span, StoreEvent, WorldEvent,
};
use fencepost_sim::{RunOptions, RunResult};
use std::collections::BTreeMap;

fn recorded(plan: &Plan) -> RunResult {
    run_plan(plan, RunOptions { record: true, ..RunOptions::default() })
}

/// A message by its cause: owner, life, operation, and its number among those of the operation.
type MessageName = (String, u16, u32, usize);

/// How long each message to a server was under way. A message of which nothing was told is left out, and so
/// are the later ones of its operation: their numbers are not known.
fn flights(result: &RunResult) -> BTreeMap<MessageName, Span> {
    let mut sends: BTreeMap<OpTag, Vec<(Instant, Instant)>> = BTreeMap::new();
    for event in &result.history {
        let told = match &event.kind {
            EventKind::Resource(ResourceEvent::Decided { tag, sent, .. }) => Some((*tag, *sent)),
            EventKind::Store(StoreEvent::Row { tag: Some(tag), sent: Some(sent), .. }) => Some((*tag, *sent)),
            _ => None,
        };
        if let Some((tag, sent)) = told {
            let known = sends.entry(tag).or_default();
            if known.iter().all(|(before, _)| *before != sent) {
                known.push((sent, event.at));
            }
        }
    }
    let mut flights = BTreeMap::new();
    for (tag, mut sends) in sends {
        sends.sort_unstable();
        let owner = result.cast.owner(tag.owner);
        for (n, (sent, at)) in sends.into_iter().enumerate() {
            flights.insert((owner.to_owned(), tag.incarnation, tag.op, n), at.since(sent));
        }
    }
    flights
}

/// How many of the messages that both runs know took equally long, and which did not.
fn compare(first: &RunResult, second: &RunResult) -> (usize, Vec<MessageName>) {
    let (first, second) = (flights(first), flights(second));
    let both: Vec<_> =
        first.iter().filter_map(|(name, span)| Some((name, span, second.get(name)?))).collect();
    let differ = both.iter().filter(|(_, span, other)| span != other);
    let names: Vec<_> = differ.map(|(name, ..)| (*name).clone()).collect();
    (both.len() - names.len(), names)
}

fn assert_same_draws(first: &RunResult, second: &RunResult, what: &str) {
    let (same, differ) = compare(first, second);
    assert_eq!(differ, [], "{what}");
    assert!(same > 100, "{what}: only {same} messages to compare");
}

/// The cases of these tests: nothing in them is lost, so every message has its number.
const CASES: [&str; 4] = [
    "pause-past-lease/plain@0",
    "pause-past-lease/fenced@1",
    "suspended-machine/plain@0",
    "store-clock-jump/jump@2",
];

/// Everything before the first place where two histories differ, and that place.
fn common(first: &RunResult, second: &RunResult) -> usize {
    first.history.iter().zip(&second.history).take_while(|(one, other)| one == other).count()
}

fn fired(event: &Event) -> bool {
    matches!(event.kind, EventKind::World(WorldEvent::Fired { .. }))
}

/// The last fault is taken out. Up to the place where it fired the two histories are the same, byte for byte;
/// and after it every message that both runs send flies as long as before, whoever sends it.
#[test]
fn a_fault_less_changes_no_draw() {
    for name in CASES {
        let plan = case(name);
        let before = recorded(&plan);
        let last = before.history.iter().rposition(fired).expect("faults fired");
        let EventKind::World(WorldEvent::Fired { fault, .. }) = &before.history[last].kind else {
            unreachable!("found above");
        };
        let mut without = plan.clone();
        without.faults.remove(fault.index());
        let after = recorded(&without);
        assert_eq!(common(&before, &after), last, "{name}");
        assert_same_draws(&before, &after, name);
    }
}

/// The first fault is taken out: nearly everything comes otherwise, and all the same each message that both
/// runs send flies as long as before.
#[test]
fn the_first_fault_less_changes_no_draw() {
    for name in CASES {
        let plan = case(name);
        let mut without = plan.clone();
        without.faults.remove(0);
        let (before, after) = (recorded(&plan), recorded(&without));
        let first = before.history.iter().position(fired).expect("faults fired");
        assert_eq!(common(&before, &after), first, "{name}");
        assert_same_draws(&before, &after, name);
    }
}

/// A pause is made half as long. Nothing differs before the shorter one is over.
#[test]
fn a_shorter_fault_changes_nothing_before_its_end() {
    for name in ["pause-past-lease/plain@0", "pause-past-lease/fenced@1"] {
        let plan = case(name);
        let mut shorter = plan.clone();
        let Fault::Pause { hold, .. } = &mut shorter.faults[0].what else { panic!("{name} pauses") };
        *hold = Span(hold.0 / 2);
        let hold = *hold;
        let (before, after) = (recorded(&plan), recorded(&shorter));
        let first = before.history.iter().find(|event| fired(event)).expect("it fired");
        let differ = common(&before, &after);
        assert_eq!(after.history[differ].at, first.at + hold, "{name}: {:?}", after.history[differ]);
        assert_same_draws(&before, &after, name);
    }
}

/// Takes a client out of a plan, with its machine.
fn without_client(plan: &Plan, name: &str) -> Plan {
    let mut plan = plan.clone();
    plan.clients.retain(|client| client.name != name);
    plan.machines.retain(|machine| machine.name != name);
    plan
}

/// How long each write was worked for: from the answer to the read to the sending of the write.
fn holds(result: &RunResult) -> BTreeMap<(String, u32), Span> {
    use fencepost_model::{Access, TraceEvent};
    let mut answered = BTreeMap::new();
    let mut holds = BTreeMap::new();
    for event in &result.history {
        match &event.kind {
            EventKind::Trace(TraceEvent::Delivered { target, label: "read-reply", .. }) => {
                answered.insert(*target, event.at);
            }
            EventKind::Resource(ResourceEvent::Decided {
                tag, access: Access::Write { .. }, sent, ..
            }) => {
                let read = answered[&result.cast.process_of(tag.owner)];
                holds.insert((result.cast.owner(tag.owner).to_owned(), tag.op), sent.since(read));
            }
            _ => {}
        }
    }
    holds
}

/// A client is taken out, whichever: the others' messages fly as long as before, and they work as long.
#[test]
fn a_client_less_changes_no_draw_of_the_others() {
    let plan = case("smoke/redis@0");
    let before = recorded(&plan);
    for client in ["c1", "c2", "c3"] {
        let after = recorded(&without_client(&plan, client));
        assert_same_draws(&before, &after, client);
        let (first, second) = (holds(&before), holds(&after));
        let both: Vec<_> = first.iter().filter(|(name, _)| second.contains_key(*name)).collect();
        assert!(both.len() > 50, "only {} holds to compare", both.len());
        for (name, span) in both {
            assert_eq!(second[name], *span, "{name:?} without {client}");
        }
    }
}

/// A lock whose tries fail draws pauses: those are theirs, too. The variants of a scenario are paired so.
#[test]
fn variants_meet_the_same_draws() {
    let plain = recorded(&case("pause-past-lease/plain@3"));
    let fenced = recorded(&case("pause-past-lease/fenced@3"));
    let (same, differ) = compare(&plain, &fenced);
    assert_eq!(differ, []);
    assert!(same > 100, "only {same} messages to compare");
}

/// The comparison is not blind: with another key most messages fly otherwise. Not all of them: a flight is
/// often as short as can be.
#[test]
fn the_comparison_finds_a_difference() {
    let (first, second) = (case("smoke/redis@0"), case("smoke/redis@1"));
    let (same, differ) = compare(&recorded(&first), &recorded(&second));
    assert!(differ.len() > 100, "{} differ", differ.len());
    assert!(same < differ.len() / 2, "{same} are the same, {} differ", differ.len());
}

/// Takes its own lock again and again, and works under it.
async fn live(me: Me, lock: u16) {
    while me.owner.may_begin() {
        if let Ok(guard) = me.owner.acquire(LockId(lock), Mode::Exclusive).await {
            me.say("has it");
            if let Ok(version) = guard.read().await {
                me.say(format!("reads {version}"));
                me.sleep("100ms").await;
                me.say(format!("writes {:?}", guard.write(version).await));
            }
            me.release(guard).await;
        }
    }
}

/// Two clients with a lock each, which meet at the servers and nowhere else; only these live.
fn side_by_side(clients: &[&str]) -> Play {
    let play = Play::with_redis("ttl = '2s', command-timeout = '100ms'")
        .clients(2)
        .latency("{ min = '1ms', mean = '3ms', max = '60ms' }")
        .workload("locks = ['orders', 'stock']");
    clients.iter().fold(play, |play, client| {
        let lock = u16::from(*client == "c2");
        play.client(client, move |me: Me| live(me, lock))
    })
}

/// What happens to one client, its lock and its register, with every instant.
fn of(client: &str, run: &Run) -> Vec<String> {
    let lines = run.lines(&[client, if client == "c1" { "orders" } else { "stock" }]);
    assert!(lines.len() > 200, "{}", run.all());
    lines.into_iter().take_while(|line| !line.starts_with("10s")).collect()
}

/// Whatever befalls a client that shares nothing but servers with another one, that other one lives the very
/// same run, to the nanosecond.
#[test]
fn what_befalls_a_stranger_changes_nothing() {
    let before = of("c1", &side_by_side(&["c1", "c2"]).run());
    for fault in [
        "at = '2s'\npause = { who = 'c2', hold = '3s' }",
        "at = '2s'\nsuspend = { who = 'c2', hold = '3s' }",
        "at = '2s'\nkill = { who = 'c2', restart-after = '1s' }",
        "at = '2s'\npartition = { who = 'c2', hold = '3s' }",
        "at = '2s'\ndelay = { who = 'c2', by = '30ms', hold = '3s' }",
        "at = '2s'\ndrift = { who = 'c2', ppm = '100000ppm' }",
        "message = { kind = 'acquire-reply', client = 'c2', nth = 3, lose = true }",
        "message = { kind = 'write', client = 'c2', nth = 3, delay = '5s' }",
    ] {
        let after = side_by_side(&["c1", "c2"]).fault(fault).run();
        assert!(after.fired(0).is_some(), "{fault}");
        assert_eq!(of("c1", &after), before, "{fault}");
    }
}

/// As before, with the other client out of the plan, whichever comes first in it.
#[test]
fn a_stranger_less_changes_nothing() {
    let both = side_by_side(&["c1", "c2"]);
    let (plan, before) = (both.plan(), both.run());
    for (client, other) in [("c1", "c2"), ("c2", "c1")] {
        let alone = side_by_side(&[client]).run_plan(&without_client(&plan, other));
        assert_eq!(of(client, &alone), of(client, &before), "{client} without {other}");
    }
}

/// The test above is not blind: what befalls the client itself is seen, and so is another key.
#[test]
fn what_befalls_oneself_does_change_something() {
    let before = of("c1", &side_by_side(&["c1", "c2"]).run());
    assert_ne!(of("c1", &side_by_side(&["c1", "c2"]).seed(1).run()), before);
    let paused = side_by_side(&["c1", "c2"]).fault("at = '2s'\npause = { who = 'c1', hold = '3s' }").run();
    assert_ne!(of("c1", &paused), before);
}
