//! What a caller sees of a server and of the network between them.
//!
//! Every message takes 1 ms. A first request takes four: the connection opens, then it is asked.

use crate::support::{Me, Play};
use fencepost_lock::{join_all, race};

const CLIENT_AND_STORE: &[&str] = &["c1:", "store:"];

/// The tutorial: a client asks twice, and the second time its connection is there already.
#[test]
fn a_request_is_answered() {
    let run = Play::with_echo()
        .client("c1", |me: Me| async move {
            me.ask_and_say("hello", "1s").await;
            me.ask_and_say("again", "1s").await;
        })
        .run();
    assert_eq!(
        run.lines(CLIENT_AND_STORE),
        [
            "3ms store: heard hello",
            "4ms c1: answered hello",
            "5ms store: heard again",
            "6ms c1: answered again"
        ]
    );
}

/// Were requests of one client sent one after the other, a slow answer would hold up all of them.
#[test]
fn requests_at_once_take_connections_of_their_own() {
    let run = Play::with_echo()
        .client("c1", |me: Me| async move {
            let asked = fencepost_lock::join_all([me.ask("late 100ms", "1s"), me.ask("at once", "1s")]);
            asked.await;
            me.say("both answered");
        })
        .run();
    assert_eq!(run.at("store: heard at once"), run.at("store: heard late 100ms"));
    assert_eq!(run.lines(&["c1:"]), ["104ms c1: both answered"]);
}

/// The machine of a killed process closes its connections. Without that the caller would wait as long as
/// its patience lasts, as after a power cut.
#[test]
fn a_server_that_is_killed_closes_its_connections() {
    let run = Play::with_echo()
        .fault("at = '100ms'\nkill = { who = 'store' }")
        .client("c1", |me: Me| async move { me.ask_and_say("quiet", "8s").await })
        .run();
    assert_eq!(run.lines(CLIENT_AND_STORE)[..2], ["3ms store: heard quiet", "101ms c1: quiet unknown"]);
}

/// Nothing was sent, and the caller knows it: *unknown* would make it clean up after nothing.
#[test]
fn a_server_that_is_dead_refuses() {
    let run = Play::with_echo()
        .fault("at = '1ms'\nkill = { who = 'store' }")
        .client("c1", |me: Me| async move {
            me.sleep("100ms").await;
            me.ask_and_say("hello", "8s").await;
        })
        .run();
    assert_eq!(run.lines(&["c1:", "store: heard"]), ["102ms c1: hello refused"]);
}

/// The machine has taken the connection although its process stood still; when the process dies, whoever
/// waits for it is told. Were it not, the caller would wait as long as its patience lasts.
#[test]
fn a_server_that_is_killed_while_it_stands_still_refuses_whoever_waits_for_it() {
    let run = Play::with_echo()
        .fault("at = '50ms'\npause = { who = 'store', hold = '8s' }")
        .fault("at = '200ms'\nkill = { who = 'store' }")
        .client("c1", |me: Me| async move {
            me.sleep("100ms").await;
            me.ask_and_say("hello", "5s").await;
        })
        .run();
    assert_eq!(run.lines(&["c1:", "store: heard"]), ["201ms c1: hello refused"]);
}

/// Asks once, so that a connection is open, and again half a millisecond before the tenth of a second.
fn asks_at_99_5_ms(patience: &'static str) -> Play {
    Play::with_echo().client("c1", move |me: Me| async move {
        me.ask_and_say("one", "1s").await;
        me.sleep("95ms 500us").await;
        me.ask_and_say("two", patience).await;
    })
}

/// What is under way when a cut begins is not lost: its sender tries again, at doubling intervals, until it
/// gets through. The caller has long given up, and the server carries it out all the same, once, before it
/// learns that the caller is gone. Were any of this otherwise, no late write would ever be seen.
#[test]
fn a_cut_holds_back_what_is_under_way_and_the_server_gets_it_after_the_heal() {
    let run = asks_at_99_5_ms("500ms").fault("at = '100ms'\npartition = { who = 'c1', hold = '1s' }").run();
    assert_eq!(
        run.lines(CLIENT_AND_STORE)[2..],
        // Sent at 99.5 ms; tried again 200, 600 and 1400 ms later.
        ["599ms 500us c1: two unknown", "1s 500ms 500us store: heard two", "1s 500ms 500us store: lost c1",]
    );
}

/// A client has as many connections as requests at one time. The server learns which of them is gone: were it told
/// of the client only, it would have to take everything of it for lost.
#[test]
fn a_server_learns_which_connection_is_gone() {
    let run = Play::with_echo()
        .client("c1", |me: Me| async move {
            join_all([me.ask("keep short", "50ms"), me.ask("keep long", "500ms")]).await;
        })
        .run();
    let lost = run.lines(&["store: lost keep"]);
    assert_eq!(lost, ["51ms store: lost keep short", "501ms store: lost keep long"]);
}

/// A patient caller gets its answer after the heal.
#[test]
fn a_cut_only_delays_a_patient_caller() {
    let run = asks_at_99_5_ms("5s").fault("at = '100ms'\npartition = { who = 'c1', hold = '1s' }").run();
    assert_eq!(
        run.lines(CLIENT_AND_STORE)[2..],
        ["1s 500ms 500us store: heard two", "1s 501ms 500us c1: answered two"]
    );
}

/// Seen from its target, a cut works one way. Were the ways exchanged, the store would have heard nothing.
#[test]
fn a_one_way_cut_holds_back_one_way_only() {
    let cut = |who, direction| {
        let partition =
            format!("at = '100ms'\npartition = {{ who = '{who}', direction = '{direction}', hold = '1s' }}");
        asks_at_99_5_ms("5s").fault(&partition).run()
    };
    for (who, direction) in [("store", "to"), ("c1", "from")] {
        let run = cut(who, direction);
        assert_eq!(
            run.lines(&["store: heard two"]),
            ["1s 500ms 500us store: heard two"],
            "{direction} {who}"
        );
    }
    for (who, direction) in [("store", "from"), ("c1", "to")] {
        let run = cut(who, direction);
        assert_eq!(run.lines(&["store: heard two"]), ["100ms 500us store: heard two"], "{direction} {who}");
        // The answer was sent at 100.5 ms.
        assert_eq!(
            run.lines(&["c1: answered two"]),
            ["1s 501ms 500us c1: answered two"],
            "{direction} {who}"
        );
    }
}

/// A cut between two machines leaves the others alone.
#[test]
fn a_cut_from_one_machine_is_no_cut_from_another() {
    let run = |from: &str| {
        let partition = format!("at = '100ms'\npartition = {{ who = 'c1', from = '{from}', hold = '1s' }}");
        asks_at_99_5_ms("5s").fault(&partition).run()
    };
    assert_eq!(run("resource").lines(&["c1: answered two"]), ["101ms 500us c1: answered two"]);
    assert_eq!(run("store").lines(&["c1: answered two"]), ["1s 501ms 500us c1: answered two"]);
}

/// A cut from a holder waits until there is one, as any fault that is aimed at a holder. It would else be
/// told as fired, and cut nothing.
#[test]
fn a_cut_from_the_holder_waits_for_a_holder() {
    let run = Play::with_echo()
        .clients(2)
        .fault("at = '100ms'\npartition = { who = 'store', from = 'holder', hold = '1s' }")
        .client("c1", |me: Me| async move {
            me.sleep("500ms").await;
            let guard = me.acquire().await.expect("everybody gets it");
            me.ask_and_say("hello", "400ms").await;
            me.release(guard).await;
        })
        .client("c2", |me: Me| async move {
            me.sleep("600ms").await;
            me.ask_and_say("hello", "400ms").await;
        })
        .run();
    assert_eq!(run.lines(&["fault 1 at"]), ["500ms fault 1 at store"]);
    assert!(run.tells("c1: hello refused"), "{}", run.all());
    assert!(run.tells("c2: answered hello"), "{}", run.all());
}

/// A stream that has retransmitted for too long breaks, and what it held never arrives.
#[test]
fn a_cut_that_lasts_longer_than_streams_try_breaks_the_connection() {
    let run = asks_at_99_5_ms("8s")
        .network("give-up = '2s'")
        .fault("at = '100ms'\npartition = { who = 'c1', hold = '5s' }")
        .run();
    assert_eq!(run.lines(CLIENT_AND_STORE)[2..], ["2s 99ms 500us c1: two unknown"]);
}

/// Where not even a connection could be opened, nothing was sent.
#[test]
fn a_caller_that_never_got_through_is_refused() {
    let run = Play::with_echo()
        .fault("at = '0s'\npartition = { who = 'c1', hold = '5s' }")
        .client("c1", |me: Me| async move {
            me.sleep("10ms").await;
            me.ask_and_say("hello", "300ms").await;
        })
        .run();
    assert_eq!(run.lines(&["c1:"]), ["310ms c1: hello refused"]);
    assert!(!run.tells("store: heard hello"));
}

/// A caller may drop its request at any time. What was sent stays sent; the answer is no answer to a later
/// request, although it arrives while that one waits.
#[test]
fn the_answer_to_a_dropped_request_reaches_nobody() {
    let run = Play::with_echo()
        .client("c1", |me: Me| async move {
            let asked = me.ask("late 50ms", "1s");
            race(asked, me.sleep("20ms")).await;
            me.ask_and_say("late 40ms", "1s").await;
        })
        .run();
    assert_eq!(
        run.lines(CLIENT_AND_STORE),
        [
            "3ms store: heard late 50ms",
            "21ms store: lost c1",
            "23ms store: heard late 40ms",
            "53ms store: answers late 50ms",
            "63ms store: answers late 40ms",
            "64ms c1: answered late 40ms",
        ]
    );
}

/// The server's new life knows nothing of the connections of its old one: a request on such a connection
/// meets a reset, and the caller does not know. Were it served, a restart would be no restart.
#[test]
fn a_restarted_server_resets_old_connections() {
    let run = Play::with_echo()
        .fault("at = '100ms'\nrestart = { who = 'store' }")
        .client("c1", |me: Me| async move {
            me.ask_and_say("one", "1s").await;
            me.sleep("96ms 500us").await;
            me.ask_and_say("two", "1s").await;
            me.ask_and_say("three", "1s").await;
        })
        .run();
    assert_eq!(
        run.lines(CLIENT_AND_STORE)[2..],
        [
            "100ms store: up again",
            "101ms c1: two unknown",
            "104ms store: heard three",
            "105ms c1: answered three",
        ]
    );
}

/// The end of an old connection is no news to a new life: a store with sessions would else end the session
/// that the client has opened with it since.
#[test]
fn a_new_life_is_not_told_of_the_ends_of_old_connections() {
    let run = Play::with_echo()
        .fault("at = '500ms 500us'\nrestart = { who = 'store' }")
        .client("c1", |me: Me| async move { me.ask_and_say("quiet", "500ms").await })
        .run();
    assert_eq!(
        run.lines(CLIENT_AND_STORE),
        ["3ms store: heard quiet", "500ms c1: quiet unknown", "500ms 500us store: up again"]
    );
}

/// A lost message breaks its connection, and the caller does not know. It matters which one it was: of the
/// request the server never hears.
#[test]
fn a_lost_message_leaves_the_caller_in_the_dark() {
    let lose = |kind: &str| {
        let run = Play::with_echo()
            .fault(&format!("message = {{ kind = '{kind}', lose = true }}"))
            .client("c1", |me: Me| async move { me.ask_and_say("hello", "1s").await })
            .run();
        run.lines(&["c1:", "store: heard"])
    };
    assert_eq!(lose("status"), ["3ms c1: hello unknown"]);
    assert_eq!(lose("status-reply"), ["3ms store: heard hello", "4ms c1: hello unknown"]);
}

/// One chosen message is late, and nothing before or after it.
#[test]
fn a_chosen_message_is_late() {
    let run = Play::with_echo()
        .fault("message = { kind = 'status', nth = 2, delay = '50ms' }")
        .client("c1", |me: Me| async move {
            for word in ["one", "two", "three"] {
                me.ask_and_say(word, "1s").await;
            }
        })
        .run();
    assert_eq!(
        run.lines(&["c1:"]),
        ["4ms c1: answered one", "56ms c1: answered two", "58ms c1: answered three"]
    );
    assert_eq!(run.lines(&["fault 1"]), ["4ms fault 1 at status from c1 to store"]);
}

/// A slow machine is slow both ways, or one way, and only for as long as the fault lasts.
#[test]
fn a_delay_slows_the_messages_of_its_target() {
    let slow = |direction: &str| {
        let delay = format!(
            "at = '1ms'\ndelay = {{ who = 'store', by = '10ms', direction = '{direction}', hold = '1s' }}"
        );
        let run = Play::with_echo()
            .fault(&delay)
            .client("c1", |me: Me| async move {
                me.sleep("100ms").await;
                me.ask_and_say("slow", "1s").await;
                me.sleep("2s").await;
                me.ask_and_say("quick", "1s").await;
            })
            .run();
        run.lines(&["c1:"])
    };
    assert_eq!(slow("both"), ["144ms c1: answered slow", "2s 146ms c1: answered quick"]);
    assert_eq!(slow("to"), ["124ms c1: answered slow", "2s 126ms c1: answered quick"]);
}

/// A stream delivers in order whatever its messages draw. A request and the end of its connection are sent
/// 5 ms apart and fly between 1 and 50 ms: were order not kept, the end would often come first.
#[test]
fn a_connection_keeps_its_order() {
    let mut caught_up = 0;
    for seed in 0..40 {
        let run = Play::with_echo()
            .seed(seed)
            .latency("{ min = '1ms', max = '50ms' }")
            .client("c1", |me: Me| async move {
                me.ask_and_say("one", "1s").await;
                me.ask_and_say("quiet", "5ms").await;
            })
            .run();
        assert!(run.place("store: heard quiet") < run.place("store: lost c1"), "seed {seed}:\n{}", run.all());
        caught_up += u32::from(run.at("store: heard quiet") == run.at("store: lost c1"));
    }
    assert!(caught_up > 0, "in no seed was the second message drawn to be faster than the first");
}

/// As before, with a cut in between: what was held back arrives in its turn too, and once. A long cut holds
/// both messages back, the later one often first; a short one often only the earlier one, and the later one
/// comes before its turn.
#[test]
fn a_connection_keeps_its_order_after_a_cut() {
    for (after, hold) in [("3ms", "300ms"), ("7ms", "8ms")] {
        for seed in 0..40 {
            let run = Play::with_echo()
                .seed(seed)
                .latency("{ min = '1ms', max = '50ms' }")
                .fault(&format!(
                    "on = {{ event = 'acquired', after = '{after}' }}\npartition = {{ who = 'c1', hold = '{hold}' }}"
                ))
                .client("c1", |me: Me| async move {
                    me.ask_and_say("one", "1s").await;
                    let guard = me.acquire().await.expect("everybody gets it");
                    me.ask_and_say("quiet", "5ms").await;
                    me.release(guard).await;
                })
                .run();
            let kept = run.place("store: heard quiet") < run.place("store: lost c1");
            assert!(kept, "cut for {hold}, seed {seed}:\n{}", run.all());
        }
    }
}

/// What a client asks in between goes over connections of their own; the line is opened once, and what the server
/// keeps of it goes when the line is dropped.
#[test]
fn a_line_is_nobody_elses() {
    let run = Play::with_echo()
        .client("c1", |me: Me| async move {
            let line = me.line();
            me.ask_on(&line, "one", "1s").await;
            me.ask_and_say("beside", "1s").await;
            me.ask_on(&line, "two", "1s").await;
            drop(line);
            me.sleep("10ms").await;
            me.say("over");
        })
        .run();
    assert_eq!(
        run.lines(CLIENT_AND_STORE),
        [
            "3ms store: heard one",
            "4ms c1: answered one",
            "7ms store: heard beside",
            "8ms c1: answered beside",
            "9ms store: heard two",
            "10ms c1: answered two",
            "11ms store: lost c1",
            "20ms c1: over"
        ]
    );
}

/// A request that is given up takes its line along; the next one opens another.
#[test]
fn a_line_is_over_with_a_request_that_runs_out_of_time() {
    let run = Play::with_echo()
        .client("c1", |me: Me| async move {
            let line = me.line();
            me.ask_on(&line, "quiet", "10ms").await;
            me.ask_on(&line, "again", "1s").await;
        })
        .run();
    let said = run.lines(CLIENT_AND_STORE);
    assert_eq!(said[..3], ["3ms store: heard quiet", "10ms c1: quiet unknown", "11ms store: lost c1"]);
    assert_eq!(said[3..5], ["13ms store: heard again", "14ms c1: answered again"]);
}
