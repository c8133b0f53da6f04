//! What came of a run, as lines that a test can read.

use super::script::{line_of, word_of};
use fencepost_model::{
    Cast, ClientEvent, Event, EventKind, Evidence, FaultId, Finding, Instant, OpTag, Outcome, OwnerId,
    RowChange, StoreEvent, TenureEvent, TraceEvent, Verdict, Violation, WorldEvent, word,
};
use fencepost_sim::{Fate, RunResult};

/// A run that is over. Its lines are what scripts said and what the events of the history tell, each with
/// its instant of true time.
pub struct Run {
    pub result: RunResult,
    lines: Vec<(Instant, String)>,
}

impl Run {
    pub fn new(result: RunResult, said: &[String]) -> Run {
        let line = |event: &Event| Some((event.at, told(event, &result.cast, said)?));
        let lines = result.history.iter().filter_map(line).collect();
        Run { result, lines }
    }

    /// The lines that begin with one of these words, each as `4ms c1: answered hello`.
    pub fn lines(&self, beginnings: &[&str]) -> Vec<String> {
        let wanted = |text: &str| beginnings.iter().any(|beginning| text.starts_with(beginning));
        let lines = self.lines.iter().filter(|(_, text)| wanted(text));
        lines.map(|(at, text)| format!("{at} {text}")).collect()
    }

    /// Every line.
    pub fn all(&self) -> String {
        self.lines(&[""]).join("\n")
    }

    /// When each line of this text was told.
    pub fn times(&self, text: &str) -> Vec<Instant> {
        self.lines.iter().filter(|(_, line)| line == text).map(|(at, _)| *at).collect()
    }

    /// When the first line of this text was told.
    pub fn first(&self, text: &str) -> Instant {
        *self.times(text).first().unwrap_or_else(|| panic!("`{text}` was never told in\n{}", self.all()))
    }

    /// When the only line of this text was told.
    pub fn at(&self, text: &str) -> Instant {
        match self.times(text)[..] {
            [at] => at,
            ref times => panic!("`{text}` was told at {times:?} in\n{}", self.all()),
        }
    }

    /// The place of the only line of this text among all lines.
    pub fn place(&self, text: &str) -> usize {
        self.at(text);
        self.lines.iter().position(|(_, line)| line == text).expect("it is there")
    }

    /// What events of the history say to this question, each with its instant.
    pub fn history_of<T>(&self, of: impl Fn(&EventKind) -> Option<T>) -> Vec<(Instant, T)> {
        let events = self.result.history.iter();
        events.filter_map(|event| Some((event.at, of(&event.kind)?))).collect()
    }

    /// Whether a line has this text.
    pub fn tells(&self, text: &str) -> bool {
        !self.times(text).is_empty()
    }

    /// What a property says.
    pub fn verdict(&self, property: &str) -> &Verdict {
        let verdict = self.result.judgement.of(property);
        verdict.unwrap_or_else(|| panic!("`{property}` was not judged"))
    }

    /// The violations of a property.
    pub fn violations(&self, property: &str) -> &[Violation] {
        self.verdict(property).violations()
    }

    /// Panics unless every property holds or is not offered.
    pub fn holds(&self) {
        for report in &self.result.judgement.properties {
            let fine = matches!(report.verdict, Verdict::Holds | Verdict::NotOffered);
            assert!(fine, "{}: {:#?}\n{}", report.property, report.verdict, self.all());
        }
    }

    /// Every misbehaviour that was told, with its owner's name.
    pub fn findings(&self) -> Vec<(Option<String>, Finding)> {
        let finding = |event: &Event| match &event.kind {
            EventKind::Client(ClientEvent::Misbehaved { owner, finding }) => {
                Some((owner.map(|owner| self.result.cast.owner(owner).to_owned()), finding.clone()))
            }
            _ => None,
        };
        self.result.history.iter().filter_map(finding).collect()
    }

    /// The first misbehaviour as `well-behaved` names it.
    pub fn misbehaviour(&self) -> Option<(Option<OwnerId>, Finding)> {
        match &self.violations(word::WELL_BEHAVED).first()?.evidence {
            Evidence::Misbehaviour { owner, finding } => Some((*owner, finding.clone())),
            other => panic!("another evidence: {other:?}"),
        }
    }

    /// When a fault fired first; none where it did not.
    pub fn fired(&self, fault: usize) -> Option<Instant> {
        match &self.result.fates[fault] {
            Fate::Fired { at, .. } => Some(*at),
            Fate::NotFired | Fate::NotOffered => None,
        }
    }

    /// The flights of messages of this kind, as (sent, delivered).
    pub fn flights(&self, kind: &str) -> Vec<(Instant, Instant)> {
        let flight = |event: &Event| match &event.kind {
            EventKind::Trace(TraceEvent::Delivered { label, sent, .. }) if *label == kind => {
                Some((*sent, event.at))
            }
            _ => None,
        };
        self.result.history.iter().filter_map(flight).collect()
    }
}

/// The line of an event, where it has one.
fn told(event: &Event, cast: &Cast, said: &[String]) -> Option<String> {
    let owner_of = |tag: &OpTag| cast.owner(tag.owner);
    Some(match &event.kind {
        EventKind::Client(event) => return of_client(event, cast, said),
        EventKind::Store(StoreEvent::Row { node, key, change, primary, .. }) => {
            let change = match change {
                RowChange::Attempted => key.to_string(),
                RowChange::Created { .. } => format!("{key} created"),
                RowChange::Changed { .. } => format!("{key} changed"),
                RowChange::Removed { reason } => format!("{key} removed: {reason:?}"),
            };
            if *primary { change } else { format!("{} copies {change}", cast.process(*node)) }
        }
        EventKind::Store(StoreEvent::Promoted { node }) => format!("{} is promoted", cast.process(*node)),
        EventKind::Store(StoreEvent::Demoted { node }) => format!("{} is demoted", cast.process(*node)),
        EventKind::Tenure(event) => match event {
            TenureEvent::Granted { tenure, tag, .. } => {
                format!("grant {} to {}", tenure.0, owner_of(tag))
            }
            TenureEvent::Extended { tenure, .. } => format!("grant {} extended", tenure.0),
            TenureEvent::Gone { tenure, reason, .. } => format!("grant {} gone: {reason:?}", tenure.0),
            TenureEvent::PromiseEnded { tenure, .. } => format!("grant {} ran out", tenure.0),
            TenureEvent::Waits { tag, .. } => format!("{} waits", owner_of(tag)),
            TenureEvent::WaitsNoMore { tag, .. } => format!("{} waits no more", owner_of(tag)),
        },
        EventKind::World(event) => of_world(event, cast)?,
        _ => return None,
    })
}

fn of_client(event: &ClientEvent, cast: &Cast, said: &[String]) -> Option<String> {
    Some(match event {
        ClientEvent::HeldBack { tag } => said[line_of(tag)?].clone(),
        ClientEvent::Invoked { tag, call, .. } => {
            format!("{} calls {}", cast.owner(tag.owner), word_of(*call))
        }
        ClientEvent::Returned { tag, call, outcome, .. } => {
            let outcome = match outcome {
                Outcome::Granted { .. } => "granted".to_owned(),
                Outcome::Extended { .. } => "extended".to_owned(),
                Outcome::Counted { holds } => format!("taken {holds} times"),
                other => format!("{other:?}"),
            };
            format!("{} {}: {outcome}", cast.owner(tag.owner), word_of(*call))
        }
        ClientEvent::BeliefStarted { tenure, tag, .. } => {
            format!("belief {} of {}", tenure.0, cast.owner(tag.owner))
        }
        ClientEvent::BeliefEnded { tenure, why } => format!("belief {} ended: {why:?}", tenure.0),
        ClientEvent::DeadlineReached { tenure } => format!("deadline of {}", tenure.0),
        ClientEvent::BeliefExtended { tenure, .. } => format!("belief {} extended", tenure.0),
        ClientEvent::Finished { .. } | ClientEvent::Misbehaved { .. } => return None,
    })
}

fn of_world(event: &WorldEvent, cast: &Cast) -> Option<String> {
    let fault_of = |fault: &FaultId| format!("fault {}", fault.0 + 1);
    Some(match event {
        WorldEvent::Fired { fault, target } => format!("{} at {target}", fault_of(fault)),
        WorldEvent::Healed { fault } => format!("{} over", fault_of(fault)),
        WorldEvent::Paused { process } => format!("{} stops", cast.process(*process)),
        WorldEvent::Resumed { process } => format!("{} goes on", cast.process(*process)),
        WorldEvent::Killed { process } => format!("{} dies", cast.process(*process)),
        WorldEvent::Started { process, incarnation } => {
            format!("{} starts, life {incarnation}", cast.process(*process))
        }
        WorldEvent::Suspended { machine } => format!("{} sleeps", cast.machine(*machine)),
        WorldEvent::Woken { machine } => format!("{} wakes", cast.machine(*machine)),
        WorldEvent::CalmTail => "calm tail".to_owned(),
        _ => return None,
    })
}
