//! The connections of a run, by their numbers. No two ever have the same number; one that is over gives its
//! place back, so that a run keeps only as much as is open or under way.

use crate::connection::Connection;
use std::ops::{Index, IndexMut, Range};

/// The place of a connection that is over.
const OVER: u32 = u32::MAX;

/// See the module.
#[derive(Default)]
pub(crate) struct Connections {
    /// By number: where it is kept.
    places: Vec<u32>,
    kept: Vec<Connection>,
    free: Vec<u32>,
}

impl Connections {
    /// Forgets everything.
    pub fn clear(&mut self) {
        let Connections { places, kept, free } = self;
        places.clear();
        kept.clear();
        free.clear();
    }

    /// Takes a new connection in, and gives its number.
    pub fn add(&mut self, connection: Connection) -> u32 {
        let place = match self.free.pop() {
            Some(place) => {
                self.kept[place as usize] = connection;
                place
            }
            None => {
                self.kept.push(connection);
                self.kept.len() as u32 - 1
            }
        };
        self.places.push(place);
        u32::try_from(self.places.len() - 1).expect("fewer than 2^32 connections")
    }

    /// The connection of this number; none where it is over.
    #[inline]
    pub fn get(&self, id: u32) -> Option<&Connection> {
        self.kept.get(self.places[id as usize] as usize)
    }

    /// Forgets a connection that is over. Who still knows its number can do nothing with it but ask for it.
    #[inline]
    pub fn forget_if_over(&mut self, id: u32) {
        if self.get(id).is_some_and(Connection::is_over) {
            self.free.push(std::mem::replace(&mut self.places[id as usize], OVER));
        }
    }

    /// Every number that was given, in order: [`Connections::get`] tells which of them are kept.
    pub fn given(&self) -> Range<u32> {
        0..self.places.len() as u32
    }

    /// All that are kept, in the order of their numbers.
    pub fn kept(&self) -> impl Iterator<Item = (u32, &Connection)> {
        self.given().filter_map(|id| Some((id, self.get(id)?)))
    }

    /// Whether everything that is over was forgotten.
    pub fn are_tidy(&self) -> bool {
        self.kept().all(|(_, connection)| !connection.is_over())
    }
}

/// Of a connection that is not over: its own messages and its client's pool know it, and nobody else needs it.
impl Index<u32> for Connections {
    type Output = Connection;

    #[inline]
    fn index(&self, id: u32) -> &Connection {
        &self.kept[self.places[id as usize] as usize]
    }
}

impl IndexMut<u32> for Connections {
    #[inline]
    fn index_mut(&mut self, id: u32) -> &mut Connection {
        &mut self.kept[self.places[id as usize] as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::connection::State;
    use fencepost_model::ProcessId;

    fn closed() -> Connection {
        let open = Connection::opening(ProcessId(0), ProcessId(1), 0);
        Connection { state: State::Closed, ..open }
    }

    /// A client that runs out of patience closes its connection, a thousand times over.
    #[test]
    fn a_thousand_closed_connections_take_one_place() {
        let mut connections = Connections::default();
        let open = connections.add(Connection::opening(ProcessId(0), ProcessId(1), 0));
        for number in 1..1_000 {
            let id = connections.add(closed());
            assert_eq!(id, number, "numbers are not given twice");
            connections.forget_if_over(id);
            assert!(connections.get(id).is_none());
        }
        let numbers: Vec<u32> = connections.kept().map(|(id, _)| id).collect();
        assert_eq!((connections.kept.len(), numbers), (2, vec![open]));
    }

    #[test]
    fn one_with_a_message_under_way_is_kept() {
        let mut connections = Connections::default();
        let id = connections.add(Connection { under_way: 1, ..closed() });
        connections.forget_if_over(id);
        assert!(connections.get(id).is_some());
        connections[id].under_way = 0;
        assert!(!connections.are_tidy());
        connections.forget_if_over(id);
        assert!(connections.are_tidy());
    }
}
