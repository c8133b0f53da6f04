//! The settings of the quorum lock, as values of their own types.

use super::Defect;
use crate::switches::Switches;
use fencepost_model::{SettingKind, SettingSpec, SettingValue, Settings, Span};

/// See `SPECS` below for what each means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuorumSettings {
    /// How many nodes there are.
    pub nodes: usize,
    /// How long a lease lasts.
    pub ttl: Span,
    /// How much earlier than the lease the deadline is handed out.
    pub reserve: Span,
    /// For how different rates of two clocks holders and contenders allow, in parts per million.
    pub drift_allowance: u64,
    /// Whether nodes sync before they answer.
    pub durable: bool,
    /// How long a request to a node may take.
    pub command_timeout: Span,
    /// The shortest pause between two looks at a held lock, or two proposals.
    pub retry_min: Span,
    /// The longest.
    pub retry_max: Span,
    /// What is wrong on purpose.
    pub defects: Switches,
}

const HOUR: Span = Span::from_secs(3600);
const MILLISECOND: Span = Span::from_millis(1);

/// How often the pause may double while proposals fail.
const DOUBLINGS: u32 = 3;

/// The data sheet of the settings.
pub(super) const SPECS: &[SettingSpec] = &[
    SettingSpec {
        name: "nodes",
        kind: SettingKind::Number { min: 1, max: 9 },
        default: || SettingValue::Number(3),
        about: "how many nodes there are; more than half of them are a majority",
    },
    SettingSpec {
        name: "ttl",
        kind: SettingKind::Span { min: MILLISECOND, max: HOUR },
        default: || SettingValue::Span(Span::from_secs(10)),
        about: "how long a lease lasts after an acquire or an extend",
    },
    SettingSpec {
        name: "reserve",
        kind: SettingKind::Span { min: Span::ZERO, max: HOUR },
        default: || SettingValue::Span(Span::ZERO),
        about: "how much earlier than the lease the deadline is handed out: the room for pauses and delays",
    },
    SettingSpec {
        name: "drift-allowance",
        kind: SettingKind::Number { min: 0, max: 250_000 },
        default: || SettingValue::Number(1_000),
        about: "for how different rates of two clocks holders and contenders allow, in parts per million",
    },
    SettingSpec {
        name: "durability",
        kind: SettingKind::Word(&[
            ("none", "a restarted node is empty: it has forgotten what it promised and accepted"),
            ("always", "a node syncs what it promises and accepts before it answers"),
        ]),
        default: || SettingValue::Word("always".to_owned()),
        about: "what survives a restart of a node",
    },
    SettingSpec {
        name: "command-timeout",
        kind: SettingKind::Span { min: MILLISECOND, max: HOUR },
        default: || SettingValue::Span(Span::from_millis(500)),
        about: "how long a request to a node may take before its outcome is unknown",
    },
    SettingSpec {
        name: "retry-min",
        kind: SettingKind::Span { min: MILLISECOND, max: HOUR },
        default: || SettingValue::Span(Span::from_millis(20)),
        about: "the shortest pause between two looks at a held lock, or two proposals",
    },
    SettingSpec {
        name: "retry-max",
        kind: SettingKind::Span { min: MILLISECOND, max: HOUR },
        default: || SettingValue::Span(Span::from_millis(60)),
        about: "the longest such pause; it doubles up to three times while proposals fail",
    },
];

impl QuorumSettings {
    /// The values of a variant, without its defects.
    pub fn of(settings: &Settings) -> QuorumSettings {
        let retry_min = settings.span("retry-min");
        QuorumSettings {
            nodes: settings.number("nodes") as usize,
            ttl: settings.span("ttl"),
            reserve: settings.span("reserve"),
            drift_allowance: settings.number("drift-allowance"),
            durable: settings.word("durability") == "always",
            command_timeout: settings.span("command-timeout"),
            retry_min,
            retry_max: settings.span("retry-max").max(retry_min),
            defects: Switches::default(),
        }
    }

    /// The same, with defects.
    pub fn with(self, defects: Switches) -> QuorumSettings {
        QuorumSettings { defects, ..self }
    }

    /// Whether a defect is switched on.
    pub fn has(&self, defect: Defect) -> bool {
        defect.is_on(self.defects)
    }

    /// How many nodes are a majority of all that there are, reachable or not.
    pub fn majority(&self) -> usize {
        self.nodes / 2 + 1
    }

    /// How long after a proposal was sent the deadline of its lease is: the lease less what clocks may differ
    /// by and less the reserve.
    pub fn validity(&self) -> Span {
        self.ttl.saturating_sub(self.ttl.ppm_of(self.drift_allowance)).saturating_sub(self.reserve)
    }

    /// How long a contender has to see one version before it may take its lease for over: the lease, and what
    /// clocks may differ by. Rates are apart by so much of the *true* one, and the slower of the two may be
    /// slower than that; so the allowance counts twice.
    pub fn patience_with_a_lease(&self) -> Span {
        self.ttl + self.ttl.ppm_of(2 * self.drift_allowance)
    }

    /// The longest pause after so many proposals that failed in a row.
    pub fn longest_pause(&self, failures: u32) -> Span {
        self.retry_max.saturating_mul(1 << failures.min(DOUBLINGS))
    }

    /// The longest pause there is.
    pub fn longest_pause_ever(&self) -> Span {
        self.longest_pause(DOUBLINGS)
    }
}
