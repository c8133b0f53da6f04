//! `redis_lock.Lock` of python-redis-lock.

use super::AFTER_UNKNOWN;
use super::deployment::{PROMOTION, REPLICAS, deployed};
use super::option::{flag, misfit, no, notice, set, time, told, unset, yes};
use super::redis_py::{CAP, PAUSES_GROW, RETRIES, SOCKET_TIMEOUT, client};
use fencepost_model::{Mapped, Misfit, Preset, Settings, Span};

pub(super) const PRESET: Preset = Preset {
    name: "python-redis-lock",
    about: "settings like those of `redis_lock.Lock` of python-redis-lock with its defaults: a key without an expiry, \
            which is not renewed",
    follows: "python-redis-lock 4.0.0: src/redis_lock/__init__.py (github.com/ionelmc/python-redis-lock); the client \
              below it as for the preset `redis-py`",
    options: &[
        time(
            "expire",
            unset,
            "the life of the lock, in whole seconds there; 0s stands for `None`, which is the default: it stays \
             until it is released",
            "ttl = expire; 0s: expiry = false",
        ),
        flag(
            "auto_renewal",
            no,
            "whether a thread renews the lock while it is held, every two thirds of `expire`",
            "renew = expire × 2/3, loss-notice = false",
        ),
        flag(
            "strict",
            yes,
            "whether the client has to be of a certain class",
            "nothing: it checks a class of Python",
        ),
        time(
            "signal_expire",
            || told(Span::from_secs(1)),
            "how long the list lives into which a release puts the signal for who waits, in milliseconds there",
            "nothing: wait-by = \"notify\" has messages, which live no time at all",
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
        "a release wakes one of those who wait, by a list (`BLPOP`) that keeps the signal for `signal_expire`; here it \
         tells all of them, and a message is kept for nobody",
        "who waits and is not woken asks again after `expire`; here after the rest of the key's life",
        "the thread that renews ends at its first error; here it goes on, and tells nobody either",
        "a lock that is given an `id` counts as held from the beginning",
    ],
};

fn maps(options: &Settings) -> Result<Mapped, Misfit> {
    let mut settings = client(options);
    settings.push(("wait-by", notice()));
    let renews = options.flag("auto_renewal");
    match set(options, "expire") {
        Some(expire) if expire.0 % Span::from_secs(1).0 != 0 => {
            return Err(misfit("expire", "it counts whole seconds", "write whole seconds, such as \"10s\""));
        }
        Some(expire) => settings.push(("ttl", told(expire))),
        None if renews => {
            return Err(misfit("auto_renewal", "it needs `expire`", "add `expire`, such as \"10s\""));
        }
        None => settings.push(("expiry", no())),
    }
    if renews {
        let every = Span(options.span("expire").0 / 3 * 2);
        settings.extend([("renew", told(every)), ("loss-notice", no())]);
    }
    Ok(deployed(options, settings))
}
