//! Connections: how a client process opens, uses and loses them.

use crate::core::Core;
use crate::link::Ends;
use crate::messages::Kind;
use crate::timer::{Ended, WaitRef};
use fencepost_model::{Instant, ProcessId, TraceEvent};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    Opening,
    Open,
    /// Closed at the client's end; bytes may still be on their way.
    Closed,
}

pub(crate) struct Connection {
    pub client: ProcessId,
    pub server: ProcessId,
    pub server_life: u16,
    pub state: State,
    /// The request that waits for the connection to open.
    pub waiting: Option<u32>,
    /// The wait of the request that is under way.
    pub current: Option<WaitRef>,
    /// When the last message of each direction arrives; what is sent later arrives later.
    pub last: [Instant; 2],
    /// How many messages of each direction were put on the wire.
    pub sent: [u32; 2],
    /// How many of them have arrived. A stream hands over in order: what comes earlier than its turn waits.
    pub arrived: [u32; 2],
    /// How many connections its client had opened before, in this life.
    pub number: u32,
    pub draws: u32,
    /// How many of its messages are under way, or wait for something.
    pub under_way: u32,
    /// Whether it belongs to a line: it is never idle.
    pub is_line: bool,
    /// How its ends stand, where it is a link between servers. Then it has no request, and no state but this.
    pub link: Option<Ends>,
}

impl Connection {
    /// A link between servers.
    pub fn link(opener: ProcessId, acceptor: ProcessId, ends: Ends) -> Connection {
        Connection { link: Some(ends), state: State::Closed, ..Connection::opening(opener, acceptor, 0) }
    }

    /// A connection that its client has just asked for.
    pub fn opening(client: ProcessId, server: ProcessId, number: u32) -> Connection {
        Connection {
            client,
            server,
            server_life: u16::MAX,
            state: State::Opening,
            waiting: None,
            current: None,
            last: [Instant::START; 2],
            sent: [0; 2],
            arrived: [0; 2],
            number,
            draws: 0,
            under_way: 0,
            is_line: false,
            link: None,
        }
    }

    /// Its two ends: where messages of a direction come from, and where they go.
    #[inline]
    pub fn ends(&self, to_server: bool) -> (ProcessId, ProcessId) {
        if to_server { (self.client, self.server) } else { (self.server, self.client) }
    }

    /// Whether nothing will ever happen on it any more: its client has closed it, and nothing is under way.
    #[inline]
    pub fn is_over(&self) -> bool {
        self.state == State::Closed && self.under_way == 0 && self.link.is_none()
    }
}

impl Core {
    /// A connection of the client's pool that is idle, or a new one.
    pub fn connection_to(&mut self, client: ProcessId, server: ProcessId) -> u32 {
        if let Some(idle) = self.processes[client.index()].take_idle(server) {
            return idle;
        }
        self.open_connection(client, |number| Connection::opening(client, server, number))
    }

    /// Asks for a new connection of a client.
    pub fn open_connection(&mut self, client: ProcessId, opening: impl FnOnce(u32) -> Connection) -> u32 {
        let number = self.processes[client.index()].opened;
        self.processes[client.index()].opened += 1;
        let id = self.network.connections.add(opening(number));
        self.control(id, true, Kind::Open);
        id
    }

    /// The client's end of a connection learns that it is broken.
    pub fn connection_broke(&mut self, id: u32, how: &'static str) {
        let open = self.network.connections.get(id).filter(|connection| connection.state != State::Closed);
        let Some(connection) = open else { return };
        let (current, client, server) = (connection.current, connection.client, connection.server);
        let was_sent = self.close_client_end(id);
        self.trace(|| TraceEvent::Broken { at: client, peer: server, how });
        self.processes[client.index()].idle.retain(|(_, idle)| *idle != id);
        self.network.connections.forget_if_over(id);
        if let Some(wait) = current {
            self.end_wait(wait, if was_sent { Ended::Broken } else { Ended::NeverSent });
        }
    }

    /// The client gives a request up, by time-out or by dropping it: it closes the connection, and what is
    /// on the wire stays there. Tells whether the request had been sent.
    pub fn abandon(&mut self, id: u32) -> bool {
        let was_open = self.network.connections[id].state == State::Open;
        let was_sent = self.close_client_end(id);
        if was_open {
            self.control(id, true, Kind::Close);
        }
        self.network.connections.forget_if_over(id);
        was_sent
    }

    /// Closes the client's end, and drops a request that waited for the connection to open. Tells whether
    /// there was no such request.
    fn close_client_end(&mut self, id: u32) -> bool {
        let connection = &mut self.network.connections[id];
        connection.state = State::Closed;
        connection.current = None;
        match connection.waiting.take() {
            Some(slot) => {
                self.take(slot);
                false
            }
            None => true,
        }
    }

    /// A process died before it saw a message that had reached its machine. Whoever asked for a connection
    /// is told that nobody listens, by a machine that has power.
    pub fn drop_unseen(&mut self, slot: u32) {
        self.take(slot);
        let message = &self.network.messages[slot];
        let (connection, kind, (_, target)) = (message.connection, message.kind, self.ends(message));
        let machine = self.processes[target.index()].machine;
        if kind == Kind::Open && self.machines[machine.index()].powered {
            self.control(connection, false, Kind::Close);
        }
        self.network.connections.forget_if_over(connection);
    }

    /// A machine lost power: its clients' connections are gone, and nobody is told. Its servers' peers go on
    /// as if nothing had happened.
    pub fn forget_connections_of(&mut self, process: ProcessId) {
        for id in self.network.connections.given() {
            if self.network.connections.get(id).is_some_and(|connection| connection.client == process) {
                self.close_client_end(id);
                self.network.connections.forget_if_over(id);
            }
        }
    }

    /// A process died: its machine tells every peer, behind what was already sent.
    pub fn close_connections_of(&mut self, process: ProcessId) {
        for id in self.network.connections.given() {
            let Some(connection) = self.network.connections.get(id) else { continue };
            let Connection { client, server, state, .. } = *connection;
            if state == State::Closed {
                continue;
            }
            if client == process {
                self.abandon(id);
            } else if server == process && state == State::Open {
                self.control(id, false, Kind::Close);
            }
        }
    }
}
