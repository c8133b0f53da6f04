//! How the owners stand between two rows: believing, stopped, dead.

use super::choice::{Choice, tenure_of};
use super::told::Told;
use fencepost_model::{ClientEvent, Event, EventKind, MachineId, OwnerId, ProcessId, WorldEvent};

/// How an owner stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Stand {
    believes: bool,
    /// Pauses and suspensions that last.
    stops: u32,
    dead: bool,
}

const DEAD: Stand = Stand { believes: false, stops: 0, dead: true };

impl Stand {
    /// What stands on the lane where nothing happens.
    pub fn glyph(self) -> char {
        match (self.dead, self.stops > 0, self.believes) {
            (true, ..) => '×',
            (_, true, _) => '┊',
            (_, _, true) => '│',
            _ => ' ',
        }
    }

    /// Whether its process does not run.
    pub fn is_stopped(self) -> bool {
        self.stops > 0
    }
}

/// How all owners with a lane stand.
pub(super) struct Stands<'a> {
    told: Told<'a>,
    choice: &'a Choice,
    every_event: bool,
    stands: Vec<Stand>,
}

impl<'a> Stands<'a> {
    /// Everybody runs, and nobody believes.
    pub fn new(told: Told<'a>, choice: &'a Choice, every_event: bool) -> Stands<'a> {
        Stands { told, choice, every_event, stands: vec![Stand::default(); choice.owners.len()] }
    }

    /// In the order of the lanes.
    pub fn all(&self) -> &[Stand] {
        &self.stands
    }

    /// Takes an event in. Beliefs in tenures that are not drawn leave no trace.
    pub fn step(&mut self, event: &Event) {
        let is_drawn =
            tenure_of(&event.kind).is_none_or(|t| self.every_event || self.choice.tenures.contains(&t));
        match &event.kind {
            EventKind::Client(ClientEvent::BeliefStarted { tag, .. }) if is_drawn => {
                self.each(|owner| owner == tag.owner, |stand| stand.believes = true);
            }
            EventKind::Client(ClientEvent::BeliefEnded { tenure, .. }) if is_drawn => {
                let whose = self.choice.owner_of(*tenure);
                self.each(|owner| Some(owner) == whose, |stand| stand.believes = false);
            }
            EventKind::World(world) => self.step_world(world),
            _ => {}
        }
    }

    fn step_world(&mut self, event: &WorldEvent) {
        let cast = self.told.cast;
        let of = |process: ProcessId| move |owner: OwnerId| cast.process_of(owner) == process;
        let on =
            |machine: MachineId| move |owner: OwnerId| cast.machine_of(cast.process_of(owner)) == machine;
        let stop = |stand: &mut Stand| stand.stops += 1;
        let go_on = |stand: &mut Stand| stand.stops = stand.stops.saturating_sub(1);
        match event {
            WorldEvent::Paused { process } => self.each(of(*process), stop),
            WorldEvent::Resumed { process } => self.each(of(*process), go_on),
            WorldEvent::Suspended { machine } => self.each(on(*machine), stop),
            WorldEvent::Woken { machine } => self.each(on(*machine), go_on),
            WorldEvent::PowerLost { machine } => self.each(on(*machine), |stand| *stand = DEAD),
            WorldEvent::Killed { process } => self.each(of(*process), |stand| *stand = DEAD),
            WorldEvent::Started { process, .. } => self.each(of(*process), |stand| stand.dead = false),
            _ => {}
        }
    }

    fn each(&mut self, whose: impl Fn(OwnerId) -> bool, change: impl Fn(&mut Stand)) {
        let theirs = self.choice.owners.iter().zip(&mut self.stands).filter(|(owner, _)| whose(**owner));
        theirs.for_each(|(_, stand)| change(stand));
    }
}
