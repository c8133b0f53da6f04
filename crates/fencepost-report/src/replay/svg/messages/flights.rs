//! Which messages are drawn: those of the clients that matter, and of the servers among themselves what was lost
//! or late. Requests of which nothing came are counted only: an owner that waits sends hundreds, and cleans up after
//! each of them.

use crate::replay::choice::Choice;
use crate::replay::mark::LONG_FLIGHT;
use crate::replay::told::Told;
use fencepost_model::{EventKind, Instant, ProcessId, ProcessRole, TenureEvent, TraceEvent};
use std::collections::BTreeSet;

/// Requests that come to nothing where they neither grant nor end a tenure, and their answers.
const IN_VAIN: [(&str, &str); 2] = [("acquire", "acquire-reply"), ("release", "release-reply")];

/// A message, from where it left to where it arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Flight {
    pub source: ProcessId,
    pub target: ProcessId,
    pub label: &'static str,
    pub sent: Instant,
    /// None: not within what is drawn.
    pub arrived: Option<Instant>,
    /// What held it up.
    pub held_up: Option<&'static str>,
}

impl Flight {
    fn is_between(&self, source: ProcessId, target: ProcessId) -> bool {
        (self.source, self.target) == (source, target)
    }
}

/// The flights that are drawn, by when they left, and how many requests in vain are not.
pub(super) fn flights(told: &Told<'_>, choice: &Choice) -> (Vec<Flight>, usize) {
    let clients: Vec<ProcessId> = choice.owners.iter().map(|owner| told.cast.process_of(*owner)).collect();
    let mut all: Vec<Flight> = Vec::new();
    for event in told.history.iter().filter(|event| event.at <= choice.window.1) {
        if let EventKind::Trace(trace) = &event.kind {
            take(&mut all, trace, event.at);
        }
    }
    all.retain(|flight| {
        let is_in = flight.sent >= choice.window.0 || flight.arrived.is_some_and(|at| at >= choice.window.0);
        let of_clients = clients.contains(&flight.source) || clients.contains(&flight.target);
        let server = |process: ProcessId| told.cast.processes[process.index()].role == ProcessRole::Server;
        let among_servers = server(flight.source) && server(flight.target);
        let late = flight.arrived.is_some_and(|at| at.since(flight.sent) > LONG_FLIGHT);
        is_in && (of_clients || among_servers && (late || flight.held_up.is_some()))
    });
    all.sort_by_key(|flight| flight.sent);
    // Servers ping each other for ever: the first of what is lost tells of the others.
    let mut lost: BTreeSet<(ProcessId, ProcessId, &str)> = BTreeSet::new();
    all.retain(|flight| {
        let of_clients = clients.contains(&flight.source) || clients.contains(&flight.target);
        of_clients || flight.arrived.is_some() || lost.insert((flight.source, flight.target, flight.label))
    });
    let vain = in_vain(told, choice, &all);
    let mut index = 0;
    all.retain(|_| {
        index += 1;
        !vain[index - 1]
    });
    (all, vain.iter().filter(|vain| **vain).count() / 2)
}

fn take(all: &mut Vec<Flight>, trace: &TraceEvent, at: Instant) {
    match trace {
        TraceEvent::Delivered { source, target, label, sent } => {
            let known = all.iter_mut().rev().find(|flight| {
                flight.is_between(*source, *target) && flight.sent == *sent && flight.label == *label
            });
            match known.filter(|flight| flight.arrived.is_none()) {
                Some(flight) => flight.arrived = Some(at),
                None => all.push(Flight {
                    source: *source,
                    target: *target,
                    label,
                    sent: *sent,
                    arrived: Some(at),
                    held_up: None,
                }),
            }
        }
        TraceEvent::HeldUp { source, target, label, by } => all.push(Flight {
            source: *source,
            target: *target,
            label,
            sent: at,
            arrived: None,
            held_up: Some(by),
        }),
        TraceEvent::Sent { .. } | TraceEvent::Broken { .. } => {}
    }
}

/// Which of the flights ask for something in vain, or answer so.
fn in_vain(told: &Told<'_>, choice: &Choice, flights: &[Flight]) -> Vec<bool> {
    let mut vain = vec![false; flights.len()];
    for (ask, flight) in flights.iter().enumerate() {
        let Some((_, word)) = IN_VAIN.iter().find(|(word, _)| *word == flight.label) else { continue };
        let (Some(arrived), None) = (flight.arrived, flight.held_up) else { continue };
        let answer = flights.iter().enumerate().skip(ask).find(|(place, answer)| {
            let is_answer = answer.label == *word && answer.is_between(flight.target, flight.source);
            is_answer && answer.sent >= arrived && !vain[*place]
        });
        let Some((answer, back)) = answer else { continue };
        if back.held_up.is_none() && !does_something(told, choice, flight, (arrived, back.sent)) {
            (vain[ask], vain[answer]) = (true, true);
        }
    }
    vain
}

/// Whether the server grants a tenure that is followed to this client, or lets one go, between two instants.
fn does_something(told: &Told<'_>, choice: &Choice, ask: &Flight, (from, to): (Instant, Instant)) -> bool {
    let first = told.history.partition_point(|event| event.at < from);
    let mut during = told.history[first..].iter().take_while(|event| event.at <= to);
    during.any(|event| match &event.kind {
        EventKind::Tenure(TenureEvent::Granted { tenure, node, tag, .. }) => {
            let to_this = *node == ask.target && told.cast.process_of(tag.owner) == ask.source;
            to_this && choice.tenures.contains(tenure)
        }
        EventKind::Tenure(TenureEvent::Gone { tenure, node, .. }) => {
            *node == ask.target && choice.tenures.contains(tenure)
        }
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;
    use fencepost_model::{Event, Judgement};

    const CLIENT: ProcessId = ProcessId(1);
    const STORE: ProcessId = ProcessId(0);

    fn delivered(source: ProcessId, target: ProcessId, label: &'static str, times: (u64, u64)) -> Event {
        let (sent, at) = (ms(times.0), ms(times.1));
        Event { n: 0, at, kind: EventKind::Trace(TraceEvent::Delivered { source, target, label, sent }) }
    }

    fn lost(label: &'static str, at: u64) -> Event {
        let trace = TraceEvent::HeldUp { source: STORE, target: CLIENT, label, by: "lost" };
        Event { n: 0, at: ms(at), kind: EventKind::Trace(trace) }
    }

    fn ms(millis: u64) -> Instant {
        Instant(millis * 1_000_000)
    }

    #[test]
    fn what_was_granted_and_what_was_lost_is_drawn_and_what_came_to_nothing_is_counted() {
        let (plan, cast) = (testing::plan(), testing::cast());
        let mut history = testing::history();
        history.extend([
            delivered(CLIENT, STORE, "acquire", (7_410, 7_412)),
            delivered(STORE, CLIENT, "acquire-reply", (7_412, 7_413)),
            delivered(CLIENT, STORE, "acquire", (8_000, 8_001)),
            delivered(STORE, CLIENT, "acquire-reply", (8_001, 8_002)),
            lost("write-reply", 8_100),
        ]);
        history.sort_by_key(|event| event.at);
        let judgement = Judgement { properties: Vec::new(), seen: Vec::new() };
        let told = Told {
            faults: &plan.faults,
            cast: &cast,
            judgement: &judgement,
            history: &history,
            elsewhere: None,
        };
        let (flights, in_vain) = flights(&told, &Choice::of(&told, 4));
        let drawn: Vec<_> = flights.iter().map(|flight| (flight.label, flight.held_up)).collect();
        assert_eq!(drawn, [("acquire", None), ("acquire-reply", None), ("write-reply", Some("lost"))]);
        assert_eq!(in_vain, 1);
    }
}
