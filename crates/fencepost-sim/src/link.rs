//! Links: streams between servers. One of them opens it; from then on either side writes, and what it
//! writes arrives in order and exactly once, or the link breaks.
//!
//! A link is a connection as clients have them, with the same wire: cuts hold messages back, give-up breaks
//! it, a chosen message that is lost breaks it in its place. What differs is what its ends do with what
//! arrives: both write unasked, and both have to be told how the link fares.

use crate::connection::{Connection, State};
use crate::core::{Core, News};
use crate::messages::{Kind, Message};
use crate::network::{Handled, way};
use crate::server::{Server, ServerContext};
use crate::timer::WaitRef;
use fencepost_model::{Origin, ProcessId, TraceEvent};
use std::any::Any;

/// Names a link; both of its ends know it by the same name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LinkId(pub(crate) u32);

/// How the ends of a link stand: the opener's and the acceptor's.
pub(crate) struct Ends {
    /// By [`end`].
    ends: [End; 2],
    /// How many links its opener had opened to this acceptor before.
    number: u32,
}

#[derive(Clone, Copy)]
struct End {
    state: State,
    /// The life of the process that has it. A later one knows nothing of it.
    life: u16,
    /// How many flights were drawn for what this end sent.
    draws: u32,
    /// The place of the first message that its kernel gave up: that one and what follows never arrives.
    given_up: u32,
}

impl End {
    fn opening(life: u16) -> End {
        End { state: State::Opening, life, draws: 0, given_up: u32::MAX }
    }
}

/// Which end a process is that messages of a direction come from.
fn end(to_server: bool) -> usize {
    1 - way(to_server)
}

/// What a server has to see of a link.
pub(crate) enum OnLink {
    /// It is open; with the other end.
    Opened(LinkId, ProcessId),
    /// A message has come.
    Wrote(LinkId, Box<dyn Any>),
    /// It is gone.
    Broke(LinkId),
}

impl OnLink {
    /// Gives the server its turn.
    pub fn tell(self, server: &mut dyn Server, world: &mut ServerContext<'_>) {
        match self {
            OnLink::Opened(link, peer) => server.linked(world, link, peer),
            OnLink::Wrote(link, body) => server.stream(world, link, body),
            OnLink::Broke(link) => server.unlinked(world, link),
        }
    }
}

impl ServerContext<'_> {
    /// Opens a stream to another server. Both are told with [`Server::linked`] when it is open, one round
    /// trip later here; where nobody listens there, this one is told with [`Server::unlinked`].
    pub fn connect(&mut self, to: ProcessId) -> LinkId {
        let me = self.me();
        LinkId(self.core().open_link(me, to))
    }

    /// Writes a message to a link, behind everything that was written before. A message to a link that is
    /// not open, or not any more, goes nowhere, as on a real network. Faults choose messages by `label`.
    pub fn write<T: 'static>(&mut self, link: LinkId, label: &'static str, body: T) {
        let (me, bytes) = (self.me(), size_of::<T>() as u32);
        self.core().write_link(me, link.0, label, Box::new(body), bytes);
    }

    /// Closes a link, behind everything that was written. The other end is told; this one hears nothing of
    /// it any more.
    pub fn close(&mut self, link: LinkId) {
        let me = self.me();
        self.core().close_link(me, link.0);
    }
}

impl Core {
    fn open_link(&mut self, opener: ProcessId, acceptor: ProcessId) -> u32 {
        assert!(opener != acceptor, "a server has no link to itself");
        let before = self.network.links.iter().filter(|link| {
            let link = &self.network.connections[**link];
            (link.client, link.server) == (opener, acceptor)
        });
        let number = before.count() as u32;
        let life = self.processes[opener.index()].incarnation;
        let ends = Ends { ends: [End::opening(life), End::opening(u16::MAX)], number };
        let id = self.network.connections.add(Connection::link(opener, acceptor, ends));
        self.network.links.push(id);
        self.control(id, true, Kind::Open);
        id
    }

    /// The direction of what `process` sends on a link, where its end is in this state and of this life.
    fn direction_from(&self, process: ProcessId, id: u32, state: State) -> Option<bool> {
        let connection = &self.network.connections[id];
        let to_server = connection.client == process;
        let ours = connection.link.as_ref()?.ends[end(to_server)];
        let is_ours = ours.state == state && ours.life == self.processes[process.index()].incarnation;
        is_ours.then_some(to_server)
    }

    fn write_link(
        &mut self,
        process: ProcessId,
        id: u32,
        label: &'static str,
        body: Box<dyn Any>,
        bytes: u32,
    ) {
        let Some(to_server) = self.direction_from(process, id, State::Open) else { return };
        let slot = self.put(Message {
            connection: id,
            to_server,
            kind: Kind::Data,
            label,
            answer: "",
            body: Some(body),
            wait: WaitRef { slot: 0, generation: u32::MAX },
            tag: None,
            tenure: None,
            n: 0,
            sent: self.now(),
            bytes,
            place: 0,
        });
        self.send(slot);
    }

    fn close_link(&mut self, process: ProcessId, id: u32) {
        let opening = self.direction_from(process, id, State::Opening);
        if let Some(to_server) = opening.or(self.direction_from(process, id, State::Open)) {
            self.end_of_link(id, to_server).state = State::Closed;
            self.control(id, to_server, Kind::Close);
        }
    }

    /// The end that messages of this direction come from.
    fn end_of_link(&mut self, id: u32, to_server: bool) -> &mut End {
        let ends = self.network.connections[id].link.as_mut();
        &mut ends.expect("only links are handled here").ends[end(to_server)]
    }

    /// What belongs to the flight of a message of a link: drawn apart from the connections of clients, and
    /// for each direction by itself.
    pub(crate) fn link_cause(&mut self, source: ProcessId, target: ProcessId, id: u32) -> (Origin, u32) {
        let incarnation = self.processes[source.index()].incarnation;
        let connection = &self.network.connections[id];
        let to_server = connection.client == source;
        let number = connection.link.as_ref().map_or(0, |ends| ends.number);
        let end = self.end_of_link(id, to_server);
        end.draws += 1;
        let n = number << 18 | end.draws;
        (self.origins.between(source, incarnation, target, 8 + u8::from(to_server)), n)
    }

    /// What the kernels do with a message of a link; what the server has to see of it is given back.
    pub(crate) fn handle_link(&mut self, slot: u32, body: Option<Box<dyn Any>>) -> Handled {
        let Message { connection: id, to_server, kind, place, .. } = self.network.messages[slot];
        let (source, target) = self.network.connections[id].ends(to_server);
        let link = LinkId(id);
        let (alive, life) = {
            let process = &self.processes[target.index()];
            (process.alive, process.incarnation)
        };
        if kind == Kind::Data && place >= self.end_of_link(id, to_server).given_up {
            return Handled::Nothing;
        }
        let end = self.end_of_link(id, !to_server);
        let is_theirs = alive && end.life == life;
        let seen = match (kind, end.state) {
            (Kind::Open, _) if alive => {
                (end.state, end.life) = (State::Open, life);
                self.control(id, false, Kind::Accept);
                OnLink::Opened(link, source)
            }
            (Kind::Accept, State::Opening) if is_theirs => {
                end.state = State::Open;
                OnLink::Opened(link, source)
            }
            (Kind::Data, State::Open) if is_theirs => match body {
                Some(body) => OnLink::Wrote(link, body),
                None => return Handled::Nothing,
            },
            (Kind::Close | Kind::GaveUp, State::Opening | State::Open) if is_theirs => {
                end.state = State::Closed;
                self.trace(|| TraceEvent::Broken { at: target, peer: source, how: how(kind) });
                OnLink::Broke(link)
            }
            // The machine is up and nobody there knows of that link, or not any more: a reset.
            (Kind::Open | Kind::Accept | Kind::Data, _) => {
                self.control(id, !to_server, Kind::Close);
                return Handled::Nothing;
            }
            _ => return Handled::Nothing,
        };
        Handled::OnLink(target, seen)
    }

    /// The kernel of the sender gives a message of a link up, and the link with it. Its process learns of it
    /// behind what has arrived already. The message keeps its place, or nothing could ever follow it.
    pub(crate) fn link_gave_up(&mut self, slot: u32) {
        let Message { connection: id, to_server, place, .. } = self.network.messages[slot];
        let end = self.end_of_link(id, to_server);
        end.given_up = end.given_up.min(place);
        let connection = &self.network.connections[id];
        let process = if to_server { connection.client } else { connection.server };
        let is_open = self.direction_from(process, id, State::Open).is_some();
        if !is_open && self.direction_from(process, id, State::Opening).is_none() {
            return;
        }
        let slot = self.put_control(id, !to_server, Kind::GaveUp);
        self.news.push_back(News::Local(process, slot));
    }

    /// A process died: its machine closes its links, behind what was already sent.
    pub(crate) fn close_links_of(&mut self, process: ProcessId) {
        for index in 0..self.network.links.len() {
            self.close_link(process, self.network.links[index]);
        }
    }

    /// A machine lost power: its ends of links are gone, and nobody is told.
    pub(crate) fn forget_links_of(&mut self, process: ProcessId) {
        for index in 0..self.network.links.len() {
            let id = self.network.links[index];
            let connection = &self.network.connections[id];
            for to_server in [true, false] {
                let whose = if to_server { connection.client } else { connection.server };
                if whose == process {
                    self.end_of_link(id, to_server).state = State::Closed;
                    break;
                }
            }
        }
    }
}

fn how(kind: Kind) -> &'static str {
    if kind == Kind::GaveUp { "timed out" } else { "reset" }
}
