//! Which part a server plays, and how it comes by another one.

use super::super::KvServer;
use super::super::failover::{Control, Report};
use super::super::server::{Event, arm};
use super::{CRON, FromPrimary, FromReplica, PING_EVERY, WAIT_TIMER};
use fencepost_model::{ProcessId, RowChange};
use fencepost_sim::ServerContext;
use std::sync::Arc;

/// The number of the timer of [`CRON`].
const CRON_TIMER: u32 = 3;

impl KvServer {
    /// Whether it follows another server, and so changes nothing by itself.
    pub(in crate::stores::kv) fn is_replica(&self) -> bool {
        self.replication.as_ref().is_some_and(|replication| replication.follows.is_some())
    }

    /// Tells what happened to a row, as primary or as a replica's copy.
    pub(in crate::stores::kv) fn tell_row(
        &self,
        world: &mut ServerContext<'_>,
        key: &Arc<str>,
        change: RowChange,
    ) {
        if self.is_replica() { world.copied(key, change) } else { world.row(key, change) }
    }

    /// A life begins: a stream of its own, as nothing tells how far the log on the disk was.
    pub(in crate::stores::kv) fn begin_replication(&mut self, world: &mut ServerContext<'_>) {
        if let Some(replication) = &mut self.replication {
            let id = world.random();
            replication.history.begin_again(id, 0);
            replication.follow(world);
            arm(world, CRON, CRON_TIMER);
        }
    }

    /// Something of the replication has happened.
    pub(in crate::stores::kv) fn replicate(&mut self, world: &mut ServerContext<'_>, event: Event) {
        let Some(replication) = &mut self.replication else { return };
        match event {
            Event::Linked(link, peer) => replication.linked(link, peer),
            Event::Unlinked(link) => replication.unlinked(link),
            Event::Stream(link, body) if replication.is_upstream(link) => {
                if let Ok(message) = body.downcast::<FromPrimary>() {
                    self.hear_primary(world, *message);
                }
            }
            Event::Stream(link, body) => {
                if let Ok(message) = body.downcast::<FromReplica>() {
                    self.hear_replica(link, *message);
                }
            }
            Event::Told(from, control) => self.obey(world, from, control),
            Event::Timer(CRON_TIMER) => {
                replication.beats += 1;
                if replication.follows.is_none() && replication.beats % PING_EVERY == 0 {
                    replication.ping_replicas();
                }
                replication.look_after_upstream(world);
                arm(world, CRON, CRON_TIMER);
            }
            Event::Timer(timer) => self.wait_is_over(timer - WAIT_TIMER),
        }
    }

    /// A sentinel or a manager wants to know how it is, or says what it is to be.
    fn obey(&mut self, world: &mut ServerContext<'_>, from: ProcessId, control: Control) {
        let Some(replication) = &self.replication else { return };
        match control {
            Control::Ping => {
                let report = Report { follows: replication.follows, offset: replication.offset() };
                world.send(from, "pong", Control::Pong(report));
            }
            Control::ReplicaOf(None, epoch) => self.become_primary(world, epoch),
            Control::ReplicaOf(Some(primary), _) => self.become_replica(world, primary),
            _ => {}
        }
    }

    /// `REPLICAOF NO ONE`: what it has is what there is from here on, and its clock decides.
    fn become_primary(&mut self, world: &mut ServerContext<'_>, epoch: u64) {
        let Some(replication) = &mut self.replication else { return };
        if replication.follows.take().is_none() {
            return;
        }
        replication.leave(world);
        let id = world.random();
        replication.history.branch_off(id);
        world.promoted();
        if self.counts_in_epochs {
            self.keys.count_from(epoch);
        }
        let now = world.wall().as_millis();
        // What was over long ago goes at last.
        self.keys.expire_some(now);
        self.tell_changes(world);
        let found: Vec<_> =
            self.keys.rows().iter().map(|(key, row)| (key.clone(), row.found(now, true))).collect();
        found.iter().for_each(|(key, change)| world.row(key, *change));
        self.arm_cycle(world);
    }

    /// `REPLICAOF primary`: what it has beyond the primary's stream is lost with the next resync.
    fn become_replica(&mut self, world: &mut ServerContext<'_>, primary: ProcessId) {
        if primary == world.me() {
            return;
        }
        let Some(replication) = &mut self.replication else { return };
        let before = replication.follows.replace(primary);
        if before == Some(primary) {
            return;
        }
        if before.is_none() {
            world.demoted();
        }
        replication.leave(world);
        self.dismiss(world);
        if let Some(replication) = &mut self.replication {
            replication.follow(world);
        }
    }
}
