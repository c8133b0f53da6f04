//! What is left of a file after checking: everything that plans are drawn from.

use crate::law::SignedLaw;
use crate::target::Who;
use fencepost_model::{Budget, Direction, Law, NetworkPlan, Span, TriggerEvent, WorkloadPlan};

/// The parts of a scenario that all its variants share.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Draft {
    pub(crate) clients: u32,
    pub(crate) owners: u32,
    pub(crate) network: NetworkPlan,
    /// Parts per million, either way.
    pub(crate) drift: u32,
    /// Either way.
    pub(crate) skew: Span,
    pub(crate) workload: WorkloadPlan,
    pub(crate) length: Span,
    pub(crate) progress_bound: Span,
    pub(crate) budget: Budget,
    pub(crate) faults: Vec<FaultDraft>,
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
    /// The kind of fault says when.
    Implied,
}

/// What, before values are drawn.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum What {
    Kill { who: Who, restart_after: Option<Law> },
    Restart { who: Who },
    Pause { who: Who, hold: Law },
    Suspend { who: Who, hold: Law },
    Partition { who: Who, from: Option<Who>, direction: Direction, hold: Law },
    Delay { who: Who, by: Law, direction: Direction, hold: Law },
    Skew { who: Who, by: SignedLaw },
    Jump { who: Who, by: SignedLaw },
    Drift { who: Who, ppm: i32, hold: Option<Law> },
    Message { kind: String, nth: u32, client: Option<String>, upset: UpsetDraft },
}

/// What becomes of a chosen message, before values are drawn.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum UpsetDraft {
    Delay(Law),
    Lose,
}
