//! Hand-written histories for tests, which read like a script.
//!
//! The cast is fixed: owners `a`, `b` and `c`, each in a process and on a machine of its name; nodes `n1`,
//! `n2` and `n3`; the `resource`; and one lock, as long as no other is named. A tenure is called by its owner
//! and a number: `a1` is the tenure of `a`'s acquire attempt 1, and `a1'` another one of the same attempt.

mod calls;
mod judged;

pub use judged::Judged;

use crate::{Judge, Property, Rules};
use fencepost_model::{
    Access, Assumption, BeliefEnd, Bound, Cast, Claim, ClientEvent, Datum, EndOfRun, EndReason, Event,
    EventKind, Finding, Instant, LockEntry, LockId, MachineEntry, MachineId, Mode, Mono, NodeId, OpTag,
    OwnerEntry, OwnerId, ProcessEntry, ProcessId, ProcessRole, Quantity, ResourceEvent, RowChange, Slot,
    Span, StoreEvent, TenureEvent, TenureId, Token, WorldEvent,
};

const NAMES: [&str; 7] = ["a", "b", "c", "n1", "n2", "n3", "resource"];

/// A history in the making.
#[derive(Clone)]
pub struct Story {
    cast: Cast,
    rules: Rules,
    now: Instant,
    events: Vec<Event>,
    tenures: Vec<String>,
    lock: LockId,
    incarnation: u16,
    mode: Mode,
    slot: Slot,
    has_deadline: bool,
    sequence: u32,
}

impl Story {
    /// One store, whose promises end with a release. Nothing is claimed.
    pub fn new() -> Story {
        let role = |name: &str| match name {
            "resource" => ProcessRole::Resource,
            name if name.starts_with('n') => ProcessRole::Server,
            _ => ProcessRole::Client,
        };
        let machine = |name: &&str| MachineEntry { name: (*name).into(), ppm: 0, wall_offset: 0 };
        let process = |(name, machine): (&&str, u32)| ProcessEntry {
            name: (*name).into(),
            machine: MachineId(machine),
            role: role(name),
        };
        let owner =
            |process: usize| OwnerEntry { name: NAMES[process].into(), process: ProcessId(process as u32) };
        let cast = Cast {
            machines: NAMES.iter().map(machine).collect(),
            processes: NAMES.iter().zip(0..).map(process).collect(),
            owners: (0..3).map(owner).collect(),
            locks: vec![LockEntry { name: "lock".into() }],
        };
        Story {
            cast,
            rules: Rules::default(),
            now: Instant::START,
            events: Vec::new(),
            tenures: Vec::new(),
            lock: LockId(0),
            incarnation: 0,
            mode: Mode::Exclusive,
            slot: Slot(0),
            has_deadline: true,
            sequence: 0,
        }
    }

    /// As [`Story::new`], where no service takes part.
    pub fn without_servers() -> Story {
        let mut story = Story::new();
        for process in &mut story.cast.processes {
            process.role = ProcessRole::Client;
        }
        story
    }

    /// Changes the rules.
    pub fn rules(mut self, change: impl FnOnce(&mut Rules)) -> Story {
        change(&mut self.rules);
        self
    }

    /// Claims a property: each alternative is a list of assumptions with limits.
    pub fn claim(mut self, property: &'static str, alternatives: &[&[(Assumption, Quantity)]]) -> Story {
        let bound =
            |(assumption, limit): &(Assumption, Quantity)| Bound { assumption: *assumption, limit: *limit };
        let alternatives = alternatives.iter().map(|bounds| bounds.iter().map(bound).collect()).collect();
        self.rules.claims.push(Claim { property, alternatives });
        self
    }

    /// What comes next happens at this time.
    pub fn at(mut self, time: &str) -> Story {
        self.now = instant(time);
        self
    }

    /// What comes next is about this lock.
    pub fn lock(mut self, lock: u16) -> Story {
        self.lock = LockId(lock);
        while self.cast.locks.len() <= self.lock.index() {
            self.cast.locks.push(LockEntry { name: "another lock".into() });
        }
        self
    }

    /// Operations from here on are sent in this life of their owners.
    pub fn incarnation(mut self, incarnation: u16) -> Story {
        self.incarnation = incarnation;
        self
    }

    /// Tenures from here on are held in this mode.
    pub fn mode(mut self, mode: Mode) -> Story {
        self.mode = mode;
        self
    }

    /// Tenures from here on hold this permit.
    pub fn slot(mut self, slot: u16) -> Story {
        self.slot = Slot(slot);
        self
    }

    /// Beliefs from here on have no deadline.
    pub fn without_deadline(mut self) -> Story {
        self.has_deadline = false;
        self
    }

    /// Node `n1` takes the acquire in, and it waits.
    pub fn waits(self, tenure: &str) -> Story {
        let (tag, lock, node) = (self.tag(tenure), self.lock, node_of("n1"));
        self.tenure(TenureEvent::Waits { tag, lock, node })
    }

    /// It loses its place.
    pub fn waits_no_more(self, tenure: &str) -> Story {
        let (tag, lock, node) = (self.tag(tenure), self.lock, node_of("n1"));
        self.tenure(TenureEvent::WaitsNoMore { tag, lock, node })
    }

    /// Node `n1` promises.
    pub fn granted(self, tenure: &str) -> Story {
        self.granted_on(tenure, "n1", None)
    }

    pub fn granted_on(mut self, tenure: &str, node: &str, token: Option<u64>) -> Story {
        let (id, tag, node, token) = (self.id(tenure), self.tag(tenure), node_of(node), token.map(Token));
        let (lock, slot, mode, promised) = (self.lock, self.slot, self.mode, None);
        self.tenure(TenureEvent::Granted { tenure: id, node, tag, lock, slot, mode, promised, token })
    }

    pub fn extended(self, tenure: &str) -> Story {
        self.extended_on(tenure, "n1")
    }

    pub fn extended_on(mut self, tenure: &str, node: &str) -> Story {
        let tenure = self.id(tenure);
        self.tenure(TenureEvent::Extended { tenure, node: node_of(node), promised: None })
    }

    pub fn gone(self, tenure: &str, reason: EndReason) -> Story {
        self.gone_from(tenure, "n1", reason)
    }

    pub fn gone_from(mut self, tenure: &str, node: &str, reason: EndReason) -> Story {
        let tenure = self.id(tenure);
        self.tenure(TenureEvent::Gone { tenure, node: node_of(node), reason })
    }

    pub fn promise_ends(self, tenure: &str) -> Story {
        self.promise_ends_on(tenure, "n1")
    }

    pub fn promise_ends_on(mut self, tenure: &str, node: &str) -> Story {
        let tenure = self.id(tenure);
        self.tenure(TenureEvent::PromiseEnded { tenure, node: node_of(node) })
    }

    pub fn believes(self, tenure: &str) -> Story {
        self.believes_with(tenure, None)
    }

    pub fn believes_with(mut self, tenure: &str, token: Option<u64>) -> Story {
        let (id, tag, token) = (self.id(tenure), self.tag(tenure), token.map(Token));
        let (lock, slot, mode) = (self.lock, self.slot, self.mode);
        let deadline = self.has_deadline.then_some(Mono(0));
        self.client(ClientEvent::BeliefStarted { tenure: id, tag, lock, slot, mode, deadline, token })
    }

    pub fn belief_extended(mut self, tenure: &str) -> Story {
        let tenure = self.id(tenure);
        self.client(ClientEvent::BeliefExtended { tenure, deadline: Some(Mono(0)) })
    }

    pub fn deadline_reached(mut self, tenure: &str) -> Story {
        let tenure = self.id(tenure);
        self.client(ClientEvent::DeadlineReached { tenure })
    }

    pub fn stops_believing(mut self, tenure: &str, why: BeliefEnd) -> Story {
        let tenure = self.id(tenure);
        self.client(ClientEvent::BeliefEnded { tenure, why })
    }

    pub fn finishes(self, owner: &str) -> Story {
        let owner = OwnerId(index_of(owner));
        self.client(ClientEvent::Finished { owner, incarnation: 0 })
    }

    pub fn misbehaves(self, owner: &str, finding: Finding) -> Story {
        self.client(ClientEvent::Misbehaved { owner: Some(OwnerId(index_of(owner))), finding })
    }

    /// The resource accepts a read of a version.
    pub fn reads(self, tenure: &str, version: u64) -> Story {
        let sent = self.now;
        self.decided(tenure, Access::Read { version }, sent, true)
    }

    /// The resource accepts a write that was made from a version.
    pub fn writes(self, tenure: &str, parent: u64) -> Story {
        let sent = self.now;
        self.decided(tenure, Access::Write { parent, version: parent + 1 }, sent, true)
    }

    pub fn writes_sent_at(self, tenure: &str, parent: u64, sent: &str) -> Story {
        self.decided(tenure, Access::Write { parent, version: parent + 1 }, instant(sent), true)
    }

    /// The resource lets a write of a transaction through.
    pub fn stages(self, tenure: &str, parent: u64) -> Story {
        let sent = self.now;
        self.decided(tenure, Access::Stage { parent, version: parent + 1 }, sent, true)
    }

    /// A transaction is committed whose first write was made from a version.
    pub fn commits(self, tenure: &str, parent: u64) -> Story {
        let sent = self.now;
        self.decided(tenure, Access::Commit { parent, version: parent + 1 }, sent, true)
    }

    pub fn commits_sent_at(self, tenure: &str, parent: u64, sent: &str) -> Story {
        self.decided(tenure, Access::Commit { parent, version: parent + 1 }, instant(sent), true)
    }

    /// The provider does the job for the update of a version.
    pub fn charges(self, tenure: &str, job: u64) -> Story {
        let sent = self.now;
        self.decided(tenure, Access::Charge { job, number: job + 1 }, sent, true)
    }

    pub fn charge_is_refused(self, tenure: &str, job: u64) -> Story {
        let sent = self.now;
        self.decided(tenure, Access::Charge { job, number: job + 1 }, sent, false)
    }

    pub fn write_is_refused(self, tenure: &str, parent: u64) -> Story {
        let sent = self.now;
        self.decided(tenure, Access::Write { parent, version: parent + 1 }, sent, false)
    }

    /// The operation that the resource decided last reaches it again.
    pub fn and_again(self) -> Story {
        let last = self.events.iter().rev().find(|event| matches!(event.kind, EventKind::Resource(_)));
        let kind = last.expect("something was decided").kind.clone();
        self.tell(kind)
    }

    /// A message of the tenure's attempt was processed by a node, which changed nothing.
    pub fn processed(self, tenure: &str, node: &str, sent: &str) -> Story {
        let tag = self.tag(tenure);
        self.row(node, Some((tag, instant(sent))))
    }

    /// A node did something to a row, and nobody had asked it to.
    pub fn told_of_a_row_by_itself(self, node: &str) -> Story {
        self.row(node, None)
    }

    fn row(self, node: &str, cause: Option<(OpTag, Instant)>) -> Story {
        self.store(StoreEvent::Row {
            node: node_of(node),
            key: "key".into(),
            change: RowChange::Created { value: Datum::Integer(1), lives: None },
            tag: cause.map(|(tag, _)| tag),
            sent: cause.map(|(_, sent)| sent),
            primary: true,
        })
    }

    pub fn answered(self, tenure: &str) -> Story {
        let tag = self.tag(tenure);
        let sent = self.now;
        self.store(StoreEvent::Answered { node: node_of("n1"), tag, sent })
    }

    pub fn restarts_without_rows(self, node: &str) -> Story {
        self.store(StoreEvent::NodeUp { node: node_of(node), lost_rows: true })
    }

    pub fn promoted(self, node: &str) -> Story {
        self.store(StoreEvent::Promoted { node: node_of(node) })
    }

    pub fn paused(self, process: &str) -> Story {
        self.world(WorldEvent::Paused { process: node_of(process) })
    }

    pub fn resumed(self, process: &str) -> Story {
        self.world(WorldEvent::Resumed { process: node_of(process) })
    }

    pub fn killed(self, process: &str) -> Story {
        self.world(WorldEvent::Killed { process: node_of(process) })
    }

    pub fn started(self, process: &str, incarnation: u16) -> Story {
        self.world(WorldEvent::Started { process: node_of(process), incarnation })
    }

    pub fn suspended(self, machine: &str) -> Story {
        self.world(WorldEvent::Suspended { machine: MachineId(index_of(machine)) })
    }

    pub fn woken(self, machine: &str) -> Story {
        self.world(WorldEvent::Woken { machine: MachineId(index_of(machine)) })
    }

    pub fn stepped(self, machine: &str, by: &str) -> Story {
        let by = instant(by).0 as i64;
        self.world(WorldEvent::Stepped { machine: MachineId(index_of(machine)), by })
    }

    pub fn runs_at(self, machine: &str, ppm: i32) -> Story {
        self.world(WorldEvent::RateChanged { machine: MachineId(index_of(machine)), ppm })
    }

    pub fn calm_tail(self) -> Story {
        self.world(WorldEvent::CalmTail)
    }

    pub fn probes(self, owner: &str) -> Story {
        let (owner, lock) = (OwnerId(index_of(owner)), self.lock);
        self.world(WorldEvent::Probing { owner, lock })
    }

    pub fn world(self, event: WorldEvent) -> Story {
        self.tell(EventKind::World(event))
    }

    /// Judges by everything that is built in; the run is complete now.
    pub fn judged(self) -> Judged {
        self.judged_after(EndOfRun::Complete)
    }

    pub fn judged_after(self, how: EndOfRun) -> Judged {
        self.judged_by(how, crate::properties())
    }

    /// What is measured of it; the run is complete now.
    pub fn measured(self) -> crate::measure::Measures {
        let mut judge = Judge::with(self.cast.into(), self.rules, Vec::new()).measuring();
        self.events.iter().for_each(|event| judge.observe(event));
        judge.finish_measured(EndOfRun::Complete, self.now).1.expect("it was asked for")
    }

    pub fn judged_by(self, how: EndOfRun, properties: Vec<Box<dyn Property>>) -> Judged {
        let mut judge = Judge::with(self.cast.into(), self.rules, properties);
        self.events.iter().for_each(|event| judge.observe(event));
        Judged { judgement: judge.finish(how, self.now), tenures: self.tenures }
    }

    fn decided(mut self, tenure: &str, access: Access, sent: Instant, accepted: bool) -> Story {
        self.sequence += 1;
        let (id, sequence) = (self.id(tenure), self.sequence);
        let tag = OpTag { op: 1000 + sequence, ..self.tag(tenure) };
        let (lock, token) = (self.lock, None);
        let decided =
            ResourceEvent::Decided { tag, tenure: id, lock, access, token, sequence, accepted, sent };
        self.tell(EventKind::Resource(decided))
    }

    fn client(self, event: ClientEvent) -> Story {
        self.tell(EventKind::Client(event))
    }

    fn store(self, event: StoreEvent) -> Story {
        self.tell(EventKind::Store(event))
    }

    fn tenure(self, event: TenureEvent) -> Story {
        self.tell(EventKind::Tenure(event))
    }

    fn tell(mut self, kind: EventKind) -> Story {
        self.events.push(Event { n: self.events.len() as u64, at: self.now, kind });
        self
    }

    fn tag(&self, tenure: &str) -> OpTag {
        let (owner, attempt) = tenure.split_at(1);
        let attempt = attempt.trim_end_matches('\'').parse();
        let attempt = attempt.expect("a tenure is called by its owner and a number");
        OpTag { owner: OwnerId(index_of(owner)), incarnation: self.incarnation, attempt, op: attempt }
    }

    fn id(&mut self, tenure: &str) -> TenureId {
        let known = self.tenures.iter().position(|known| known == tenure);
        let index = known.unwrap_or_else(|| {
            self.tenures.push(tenure.to_owned());
            self.tenures.len() - 1
        });
        TenureId(index as u32)
    }
}

/// An instant of the story.
pub fn instant(time: &str) -> Instant {
    Instant(span(time).0)
}

/// A span of the story.
pub fn span(text: &str) -> Span {
    text.parse().expect("a time of the story")
}

fn index_of(name: &str) -> u32 {
    NAMES.iter().position(|known| *known == name).expect("a name of the cast") as u32
}

fn node_of(name: &str) -> NodeId {
    ProcessId(index_of(name))
}
