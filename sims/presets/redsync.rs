//! `Mutex` of redsync.

use super::AFTER_UNKNOWN;
use super::deployment::SERVERS;
use super::option::{count, factor, misfit, set, time, told, unset, yes};
use fencepost_model::{Mapped, Misfit, Preset, SettingValue, Settings, Span};

pub(super) const PRESET: Preset = Preset {
    name: "redsync",
    about: "settings like those of a `Mutex` of redsync with its defaults: a lease of 8 s on a majority of servers, \
            not renewed by itself",
    follows: "redsync v4, mutex.go and redsync.go (github.com/go-redsync/redsync, as of `WithSetNXOnExtend`, pull \
              request 149)",
    options: &[
        time("WithExpiry", || told(Span::from_secs(8)), "for how long the lock lives", "ttl = WithExpiry"),
        count(
            "WithTries",
            (1, 1_000_000),
            || SettingValue::Number(32),
            "how often `Lock` tries",
            "nothing: how long owners wait is the scenario's",
        ),
        time(
            "WithRetryDelay",
            unset,
            "how long it waits between two tries; 0s stands for the default, drawn from 50 ms to 250 ms",
            "retry-min = retry-max = WithRetryDelay; 0s: retry-min = 50ms, retry-max = 250ms",
        ),
        factor(
            "WithDriftFactor",
            || SettingValue::Number(10_000),
            "which share of the expiry clocks may differ by; 0.01 there",
            "drift-allowance = WithDriftFactor",
        ),
        factor(
            "WithTimeoutFactor",
            || SettingValue::Number(50_000),
            "which share of the expiry the servers may take to answer a try; 0.05 there",
            "node-timeout = WithExpiry × WithTimeoutFactor; on one server command-timeout",
        ),
        SERVERS,
    ],
    maps,
    leaves_out: &[
        AFTER_UNKNOWN,
        "`Until()` is handed out as a deadline that the owner obeys",
        "`Unlock` and `Extend` have no time-out of their own there unless their context has one",
        "`WithFailFast` (do not wait for more answers than a majority), `WithShufflePools` and `WithSetNXOnExtend` (an \
         extension sets the key again where it is gone)",
    ],
};

fn maps(options: &Settings) -> Result<Mapped, Misfit> {
    let expiry = options.span("WithExpiry");
    let timeout = expiry.ppm_of(options.number("WithTimeoutFactor"));
    if timeout < Span::from_millis(1) {
        let why = format!("it leaves servers {timeout} to answer");
        return Err(misfit("WithTimeoutFactor", why, "choose a longer expiry, or a larger factor"));
    }
    let (least, most) = match set(options, "WithRetryDelay") {
        Some(delay) => (delay.max(Span::from_millis(1)), delay.max(Span::from_millis(1))),
        None => (Span::from_millis(50), Span::from_millis(250)),
    };
    let mut settings = vec![
        ("ttl", told(expiry)),
        ("drift-allowance", SettingValue::Number(options.number("WithDriftFactor"))),
        ("retry-min", told(least)),
        ("retry-max", told(most)),
    ];
    let servers = options.number("servers");
    if servers == 1 {
        settings.extend([("command-timeout", told(timeout)), ("deadline", yes())]);
        return Ok(Mapped { lock: "redis", settings });
    }
    settings.extend([("node-timeout", told(timeout)), ("nodes", SettingValue::Number(servers))]);
    Ok(Mapped { lock: "redlock", settings })
}
