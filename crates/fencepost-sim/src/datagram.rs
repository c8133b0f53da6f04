//! Datagrams: each may be lost, arrive twice, or overtake another. Nobody tells the sender.

use crate::core::Core;
use crate::network::{Label, ReplyTo};
use crate::origin::Origins;
use crate::queue::Step;
use crate::timer::{Ended, WaitRef};
use fencepost_model::{
    Direction, Instant, MachineId, OpTag, Origin, PointKind, ProcessId, Purpose, Span, TenureId, TraceEvent,
    Upset,
};
use std::any::Any;

const MILLION: u64 = 1_000_000;

pub(crate) struct Datagram {
    pub source: ProcessId,
    pub target: ProcessId,
    pub role: Role,
    label: &'static str,
    body: Body,
    tag: Option<OpTag>,
    tenure: Option<TenureId>,
    n: u32,
    sent: Instant,
}

/// What a message carries: boxed once, where it is sent.
pub(crate) struct Body {
    pub content: Box<dyn Any>,
    pub bytes: u32,
    /// Copies the content: a datagram may arrive twice.
    copy: fn(&dyn Any) -> Box<dyn Any>,
}

impl Body {
    pub fn of<T: Clone + 'static>(content: T) -> Body {
        Body { content: Box::new(content), bytes: size_of::<T>() as u32, copy: copy_of::<T> }
    }

    fn twin(&self) -> Body {
        Body { content: (self.copy)(&*self.content), ..*self }
    }
}

/// What a datagram is for.
#[derive(Clone, Copy)]
pub(crate) enum Role {
    /// A request of a client, and how its answer is called.
    Request(WaitRef, &'static str),
    /// The answer to one.
    Answer(WaitRef),
    /// From server to server.
    BetweenServers,
}

/// What a fault does to the datagrams of a machine.
pub(crate) struct DatagramUpset {
    pub fault: u32,
    pub who: MachineId,
    pub direction: Direction,
    pub what: What,
}

#[derive(Clone, Copy)]
pub(crate) enum What {
    /// So many of a million are lost.
    Lose(u32),
    /// So many of a million arrive twice.
    Double(u32),
    /// Each is late by a time of its own, up to this.
    Scatter(Span),
}

/// Whose request it is, for draws and for the observer.
pub(crate) struct Cause {
    pub tag: Option<OpTag>,
    pub tenure: Option<TenureId>,
    pub n: u32,
}

fn copy_of<T: Clone + 'static>(body: &dyn Any) -> Box<dyn Any> {
    Box::new(body.downcast_ref::<T>().expect("a body is copied as what it is").clone())
}

impl Datagram {
    pub fn request(
        (source, target): (ProcessId, ProcessId),
        label: Label,
        wait: WaitRef,
        body: Body,
        cause: Cause,
    ) -> Datagram {
        Datagram::new(source, target, Role::Request(wait, label.answer), label.ask, body, cause)
    }

    pub fn answer<T: Clone + 'static>(
        source: ProcessId,
        target: ProcessId,
        to: &ReplyTo,
        body: T,
    ) -> Datagram {
        let cause = Cause { tag: to.tag, tenure: to.tenure, n: to.n };
        Datagram::new(source, target, Role::Answer(to.wait), to.label, Body::of(body), cause)
    }

    pub fn between_servers<T: Clone + 'static>(
        source: ProcessId,
        target: ProcessId,
        label: &'static str,
        body: T,
        n: u32,
    ) -> Datagram {
        let cause = Cause { tag: None, tenure: None, n };
        Datagram::new(source, target, Role::BetweenServers, label, Body::of(body), cause)
    }

    fn new(
        source: ProcessId,
        target: ProcessId,
        role: Role,
        label: &'static str,
        body: Body,
        Cause { tag, tenure, n }: Cause,
    ) -> Datagram {
        Datagram { source, target, role, label, body, tag, tenure, n, sent: Instant::START }
    }

    fn twin(&self) -> Datagram {
        Datagram { body: self.body.twin(), ..*self }
    }

    fn origin(&self, origins: &Origins, incarnation: u16, twin: bool) -> Origin {
        let is_answer = matches!(self.role, Role::Answer(_));
        let kind = 4 + u8::from(is_answer) + 2 * u8::from(twin);
        match self.tag {
            Some(tag) => origins.operation(tag, kind),
            None => origins.between(self.source, incarnation, self.target, kind),
        }
    }
}

/// What a process's own code has to see of a datagram.
pub(crate) enum Arrived {
    Nothing,
    Request(ProcessId, ReplyTo, Box<dyn Any>),
    FromServer { target: ProcessId, source: ProcessId, body: Box<dyn Any> },
}

impl Core {
    /// Sends a datagram, or loses it, or sends it twice.
    pub(crate) fn send_datagram(&mut self, mut datagram: Datagram) {
        datagram.sent = self.now();
        let Datagram { source, target, label, .. } = datagram;
        self.trace(|| TraceEvent::Sent { source, target, label });
        self.note_sending(source, target, label, true);
        let (from, to) = self.machines_of(source, target);
        let incarnation = self.processes[source.index()].incarnation;
        let (origin, n) = (datagram.origin(&self.origins, incarnation, false), datagram.n);
        let (mut late, mut lost, mut doubled) = (Span::ZERO, self.network.is_cut(from, to), false);
        if !self.network.slowings.is_empty() {
            late += self.network.slowed_by(from, to);
        }
        for index in 0..self.network.upsets.len() {
            let upset = &self.network.upsets[index];
            if !crate::cut::concerns(upset.direction, upset.who, from, to) {
                continue;
            }
            match upset.what {
                What::Lose(rate) => lost |= self.happens(Purpose::Loss, origin, n, rate),
                What::Double(rate) => doubled |= self.happens(Purpose::Duplicate, origin, n, rate),
                What::Scatter(by) => late += scattered(by, self.draw(Purpose::Reorder, origin, n)),
            }
        }
        if !self.network.chosen.is_empty() {
            match self.chosen_for(source, target, label) {
                Some(Upset::Delay(by)) => late += by,
                Some(Upset::Lose) => lost = true,
                Some(Upset::Duplicate) => doubled = true,
                None => {}
            }
        }
        if lost {
            self.trace(|| TraceEvent::HeldUp { source, target, label, by: "lost" });
            return;
        }
        if doubled {
            let origin = datagram.origin(&self.origins, incarnation, true);
            self.launch(datagram.twin(), origin, late);
        }
        self.launch(datagram, origin, late);
    }

    fn happens(&self, purpose: Purpose, origin: Origin, n: u32, rate: u32) -> bool {
        (u128::from(self.draw(purpose, origin, n)) * u128::from(MILLION)) >> 64 < u128::from(rate)
    }

    fn launch(&mut self, datagram: Datagram, origin: Origin, late: Span) {
        let flight = self.plan.network.latency.at(self.draw(Purpose::Latency, origin, datagram.n));
        self.network.bytes += u64::from(datagram.body.bytes);
        let slot = self.network.datagrams.insert(datagram) as u32;
        self.note_arrival(self.now + flight + late);
        self.queue.push(self.now + flight + late, Step::Datagram(slot));
    }

    pub(crate) fn take_datagram(&mut self, slot: u32) -> Datagram {
        let datagram = self.network.datagrams.remove(slot as usize);
        self.network.bytes -= u64::from(datagram.body.bytes);
        datagram
    }

    /// A datagram has reached its machine: it is lost where a cut or nobody is there. True where a process
    /// has to see it now.
    pub(crate) fn datagram_arrives(&mut self, slot: u32) -> bool {
        let datagram = &self.network.datagrams[slot as usize];
        let (source, target, label) = (datagram.source, datagram.target, datagram.label);
        if self.watches_points(PointKind::Deliver) {
            let owner = datagram.tag.map(|tag| tag.owner);
            self.point(PointKind::Deliver, target, owner, Some(label));
        }
        let (from, to) = self.machines_of(source, target);
        let process = &mut self.processes[target.index()];
        if !process.alive || self.network.is_cut(from, to) {
            self.take_datagram(slot);
            self.trace(|| TraceEvent::HeldUp { source, target, label, by: "lost" });
            return false;
        }
        if process.stopped > 0 {
            process.mail.push(slot);
            return false;
        }
        true
    }

    /// A process that runs takes a datagram.
    pub(crate) fn handle_datagram(&mut self, datagram: Datagram) -> Arrived {
        let Datagram { source, target, role, label, body, tag, tenure, n, sent, .. } = datagram;
        self.network.delivered += 1;
        self.trace(|| TraceEvent::Delivered { source, target, label, sent });
        match role {
            Role::Request(wait, label) => {
                let datagram = Some(source);
                let to = ReplyTo { connection: u32::MAX, wait, label, tag, tenure, n, sent, datagram };
                Arrived::Request(target, to, body.content)
            }
            Role::Answer(wait) => {
                self.end_wait(wait, Ended::Answer(body.content));
                Arrived::Nothing
            }
            Role::BetweenServers => Arrived::FromServer { target, source, body: body.content },
        }
    }
}

/// A time from zero to `by`.
fn scattered(by: Span, rank: u64) -> Span {
    Span(((u128::from(by.0) * u128::from(rank)) >> 64) as u64)
}
