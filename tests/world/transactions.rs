//! Who sees what at the resource, and who waits for whom, where owners work in transactions. The lock grants
//! everybody at once, so nothing but the resource is in anybody's way; in the last test owners do what ships.

use crate::support::{Me, Play, case, run_plan};
use fencepost_catalogue::trivial;
use fencepost_model::{Access, ClientEvent, Commit, Event, EventKind, Gate, OpTag, ResourceEvent, Span};
use fencepost_sim::RunOptions;

/// Two clients. The first writes at once, and commits after two seconds. The second one writes half a second after
/// the first one, over what it had read then, and commits.
fn two_writers() -> Play {
    let play = Play::with(trivial::None).commit(Commit::BeforeRelease).clients(2);
    play.workload("resource-timeout = '4s'")
        .client("c1", |me: Me| async move {
            if me.life > 0 {
                return;
            }
            let guard = me.acquire().await.expect("everybody is granted");
            me.say(format!("wrote {:?}", guard.write(0).await));
            me.sleep("2s").await;
            me.say(format!("committed {:?}", guard.commit().await));
            me.say(format!("then wrote {:?}", guard.write(0).await));
        })
        .client("c2", |me: Me| async move {
            me.sleep("500ms").await;
            let guard = me.acquire().await.expect("everybody is granted");
            me.say(format!("read {:?}", guard.read().await));
            me.say(format!("wrote {:?}", guard.write(0).await));
            me.say(format!("committed {:?}", guard.commit().await));
        })
}

/// The updates of a run, as parent and version.
fn updates(play: Play) -> (crate::support::Run, Vec<(u64, u64)>) {
    let run = play.run();
    let update = |kind: &EventKind| match kind {
        EventKind::Resource(ResourceEvent::Decided {
            access: Access::Commit { parent, version }, ..
        }) => Some((*parent, *version)),
        _ => None,
    };
    let updates = run.history_of(update).into_iter().map(|(_, update)| update).collect();
    (run, updates)
}

#[test]
fn a_write_waits_for_the_commit_and_a_read_does_not() {
    let (run, updates) = updates(two_writers());
    assert!(run.at("c2: read Ok(0)") < run.at("c1: committed Ok(())"), "it sees what is committed");
    assert!(run.at("c2: wrote Ok(2)") >= run.at("c1: committed Ok(())"));
    assert_eq!(updates, [(0, 1), (0, 2)], "the first one is lost\n{}", run.all());
    assert_eq!(run.violations("no-lost-update").len(), 1);
    assert!(run.tells("c1: then wrote Err(Unknown)"), "the transaction is over\n{}", run.all());
}

/// The twin: by then the first one's version is there, and the second one finds none of its own.
#[test]
fn a_waiter_is_ruled_on_by_committed_data() {
    let (run, updates) = updates(two_writers().gate(Gate::IfVersion));
    assert!(run.tells("c2: wrote Err(Told)"), "{}", run.all());
    assert_eq!(updates, [(0, 1)]);
}

/// The machine of a killed process closes its connections.
#[test]
fn the_row_of_a_killed_owner_is_freed() {
    let kill = "at = '1s'\nkill = { who = 'c1', restart-after = '5s' }";
    let (run, updates) = updates(two_writers().fault(kill));
    let freed = run.at("c2: wrote Ok(1)").since(run.at("c1 dies"));
    assert!(freed < Span::from_millis(10), "after {freed}\n{}", run.all());
    assert_eq!(updates, [(0, 1)], "what the dead one had written was never there");
}

/// It is idle in its transaction, and nobody can say that it will not go on.
#[test]
fn the_row_of_a_paused_owner_stays_locked() {
    let (run, updates) = updates(two_writers().fault("at = '1s'\npause = { who = 'c1', hold = '3s' }"));
    assert!(run.at("c2: wrote Ok(2)") >= run.at("c1: committed Ok(())"));
    assert_eq!(updates, [(0, 1), (0, 2)]);
}

/// Nobody closes anything, and the resource does not find out: the second one gives up.
#[test]
fn the_row_of_an_owner_without_power_stays_locked() {
    let cut = "at = '1s'\npower-cut = { who = 'c1', restart-after = '8s' }";
    let (run, updates) = updates(two_writers().fault(cut));
    assert!(run.tells("c2: wrote Err(Unknown)"), "{}", run.all());
    assert_eq!(updates, []);
}

/// The client closes the connection, and what it had written is rolled back.
#[test]
fn an_operation_without_an_answer_ends_the_transaction() {
    let late = "message = { kind = 'write-reply', nth = 1, delay = '9s' }";
    let (run, updates) = updates(two_writers().fault(late));
    assert!(run.tells("c1: wrote Err(Unknown)"), "{}", run.all());
    assert!(run.tells("c1: committed Err(Unknown)"));
    assert_eq!(updates, [(0, 1)], "the second one's");
}

/// With the workload that ships: who finds its deadline passed, before the write or before the commit, commits nothing.
#[test]
fn an_owner_that_keeps_an_operation_back_commits_nothing() {
    let (mut held_back, mut committed) = (0, 0);
    for seed in 0..12 {
        let mut plan = case(&format!("pause-past-lease/plain@{seed}"));
        (plan.workload.commit, plan.workload.obeys_deadline) = (Commit::BeforeRelease, true);
        let result = run_plan(&plan, RunOptions { record: true, ..RunOptions::default() });
        let kept: Vec<OpTag> = tags(&result.history, |kind| match kind {
            EventKind::Client(ClientEvent::HeldBack { tag }) => Some(*tag),
            _ => None,
        });
        let done: Vec<OpTag> = tags(&result.history, |kind| match kind {
            EventKind::Resource(ResourceEvent::Decided { tag, access: Access::Commit { .. }, .. }) => {
                Some(*tag)
            }
            _ => None,
        });
        assert!(kept.iter().all(|tag| !done.contains(tag)), "{}: {kept:?}", plan.case);
        (held_back, committed) = (held_back + kept.len(), committed + done.len());
    }
    assert!(held_back > 0 && committed > held_back, "{held_back} kept back, {committed} committed");
}

/// The acquires under whose guards something happened.
fn tags(history: &[Event], of: impl Fn(&EventKind) -> Option<OpTag>) -> Vec<OpTag> {
    history.iter().filter_map(|event| of(&event.kind)).map(|tag| tag.of_attempt()).collect()
}
