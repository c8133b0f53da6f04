//! How the lock on a replicated log behaves where things go wrong. Messages take 1 ms, and the first leader is
//! there within a second and a half.

use crate::support::{Me, Play};
use fencepost_model::{EventKind, Instant, LogChange, Span, StoreEvent, TenureEvent, word};

/// One tenure, taken when there is a leader.
fn one_tenure(settings: &str) -> Play {
    Play::with_raft(settings).client("c1", |me: Me| async move {
        me.sleep("2s").await;
        if let Some(guard) = me.acquire().await {
            me.sleep("300ms").await;
            me.release(guard).await;
        }
    })
}

/// The leader carries the acquire out, and its answer is lost. The client asks again under the same name, and
/// is told what came of it: there is one tenure, and the deadline counts from the first time.
#[test]
fn a_command_that_was_sent_again_is_carried_out_once() {
    // The first answer opens the session.
    let lost = "message = { kind = 'acquire-reply', nth = 2, lose = true }";
    let run = one_tenure("ttl = '8s'").fault(lost).run();
    assert!(run.fired(0).is_some(), "{}", run.all());
    assert!(run.tells("c1: has it") && run.tells("c1: Released"), "{}", run.all());
    let granted = run.history_of(|kind| match kind {
        EventKind::Tenure(TenureEvent::Granted { .. }) => Some(()),
        _ => None,
    });
    assert_eq!(granted.len(), 2, "the client's and the probe's:\n{}", run.all());
    run.holds();
}

/// A tenure outlives every member: power fails at all of them, and when they are back the lock is held by whom
/// it was held by. The leader counts its lease anew.
#[test]
fn a_power_cut_of_everybody_forgets_nothing() {
    let everybody = |play: Play| {
        (1..=3).fold(play, |play, member| {
            play.fault(&format!("at = '3s'\npower-cut = {{ who = 'raft-{member}', restart-after = '1s' }}"))
        })
    };
    let run = everybody(
        Play::with_raft("ttl = '4s'")
            .clients(2)
            .length("20s")
            .workload("patience = '15s'")
            .client("c1", |me: Me| async move {
                me.sleep("2s").await;
                let _guard = me.acquire().await.expect("nobody else asks");
                me.sleep("1h").await;
            })
            .client("c2", |me: Me| async move {
                me.sleep("4s 500ms").await;
                me.acquire_at_last().await.release().await;
            }),
    )
    .run();
    let elected = run.history_of(|kind| match kind {
        EventKind::Store(StoreEvent::Log { change: LogChange::Elected { .. }, .. }) => Some(()),
        _ => None,
    });
    let (last, ()) = elected.last().expect("somebody was elected");
    assert!(*last > Instant(4_000_000_000), "another leader leads after the cut");
    let had = run.at("c2: has it");
    assert!(had.since(*last) >= Span::from_secs(4), "not before a whole lease:\n{}", run.all());
    run.holds();
}

/// The queue is served in the order in which the log took the waiters in.
#[test]
fn waiters_are_served_in_their_order() {
    let mut play = Play::with_raft("ttl = '8s'").clients(4).workload("patience = '9s'").length("20s");
    for (place, client) in ["c3", "c1", "c4", "c2"].into_iter().enumerate() {
        play = play.client(client, move |me: Me| async move {
            me.sleep(&format!("{}ms", 2_000 + 100 * place)).await;
            let guard = me.acquire().await.expect("its patience is long");
            me.sleep("500ms").await;
            me.release(guard).await;
        });
    }
    let run = play.run();
    let order: Vec<_> = run.lines(&["c"]).into_iter().filter(|line| line.ends_with("has it")).collect();
    let names: Vec<_> =
        order.iter().filter_map(|line| line.split(' ').find(|word| word.starts_with('c'))).collect();
    assert_eq!(names, ["c3:", "c1:", "c4:", "c2:"], "{}", run.all());
    run.holds();
}

/// A waiter that died keeps nobody waiting for longer than the time of its silence.
#[test]
fn a_dead_waiter_loses_its_place() {
    let run = Play::with_raft("ttl = '8s', waiter-timeout = '1s'")
        .clients(3)
        .length("20s")
        .workload("patience = '9s'")
        .client("c1", |me: Me| async move {
            me.sleep("2s").await;
            let guard = me.acquire().await.expect("it is the first");
            me.sleep("3s").await;
            me.release(guard).await;
        })
        .client("c2", |me: Me| async move {
            me.sleep("2s 500ms").await;
            me.acquire().await;
        })
        .client("c3", |me: Me| async move {
            me.sleep("3s").await;
            me.acquire_at_last().await.release().await;
        })
        .fault("at = '3s 200ms'\nkill = { who = 'c2' }")
        .run();
    let (released, had) = (run.at("c1: Released"), run.at("c3: has it"));
    assert!(had.since(released) < Span::from_millis(500), "{}", run.all());
    run.holds();
}

/// Who is cut off with the leader is granted nothing, and nobody else is granted what it may still have.
#[test]
fn a_leader_without_a_majority_grants_nothing() {
    let run = Play::with_raft("ttl = '2s'")
        .clients(2)
        .length("12s")
        .workload("patience = '8s'")
        .client("c1", |me: Me| async move {
            me.sleep("2s").await;
            let _guard = me.acquire().await.expect("nobody else asks");
            me.sleep("1h").await;
        })
        .client("c2", |me: Me| async move {
            me.sleep("3s").await;
            me.acquire().await;
        })
        .fault("at = '2s 500ms'\npartition = { who = 'leader', hold = '6s' }")
        .run();
    let (mine, theirs) = (run.at("c1: has it"), run.at("c2: has it"));
    assert!(theirs.since(mine) >= Span::from_secs(2), "{}", run.all());
    assert!(theirs < Instant(8_500_000_000), "while the old leader is still cut off:\n{}", run.all());
    run.holds();
}

/// A member that was away for long is sent a snapshot, and serves when the others are gone.
#[test]
fn a_member_that_was_away_catches_up_by_a_snapshot() {
    let run = Play::with_raft("ttl = '2s', snapshot-every = 8")
        .clients(2)
        .length("15s")
        .each_client(|me: Me| async move {
            me.sleep("2s").await;
            while me.owner.may_begin() {
                if let Some(guard) = me.acquire().await {
                    me.sleep("20ms").await;
                    me.release(guard).await;
                }
            }
        })
        .fault("at = '3s'\nkill = { who = 'raft-2', restart-after = '4s' }")
        .fault("at = '9s'\nkill = { who = 'raft-1' }")
        .run();
    let installed = run.history_of(|kind| match kind {
        EventKind::Store(StoreEvent::Log { node, change: LogChange::Installed { .. } }) => Some(*node),
        _ => None,
    });
    assert!(!installed.is_empty(), "nobody was sent a snapshot");
    assert!(!run.verdict(word::PROGRESS).is_violated());
    run.holds();
}
