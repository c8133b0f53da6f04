//! How Redlock behaves where things go wrong. Messages take 1 ms, and so an acquire that finds no open
//! connections is carried out after 3 ms and answered after 4, on all nodes at once.

use crate::support::{Me, Play, Run};
use fencepost_lock::Env;
use fencepost_model::{EventKind, Instant, TenureEvent, word};
use std::collections::BTreeMap;

/// One acquire that ends as it likes, and then nothing.
fn one_acquire(settings: &str) -> Play {
    Play::with_redlock(settings).client("c1", |me: Me| async move {
        if let Some(guard) = me.acquire().await {
            me.sleep("100ms").await;
            me.release(guard).await;
        }
    })
}

/// On how many nodes each tenure was granted.
fn votes(run: &Run) -> Vec<usize> {
    let mut votes = BTreeMap::new();
    for event in &run.result.history {
        if let EventKind::Tenure(TenureEvent::Granted { tenure, .. }) = event.kind {
            *votes.entry(tenure).or_insert(0) += 1;
        }
    }
    votes.into_values().collect()
}

/// Two of three nodes are up: the lock is had, as late as the time-out of the third. Only power makes a node
/// silent; who asks the machine of a dead process is refused at once.
#[test]
fn a_majority_is_enough() {
    let dead = one_acquire("ttl = '8s'").fault("at = '0s'\nkill = { who = 'node-2' }").run();
    assert_eq!(dead.lines(&["c1:"]), ["4ms c1: has it", "106ms c1: Released"]);
    dead.holds();
    let dark = one_acquire("ttl = '8s'").fault("at = '0s'\npower-cut = { who = 'node-2' }").run();
    assert_eq!(dark.lines(&["c1:"]), ["50ms c1: has it", "200ms c1: Released"]);
    dark.holds();
}

/// The other majority: nobody has it, and what was set on the node that is up is undone after each try.
#[test]
fn a_minority_is_not_enough() {
    let run = one_acquire("ttl = '8s'")
        .fault("at = '0s'\nkill = { who = 'node-1' }")
        .fault("at = '0s'\nkill = { who = 'node-3' }")
        .run();
    assert_eq!(run.lines(&["c1.1 acquire"]).len(), 1);
    assert!(run.tells("c1.1 acquire: Refused { reason: NoMajority }"), "{}", run.all());
    let tries = run.times("orders created").len() - 3;
    assert!(tries > 10, "the probe's three keys aside, one for each try: {tries}");
    assert_eq!(run.times("orders removed: Deleted").len(), tries + 3);
    run.holds();
}

/// Asked in turn, a node after the one that is dark is asked when that has had its time.
#[test]
fn in_turn_a_node_waits_for_the_one_before() {
    let run =
        one_acquire("ttl = '8s', asks = 'in-turn'").fault("at = '0s'\npower-cut = { who = 'node-2' }").run();
    assert_eq!(run.lines(&["c1:"])[0], "58ms c1: has it", "4 ms for each that is up, 50 ms for the other");
    run.holds();
}

/// What is left of the first try on one node, and what the second has on another, are no majority together. If
/// they were counted as one tenure, a grant would be seen that nobody made.
#[test]
fn the_rests_of_two_tries_are_two_tenures() {
    let run = one_acquire("ttl = '8s'")
        .workload("patience = '150ms'")
        .fault("at = '0s'\nkill = { who = 'node-3' }")
        .fault("message = { kind = 'acquire', nth = 2, lose = true }")
        .fault("message = { kind = 'release', nth = 1, delay = '1s' }")
        .fault("message = { kind = 'release', nth = 2, delay = '1s' }")
        .fault("message = { kind = 'release', nth = 3, delay = '1s' }")
        .run();
    assert!(!run.tells("c1: has it"), "{}", run.all());
    let votes = votes(&run);
    assert_eq!(votes[..2], [1, 1], "{}", run.all());
    assert_eq!(votes.last(), Some(&3), "the probe's");
    run.holds();
}

/// The answers of a majority arrive while the process stands still, and are read after their lease. It says so,
/// and believes nothing.
#[test]
fn answers_that_are_read_too_late_win_nothing() {
    let run = Play::with_redlock("ttl = '1s'")
        .workload("patience = '500ms'")
        .client("c1", |me: Me| async move {
            me.acquire().await;
        })
        .fault("at = '3ms 500us'\npause = { who = 'c1', hold = '2s' }")
        .run();
    assert_eq!(run.lines(&["c1:"]), ["2s 3ms 500us c1: Unknown"], "{}", run.all());
    run.holds();
}

/// Before its lease it may still be read, and the deadline is counted from before the first request.
#[test]
fn slow_answers_shorten_the_validity() {
    let deadline = |settings: &str| {
        let play = Play::with_redlock(settings).client("c1", |me: Me| async move {
            let began = me.env().mono();
            let guard = me.acquire().await.expect("nobody else wants it");
            me.say(format!("valid for {}", guard.deadline().expect("it has one").since(began)));
        });
        play.fault("message = { kind = 'acquire-reply', delay = '30ms' }").run()
    };
    let run = deadline("ttl = '1s', drift-allowance = 10000, reserve = '100ms'");
    assert!(run.tells("c1: valid for 890ms"), "{}", run.all());
}

/// An extension prolongs by a majority; the node that is cut off keeps its shorter life, and does not matter.
#[test]
fn a_majority_extends() {
    let run = Play::with_redlock("ttl = '1s'")
        .clients(2)
        .client("c1", |me: Me| async move {
            let mut guard = me.acquire().await.expect("it is the first");
            for _ in 0..3 {
                me.sleep("600ms").await;
                me.say(format!("{:?}", guard.extend().await));
            }
            me.sleep("1h").await;
        })
        .client("c2", |me: Me| async move {
            me.sleep("100ms").await;
            me.acquire_at_last().await.release().await;
        })
        .fault("at = '500ms'\npartition = { who = 'node-3', hold = '4s' }")
        .run();
    assert_eq!(run.lines(&["c1: Ok"]).len(), 3, "{}", run.all());
    // The last extension arrived after 1.9 s.
    assert!(run.at("c2: has it") > Instant(2_900_000_000), "{}", run.all());
    run.holds();
}

/// Two nodes are cut off from the holder when it extends: it is not told that it has lost the lock, for nobody
/// knows; and what it was promised before lasts until its end.
#[test]
fn an_extension_without_a_majority_changes_nothing() {
    let run = Play::with_redlock("ttl = '1s'")
        .client("c1", |me: Me| async move {
            let mut guard = me.acquire().await.expect("nobody else wants it");
            me.sleep("500ms").await;
            me.say(format!("{:?}", guard.extend().await));
            me.sleep("300ms").await;
            me.release(guard).await;
        })
        .fault("at = '400ms'\npartition = { who = 'node-2', hold = '200ms' }")
        .fault("at = '400ms'\npartition = { who = 'node-3', hold = '200ms' }")
        .run();
    assert_eq!(run.lines(&["c1: Err"]), ["554ms c1: Err(Unknown)"], "{}", run.all());
    assert!(run.tells("belief 0 ended: Released"), "it was kept until the release:\n{}", run.all());
    run.holds();
}

/// Every tenure ends: after so many extensions no other is asked for.
#[test]
fn extensions_are_limited() {
    let run = Play::with_redlock("ttl = '1s', extensions = 1")
        .client("c1", |me: Me| async move {
            let mut guard = me.acquire().await.expect("nobody else wants it");
            me.say(format!("{:?} {:?}", guard.extend().await, guard.extend().await));
        })
        .run();
    assert!(run.tells("c1: Ok(()) Err(Unknown)"), "{}", run.all());
    assert_eq!(run.flights("extend").len(), 3);
}

/// A node that has lost its keys answers nobody until they would be over: whoever restarts two of three has to
/// wait for the ttl. Were it to answer at once, the second client would have the lock beside the first.
#[test]
fn a_silent_node_is_away_for_a_lease() {
    let restarted = |persistence: &str| {
        Play::with_redlock(&format!("ttl = '2s', persistence = '{persistence}'"))
            .clients(2)
            .client("c1", |me: Me| async move {
                me.acquire().await.expect("it is the first");
                me.sleep("1h").await;
            })
            .client("c2", |me: Me| async move {
                me.sleep("100ms").await;
                me.acquire_at_last().await;
                me.sleep("1h").await;
            })
            .fault("at = '500ms'\nrestart = { who = 'node-1' }")
            .fault("at = '500ms'\nrestart = { who = 'node-2' }")
            .run()
    };
    let silent = restarted("silent");
    assert!(silent.at("c2: has it") > Instant(2_500_000_000), "{}", silent.all());
    silent.holds();
    let forgetful = restarted("none");
    assert!(forgetful.at("c2: has it") < Instant(1_000_000_000), "{}", forgetful.all());
    assert!(!forgetful.violations(word::EXCLUSIVE_GRANT).is_empty());
}

/// A node did not answer the acquire that was won; its message comes after the release. The release goes on
/// there until it cannot come any more.
#[test]
fn a_vote_that_comes_after_the_release_is_removed_too() {
    let run = one_acquire("ttl = '8s'").fault("message = { kind = 'acquire', nth = 2, delay = '1s' }").run();
    assert_eq!(run.lines(&["c1:"]), ["50ms c1: has it", "154ms c1: Released"], "{}", run.all());
    let late = run.times("orders created")[2];
    assert_eq!(late, Instant(1_003_000_000), "{}", run.all());
    let gone = run.times("orders removed: Deleted")[2];
    assert!(gone > late && gone < Instant(2_100_000_000), "{}", run.all());
    run.holds();
}

/// A caller that drops its acquire leaves nothing behind on any node.
#[test]
fn a_cancelled_acquire_is_undone_everywhere() {
    let run = one_acquire("ttl = '8s'").fault("at = '3ms 500us'\ncancel = { who = 'c1' }").run();
    assert_eq!(run.times("orders removed: Deleted").len(), 6, "three, and the probe's:\n{}", run.all());
    run.holds();
}
