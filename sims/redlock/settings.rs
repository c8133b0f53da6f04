//! The settings of Redlock, as values of their own types.

use super::Defect;
use crate::stores::kv::{Pace, Persistence};
use crate::switches::Switches;
use fencepost_model::{SettingKind, SettingSpec, SettingValue, Settings, Span};

/// See `SPECS` below for what each means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RedlockSettings {
    /// How many nodes there are.
    pub nodes: u64,
    /// Whether the nodes are asked all at once or one after the other.
    pub asks: Asks,
    /// How long each node keeps the key.
    pub ttl: Span,
    /// How long one node may take to answer.
    pub node_timeout: Span,
    /// How much earlier than the lease the deadline is handed out.
    pub reserve: Span,
    /// For how different rates of the owner's and the nodes' clocks the validity allows, in parts per million.
    pub drift_allowance: u64,
    /// What survives a restart of a node.
    pub durability: Durability,
    /// How often a tenure may be extended.
    pub extensions: u64,
    /// The shortest pause before another try.
    pub retry_min: Span,
    /// The longest.
    pub retry_max: Span,
    /// What is wrong on purpose.
    pub defects: Switches,
}

/// In which order nodes are asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asks {
    /// All at once, and the answers of all are awaited.
    AtOnce,
    /// The next one when the one before has answered, or has had its time.
    InTurn,
}

/// What survives a restart of a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durability {
    /// Nothing.
    None,
    /// All but the last second before a power cut.
    EverySecond,
    /// Everything that was answered.
    Always,
    /// Nothing; but the node stays away until what it may have promised is over.
    Silent,
}

impl Durability {
    /// What the node's server keeps.
    pub const fn persistence(self) -> Persistence {
        match self {
            Durability::None | Durability::Silent => Persistence::None,
            Durability::EverySecond => Persistence::AofEverySecond,
            Durability::Always => Persistence::AofAlways,
        }
    }
}

const HOUR: Span = Span::from_secs(3600);
const MILLISECOND: Span = Span::from_millis(1);

/// The data sheet of the settings.
pub(super) const SPECS: &[SettingSpec] = &[
    SettingSpec {
        name: "nodes",
        kind: SettingKind::Number { min: 1, max: 9 },
        default: || SettingValue::Number(3),
        about: "how many independent nodes there are; a majority of them, up or not, is the quorum",
    },
    SettingSpec {
        name: "asks",
        kind: SettingKind::Word(&[
            ("at-once", "all nodes at the same time, as the page recommends"),
            ("in-turn", "one node after the other, as the page's steps say"),
        ]),
        default: || SettingValue::Word("at-once".to_owned()),
        about: "in which order the nodes are asked",
    },
    SettingSpec {
        name: "ttl",
        kind: SettingKind::Span { min: MILLISECOND, max: HOUR },
        default: || SettingValue::Span(Span::from_secs(10)),
        about: "how long each node keeps the key after an acquire or an extend",
    },
    SettingSpec {
        name: "node-timeout",
        kind: SettingKind::Span { min: MILLISECOND, max: HOUR },
        default: || SettingValue::Span(Span::from_millis(50)),
        about: "how long one node may take to answer; small beside the ttl, so that a dead node costs little",
    },
    SettingSpec {
        name: "reserve",
        kind: SettingKind::Span { min: Span::ZERO, max: HOUR },
        default: || SettingValue::Span(Span::ZERO),
        about: "how much earlier than the validity the deadline is handed out: the room for pauses and delays",
    },
    SettingSpec {
        name: "drift-allowance",
        kind: SettingKind::Number { min: 0, max: 500_000 },
        default: || SettingValue::Number(1_000),
        about: "for how different rates of owner's and nodes' clocks the validity allows, in parts per million",
    },
    SettingSpec {
        name: "persistence",
        kind: SettingKind::Word(&[
            ("none", "a restarted node has lost every key, and votes again at once"),
            ("aof-everysec", "after a power cut up to a second is lost; after a kill nothing"),
            ("aof-always", "a restarted node has every key that it answered for"),
            (
                "silent",
                "a restarted node has lost every key, and answers nobody for a little more than the ttl",
            ),
        ]),
        default: || SettingValue::Word("none".to_owned()),
        about: "what survives a restart of a node",
    },
    SettingSpec {
        name: "extensions",
        kind: SettingKind::Number { min: 0, max: 1_000_000 },
        default: || SettingValue::Number(1_000),
        about: "how often a tenure may be extended, so that nobody holds for ever",
    },
    SettingSpec {
        name: "retry-min",
        kind: SettingKind::Span { min: MILLISECOND, max: HOUR },
        default: || SettingValue::Span(Span::from_millis(20)),
        about: "the shortest pause before another try",
    },
    SettingSpec {
        name: "retry-max",
        kind: SettingKind::Span { min: MILLISECOND, max: HOUR },
        default: || SettingValue::Span(Span::from_millis(120)),
        about: "the longest pause before another try; well above what a try takes, or contenders stay in step",
    },
];

impl RedlockSettings {
    /// The values of a variant, without its defects.
    pub fn of(settings: &Settings) -> RedlockSettings {
        let retry_min = settings.span("retry-min");
        RedlockSettings {
            nodes: settings.number("nodes"),
            asks: match settings.word("asks") {
                "at-once" => Asks::AtOnce,
                _ => Asks::InTurn,
            },
            ttl: settings.span("ttl"),
            node_timeout: settings.span("node-timeout"),
            reserve: settings.span("reserve"),
            drift_allowance: settings.number("drift-allowance"),
            durability: match settings.word("persistence") {
                "none" => Durability::None,
                "aof-everysec" => Durability::EverySecond,
                "aof-always" => Durability::Always,
                _ => Durability::Silent,
            },
            extensions: settings.number("extensions"),
            retry_min,
            retry_max: settings.span("retry-max").max(retry_min),
            defects: Switches::default(),
        }
    }

    /// The same, with defects.
    pub fn with(self, defects: Switches) -> RedlockSettings {
        RedlockSettings { defects, ..self }
    }

    /// Whether a defect is switched on.
    pub fn has(&self, defect: Defect) -> bool {
        defect.is_on(self.defects)
    }

    /// How many nodes are a majority of all that are configured.
    pub const fn quorum(&self) -> u64 {
        self.nodes / 2 + 1
    }

    /// How long after the first node was asked the deadline is: the ttl less what clocks may differ by and
    /// less the reserve. What the asking takes is spent by then, so it needs no subtracting.
    pub fn validity(&self) -> Span {
        let drift = if self.has(Defect::NoDriftMargin) { 0 } else { self.drift_allowance };
        self.ttl.saturating_sub(self.ttl.ppm_of(drift)).saturating_sub(self.reserve)
    }

    /// For how long a node stays silent when it starts again, where it does: the longest that what it has
    /// forgotten may last, and a little more.
    pub fn silence(&self) -> Option<Span> {
        (self.durability == Durability::Silent).then(|| self.ttl + self.ttl.ppm_of(1_000) + MILLISECOND)
    }

    /// How long the longest wait of a try is, in time-outs of one node.
    pub const fn longest_queue(&self) -> u64 {
        match self.asks {
            Asks::AtOnce => 1,
            Asks::InTurn => self.nodes,
        }
    }

    /// How long after it began a try may be granted.
    pub const fn longest_acquire(&self) -> Span {
        self.node_timeout.saturating_mul(self.longest_queue())
    }

    /// How what may be left of a try is undone. A node that is away for long is asked less and less often: a
    /// client that goes on trying would otherwise ask it for all of its tries at once.
    pub fn pace(&self) -> Pace {
        let slowest = self.node_timeout.max(Span::from_secs(1));
        Pace { timeout: self.node_timeout, slowest, lease: self.ttl }
    }

    /// Whether contenders that collided try again at different times.
    pub fn scatters(&self) -> bool {
        self.retry_max > self.retry_min
    }
}
