//! Lines: connections that a client keeps for itself, for what a server remembers of a connection.

use crate::connection::{Connection, State};
use crate::core::Core;
use crate::env::SimEnv;
use fencepost_model::ProcessId;
use std::cell::Cell;
use std::rc::Rc;

/// A connection to a server that nothing but this goes over. Whatever the server remembers of it, such as a
/// subscription, ends with it: when a request on it is given up or runs out of time, when it breaks, and when this
/// is dropped. The request after that goes over a new one.
pub struct Line {
    pub(crate) env: SimEnv,
    pub(crate) server: ProcessId,
    /// The number of the connection, once it was asked for.
    pub(crate) number: Rc<Cell<Option<u32>>>,
}

impl SimEnv {
    /// A line to a server. It is opened by the first request on it.
    pub fn line(&self, server: ProcessId) -> Line {
        Line { env: self.clone(), server, number: Rc::default() }
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        let Some(number) = self.number.get() else { return };
        let mut core = self.env.shared.core.borrow_mut();
        if self.env.is_alive(&core) && core.is_usable(number) {
            core.abandon(number);
        }
    }
}

impl Core {
    /// Whether this client's connection can carry another request, now or when it is open.
    fn is_usable(&self, number: u32) -> bool {
        self.network.connections.get(number).is_some_and(|it| it.state != State::Closed)
    }

    /// The connection of a line, or a new one in its place.
    pub(crate) fn connection_of_line(
        &mut self,
        client: ProcessId,
        server: ProcessId,
        number: Option<u32>,
    ) -> u32 {
        if let Some(number) = number.filter(|number| self.is_usable(*number)) {
            assert!(self.network.connections[number].current.is_none(), "one request at a time on a line");
            return number;
        }
        let opening = |number| Connection { is_line: true, ..Connection::opening(client, server, number) };
        self.open_connection(client, opening)
    }
}
