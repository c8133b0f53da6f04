//! What an event looks like in the lanes, and how it changes the way owners stand.

use super::ReplayDetail;
use super::choice::{Choice, tenure_of};
use super::stand::Stand;
use super::told::Told;
use super::word::{belief_end, call_word, end_word, refusal};
use crate::replay::drew;
use crate::sentence;
use fencepost_model::{
    Access, Call, ClientEvent, Event, EventKind, LogChange, MachineId, OpTag, Outcome, OwnerId, ProcessId,
    ProcessRole, ResourceEvent, Span, StoreEvent, TenureEvent, TenureId, Token, TraceEvent, WorldEvent,
};

/// A flight that takes longer than this is told with the time at which it began.
pub(super) const LONG_FLIGHT: Span = Span::from_millis(100);

/// The faults whose effect is told by events of its own.
pub(super) const HAS_EVENTS: [&str; 8] =
    ["kill", "restart", "power-cut", "pause", "suspend", "skew", "jump", "drift"];

/// Where something is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lane {
    Service,
    Owner(usize),
    Resource,
    /// From the servers' lane on, over all others.
    Across,
}

/// What is drawn of an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Mark {
    pub lane: Lane,
    /// What stands on the lane of an owner, where it is not how the owner stands.
    pub glyph: Option<char>,
    pub text: String,
    /// What the resource said to it; draws an arrow.
    pub answer: Option<String>,
}

/// Makes marks of the events of one run.
pub(super) struct Marker<'a> {
    told: Told<'a>,
    choice: &'a Choice,
    every_event: bool,
    messages: bool,
}

impl<'a> Marker<'a> {
    pub fn new(told: Told<'a>, choice: &'a Choice, detail: &ReplayDetail) -> Marker<'a> {
        Marker { told, choice, every_event: detail.every_event, messages: detail.messages }
    }

    /// What is drawn of an event; none where it is left out. `stands` are how the owners stood before it.
    pub fn mark(&self, index: usize, event: &Event, stands: &[Stand]) -> Option<Mark> {
        if let Some(tenure) = tenure_of(&event.kind)
            && !self.follows(tenure)
        {
            return None;
        }
        let in_window = (self.choice.window.0..=self.choice.window.1).contains(&event.at) || self.every_event;
        match &event.kind {
            EventKind::Client(client) => self.client(client, stands),
            // They are about an acquire, which belongs to no tenure yet.
            EventKind::Tenure(TenureEvent::Waits { .. } | TenureEvent::WaitsNoMore { .. })
                if !self.every_event =>
            {
                None
            }
            EventKind::Tenure(tenure) => Some(service(self.tenure(tenure))),
            EventKind::Resource(decided) => Some(self.resource(decided, event)),
            EventKind::World(world) if in_window => self.world(world, index),
            EventKind::Trace(trace) if self.messages && in_window => self.trace(trace),
            EventKind::Store(store) if self.every_event => self.store(store).map(service),
            _ => None,
        }
    }

    fn follows(&self, tenure: TenureId) -> bool {
        self.every_event || self.choice.tenures.contains(&tenure)
    }

    fn lane(&self, owner: OwnerId) -> Option<Lane> {
        self.choice.owners.iter().position(|known| *known == owner).map(Lane::Owner)
    }

    /// The lane of a process: that of the first of its owners.
    fn lane_of(&self, process: ProcessId) -> Option<Lane> {
        match self.told.cast.processes[process.index()].role {
            ProcessRole::Server => Some(Lane::Service),
            ProcessRole::Resource => Some(Lane::Resource),
            ProcessRole::Client | ProcessRole::Probe => {
                let theirs =
                    self.choice.owners.iter().find(|owner| self.told.cast.process_of(**owner) == process);
                theirs.and_then(|owner| self.lane(*owner))
            }
        }
    }

    fn node(&self, node: ProcessId, text: String) -> String {
        let servers = self.told.cast.processes.iter().filter(|process| process.role == ProcessRole::Server);
        if servers.count() > 1 { format!("{}: {text}", self.told.cast.process(node)) } else { text }
    }

    fn tenure(&self, event: &TenureEvent) -> String {
        match event {
            TenureEvent::Granted { tenure, node, tag, token, .. } => {
                let text =
                    format!("grants #{} to {}{}", tenure.0, self.told.cast.owner(tag.owner), with(*token));
                self.node(*node, text)
            }
            TenureEvent::Extended { tenure, node, .. } => self.node(*node, format!("extends #{}", tenure.0)),
            TenureEvent::Waits { tag, node, .. } => {
                self.node(*node, format!("{} waits", self.told.cast.owner(tag.owner)))
            }
            TenureEvent::WaitsNoMore { tag, node, .. } => {
                self.node(*node, format!("{} waits no more", self.told.cast.owner(tag.owner)))
            }
            TenureEvent::PromiseEnded { tenure, node } => {
                self.node(*node, format!("promise of #{} ends", tenure.0))
            }
            TenureEvent::Gone { tenure, node, reason } => {
                self.node(*node, format!("#{} {}", tenure.0, end_word(*reason)))
            }
        }
    }

    fn client(&self, event: &ClientEvent, stands: &[Stand]) -> Option<Mark> {
        match event {
            ClientEvent::BeliefStarted { tenure, tag, .. } => {
                Some(owner(self.lane(tag.owner)?, Some('┐'), format!("holds #{}", tenure.0)))
            }
            ClientEvent::BeliefExtended { tenure, .. } => self.of_tenure(*tenure, Some('├'), "extended"),
            ClientEvent::DeadlineReached { tenure } => {
                let lane = self.lane(self.choice.owner_of(*tenure)?)?;
                // A running owner sees it at once, and that is told by the end of its belief.
                let Lane::Owner(index) = lane else { return None };
                (stands[index].is_stopped()).then(|| owner(lane, None, "deadline unseen".to_owned()))
            }
            ClientEvent::BeliefEnded { tenure, why } => self.of_tenure(*tenure, Some('┘'), belief_end(*why)),
            ClientEvent::Invoked { tag, call, .. } => {
                let is_told = self.every_event && !(*call == Call::Release);
                is_told.then_some(())?;
                Some(owner(self.lane(tag.owner)?, None, call_word(*call).to_owned()))
            }
            ClientEvent::Returned { tag, outcome, .. } => self.returned(tag, outcome),
            ClientEvent::HeldBack { tag } => {
                self.is_of_followed(tag).then_some(())?;
                Some(owner(self.lane(tag.owner)?, None, "holds a write back".to_owned()))
            }
            ClientEvent::Finished { owner: id, .. } => {
                self.every_event.then_some(())?;
                Some(owner(self.lane(*id)?, None, "is done".to_owned()))
            }
            ClientEvent::Misbehaved { owner: id, finding } => {
                let text = format!("the lock's code {}", sentence::finding(finding));
                let lane = id.and_then(|id| self.lane(id)).map_or(Lane::Service, |_| Lane::Across);
                let who = id.map(|id| format!("{}: ", self.told.cast.owner(id))).unwrap_or_default();
                Some(Mark { lane, glyph: None, text: who + &text, answer: None })
            }
        }
    }

    fn returned(&self, tag: &OpTag, outcome: &Outcome) -> Option<Mark> {
        let text = match outcome {
            // These begin, prolong or end a belief, which is told by itself.
            Outcome::Granted { .. }
            | Outcome::Counted { .. }
            | Outcome::Extended { .. }
            | Outcome::Released => return None,
            Outcome::NotHeld => "was not held",
            Outcome::Free => "it is free",
            Outcome::Held { by_me: true } => "it is mine",
            Outcome::Held { by_me: false } => "it is held",
            Outcome::Refused { reason } => refusal(*reason),
            Outcome::Unknown => "answer unknown",
        };
        let matters = self.is_of_followed(tag) || self.every_event;
        matters.then(|| self.lane(tag.owner)).flatten().map(|lane| owner(lane, None, text.to_owned()))
    }

    fn is_of_followed(&self, tag: &OpTag) -> bool {
        self.choice.attempts.get(&tag.of_attempt()).is_some_and(|tenure| self.follows(*tenure))
    }

    fn of_tenure(&self, tenure: TenureId, glyph: Option<char>, text: &str) -> Option<Mark> {
        Some(owner(self.lane(self.choice.owner_of(tenure)?)?, glyph, text.to_owned()))
    }

    fn resource(&self, event: &ResourceEvent, at: &Event) -> Mark {
        let ResourceEvent::Decided { tag, tenure, access, accepted, sent, .. } = event;
        let mut answer = match access {
            _ if !accepted => "refused".to_owned(),
            Access::Read { version } | Access::Commit { version, .. } => format!("version {version}"),
            Access::Write { version, .. } => format!("taken, version {version}"),
            Access::Stage { version, .. } => format!("staged, version {version}"),
            Access::Charge { job, .. } => format!("taken, for version {job}"),
        };
        let shortly = match access {
            Access::Commit { .. } => "done",
            _ if *accepted => "taken",
            _ => "refused",
        };
        if self.told.elsewhere.is_some() {
            // Nobody knows of versions there.
            answer = shortly.to_owned();
        } else if at.at.since(*sent) > LONG_FLIGHT {
            answer = format!("{shortly}, sent {}", sent.in_seconds());
        }
        let text = format!("{} #{}", access.word(), tenure.0);
        match self.lane(tag.owner) {
            Some(lane) => Mark { lane, glyph: Some('├'), text, answer: Some(answer) },
            None => {
                let text = format!("{} {text}: {answer}", self.told.cast.owner(tag.owner));
                Mark { lane: Lane::Resource, glyph: None, text, answer: None }
            }
        }
    }

    fn world(&self, event: &WorldEvent, index: usize) -> Option<Mark> {
        let (process, text) = match event {
            WorldEvent::CalmTail => {
                return Some(across("── the calm tail begins: everything is whole again ──"));
            }
            WorldEvent::Paused { process } | WorldEvent::Resumed { process }
                if self.sleeps(index, *process) =>
            {
                return None;
            }
            WorldEvent::Paused { process } => (*process, format!("paused {}", self.until_over(index, event))),
            WorldEvent::Resumed { process } => (*process, "wakes".to_owned()),
            WorldEvent::Suspended { machine } => {
                (self.process_on(*machine)?, format!("suspended {}", self.until_over(index, event)))
            }
            WorldEvent::Woken { machine } => (self.process_on(*machine)?, "wakes".to_owned()),
            WorldEvent::Killed { process } => (*process, "killed".to_owned()),
            WorldEvent::PowerLost { machine } => (self.process_on(*machine)?, "power lost".to_owned()),
            WorldEvent::Started { incarnation: 0, .. } => return None,
            WorldEvent::Started { process, .. } => (*process, "starts again".to_owned()),
            WorldEvent::Stepped { machine, by } => {
                (self.process_on(*machine)?, format!("clock set by {}", drew::signed(*by)))
            }
            WorldEvent::RateChanged { machine, ppm } => {
                (self.process_on(*machine)?, format!("clock at {ppm:+} ppm"))
            }
            WorldEvent::Probing { .. } => return None,
            WorldEvent::Fired { fault, target } => {
                let fault = &self.told.faults[fault.index()].what;
                // The others have events of their own.
                (!HAS_EVENTS.contains(&fault.word())).then_some(())?;
                let process = self.told.cast.processes.iter().position(|process| process.name == *target)?;
                (ProcessId(process as u32), drew::what(fault))
            }
            WorldEvent::Healed { fault } => {
                let fault = &self.told.faults[fault.index()].what;
                (!HAS_EVENTS.contains(&fault.word())).then_some(())?;
                return Some(across(&format!("{} is over", fault.word())));
            }
        };
        let text = match self.lane_of(process)? {
            Lane::Service => self.node(process, text),
            _ => text,
        };
        Some(Mark { lane: self.lane_of(process)?, glyph: None, text, answer: None })
    }

    /// Whether the process stops or wakes with its machine, which tells it by itself.
    fn sleeps(&self, index: usize, process: ProcessId) -> bool {
        let (at, of) = (self.told.history[index].at, self.told.cast.machine_of(process));
        let is_now = |event: &&Event| event.at == at;
        let before = self.told.history[..index].iter().rev().take_while(is_now);
        let after = self.told.history[index..].iter().take_while(is_now);
        before.chain(after).any(|event| match &event.kind {
            EventKind::World(WorldEvent::Suspended { machine } | WorldEvent::Woken { machine }) => {
                *machine == of
            }
            _ => false,
        })
    }

    fn process_on(&self, machine: MachineId) -> Option<ProcessId> {
        let on = self.told.cast.processes.iter().position(|process| process.machine == machine);
        on.map(|index| ProcessId(index as u32))
    }

    /// How long a stop that begins here lasts; empty where it does not end.
    fn until_over(&self, index: usize, begin: &WorldEvent) -> String {
        let ends = |event: &&Event| match (&event.kind, begin) {
            (EventKind::World(WorldEvent::Resumed { process }), WorldEvent::Paused { process: of }) => {
                process == of
            }
            (EventKind::World(WorldEvent::Woken { machine }), WorldEvent::Suspended { machine: of }) => {
                machine == of
            }
            _ => false,
        };
        let (began, later) = (self.told.history[index].at, &self.told.history[index..]);
        later.iter().find(ends).map_or(String::new(), |end| end.at.since(began).in_seconds())
    }

    fn trace(&self, event: &TraceEvent) -> Option<Mark> {
        let name = |process: &ProcessId| self.told.cast.process(*process);
        // A client's lane is narrow, and its messages go to and come from where their names say.
        let beyond = |peer: &ProcessId, word: &str| match self.lane_of(*peer) {
            Some(Lane::Owner(_)) => format!(" {word} {}", name(peer)),
            _ => String::new(),
        };
        let is_client = |process: &ProcessId| matches!(self.lane_of(*process), Some(Lane::Owner(_)));
        let (place, text) = match event {
            TraceEvent::Sent { source, target, label } => {
                (is_client(source) || is_client(target)).then_some(())?;
                (*source, format!("→ {label}{}", beyond(target, "to")))
            }
            TraceEvent::Delivered { source, target, label, .. } => {
                (is_client(source) || is_client(target)).then_some(())?;
                (*target, format!("← {label}{}", beyond(source, "of")))
            }
            TraceEvent::HeldUp { source, target, label, by } => {
                (is_client(source) || is_client(target)).then_some(())?;
                (*source, format!("{label}: {by}"))
            }
            TraceEvent::Broken { at, peer, how } => (*at, format!("{how}: {}", name(peer))),
        };
        Some(Mark { lane: self.lane_of(place)?, glyph: None, text, answer: None })
    }

    fn store(&self, event: &StoreEvent) -> Option<String> {
        match event {
            StoreEvent::NodeDown { node } => Some(self.node(*node, "is down".to_owned())),
            StoreEvent::NodeUp { node, lost_rows: true } => {
                Some(self.node(*node, "is up, without its rows".to_owned()))
            }
            StoreEvent::NodeUp { node, .. } => Some(self.node(*node, "is up".to_owned())),
            StoreEvent::Promoted { node } => Some(self.node(*node, "is promoted".to_owned())),
            StoreEvent::Demoted { node } => Some(self.node(*node, "is demoted".to_owned())),
            StoreEvent::Log { node, change: LogChange::Elected { term } } => {
                Some(self.node(*node, format!("leads in term {term}")))
            }
            StoreEvent::Row { .. } | StoreEvent::Answered { .. } | StoreEvent::Log { .. } => None,
        }
    }
}

fn owner(lane: Lane, glyph: Option<char>, text: String) -> Mark {
    Mark { lane, glyph, text, answer: None }
}

fn service(text: String) -> Mark {
    Mark { lane: Lane::Service, glyph: None, text, answer: None }
}

fn across(text: &str) -> Mark {
    Mark { lane: Lane::Across, glyph: None, text: text.to_owned(), answer: None }
}

fn with(token: Option<Token>) -> String {
    token.map(|token| format!(", token {token}")).unwrap_or_default()
}
