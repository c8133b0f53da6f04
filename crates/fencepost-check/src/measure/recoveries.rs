//! How long it took after a death until somebody had the lock again.

use super::{Bereft, Death, Recovery};
use crate::Scene;
use fencepost_model::{
    Event, EventKind, Instant, LockId, MachineId, OwnerId, ProcessId, ProcessRole, TenureId, WorldEvent,
};

/// Watches for deaths, and for the tenures that come after them.
///
/// A recovery ends when a new tenure begins: at its grant or at its belief, whichever comes first. So a reply that
/// was on its way when its server died is no recovery. The rest of a tenure that goes on is part of the time: whoever
/// waits cannot tell the one from the other.
#[derive(Debug, Default)]
pub struct Recoveries {
    /// The machine that has just lost power; that its process dies is told next.
    powerless: Option<MachineId>,
    open: Vec<Open>,
    done: Vec<Recovery>,
}

#[derive(Debug)]
struct Open {
    process: ProcessId,
    /// The locks of a holder; every lock, where a server died.
    locks: Option<Vec<LockId>>,
    /// Its place in `done`, which is in the order of deaths.
    place: usize,
}

impl Recoveries {
    /// Takes in an event before the scene does: whoever dies still believes.
    pub fn before(&mut self, event: &Event, scene: &Scene) {
        match event.kind {
            EventKind::World(WorldEvent::PowerLost { machine }) => self.powerless = Some(machine),
            EventKind::World(WorldEvent::Killed { process }) => self.died(process, event.at, scene),
            EventKind::World(WorldEvent::Started { process, .. }) => self.started(process, event.at),
            _ => {}
        }
    }

    fn died(&mut self, process: ProcessId, at: Instant, scene: &Scene) {
        let Some(entry) = scene.cast().processes.get(process.index()) else { return };
        let powerless = self.powerless.take() == Some(entry.machine);
        let (of, locks) = match entry.role {
            ProcessRole::Server => (Bereft::Server, None),
            ProcessRole::Client => match believed_in(process, scene) {
                locks if locks.is_empty() => return,
                locks => (Bereft::Holder, Some(locks)),
            },
            ProcessRole::Resource | ProcessRole::Probe => return,
        };
        let death = if powerless { Death::PowerCut } else { Death::Kill };
        self.open.push(Open { process, locks, place: self.done.len() });
        self.done.push(Recovery { at_us: at.0 / 1_000, death, of, took_us: None });
    }

    /// A process that is back at the instant of its death was restarted.
    fn started(&mut self, process: ProcessId, at: Instant) {
        let places = self.open.iter().filter(|open| open.process == process).map(|open| open.place);
        for place in places {
            let recovery = &mut self.done[place];
            if recovery.at_us == at.0 / 1_000 && recovery.death == Death::Kill {
                recovery.death = Death::Restart;
            }
        }
    }

    /// A tenure got its rank: it is new.
    pub fn began(&mut self, tenure: TenureId, scene: &Scene) {
        let Some(lock) = scene.tenure(tenure).map(|tenure| tenure.lock) else { return };
        let now = scene.now().0 / 1_000;
        let done = &mut self.done;
        self.open.retain(|open| {
            let concerned = open.locks.as_ref().is_none_or(|locks| locks.contains(&lock));
            if concerned {
                let recovery = &mut done[open.place];
                recovery.took_us = Some(now - recovery.at_us);
            }
            !concerned
        });
    }

    /// Whether the death of this process still waits for somebody to get the lock.
    pub fn is_open(&self, process: ProcessId) -> bool {
        self.open.iter().any(|open| open.process == process)
    }

    pub fn close(self) -> Vec<Recovery> {
        self.done
    }
}

/// The locks that owners of this process believe to hold.
fn believed_in(process: ProcessId, scene: &Scene) -> Vec<LockId> {
    let theirs = |owner: OwnerId| scene.process_of(owner) == Some(process);
    let believes = |lock: &LockId| {
        let owners = scene.believed(*lock).iter().filter_map(|tenure| scene.tenure(*tenure));
        owners.map(|tenure| tenure.owner()).any(theirs)
    };
    scene.locks().filter(believes).collect()
}
