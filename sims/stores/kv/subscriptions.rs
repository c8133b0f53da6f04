//! Publish and subscribe: who listens to what, by connection.
//!
//! As in Redis, a message goes to those who are subscribed when it is published, and is kept for nobody else: a
//! subscription ends with its connection, and all of them with the process. A client's end of a subscription asks
//! for each message; one that comes before it asks waits on the connection, as it would in a socket.

use super::Answer;
use fencepost_sim::{ConnectionId, ReplyTo};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What a server is asked on a connection of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Listening {
    /// `SUBSCRIBE channel`: [`Answer::Ok`].
    Subscribe {
        /// The channel.
        channel: Arc<str>,
    },
    /// The next message: [`Answer::Ok`] when there is one; [`Answer::Nil`] at once where nothing is subscribed to on
    /// this connection.
    Next,
}

/// See the module.
#[derive(Default)]
pub(super) struct Subscriptions(BTreeMap<ConnectionId, Subscriber>);

struct Subscriber {
    channel: Arc<str>,
    /// How many messages were published that it has not asked for yet.
    unread: u32,
    /// Where the next one goes.
    asks: Option<ReplyTo>,
}

impl Subscriptions {
    /// What a connection is answered at once, where it is.
    pub fn take(&mut self, from: ReplyTo, asked: Listening) -> Option<(ReplyTo, Answer)> {
        let connection = from.connection()?;
        match asked {
            Listening::Subscribe { channel } => {
                self.0.insert(connection, Subscriber { channel, unread: 0, asks: None });
                Some((from, Answer::Ok))
            }
            Listening::Next => {
                let Some(subscriber) = self.0.get_mut(&connection) else { return Some((from, Answer::Nil)) };
                if subscriber.unread == 0 {
                    subscriber.asks = Some(from);
                    return None;
                }
                subscriber.unread -= 1;
                Some((from, Answer::Ok))
            }
        }
    }

    /// Publishes a message: who has to be told at once.
    pub fn publish(&mut self, channel: &str) -> impl Iterator<Item = (ReplyTo, Answer)> {
        let listening = self.0.values_mut().filter(move |it| *it.channel == *channel);
        let told = listening.filter_map(|subscriber| {
            let asks = subscriber.asks.take();
            subscriber.unread += u32::from(asks.is_none());
            asks
        });
        told.map(|to| (to, Answer::Ok)).collect::<Vec<_>>().into_iter()
    }

    /// The connection is closed.
    pub fn closed(&mut self, connection: ConnectionId) {
        self.0.remove(&connection);
    }

    /// The process is dead.
    pub fn forget(&mut self) {
        self.0.clear();
    }
}
