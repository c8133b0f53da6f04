//! Everybody's nouns, nobody's verbs: the words that every other crate of fencepost speaks.
//!
//! A run is described by a [`Plan`] (what will happen), told by [`Event`]s (what did happen) and judged
//! into [`Verdict`]s. A lock and the servers it needs are described by a [`Descriptor`].
//!
//! Instants and spans are types of their own, in nanoseconds, and every machine's clock is one more type: so no
//! sum of two clocks compiles.
//!
//! ```
//! use fencepost_model::{Mono, Span, Token};
//!
//! // A lease of ten seconds that was asked for at 3 s, with room for clocks that differ by 0.1 %.
//! let (sent_at, lease) = (Mono(3_000_000_000), Span::from_secs(10));
//! let deadline = sent_at + lease.saturating_sub(lease.ppm_of(1_000));
//! assert_eq!(deadline, Mono(12_990_000_000));
//! assert!(Token(7) > Token(6), "newer");
//! ```
//!
//! This crate reads no clock, no file and no randomness, and it knows no lock.

mod access;
mod cast;
mod claim;
mod claimed;
mod commit;
mod descriptor;
mod digest;
mod draw;
mod event;
mod fault;
mod finding;
mod hazard;
mod id;
mod law;
mod log_change;
mod mode;
mod plan;
mod preset;
mod setting;
mod site;
mod time;
mod verdict;
pub mod word;

pub use access::Access;
pub use cast::{Cast, LockEntry, MachineEntry, OwnerEntry, ProcessEntry, ProcessRole};
pub use claim::{Alternative, Assumption, Bound, Claim, Exceeded, Quantity, Standing};
pub use commit::Commit;
pub use descriptor::{
    Bounds, Context, DefectSpec, Descriptor, Features, MachineSpec, Surroundings, WorkloadSpec,
};
pub use digest::Digest;
pub use draw::{Cause, DrawKey, GENERATOR, Origin, Purpose};
pub use event::{
    BeliefEnd, Call, ClientEvent, Datum, EndReason, Event, EventKind, Outcome, Refusal, ResourceEvent,
    RowChange, StoreEvent, TenureEvent, TraceEvent, WorldEvent,
};
pub use fault::{
    Direction, Fault, Placement, PlannedFault, Point, PointKind, Split, Target, Trigger, TriggerEvent, Upset,
};
pub use finding::Finding;
pub use hazard::{Hazard, Limit, Stand};
pub use id::{FaultId, LockId, MachineId, NodeId, OpTag, OwnerId, ProcessId, Slot, TenureId, Token};
pub use law::Law;
pub use log_change::LogChange;
pub use mode::{Gate, Mode};
pub use plan::{
    Budget, CaseId, ClientPlan, DiskPlan, MachinePlan, NetworkPlan, PLAN_FORMAT, Plan, VariantPlan,
    WorkloadPlan,
};
pub use preset::{Mapped, Misfit, Preset, PresetOption};
pub use setting::{SettingKind, SettingSpec, SettingValue, Settings};
pub use site::Site;
pub use time::{Instant, Mono, Span, Wall};
pub use verdict::{EndOfRun, Evidence, Judgement, PropertyReport, Verdict, Violation, Why};
