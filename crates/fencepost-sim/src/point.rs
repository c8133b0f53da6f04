//! Decision points: places between two things that code does, where a fault can be put.

use crate::core::Core;
use crate::fault::AtPoint;
use crate::place::PlaceKind;
use crate::timer::{Due, WaitRef};
use fencepost_model::{Instant, OwnerId, Placement, PointKind, ProcessId};

impl Core {
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
        let (plan, cast) = (&self.plan, &self.cast);
        let mut due = Vec::new();
        self.faults.points.retain_mut(|AtPoint { fault, kind: awaited, left }| {
            let Placement::AtPoint(point) = &plan.faults[*fault as usize].place else { return false };
            if *awaited != kind {
                return true;
            }
            let theirs = point.who.as_deref().is_none_or(|who| {
                who == cast.process(process) || owner.is_some_and(|owner| who == cast.owner(owner))
            });
            let this = point.message.as_deref().is_none_or(|wanted| Some(wanted) == message);
            if theirs && this {
                *left -= 1;
                if *left == 0 {
                    due.push(*fault);
                }
            }
            *left > 0
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
