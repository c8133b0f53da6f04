//! Faults as data: what goes wrong, at what, and when.

use crate::Span;
use serde::{Deserialize, Serialize};

/// A fault of a plan, every value drawn.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct PlannedFault {
    /// Its name, which tells where it stands in the scenario: `1`, or `2.3` for the third of an `every`.
    pub name: String,
    /// When.
    pub place: Placement,
    /// What.
    pub what: Fault,
}

/// When a fault fires.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Placement {
    /// At this true time after the run began.
    At(Span),
    /// After something happened.
    On(Trigger),
    /// At a decision point of the run.
    AtPoint(Point),
    /// Where a message is chosen by the fault itself ([`Fault::Message`]).
    WithMessage,
}

/// The something after which a fault fires.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Trigger {
    /// What has to happen.
    pub event: TriggerEvent,
    /// To which owner, by name; none: to any.
    pub owner: Option<String>,
    /// At which occurrence, from 1.
    pub nth: u32,
    /// How long after it.
    pub after: Span,
}

/// A decision point: a place in a run where a fault can be put, between two things that code does.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Point {
    /// Between which things.
    pub kind: PointKind,
    /// Of which message, by its kind; none: of any. For points about messages.
    pub message: Option<String>,
    /// In which process or owner, by name; none: in any.
    pub who: Option<String>,
    /// Which of them, from 1.
    pub nth: u32,
}

/// The kinds of decision points.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PointKind {
    /// A client's code has decided to send a message, and has not sent it yet.
    Send,
    /// A message is about to be handed to a process.
    Deliver,
    /// A client's code is about to read a clock.
    ClockRead,
    /// A client's sleep is over, and its code has not gone on yet.
    Wake,
    /// A server is about to sync its disk.
    Sync,
}

impl PointKind {
    /// Every kind with its word and a sentence.
    pub const ALL: &[(PointKind, &str, &str)] = &[
        (PointKind::Send, "send", "a client's code has decided to send a message, and has not sent it yet"),
        (PointKind::Deliver, "deliver", "a message is about to be handed to a process"),
        (PointKind::ClockRead, "clock-read", "a client's code is about to read a clock"),
        (PointKind::Wake, "wake", "a client's sleep is over, and its code has not gone on yet"),
        (PointKind::Sync, "sync", "a server is about to sync its disk"),
    ];
}

/// Events on which a fault can wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TriggerEvent {
    /// The service promised the lock: its own event.
    Granted,
    /// Acquire returned *granted*: the owner's event.
    Acquired,
    /// The owner called release.
    Released,
    /// The owner sent a write to the resource.
    WriteSent,
    /// The owner asked for the lock.
    AcquireSent,
    /// A promise ran out or its state expired.
    Expired,
    /// A replica took over.
    Failover,
}

impl TriggerEvent {
    /// Every trigger with its word and a sentence.
    pub const ALL: &[(TriggerEvent, &str, &str)] = &[
        (TriggerEvent::Granted, "granted", "the service promised the lock"),
        (TriggerEvent::Acquired, "acquired", "acquire returned granted to the owner"),
        (TriggerEvent::Released, "released", "the owner called release"),
        (TriggerEvent::WriteSent, "write-sent", "the owner sent a write to the resource"),
        (TriggerEvent::AcquireSent, "acquire-sent", "the owner asked for the lock"),
        (TriggerEvent::Expired, "expired", "a promise ran out"),
        (TriggerEvent::Failover, "failover", "a replica took over"),
    ];

    /// The word of scenario files.
    pub fn word(self) -> &'static str {
        TriggerEvent::ALL.iter().find(|(event, ..)| *event == self).map_or("?", |(_, word, _)| word)
    }
}

/// At whom a fault is aimed.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Target {
    /// A machine or process by its name: `c1`, `redis`, `resource`. Each machine runs one process of its name.
    Named(String),
    /// The newest owner with an open belief when the fault fires; while there is none, the fault waits.
    Holder,
    /// The server that leads the others when the fault fires: the one that was elected or promoted last.
    Leader,
    /// A part of the system that this system lacks: the fault never fires and is told as *not offered*.
    Lacking(String),
}

/// Which way a cut or a delay works, seen from the target.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Direction {
    /// Both ways.
    #[default]
    Both,
    /// Only what is sent to the target.
    To,
    /// Only what the target sends.
    From,
}

/// Which links of the target are cut.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Split {
    /// The target from everybody.
    Isolate,
    /// The target from one other machine, by name.
    Between(Target),
}

/// What is done to a chosen message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Upset {
    /// It takes this much longer.
    Delay(Span),
    /// The receiver never sees it: a datagram is gone; on a stream the connection breaks in its place.
    Lose,
    /// It arrives twice. Offered for datagrams only.
    Duplicate,
}

/// What goes wrong.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fault {
    /// The process dies; peers see the connection close; the machine and its clocks go on.
    Kill {
        /// Which.
        who: Target,
        /// After how long it starts again; none: not before the calm tail (servers), or never (clients).
        restart_after: Option<Span>,
    },
    /// The machine loses power: unsynced writes are lost or torn, peers hear nothing, the monotonic clock
    /// starts again.
    PowerCut {
        /// Which.
        who: Target,
        /// After how long it starts again; none: not before the calm tail (servers), or never (clients).
        restart_after: Option<Span>,
    },
    /// Killed and started again at once.
    Restart {
        /// Which.
        who: Target,
    },
    /// The process does not run; clocks go on and messages wait.
    Pause {
        /// Which.
        who: Target,
        /// For how long.
        hold: Span,
    },
    /// The machine sleeps: nothing runs, its monotonic clock stands still, its wall clock goes on.
    Suspend {
        /// Which.
        who: Target,
        /// For how long.
        hold: Span,
    },
    /// Links carry nothing; what is in flight is retransmitted after the cut.
    Partition {
        /// Around which machine.
        who: Target,
        /// From whom.
        split: Split,
        /// Which way.
        direction: Direction,
        /// For how long.
        hold: Span,
    },
    /// Messages of the target take longer.
    Delay {
        /// Whose.
        who: Target,
        /// By how much.
        by: Span,
        /// Which way.
        direction: Direction,
        /// For how long.
        hold: Span,
    },
    /// The wall clock is set to this much from true time before the run begins.
    Skew {
        /// Whose.
        who: Target,
        /// Nanoseconds ahead of true time.
        by: i64,
    },
    /// The wall clock is set by this much, once.
    Jump {
        /// Whose.
        who: Target,
        /// Nanoseconds.
        by: i64,
    },
    /// The oscillator of the machine runs at another rate.
    Drift {
        /// Whose.
        who: Target,
        /// Parts per million above true.
        ppm: i32,
        /// For how long; none: until the calm tail.
        hold: Option<Span>,
    },
    /// The machine's disk is slow: every sync takes this much longer, or is stuck.
    Stall {
        /// Whose.
        who: Target,
        /// How much longer a sync takes; none: it does not come back before the fault is over.
        slower: Option<Span>,
        /// For how long.
        hold: Span,
    },
    /// The store is short of memory and evicts something, if its settings let it.
    Evict {
        /// Which.
        who: Target,
    },
    /// The caller drops the acquire that it has open; while it has none, the fault waits.
    Cancel {
        /// Whose, by the name of an owner or a client.
        who: Target,
    },
    /// Datagrams of the target get lost.
    Loss {
        /// Whose.
        who: Target,
        /// How many of a million.
        rate: u32,
        /// Which way.
        direction: Direction,
        /// For how long.
        hold: Span,
    },
    /// Datagrams of the target arrive twice.
    Duplicate {
        /// Whose.
        who: Target,
        /// How many of a million.
        rate: u32,
        /// Which way.
        direction: Direction,
        /// For how long.
        hold: Span,
    },
    /// Datagrams of the target take longer, each by a time of its own, and so overtake each other.
    Reorder {
        /// Whose.
        who: Target,
        /// By at most this much.
        by: Span,
        /// Which way.
        direction: Direction,
        /// For how long.
        hold: Span,
    },
    /// One chosen message.
    Message {
        /// Its kind, such as `acquire-reply` or `write`.
        kind: String,
        /// Which of that kind, from 1.
        nth: u32,
        /// Sent or awaited by which client, by name; none: any.
        client: Option<String>,
        /// What becomes of it.
        upset: Upset,
    },
}

impl Fault {
    /// The word of scenario files and of `sometimes = ["fired:…"]`.
    pub fn word(&self) -> &'static str {
        match self {
            Fault::Kill { .. } => "kill",
            Fault::Restart { .. } => "restart",
            Fault::Pause { .. } => "pause",
            Fault::Suspend { .. } => "suspend",
            Fault::Partition { .. } => "partition",
            Fault::Delay { .. } => "delay",
            Fault::Skew { .. } => "skew",
            Fault::Jump { .. } => "jump",
            Fault::Drift { .. } => "drift",
            Fault::PowerCut { .. } => "power-cut",
            Fault::Stall { .. } => "stall",
            Fault::Evict { .. } => "evict",
            Fault::Cancel { .. } => "cancel",
            Fault::Loss { .. } => "loss",
            Fault::Duplicate { .. } => "duplicate",
            Fault::Reorder { .. } => "reorder",
            Fault::Message { .. } => "message",
        }
    }

    /// At whom it is aimed; none for a chosen message.
    pub fn target(&self) -> Option<&Target> {
        match self {
            Fault::Kill { who, .. }
            | Fault::Restart { who }
            | Fault::Pause { who, .. }
            | Fault::Suspend { who, .. }
            | Fault::Partition { who, .. }
            | Fault::Delay { who, .. }
            | Fault::Skew { who, .. }
            | Fault::Jump { who, .. }
            | Fault::Drift { who, .. }
            | Fault::PowerCut { who, .. }
            | Fault::Stall { who, .. }
            | Fault::Evict { who }
            | Fault::Cancel { who }
            | Fault::Loss { who, .. }
            | Fault::Duplicate { who, .. }
            | Fault::Reorder { who, .. } => Some(who),
            Fault::Message { .. } => None,
        }
    }

    /// As [`target`](Fault::target), to aim it at somebody else.
    pub fn target_mut(&mut self) -> Option<&mut Target> {
        match self {
            Fault::Kill { who, .. }
            | Fault::Restart { who }
            | Fault::Pause { who, .. }
            | Fault::Suspend { who, .. }
            | Fault::Partition { who, .. }
            | Fault::Delay { who, .. }
            | Fault::Skew { who, .. }
            | Fault::Jump { who, .. }
            | Fault::Drift { who, .. }
            | Fault::PowerCut { who, .. }
            | Fault::Stall { who, .. }
            | Fault::Evict { who }
            | Fault::Cancel { who }
            | Fault::Loss { who, .. }
            | Fault::Duplicate { who, .. }
            | Fault::Reorder { who, .. } => Some(who),
            Fault::Message { .. } => None,
        }
    }
}
