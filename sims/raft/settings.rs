//! The settings of the lock on a log, as values of their own types.

use super::Defect;
use crate::stores::log::{LogFlaws, LogSettings, Reads};
use crate::switches::Switches;
use fencepost_model::{Mono, SettingKind, SettingSpec, SettingValue, Settings, Span};

/// See `SPECS` below for what each means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RaftSettings {
    /// How many members the log has.
    pub members: u64,
    /// How long a tenure lasts after it was granted or extended.
    pub ttl: Span,
    /// After how many entries of the log a tenure ends, where the log's own clock decides and not time.
    pub ttl_entries: Option<u64>,
    /// How much earlier than the lease the deadline is handed out.
    pub reserve: Span,
    /// For how different rates of any two clocks the leases allow, in parts per million.
    pub drift_allowance: u64,
    /// Whether an acquire of a held lock waits in a queue; it asks again and again otherwise.
    pub queue: bool,
    /// For how long a waiter may be silent.
    pub waiter_timeout: Span,
    /// Whether an owner may take again what it has.
    pub reentrant: bool,
    /// How reads are made safe.
    pub reads: Reads,
    /// How often a leader says that it leads.
    pub heartbeat: Span,
    /// How long a follower waits for a sign of the leader, at least.
    pub election_timeout: Span,
    /// After how many entries a snapshot is taken.
    pub snapshot_every: u64,
    /// How long one member may take to answer.
    pub command_timeout: Span,
    /// How long a call other than an acquire may take.
    pub call_timeout: Span,
    /// The shortest pause between two polls.
    pub retry_min: Span,
    /// The longest.
    pub retry_max: Span,
    /// What is wrong on purpose.
    pub defects: Switches,
}

const HOUR: Span = Span::from_secs(3600);
const MILLISECOND: Span = Span::from_millis(1);

/// The data sheet of the settings.
pub(super) const SPECS: &[SettingSpec] = &[
    SettingSpec {
        name: "members",
        kind: SettingKind::Number { min: 1, max: 9 },
        default: || SettingValue::Number(3),
        about: "how many members keep the log; a majority of them has to be up and connected",
    },
    SettingSpec {
        name: "ttl",
        kind: SettingKind::Span { min: MILLISECOND, max: HOUR },
        default: || SettingValue::Span(Span::from_secs(10)),
        about: "how long a tenure lasts after it was granted or extended",
    },
    SettingSpec {
        name: "lease-in",
        kind: SettingKind::Word(&[
            ("time", "for `ttl`, as the leader measures it; the owner counts too, and stops in time"),
            (
                "entries",
                "until `ttl-entries` more entries are in the log, whenever that is: nobody knows a deadline",
            ),
        ]),
        default: || SettingValue::Word("time".to_owned()),
        about: "what a tenure's length is counted in: time, or entries of the log, which is a logical clock",
    },
    SettingSpec {
        name: "ttl-entries",
        kind: SettingKind::Number { min: 1, max: 1_000_000 },
        default: || SettingValue::Number(100),
        about: "with `lease-in = \"entries\"`: after how many entries a tenure ends that was not extended",
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
        about: "for how different rates of any two clocks the leases allow, in parts per million",
    },
    SettingSpec {
        name: "waiting",
        kind: SettingKind::Word(&[
            ("queue", "the acquire takes a place in a queue, and is served in the order of the log"),
            ("poll", "the acquire asks again after a pause"),
        ]),
        default: || SettingValue::Word("queue".to_owned()),
        about: "what an acquire does while somebody else has the lock",
    },
    SettingSpec {
        name: "waiter-timeout",
        kind: SettingKind::Span { min: Span::from_millis(600), max: HOUR },
        default: || SettingValue::Span(Span::from_secs(2)),
        about: "after how long a silence a waiter loses its place in the queue",
    },
    SettingSpec {
        name: "reentrant",
        kind: SettingKind::Flag,
        default: || SettingValue::Flag(false),
        about: "whether an owner may take again what it has; it gives it back as often",
    },
    SettingSpec {
        name: "reads",
        kind: SettingKind::Word(&[
            ("index", "the leader asks a majority each time whether it still leads"),
            ("lease", "the leader relies on a majority that elects nobody else for a while"),
        ]),
        default: || SettingValue::Word("index".to_owned()),
        about: "how the leader makes sure that a status is of the newest state",
    },
    SettingSpec {
        name: "heartbeat",
        kind: SettingKind::Span { min: Span::from_millis(2), max: HOUR },
        default: || SettingValue::Span(Span::from_millis(100)),
        about: "how often a leader says that it leads",
    },
    SettingSpec {
        name: "election-timeout",
        kind: SettingKind::Span { min: Span::from_millis(4), max: HOUR },
        default: || SettingValue::Span(Span::from_millis(500)),
        about: "how long a follower waits for a sign of the leader; drawn between this and twice this",
    },
    SettingSpec {
        name: "snapshot-every",
        kind: SettingKind::Number { min: 4, max: 1_000_000 },
        default: || SettingValue::Number(200),
        about: "after how many entries a member takes a snapshot and drops the log before it",
    },
    SettingSpec {
        name: "command-timeout",
        kind: SettingKind::Span { min: MILLISECOND, max: HOUR },
        default: || SettingValue::Span(Span::from_secs(1)),
        about: "how long one member may take to answer before another one is asked",
    },
    SettingSpec {
        name: "call-timeout",
        kind: SettingKind::Span { min: MILLISECOND, max: HOUR },
        default: || SettingValue::Span(Span::from_secs(3)),
        about: "how long a call other than an acquire may take before its outcome is unknown",
    },
    SettingSpec {
        name: "retry-min",
        kind: SettingKind::Span { min: MILLISECOND, max: HOUR },
        default: || SettingValue::Span(Span::from_millis(20)),
        about: "the shortest pause between two polls, and after a member that knows no leader",
    },
    SettingSpec {
        name: "retry-max",
        kind: SettingKind::Span { min: MILLISECOND, max: HOUR },
        default: || SettingValue::Span(Span::from_millis(60)),
        about: "the longest pause between two polls",
    },
];

impl RaftSettings {
    /// The values of a variant, without its defects.
    pub fn of(settings: &Settings) -> RaftSettings {
        let retry_min = settings.span("retry-min");
        RaftSettings {
            members: settings.number("members"),
            ttl: settings.span("ttl"),
            ttl_entries: (settings.word("lease-in") == "entries").then(|| settings.number("ttl-entries")),
            reserve: settings.span("reserve"),
            drift_allowance: settings.number("drift-allowance"),
            queue: settings.word("waiting") == "queue",
            waiter_timeout: settings.span("waiter-timeout"),
            reentrant: settings.flag("reentrant"),
            reads: match settings.word("reads") {
                "lease" => Reads::Lease,
                _ => Reads::Index,
            },
            heartbeat: settings.span("heartbeat"),
            election_timeout: settings.span("election-timeout"),
            snapshot_every: settings.number("snapshot-every"),
            command_timeout: settings.span("command-timeout"),
            call_timeout: settings.span("call-timeout"),
            retry_min,
            retry_max: settings.span("retry-max").max(retry_min),
            defects: Switches::default(),
        }
    }

    /// The same, with defects.
    pub fn with(self, defects: Switches) -> RaftSettings {
        RaftSettings { defects, ..self }
    }

    /// Whether a defect is switched on.
    pub fn has(&self, defect: Defect) -> bool {
        defect.is_on(self.defects)
    }

    /// How long after the command was sent that granted or extended it the deadline of a tenure is.
    pub fn validity(&self) -> Span {
        self.ttl.saturating_sub(self.ttl.ppm_of(self.drift_allowance)).saturating_sub(self.reserve)
    }

    /// The deadline of a tenure that was granted or extended by a command of `sent_at`; none where the log's own
    /// clock decides, which no owner can read ahead.
    pub fn deadline(&self, sent_at: Mono) -> Option<Mono> {
        self.ttl_entries.is_none().then(|| sent_at + self.validity())
    }

    /// For how long a grant or an extension is promised; none where no time is promised.
    pub fn lives(&self) -> Option<Span> {
        self.ttl_entries.is_none().then_some(self.ttl)
    }

    /// How long a leader waits before it ends a tenure, by its own clock.
    pub fn server_lease(&self) -> Span {
        self.ttl + self.ttl.ppm_of(self.drift_allowance)
    }

    /// How the log is set up.
    pub fn log(&self) -> LogSettings {
        LogSettings {
            heartbeat: self.heartbeat,
            election_timeout: self.election_timeout,
            reads: self.reads,
            drift_allowance: self.drift_allowance,
            snapshot_every: self.snapshot_every,
            flaws: LogFlaws {
                vote_not_durable: self.has(Defect::VoteNotDurable),
                reads_from_memory: self.has(Defect::LeaderLeaseStaleRead),
                forgets_sessions: self.has(Defect::ReentryDoubleCount),
                deposed_goes_on: self.has(Defect::DeposedLeaderRevokes),
            },
        }
    }
}
