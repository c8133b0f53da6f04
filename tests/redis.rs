//! How the Redis lock behaves where things go wrong. Messages take 1 ms, and so an acquire that finds no open
//! connection is carried out after 3 ms and answered after 4.

use crate::support::{Me, Play};
use fencepost_model::{Gate, Instant, LockId, Span, word};

/// One acquire that ends as it likes, and then nothing.
fn one_acquire(settings: &str) -> Play {
    Play::with_redis(settings).client("c1", |me: Me| async move {
        if let Some(guard) = me.acquire().await {
            me.sleep("100ms").await;
            me.release(guard).await;
        }
    })
}

/// The reply is lost after the key was set. The owner does not know, and believes nothing; but the key does
/// not stand in the way of others until its lease is over.
#[test]
fn an_unknown_acquire_is_cleaned_up() {
    let run = one_acquire("ttl = '8s'").fault("message = { kind = 'acquire-reply', lose = true }").run();
    assert_eq!(run.lines(&["c1:"]), ["4ms c1: Unknown"]);
    assert_eq!(run.first("orders created"), Instant(3_000_000));
    // The connection is gone: the clean-up opens another one, and arrives three flights later.
    assert_eq!(run.first("orders removed: Deleted"), Instant(7_000_000));
    assert_eq!(run.lines(&["grant 0 gone"]), ["7ms grant 0 gone: Released"], "by the attempt that made it");
    run.holds();
}

/// The answer comes after its time is over: the same.
#[test]
fn an_acquire_that_timed_out_is_cleaned_up() {
    let run = one_acquire("ttl = '8s', command-timeout = '200ms'")
        .fault("message = { kind = 'acquire-reply', delay = '1s' }")
        .run();
    assert_eq!(run.lines(&["c1:"]), ["200ms c1: Unknown"]);
    assert_eq!(run.first("orders removed: Deleted"), Instant(203_000_000));
    run.holds();
}

/// The acquire is late, and its own clean-up comes before it and finds nothing. Were the clean-up content
/// with that, the key would stand for its whole lease once the acquire arrives.
#[test]
fn an_acquire_that_comes_after_its_clean_up_is_removed_too() {
    let run = one_acquire("ttl = '8s', command-timeout = '200ms'")
        .fault("message = { kind = 'acquire', delay = '1s' }")
        .run();
    let created = run.first("orders created");
    assert_eq!(created, Instant(1_003_000_000));
    assert!(run.flights("release")[0].1 < created, "the clean-up was there before:\n{}", run.all());
    let gone = run.first("orders removed: Deleted");
    assert!(gone.since(created) <= Span::from_millis(210), "{}", run.all());
    run.holds();
}

/// An owner that is killed cleans nothing up: its key stays until the lease is over.
#[test]
fn the_dead_clean_nothing_up() {
    let run = one_acquire("ttl = '2s'").fault("at = '3ms 500us'\nkill = { who = 'c1' }").run();
    assert_eq!(run.flights("release").len(), 1, "only the probe's");
    let expired = run.first("orders removed: Expired");
    assert!(expired > Instant(2_003_000_000), "{expired:?}");
    assert!(expired <= Instant(2_103_000_000), "the cycle comes ten times a second: {expired:?}");
}

/// A release that nobody answered is tried again until the store has answered.
#[test]
fn an_unknown_release_is_tried_again() {
    let run = one_acquire("ttl = '8s'").fault("message = { kind = 'release', lose = true }").run();
    assert_eq!(run.lines(&["c1:"])[1..], ["105ms c1: Unknown"]);
    assert_eq!(run.first("orders removed: Deleted"), Instant(108_000_000));
    run.holds();
}

/// A release while the store is down was never sent; it is made up for when the store is back. Were it not,
/// the lock would stand for the rest of its lease with nobody who wants it.
#[test]
fn a_release_without_a_store_is_made_up_for() {
    let run = one_acquire("ttl = '8s', persistence = 'aof-always'")
        .fault("at = '50ms'\nkill = { who = 'store', restart-after = '1s' }")
        .run();
    assert!(run.tells("c1: Unreachable"), "{}", run.all());
    let gone = run.first("orders removed: Deleted");
    assert!(gone > Instant(1_050_000_000), "{}", run.all());
    assert!(gone < Instant(1_600_000_000), "{}", run.all());
}

/// An extension keeps the key for another whole lease from when it arrives.
#[test]
fn an_extension_keeps_the_key() {
    let run = Play::with_redis("ttl = '1s'")
        .clients(2)
        .client("c1", |me: Me| async move {
            let mut guard = me.acquire().await.expect("it is the first");
            for _ in 0..3 {
                me.sleep("700ms").await;
                me.say(format!("{:?}", guard.extend().await));
            }
            me.sleep("1h").await;
        })
        .client("c2", |me: Me| async move {
            me.sleep("100ms").await;
            me.acquire_at_last().await.release().await;
        })
        .run();
    assert_eq!(run.lines(&["c1:"])[1..], ["706ms c1: Ok(())", "1s 408ms c1: Ok(())", "2s 110ms c1: Ok(())"]);
    // The last extension arrived at 2.109 s.
    assert!(run.at("c2: has it") > Instant(3_109_000_000), "{}", run.all());
    run.holds();
}

/// The lease was over before the extension came: the owner is told, and nothing is created. An extension that
/// set the key again would take the lock from whoever has it next.
#[test]
fn a_late_extension_creates_nothing() {
    let run = Play::with_redis("ttl = '1s'")
        .client("c1", |me: Me| async move {
            let mut guard = me.acquire().await.expect("nobody else wants it");
            me.sleep("1s 500ms").await;
            me.say(format!("{:?}", guard.extend().await));
            me.say(format!("{:?}", me.owner.status(LockId(0)).await));
            me.release(guard).await;
        })
        .run();
    assert_eq!(
        run.lines(&["c1:"])[1..],
        ["1s 506ms c1: Err(Told)", "1s 508ms c1: Free", "1s 510ms c1: NotHeld"]
    );
    // Nothing but the probe's own key after it.
    assert_eq!(run.times("orders created").len(), 2);
    run.holds();
}

/// A lock without an expiry needs no extension: none is sent.
#[test]
fn without_an_expiry_nothing_is_extended() {
    let run = Play::with_redis("expiry = false")
        .client("c1", |me: Me| async move {
            let mut guard = me.acquire().await.expect("nobody else wants it");
            me.say(format!("{:?} {:?}", guard.deadline(), guard.extend().await));
            me.sleep("9s").await;
            me.release(guard).await;
        })
        .run();
    assert_eq!(run.lines(&["c1:"])[1..], ["4ms c1: None Ok(())", "9s 6ms c1: Released"]);
    assert_eq!(run.flights("extend"), []);
}

/// What survives a restart of the store.
#[test]
fn a_restart_loses_what_was_in_memory_only() {
    let restarted = |persistence: &str| {
        Play::with_redis(&format!("ttl = '5s', persistence = '{persistence}'"))
            .clients(2)
            .fault("at = '1s'\nrestart = { who = 'store' }")
            .client("c1", |me: Me| async move {
                let guard = me.acquire().await.expect("it is the first");
                me.sleep("3s").await;
                me.release(guard).await;
            })
            .client("c2", |me: Me| async move {
                me.sleep("1s 500ms").await;
                me.say(format!("{:?}", me.owner.status(LockId(0)).await));
                me.acquire_at_last().await.release().await;
            })
            .run()
    };
    let lost = restarted("none");
    assert_eq!(lost.lines(&["orders removed: LostInRestart"]), ["1s orders removed: LostInRestart"]);
    assert_eq!(lost.lines(&["c2:"]), ["1s 504ms c2: Free", "1s 506ms c2: has it"]);
    assert_eq!(lost.lines(&["c1:"])[1..], ["3s 8ms c1: NotHeld"]);
    assert!(lost.verdict(word::EXCLUSIVE_GRANT).is_violated());
    let kept = restarted("aof-always");
    assert_eq!(kept.lines(&["c2:"])[..1], ["1s 504ms c2: Held { by_me: false }"]);
    assert!(kept.at("c2: has it") > kept.at("grant 0 gone: Released"), "{}", kept.all());
    kept.holds();
}

/// Status asks the store.
#[test]
fn status_tells_who_has_it() {
    let run = Play::with_redis("ttl = '5s'")
        .fault("at = '2s'\nkill = { who = 'store' }")
        .client("c1", |me: Me| async move {
            me.say(format!("{:?}", me.owner.status(LockId(0)).await));
            let guard = me.acquire().await.expect("nobody else wants it");
            me.say(format!("{:?}", me.owner.status(LockId(0)).await));
            me.release(guard).await;
            me.say(format!("{:?}", me.owner.status(LockId(0)).await));
            me.sleep("3s").await;
            me.say(format!("{:?}", me.owner.status(LockId(0)).await));
        })
        .run();
    assert_eq!(
        run.lines(&["c1: F", "c1: H", "c1: U"]),
        ["4ms c1: Free", "8ms c1: Held { by_me: false }", "12ms c1: Free", "3s 14ms c1: Unknown"]
    );
}

/// The owner's patience is over while somebody else has it: a definite no.
#[test]
fn an_acquire_waits_as_long_as_its_owner() {
    let run = Play::with_redis("ttl = '9s'")
        .clients(2)
        .workload("patience = '2s'")
        .client("c1", |me: Me| async move {
            let guard = me.acquire().await.expect("it is the first");
            me.sleep("5s").await;
            me.release(guard).await;
        })
        .client("c2", |me: Me| async move {
            me.sleep("100ms").await;
            me.acquire().await;
        })
        .run();
    let refused = run.at("c2: Refused(Held)");
    assert!(refused > Instant(2_000_000_000), "{refused:?}");
    assert!(refused <= Instant(2_110_000_000), "{refused:?}");
}

/// An acquire stands still between its command and the answer until its lease is over, tries again, and gets
/// the lock. The clean-up of its first try is late. It may not remove what the second try has set: were the
/// two of one value, a living owner's key would go, and somebody else would be granted beside it.
#[test]
fn the_clean_up_of_one_try_leaves_the_next_one_alone() {
    let mut retried = 0;
    for seed in 0..8 {
        let run = retry_after_a_pause(seed).run();
        retried += u32::from(run.times("orders created").len() > 1 && run.tells("c1: has it"));
        for property in [word::EXCLUSIVE_GRANT, word::EXCLUSIVE_BELIEF] {
            assert!(!run.verdict(property).is_violated(), "seed {seed}: {property}\n{}", run.all());
        }
    }
    assert!(retried > 0, "in no seed did the answer come too late to be used");
}

/// As before, with tokens. The second try's state is a tenure of its own, with a token of its own: present
/// after absent. Were both one tenure, it would seem to have two tokens.
#[test]
fn a_second_try_is_a_tenure_of_its_own() {
    let mut retried = 0;
    for seed in 0..8 {
        let run = retry_after_a_pause(seed).setting("fencing = true").gate(Gate::Token).run();
        if run.times("orders created").len() > 1 && run.tells("c1: has it") {
            retried += 1;
            assert_eq!(run.times("grant 0 to c1.1").len(), 1, "seed {seed}:\n{}", run.all());
            assert_eq!(run.times("grant 1 to c1.1").len(), 1, "seed {seed}:\n{}", run.all());
            assert!(run.tells("belief 1 of c1.1"), "seed {seed}:\n{}", run.all());
        }
        assert!(!run.verdict(word::FENCING).is_violated(), "seed {seed}\n{}", run.all());
    }
    assert!(retried > 0, "in no seed did the answer come too late to be used");
}

/// The command is sent at 2 ms; the client stands still from 2.5 ms until the lease is over. In about every
/// second seed it finds the answer before the time-out when it goes on.
fn retry_after_a_pause(seed: u64) -> Play {
    Play::with_redis("ttl = '1s', command-timeout = '500ms'")
        .clients(2)
        .seed(seed)
        .fault("at = '2ms 500us'\npause = { who = 'c1', hold = '1s 100ms' }")
        .fault("message = { kind = 'release', client = 'c1', delay = '300ms' }")
        .client("c1", |me: Me| async move {
            let guard = me.acquire().await;
            me.sleep("800ms").await;
            if let Some(guard) = guard {
                me.release(guard).await;
            }
        })
        .client("c2", |me: Me| async move {
            me.sleep("1s 250ms").await;
            me.acquire_at_last().await.release().await;
        })
}

/// A deletion that was not synced is undone by a power cut. The key stands for its maker again, who has released it:
/// the store refuses everybody else, so that it counts as a grant; nobody believes in it, and it ends by itself.
#[test]
fn a_released_key_that_comes_back_is_a_grant_to_its_maker() {
    let run = Play::with_redis("ttl = '5s', persistence = 'aof-everysec'")
        .clients(2)
        .fault("at = '1500ms'\npower-cut = { who = 'store', restart-after = '100ms' }")
        .client("c1", |me: Me| async move {
            let guard = me.acquire().await.expect("nobody else wants it");
            // The key is in the log at the first full second, the release would be at the next one.
            me.sleep("1200ms").await;
            me.release(guard).await;
        })
        .client("c2", |me: Me| async move {
            me.sleep("2s").await;
            let guard = me.acquire_at_last().await;
            me.release(guard).await;
        })
        .run();
    assert_eq!(run.lines(&["grant 0 to", "grant 0 gone"]).len(), 2, "{}", run.all());
    assert_eq!(run.at("grant 1 to c1.1"), Instant(1_600_000_000), "{}", run.all());
    assert!(run.at("grant 2 to c2.1") > Instant(5_000_000_000), "{}", run.all());
    assert_eq!(run.lines(&["belief"]).iter().filter(|line| line.ends_with("of c1.1")).count(), 1);
    run.holds();
}
