//! Streams between clients and servers: first in first out and exactly once per connection. What is lost
//! on the way is retransmitted; what breaks is a connection, and then the caller does not know.
//!
//! A client process keeps a pool: a request takes an idle connection or opens a new one (one round trip),
//! and gives it back with the answer. A request that timed out or was dropped closes its connection, but
//! bytes that were already on their way stay on their way: the server may process them later.

use crate::connection::State;
use crate::connections::Connections;
use crate::core::Core;
use crate::cut::{Cut, Slowing};
use crate::datagram::{Body, Datagram, DatagramUpset};
use crate::link::OnLink;
use crate::messages::{Kind, Message, Messages};
use crate::process::Process;
use crate::timer::{Due, Ended, WaitRef};
use fencepost_model::{
    Instant, MachineId, Mono, OpTag, Origin, ProcessId, Purpose, Span, TenureId, TraceEvent, Upset,
};
use std::any::Any;

/// What a request and its answer are called: faults choose messages by these words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Label {
    /// The request, such as `acquire`.
    pub ask: &'static str,
    /// The answer, such as `acquire-reply`.
    pub answer: &'static str,
}

/// Where an answer goes: a server keeps it for as long as it likes.
#[derive(Clone, Debug)]
pub struct ReplyTo {
    pub(crate) connection: u32,
    pub(crate) wait: WaitRef,
    pub(crate) label: &'static str,
    pub(crate) tag: Option<OpTag>,
    pub(crate) tenure: Option<TenureId>,
    /// The number of the request among the messages of its operation.
    pub(crate) n: u32,
    pub(crate) sent: Instant,
    /// The client, where the request came as a datagram and the answer goes as one.
    pub(crate) datagram: Option<ProcessId>,
}

impl ReplyTo {
    /// The connection that the request came on; none where it came as a datagram.
    pub fn connection(&self) -> Option<ConnectionId> {
        self.datagram.is_none().then_some(ConnectionId(self.connection))
    }

    /// What the answer is called: the kind of its message in scenario files.
    pub fn label(&self) -> &'static str {
        self.label
    }
}

/// A connection between a client and a server. No two of a run have the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ConnectionId(pub(crate) u32);

/// What is left for a process's own code when the kernels have done their part of a message.
pub(crate) enum Handled {
    /// Nothing.
    Nothing,
    /// A request for a server.
    Request(ProcessId, ReplyTo, Box<dyn Any>),
    /// A server loses a client.
    Disconnected(ProcessId, ProcessId, ConnectionId),
    /// What a server has to see of a link to another one.
    OnLink(ProcessId, OnLink),
}

/// A chosen message, still awaited.
pub(crate) struct Chosen {
    pub fault: u32,
    pub kind: String,
    pub nth: u32,
    pub client: Option<ProcessId>,
    pub upset: Upset,
}

#[derive(Default)]
pub(crate) struct Network {
    pub connections: Connections,
    /// Which of them are links between servers.
    pub links: Vec<u32>,
    pub messages: Messages,
    pub datagrams: slab::Slab<Datagram>,
    pub upsets: Vec<DatagramUpset>,
    pub cuts: Vec<Cut>,
    pub slowings: Vec<Slowing>,
    pub chosen: Vec<Chosen>,
    /// Messages behind a cut.
    pub(crate) held: Vec<u32>,
    /// Messages that have come before their turn.
    pub(crate) early: Vec<u32>,
    pub bytes: u64,
    pub delivered: u64,
}

impl Network {
    /// Whether any fault of a link may have a part in a message.
    fn is_disturbed(&self) -> bool {
        !(self.slowings.is_empty() && self.chosen.is_empty() && self.cuts.is_empty())
    }

    /// Forgets everything.
    pub(crate) fn clear(&mut self) {
        let Network {
            connections,
            links,
            messages,
            datagrams,
            upsets,
            cuts,
            slowings,
            chosen,
            held,
            early,
            bytes,
            delivered,
        } = self;
        connections.clear();
        links.clear();
        messages.clear();
        datagrams.clear();
        upsets.clear();
        cuts.clear();
        slowings.clear();
        chosen.clear();
        held.clear();
        early.clear();
        (*bytes, *delivered) = (0, 0);
    }
}

/// The index of a direction.
pub(crate) fn way(to_server: bool) -> usize {
    usize::from(to_server)
}

/// What [`Core::request`] needs of a request.
pub(crate) struct Request {
    pub client: ProcessId,
    pub server: ProcessId,
    pub label: Label,
    pub body: Body,
    pub deadline: Mono,
    pub tag: Option<OpTag>,
    pub tenure: Option<TenureId>,
    pub n: u32,
    /// The line that it goes over, and its connection, where it has one already.
    pub line: Option<Option<u32>>,
}

impl Core {
    /// Sends a request on an idle or a new connection; the wait ends with the answer, or without.
    pub(crate) fn request(&mut self, request: Request) -> WaitRef {
        let connection = match request.line {
            None => self.connection_to(request.client, request.server),
            Some(number) => self.connection_of_line(request.client, request.server, number),
        };
        let wait = self.waits.open(Some(connection));
        let slot = self.put(Message {
            connection,
            to_server: true,
            kind: Kind::Data,
            label: request.label.ask,
            answer: request.label.answer,
            bytes: request.body.bytes,
            body: Some(request.body.content),
            wait,
            tag: request.tag,
            tenure: request.tenure,
            n: request.n,
            sent: self.now(),
            place: 0,
        });
        let line = &mut self.network.connections[connection];
        line.current = Some(wait);
        if line.state == State::Open {
            self.send(slot);
        } else {
            line.waiting = Some(slot);
        }
        self.arm(request.client, request.deadline, Due::Wait(wait));
        wait
    }

    /// Sends an answer, unless its connection is gone.
    pub(crate) fn reply(&mut self, server: ProcessId, to: &ReplyTo, body: Box<dyn Any>, bytes: u32) {
        let life = self.processes[server.index()].incarnation;
        let is_there = self.network.connections.get(to.connection);
        if is_there.is_none_or(|it| it.state != State::Open || it.server_life != life) {
            return;
        }
        let slot = self.put(Message {
            connection: to.connection,
            to_server: false,
            kind: Kind::Data,
            label: to.label,
            answer: "",
            body: Some(body),
            wait: to.wait,
            tag: to.tag,
            tenure: to.tenure,
            n: to.n,
            sent: self.now(),
            bytes,
            place: 0,
        });
        self.send(slot);
    }

    #[inline]
    pub(crate) fn put(&mut self, message: Message) -> u32 {
        self.network.bytes += u64::from(message.bytes);
        self.network.connections[message.connection].under_way += 1;
        self.network.messages.put(message)
    }

    /// Takes a message out of the network, and gives what it carries. What else it says can be read where it
    /// was until another message is sent.
    #[inline]
    pub(crate) fn take(&mut self, slot: u32) -> Option<Box<dyn Any>> {
        let Message { connection, bytes, .. } = self.network.messages[slot];
        self.network.bytes -= u64::from(bytes);
        self.network.connections[connection].under_way -= 1;
        self.network.messages.open(slot)
    }

    /// Sends what the machines' kernels send by themselves.
    pub(crate) fn control(&mut self, connection: u32, to_server: bool, kind: Kind) {
        let slot = self.put_control(connection, to_server, kind);
        self.send(slot);
    }

    pub(crate) fn put_control(&mut self, connection: u32, to_server: bool, kind: Kind) -> u32 {
        self.put(Message {
            connection,
            to_server,
            kind,
            label: match kind {
                Kind::Open => "open",
                Kind::Accept => "accept",
                _ => "close",
            },
            answer: "",
            body: None,
            wait: WaitRef { slot: 0, generation: u32::MAX },
            tag: None,
            tenure: None,
            n: 0,
            sent: self.now(),
            bytes: 0,
            place: 0,
        })
    }

    /// Source and target of a message.
    pub(crate) fn ends(&self, message: &Message) -> (ProcessId, ProcessId) {
        self.network.connections[message.connection].ends(message.to_server)
    }

    pub(crate) fn machines_of(&self, source: ProcessId, target: ProcessId) -> (MachineId, MachineId) {
        (self.processes[source.index()].machine, self.processes[target.index()].machine)
    }

    /// The flight time of a message, drawn by its cause.
    pub(crate) fn flight(&mut self, slot: u32) -> Span {
        if let Some(flight) = self.plan.network.latency.only() {
            return flight;
        }
        let message = &self.network.messages[slot];
        let (origin, n) = match message.tag {
            Some(tag) if message.kind == Kind::Data => {
                let kind = u8::from(!message.to_server);
                (self.origins.operation(tag, kind), message.n)
            }
            _ => self.cause_of_nobody(slot),
        };
        let rank = self.draw(Purpose::Latency, origin, n);
        self.plan.network.latency.at(rank)
    }

    /// To what the flight of a message belongs that is no operation's.
    fn cause_of_nobody(&mut self, slot: u32) -> (Origin, u32) {
        let message = &self.network.messages[slot];
        let (source, target) = self.ends(message);
        if self.network.connections[message.connection].link.is_some() {
            return self.link_cause(source, target, message.connection);
        }
        let incarnation = self.processes[source.index()].incarnation;
        let connection = &mut self.network.connections[message.connection];
        connection.draws += 1;
        let n = connection.number << 10 | connection.draws;
        (self.origins.between(source, incarnation, target, 2), n)
    }

    /// Puts a message on the wire.
    pub(crate) fn send(&mut self, slot: u32) {
        let now = self.now();
        let message = &mut self.network.messages[slot];
        message.sent = now;
        let (connection, to_server, label) = (message.connection, message.to_server, message.label);
        let (source, target) = self.network.connections[connection].ends(to_server);
        self.trace(|| TraceEvent::Sent { source, target, label });
        self.note_sending(source, target, label, false);
        let mut flight = self.flight(slot);
        let is_disturbed = self.network.is_disturbed();
        if is_disturbed {
            let (from, to) = self.machines_of(source, target);
            flight += self.network.slowed_by(from, to);
            match self.chosen_for(source, target, label) {
                Some(Upset::Delay(by)) => flight += by,
                Some(Upset::Lose) => return self.break_at(slot),
                Some(Upset::Duplicate) | None => {}
            }
        }
        let way = way(to_server);
        let link = &mut self.network.connections[connection];
        self.network.messages[slot].place = link.sent[way];
        link.sent[way] += 1;
        let arrival = (now + flight).max(link.last[way]);
        if is_disturbed {
            let (from, to) = self.machines_of(source, target);
            if self.network.is_cut(from, to) {
                return self.hold(slot);
            }
        }
        self.network.connections[connection].last[way] = arrival;
        self.note_arrival(arrival);
        self.queue.push(arrival, crate::queue::Step::Deliver(slot));
    }

    /// Whether a fault has chosen this message; a fault chooses once.
    pub(crate) fn chosen_for(&mut self, source: ProcessId, target: ProcessId, label: &str) -> Option<Upset> {
        let mut upset = None;
        let mut fired = Vec::new();
        self.network.chosen.retain_mut(|chosen| {
            let theirs = chosen.client.is_none_or(|client| client == source || client == target);
            if chosen.kind != label || !theirs {
                return true;
            }
            chosen.nth -= 1;
            if chosen.nth > 0 {
                return true;
            }
            upset = Some(chosen.upset);
            fired.push(chosen.fault);
            false
        });
        for fault in fired {
            let (from, to) = (self.cast.process(source), self.cast.process(target));
            self.fault_fired(fault, format!("{label} from {from} to {to}").into());
        }
        upset
    }

    /// The connection breaks in the place of this message: its receiver never sees it, both ends learn of a
    /// reset.
    fn break_at(&mut self, slot: u32) {
        self.take(slot);
        let message = &self.network.messages[slot];
        let (source, target) = self.ends(message);
        let (connection, label) = (message.connection, message.label);
        self.trace(|| TraceEvent::HeldUp { source, target, label, by: "lost" });
        self.control(connection, true, Kind::Close);
        self.control(connection, false, Kind::Close);
    }

    /// Takes a message out of the network, and does with it what the kernels do. What a process's own code
    /// has to see of it is given back.
    pub(crate) fn hand_over(&mut self, slot: u32) -> Handled {
        let body = self.take(slot);
        let Message { connection: id, to_server, .. } = self.network.messages[slot];
        self.witness.fold(self.now.0 ^ u64::from(id) << 32 ^ u64::from(to_server));
        let handled = self.handle(slot, body);
        self.network.connections.forget_if_over(id);
        handled
    }

    fn handle(&mut self, slot: u32, body: Option<Box<dyn Any>>) -> Handled {
        let message = &self.network.messages[slot];
        let Message { connection: id, to_server, kind, label, sent, .. } = *message;
        let connection = &mut self.network.connections[id];
        let (source, target) = connection.ends(to_server);
        if !matches!(kind, Kind::GaveUp | Kind::Lost) {
            self.network.delivered += 1;
            self.witness.trace(self.now, || TraceEvent::Delivered { source, target, label, sent });
        }
        if connection.link.is_some() {
            return self.handle_link(slot, body);
        }
        let Process { alive, incarnation: life, .. } = self.processes[target.index()];
        match kind {
            Kind::Open if alive => {
                connection.server_life = life;
                self.control(id, false, Kind::Accept);
            }
            Kind::Open => self.control(id, false, Kind::Close),
            Kind::Accept if connection.state == State::Opening => {
                connection.state = State::Open;
                if let Some(slot) = connection.waiting.take() {
                    self.send(slot);
                }
            }
            Kind::Accept => {}
            // A new life knows nothing of the connections of the old one.
            Kind::Close if to_server && alive && connection.server_life == life => {
                return Handled::Disconnected(target, source, ConnectionId(id));
            }
            Kind::Close if to_server => {}
            Kind::Close => self.connection_broke(id, "reset"),
            Kind::Data if to_server => {
                if alive && connection.server_life == life {
                    let Message { wait, answer: label, tag, tenure, n, sent, .. } = *message;
                    let Some(body) = body else { return Handled::Nothing };
                    let to = ReplyTo { connection: id, wait, label, tag, tenure, n, sent, datagram: None };
                    return Handled::Request(target, to, body);
                }
                // The machine is up and nobody listens on that connection any more: a reset.
                self.control(id, false, Kind::Close);
            }
            Kind::Data => self.answered(id, message.wait, body),
            Kind::GaveUp | Kind::Lost => {}
        }
        Handled::Nothing
    }

    fn answered(&mut self, id: u32, wait: WaitRef, body: Option<Box<dyn Any>>) {
        let connection = &mut self.network.connections[id];
        if connection.state != State::Open || connection.current != Some(wait) {
            return;
        }
        connection.current = None;
        let (client, server, is_line) = (connection.client, connection.server, connection.is_line);
        if !is_line {
            self.processes[client.index()].idle.push((server, id));
        }
        if let Some(body) = body {
            self.end_wait(wait, Ended::Answer(body));
        }
    }
}
