//! The settings of the Redis lock, as values of their own types.

use super::Defect;
use crate::stores::kv::{Eviction, Persistence};
use crate::switches::Switches;
use fencepost_model::{SettingKind, SettingSpec, SettingValue, Settings, Span};

/// See `SPECS` below for what each means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RedisSettings {
    /// How long the store keeps the key.
    pub ttl: Span,
    /// Whether the key has an expiry at all.
    pub expiry: bool,
    /// Whether the guard has a deadline.
    pub deadline: bool,
    /// How much earlier than the lease the deadline is handed out.
    pub reserve: Span,
    /// For how different rates of the two clocks the deadline allows, in parts per million.
    pub drift_allowance: u64,
    /// Whether a fencing token is minted with the key.
    pub fencing: bool,
    /// What survives a restart of the server.
    pub persistence: Persistence,
    /// What the server gives up when it is short of memory.
    pub eviction: Eviction,
    /// How often a tenure is renewed in the background, where it is.
    pub renew: Option<Span>,
    /// Whether the owner is told when renewal finds that the tenure is lost.
    pub loss_notice: bool,
    /// How long a command may take.
    pub command_timeout: Span,
    /// How often a command that was not answered is sent again.
    pub command_retries: u64,
    /// How long after an unanswered copy the next one is sent.
    pub command_retry_interval: Span,
    /// Whether an owner may take again what it has.
    pub reentrant: bool,
    /// How it waits for a lock that is held.
    pub wait_by: WaitBy,
    /// The shortest pause between two polls of a held lock.
    pub retry_min: Span,
    /// The longest.
    pub retry_max: Span,
    /// What is wrong on purpose.
    pub defects: Switches,
}

/// How an acquire waits for a lock that is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WaitBy {
    /// It asks again and again.
    Polling,
    /// It waits for the message that a release publishes, and for the end of the key's life.
    Notice,
}

const HOUR: Span = Span::from_secs(3600);
const MILLISECOND: Span = Span::from_millis(1);

/// The data sheet of the settings.
pub(crate) const SPECS: &[SettingSpec] = &[
    SettingSpec {
        name: "ttl",
        kind: SettingKind::Span { min: MILLISECOND, max: HOUR },
        default: || SettingValue::Span(Span::from_secs(10)),
        about: "how long the store keeps the key after an acquire or an extend",
    },
    SettingSpec {
        name: "expiry",
        kind: SettingKind::Flag,
        default: || SettingValue::Flag(true),
        about: "whether the key has an expiry; without, a dead holder keeps the lock for ever",
    },
    SettingSpec {
        name: "deadline",
        kind: SettingKind::Flag,
        default: || SettingValue::Flag(true),
        about: "whether the guard tells its owner until when the lease lasts; popular libraries do not",
    },
    SettingSpec {
        name: "reserve",
        kind: SettingKind::Span { min: Span::ZERO, max: HOUR },
        default: || SettingValue::Span(Span::ZERO),
        about: "how much earlier than the lease the deadline is handed out: the room for pauses and delays",
    },
    SettingSpec {
        name: "drift-allowance",
        kind: SettingKind::Number { min: 0, max: 500_000 },
        default: || SettingValue::Number(1_000),
        about: "for how different rates of owner's and store's clock the deadline allows, in parts per million",
    },
    SettingSpec {
        name: "fencing",
        kind: SettingKind::Flag,
        default: || SettingValue::Flag(false),
        about: "whether a counter is counted up with every grant, and handed out as fencing token",
    },
    SettingSpec {
        name: "persistence",
        kind: SettingKind::Word(&[
            ("none", "a restarted server has lost every key"),
            ("aof-everysec", "after a power cut up to a second is lost; after a kill nothing"),
            ("aof-always", "a restarted server has every key that it answered for"),
        ]),
        default: || SettingValue::Word("none".to_owned()),
        about: "what survives a restart of the server",
    },
    SettingSpec {
        name: "eviction",
        kind: SettingKind::Word(&[
            ("noeviction", "nothing"),
            ("volatile-random", "a key with an expiry, drawn"),
        ]),
        default: || SettingValue::Word("noeviction".to_owned()),
        about: "what the server gives up when it is short of memory",
    },
    SettingSpec {
        name: "renew",
        kind: SettingKind::Span { min: Span::ZERO, max: HOUR },
        default: || SettingValue::Span(Span::ZERO),
        about: "how often the lease is renewed in the background while the guard is open; 0s: never",
    },
    SettingSpec {
        name: "loss-notice",
        kind: SettingKind::Flag,
        default: || SettingValue::Flag(true),
        about: "whether the owner is told when renewal finds the key gone, or the lease runs out unrenewed",
    },
    SettingSpec {
        name: "command-timeout",
        kind: SettingKind::Span { min: MILLISECOND, max: HOUR },
        default: || SettingValue::Span(Span::from_millis(500)),
        about: "how long a command may take before its outcome is unknown",
    },
    SettingSpec {
        name: "command-retries",
        kind: SettingKind::Number { min: 0, max: 100 },
        default: || SettingValue::Number(0),
        about: "how often an acquire, extension or release that was not answered is sent again, with its value",
    },
    SettingSpec {
        name: "command-retry-interval",
        kind: SettingKind::Span { min: Span::ZERO, max: HOUR },
        default: || SettingValue::Span(Span::ZERO),
        about: "how long it waits before it sends such a command again",
    },
    SettingSpec {
        name: "reentrant",
        kind: SettingKind::Flag,
        default: || SettingValue::Flag(false),
        about: "whether an owner may take again what it has, and gives it back as often",
    },
    SettingSpec {
        name: "wait-by",
        kind: SettingKind::Word(&[
            ("poll", "it asks again after a pause"),
            (
                "notify",
                "a release publishes a message, for which it waits; at most until the key's life is over",
            ),
        ]),
        default: || SettingValue::Word("poll".to_owned()),
        about: "how an acquire waits for a lock that is held",
    },
    SettingSpec {
        name: "retry-min",
        kind: SettingKind::Span { min: MILLISECOND, max: HOUR },
        default: || SettingValue::Span(Span::from_millis(20)),
        about: "the shortest pause between two polls of a held lock",
    },
    SettingSpec {
        name: "retry-max",
        kind: SettingKind::Span { min: MILLISECOND, max: HOUR },
        default: || SettingValue::Span(Span::from_millis(60)),
        about: "the longest pause between two polls of a held lock",
    },
];

impl RedisSettings {
    /// The values of a variant, without its defects.
    pub fn of(settings: &Settings) -> RedisSettings {
        let retry_min = settings.span("retry-min");
        RedisSettings {
            ttl: settings.span("ttl"),
            expiry: settings.flag("expiry"),
            deadline: settings.flag("deadline"),
            reserve: settings.span("reserve"),
            drift_allowance: settings.number("drift-allowance"),
            fencing: settings.flag("fencing"),
            persistence: Persistence::of(settings.word("persistence")),
            eviction: Eviction::of(settings.word("eviction")),
            renew: Some(settings.span("renew")).filter(|every| *every > Span::ZERO),
            loss_notice: settings.flag("loss-notice"),
            command_timeout: settings.span("command-timeout"),
            command_retries: settings.number("command-retries"),
            command_retry_interval: settings.span("command-retry-interval"),
            reentrant: settings.flag("reentrant"),
            wait_by: if settings.word("wait-by") == "poll" { WaitBy::Polling } else { WaitBy::Notice },
            retry_min,
            retry_max: settings.span("retry-max").max(retry_min),
            defects: Switches::default(),
        }
    }

    /// The same, with defects.
    pub fn with(self, defects: Switches) -> RedisSettings {
        RedisSettings { defects, ..self }
    }

    /// Whether a defect is switched on.
    pub fn has(&self, defect: Defect) -> bool {
        defect.is_on(self.defects)
    }

    /// How long after an acquire or extend was sent its deadline is: the lease less what clocks may differ
    /// by and less the reserve.
    pub fn validity(&self) -> Span {
        self.ttl.saturating_sub(self.ttl.ppm_of(self.drift_allowance)).saturating_sub(self.reserve)
    }

    /// How often an acquire is sent again: never where it counts, as with libraries whose acquire is the command
    /// that takes a lock once more.
    pub const fn acquire_retries(&self) -> u64 {
        if self.reentrant { 0 } else { self.command_retries }
    }

    /// How long after it was sent first an acquire may be answered.
    pub fn longest_acquire(&self) -> Span {
        if self.reentrant { self.command_timeout } else { self.longest_command() }
    }

    /// How long a command may take with all of its copies.
    pub fn longest_command(&self) -> Span {
        let retries = self.command_retry_interval + self.command_timeout;
        self.command_timeout + retries.saturating_mul(self.command_retries)
    }

    /// The life of the key, where it has one.
    pub fn lives(&self) -> Option<Span> {
        self.expiry.then_some(self.ttl)
    }
}
