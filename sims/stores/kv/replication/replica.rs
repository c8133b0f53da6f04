//! A replica: it follows a primary, applies what that says, and tells how far it is. It expires nothing by
//! itself: the primary sends deletions.

use super::super::{KvServer, log};
use super::{FromPrimary, FromReplica, Replication, TIMEOUT, Upstream, Written};
use fencepost_model::ProcessId;
use fencepost_sim::{LinkId, ServerContext};
use std::sync::Arc;

impl Replication {
    /// Opens the link to the primary, where there is none.
    pub(super) fn follow(&mut self, world: &mut ServerContext<'_>) {
        if let (Some(primary), None) = (self.follows, self.upstream.link) {
            let (link, heard) = (Some(world.connect(primary)), world.mono());
            self.upstream = Upstream { link, is_synced: false, heard };
        }
    }

    /// Closes the link to the primary.
    pub(super) fn leave(&mut self, world: &mut ServerContext<'_>) {
        if let Some(link) = std::mem::take(&mut self.upstream).link {
            world.close(link);
        }
    }

    pub(super) fn is_upstream(&self, link: LinkId) -> bool {
        self.upstream.link == Some(link)
    }

    pub(super) fn ack(&mut self) {
        if let (Some(link), true) = (self.upstream.link, self.upstream.is_synced) {
            self.outbox.push((link, Written::ToPrimary(FromReplica::Ack(self.history.offset))));
        }
    }

    /// Once a second: tells how far it is, or tries again to connect.
    pub(super) fn look_after_upstream(&mut self, world: &mut ServerContext<'_>) {
        if self.upstream.link.is_some() && world.mono() >= self.upstream.heard + TIMEOUT {
            self.leave(world);
        }
        self.ack();
        self.follow(world);
    }

    pub(super) fn linked(&mut self, link: LinkId, _peer: ProcessId) {
        if self.is_upstream(link) {
            let psync = FromReplica::Psync(self.history.id, self.history.offset);
            self.outbox.push((link, Written::ToPrimary(psync)));
        }
    }

    /// A link is gone. A replica connects again at its next beat.
    pub(super) fn unlinked(&mut self, link: LinkId) {
        if self.is_upstream(link) {
            self.upstream = Upstream::default();
        }
        self.feeds.retain(|feed| feed.link != link);
    }
}

impl KvServer {
    /// What the primary says.
    pub(super) fn hear_primary(&mut self, world: &mut ServerContext<'_>, message: FromPrimary) {
        let Some(replication) = &mut self.replication else { return };
        replication.upstream.heard = world.mono();
        match message {
            FromPrimary::Continue(id, missed) => {
                replication.upstream.is_synced = true;
                replication.history.go_on_as(id);
                self.apply(world, &missed);
            }
            FromPrimary::Full(id, offset, rows) => {
                replication.upstream.is_synced = true;
                replication.history.begin_again(id, offset);
                self.keys.copy_all(&rows, world.wall().as_millis());
                self.tell_changes(world);
                self.ack();
            }
            FromPrimary::Stream(records) => self.apply(world, &records),
            FromPrimary::GetAck => self.ack(),
            FromPrimary::Ping => {}
        }
    }

    fn ack(&mut self) {
        if let Some(replication) = &mut self.replication {
            replication.ack();
        }
    }

    /// Applies a part of the stream. The stream is the log: each record says what a row is from here on.
    fn apply(&mut self, world: &mut ServerContext<'_>, records: &[u8]) {
        let now = world.wall().as_millis();
        for (key, row) in log::records(records) {
            self.keys.copy(&Arc::from(key), row, now);
        }
        self.tell_changes(world);
        if let Some(replication) = &mut self.replication {
            replication.history.append(records);
        }
    }
}
