//! Links that are cut or slow, and what streams do about it: what a cut holds back is retransmitted, and
//! arrives in its turn.

use crate::core::Core;
use crate::messages::Kind;
use crate::network::{Network, way};
use crate::queue::Step;
use fencepost_model::{Direction, Instant, MachineId, Span, TraceEvent};

/// A link of which nothing gets through, between machines.
pub(crate) struct Cut {
    pub fault: u32,
    pub who: MachineId,
    pub other: Option<MachineId>,
    pub direction: Direction,
}

impl Cut {
    /// What a machine without power is to everybody who sends to it.
    pub fn without_power(who: MachineId) -> Cut {
        Cut { fault: u32::MAX, who, other: None, direction: Direction::To }
    }

    /// Whether it is there because the machine has no power.
    pub fn is_without_power(&self, machine: MachineId) -> bool {
        self.fault == u32::MAX && self.who == machine
    }
}

/// A machine whose messages take longer.
pub(crate) struct Slowing {
    pub fault: u32,
    pub who: MachineId,
    pub direction: Direction,
    pub by: Span,
}

pub(crate) fn concerns(direction: Direction, who: MachineId, source: MachineId, target: MachineId) -> bool {
    match direction {
        Direction::Both => who == source || who == target,
        Direction::To => who == target,
        Direction::From => who == source,
    }
}

impl Network {
    pub(crate) fn is_cut(&self, source: MachineId, target: MachineId) -> bool {
        self.cuts.iter().any(|cut| {
            let between = cut.other.is_none_or(|other| other == source || other == target);
            source != target && between && concerns(cut.direction, cut.who, source, target)
        })
    }

    pub(crate) fn slowed_by(&self, source: MachineId, target: MachineId) -> Span {
        let concerned = self.slowings.iter().filter(|s| concerns(s.direction, s.who, source, target));
        concerned.fold(Span::ZERO, |sum, slowing| sum + slowing.by)
    }
}

impl Core {
    /// Keeps a message behind a cut.
    pub(crate) fn hold(&mut self, slot: u32) {
        let message = &self.network.messages[slot];
        let (source, target) = self.ends(message);
        let (connection, label, sent) = (message.connection, message.label, message.sent);
        self.trace(|| TraceEvent::HeldUp { source, target, label, by: "cut" });
        self.network.held.push(slot);
        let gives_up = (sent + self.plan.network.give_up).max(self.now());
        self.queue.push(gives_up, Step::GiveUp(connection));
    }

    /// A cut is over: what it held is retransmitted, each message at its sender's next try.
    pub(crate) fn retransmit(&mut self) {
        let mut held = std::mem::take(&mut self.network.held);
        // A message that was under way when the cut began was held up later than one that was sent after it.
        held.sort_by_key(|slot| {
            let message = &self.network.messages[*slot];
            (message.connection, message.to_server, message.place)
        });
        for slot in held {
            let message = &self.network.messages[slot];
            let (source, target) = self.ends(message);
            let (connection, way, sent) = (message.connection, way(message.to_server), message.sent);
            let (from, to) = self.machines_of(source, target);
            if self.network.is_cut(from, to) {
                self.network.held.push(slot);
                continue;
            }
            if self.machines[from.index()].lost_power.is_some_and(|at| sent <= at) {
                // Its kernel has forgotten it.
                let message = &mut self.network.messages[slot];
                (message.kind, message.body) = (Kind::Lost, None);
            }
            let flight = self.flight(slot);
            let retried = next_try(sent, self.plan.network.retransmit, self.now());
            let link = &mut self.network.connections[connection];
            let arrival = (retried + flight).max(link.last[way]);
            link.last[way] = arrival;
            self.queue.push(arrival, Step::Deliver(slot));
        }
    }

    /// A stream has retransmitted for too long: it breaks, and both ends learn of it when they can.
    pub(crate) fn give_up(&mut self, connection: u32) {
        let is_held = |slot: &u32| {
            let message = &self.network.messages[*slot];
            message.connection == connection && message.sent + self.plan.network.give_up <= self.now
        };
        let Some(position) = self.network.held.iter().position(is_held) else { return };
        if self.network.connections[connection].link.is_some() {
            return self.link_gave_up(self.network.held[position]);
        }
        let slot = self.network.held.remove(position);
        self.take(slot);
        if self.network.messages[slot].to_server {
            self.connection_broke(connection, "timed out");
        }
        self.network.connections.forget_if_over(connection);
    }

    /// A message has reached its machine. True where a process has to see it now.
    pub(crate) fn arrive(&mut self, slot: u32) -> bool {
        let message = &self.network.messages[slot];
        let (connection, way, place) = (message.connection, way(message.to_server), message.place);
        let link = &mut self.network.connections[connection];
        let (source, target) = link.ends(message.to_server);
        if !self.network.cuts.is_empty() {
            let (from, to) = self.machines_of(source, target);
            if self.network.is_cut(from, to) {
                self.hold(slot);
                return false;
            }
        }
        let link = &mut self.network.connections[connection];
        if place != link.arrived[way] {
            self.network.early.push(slot);
            return false;
        }
        link.arrived[way] += 1;
        if !self.network.early.is_empty() {
            self.release_next(connection, way);
        }
        let process = &mut self.processes[target.index()];
        if process.alive && process.stopped > 0 {
            process.inbox.push(slot);
            return false;
        }
        true
    }

    /// A message that has come too early may have its turn now.
    fn release_next(&mut self, connection: u32, direction: usize) {
        let next = self.network.connections[connection].arrived[direction];
        let is_next = |slot: &u32| {
            let message = &self.network.messages[*slot];
            (message.connection, way(message.to_server), message.place) == (connection, direction, next)
        };
        if let Some(position) = self.network.early.iter().position(is_next) {
            let slot = self.network.early.remove(position);
            self.queue.push(self.now, Step::Deliver(slot));
        }
    }
}

/// When a sender that first sent at `sent` tries again, at or after `now`: time-outs double (RFC 6298).
fn next_try(sent: Instant, first: Span, now: Instant) -> Instant {
    let (mut at, mut timeout) = (sent + first, first);
    while at < now && timeout > Span::ZERO {
        timeout = timeout.saturating_mul(2);
        at += timeout;
    }
    at.max(now)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sender_tries_again_at_doubling_intervals() {
        let first = Span(200);
        assert_eq!(next_try(Instant(0), first, Instant(100)), Instant(200));
        assert_eq!(next_try(Instant(0), first, Instant(201)), Instant(600));
        assert_eq!(next_try(Instant(0), first, Instant(601)), Instant(1_400));
    }
}
