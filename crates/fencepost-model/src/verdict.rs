//! Verdicts with their evidence as data. Sentences come late: reports make them.

use crate::{
    Call, Finding, Instant, LockId, NodeId, OpTag, Outcome, OwnerId, Site, Span, Standing, TenureId, Token,
};
use serde::Serialize;

/// What a property says of one run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// It held.
    Holds,
    /// It was violated: the first violation for each standing, the worst standing first.
    Violated(Vec<Violation>),
    /// Nothing can be said.
    Unclear(Why),
    /// The system does not offer what the property is about.
    NotOffered,
}

/// Why nothing can be said.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Why {
    /// The calm tail was cut short by a budget.
    TailCutShort,
    /// Nobody asked for the lock in the calm tail.
    NobodyAsked,
    /// The checker panicked, with this message.
    CheckerPanicked(String),
}

/// One violation of a property.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Violation {
    /// When.
    pub at: Instant,
    /// At which event.
    pub event: u64,
    /// What was seen.
    pub evidence: Evidence,
    /// Inside the claims, or by which broken assumption.
    pub standing: Standing,
}

impl Violation {
    /// Whether its run does not come back, so that nothing else is known of it.
    pub const fn ends_the_run(&self) -> bool {
        matches!(&self.evidence, Evidence::Misbehaviour { finding, .. } if finding.ends_the_run())
    }
}

/// What was seen, by kind of violation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum Evidence {
    /// Two conflicting promises or beliefs stood at once.
    Overlap {
        /// Of which lock.
        lock: LockId,
        /// The tenure that stood.
        first: TenureId,
        /// Its owner.
        first_owner: OwnerId,
        /// The tenure that began beside it.
        second: TenureId,
        /// Its owner.
        second_owner: OwnerId,
        /// Since when both stood.
        from: Instant,
        /// When the first of them ended; none: not before the run did.
        until: Option<Instant>,
    },
    /// The resource, or the provider, took a write of an older tenure after an operation of a newer one.
    Inversion {
        /// Which of them.
        #[serde(skip_serializing_if = "Site::is_resource")]
        site: Site,
        /// Of which lock.
        lock: LockId,
        /// The write that came too late.
        late: OpTag,
        /// Its tenure.
        older: TenureId,
        /// The operation that had come before it.
        early: OpTag,
        /// Its tenure.
        newer: TenureId,
        /// When that one was accepted.
        early_at: Instant,
    },
    /// A new tenure's token is not larger than all before, or a tenure has two.
    Token {
        /// Of which lock.
        lock: LockId,
        /// The tenure.
        tenure: TenureId,
        /// Whose it is.
        owner: OwnerId,
        /// Its token.
        token: Token,
        /// The tenure that had the largest token before, or the same tenure.
        before: TenureId,
        /// That token.
        before_token: Token,
    },
    /// Two successful writes name one version as their parent; or the provider did one job twice.
    LostUpdate {
        /// Where.
        #[serde(skip_serializing_if = "Site::is_resource")]
        site: Site,
        /// Of which lock.
        lock: LockId,
        /// The version both were made from.
        parent: u64,
        /// The first write.
        first: OpTag,
        /// Its tenure.
        first_tenure: TenureId,
        /// The second write, after which the first one's update is lost.
        second: OpTag,
        /// Its tenure.
        second_tenure: TenureId,
    },
    /// The code of the lock misbehaved.
    Misbehaviour {
        /// Whose; none for a server.
        owner: Option<OwnerId>,
        /// How.
        finding: Finding,
    },
    /// A tenure was ended or extended by an operation of another.
    Foreign {
        /// Of which lock.
        lock: LockId,
        /// The tenure that was touched.
        tenure: TenureId,
        /// Its owner.
        owner: OwnerId,
        /// The operation that touched it.
        by: OpTag,
        /// Whether it ended the tenure; it prolonged it otherwise.
        ended: bool,
    },
    /// A definite reply that was true at no instant of its call.
    FalseReply {
        /// Of which lock.
        lock: LockId,
        /// The operation.
        tag: OpTag,
        /// What was called.
        call: Call,
        /// What was answered.
        outcome: Outcome,
        /// When it was called; it returned at the violation.
        since: Instant,
    },
    /// Owners that waited for each other.
    Circle {
        /// Each waits for the next, and the last for the first.
        owners: Vec<OwnerId>,
        /// Since when all of them did.
        since: Instant,
        /// The bound.
        bound: Span,
    },
    /// The service kept a tenure for an owner that lives and does not believe.
    Orphan {
        /// Which lock.
        lock: LockId,
        /// The tenure.
        tenure: TenureId,
        /// Its owner.
        owner: OwnerId,
        /// Since when it counts.
        since: Instant,
        /// The bound.
        bound: Span,
    },
    /// Somebody was granted the lock while somebody else had waited for longer.
    Overtaken {
        /// Which lock.
        lock: LockId,
        /// The tenure.
        tenure: TenureId,
        /// Whose it is.
        owner: OwnerId,
        /// The acquire that waited for longest.
        overtaken: OpTag,
    },
    /// The service counts otherwise than the owner how often it has taken a tenure: it ended the tenure too
    /// early, kept it too long, or told another number.
    Unbalanced {
        /// The tenure.
        tenure: TenureId,
        /// Whose it is.
        owner: OwnerId,
        /// How often the owner had it taken and not given back.
        holds: u32,
    },
    /// Two servers contradict each other.
    Disagreement {
        /// The server that said it first, or is nearer to the beginning of the sentence.
        first: NodeId,
        /// The other one.
        second: NodeId,
        /// How: what follows their names in a sentence, and ends with what `at` is a number of.
        how: &'static str,
        /// Which term, or which place of a log.
        at: u64,
    },
    /// A lock was free and asked for, and nobody was granted it.
    NoHandOver {
        /// Which lock.
        lock: LockId,
        /// Since when it was free and asked for.
        since: Instant,
        /// The bound.
        bound: Span,
    },
    /// The service kept a tenure for an owner that is dead.
    DeadHolder {
        /// Which lock.
        lock: LockId,
        /// The tenure.
        tenure: TenureId,
        /// The dead owner.
        owner: OwnerId,
        /// Since when it counts.
        since: Instant,
        /// The bound.
        bound: Span,
    },
}

impl Evidence {
    /// Where it was seen; the resource, where it is not about operations.
    pub const fn site(&self) -> Site {
        match self {
            Evidence::Inversion { site, .. } | Evidence::LostUpdate { site, .. } => *site,
            _ => Site::Resource,
        }
    }
}

/// What one property says of a run, with its name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PropertyReport {
    /// The property.
    pub property: &'static str,
    /// What it says.
    pub verdict: Verdict,
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum EndOfRun {
    /// The calm tail was over, or nothing was left to happen in it.
    Complete,
    /// A budget was used up.
    OutOfBudget,
}

/// Everything that is judged of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Judgement {
    /// One for each property, in the order of [`word::PROPERTIES`](crate::word::PROPERTIES).
    pub properties: Vec<PropertyReport>,
    /// What happened in the run, as words of `sometimes`, such as `contention` or `fired:pause`.
    pub seen: Vec<String>,
}

impl Judgement {
    /// The verdict of a property, where it was judged.
    pub fn of(&self, property: &str) -> Option<&Verdict> {
        self.properties.iter().find(|report| report.property == property).map(|report| &report.verdict)
    }
}

impl Verdict {
    /// Whether the property was violated.
    pub const fn is_violated(&self) -> bool {
        matches!(self, Verdict::Violated(_))
    }

    /// The violations, where there are any.
    pub fn violations(&self) -> &[Violation] {
        match self {
            Verdict::Violated(violations) => violations,
            _ => &[],
        }
    }
}
