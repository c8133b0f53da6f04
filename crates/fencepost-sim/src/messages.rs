//! The messages of streams that are under way, in places that are used again. A message is large and there are
//! many, so it stays where it was put until it is read there.

use crate::timer::WaitRef;
use fencepost_model::{Instant, OpTag, TenureId};
use std::any::Any;
use std::ops::{Index, IndexMut};

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

/// See the module.
#[derive(Default)]
pub(crate) struct Messages {
    places: Vec<Message>,
    free: Vec<u32>,
}

impl Messages {
    /// Forgets everything.
    pub fn clear(&mut self) {
        let Messages { places, free } = self;
        places.clear();
        free.clear();
    }

    #[inline]
    pub fn put(&mut self, message: Message) -> u32 {
        match self.free.pop() {
            Some(slot) => {
                self.places[slot as usize] = message;
                slot
            }
            None => {
                self.places.push(message);
                u32::try_from(self.places.len() - 1).expect("fewer than 2^32 messages at once")
            }
        }
    }

    /// Takes what the message carries, and frees its place. What else it says can be read there until another
    /// message is put in.
    #[inline]
    pub fn open(&mut self, slot: u32) -> Option<Box<dyn Any>> {
        self.free.push(slot);
        self.places[slot as usize].body.take()
    }
}

impl Index<u32> for Messages {
    type Output = Message;

    #[inline]
    fn index(&self, slot: u32) -> &Message {
        &self.places[slot as usize]
    }
}

impl IndexMut<u32> for Messages {
    #[inline]
    fn index_mut(&mut self, slot: u32) -> &mut Message {
        &mut self.places[slot as usize]
    }
}
