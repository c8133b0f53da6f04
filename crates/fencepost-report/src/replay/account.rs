//! The account: what happened to the tenures that matter, in sentences. What follows from it, the verdicts say.

use super::choice::{Choice, tenure_of};
use super::drew;
use super::mark::{HAS_EVENTS, LONG_FLIGHT};
use super::told::{Told, flags};
use super::word::end_word;
use crate::words::counted;
use fencepost_model::{
    Access, BeliefEnd, ClientEvent, EndReason, Event, EventKind, Instant, MachineId, OwnerId, ProcessId,
    ProcessRole, ResourceEvent, Site, Span, StoreEvent, TenureEvent, TenureId, Token, WorldEvent,
};
use std::collections::{BTreeMap, BTreeSet};

/// The most sentences: whoever wants more looks at the lanes.
const SENTENCES: usize = 14;
/// How many owners are followed; lanes need room, sentences do not.
const OWNERS: usize = 8;

/// The sentences of a run, in the order of what happened.
pub(super) fn account(told: &Told<'_>) -> Vec<String> {
    let choice = Choice::of(told, OWNERS);
    let mut teller = Teller::new(*told, &choice);
    for (index, event) in told.history.iter().enumerate() {
        if let Some(clause) = teller.clause(index, event) {
            teller.say(clause);
        }
    }
    let mut sentences: Vec<String> = teller.sentences.iter().map(Sentence::text).collect();
    let more = sentences.len().saturating_sub(SENTENCES);
    sentences.truncate(SENTENCES);
    if more > 0 {
        sentences.push(format!("{} more.", counted(more as u64, "sentence")));
    }
    sentences
}

/// What somebody did or suffered.
struct Clause {
    subject: String,
    predicate: String,
}

/// Clauses about one subject, in a row.
struct Sentence {
    subject: String,
    predicates: Vec<String>,
}

impl Sentence {
    fn text(&self) -> String {
        format!("{} {}.", self.subject, self.predicates.join("; "))
    }
}

struct Teller<'a> {
    told: Told<'a>,
    choice: &'a Choice,
    /// Which events violate something.
    flagged: BTreeSet<u64>,
    /// When each followed tenure was granted first, and until when its service had promised it.
    granted: BTreeMap<TenureId, Instant>,
    promise_over: BTreeSet<TenureId>,
    /// Which tenures their owners believe in.
    believed: BTreeSet<TenureId>,
    /// Whose first write was told.
    wrote: BTreeSet<(TenureId, Site)>,
    sentences: Vec<Sentence>,
}

impl<'a> Teller<'a> {
    fn new(told: Told<'a>, choice: &'a Choice) -> Teller<'a> {
        Teller {
            flagged: flags(&told).into_keys().collect(),
            told,
            choice,
            granted: BTreeMap::new(),
            promise_over: BTreeSet::new(),
            believed: BTreeSet::new(),
            wrote: BTreeSet::new(),
            sentences: Vec::new(),
        }
    }

    fn say(&mut self, clause: Clause) {
        match self.sentences.last_mut() {
            Some(last) if last.subject == clause.subject => last.predicates.push(clause.predicate),
            _ => {
                self.sentences.push(Sentence { subject: clause.subject, predicates: vec![clause.predicate] })
            }
        }
    }

    fn clause(&mut self, index: usize, event: &Event) -> Option<Clause> {
        if tenure_of(&event.kind).is_some_and(|tenure| !self.choice.tenures.contains(&tenure)) {
            return None;
        }
        let in_window = (self.choice.window.0..=self.choice.window.1).contains(&event.at);
        match &event.kind {
            EventKind::Tenure(tenure) => self.tenure(tenure, event.at),
            EventKind::Client(client) => self.client(client, event.at),
            EventKind::Resource(decided) => self.resource(decided, event),
            EventKind::World(world) if in_window => self.world(world, index),
            EventKind::Store(StoreEvent::Promoted { node }) if in_window => {
                Some(clause(self.process(*node), format!("became primary at {}", event.at.in_seconds())))
            }
            _ => None,
        }
    }

    fn tenure(&mut self, event: &TenureEvent, at: Instant) -> Option<Clause> {
        let when = at.in_seconds();
        match event {
            TenureEvent::Granted { tenure, .. } => {
                self.granted.entry(*tenure).or_insert(at);
                None
            }
            TenureEvent::PromiseEnded { tenure, .. } => {
                let is_first = self.promise_over.insert(*tenure);
                let owner = self.choice.owner_of(*tenure)?;
                (is_first && self.believed.contains(tenure)).then(|| {
                    let predicate = format!("ended at {when}, while {} still believed", self.owner(owner));
                    clause(format!("The lease of #{}", tenure.0), predicate)
                })
            }
            // What its owner did, or time alone, is told already.
            TenureEvent::Gone { reason: EndReason::Released | EndReason::ReleasedElsewhere, .. } => None,
            TenureEvent::Gone { tenure, reason: EndReason::Expired, .. }
                if self.promise_over.contains(tenure) =>
            {
                None
            }
            TenureEvent::Gone { tenure, node, reason } => {
                let early = if *reason == EndReason::Expired { ", before its promised time" } else { "" };
                let what = match end_word(*reason) {
                    "expired" => "expired".to_owned(),
                    word => format!("was {word}"),
                };
                let at_node = self.at_node(*node);
                Some(clause(format!("Tenure #{}", tenure.0), format!("{what}{at_node} at {when}{early}")))
            }
            _ => None,
        }
    }

    fn client(&mut self, event: &ClientEvent, at: Instant) -> Option<Clause> {
        let when = at.in_seconds();
        match event {
            ClientEvent::BeliefStarted { tenure, tag, lock, token, .. } => {
                self.believed.insert(*tenure);
                let late = self.granted.get(tenure).filter(|granted| at.since(**granted) > LONG_FLIGHT);
                let late = late.map(|granted| format!(", granted at {}", granted.in_seconds()));
                let (lock, late) = (self.told.cast.lock(*lock), late.unwrap_or_default());
                let token = with(*token);
                let predicate = format!("got `{lock}` at {when} (tenure #{}{token}{late})", tenure.0);
                Some(clause(self.owner(tag.owner), predicate))
            }
            ClientEvent::BeliefEnded { tenure, why } => {
                self.believed.remove(tenure);
                let owner = self.owner(self.choice.owner_of(*tenure)?);
                let what = match why {
                    BeliefEnd::Released => "gave it back",
                    BeliefEnd::Lost => "was told that it had lost it",
                    BeliefEnd::DeadlinePassed => "saw that its deadline was over",
                    BeliefEnd::TaskEnded => "ended its task without giving it back",
                    // Told by what killed it.
                    BeliefEnd::Died => return None,
                };
                Some(clause(owner, format!("{what} at {when}")))
            }
            _ => None,
        }
    }

    /// The first write under each tenure, its commit, what the gate refused, and what violates something.
    fn resource(&mut self, event: &ResourceEvent, at: &Event) -> Option<Clause> {
        let ResourceEvent::Decided { tag, tenure, access, accepted, sent, .. } = event;
        if let Access::Commit { version, .. } = access {
            let predicate = format!(
                "committed its write under #{} at {}: version {version}",
                tenure.0,
                at.at.in_seconds()
            );
            return Some(clause(self.owner(tag.owner), predicate));
        }
        let is_write = access.is_write();
        let wrote = (*tenure, access.site());
        let is_told = self.flagged.contains(&at.n) || is_write && (!accepted || self.wrote.insert(wrote));
        is_told.then_some(())?;
        let verb = access.word();
        let sent = (at.at.since(*sent) > LONG_FLIGHT).then(|| format!(" of {}", sent.in_seconds()));
        let answer = if *accepted { "taken" } else { "refused" };
        let (sent, when) = (sent.unwrap_or_default(), at.at.in_seconds());
        let by = if access.site() == Site::Provider { " by the provider" } else { "" };
        let predicate = format!("had its {verb}{sent} under #{} {answer}{by} at {when}", tenure.0);
        Some(clause(self.owner(tag.owner), predicate))
    }

    fn world(&self, event: &WorldEvent, index: usize) -> Option<Clause> {
        let at = self.told.history[index].at;
        let when = at.in_seconds();
        match event {
            // A process that stops with its machine is told by the machine.
            WorldEvent::Paused { process } if !self.is_suspended(index, *process) => {
                self.stop(*process, "stopped", index)
            }
            WorldEvent::Suspended { machine } => self.stop(self.process_on(*machine)?, "slept", index),
            WorldEvent::Killed { process } if !self.lost_power(index, *process) => {
                Some(clause(self.shown(*process)?, format!("was killed at {when}")))
            }
            WorldEvent::PowerLost { machine } => {
                Some(clause(self.shown(self.process_on(*machine)?)?, format!("lost power at {when}")))
            }
            WorldEvent::Started { process, incarnation } if *incarnation > 0 => {
                Some(clause(self.shown(*process)?, format!("started again at {when}")))
            }
            WorldEvent::Stepped { machine, by } => {
                let who = self.shown(self.process_on(*machine)?)?;
                Some(clause(who, format!("had its clock set by {} at {when}", drew::signed(*by))))
            }
            WorldEvent::Fired { fault, .. } => {
                let fault = &self.told.faults[fault.index()].what;
                let has_events = HAS_EVENTS.contains(&fault.word());
                let what = drew::what(fault);
                (!has_events).then(|| clause("A fault".to_owned(), format!("struck at {when}: {what}")))
            }
            _ => None,
        }
    }

    /// A stop, and how far it reaches past what its owner was promised.
    fn stop(&self, process: ProcessId, verb: &str, index: usize) -> Option<Clause> {
        let (who, from) = (self.shown(process)?, self.told.history[index].at);
        let is_end = |event: &&Event| match &event.kind {
            EventKind::World(WorldEvent::Resumed { process: other }) => *other == process,
            EventKind::World(WorldEvent::Woken { machine }) => *machine == self.told.cast.machine_of(process),
            _ => false,
        };
        let later = &self.told.history[index..];
        let Some(end) = later.iter().find(is_end).map(|event| event.at) else {
            return Some(clause(who, format!("{verb} at {} for good", from.in_seconds())));
        };
        let theirs = |tenure: &TenureId| {
            self.believed.contains(tenure)
                && self.choice.owner_of(*tenure).is_some_and(|it| self.told.cast.process_of(it) == process)
        };
        let during = later.iter().take_while(|event| event.at <= end);
        let passed = during.filter_map(|event| match &event.kind {
            EventKind::Client(ClientEvent::DeadlineReached { tenure }) if theirs(tenure) => {
                Some((event.at, "deadline"))
            }
            EventKind::Tenure(TenureEvent::PromiseEnded { tenure, .. }) if theirs(tenure) => {
                Some((event.at, "lease"))
            }
            _ => None,
        });
        let past = passed.min_by_key(|(at, _)| *at).map(|(at, what)| past(end.since(at), what));
        let took = end.since(from).in_seconds();
        Some(clause(who, format!("{verb} at {} for {took}{}", from.in_seconds(), past.unwrap_or_default())))
    }

    fn is_suspended(&self, index: usize, process: ProcessId) -> bool {
        let machine = self.told.cast.machine_of(process);
        self.at_the_same_time(
            index,
            |world| matches!(world, WorldEvent::Suspended { machine: it } if *it == machine),
        )
    }

    fn lost_power(&self, index: usize, process: ProcessId) -> bool {
        let machine = self.told.cast.machine_of(process);
        self.at_the_same_time(
            index,
            |world| matches!(world, WorldEvent::PowerLost { machine: it } if *it == machine),
        )
    }

    fn at_the_same_time(&self, index: usize, fits: impl Fn(&WorldEvent) -> bool) -> bool {
        let at = self.told.history[index].at;
        let before = self.told.history[..index].iter().rev().take_while(|event| event.at == at);
        let after = self.told.history[index..].iter().take_while(|event| event.at == at);
        before.chain(after).any(|event| matches!(&event.kind, EventKind::World(world) if fits(world)))
    }

    fn process_on(&self, machine: MachineId) -> Option<ProcessId> {
        let on = self.told.cast.processes.iter().position(|process| process.machine == machine);
        on.map(|index| ProcessId(index as u32))
    }

    /// The name of a process that has a part in it: a server, or one with an owner who is followed, and then
    /// the name of that owner.
    fn shown(&self, process: ProcessId) -> Option<String> {
        if self.told.cast.processes[process.index()].role == ProcessRole::Server {
            return Some(self.process(process));
        }
        let owner = self.choice.owners.iter().find(|owner| self.told.cast.process_of(**owner) == process)?;
        Some(self.owner(*owner))
    }

    fn process(&self, process: ProcessId) -> String {
        self.told.cast.process(process).to_owned()
    }

    fn owner(&self, owner: OwnerId) -> String {
        self.told.cast.owner(owner).to_owned()
    }

    /// Empty where there is one server only.
    fn at_node(&self, node: ProcessId) -> String {
        let servers = self.told.cast.processes.iter().filter(|process| process.role == ProcessRole::Server);
        if servers.count() > 1 { format!(" on {}", self.told.cast.process(node)) } else { String::new() }
    }
}

fn clause(subject: String, predicate: String) -> Clause {
    Clause { subject, predicate }
}

fn past(by: Span, what: &str) -> String {
    format!(", {} past its {what}", by.in_seconds())
}

fn with(token: Option<Token>) -> String {
    token.map(|token| format!(", token {token}")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;

    #[test]
    fn the_classic_in_sentences() {
        let (plan, cast, judgement, history) =
            (testing::plan(), testing::cast(), testing::judgement(), testing::history());
        let told = Told {
            faults: &plan.faults,
            cast: &cast,
            judgement: &judgement,
            history: &history,
            elsewhere: None,
        };
        assert_eq!(
            account(&told),
            [
                "c1.1 got `orders` at 7.413s (tenure #1, token 1); stopped at 7.415s for 3.000s, 1.003s past \
                 its lease.",
                "The lease of #1 ended at 9.412s, while c1.1 still believed.",
                "c2.1 got `orders` at 9.431s (tenure #2, token 2); had its write under #2 taken at 9.441s; gave it \
                 back at 9.900s.",
                "c1.1 had its write under #1 taken at 10.416s; gave it back at 10.502s.",
            ]
        );
    }
}
