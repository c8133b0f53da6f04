//! Places: where faults could have been put in a run, listed as the run passes them. Only a run for a
//! search lists them: whoever searches edits its plan at one of them and runs it again.

use crate::core::Core;
use crate::point::AtPoint;
use crate::queue::Step;
use fencepost_model::{Digest, Fault, Instant, OwnerId, PointKind, ProcessId, Span};
use std::hash::Hash;

/// Whether a run lists its places.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Places {
    /// It does not.
    #[default]
    Untold,
    /// It does.
    Listed,
    /// It does, with the state at each: that costs a few times the run.
    WithStates,
}

/// A place of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// When the run passed it.
    pub at: Instant,
    /// What it lies at.
    pub what: PlaceKind,
    /// Of everything that decides how the run goes on: see [`Place::state`].
    state: u64,
}

/// What a place lies at.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum PlaceKind {
    /// A decision point: faults are put at it by kind, message and process.
    Point {
        /// Between which things.
        kind: PointKind,
        /// In which process.
        process: ProcessId,
        /// Whose operation it belongs to, where it belongs to one.
        owner: Option<OwnerId>,
        /// Of which message, where it is about one.
        message: Option<String>,
    },
    /// A message is put on the wire: faults choose it by its kind and the processes at its ends.
    Sent {
        /// Its kind.
        label: &'static str,
        /// Who sends it.
        source: ProcessId,
        /// Who gets it.
        target: ProcessId,
        /// Whether it is a datagram, which may arrive twice; a part of a stream otherwise.
        is_datagram: bool,
        /// How long after it the receiver's next timer is due, where the receiver has one.
        next_timer: Option<Span>,
        /// When it will arrive, where nothing holds it back or loses it.
        arrives: Option<Instant>,
    },
}

impl Place {
    /// A digest of everything that decides how the run goes on from here, and how it is judged: what every
    /// process was handed and when, what was told, the queue, links, disks, clocks and what faults have left
    /// behind. Two runs that agree in it go on alike, whatever faults brought them there.
    ///
    /// What faults are called is no part of it, and no checker looks at that. A digest, so two states may be
    /// taken for one with the chance of one in 2^64. Nothing where states were not asked for: see [`Places`].
    pub fn state(&self) -> u64 {
        self.state
    }
}

impl Core {
    /// Whether anybody wants to know of decision points of this kind.
    #[inline]
    pub fn watches_points(&self, kind: PointKind) -> bool {
        self.faults.points.waits_for(kind) || self.places.is_some()
    }

    /// A message is put on the wire.
    #[inline]
    pub fn note_sending(
        &mut self,
        source: ProcessId,
        target: ProcessId,
        label: &'static str,
        datagram: bool,
    ) {
        if self.places.is_some() && !self.in_tail {
            let next_timer = self.next_timer_of(target);
            self.note(PlaceKind::Sent {
                label,
                source,
                target,
                is_datagram: datagram,
                next_timer,
                arrives: None,
            });
        }
    }

    /// The message that was put on the wire last will arrive then.
    #[inline]
    pub fn note_arrival(&mut self, at: Instant) {
        if let Some(PlaceKind::Sent { arrives, .. }) =
            self.places.as_mut().and_then(|places| places.last_mut()).map(|place| &mut place.what)
        {
            arrives.get_or_insert(at);
        }
    }

    /// A client's code has read this on a clock: what it does next may follow from it.
    #[inline]
    pub fn note_reading(&mut self, process: ProcessId, reading: &impl Hash) {
        if self.witness.digests_states() {
            self.witness.note_input(&(process, reading));
        }
    }

    /// Lists a place, where somebody searches.
    pub fn note(&mut self, what: PlaceKind) {
        if self.places.is_none() {
            return;
        }
        let mut state = 0;
        if self.witness.digests_states() {
            // How far the code of a turn has come: between two places of one instant nothing else may differ.
            self.witness.note_input(&what);
            state = self.state();
        }
        let place = Place { at: self.now, what, state };
        if let Some(places) = &mut self.places {
            places.push(place);
        }
    }

    fn next_timer_of(&mut self, process: ProcessId) -> Option<Span> {
        let state = &mut self.processes[process.index()];
        let at = state.lane.next(&self.waits)?;
        let due = self.machines[state.machine.index()].clock.when_mono(at)?;
        Some(due.since(self.now))
    }

    fn state(&self) -> u64 {
        let mut digest = Digest::default();
        digest.fold(self.now.0);
        digest.fold(self.witness.inputs());
        for (at, step) in self.queue.in_order() {
            digest.fold(at.0);
            match step {
                Step::Fire(fault) | Step::Heal(fault) => {
                    digest.fold(u64::from(matches!(step, Step::Fire(_))));
                    self.what(fault).hash(&mut digest);
                }
                other => other.hash(&mut digest),
            }
        }
        for machine in &self.machines {
            (&machine.clock, machine.ppm, machine.powered).hash(&mut digest);
            machine.disk.fold_into(&mut digest);
        }
        for process in &self.processes {
            let flags = (process.alive, process.broken, process.starts_at_wake, process.stopped);
            (process.incarnation, flags, process.wakeups).hash(&mut digest);
            (&process.inbox, &process.mail, &process.synced, &process.stalled).hash(&mut digest);
        }
        (&self.ready, &self.news).hash(&mut digest);
        self.fold_links(&mut digest);
        self.fold_faults(&mut digest);
        digest.value()
    }

    fn what(&self, fault: u32) -> &Fault {
        &self.plan.faults[fault as usize].what
    }

    fn fold_links(&self, digest: &mut Digest) {
        for cut in &self.network.cuts {
            (cut.who, cut.other, cut.direction).hash(digest);
        }
        for slowing in &self.network.slowings {
            (slowing.who, slowing.direction, slowing.by).hash(digest);
        }
        for upset in &self.network.upsets {
            (upset.who, upset.direction).hash(digest);
            self.what(upset.fault).hash(digest);
        }
        for (id, connection) in self.network.connections.kept() {
            (id, connection.last, connection.sent, connection.arrived).hash(digest);
        }
        (&self.network.held, &self.network.early).hash(digest);
        for chosen in &self.network.chosen {
            (&chosen.kind, chosen.nth, chosen.client, chosen.upset).hash(digest);
        }
    }

    /// What faults will do still, without their numbers.
    fn fold_faults(&self, digest: &mut Digest) {
        for AtPoint { fault, left, .. } in self.faults.points.iter() {
            (&self.plan.faults[*fault as usize].place, left).hash(digest);
            self.what(*fault).hash(digest);
        }
        for (fault, left) in self.faults.watches() {
            (&self.plan.faults[*fault as usize].place, left).hash(digest);
            self.what(*fault).hash(digest);
        }
        for fault in self.faults.awaiting() {
            self.what(fault).hash(digest);
        }
        for (place, state) in self.faults.states.iter().enumerate() {
            if state.hit.is_some() {
                (state.hit, state.until).hash(digest);
                self.what(place as u32).hash(digest);
            }
        }
    }
}
