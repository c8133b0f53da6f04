//! A hosted service: somebody else watches the servers, promotes a replica after a while, and lets the
//! service's name point to it after another while. How it decides is its own affair; what a user can know is
//! how long each step takes.

use super::Control;
use super::guide::WhoIsPrimary;
use super::nodes::Nodes;
use crate::stores::kv::server::arm;
use fencepost_model::{Mono, ProcessId, Span};
use fencepost_sim::{Boot, Death, ReplyTo, Server, ServerContext};
use std::any::Any;

/// How often it looks after the servers.
const BEAT: Span = Span::from_millis(100);
/// Its only file: who is primary.
const FILE: &str = "topology";

/// How long the steps of a failover take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ManagerTimes {
    /// For how long the primary is silent before it counts as dead.
    pub detect: Span,
    /// How long it takes from there until a replica is promoted.
    pub promote: Span,
    /// How long it takes from there until clients are sent to it.
    pub redirect: Span,
}

/// See the module.
pub struct Manager {
    times: ManagerTimes,
    nodes: Nodes,
    /// Whom clients are sent to.
    primary: ProcessId,
    epoch: u64,
    step: Step,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    /// Nothing is wrong.
    Watching,
    /// The primary is dead; a replica is promoted at this time.
    Promoting(Mono),
    /// This one is told to become primary, until it says that it is.
    Waiting(ProcessId),
    /// It is primary, and clients are sent to it at this time.
    Redirecting(ProcessId, Mono),
}

impl Manager {
    /// Of these servers, of which the first is primary.
    pub fn new(times: ManagerTimes, servers: &[ProcessId]) -> Manager {
        Manager { times, nodes: Nodes::new(servers), primary: servers[0], epoch: 0, step: Step::Watching }
    }

    /// Who should be primary: every other one has to follow it.
    fn appointed(&self) -> Option<ProcessId> {
        match self.step {
            Step::Watching | Step::Promoting(_) => Some(self.primary),
            Step::Waiting(_) => None,
            Step::Redirecting(to, _) => Some(to),
        }
    }

    fn look(&mut self, world: &mut ServerContext<'_>) {
        let now = world.mono();
        match self.step {
            Step::Watching if self.nodes.get(self.primary).is_silent(now, self.times.detect) => {
                self.step = Step::Promoting(now + self.times.promote);
            }
            Step::Watching => {}
            // It changed its mind in time: the primary is there again.
            Step::Promoting(_) if !self.nodes.get(self.primary).is_silent(now, self.times.detect) => {
                self.step = Step::Watching;
            }
            Step::Promoting(at) if now >= at => {
                let best = self.nodes.best_replica(self.primary, now, self.times.detect);
                if let Some(best) = best {
                    self.epoch += 1;
                    self.step = Step::Waiting(best);
                    let words = [u64::from(best.0), self.epoch];
                    let bytes = words.iter().flat_map(|word| word.to_le_bytes()).collect();
                    world.disk().replace(FILE, bytes);
                    world.sync(0);
                }
            }
            Step::Promoting(_) => {}
            Step::Waiting(chosen) if self.nodes.get(chosen).says_primary() => {
                self.step = Step::Redirecting(chosen, now + self.times.redirect);
            }
            Step::Waiting(chosen) => world.send(chosen, "replicaof", Control::ReplicaOf(None, self.epoch)),
            Step::Redirecting(to, at) if now >= at => {
                self.primary = to;
                self.step = Step::Watching;
            }
            Step::Redirecting(..) => {}
        }
        if let Some(appointed) = self.appointed() {
            // Where the manager died between its decision and the promotion.
            if self.nodes.get(appointed).report.is_some_and(|report| report.follows.is_some()) {
                world.send(appointed, "replicaof", Control::ReplicaOf(None, self.epoch));
            }
            for node in self.nodes.others(appointed) {
                if node.report.is_some_and(|report| report.follows != Some(appointed)) {
                    world.send(node.id, "replicaof", Control::ReplicaOf(Some(appointed), self.epoch));
                }
            }
        }
    }
}

impl Server for Manager {
    fn start(&mut self, world: &mut ServerContext<'_>, _boot: Boot) {
        let file = world.disk().read(FILE);
        let word =
            |at: usize| file.get(at..at + 8).and_then(|bytes| bytes.try_into().ok()).map(u64::from_le_bytes);
        if let (Some(primary), Some(epoch)) = (word(0), word(8)) {
            (self.primary, self.epoch) = (ProcessId(primary as u32), epoch);
        }
        world.up(false);
        arm(world, BEAT, 0);
    }

    fn message(&mut self, world: &mut ServerContext<'_>, from: ReplyTo, body: Box<dyn Any>) {
        if body.is::<WhoIsPrimary>() {
            world.deny(&from, Some(self.primary));
        }
    }

    fn timer(&mut self, world: &mut ServerContext<'_>, _timer: u32) {
        self.look(world);
        self.nodes.ping(world);
        arm(world, BEAT, 0);
    }

    fn datagram(&mut self, world: &mut ServerContext<'_>, from: ProcessId, body: Box<dyn Any>) {
        if let Ok(control) = body.downcast::<Control>()
            && let Control::Pong(report) = *control
        {
            self.nodes.answered(from, report, world.mono());
        }
    }

    fn died(&mut self, _world: &mut ServerContext<'_>, _death: Death) {
        *self = Manager::new(self.times, &self.nodes.ids());
    }
}
