//! Decision points: places between two things that code does, where a fault can be put.

use crate::core::Core;
use crate::place::PlaceKind;
use crate::timer::{Due, WaitRef};
use fencepost_model::{Instant, OwnerId, Placement, Point, PointKind, ProcessId};

/// Faults that wait for a decision point.
#[derive(Default)]
pub(crate) struct Awaited {
    faults: Vec<AtPoint>,
    /// The kinds of their points, as bits: nearly every point that a run passes is of another one.
    kinds: u8,
}

/// A fault that waits for a decision point.
pub(crate) struct AtPoint {
    pub fault: u32,
    kind: PointKind,
    who: Option<Called>,
    /// How often it has to come still.
    pub left: u32,
}

/// Who is called by the name that a plan says: a process, an owner, both or nobody.
struct Called {
    process: Option<ProcessId>,
    owner: Option<OwnerId>,
}

impl Awaited {
    /// Whether a fault waits for a decision point of this kind.
    #[inline]
    pub fn waits_for(&self, kind: PointKind) -> bool {
        self.kinds & bit(kind) != 0
    }

    /// Every fault that waits, with how often its point has to come still.
    pub fn iter(&self) -> impl Iterator<Item = &AtPoint> {
        self.faults.iter()
    }

    /// Nobody waits any more.
    pub fn clear(&mut self) {
        let Awaited { faults, kinds } = self;
        faults.clear();
        *kinds = 0;
    }

    fn add(&mut self, fault: AtPoint) {
        self.kinds |= bit(fault.kind);
        self.faults.push(fault);
    }

    /// The run passes a point: those that have waited for it and wait no more, in their order.
    fn pass(&mut self, is_theirs: impl Fn(&AtPoint) -> bool) -> Vec<u32> {
        let mut due = Vec::new();
        self.faults.retain_mut(|waiting| {
            if is_theirs(waiting) {
                waiting.left -= 1;
                if waiting.left == 0 {
                    due.push(waiting.fault);
                }
            }
            waiting.left > 0
        });
        if !due.is_empty() {
            self.kinds = self.faults.iter().fold(0, |kinds, waiting| kinds | bit(waiting.kind));
        }
        due
    }
}

const fn bit(kind: PointKind) -> u8 {
    1 << kind as u8
}

impl Called {
    /// Whether it is this process, or this owner.
    fn is(&self, process: ProcessId, owner: Option<OwnerId>) -> bool {
        self.process == Some(process) || (owner.is_some() && self.owner == owner)
    }
}

/// Whether the point that a fault is put at is about this message, or about any.
fn is_about(place: &Placement, message: Option<&str>) -> bool {
    let Placement::AtPoint(Point { message: wanted, .. }) = place else { return false };
    wanted.is_none() || wanted.as_deref() == message
}

impl Core {
    /// Lets a fault wait for its decision point.
    pub fn await_point(&mut self, fault: u32, point: &Point) {
        let called = |name: &str| Called {
            process: self
                .cast
                .processes
                .iter()
                .position(|it| *it.name == *name)
                .map(|it| ProcessId(it as u32)),
            owner: self.cast.owners.iter().position(|it| *it.name == *name).map(|it| OwnerId(it as u32)),
        };
        let who = point.who.as_deref().map(called);
        self.faults.points.add(AtPoint { fault, kind: point.kind, who, left: point.nth.max(1) });
    }

    /// When the process goes on: now where it runs, and else at the end of what stopped it, as far as that
    /// is known.
    pub fn goes_on_at(&self, process: ProcessId) -> Instant {
        let state = &self.processes[process.index()];
        if state.stopped == 0 {
            return self.now;
        }
        let lasting = self.faults.states.iter().filter(|fault| fault.hit == Some(state.machine));
        lasting.fold(self.now, |latest, fault| latest.max(fault.until))
    }

    /// The run has come to a point. A fault that waits for it fires here, before what comes next.
    #[inline]
    pub fn point(
        &mut self,
        kind: PointKind,
        process: ProcessId,
        owner: Option<OwnerId>,
        message: Option<&str>,
    ) {
        if self.watches_points(kind) {
            self.point_reached(kind, process, owner, message);
        }
    }

    fn point_reached(
        &mut self,
        kind: PointKind,
        process: ProcessId,
        owner: Option<OwnerId>,
        message: Option<&str>,
    ) {
        if self.in_tail {
            return;
        }
        if self.places.is_some() {
            self.note(PlaceKind::Point { kind, process, owner, message: message.map(str::to_owned) });
        }
        let plan = &self.plan;
        let due = self.faults.points.pass(|waiting| {
            let theirs =
                waiting.kind == kind && waiting.who.as_ref().is_none_or(|who| who.is(process, owner));
            theirs && is_about(&plan.faults[waiting.fault as usize].place, message)
        });
        due.into_iter().for_each(|fault| self.fire(fault));
    }

    /// A message is about to be handed to its process.
    pub fn point_of_delivery(&mut self, slot: u32) {
        if self.watches_points(PointKind::Deliver) {
            let message = &self.network.messages[slot];
            let (label, owner) = (message.label, message.tag.map(|tag| tag.owner));
            let (_, target) = self.ends(message);
            self.point(PointKind::Deliver, target, owner, Some(label));
        }
    }

    /// A sleep is over. Whether its process stops at this very point: then it wakes when the process goes on.
    pub fn stops_before_waking(&mut self, process: ProcessId, wait: WaitRef) -> bool {
        if !self.watches_points(PointKind::Wake) || !self.waits.is_sleep(wait) {
            return false;
        }
        self.point(PointKind::Wake, process, None, None);
        let stops = self.processes[process.index()].stopped > 0;
        if stops {
            let now = self.clock_of(process).mono(self.now);
            self.processes[process.index()].lane.push(now, Due::Wait(wait), &self.waits);
        }
        stops
    }
}
