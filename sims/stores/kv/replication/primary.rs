//! A primary: it feeds its replicas, and lets writes wait for them.

use super::super::{Answer, KvServer};
use super::{Copies, Feed, FromPrimary, FromReplica, Replication, Waiter, Written};
use fencepost_sim::{LinkId, ReplyTo, ServerContext};

/// The first of the timers of waiters; the number of the waiter is added.
pub(super) const WAIT_TIMER: u32 = 1_000;

impl Replication {
    /// A change is part of the stream from here on; it leaves with the answers of this turn.
    pub fn record(&mut self, bytes: &[u8]) {
        self.history.append(bytes);
        self.records.extend_from_slice(bytes);
    }

    /// How far the stream is.
    pub fn offset(&self) -> u64 {
        self.history.offset
    }

    /// Lets an answer wait until enough replicas have what is written so far.
    pub fn wait(&mut self, world: &mut ServerContext<'_>, to: ReplyTo, answer: Answer, copies: Copies) {
        let number = self.waiters_so_far;
        self.waiters_so_far += 1;
        let (offset, replicas) = (self.history.offset, copies.replicas);
        self.waiters.push(Waiter { number, to, answer, offset, replicas });
        let at = world.mono() + copies.timeout;
        world.timer(at, WAIT_TIMER + number);
    }

    /// The stream and whatever else was written in this turn leaves.
    pub fn flush(&mut self, world: &mut ServerContext<'_>) {
        self.feed();
        for (link, written) in self.outbox.drain(..) {
            match written {
                Written::ToPrimary(message) => world.write(link, "replicate-ack", message),
                Written::ToReplica(message) => world.write(link, "replicate", message),
            }
        }
    }

    /// Hands this turn's part of the stream to every replica, and asks for how far they are where somebody
    /// waits for it.
    fn feed(&mut self) {
        let records = std::mem::take(&mut self.records);
        if records.is_empty() {
            return;
        }
        for feed in &self.feeds {
            self.outbox.push((feed.link, Written::ToReplica(FromPrimary::Stream(records.clone()))));
            if self.waiters.iter().any(|waiter| waiter.offset > feed.acked) {
                self.outbox.push((feed.link, Written::ToReplica(FromPrimary::GetAck)));
            }
        }
    }

    fn answer_waiters(&mut self, answers: &mut Vec<(ReplyTo, Answer)>) {
        let feeds = &self.feeds;
        self.waiters.retain(|waiter| {
            let copies = feeds.iter().filter(|feed| feed.acked >= waiter.offset).count();
            if copies >= waiter.replicas {
                answers.push((waiter.to.clone(), waiter.answer));
            }
            copies < waiter.replicas
        });
    }

    pub(super) fn ping_replicas(&mut self) {
        for feed in &self.feeds {
            self.outbox.push((feed.link, Written::ToReplica(FromPrimary::Ping)));
        }
    }
}

impl KvServer {
    /// A replica says how far it is, or asks for what it lacks.
    pub(super) fn hear_replica(&mut self, link: LinkId, message: FromReplica) {
        let Some(replication) = &mut self.replication else { return };
        if replication.follows.is_some() {
            return; // Only a primary has replicas here.
        }
        match message {
            FromReplica::Psync(id, offset) => {
                let history = &replication.history;
                let reply = match history.missing(id, offset) {
                    Some(missed) => FromPrimary::Continue(history.id, missed),
                    None => FromPrimary::Full(history.id, history.offset, self.keys.rows().clone()),
                };
                let acked = if matches!(reply, FromPrimary::Continue(..)) { offset } else { 0 };
                // What this turn wrote is in the reply already.
                replication.feed();
                replication.feeds.retain(|feed| feed.link != link);
                replication.feeds.push(Feed { link, acked });
                replication.outbox.push((link, Written::ToReplica(reply)));
            }
            FromReplica::Ack(offset) => {
                for feed in replication.feeds.iter_mut().filter(|feed| feed.link == link) {
                    feed.acked = feed.acked.max(offset);
                }
                replication.answer_waiters(&mut self.answers);
            }
        }
    }

    /// Nobody waits for ever: the write stays, and is answered for without its copies.
    pub(super) fn wait_is_over(&mut self, number: u32) {
        let Some(replication) = &mut self.replication else { return };
        if let Some(index) = replication.waiters.iter().position(|waiter| waiter.number == number) {
            let waiter = replication.waiters.swap_remove(index);
            self.answers.push((waiter.to, Answer::TooFewCopies));
        }
    }

    /// The server is no primary any more: whoever waits is told so (`UNBLOCKED`), and replicas go elsewhere.
    pub(super) fn dismiss(&mut self, world: &mut ServerContext<'_>) {
        let Some(replication) = &mut self.replication else { return };
        for waiter in replication.waiters.drain(..) {
            self.answers.push((waiter.to, Answer::TooFewCopies));
        }
        for feed in replication.feeds.drain(..) {
            world.close(feed.link);
        }
    }
}
