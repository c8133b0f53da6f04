//! `redis.lock.Lock` of redis-py.

use super::AFTER_UNKNOWN;
use super::deployment::{PROMOTION, REPLICAS, deployed};
use super::option::{count, flag, misfit, no, set, time, told, unset, yes};
use fencepost_model::{Mapped, Misfit, Preset, PresetOption, SettingValue, Settings, Span};

pub(super) const PRESET: Preset = Preset {
    name: "redis-py",
    about: "settings like those of `redis.lock.Lock`, which `Redis.lock()` gives, with its defaults: a key without \
            an expiry, polled every 100 ms",
    follows: "redis-py 8: `Lock` in redis/lock.py, the page on locks of its documentation \
              (redis.readthedocs.io/en/latest/lock.html), and the defaults of the client in redis/_defaults.py \
              (github.com/redis/redis-py, commit b998891a)",
    options: &[
        time(
            "timeout",
            unset,
            "the longest life of the lock, in seconds there; 0s stands for `None`, which is the default: it stays \
             until it is released",
            "ttl = timeout; 0s: expiry = false",
        ),
        time(
            "sleep",
            || told(Span::from_millis(100)),
            "how long it sleeps before it tries again, in seconds there",
            "retry-min = retry-max = sleep",
        ),
        flag(
            "blocking",
            yes,
            "whether an acquire waits for a lock that is held",
            "nothing: how long owners wait is the scenario's",
        ),
        time(
            "blocking_timeout",
            unset,
            "how long an acquire waits at most, in seconds there; 0s stands for `None`, which is the default",
            "nothing: how long owners wait is the scenario's",
        ),
        flag(
            "thread_local",
            yes,
            "whether the value of the key is known to the acquiring thread only",
            "nothing: an owner here never gives another one's lock back by accident",
        ),
        SOCKET_TIMEOUT,
        RETRIES,
        CAP,
        REPLICAS,
        PROMOTION,
    ],
    maps,
    leaves_out: &[
        AFTER_UNKNOWN,
        PAUSES_GROW,
        "`extend` adds to the time that is left unless it is told to replace it; here it always gives a whole \
         `timeout`",
        "an acquire that the client sends again meets the key that its first copy set, and goes on waiting for it \
         to expire; here it takes it for its own",
        "an answer that takes as long as the lease counts as an acquire there, and as none here",
    ],
};

/// Of the client: `socket_timeout`.
pub(super) const SOCKET_TIMEOUT: PresetOption = time(
    "socket_timeout",
    || told(Span::from_secs(5)),
    "of the client: how long it waits for an answer, in seconds there; 0s stands for `None`: for ever",
    "command-timeout = socket_timeout; 0s: an hour, the longest there is",
);

/// Of the client: `Retry(…, retries)`.
pub(super) const RETRIES: PresetOption = count(
    "retries",
    (0, 100),
    || SettingValue::Number(10),
    "of the `Retry` of the client: how often a command is sent again after an error or a time-out",
    "command-retries = retries",
);

/// Of the client: `Retry(ExponentialWithJitterBackoff(…, cap), …)`.
pub(super) const CAP: PresetOption = time(
    "cap",
    || told(Span::from_secs(1)),
    "of the backoff of that `Retry`: the longest pause before a command is sent again, in seconds there",
    "command-retry-interval = cap",
);

/// Of the client.
pub(super) const PAUSES_GROW: &str = "the pauses before a command is sent again are drawn there, and grow from 10 ms \
                                      up to `cap`; here each is as long as `cap`";

/// What the client's options are for every lock on it.
pub(super) fn client(options: &Settings) -> Vec<(&'static str, SettingValue)> {
    let timeout = set(options, "socket_timeout").unwrap_or(Span::from_secs(3600));
    vec![
        ("command-timeout", told(timeout)),
        ("command-retries", SettingValue::Number(options.number("retries"))),
        ("command-retry-interval", told(options.span("cap"))),
        ("deadline", no()),
        ("drift-allowance", SettingValue::Number(0)),
    ]
}

fn maps(options: &Settings) -> Result<Mapped, Misfit> {
    let mut settings = client(options);
    let sleep = options.span("sleep").max(Span::from_millis(1));
    settings.extend([("retry-min", told(sleep)), ("retry-max", told(sleep))]);
    match set(options, "timeout") {
        Some(timeout) if timeout < Span::from_millis(1) => {
            return Err(misfit("timeout", "it is cut to whole milliseconds", "write at least \"1ms\""));
        }
        Some(timeout) => settings.push(("ttl", told(timeout))),
        None => settings.push(("expiry", no())),
    }
    Ok(deployed(options, settings))
}
