//! Streams between clients and servers: first in first out and exactly once per connection. What is lost
//! on the way is retransmitted; what breaks is a connection, and then the caller does not know.
//!
//! A client process keeps a pool: a request takes an idle connection or opens a new one (one round trip),
//! and gives it back with the answer. A request that timed out or was dropped closes its connection, but
//! bytes that were already on their way stay on their way: the server may process them later.

use crate::connection::{Connection, State};
use crate::core::Core;
use crate::cut::{Cut, Slowing};
use crate::datagram::{Body, Datagram, DatagramUpset};
use crate::link::OnLink;
use crate::timer::{Due, Ended, WaitRef};
use fencepost_model::{
    Instant, MachineId, Mono, OpTag, ProcessId, Purpose, Span, TenureId, TraceEvent, Upset,
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
}

/// A connection between a client and a server. No two of a run have the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ConnectionId(pub(crate) u32);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The client asks for a connection.
    Open,
    /// The server's machine accepts it.
    Accept,
    /// A request or an answer.
    Data,
    /// An end is gone, and says so.
    Close,
    /// A kernel has given a link up, and tells its own process.
    GaveUp,
    /// Nothing any more: its sender lost power before it could send it again. It keeps its place.
    Lost,
}

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

pub(crate) struct Message {
    pub connection: u32,
    pub to_server: bool,
    pub kind: Kind,
    pub label: &'static str,
    pub answer: &'static str,
    pub body: Option<Box<dyn Any>>,
    pub wait: WaitRef,
    pub tag: Option<OpTag>,
    pub tenure: Option<TenureId>,
    pub n: u32,
    pub sent: Instant,
    pub bytes: u32,
    /// Its place among the messages of its direction, from 0.
    pub place: u32,
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
    pub connections: Vec<Connection>,
    /// Which of them are links between servers.
    pub links: Vec<u32>,
    pub messages: slab::Slab<Message>,
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
}

impl Core {
    /// Sends a request on an idle or a new connection; the wait ends with the answer, or without.
    pub(crate) fn request(&mut self, request: Request) -> WaitRef {
        let connection = self.connection_to(request.client, request.server);
        let wait = self.waits.open(Some(connection));
        self.network.connections[connection as usize].current = Some(wait);
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
        if self.network.connections[connection as usize].state == State::Open {
            self.send(slot);
        } else {
            self.network.connections[connection as usize].waiting = Some(slot);
        }
        self.arm(request.client, request.deadline, Due::Wait(wait));
        wait
    }

    /// Sends an answer, unless its connection is gone.
    pub(crate) fn reply(&mut self, server: ProcessId, to: &ReplyTo, body: Box<dyn Any>, bytes: u32) {
        let life = self.processes[server.index()].incarnation;
        let connection = &self.network.connections[to.connection as usize];
        if connection.state != State::Open || connection.server_life != life {
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

    pub(crate) fn put(&mut self, message: Message) -> u32 {
        self.network.bytes += u64::from(message.bytes);
        self.network.messages.insert(message) as u32
    }

    pub(crate) fn take(&mut self, slot: u32) -> Message {
        let message = self.network.messages.remove(slot as usize);
        self.network.bytes -= u64::from(message.bytes);
        message
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
        let connection = &self.network.connections[message.connection as usize];
        if message.to_server {
            (connection.client, connection.server)
        } else {
            (connection.server, connection.client)
        }
    }

    pub(crate) fn machines_of(&self, source: ProcessId, target: ProcessId) -> (MachineId, MachineId) {
        (self.processes[source.index()].machine, self.processes[target.index()].machine)
    }

    /// The flight time of a message, drawn by its cause.
    pub(crate) fn flight(&mut self, slot: u32) -> Span {
        let message = &self.network.messages[slot as usize];
        let (source, target) = self.ends(message);
        let (origin, n) = match message.tag {
            Some(tag) if message.kind == Kind::Data => {
                let kind = u8::from(!message.to_server);
                (self.origins.operation(tag, kind), message.n)
            }
            _ if self.network.connections[message.connection as usize].link.is_some() => {
                self.link_cause(source, target, message.connection)
            }
            _ => {
                let incarnation = self.processes[source.index()].incarnation;
                let connection = &mut self.network.connections[message.connection as usize];
                connection.draws += 1;
                let n = connection.number << 10 | connection.draws;
                (self.origins.between(source, incarnation, target, 2), n)
            }
        };
        let rank = self.draw(Purpose::Latency, origin, n);
        self.plan.network.latency.at(rank)
    }

    /// Puts a message on the wire.
    pub(crate) fn send(&mut self, slot: u32) {
        let message = &self.network.messages[slot as usize];
        let (source, target) = self.ends(message);
        let (connection, to_server, label) = (message.connection as usize, message.to_server, message.label);
        self.network.messages[slot as usize].sent = self.now();
        self.trace(|| TraceEvent::Sent { source, target, label });
        self.note_sending(source, target, label, false);
        let mut flight = self.flight(slot);
        let (from, to) = self.machines_of(source, target);
        if !self.network.slowings.is_empty() {
            flight += self.network.slowed_by(from, to);
        }
        if !self.network.chosen.is_empty() {
            match self.chosen_for(source, target, label) {
                Some(Upset::Delay(by)) => flight += by,
                Some(Upset::Lose) => return self.break_at(slot),
                Some(Upset::Duplicate) | None => {}
            }
        }
        let way = way(to_server);
        let link = &mut self.network.connections[connection];
        self.network.messages[slot as usize].place = link.sent[way];
        link.sent[way] += 1;
        if !self.network.cuts.is_empty() && self.network.is_cut(from, to) {
            return self.hold(slot);
        }
        let arrival = (self.now + flight).max(self.network.connections[connection].last[way]);
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
            self.fault_fired(
                fault,
                &format!("{label} from {} to {}", self.cast.process(source), self.cast.process(target)),
            );
        }
        upset
    }

    /// The connection breaks in the place of this message: its receiver never sees it, both ends learn of a
    /// reset.
    fn break_at(&mut self, slot: u32) {
        let message = self.take(slot);
        let (source, target) = self.ends(&message);
        let label = message.label;
        self.trace(|| TraceEvent::HeldUp { source, target, label, by: "lost" });
        self.control(message.connection, true, Kind::Close);
        self.control(message.connection, false, Kind::Close);
    }

    /// What the kernels do with a message. What a process's own code
    /// has to see of it is given back.
    pub(crate) fn handle(&mut self, message: Message) -> Handled {
        let (source, target) = self.ends(&message);
        let (label, sent) = (message.label, message.sent);
        let id = message.connection;
        if !matches!(message.kind, Kind::GaveUp | Kind::Lost) {
            self.network.delivered += 1;
            self.trace(|| TraceEvent::Delivered { source, target, label, sent });
        }
        if self.network.connections[id as usize].link.is_some() {
            return self.handle_link(message);
        }
        let alive = self.processes[target.index()].alive;
        let life = self.processes[target.index()].incarnation;
        let connection = &mut self.network.connections[id as usize];
        match message.kind {
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
            Kind::Close if message.to_server && alive && connection.server_life == life => {
                return Handled::Disconnected(target, source, ConnectionId(id));
            }
            Kind::Close if message.to_server => {}
            Kind::Close => self.connection_broke(id, "reset"),
            Kind::Data if message.to_server => {
                if alive && connection.server_life == life {
                    let Message { wait, answer, tag, tenure, n, sent, body, .. } = message;
                    let to =
                        ReplyTo { connection: id, wait, label: answer, tag, tenure, n, sent, datagram: None };
                    return body.map_or(Handled::Nothing, |body| Handled::Request(target, to, body));
                }
                // The machine is up and nobody listens on that connection any more: a reset.
                self.control(id, false, Kind::Close);
            }
            Kind::Data => self.answered(message),
            Kind::GaveUp | Kind::Lost => {}
        }
        Handled::Nothing
    }

    fn answered(&mut self, message: Message) {
        let connection = &mut self.network.connections[message.connection as usize];
        if connection.state != State::Open || connection.current != Some(message.wait) {
            return;
        }
        connection.current = None;
        let (client, server) = (connection.client, connection.server);
        self.processes[client.index()].idle_to(server).push(message.connection);
        if let Some(body) = message.body {
            self.end_wait(message.wait, Ended::Answer(body));
        }
    }
}
