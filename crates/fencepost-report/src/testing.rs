//! A small run for the unit tests, made by hand.

use fencepost_model::{
    Access, BeliefEnd, Budget, CaseId, Cast, ClientEvent, Commit, DiskPlan, DrawKey, EndReason, Event,
    EventKind, Evidence, GENERATOR, Gate, Instant, Judgement, Law, LockEntry, LockId, MachineEntry,
    MachineId, Mode, NetworkPlan, OpTag, OwnerEntry, OwnerId, PLAN_FORMAT, Plan, ProcessEntry, ProcessId,
    ProcessRole, PropertyReport, ResourceEvent, Settings, Site, Slot, Span, Standing, TenureEvent, TenureId,
    Token, VariantPlan, Verdict, Violation, WorkloadPlan, WorldEvent, word,
};
use std::sync::Arc;

const STORE: ProcessId = ProcessId(0);
const C1: OwnerId = OwnerId(0);
const C2: OwnerId = OwnerId(1);
const LOCK: LockId = LockId(0);

/// One server, three clients of which the third does nothing, and the resource.
pub(crate) fn cast() -> Cast {
    let names = ["store", "c1", "c2", "c3", "resource"];
    let role = |index| match index {
        0 => ProcessRole::Server,
        4 => ProcessRole::Resource,
        _ => ProcessRole::Client,
    };
    let process = |(index, name): (usize, &&str)| ProcessEntry {
        name: Arc::from(*name),
        machine: MachineId(index as u32),
        role: role(index),
    };
    let owner = |index: u32| OwnerEntry { name: format!("c{index}.1").into(), process: ProcessId(index) };
    Cast {
        machines: names
            .iter()
            .map(|name| MachineEntry { name: Arc::from(*name), ppm: 0, wall_offset: 0 })
            .collect(),
        processes: names.iter().enumerate().map(process).collect(),
        owners: (1..=3).map(owner).collect(),
        locks: vec![LockEntry { name: Arc::from("orders") }],
    }
}

pub(crate) fn plan() -> Plan {
    Plan {
        format: PLAN_FORMAT,
        generator: GENERATOR,
        case: CaseId { scenario: "pause".to_owned(), variant: "plain".to_owned(), seed: 17 },
        key: DrawKey(1, 2),
        variant: VariantPlan {
            lock: "lease".to_owned(),
            settings: Settings::default(),
            defects: Vec::new(),
            gate: Gate::None,
        },
        machines: Vec::new(),
        clients: Vec::new(),
        network: NetworkPlan {
            latency: Law::constant(Span::from_millis(1)),
            retransmit: Span::from_secs(1),
            give_up: Span::from_secs(10),
        },
        disk: DiskPlan { sync: Law::constant(Span::ZERO) },
        workload: WorkloadPlan {
            name: "register".to_owned(),
            locks: vec!["orders".to_owned()],
            hold: Law::constant(Span::ZERO),
            think: Law::constant(Span::ZERO),
            per_owner: None,
            patience: Span::from_secs(1),
            resource_timeout: Span::from_secs(1),
            commit: Commit::AtOnce,
            provider: None,
            obeys_deadline: false,
            extend_every: None,
            takes: 1,
            ask_status: 0,
            datagrams: false,
        },
        faults: Vec::new(),
        length: Span::from_secs(10),
        progress_bound: Span::from_secs(10),
        budget: Budget::default(),
        overrides: Vec::new(),
    }
}

fn ms(millis: u64) -> Instant {
    Instant(millis * 1_000_000)
}

fn acquire(owner: OwnerId) -> OpTag {
    OpTag { owner, incarnation: 0, attempt: 1, op: 1 }
}

fn granted(owner: OwnerId, tenure: u32) -> EventKind {
    EventKind::Tenure(TenureEvent::Granted {
        tenure: TenureId(tenure),
        node: STORE,
        tag: acquire(owner),
        lock: LOCK,
        slot: Slot(0),
        mode: Mode::Exclusive,
        promised: Some(Span::from_secs(2)),
        token: Some(Token(u64::from(tenure))),
    })
}

fn believes(owner: OwnerId, tenure: u32) -> EventKind {
    EventKind::Client(ClientEvent::BeliefStarted {
        tenure: TenureId(tenure),
        tag: acquire(owner),
        lock: LOCK,
        slot: Slot(0),
        mode: Mode::Exclusive,
        deadline: None,
        token: Some(Token(u64::from(tenure))),
    })
}

fn releases(tenure: u32) -> EventKind {
    EventKind::Client(ClientEvent::BeliefEnded { tenure: TenureId(tenure), why: BeliefEnd::Released })
}

fn write(owner: OwnerId, tenure: u32, version: u64, sent: Instant) -> EventKind {
    EventKind::Resource(ResourceEvent::Decided {
        tag: OpTag { op: 2, ..acquire(owner) },
        tenure: TenureId(tenure),
        lock: LOCK,
        access: Access::Write { parent: 0, version },
        token: Some(Token(u64::from(tenure))),
        sequence: 1,
        accepted: true,
        sent,
    })
}

/// The classic: c1 is paused past its lease, c2 gets the lock, c1 wakes and writes.
pub(crate) fn history() -> Vec<Event> {
    let c1 = ProcessId(1);
    let gone = TenureEvent::Gone { tenure: TenureId(1), node: STORE, reason: EndReason::Expired };
    let told = [
        (7_412, granted(C1, 1)),
        (7_413, believes(C1, 1)),
        (7_415, EventKind::World(WorldEvent::Paused { process: c1 })),
        (9_412, EventKind::Tenure(TenureEvent::PromiseEnded { tenure: TenureId(1), node: STORE })),
        (9_412, EventKind::Tenure(gone)),
        (9_430, granted(C2, 2)),
        (9_431, believes(C2, 2)),
        (9_441, write(C2, 2, 1, ms(9_440))),
        (9_900, releases(2)),
        (10_415, EventKind::World(WorldEvent::Resumed { process: c1 })),
        (10_416, write(C1, 1, 2, ms(10_415))),
        (10_502, releases(1)),
    ];
    let event = |(n, (at, kind)): (usize, (u64, EventKind))| Event { n: n as u64, at: ms(at), kind };
    told.into_iter().enumerate().map(event).collect()
}

/// What two properties say of it.
pub(crate) fn judgement() -> Judgement {
    let violated = |event: usize, at, evidence| {
        Verdict::Violated(vec![Violation {
            at: ms(at),
            event: event as u64,
            evidence,
            standing: Standing::Inside,
        }])
    };
    let overlap = Evidence::Overlap {
        lock: LOCK,
        first: TenureId(1),
        first_owner: C1,
        second: TenureId(2),
        second_owner: C2,
        from: ms(9_431),
        until: Some(ms(9_900)),
    };
    let inversion = Evidence::Inversion {
        site: Site::Resource,
        lock: LOCK,
        late: acquire(C1),
        older: TenureId(1),
        early: acquire(C2),
        newer: TenureId(2),
        early_at: ms(9_441),
    };
    let report = |property, verdict| PropertyReport { property, verdict };
    Judgement {
        properties: vec![
            report(word::EXCLUSIVE_GRANT, Verdict::Holds),
            report(word::EXCLUSIVE_BELIEF, violated(6, 9_431, overlap)),
            report(word::EXCLUSIVE_EFFECT, violated(10, 10_416, inversion)),
        ],
        seen: Vec::new(),
    }
}

/// Text without colours.
pub(crate) fn plain(text: &str) -> String {
    anstream::adapter::strip_str(text).to_string()
}
