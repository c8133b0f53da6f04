//! The replication of a server of keys: asynchronous, from one primary to its replicas, as in Redis.
//!
//! - `history`: whose stream of changes, how far, and the backlog
//! - `message`: what goes over the links
//! - `primary`: feeding replicas, and `WAIT`
//! - `replica`: following a primary
//! - `role`: becoming one or the other

mod history;
mod message;
mod primary;
mod replica;
mod role;

pub(super) use message::{FromPrimary, FromReplica, Waited};
use primary::WAIT_TIMER;

use super::Answer;
use fencepost_model::{Mono, ProcessId, Span};
use fencepost_sim::{LinkId, ReplyTo};
use history::History;

/// How often a server looks after its links: a replica tells how far it is, or tries to connect
/// (`replicationCron`, once a second).
const CRON: Span = Span::from_secs(1);
/// After so many beats a primary pings its replicas (`repl-ping-replica-period 10`).
const PING_EVERY: u64 = 10;
/// A link that says nothing for so long is closed (`repl-timeout 60`).
const TIMEOUT: Span = Span::from_secs(60);

/// How many replicas have to have a write before it is answered, and how long it waits for them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Copies {
    /// How many.
    pub replicas: usize,
    /// For how long; then it is answered as [`Answer::TooFewCopies`], and not undone.
    pub timeout: Span,
}

/// A server's part in the replication.
pub(super) struct Replication {
    /// The primary that it was told to follow; none: it is primary. In the configuration file, which is
    /// rewritten with each change.
    pub follows: Option<ProcessId>,
    history: History,
    /// The link to the primary.
    upstream: Upstream,
    /// The links of replicas.
    feeds: Vec<Feed>,
    /// What this turn adds to the stream.
    records: Vec<u8>,
    /// What this turn writes to links.
    outbox: Vec<(LinkId, Written)>,
    waiters: Vec<Waiter>,
    waiters_so_far: u32,
    beats: u64,
}

enum Written {
    ToPrimary(FromReplica),
    ToReplica(FromPrimary),
}

#[derive(Default)]
struct Upstream {
    link: Option<LinkId>,
    /// Whether the primary has said how to go on.
    is_synced: bool,
    heard: Mono,
}

struct Feed {
    link: LinkId,
    acked: u64,
}

/// A client that waits for copies of its write.
struct Waiter {
    number: u32,
    to: ReplyTo,
    answer: Answer,
    offset: u64,
    replicas: usize,
}

impl Replication {
    /// Of a server that begins as a replica of `follows`, or as primary. `backlog` is in bytes.
    pub fn new(follows: Option<ProcessId>, backlog: usize) -> Replication {
        Replication {
            follows,
            history: History::new(0, backlog),
            upstream: Upstream::default(),
            feeds: Vec::new(),
            records: Vec::new(),
            outbox: Vec::new(),
            waiters: Vec::new(),
            waiters_so_far: 0,
            beats: 0,
        }
    }

    /// The process died: only the configuration stays.
    pub fn forget(&mut self) {
        *self = Replication::new(self.follows, self.history.room());
    }
}
