//! What dies and starts again, what stands still for several reasons at once, and the calm tail that makes
//! everything whole.

use crate::support::{Me, Play};
use fencepost_lock::{Env, TaskHandle};
use fencepost_model::{ClientEvent, EventKind, Instant, Span, TraceEvent, word};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Says that it is there in every life, and works for as long as it is left alone.
async fn worker(me: Me) {
    me.say(format!("life {}", me.life));
    loop {
        me.sleep("1s").await;
        me.say("works");
    }
}

/// Does something when it is dropped.
struct OnDrop<F: FnMut()>(F);

impl<F: FnMut()> Drop for OnDrop<F> {
    fn drop(&mut self) {
        (self.0)();
    }
}

/// The new life begins from the beginning, with nothing of the old one: were a timer left, it would work
/// half a second too early.
#[test]
fn a_killed_client_starts_a_new_life() {
    let run = Play::with_echo()
        .length("5s")
        .fault("at = '1s 500ms'\nkill = { who = 'c1', restart-after = '1s' }")
        .client("c1", worker)
        .run();
    assert_eq!(
        run.lines(&["c1:", "c1 "])[..6],
        [
            "0s c1 starts, life 0",
            "0s c1: life 0",
            "1s c1: works",
            "1s 500ms c1 dies",
            "2s 500ms c1 starts, life 1",
            "2s 500ms c1: life 1",
        ]
    );
    assert_eq!(run.times("c1: works")[1], Instant(3_500_000_000));
}

/// A machine that sleeps starts nothing: what is due meanwhile starts when it wakes up.
#[test]
fn nothing_starts_on_a_machine_that_sleeps() {
    let run = Play::with_echo()
        .length("5s")
        .fault("at = '1s'\nsuspend = { who = 'c1', hold = '2s' }")
        .fault("at = '1500ms'\nkill = { who = 'c1', restart-after = '200ms' }")
        .client("c1", worker)
        .run();
    assert_eq!(
        run.lines(&["c1 ", "c1:"])[..8],
        [
            "0s c1 starts, life 0",
            "0s c1: life 0",
            "1s c1 stops",
            "1s c1 sleeps",
            "1s 500ms c1 dies",
            "3s c1 wakes",
            "3s c1 starts, life 1",
            "3s c1: life 1",
        ]
    );
}

/// The owners of a new life use the lock again, and what the old life held ended with it. Its key stays until
/// its lease is over, for the store knows nothing of its death.
#[test]
fn a_new_life_waits_for_the_lease_of_the_old_one() {
    let run = Play::with_redis("ttl = '3s'")
        .fault("on = { event = 'acquired', after = '100ms' }\nkill = { who = 'c1', restart-after = '100ms' }")
        .client("c1", |me: Me| async move {
            let guard = me.acquire_at_last().await;
            me.sleep("500ms").await;
            me.release(guard).await;
        })
        .run();
    assert_eq!(run.lines(&["belief 0"]), ["4ms belief 0 of c1.1", "104ms belief 0 ended: Died"]);
    // Granted at 3 ms for 3 s; the store counts whole milliseconds and keeps the key through the last one.
    assert!(run.at("belief 1 of c1.1") > Instant(3_003_000_000), "{}", run.all());
    assert!(run.at("belief 1 of c1.1") < Instant(3_200_000_000), "{}", run.all());
    let lives: Vec<u16> = run.result.history.iter().filter_map(started_in).collect();
    assert_eq!(lives[..2], [0, 1], "the second belief is the new life's");
    assert!(run.tells("c1: Released"));
    run.holds();
}

/// In which life of its owner a belief began.
fn started_in(event: &fencepost_model::Event) -> Option<u16> {
    match &event.kind {
        EventKind::Client(ClientEvent::BeliefStarted { tag, .. }) => Some(tag.incarnation),
        _ => None,
    }
}

/// A killed process is gone before its destructors run: nothing that they start runs, and nothing that they
/// send leaves the machine. A lock's clean-up would else undo what no dead client can undo.
#[test]
fn the_destructors_of_the_dead_send_nothing() {
    let dropped = Arc::new(AtomicBool::new(false));
    let is_dropped = dropped.clone();
    let run = Play::with_echo()
        .fault("at = '1s'\nkill = { who = 'c1' }")
        .client("c1", move |me: Me| {
            let dropped = dropped.clone();
            async move {
                me.ask_and_say("one", "1s").await;
                let (env, say) = (me.env().clone(), me.voice());
                let goodbye = me.ask("goodbye", "1s");
                let mut goodbye = Some(goodbye);
                let _last_words = OnDrop(move || {
                    dropped.store(true, Ordering::Relaxed);
                    say("dropped");
                    let goodbye = goodbye.take().expect("dropped once");
                    env.spawn(async move {
                        goodbye.await;
                    });
                });
                me.sleep("1h").await;
            }
        })
        .run();
    assert!(is_dropped.load(Ordering::Relaxed), "the destructor ran");
    assert_eq!(run.lines(&["c1:"])[..], ["4ms c1: answered one"], "and what it tells is not heard");
    assert_eq!(run.lines(&["store:"]), ["3ms store: heard one", "1s 1ms store: lost c1"]);
}

/// The same destructor of a client that lives does reach the store: the test above is not blind.
#[test]
fn the_destructors_of_the_living_do() {
    let run = Play::with_echo()
        .client("c1", |me: Me| async move {
            let (env, mut goodbye) = (me.env().clone(), Some(me.ask("goodbye", "1s")));
            drop(OnDrop(move || {
                let goodbye = goodbye.take().expect("dropped once");
                env.spawn(async move {
                    goodbye.await;
                });
            }));
            me.sleep("100ms").await;
        })
        .run();
    assert_eq!(run.lines(&["store:"]), ["3ms store: heard goodbye"]);
}

/// What a dead client had sent arrives all the same.
#[test]
fn what_the_dead_had_sent_arrives() {
    let run = Play::with_echo()
        .fault("at = '2ms 500us'\nkill = { who = 'c1' }")
        .client("c1", |me: Me| async move { me.ask_and_say("last", "1s").await })
        .run();
    assert_eq!(run.lines(&["c1:", "store:"]), ["3ms store: heard last", "3ms 500us store: lost c1"]);
}

/// Nothing of a run that is over may act: the destructors of tasks that still wait when the world ends send
/// nothing, and end no belief.
#[test]
fn the_end_of_the_run_is_no_event_of_the_run() {
    let run = Play::with_echo()
        .client("c1", |me: Me| async move {
            let _guard = me.acquire().await.expect("everybody gets it");
            let env = me.env().clone();
            let nested = OnDrop({
                let env = env.clone();
                move || drop(env.spawn(std::future::pending()))
            });
            // A task that is spawned by a destructor and whose own destructor spawns.
            let mut nested = Some(nested);
            let _outer = OnDrop(move || {
                let nested = nested.take();
                env.spawn(async move {
                    let _nested = nested;
                    std::future::pending::<()>().await;
                });
            });
            me.ask_and_say("quiet", "1h").await;
        })
        .run();
    assert_eq!(run.lines(&["belief 0"]), ["0s belief 0 of c1.1"], "it believed to the end");
    let closed = run
        .result
        .history
        .iter()
        .any(|event| matches!(&event.kind, EventKind::Trace(TraceEvent::Sent { label: "close", .. })));
    assert!(!closed, "a connection was closed by the end of the world");
}

/// A process that dies while it stands still does not stand still in its next life.
#[test]
fn a_paused_process_that_is_killed_and_restarted_runs() {
    let run = Play::with_echo()
        .length("5s")
        .fault("at = '500ms'\npause = { who = 'c1', hold = '1h' }")
        .fault("at = '1s 500ms'\nkill = { who = 'c1', restart-after = '1s' }")
        .client("c1", worker)
        .run();
    assert_eq!(run.lines(&["c1:"])[..3], ["0s c1: life 0", "2s 500ms c1: life 1", "3s 500ms c1: works"]);
}

/// A server that is killed while it stands still serves again after its restart.
#[test]
fn a_paused_server_that_is_restarted_serves() {
    let run = Play::with_echo()
        .fault("at = '500ms'\npause = { who = 'store', hold = '1h' }")
        .fault("at = '1s'\nrestart = { who = 'store' }")
        .client("c1", |me: Me| async move {
            me.sleep("2s").await;
            me.ask_and_say("hello", "1s").await;
        })
        .run();
    assert!(run.tells("c1: answered hello"), "{}", run.all());
}

/// Two pauses overlap: the process goes on with the end of the later one.
#[test]
fn overlapping_pauses_end_with_the_last() {
    let run = Play::with_echo()
        .length("5s")
        .fault("at = '500ms'\npause = { who = 'c1', hold = '2s' }")
        .fault("at = '1s'\npause = { who = 'c1', hold = '500ms' }")
        .client("c1", worker)
        .run();
    assert_eq!(
        run.lines(&["c1 stops", "c1 goes", "c1: works"])[..3],
        ["500ms c1 stops", "2s 500ms c1 goes on", "2s 500ms c1: works"]
    );
}

/// A pause and a suspension overlap, either one the longer: the process runs when both are over. Only the
/// time asleep is missing from its monotonic clock.
#[test]
fn a_pause_and_a_suspension_overlap() {
    let works = |pause: &str, suspension: &str| {
        let run = Play::with_echo()
            .length("9s")
            .fault(&format!("at = '500ms'\npause = {{ who = 'c1', hold = '{pause}' }}"))
            .fault(&format!("at = '750ms'\nsuspend = {{ who = 'c1', hold = '{suspension}' }}"))
            .client("c1", worker)
            .run();
        run.times("c1: works")[0]
    };
    assert_eq!(
        works("1s", "2s"),
        Instant(3_000_000_000),
        "a quarter of a second was left when it fell asleep"
    );
    assert_eq!(works("3s", "500ms"), Instant(3_500_000_000), "due while it was paused");
}

/// Two suspensions overlap: the machine wakes with the last of them.
#[test]
fn overlapping_suspensions_end_with_the_last() {
    let run = Play::with_echo()
        .length("9s")
        .fault("at = '500ms'\nsuspend = { who = 'c1', hold = '1s' }")
        .fault("at = '1s'\nsuspend = { who = 'c1', hold = '2s' }")
        .client("c1", worker)
        .run();
    assert_eq!(run.lines(&["c1 wakes"]), ["3s c1 wakes"]);
    assert_eq!(run.times("c1: works")[0], Instant(3_500_000_000));
}

/// Whatever would last longer than the run ends when the calm tail begins; what was already done stays.
#[test]
fn the_calm_tail_heals_what_lasts() {
    for what in [
        "pause = { who = 'c1', hold = '1h' }",
        "suspend = { who = 'c1', hold = '1h' }",
        "drift = { who = 'c1', ppm = '-400000ppm' }",
        "partition = { who = 'store', hold = '1h' }",
        "delay = { who = 'store', by = '10s', hold = '1h' }",
    ] {
        let run = Play::with_echo().length("5s").fault(&format!("at = '1s'\n{what}")).run();
        assert_eq!(run.lines(&["fault 1 over"]), ["5s fault 1 over"], "{what}");
        assert!(run.place("fault 1 over") < run.place("calm tail"), "{what}");
    }
}

/// A server that nobody restarted is up again in the calm tail, and a client is not: the dead do not come
/// back to ask, and a probe asks in their place.
#[test]
fn the_calm_tail_starts_servers_and_asks() {
    let run = Play::with_redis("ttl = '2s'")
        .length("5s")
        .fault("at = '1s'\nkill = { who = 'store' }")
        .fault("at = '1s'\nkill = { who = 'c1' }")
        .run();
    assert_eq!(run.lines(&["redis starts"])[1..], ["5s redis starts, life 1"]);
    assert_eq!(run.lines(&["c1 starts"]), ["0s c1 starts, life 0"]);
    assert_eq!(run.lines(&["belief 0 of"]), ["5s 4ms belief 0 of probe.orders"]);
    run.holds();
}

/// A restart that is due in the calm tail brings no client back, and no server up a second time.
#[test]
fn nobody_restarts_in_the_calm_tail_but_for_it() {
    let run = Play::with_redis("ttl = '2s'")
        .length("5s")
        .fault("at = '4s'\nkill = { who = 'store', restart-after = '1s 1ms' }")
        .fault("at = '4s'\nkill = { who = 'c1', restart-after = '1s 1ms' }")
        .run();
    assert_eq!(run.lines(&["redis starts"])[1..], ["5s redis starts, life 1"]);
    assert_eq!(run.times("c1 starts, life 1"), []);
}

/// A cancelled task is dropped where it waits. Were it dropped only when it next has something to do, its
/// request would go on, and its connection with it.
#[test]
fn a_cancelled_task_is_dropped_where_it_waits() {
    let run = Play::with_echo()
        .client("c1", |me: Me| async move {
            let (asked, say) = (me.ask("quiet", "1h"), me.voice());
            let task = me.env().spawn(async move {
                let _last_words = OnDrop(|| say("dropped"));
                asked.await;
            });
            me.sleep("100ms").await;
            task.cancel();
            me.sleep("100ms").await;
            me.say("goes on");
            // The slot of the task may be another's by now: nobody else is dropped.
            task.cancel();
            me.ask_and_say("hello", "1s").await;
        })
        .run();
    assert_eq!(
        run.lines(&["c1:", "store: lost"]),
        ["100ms c1: dropped", "101ms store: lost c1", "200ms c1: goes on", "204ms c1: answered hello",]
    );
}

/// A server that panics is a finding, and dead; the run goes on, and its clients meet a closed connection.
#[test]
fn a_server_that_panics_is_dead() {
    let run = Play::with_echo()
        .client("c1", |me: Me| async move {
            me.ask_and_say("panic", "1s").await;
            me.ask_and_say("hello", "1s").await;
        })
        .run();
    assert_eq!(
        run.lines(&["store dies", "c1:"]),
        ["3ms store dies", "4ms c1: panic unknown", "6ms c1: hello refused"]
    );
    assert!(run.verdict(word::WELL_BEHAVED).is_violated());
}

/// Ten thousand clients may all have something to do at one instant: none of them spins.
#[test]
fn a_crowd_does_not_spin() {
    let run = Play::with_echo()
        .clients(10_000)
        .length("1s")
        .unrecorded()
        .each_client(|me: Me| async move {
            for _ in 0..12 {
                assert!(me.env().mono().0 > Span::ZERO.0);
            }
        })
        .run();
    assert!(!run.verdict(word::WELL_BEHAVED).is_violated(), "{:?}", run.misbehaviour());
}
