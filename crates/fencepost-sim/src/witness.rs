//! The witness: numbers events, keeps the digest, and hands each event to the judge as it occurs. A run
//! keeps no history, unless it is recorded for people.

use crate::behaviour::Behaviour;
use crate::place::Places;
use fencepost_check::Judge;
use fencepost_model::{Digest, Event, EventKind, Instant, TraceEvent, WorldEvent};
use std::hash::Hash;

pub(crate) struct Witness {
    judge: Option<Judge>,
    history: Option<Vec<Event>>,
    digest: Digest,
    /// What processes were handed and what was told, without the names of faults; where states are digested.
    inputs: Digest,
    places: Places,
    /// What the run was like, where somebody compares runs.
    behaviour: Option<Behaviour>,
    count: u64,
}

impl Witness {
    /// Keeps a history only where `record` is set. Without a judge, events are only counted and digested.
    pub fn new(judge: Option<Judge>, record: bool) -> Witness {
        Witness {
            judge,
            history: record.then(Vec::new),
            digest: Digest::default(),
            inputs: Digest::default(),
            places: Places::Untold,
            behaviour: None,
            count: 0,
        }
    }

    /// Takes in what the run is like, too.
    pub fn comparing(mut self, compares: bool) -> Witness {
        self.behaviour = compares.then(Behaviour::default);
        self
    }

    /// Wants to know where faults could have been put, too.
    pub fn listing(self, places: Places) -> Witness {
        Witness { places, ..self }
    }

    /// Gives an event its number, and takes it in.
    #[inline]
    pub fn tell(&mut self, event: &mut Event) {
        event.n = self.count;
        self.count += 1;
        // A copy of its own stays in a register while the fields are folded in one by one.
        let mut digest = self.digest;
        digest.fold(event.at.0);
        event.kind.hash(&mut digest);
        self.digest = digest;
        if let Some(behaviour) = &mut self.behaviour {
            behaviour.observe(event.at, &event.kind);
        }
        if let Some(judge) = &mut self.judge {
            judge.observe(event);
        }
        if self.digests_states() {
            let names_fault =
                matches!(event.kind, EventKind::World(WorldEvent::Fired { .. } | WorldEvent::Healed { .. }));
            if !names_fault {
                self.inputs.fold(event.at.0);
                event.kind.hash(&mut self.inputs);
            }
        }
        if let Some(history) = &mut self.history {
            history.push(event.clone());
        }
    }

    /// Whether somebody wants to know where faults could have been put.
    pub fn lists_places(&self) -> bool {
        self.places != Places::Untold
    }

    /// Whether somebody wants to know the state there, too.
    #[inline]
    pub fn digests_states(&self) -> bool {
        self.places == Places::WithStates
    }

    /// Takes in what only people want to see: it is neither judged nor digested, nor does it move the
    /// numbers of the events that are, so that a recorded run is the same run.
    #[inline]
    pub fn trace(&mut self, at: Instant, event: impl FnOnce() -> TraceEvent) {
        if let Some(history) = &mut self.history {
            history.push(Event { n: self.count, at, kind: EventKind::Trace(event()) });
        }
    }

    /// Folds a step of the world in: messages count for the digest although no checker sees them.
    #[inline]
    pub fn fold(&mut self, word: u64) {
        self.digest.fold(word);
        if self.digests_states() {
            self.inputs.fold(word);
        }
    }

    /// Takes in what a process was handed, for the digest of inputs alone.
    pub fn note_input(&mut self, input: &impl Hash) {
        input.hash(&mut self.inputs);
    }

    /// The digest of what processes were handed and what was told so far, where states are digested.
    pub fn inputs(&self) -> u64 {
        self.inputs.value()
    }

    pub fn into_parts(self) -> (Option<Judge>, Vec<Event>, u64, u64, Option<Behaviour>) {
        (self.judge, self.history.unwrap_or_default(), self.digest.value(), self.count, self.behaviour)
    }
}
