//! Where beliefs and promises end: the ends that only the observer sees, at their exact instants.

use crate::support::{Me, Play};
use fencepost_model::{Instant, word};

/// Takes the lock at once and sits on it.
fn sitter(settings: &str, span: &'static str) -> Play {
    Play::with_redis(settings).client("c1", move |me: Me| async move {
        let guard = me.acquire().await.expect("nobody else wants it");
        me.sleep(span).await;
        me.say("done");
        me.release(guard).await;
    })
}

/// The deadline of `sitter`: the command was sent at 0 s, and a thousandth of the lease is kept for clocks
/// that run at different rates.
const DEADLINE_OF_2S: Instant = Instant(1_998_000_000);

/// (a) Release was called: the belief is over before the store has heard of it.
#[test]
fn a_belief_ends_when_release_is_called() {
    let run = sitter("ttl = '2s'", "1s").run();
    assert_eq!(run.at("belief 0 ended: Released"), run.at("c1.1 calls release"));
    assert!(run.at("grant 0 gone: Released") > run.at("belief 0 ended: Released"));
    run.holds();
}

/// (b) The owner was told of its loss.
#[test]
fn a_belief_ends_when_the_owner_is_told_of_a_loss() {
    let run = Play::with_redis("ttl = '5s', persistence = 'none'")
        .fault("at = '1s'\nrestart = { who = 'store' }")
        .client("c1", |me: Me| async move {
            let mut guard = me.acquire().await.expect("nobody else wants it");
            me.sleep("2s").await;
            me.say(format!("{:?}", guard.extend().await));
            me.release(guard).await;
        })
        .run();
    assert_eq!(run.at("belief 0 ended: Lost"), run.at("c1: Err(Told)"));
    assert_eq!(run.lines(&["grant 0 gone"]), ["1s grant 0 gone: LostInRestart"]);
}

/// (c) The deadline passed while the process was running.
#[test]
fn a_belief_ends_at_its_deadline() {
    let run = sitter("ttl = '2s'", "3s").run();
    assert_eq!(run.at("belief 0 ended: DeadlinePassed"), DEADLINE_OF_2S);
    assert_eq!(run.at("deadline of 0"), DEADLINE_OF_2S);
}

/// A reserve hands the deadline out earlier by as much.
#[test]
fn a_reserve_brings_the_deadline_forward() {
    let run = sitter("ttl = '2s', reserve = '300ms'", "3s").run();
    assert_eq!(run.at("belief 0 ended: DeadlinePassed"), Instant(1_698_000_000));
}

/// An owner that does not look at its deadline believes on after it.
#[test]
fn a_belief_outlives_the_deadline_of_an_owner_that_does_not_look() {
    let run = sitter("ttl = '2s'", "3s").workload("obeys-deadline = false").run();
    assert_eq!(run.at("deadline of 0"), DEADLINE_OF_2S);
    assert_eq!(run.lines(&["belief 0 ended"]), ["3s 4ms belief 0 ended: Released"]);
}

/// (d) The process was killed.
#[test]
fn a_belief_ends_with_its_process() {
    let run = sitter("ttl = '2s'", "1s").fault("at = '500ms'\nkill = { who = 'c1' }").run();
    assert_eq!(run.lines(&["belief 0 ended"]), ["500ms belief 0 ended: Died"]);
}

/// (d) The guard was dropped, by a task that ended or that panicked.
#[test]
fn a_belief_ends_with_its_guard() {
    let run = Play::with_redis("ttl = '2s'")
        .client("c1", |me: Me| async move {
            let guard = me.acquire().await.expect("nobody else wants it");
            me.sleep("1s").await;
            drop(guard);
            me.sleep("1s").await;
        })
        .run();
    assert_eq!(run.lines(&["belief 0 ended"]), ["1s 4ms belief 0 ended: TaskEnded"]);

    let run = Play::with_redis("ttl = '2s'")
        .client("c1", |me: Me| async move {
            let _guard = me.acquire().await.expect("nobody else wants it");
            me.sleep("1s").await;
            panic!("no idea");
        })
        .run();
    assert_eq!(run.lines(&["belief 0 ended"]), ["1s 4ms belief 0 ended: TaskEnded"]);
    assert!(run.verdict(word::WELL_BEHAVED).is_violated());
}

/// A deadline that passes while its owner stands still is reached then, and the owner learns of it when it
/// goes on: before it does anything else. By how much it was late is what the pause did.
#[test]
fn a_stopped_owner_learns_of_its_deadline_first_thing() {
    let run = sitter("ttl = '2s'", "2s").fault("at = '1s'\npause = { who = 'c1', hold = '3s' }").run();
    assert_eq!(run.at("deadline of 0"), DEADLINE_OF_2S);
    assert_eq!(
        run.lines(&["c1 goes on", "belief 0 ended", "c1: done"]),
        ["4s c1 goes on", "4s belief 0 ended: DeadlinePassed", "4s c1: done"]
    );
}

/// A pause that ends before the deadline changes nothing.
#[test]
fn a_pause_before_the_deadline_ends_no_belief() {
    let run = sitter("ttl = '2s'", "3s").fault("at = '1s'\npause = { who = 'c1', hold = '900ms' }").run();
    assert_eq!(run.at("belief 0 ended: DeadlinePassed"), DEADLINE_OF_2S);
}

/// A suspended machine does not reach its deadline: its clock stands still. The rest of the lease is left
/// when it wakes, however long it slept.
#[test]
fn a_suspended_owner_believes_on() {
    let run = sitter("ttl = '2s'", "9s").fault("at = '1s'\nsuspend = { who = 'c1', hold = '3s' }").run();
    assert_eq!(run.at("belief 0 ended: DeadlinePassed"), Instant(DEADLINE_OF_2S.0 + 3_000_000_000));
    assert_eq!(
        run.lines(&["grant 0 ran out"]),
        ["2s 3ms grant 0 ran out"],
        "the promise has run out meanwhile"
    );
}

/// The deadline is a reading of the owner's own clock.
#[test]
fn a_fast_clock_reaches_its_deadline_early() {
    let run = sitter("ttl = '2s'", "9s").fault("at = '1s'\ndrift = { who = 'c1', ppm = '500000ppm' }").run();
    // 998 ms were left, at one and a half times the speed.
    assert_eq!(run.at("belief 0 ended: DeadlinePassed"), Instant(1_665_333_334));
}

/// A promise is of so many seconds on the oscillator of the store: granted at 3 ms for 2 s, it has run out
/// when that has counted 2 s, whatever the store's wall clock says.
#[test]
fn a_promise_runs_out_by_the_stores_oscillator() {
    let ran_out = |fault: &str| sitter("ttl = '2s'", "9s").fault(fault).run().at("grant 0 ran out");
    assert_eq!(ran_out("at = '0s'\ndrift = { who = 'c1', ppm = '500000ppm' }"), Instant(2_003_000_000));
    // (3 ms * 1.001 + 2 s) / 1.001, to the next nanosecond.
    assert_eq!(ran_out("at = '0s'\ndrift = { who = 'store', ppm = '1000ppm' }"), Instant(2_001_001_999));
    // 1.003 s were left, at half the speed.
    assert_eq!(ran_out("at = '1s'\ndrift = { who = 'store', ppm = '-500000ppm' }"), Instant(3_006_000_000));
    assert_eq!(ran_out("at = '1s'\njump = { who = 'store', by = '+1h' }"), Instant(2_003_000_000));
    // The oscillator counts the time asleep as well.
    assert_eq!(ran_out("at = '1s'\nsuspend = { who = 'store', hold = '5s' }"), Instant(2_003_000_000));
    assert_eq!(ran_out("at = '1s'\npause = { who = 'store', hold = '5s' }"), Instant(2_003_000_000));
}

/// A released promise does not run out any more, and an extended one runs out later.
#[test]
fn a_promise_ends_once() {
    let run = sitter("ttl = '2s'", "1s").run();
    assert_eq!(run.times("grant 0 ran out"), []);
    let run = Play::with_redis("ttl = '2s'")
        .client("c1", |me: Me| async move {
            let mut guard = me.acquire().await.expect("nobody else wants it");
            me.sleep("1s").await;
            me.say(format!("{:?}", guard.extend().await));
            me.sleep("1h").await;
        })
        .run();
    assert_eq!(run.at("grant 0 extended"), Instant(1_005_000_000));
    assert_eq!(run.times("grant 0 ran out"), [Instant(3_005_000_000)]);
    // The extension was sent at 1.004 s.
    assert_eq!(run.at("belief 0 ended: DeadlinePassed"), Instant(1_004_000_000 + DEADLINE_OF_2S.0));
}

/// A belief that has ended never reopens: an extension that comes after it is a loss, although the store has
/// carried it out.
#[test]
fn a_late_extension_reopens_nothing() {
    let run = Play::with_redis("ttl = '2s'")
        .fault("message = { kind = 'extend-reply', delay = '400ms' }")
        .client("c1", |me: Me| async move {
            let mut guard = me.acquire().await.expect("nobody else wants it");
            me.sleep("1s 700ms").await;
            me.say(format!("{:?}", guard.extend().await));
            me.release(guard).await;
        })
        .run();
    assert!(run.tells("grant 0 extended"), "{}", run.all());
    assert_eq!(run.lines(&["c1: Err"]), ["2s 106ms c1: Err(DeadlinePassed)"]);
    assert_eq!(run.lines(&["belief 0"])[1..], ["1s 998ms belief 0 ended: DeadlinePassed"]);
}

/// Watching changes nothing: the same run, kept or not, judged or not, has the same digest.
#[test]
fn nobody_notices_the_observer() {
    let play = || sitter("ttl = '2s'", "3s").fault("at = '1s'\npause = { who = 'c1', hold = '3s' }");
    let (watched, unwatched) = (play().run(), play().unwatched().run());
    assert_eq!(watched.result.digest, unwatched.result.digest);
    assert!(unwatched.result.history.is_empty());
    assert_ne!(watched.result.digest, sitter("ttl = '2s'", "3s").run().result.digest, "another run");
}
