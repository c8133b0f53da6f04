//! A plan: one concrete run, every drawn value and every fault spelled out. Plans are data: they are
//! printed, stored, edited and run again.

use crate::{Cause, Commit, DrawKey, Gate, Law, PlannedFault, Settings, Span};
use serde::{Deserialize, Serialize};
use std::fmt;

/// The version of the stored form of [`Plan`].
pub const PLAN_FORMAT: u32 = 1;

/// The name of a run: `scenario/variant@seed`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct CaseId {
    /// The scenario's file stem.
    pub scenario: String,
    /// The variant within it.
    pub variant: String,
    /// The seed from which the plan was drawn.
    pub seed: u64,
}

impl fmt::Display for CaseId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}@{}", self.scenario, self.variant, self.seed)
    }
}

/// One concrete run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Plan {
    /// The version of this form.
    pub format: u32,
    /// The version of the generator behind `key`.
    pub generator: u32,
    /// The name of the run.
    pub case: CaseId,
    /// From which every draw while running follows.
    pub key: DrawKey,
    /// What is under test.
    pub variant: VariantPlan,
    /// Every machine: servers first, then clients, then the resource, then the provider.
    pub machines: Vec<MachinePlan>,
    /// Every client process.
    pub clients: Vec<ClientPlan>,
    /// The links.
    pub network: NetworkPlan,
    /// The disks.
    pub disk: DiskPlan,
    /// What owners do.
    pub workload: WorkloadPlan,
    /// What goes wrong, in the order of the file.
    pub faults: Vec<PlannedFault>,
    /// How long owners start new work and faults may fire; the calm tail comes after it.
    pub length: Span,
    /// The bound of progress for a lock that gives none of its own.
    pub progress_bound: Span,
    /// How much a run may use before it is cut short.
    pub budget: Budget,
    /// Draws that are replaced by constants.
    pub overrides: Vec<(Cause, u64)>,
}

/// What is under test in a plan.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct VariantPlan {
    /// The lock's name in the catalogue.
    pub lock: String,
    /// Every setting, defaults included.
    pub settings: Settings,
    /// The defects that are switched on.
    pub defects: Vec<String>,
    /// The resource's check.
    pub gate: Gate,
}

/// A machine of a plan.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct MachinePlan {
    /// Its name: `redis`, `c1`, `resource`.
    pub name: String,
    /// What it is for the system: `store`, `client`, `resource`.
    pub role: String,
    /// How far its wall clock is ahead of true time, in nanoseconds.
    pub wall_offset: i64,
    /// By how many parts per million its oscillator runs above true.
    pub ppm: i32,
}

/// A client process of a plan; it runs on the machine of its name.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct ClientPlan {
    /// Its name: `c1`.
    pub name: String,
    /// The names of its owners: `c1.1`.
    pub owners: Vec<String>,
}

/// The disks of a plan.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct DiskPlan {
    /// How long a sync takes.
    pub sync: Law,
}

/// The links of a plan.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct NetworkPlan {
    /// The flight time of a message, one way.
    pub latency: Law,
    /// The first retransmission time-out of a stream; it doubles with every try (RFC 6298).
    pub retransmit: Span,
    /// For how long a stream retransmits before it breaks.
    pub give_up: Span,
}

/// What owners do.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct WorkloadPlan {
    /// The workload's name in the catalogue.
    pub name: String,
    /// The locks that are contended for.
    pub locks: Vec<String>,
    /// How long a holder works.
    pub hold: Law,
    /// How long an owner waits between two tenures.
    pub think: Law,
    /// How many tenures an owner tries for; none: as many as fit.
    pub per_owner: Option<u32>,
    /// How long an acquire may wait.
    pub patience: Span,
    /// How long an operation at the resource may take before it is unknown.
    pub resource_timeout: Span,
    /// Whether an owner looks at its deadline before each operation.
    pub obeys_deadline: bool,
    /// When an owner commits what it wrote.
    #[serde(default, skip_serializing_if = "Commit::is_at_once")]
    pub commit: Commit,
    /// What the provider checks that owners call before they write; none: there is no provider.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider: Option<Gate>,
    /// How many locks an owner takes for each piece of work, in an order that it draws; it holds them together.
    pub takes: usize,
    /// How often an owner asks for the lock's status while it works, of a million pieces of work.
    pub ask_status: u32,
    /// Whether messages to and from the resource are datagrams; a stream otherwise.
    pub datagrams: bool,
    /// Extend the tenure after this part of the hold, where the lock can; none: never.
    pub extend_every: Option<Span>,
}

/// How much a run may use. Events and logical bytes, never wall time: so the cut is the same everywhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Budget {
    /// Steps of the world.
    pub steps: u64,
    /// Bytes held by messages in flight, by their logical size.
    pub bytes: u64,
}

impl Default for Budget {
    fn default() -> Budget {
        Budget { steps: 20_000_000, bytes: 256 << 20 }
    }
}
