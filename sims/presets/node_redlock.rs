//! `Redlock` of node-redlock, the package `redlock`.

use super::AFTER_UNKNOWN;
use super::deployment::SERVERS;
use super::option::{count, factor, flag, misfit, no, set, time, told, unset, yes};
use fencepost_model::{Mapped, Misfit, Preset, SettingValue, Settings, Span};

pub(super) const PRESET: Preset = Preset {
    name: "node-redlock",
    about: "settings like those of the package `redlock` for Node with its defaults, on a majority of servers",
    follows: "redlock 5.0.0-beta.2: src/index.ts and README.md (github.com/mike-marcacci/node-redlock, commit 09fd36a9)",
    options: &[
        time(
            "duration",
            || told(Span::from_secs(5)),
            "an argument of `acquire`, `extend` and `using`, in milliseconds there: for how long the lock lives; \
             the library has no default, its example says 5000",
            "ttl = duration",
        ),
        flag(
            "using",
            no,
            "whether the work is done by `using`, which extends the lock before it ends, and aborts a signal where \
             that fails",
            "renew = duration − drift − 2ms − automaticExtensionThreshold, loss-notice = true, deadline = false; on \
             one server only",
        ),
        time(
            "automaticExtensionThreshold",
            || told(Span::from_millis(500)),
            "how long before its end `using` extends the lock, in milliseconds there",
            "see `using`",
        ),
        factor(
            "driftFactor",
            || SettingValue::Number(10_000),
            "which share of the duration clocks may differ by; 0.01 there, and 2 ms more",
            "drift-allowance = driftFactor, reserve = 2ms",
        ),
        count(
            "retryCount",
            (0, 100),
            || SettingValue::Number(10),
            "how often an acquire, an extension or a release is tried again",
            "on one server command-retries = retryCount, for what was not answered; how long owners wait for a lock \
             that is held is the scenario's",
        ),
        time(
            "retryDelay",
            || told(Span::from_millis(200)),
            "how long it waits between two tries, in milliseconds there",
            "retry-min = retryDelay − retryJitter, retry-max = retryDelay + retryJitter; on one server \
             command-retry-interval = retryDelay",
        ),
        time(
            "retryJitter",
            || told(Span::from_millis(100)),
            "by how much that is longer or shorter, drawn, in milliseconds there; the default is that of the source",
            "see `retryDelay`",
        ),
        time(
            "commandTimeout",
            unset,
            "of the client ioredis: how long it waits for an answer, in milliseconds there; 0s stands for none, \
             which is the default",
            "node-timeout = commandTimeout, on one server command-timeout; 0s: as long as `duration`",
        ),
        SERVERS,
    ],
    maps,
    leaves_out: &[
        AFTER_UNKNOWN,
        "an operation is over there as soon as a majority has answered; here every server is waited for, up to its \
         time-out",
        "an extension writes the key anew there (`SET`), and prolongs it here",
        "on several servers, a release or an extension that no majority carried out is tried again there",
        "several resources at once",
        "`using` on several servers",
    ],
};

/// What the library takes off the duration beside the drift.
const PRECISION: Span = Span::from_millis(2);
/// By how much a duration has to be longer than the threshold.
const MARGIN: Span = Span::from_millis(100);

fn maps(options: &Settings) -> Result<Mapped, Misfit> {
    let duration = options.span("duration");
    if duration <= PRECISION {
        return Err(misfit("duration", "nothing is left of it after the drift", "write a longer time"));
    }
    let least = Span::from_millis(1);
    let (delay, jitter) = (options.span("retryDelay"), options.span("retryJitter"));
    let drift = options.number("driftFactor");
    let mut settings = vec![
        ("ttl", told(duration)),
        ("reserve", told(PRECISION)),
        ("drift-allowance", SettingValue::Number(drift)),
        ("retry-min", told(delay.saturating_sub(jitter).max(least))),
        ("retry-max", told(longest(delay + jitter).max(least))),
    ];
    let timeout = told(set(options, "commandTimeout").unwrap_or(duration).max(least));
    let servers = options.number("servers");
    if servers > 1 {
        if options.flag("using") {
            let instead = "write `servers = 1`, or leave `using` away";
            return Err(misfit("using", "renewal in the background is modelled on one server", instead));
        }
        settings.extend([("node-timeout", timeout), ("nodes", SettingValue::Number(servers))]);
        return Ok(Mapped { lock: "redlock", settings });
    }
    settings.extend([
        ("command-retries", SettingValue::Number(options.number("retryCount"))),
        ("command-retry-interval", told(delay)),
    ]);
    settings.extend([("command-timeout", timeout), ("deadline", SettingValue::Flag(!options.flag("using")))]);
    if options.flag("using") {
        let threshold = options.span("automaticExtensionThreshold");
        if threshold + MARGIN > duration {
            let why = "it has to be 100 ms shorter than `duration`".to_owned();
            return Err(misfit("automaticExtensionThreshold", why, "write a shorter time"));
        }
        let valid = duration.saturating_sub(duration.ppm_of(drift)).saturating_sub(PRECISION);
        let renew = valid.saturating_sub(threshold).max(least);
        settings.extend([("renew", told(renew)), ("loss-notice", yes())]);
    }
    Ok(Mapped { lock: "redis", settings })
}

/// As long as a setting may be at most.
fn longest(span: Span) -> Span {
    span.min(Span::from_secs(3600))
}
