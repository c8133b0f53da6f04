//! What is said beside the lines: what servers granted, what owners believed, what the resource took, who stood still.

use crate::replay::choice::{Choice, tenure_of};
use crate::replay::drew;
use crate::replay::told::{Told, flags};
use crate::replay::word::{belief_end, end_word};
use fencepost_model::{
    Access, ClientEvent, EventKind, Instant, MachineId, ProcessId, ResourceEvent, TenureEvent, WorldEvent,
};

/// A few words at the line of a process.
pub(super) struct Note {
    pub at: Instant,
    pub process: ProcessId,
    pub text: String,
    /// What is violated here, in short words.
    pub flags: Vec<&'static str>,
}

/// Something that lasts, on the line of a process.
pub(super) struct Stretch {
    pub process: ProcessId,
    pub from: Instant,
    /// None: to the end.
    pub until: Option<Instant>,
    pub is_belief: bool,
}

/// Everything beside the lines, in the order of the run.
pub(super) fn notes(told: &Told<'_>, choice: &Choice) -> Vec<Note> {
    let flags = flags(told);
    let told_of = |index: usize| {
        let event = &told.history[index];
        if tenure_of(&event.kind).is_some_and(|tenure| !choice.tenures.contains(&tenure)) {
            return None;
        }
        let is_in = (choice.window.0..=choice.window.1).contains(&event.at);
        let (process, text) = is_in.then(|| words(told, choice, &event.kind)).flatten()?;
        let flags = flags.get(&event.n).cloned().unwrap_or_default();
        Some(Note { at: event.at, process, text, flags })
    };
    (0..told.history.len()).filter_map(told_of).collect()
}

fn words(told: &Told<'_>, choice: &Choice, kind: &EventKind) -> Option<(ProcessId, String)> {
    match kind {
        EventKind::Tenure(TenureEvent::Granted { tenure, node, .. }) => {
            Some((*node, format!("grants #{}", tenure.0)))
        }
        EventKind::Tenure(TenureEvent::PromiseEnded { tenure, node }) => {
            Some((*node, format!("lease of #{} ends", tenure.0)))
        }
        EventKind::Tenure(TenureEvent::Gone { tenure, node, reason }) => {
            Some((*node, format!("#{} {}", tenure.0, end_word(*reason))))
        }
        EventKind::Client(ClientEvent::BeliefStarted { tenure, tag, .. }) => {
            Some((told.cast.process_of(tag.owner), format!("holds #{}", tenure.0)))
        }
        EventKind::Client(ClientEvent::BeliefEnded { tenure, why }) => {
            let owner = choice.owner_of(*tenure)?;
            Some((told.cast.process_of(owner), belief_end(*why).to_owned()))
        }
        EventKind::Resource(ResourceEvent::Decided { tenure, access, accepted, .. }) => {
            let answer = match access {
                Access::Commit { .. } => "done",
                _ if *accepted => "taken",
                _ => "refused",
            };
            let verb = access.word();
            let resource = told.cast.process_at(access.site())?;
            Some((resource, format!("{verb} #{} {answer}", tenure.0)))
        }
        EventKind::World(WorldEvent::Paused { process }) => Some((*process, "stands still".to_owned())),
        EventKind::World(WorldEvent::Resumed { process }) => Some((*process, "goes on".to_owned())),
        EventKind::World(WorldEvent::Killed { process }) => Some((*process, "dies".to_owned())),
        EventKind::World(WorldEvent::Started { process, incarnation }) if *incarnation > 0 => {
            Some((*process, "starts again".to_owned()))
        }
        EventKind::World(WorldEvent::Stepped { machine, by }) => {
            Some((process_on(told, *machine)?, format!("clock {}", drew::signed(*by))))
        }
        _ => None,
    }
}

fn process_on(told: &Told<'_>, machine: MachineId) -> Option<ProcessId> {
    let on = told.cast.processes.iter().position(|process| process.machine == machine);
    on.map(|index| ProcessId(index as u32))
}

/// Beliefs, and the times in which a process stood still or was dead.
pub(super) fn stretches(told: &Told<'_>, choice: &Choice) -> Vec<Stretch> {
    let mut all: Vec<(Stretch, Option<fencepost_model::TenureId>)> = Vec::new();
    let mut begin = |process, from, tenure: Option<_>| {
        all.push((Stretch { process, from, until: None, is_belief: tenure.is_some() }, tenure));
    };
    let mut ends: Vec<(Instant, Option<ProcessId>, Option<fencepost_model::TenureId>)> = Vec::new();
    for event in told.history {
        match &event.kind {
            EventKind::Client(ClientEvent::BeliefStarted { tenure, tag, .. })
                if choice.tenures.contains(tenure) =>
            {
                begin(told.cast.process_of(tag.owner), event.at, Some(*tenure));
            }
            EventKind::Client(ClientEvent::BeliefEnded { tenure, .. }) => {
                ends.push((event.at, None, Some(*tenure)));
            }
            EventKind::World(WorldEvent::Paused { process } | WorldEvent::Killed { process }) => {
                begin(*process, event.at, None);
            }
            EventKind::World(WorldEvent::Resumed { process } | WorldEvent::Started { process, .. }) => {
                ends.push((event.at, Some(*process), None));
            }
            _ => {}
        }
    }
    for (stretch, tenure) in &mut all {
        let fits = |(at, process, ended): &&(Instant, Option<ProcessId>, Option<_>)| {
            *at >= stretch.from
                && if stretch.is_belief { ended == tenure } else { *process == Some(stretch.process) }
        };
        stretch.until = ends.iter().find(fits).map(|(at, ..)| *at);
    }
    all.into_iter().map(|(stretch, _)| stretch).collect()
}
