//! The data sheet of a system: a lock together with the servers it needs.

use crate::{Claim, EndReason, Gate, SettingSpec, Settings, Span, Stand, WorkloadPlan};

/// What a system is, can do, needs and claims. Functions of the settings are plain functions, so that a
/// data sheet can be read without running anything.
#[derive(Clone, Copy)]
pub struct Descriptor {
    /// Its name in scenario files.
    pub name: &'static str,
    /// What it is, in a sentence.
    pub about: &'static str,
    /// What its models leave out, for reports.
    pub leaves_out: &'static str,
    /// What it offers under these settings.
    pub features: fn(&Settings) -> Features,
    /// Its settings.
    pub settings: &'static [SettingSpec],
    /// Its defects: switches that make the algorithm contradict its claims.
    pub defects: &'static [DefectSpec],
    /// The roles that its machines play, each with a sentence. Faults may be aimed at a role.
    pub roles: &'static [(&'static str, &'static str)],
    /// Its servers' machines.
    pub machines: fn(&Settings) -> Vec<MachineSpec>,
    /// On how many nodes a promise must stand for the lock to be granted.
    pub quorum: fn(&Settings) -> usize,
    /// Which ends of state end a promise rightfully. The end of a promised duration always does.
    pub rightful_ends: &'static [EndReason],
    /// What it claims.
    pub claims: fn(&Context<'_>) -> Vec<Claim>,
    /// How soon it promises progress; none where it gives no bound.
    pub bounds: fn(&Settings) -> Option<Bounds>,
    /// How much of each hazard it stands when nothing else goes wrong; none where no formula is stated.
    pub stands: fn(&Surroundings<'_>) -> Vec<Stand>,
}

/// What claims may depend on.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// The variant's settings.
    pub settings: &'a Settings,
    /// The resource's check.
    pub gate: Gate,
    /// What owners do.
    pub workload: &'a WorkloadPlan,
}

/// What the formulas of a lock's [`Stand`]s may depend on.
#[derive(Clone, Copy)]
pub struct Surroundings<'a> {
    /// The variant with its workload.
    pub context: Context<'a>,
    /// The longest that a message and its answer take together.
    pub round_trip: Span,
    /// The first retransmission time-out of a stream; it doubles with every try.
    pub retransmit: Span,
}

/// What a lock offers. A scenario can ask for these; the comparison shows them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Features {
    /// It hands out fencing tokens.
    pub tokens: bool,
    /// Its guard has a deadline.
    pub deadline: bool,
    /// A tenure can be prolonged.
    pub extend: bool,
    /// It can tell who holds.
    pub status: bool,
    /// It tells the owner's code of a loss.
    pub loss_notice: bool,
    /// It knows shared and exclusive modes.
    pub shared: bool,
    /// It serves waiters in a promised order.
    pub fair: bool,
    /// One owner may take it again.
    pub reentrant: bool,
    /// Its servers speak to each other by datagrams, which may be lost, doubled and overtaken.
    pub datagrams: bool,
}

/// A defect of an algorithm.
#[derive(Clone, Copy, Debug)]
pub struct DefectSpec {
    /// Its name in scenario files; the zoo's row.
    pub name: &'static str,
    /// What is wrong, in a sentence.
    pub about: &'static str,
}

/// A machine that a system needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MachineSpec {
    /// Its name, such as `redis` or `node-3`.
    pub name: String,
    /// One of the descriptor's roles.
    pub role: &'static str,
}

/// How soon a lock promises progress in the calm tail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// Free and asked for: somebody is granted within this.
    pub hand_over: Span,
    /// Kept for an owner that is dead: removed within this.
    pub dead_holder: Span,
    /// Kept for an owner that lives and does not believe: removed within this.
    pub orphan: Span,
}

/// The data sheet of a workload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WorkloadSpec {
    /// Its name in scenario files.
    pub name: &'static str,
    /// What its owners do, in a sentence.
    pub about: &'static str,
}
