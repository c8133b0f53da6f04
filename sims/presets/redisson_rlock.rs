//! `RLock` of Redisson, as `RedissonClient.getLock` gives it.

use super::AFTER_UNKNOWN;
use super::deployment::{PROMOTION, REPLICAS, deployed};
use super::option::{count, flag, no, notice, set, time, told, unset, yes};
use fencepost_model::{Mapped, Misfit, Preset, SettingValue, Settings, Span};

pub(super) const PRESET: Preset = Preset {
    name: "redisson-rlock",
    about: "settings like those of `RLock` of Redisson with its defaults: a lease of 30 s, which a watchdog renews \
            every 10 s",
    follows: "Redisson 3 of 2024 and later: docs/configuration.md (commit 3a3e2bdf), \
              docs/fault-tolerance-and-recovery.md (commit 707c8ba3), and of its source RenewalTask (commit \
              6fb6e28a), LockTask, RedissonLock and CommandAsyncService (github.com/redisson/redisson)",
    options: &[
        time(
            "lockWatchdogTimeout",
            || told(Span::from_secs(30)),
            "for how long the lock lives when it was taken without a lease time, in milliseconds there; the watchdog \
             renews it after a third of that",
            "ttl = lockWatchdogTimeout, renew = lockWatchdogTimeout / 3, loss-notice = false",
        ),
        time(
            "leaseTime",
            unset,
            "an argument of `lock` and `tryLock`: for how long it lives; then nothing renews it. 0s stands for none, \
             which is the default",
            "ttl = leaseTime, renew = 0s",
        ),
        time(
            "timeout",
            || told(Span::from_secs(3)),
            "how long it waits for the answer to a command, in milliseconds there",
            "command-timeout = timeout",
        ),
        count(
            "retryAttempts",
            (0, 100),
            || SettingValue::Number(4),
            "how often a command is sent again; one that takes a lock never is",
            "command-retries = retryAttempts, of extensions and releases",
        ),
        time(
            "retryDelay",
            || told(Span::from_secs(1)),
            "how long it waits before it sends a command again; there a strategy, `EqualJitterDelay` from 1 s to 2 s",
            "command-retry-interval = retryDelay",
        ),
        flag(
            "checkLockSyncedSlaves",
            yes,
            "whether an acquire or a renewal fails that no replica has confirmed",
            "wait = 1 where there are replicas; false: wait = 0",
        ),
        time(
            "slavesSyncTimeout",
            || told(Span::from_secs(1)),
            "how long it waits for replicas to confirm, in milliseconds there",
            "wait-timeout = slavesSyncTimeout",
        ),
        REPLICAS,
        PROMOTION,
    ],
    maps,
    leaves_out: &[
        AFTER_UNKNOWN,
        "the lock belongs to a thread there, and to one acquire of it here: what is left of an earlier call of the same \
         thread counts as taken once more there",
        "the pauses before a command is sent again are drawn there, and grow; here each is as long as `retryDelay`",
        "an unlock bears a number there, so that its copies count once; here a release without an answer gives \
         everything back",
        "one watchdog renews all locks of a client together, on a beat of its own: the first renewal may come \
         sooner than after a third",
        "with replicas it waits for all of them up to `slavesSyncTimeout`, and is content with one; here it waits for \
         one",
    ],
};

fn maps(options: &Settings) -> Result<Mapped, Misfit> {
    let (ttl, renew) = match set(options, "leaseTime") {
        Some(lease) => (lease, Span::ZERO),
        None => {
            let watchdog = options.span("lockWatchdogTimeout");
            (watchdog, Span(watchdog.0 / 3))
        }
    };
    let least = Span::from_millis(1);
    let mut settings = vec![
        ("ttl", told(ttl.max(least))),
        ("renew", told(renew)),
        ("loss-notice", no()),
        ("wait-by", notice()),
        ("reentrant", yes()),
        ("command-retries", SettingValue::Number(options.number("retryAttempts"))),
        ("command-retry-interval", told(options.span("retryDelay"))),
        ("deadline", no()),
        ("drift-allowance", SettingValue::Number(0)),
        ("command-timeout", told(options.span("timeout").max(least))),
    ];
    if options.number("replicas") > 0 {
        let confirmed = u64::from(options.flag("checkLockSyncedSlaves"));
        settings.push(("wait", SettingValue::Number(confirmed)));
        settings.push(("wait-timeout", told(options.span("slavesSyncTimeout").max(least))));
    }
    Ok(deployed(options, settings))
}
