//! Settings of the Redis lock that libraries have: commands that are sent again, and notices of releases. Messages
//! take 1 ms.

use crate::support::{Me, Play};
use fencepost_model::{Instant, Span, word};

const MILLISECOND: Span = Span::from_millis(1);

/// The first client has the lock from 4 ms on and gives it back after this time; the second one asks for it 20 ms
/// after the beginning.
fn one_after_the_other(settings: &str, hold: &'static str) -> Play {
    Play::with_redis(settings)
        .clients(2)
        .workload("patience = '9s'")
        .client("c1", move |me: Me| async move {
            let guard = me.acquire().await.expect("nobody else has asked yet");
            me.sleep(hold).await;
            me.release(guard).await;
        })
        .client("c2", |me: Me| async move {
            me.sleep("20ms").await;
            let guard = me.acquire_at_last().await;
            me.release(guard).await;
        })
}

/// The release is published in the script that deletes the key; who waits is told 1 ms later, and asks.
#[test]
fn a_release_wakes_who_waits() {
    let run = one_after_the_other("ttl = '8s', wait-by = 'notify'", "500ms").run();
    let gone = run.first("orders removed: Deleted");
    assert_eq!(run.at("c2: has it"), gone + MILLISECOND.saturating_mul(3), "{}", run.all());
    assert_eq!(run.flights("subscribe").len(), 1, "it was told the first time");
    run.holds();
}

/// The release comes between the first try and the subscription: nobody is told, and the try after the
/// subscription finds the lock free. Without that try it would wait for the whole lease.
#[test]
fn a_release_before_the_subscription_is_not_missed() {
    let run = one_after_the_other("ttl = '8s', wait-by = 'notify'", "20ms").run();
    let gone = run.first("orders removed: Deleted");
    assert!(run.flights("subscribe")[0].1 >= gone, "{}", run.all());
    assert!(run.at("c2: has it") <= gone + MILLISECOND.saturating_mul(10), "{}", run.all());
    run.holds();
}

/// The message comes too late: who waits knows for how long the key lives, and asks again after that.
#[test]
fn a_message_that_is_lost_costs_the_rest_of_the_lease() {
    let run = one_after_the_other("ttl = '2s', wait-by = 'notify'", "500ms")
        .fault("message = { kind = 'listen-reply', delay = '8s' }")
        .run();
    let (set, has) = (run.first("orders created"), run.at("c2: has it"));
    assert!(has >= set + Span::from_secs(2), "{}", run.all());
    assert!(has <= set + Span::from_secs(2) + MILLISECOND.saturating_mul(20), "{}", run.all());
    run.holds();
}

/// A subscription ends with the process of the server, and who waits subscribes anew when it hears of that.
#[test]
fn a_subscription_ends_with_the_server() {
    let run = one_after_the_other("ttl = '8s', wait-by = 'notify', persistence = 'aof-always'", "1s")
        .fault("at = '100ms'\nrestart = { who = 'store' }")
        .run();
    assert!(run.flights("subscribe").len() >= 2, "{}", run.all());
    let gone = run.first("orders removed: Deleted");
    assert!(run.at("c2: has it") <= gone + MILLISECOND.saturating_mul(10), "{}", run.all());
    run.holds();
}

/// The answer to a release is lost: it is sent again, finds nothing any more, and nobody can say who deleted the
/// key. No clean-up follows.
#[test]
fn a_release_without_an_answer_is_sent_again() {
    let run = Play::with_redis("ttl = '8s', command-retries = 2, command-retry-interval = '50ms'")
        .client("c1", |me: Me| async move {
            let guard = me.acquire().await.expect("it is free");
            me.release(guard).await;
        })
        .fault("message = { kind = 'release-reply', lose = true }")
        .run();
    assert_eq!(run.lines(&["c1:"]), ["4ms c1: has it", "60ms c1: Unknown"]);
    assert_eq!(run.times("orders removed: Deleted").first(), Some(&Instant(5_000_000)));
    run.holds();
}

/// A renewal that is not answered is sent again at once, and not only at the next beat.
#[test]
fn a_renewal_without_an_answer_is_sent_again() {
    let settings = "ttl = '900ms', renew = '500ms', command-timeout = '100ms', deadline = false";
    let hold = |me: Me| async move {
        let guard = me.acquire().await.expect("it is free");
        me.sleep("1300ms").await;
        me.release(guard).await;
    };
    let late = "message = { kind = 'extend', delay = '700ms' }";
    let once = Play::with_redis(settings).client("c1", hold).fault(late).run();
    assert!(once.tells("orders removed: Expired"), "{}", once.all());
    let again =
        Play::with_redis(settings).setting("command-retries = 1").client("c1", hold).fault(late).run();
    assert!(!again.tells("orders removed: Expired"), "{}", again.all());
    again.holds();
    assert!(once.violations(word::EXCLUSIVE_GRANT).is_empty());
}
