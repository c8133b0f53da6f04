//! The settings beyond those of the lock on one Redis.

use crate::redis::{self, RedisSettings};
use crate::stores::kv::Copies;
use crate::stores::kv::failover::{ManagerTimes, SentinelTimes};
use fencepost_model::{SettingKind, SettingSpec, SettingValue, Settings, Span};

/// See `OWN` below for what each means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FailoverSettings {
    /// Those of the lock, and of each server.
    pub redis: RedisSettings,
    /// How many replicas there are.
    pub replicas: usize,
    /// Who promotes one.
    pub promotion: Promotion,
    /// What a grant waits for.
    pub copies: Option<Copies>,
    /// How many bytes of its stream a server keeps.
    pub backlog: usize,
    /// Whether counters begin a new epoch at a promotion.
    pub fence_epoch: bool,
}

/// Who promotes a replica.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Promotion {
    /// Three sentinels.
    Sentinel(SentinelTimes),
    /// A hosted service.
    Managed(ManagerTimes),
}

const HOUR: Span = Span::from_secs(3600);
const MILLISECOND: Span = Span::from_millis(1);

const OWN: [SettingSpec; 12] = [
    SettingSpec {
        name: "replicas",
        kind: SettingKind::Number { min: 1, max: 2 },
        default: || SettingValue::Number(2),
        about: "how many replicas the primary has",
    },
    SettingSpec {
        name: "promotion",
        kind: SettingKind::Word(&[
            ("sentinel", "three sentinels on machines of their own"),
            ("managed", "a hosted service, in given times"),
        ]),
        default: || SettingValue::Word("sentinel".to_owned()),
        about: "who promotes a replica when the primary is silent",
    },
    SettingSpec {
        name: "wait",
        kind: SettingKind::Number { min: 0, max: 2 },
        default: || SettingValue::Number(0),
        about: "how many replicas have to have the key before a grant or an extension counts (`WAIT`)",
    },
    SettingSpec {
        name: "wait-timeout",
        kind: SettingKind::Span { min: MILLISECOND, max: HOUR },
        default: || SettingValue::Span(Span::from_millis(100)),
        about: "how long it waits for them; then the lock is given back and counts as refused",
    },
    SettingSpec {
        name: "backlog",
        kind: SettingKind::Number { min: 0, max: 1_048_576 },
        default: || SettingValue::Number(4_096),
        about: "how many bytes of the stream a server keeps for replicas that were away",
    },
    SettingSpec {
        name: "fence-epoch",
        kind: SettingKind::Flag,
        default: || SettingValue::Flag(false),
        about: "whether a promotion lets fencing counters go on beyond the numbers of all epochs before",
    },
    SettingSpec {
        name: "sentinel-quorum",
        kind: SettingKind::Number { min: 1, max: 3 },
        default: || SettingValue::Number(2),
        about: "sentinel: how many of the three have to take the primary for down",
    },
    SettingSpec {
        name: "down-after",
        kind: SettingKind::Span { min: MILLISECOND, max: HOUR },
        default: || SettingValue::Span(Span::from_secs(1)),
        about: "sentinel: for how long the primary is silent before a sentinel takes it for down",
    },
    SettingSpec {
        name: "failover-timeout",
        kind: SettingKind::Span { min: MILLISECOND, max: HOUR },
        default: || SettingValue::Span(Span::from_secs(5)),
        about: "sentinel: how long a failover may take; after twice this another one may begin",
    },
    SettingSpec {
        name: "detect",
        kind: SettingKind::Span { min: MILLISECOND, max: HOUR },
        default: || SettingValue::Span(Span::from_secs(1)),
        about: "managed: for how long the primary is silent before it counts as dead",
    },
    SettingSpec {
        name: "promote",
        kind: SettingKind::Span { min: MILLISECOND, max: HOUR },
        default: || SettingValue::Span(Span::from_secs(1)),
        about: "managed: how long it takes from there until a replica is promoted",
    },
    SettingSpec {
        name: "redirect",
        kind: SettingKind::Span { min: Span::ZERO, max: HOUR },
        default: || SettingValue::Span(Span::from_millis(500)),
        about: "managed: how long it takes from there until clients are sent to it",
    },
];

const ALL: [SettingSpec; redis::SPECS.len() + OWN.len()] = {
    let mut all = [OWN[0]; redis::SPECS.len() + OWN.len()];
    let mut index = 0;
    while index < all.len() {
        all[index] =
            if index < redis::SPECS.len() { redis::SPECS[index] } else { OWN[index - redis::SPECS.len()] };
        index += 1;
    }
    all
};

/// The data sheet of the settings: those of the lock on one Redis, then the own ones.
pub(super) const SPECS: &[SettingSpec] = &ALL;

impl FailoverSettings {
    /// The values of a variant.
    pub fn of(settings: &Settings) -> FailoverSettings {
        let span = |name| settings.span(name);
        let number = |name| settings.number(name) as usize;
        let promotion = match settings.word("promotion") {
            "managed" => Promotion::Managed(ManagerTimes {
                detect: span("detect"),
                promote: span("promote"),
                redirect: span("redirect"),
            }),
            _ => Promotion::Sentinel(SentinelTimes {
                down_after: span("down-after"),
                failover_timeout: span("failover-timeout"),
                quorum: number("sentinel-quorum"),
            }),
        };
        let copies = Copies { replicas: number("wait"), timeout: span("wait-timeout") };
        FailoverSettings {
            redis: RedisSettings::of(settings),
            replicas: number("replicas"),
            promotion,
            copies: Some(copies).filter(|copies| copies.replicas > 0),
            backlog: number("backlog"),
            fence_epoch: settings.flag("fence-epoch"),
        }
    }

    /// How many servers of keys there are.
    pub fn servers(&self) -> usize {
        1 + self.replicas
    }
}
