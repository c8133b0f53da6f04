//! The settings of the Redis lock, as values of their own types.

use crate::stores::kv::Persistence;
use fencepost_model::{SettingKind, SettingSpec, SettingValue, Settings, Span};

/// See [`SPECS`] for what each means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RedisSettings {
    /// How long the store keeps the key.
    pub ttl: Span,
    /// Whether the key has an expiry at all.
    pub expiry: bool,
    /// How much earlier than the lease the deadline is handed out.
    pub reserve: Span,
    /// For how different rates of the two clocks the deadline allows, in parts per million.
    pub drift_allowance: u64,
    /// Whether a fencing token is minted with the key.
    pub fencing: bool,
    /// What survives a restart of the server.
    pub persistence: Persistence,
    /// How long a command may take.
    pub command_timeout: Span,
    /// The shortest pause between two polls of a held lock.
    pub retry_min: Span,
    /// The longest.
    pub retry_max: Span,
}

const HOUR: Span = Span::from_secs(3600);
const MILLISECOND: Span = Span::from_millis(1);

/// The data sheet of the settings.
pub(super) const SPECS: &[SettingSpec] = &[
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
            ("aof-always", "a restarted server has every key that it answered for"),
        ]),
        default: || SettingValue::Word("none".to_owned()),
        about: "what survives a restart of the server",
    },
    SettingSpec {
        name: "command-timeout",
        kind: SettingKind::Span { min: MILLISECOND, max: HOUR },
        default: || SettingValue::Span(Span::from_millis(500)),
        about: "how long a command may take before its outcome is unknown",
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
    /// The values of a variant.
    pub fn of(settings: &Settings) -> RedisSettings {
        let retry_min = settings.span("retry-min");
        RedisSettings {
            ttl: settings.span("ttl"),
            expiry: settings.flag("expiry"),
            reserve: settings.span("reserve"),
            drift_allowance: settings.number("drift-allowance"),
            fencing: settings.flag("fencing"),
            persistence: match settings.word("persistence") {
                "none" => Persistence::None,
                _ => Persistence::AofAlways,
            },
            command_timeout: settings.span("command-timeout"),
            retry_min,
            retry_max: settings.span("retry-max").max(retry_min),
        }
    }

    /// How long after an acquire or extend was sent its deadline is: the lease less what clocks may differ
    /// by and less the reserve.
    pub fn validity(&self) -> Span {
        self.ttl.saturating_sub(self.ttl.ppm_of(self.drift_allowance)).saturating_sub(self.reserve)
    }

    /// The life of the key, where it has one.
    pub fn lives(&self) -> Option<Span> {
        self.expiry.then_some(self.ttl)
    }
}
