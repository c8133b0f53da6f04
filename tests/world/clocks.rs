//! Sleeping, drifting, stepping, suspended and paused: what the clocks of a machine say, and when its timers
//! fire. Instants are true time, exact to the nanosecond.

use crate::support::{Me, Play, Run};
use fencepost_lock::Env;
use fencepost_model::{Event, EventKind, Instant, Span, WorldEvent};
use fencepost_sim::EPOCH;

/// Sleeps once, and says when that is over and how far its own clocks went meanwhile.
fn sleeper(span: &'static str) -> Play {
    Play::with_echo().client("c1", move |me: Me| async move {
        let (mono, wall) = (me.env().mono(), me.env().wall());
        me.sleep(span).await;
        me.say("awake");
        me.say(format!("mono +{}", me.env().mono().since(mono)));
        let wall = me.env().wall().0 - wall.0;
        me.say(format!("wall {}{}", if wall < 0 { "-" } else { "+" }, Span(wall.unsigned_abs())));
    })
}

fn awake(run: &Run) -> Instant {
    run.at("c1: awake")
}

/// A sleep is as long as the machine's own second: on an oscillator that is 1000 ppm fast it is over after
/// 0.999 000 999 of a true second, rounded up to the first nanosecond at which the clock has got there.
#[test]
fn a_sleep_takes_local_time() {
    let run = Play::with_echo()
        .fault("at = '0s'\ndrift = { who = 'c1', ppm = '+1000ppm' }")
        .client("c1", |me: Me| async move {
            // The fault fires behind what happens at its instant; so the sleep begins after it.
            me.sleep("1001us").await;
            me.say("lies down");
            me.sleep("1s").await;
            me.say("awake");
        })
        .run();
    assert_eq!(run.at("c1: lies down"), Instant(1_000_000));
    assert_eq!(awake(&run), Instant(1_000_000 + 999_000_999 + 1));
}

/// A timer that is pending when the rate changes is due by the new rate for what is left of it. Were it not
/// aimed again, it would fire by the clock that no longer runs so.
#[test]
fn a_change_of_rate_aims_a_pending_timer_again() {
    let fast = sleeper("2s").fault("at = '1s'\ndrift = { who = 'c1', ppm = '500000ppm' }").run();
    assert_eq!(awake(&fast), Instant(1_666_666_667), "the second half at one and a half times the speed");
    let slow = sleeper("2s").fault("at = '1s'\ndrift = { who = 'c1', ppm = '-500000ppm' }").run();
    assert_eq!(awake(&slow), Instant(3_000_000_000), "the second half at half the speed");
}

/// A drift that ends gives the machine its own rate back.
#[test]
fn a_drift_lasts_as_long_as_it_says() {
    let run =
        sleeper("2s").fault("at = '500ms'\ndrift = { who = 'c1', ppm = '-500000ppm', hold = '1s' }").run();
    assert_eq!(awake(&run), Instant(2_500_000_000));
    assert!(run.tells("c1: mono +2s"), "{}", run.all());
}

/// Whoever else's clock drifts, it is not this one.
#[test]
fn a_drift_elsewhere_changes_nothing_here() {
    let run = sleeper("2s").fault("at = '1s'\ndrift = { who = 'store', ppm = '500000ppm' }").run();
    assert_eq!(awake(&run), Instant(2_000_000_000));
}

/// The wall clock is set, and the sleep is over when it should be: timers count the monotonic clock.
#[test]
fn a_step_of_the_wall_clock_moves_no_timer() {
    for (by, wall) in [("+1h", "c1: wall +1h 1s"), ("-1h", "c1: wall -59m 59s")] {
        let run = sleeper("1s").fault(&format!("at = '500ms'\njump = {{ who = 'c1', by = '{by}' }}")).run();
        assert_eq!(awake(&run), Instant(1_000_000_000));
        assert!(run.tells(wall), "{}", run.all());
        assert!(run.tells("c1: mono +1s"), "{}", run.all());
    }
}

/// A skewed clock is wrong from the beginning, and runs on from there.
#[test]
fn a_skew_is_there_before_the_run_begins() {
    let wall_of = |by: &str| {
        let run = Play::with_echo()
            .fault(&format!("skew = {{ who = 'c1', by = '{by}' }}"))
            .client("c1", |me: Me| async move {
                me.say(me.env().wall().0 - EPOCH);
                me.sleep("2s").await;
                me.say(me.env().wall().0 - EPOCH);
            })
            .run();
        let steps = |event: &Event| matches!(event.kind, EventKind::World(WorldEvent::Stepped { .. }));
        assert!(!run.result.history.iter().any(steps), "nobody sets a clock");
        run.lines(&["c1: "])
    };
    assert_eq!(wall_of("+5s"), ["0s c1: 5000000000", "2s c1: 7000000000"]);
    assert_eq!(wall_of("-5s"), ["0s c1: -5000000000", "2s c1: -3000000000"]);
}

/// A suspended machine's monotonic clock stands still, so a sleep is longer by the time asleep. Its wall
/// clock has gone on. Were it the other way round, a lease would never outlive a closed lid.
#[test]
fn a_suspended_machine_sleeps_the_rest_after_it_wakes() {
    let run = sleeper("2s").fault("at = '500ms'\nsuspend = { who = 'c1', hold = '3s' }").run();
    assert_eq!(
        run.lines(&["c1 sleeps", "c1 wakes", "c1:"]),
        ["500ms c1 sleeps", "3s 500ms c1 wakes", "5s c1: awake", "5s c1: mono +2s", "5s c1: wall +5s"]
    );
}

/// While a process stands still its clocks go on. What was due meanwhile happens at its wake-up.
#[test]
fn a_paused_process_wakes_late_and_its_clocks_know() {
    let run = sleeper("2s").fault("at = '500ms'\npause = { who = 'c1', hold = '3s' }").run();
    assert_eq!(
        run.lines(&["c1 stops", "c1 goes on", "c1:"]),
        [
            "500ms c1 stops",
            "3s 500ms c1 goes on",
            "3s 500ms c1: awake",
            "3s 500ms c1: mono +3s 500ms",
            "3s 500ms c1: wall +3s 500ms",
        ]
    );
}

/// A pause that ends before the timer is due changes nothing, and neither does one of somebody else.
#[test]
fn a_pause_that_nobody_notices() {
    let early = sleeper("2s").fault("at = '500ms'\npause = { who = 'c1', hold = '1s' }").run();
    assert_eq!(awake(&early), Instant(2_000_000_000));
    let elsewhere = sleeper("2s").fault("at = '500ms'\npause = { who = 'store', hold = '3s' }").run();
    assert_eq!(awake(&elsewhere), Instant(2_000_000_000));
}

/// Messages to a paused server wait for it, and none is lost.
#[test]
fn messages_wait_for_a_paused_server() {
    let run = Play::with_echo()
        .fault("at = '100ms'\npause = { who = 'store', hold = '1s' }")
        .client("c1", |me: Me| async move {
            me.ask_and_say("one", "5s").await;
            me.sleep("196ms").await;
            me.ask_and_say("two", "5s").await;
        })
        .run();
    assert_eq!(run.lines(&["c1:"]), ["4ms c1: answered one", "1s 101ms c1: answered two"]);
}

/// The answer and the time-out are both there when a paused client wakes up. Real runtimes may hand over
/// either first, so both orders must come up over the seeds: a world that knew only one of them would
/// never show an answer that is used although its time has passed, or never one that is thrown away.
#[test]
fn an_answer_and_its_time_out_wake_up_in_either_order() {
    let mut ends: Vec<String> = Vec::new();
    for seed in 0..20 {
        let run = Play::with_echo()
            .seed(seed)
            .fault("at = '10ms'\npause = { who = 'c1', hold = '1s' }")
            .client("c1", |me: Me| async move { me.ask_and_say("late 50ms", "100ms").await })
            .run();
        ends.extend(run.lines(&["c1:"]));
    }
    ends.sort_unstable();
    ends.dedup();
    assert_eq!(ends, ["1s 10ms c1: answered late 50ms", "1s 10ms c1: late 50ms unknown"]);
}

/// A server's timers stand still with it as well, and the batch of its wake-up is drawn too.
#[test]
fn a_servers_timer_and_a_message_wake_up_in_either_order() {
    let mut orders: Vec<Vec<String>> = Vec::new();
    for seed in 0..20 {
        let run = Play::with_echo()
            .clients(2)
            .seed(seed)
            .fault("at = '10ms'\npause = { who = 'store', hold = '1s' }")
            .client("c1", |me: Me| async move { me.ask_and_say("late 50ms", "5s").await })
            .client("c2", |me: Me| async move {
                me.ask_and_say("one", "5s").await;
                me.sleep("50ms").await;
                me.ask_and_say("two", "5s").await;
            })
            .run();
        orders.push(run.lines(&["store: answers", "store: heard two"]));
    }
    orders.sort_unstable();
    orders.dedup();
    let at_wake_up =
        |first: &str, second: &str| vec![format!("1s 10ms {first}"), format!("1s 10ms {second}")];
    let (timer, message) = ("store: answers late 50ms", "store: heard two");
    assert_eq!(orders, [at_wake_up(timer, message), at_wake_up(message, timer)]);
}

/// The calm tail ends a pause, however long it was to be: a clock that is read where its process stopped shows the time
/// at which the code goes on, and not a later one.
#[test]
fn a_clock_never_shows_what_the_calm_tail_prevents() {
    let run = Play::with_echo()
        .length("1s")
        .fault(
            "at-point = { kind = 'clock-read', who = 'c1', nth = 3 }\npause = { who = 'c1', hold = '30s' }",
        )
        .client("c1", async |me: Me| {
            me.sleep("900ms").await;
            let read = me.env().mono();
            me.sleep("1ms").await;
            me.say(format!("later by {}", me.env().mono().since(read)));
        })
        .run();
    assert_eq!(run.lines(&["c1: later"])[..], ["1s 1ms c1: later by 1ms"], "{}", run.all());
}
