//! The settings of the naive lock, as values of their own types.

use crate::stores::kv::Persistence;
use fencepost_model::{SettingKind, SettingSpec, SettingValue, Settings, Span};

/// How a vote is cast.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Write {
    /// The name is set where there is none.
    IfAbsent,
    /// The name is written over whatever is there, and then read back.
    ReadBack,
}

/// See `SPECS` below for what each means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NaiveSettings {
    /// How many nodes there are.
    pub nodes: usize,
    /// How a vote is cast.
    pub write: Write,
    /// Whether votes are taken back when they are too few.
    pub undo: bool,
    /// Whether each try has a name of its own.
    pub fresh_name: bool,
    /// What survives a restart of a node.
    pub persistence: Persistence,
    /// How long a command may take.
    pub command_timeout: Span,
    /// The shortest pause between two tries.
    pub retry_min: Span,
    /// The longest.
    pub retry_max: Span,
}

const HOUR: Span = Span::from_secs(3600);
const MILLISECOND: Span = Span::from_millis(1);

/// The data sheet of the settings.
pub(super) const SPECS: &[SettingSpec] = &[
    SettingSpec {
        name: "nodes",
        kind: SettingKind::Number { min: 1, max: 9 },
        default: || SettingValue::Number(3),
        about: "how many nodes there are; more than half of them are a majority",
    },
    SettingSpec {
        name: "write",
        kind: SettingKind::Word(&[
            ("if-absent", "the name is set where there is none"),
            ("read-back", "where no name has a majority, the own name is written over all, and read back"),
        ]),
        default: || SettingValue::Word("if-absent".to_owned()),
        about: "how a vote is cast",
    },
    SettingSpec {
        name: "undo",
        kind: SettingKind::Flag,
        default: || SettingValue::Flag(true),
        about: "whether votes are taken back when they are no majority; without, they are kept for the next try",
    },
    SettingSpec {
        name: "fresh-name",
        kind: SettingKind::Flag,
        default: || SettingValue::Flag(true),
        about: "whether each try has a name of its own, or all tries of an acquire bear one",
    },
    SettingSpec {
        name: "persistence",
        kind: SettingKind::Word(&[
            ("none", "a restarted node has lost every name"),
            ("aof-everysec", "after a power cut up to a second is lost; after a kill nothing"),
            ("aof-always", "a restarted node has every name that it answered for"),
        ]),
        default: || SettingValue::Word("aof-always".to_owned()),
        about: "what survives a restart of a node",
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
        about: "the shortest pause between two tries",
    },
    SettingSpec {
        name: "retry-max",
        kind: SettingKind::Span { min: MILLISECOND, max: HOUR },
        default: || SettingValue::Span(Span::from_millis(60)),
        about: "the longest pause between two tries",
    },
];

impl NaiveSettings {
    /// The values of a variant.
    pub fn of(settings: &Settings) -> NaiveSettings {
        let (retry_min, undo) = (settings.span("retry-min"), settings.flag("undo"));
        NaiveSettings {
            nodes: settings.number("nodes") as usize,
            write: match settings.word("write") {
                "read-back" => Write::ReadBack,
                _ => Write::IfAbsent,
            },
            undo,
            // Votes that are kept must bear the name of the next try.
            fresh_name: undo && settings.flag("fresh-name"),
            persistence: Persistence::of(settings.word("persistence")),
            command_timeout: settings.span("command-timeout"),
            retry_min,
            retry_max: settings.span("retry-max").max(retry_min),
        }
    }

    /// How many nodes are a majority of all that there are, reachable or not.
    pub fn majority(&self) -> usize {
        self.nodes / 2 + 1
    }
}
