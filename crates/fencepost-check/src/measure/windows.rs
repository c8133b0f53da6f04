//! When which fault was in force.

use super::Window;
use super::recoveries::Recoveries;
use crate::Scene;
use fencepost_model::{Event, EventKind, FaultId, Instant, ProcessId, ProcessRole, WorldEvent};

/// Keeps the faults that are in force, and those that were.
///
/// Most faults tell when they are over. The death of a server is over when it starts again. The death of a client is
/// over when somebody has the lock again, for until then it is felt; one that held nothing is over at once. What
/// happens at once, a clock that is set, say, is in force for an instant.
#[derive(Debug, Default)]
pub struct Windows {
    told: Vec<Window>,
    open: Vec<Open>,
    /// When the one that ended last did.
    last: Option<Instant>,
}

#[derive(Debug)]
struct Open {
    /// Its place in `told`.
    place: usize,
    ends: Ends,
}

#[derive(Debug, PartialEq, Eq)]
enum Ends {
    Healed(FaultId),
    Started(ProcessId),
    Recovered(ProcessId),
}

/// Faults that are told when they are over.
const LASTING: [&str; 9] =
    ["pause", "suspend", "partition", "delay", "loss", "duplicate", "reorder", "drift", "stall"];
/// Faults of which a process dies.
const DEADLY: [&str; 3] = ["kill", "power-cut", "restart"];

impl Windows {
    /// The scene and the recoveries have taken the event in.
    pub fn note(&mut self, event: &Event, scene: &Scene, recoveries: &Recoveries) {
        match &event.kind {
            EventKind::World(WorldEvent::Fired { fault, target }) => self.fired(*fault, target, scene),
            EventKind::World(WorldEvent::Healed { fault }) => self.end(event.at, &Ends::Healed(*fault)),
            EventKind::World(WorldEvent::Started { process, .. }) => {
                self.end(event.at, &Ends::Started(*process));
            }
            _ => {}
        }
        // A death is told after its fault: whether it left a lock behind is known one event later.
        let recovered =
            |open: &Open| matches!(open.ends, Ends::Recovered(process) if !recoveries.is_open(process));
        if !matches!(event.kind, EventKind::World(_)) {
            self.close_where(event.at, recovered);
        }
    }

    fn fired(&mut self, fault: FaultId, target: &str, scene: &Scene) {
        let word = scene.rules().fault_words.get(fault.index()).copied().unwrap_or("fault");
        let at_us = scene.now().0 / 1_000;
        let place = self.told.len();
        let (word_said, target_said) = (word.to_owned(), target.to_owned());
        self.told.push(Window {
            fault: fault.0,
            word: word_said,
            target: target_said,
            from_us: at_us,
            until_us: at_us,
        });
        let ends = if LASTING.contains(&word) {
            Some(Ends::Healed(fault))
        } else if DEADLY.contains(&word) {
            process_named(target, scene).map(|(process, role)| match role {
                ProcessRole::Client => Ends::Recovered(process),
                _ => Ends::Started(process),
            })
        } else {
            None
        };
        match ends {
            Some(ends) => self.open.push(Open { place, ends }),
            None => self.last = Some(scene.now()),
        }
    }

    fn end(&mut self, at: Instant, ended: &Ends) {
        self.close_where(at, |open| open.ends == *ended);
    }

    fn close_where(&mut self, at: Instant, over: impl Fn(&Open) -> bool) {
        let Windows { told, open, last } = self;
        open.retain(|one| {
            if over(one) {
                told[one.place].until_us = at.0 / 1_000;
                *last = Some(at);
            }
            !over(one)
        });
    }

    /// Whether a fault was in force at some instant from `since` to now.
    pub fn met_since(&self, since: Instant) -> bool {
        !self.open.is_empty() || self.last.is_some_and(|last| last >= since)
    }

    pub fn close(mut self, at: Instant) -> Vec<Window> {
        self.close_where(at, |_| true);
        self.told
    }
}

/// The process of this name, or the one that contains the owner of this name.
fn process_named(name: &str, scene: &Scene) -> Option<(ProcessId, ProcessRole)> {
    let cast = scene.cast();
    let by_name = cast.processes.iter().position(|process| *process.name == *name);
    let by_owner = || cast.owners.iter().find(|owner| *owner.name == *name).map(|owner| owner.process);
    let id = by_name.map(|place| ProcessId(place as u32)).or_else(by_owner)?;
    Some((id, cast.processes[id.index()].role))
}
