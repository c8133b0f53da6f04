//! What is left of a file after checking: everything that plans are drawn from.

use crate::clients::Clients;
use crate::law::SignedLaw;
use crate::target::Who;
use crate::world::DrawnAs;
use fencepost_model::{
    Budget, Direction, DiskPlan, Law, NetworkPlan, PointKind, Span, TriggerEvent, WorkloadPlan,
};

/// The parts of a scenario that all its variants share.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Draft {
    pub(crate) clients: Clients,
    pub(crate) network: NetworkPlan,
    pub(crate) disk: DiskPlan,
    /// Parts per million, either way.
    pub(crate) drift: u32,
    /// Either way.
    pub(crate) skew: Span,
    pub(crate) workload: WorkloadPlan,
    pub(crate) length: Span,
    pub(crate) progress_bound: Span,
    pub(crate) budget: Budget,
    pub(crate) faults: Vec<FaultDraft>,
    /// Whose draws the runs repeat, where they are not the scenario's own.
    pub(crate) drawn_as: Option<DrawnAs>,
}

/// A fault before its values are drawn.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct FaultDraft {
    /// The 1-based place in the file.
    pub(crate) place: usize,
    /// What its draws are named after: not its place, so that another fault can be taken out of the file.
    pub(crate) identity: String,
    pub(crate) placing: Placing,
    pub(crate) what: What,
}

/// When, before values are drawn.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Placing {
    At(Law),
    Every(Law),
    On {
        event: TriggerEvent,
        owner: Option<String>,
        nth: u32,
        after: Law,
    },
    AtPoint {
        kind: PointKind,
        message: Option<String>,
        who: Option<Who>,
        nth: u32,
    },
    /// The kind of fault says when.
    Implied,
}

/// What, before values are drawn.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum What {
    Kill { who: Who, restart_after: Option<Law> },
    Restart { who: Who },
    PowerCut { who: Who, restart_after: Option<Law> },
    Pause { who: Who, hold: Law },
    Suspend { who: Who, hold: Law },
    Partition { who: Who, from: Option<Who>, direction: Direction, hold: Law },
    Delay { who: Who, by: Law, direction: Direction, hold: Law },
    Loss { who: Who, rate: u32, direction: Direction, hold: Law },
    Duplicate { who: Who, rate: u32, direction: Direction, hold: Law },
    Reorder { who: Who, by: Law, direction: Direction, hold: Law },
    Skew { who: Who, by: SignedLaw },
    Jump { who: Who, by: SignedLaw },
    Drift { who: Who, ppm: i32, hold: Option<Law> },
    Stall { who: Who, slower: Option<Law>, hold: Law },
    Evict { who: Who },
    Cancel { who: Who },
    Message { kind: String, nth: u32, client: Option<String>, upset: UpsetDraft },
}

/// What becomes of a chosen message, before values are drawn.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum UpsetDraft {
    Delay(Law),
    Lose,
    Duplicate,
}

impl What {
    /// The word of scenario files for this kind of fault.
    pub(crate) const fn kind(&self) -> &'static str {
        match self {
            What::Kill { .. } => "kill",
            What::Restart { .. } => "restart",
            What::PowerCut { .. } => "power-cut",
            What::Pause { .. } => "pause",
            What::Suspend { .. } => "suspend",
            What::Partition { .. } => "partition",
            What::Delay { .. } => "delay",
            What::Loss { .. } => "loss",
            What::Duplicate { .. } => "duplicate",
            What::Reorder { .. } => "reorder",
            What::Skew { .. } => "skew",
            What::Jump { .. } => "jump",
            What::Drift { .. } => "drift",
            What::Stall { .. } => "stall",
            What::Evict { .. } => "evict",
            What::Cancel { .. } => "cancel",
            What::Message { .. } => "message",
        }
    }

    /// The part of a fault's identity that tells its kind and target.
    pub(crate) fn identity(&self) -> String {
        let target = match self {
            What::Message { kind, .. } => kind,
            What::Kill { who, .. }
            | What::Restart { who }
            | What::PowerCut { who, .. }
            | What::Pause { who, .. }
            | What::Suspend { who, .. }
            | What::Partition { who, .. }
            | What::Delay { who, .. }
            | What::Loss { who, .. }
            | What::Duplicate { who, .. }
            | What::Reorder { who, .. }
            | What::Skew { who, .. }
            | What::Jump { who, .. }
            | What::Drift { who, .. }
            | What::Stall { who, .. }
            | What::Evict { who }
            | What::Cancel { who } => who.word(),
        };
        format!("{}/{target}", self.kind())
    }
}
