//! Redis Sentinel: several of them watch the primary, agree that it is down, elect one of them, and that one
//! promotes a replica.
//!
//! Source: the Sentinel documentation, and `sentinel.c` for the order of steps and the constants.

use super::Control;
use super::election::{Ballot, leader};
use super::guide::WhoIsPrimary;
use super::nodes::Nodes;
use crate::stores::kv::server::arm;
use fencepost_model::{Mono, ProcessId, Span};
use fencepost_sim::{Boot, Death, ReplyTo, Server, ServerContext};
use std::any::Any;
use std::cmp::Ordering;

/// How often a sentinel looks around (`hz 10`).
const BEAT: Span = Span::from_millis(100);
/// How often it pings, and asks the others for their opinion (`SENTINEL_PING_PERIOD`, `SENTINEL_ASK_PERIOD`).
const PING_EVERY: Span = Span::from_secs(1);
/// How often it tells the others what it knows (`SENTINEL_PUBLISH_PERIOD`).
const HELLO_EVERY: Span = Span::from_secs(2);
/// For how long a server may be something else than it should be before it is told (4 times that).
const ODD_FOR: Span = Span::from_secs(8);
/// A primary that says for so much longer than `down-after` that it is a replica counts as down (twice
/// `SENTINEL_INFO_PERIOD`).
const REPLICA_FOR: Span = Span::from_secs(20);
/// How long an opinion of another sentinel counts.
const OPINION_COUNTS: Span = Span::from_secs(5);
/// How much later than it could a sentinel asks for votes, at most, so that not all ask at once
/// (`SENTINEL_MAX_DESYNC`).
const DESYNC: Span = Span::from_secs(1);
/// For how long a leader may be awaited (`SENTINEL_ELECTION_TIMEOUT`).
const ELECTION: Span = Span::from_secs(10);
/// A beat that comes so late says that the sentinel itself was stopped: it decides nothing for a while
/// (`SENTINEL_TILT_TRIGGER`, `SENTINEL_TILT_PERIOD`).
const TILT_AT: Span = Span::from_secs(2);
const TILT_FOR: Span = Span::from_secs(30);
/// Epochs, votes and who is primary.
const FILE: &str = "sentinel.conf";

/// What a sentinel is configured with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SentinelTimes {
    /// `down-after-milliseconds`
    pub down_after: Span,
    /// `failover-timeout`
    pub failover_timeout: Span,
    /// How many sentinels have to take the primary for down.
    pub quorum: usize,
}

/// See the module.
pub struct Sentinel {
    times: SentinelTimes,
    nodes: Nodes,
    first: ProcessId,
    others: Vec<Other>,
    ballot: Ballot,
    failover: Option<Failover>,
    /// No failover before this: one was tried, or somebody else was voted for.
    not_before: Mono,
    beat_at: Mono,
    tilted_until: Mono,
    ping_at: Mono,
    hello_at: Mono,
    /// Answers that wait until the vote is on the disk.
    unsaid: Vec<(ProcessId, Control)>,
    syncs: u32,
}

/// Another sentinel, as this one knows it.
struct Other {
    id: ProcessId,
    says_down: bool,
    said: Mono,
    vote: Option<(ProcessId, u64)>,
}

/// A failover that this sentinel has begun.
#[derive(Clone, Copy, Debug)]
struct Failover {
    epoch: u64,
    began: Mono,
    step: Step,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    /// Votes come in.
    Elect,
    /// This one is told to become primary, until it says that it is.
    Promote(ProcessId),
    /// The others are told to follow it.
    Reconfigure(ProcessId),
}

impl Sentinel {
    /// Watches `servers`, of which the first is primary, together with the sentinels `others`.
    pub fn new(times: SentinelTimes, servers: &[ProcessId], others: &[ProcessId]) -> Sentinel {
        let other = |id: &ProcessId| Other { id: *id, says_down: false, said: Mono(0), vote: None };
        Sentinel {
            times,
            nodes: Nodes::new(servers),
            first: servers[0],
            others: others.iter().map(other).collect(),
            ballot: Ballot::new(servers[0]),
            failover: None,
            not_before: Mono(0),
            beat_at: Mono(0),
            tilted_until: Mono(0),
            ping_at: Mono(0),
            hello_at: Mono(0),
            unsaid: Vec::new(),
            syncs: 0,
        }
    }

    fn ping_every(&self) -> Span {
        PING_EVERY.min(self.times.down_after)
    }

    /// Subjectively down: nothing was heard of the primary for so long, or only that it is a replica.
    fn takes_primary_for_down(&self, now: Mono) -> bool {
        let (primary, down_after) = (self.nodes.get(self.ballot.primary), self.times.down_after);
        primary.is_silent(now, down_after) || primary.has_been_replica_for(down_after + REPLICA_FOR, now)
    }

    /// Objectively down: so many sentinels say so.
    fn agree_on_down(&self, now: Mono) -> bool {
        let agree = self.others.iter().filter(|it| it.says_down && now <= it.said + OPINION_COUNTS).count();
        self.takes_primary_for_down(now) && agree + 1 >= self.times.quorum
    }

    fn look(&mut self, world: &mut ServerContext<'_>) {
        let now = world.mono();
        if now > self.beat_at + TILT_AT && self.beat_at > Mono(0) {
            self.tilted_until = now + TILT_FOR;
        }
        self.beat_at = now;
        if now >= self.ping_at {
            self.ping_at = now + self.ping_every();
            self.nodes.ping(world);
            self.ask_opinions(world, now);
        }
        if now >= self.hello_at {
            self.hello_at = now + HELLO_EVERY;
            self.say_hello(world);
        }
        if now < self.tilted_until {
            return;
        }
        self.begin_failover(world, now);
        self.go_on(world, now);
        self.put_right(world, now);
    }

    /// Asks the others whether the primary is down, and for their votes once a failover has begun.
    fn ask_opinions(&mut self, world: &mut ServerContext<'_>, now: Mono) {
        if !self.takes_primary_for_down(now) {
            return;
        }
        let candidate = self.failover.is_some().then(|| world.me());
        let (primary, epoch) = (self.ballot.primary, self.ballot.epoch);
        for other in &self.others {
            world.send(other.id, "is-down", Control::IsDown { primary, epoch, candidate });
        }
    }

    fn say_hello(&mut self, world: &mut ServerContext<'_>) {
        let Ballot { epoch, primary, since, .. } = self.ballot;
        // A leader tells of the promoted one as soon as that is primary.
        let (primary, since) = match self.failover {
            Some(Failover { step: Step::Reconfigure(to), epoch, .. }) => (to, epoch),
            _ => (primary, since),
        };
        for other in &self.others {
            world.send(other.id, "hello", Control::Hello { epoch, primary, since });
        }
    }

    fn begin_failover(&mut self, world: &mut ServerContext<'_>, now: Mono) {
        if self.failover.is_some() || now < self.not_before || !self.agree_on_down(now) {
            return;
        }
        self.ballot.epoch += 1;
        let began = now + drawn(world, DESYNC);
        self.failover = Some(Failover { epoch: self.ballot.epoch, began, step: Step::Elect });
        self.not_before = began + self.times.failover_timeout.saturating_mul(2);
        self.write_down(world);
        self.ask_opinions(world, now);
    }

    fn go_on(&mut self, world: &mut ServerContext<'_>, now: Mono) {
        let Some(Failover { epoch, began, step }) = self.failover else { return };
        match step {
            Step::Elect if now < began => {}
            Step::Elect => self.elect(world, now, epoch, began),
            Step::Promote(chosen) if self.nodes.get(chosen).says_primary() => {
                self.failover = Some(Failover { epoch, began: now, step: Step::Reconfigure(chosen) });
                self.say_hello(world);
            }
            Step::Promote(_) if now > began + self.times.failover_timeout => self.failover = None,
            Step::Promote(chosen) => {
                world.send(chosen, "replicaof", Control::ReplicaOf(None, epoch));
                self.nodes.ping(world);
            }
            Step::Reconfigure(to) => {
                for node in self.nodes.others(to) {
                    world.send(node.id, "replicaof", Control::ReplicaOf(Some(to), epoch));
                }
                self.failover = None;
                self.switch_to(world, to, epoch);
            }
        }
    }

    /// Counts the votes; the winner chooses a replica.
    fn elect(&mut self, world: &mut ServerContext<'_>, now: Mono, epoch: u64, began: Mono) {
        let me = world.me();
        // A candidate votes for whoever has most votes already, or for itself: nobody else by now.
        if self.ballot.asked(me, epoch) {
            self.write_down(world);
        }
        let votes = self.others.iter().map(|other| other.vote).chain([self.ballot.vote]);
        let elected = leader(votes, epoch, self.others.len() + 1, self.times.quorum);
        if elected != Some(me) {
            if now > began + ELECTION.min(self.times.failover_timeout) {
                self.failover = None;
            }
            return;
        }
        let heard_within = self.ping_every().saturating_mul(5);
        self.failover = self.nodes.best_replica(self.ballot.primary, now, heard_within).map(|best| {
            world.send(best, "replicaof", Control::ReplicaOf(None, epoch));
            Failover { epoch, began: now, step: Step::Promote(best) }
        });
    }

    /// This one is primary from here on, in the eyes of this sentinel and of the clients that ask it.
    fn switch_to(&mut self, world: &mut ServerContext<'_>, primary: ProcessId, since: u64) {
        (self.ballot.primary, self.ballot.since) = (primary, since);
        self.forget_opinions();
        self.write_down(world);
    }

    fn forget_opinions(&mut self) {
        for other in &mut self.others {
            other.says_down = false;
        }
    }

    /// Servers that have been something else for a while are told what they should be: an old primary that
    /// has come back, a replica that follows the wrong one. Only while the primary looks well.
    fn put_right(&mut self, world: &mut ServerContext<'_>, now: Mono) {
        let primary = self.nodes.get(self.ballot.primary);
        if self.failover.is_some() || !primary.says_primary() || self.takes_primary_for_down(now) {
            return;
        }
        let (primary, epoch, down_after) = (self.ballot.primary, self.ballot.epoch, self.times.down_after);
        for node in self.nodes.others(primary) {
            let is_odd = node.report.is_some_and(|report| report.follows != Some(primary));
            let is_there = !node.is_silent(now, down_after);
            if node.lasts(is_odd && is_there, now, ODD_FOR) {
                world.send(node.id, "replicaof", Control::ReplicaOf(Some(primary), epoch));
            }
        }
    }

    /// Writes epochs and votes down; what depends on them is said when they are on the disk.
    fn write_down(&mut self, world: &mut ServerContext<'_>) {
        world.disk().replace(FILE, self.ballot.to_bytes());
        self.syncs += 1;
        world.sync(self.syncs);
    }

    fn opinion(
        &mut self,
        world: &mut ServerContext<'_>,
        from: ProcessId,
        asked: (ProcessId, u64, Option<ProcessId>),
    ) {
        let (primary, epoch, candidate) = asked;
        let now = world.mono();
        let tilted = now < self.tilted_until;
        let is_down = !tilted && primary == self.ballot.primary && self.takes_primary_for_down(now);
        let mut votes_now = false;
        if let Some(candidate) = candidate.filter(|_| primary == self.ballot.primary) {
            votes_now = self.ballot.asked(candidate, epoch);
            if votes_now {
                self.not_before = now + drawn(world, DESYNC) + self.times.failover_timeout.saturating_mul(2);
                self.write_down(world);
            }
        }
        let vote = candidate.and(self.ballot.vote);
        let answer = Control::Opinion { primary, is_down, vote };
        if votes_now {
            self.unsaid.push((from, answer));
        } else {
            world.send(from, "opinion", answer);
        }
    }
}

/// A span from zero to `most`.
fn drawn(world: &mut ServerContext<'_>, most: Span) -> Span {
    Span(((u128::from(world.random()) * u128::from(most.0)) >> 64) as u64)
}

impl Server for Sentinel {
    fn start(&mut self, world: &mut ServerContext<'_>, _boot: Boot) {
        if let Some(ballot) = Ballot::of_bytes(world.disk().read(FILE)) {
            self.ballot = ballot;
        }
        world.up(false);
        arm(world, BEAT, 0);
    }

    fn message(&mut self, world: &mut ServerContext<'_>, from: ReplyTo, body: Box<dyn Any>) {
        if body.is::<WhoIsPrimary>() {
            let primary = match self.failover {
                Some(Failover { step: Step::Reconfigure(to), .. }) => to,
                _ => self.ballot.primary,
            };
            world.deny(&from, Some(primary));
        }
    }

    fn timer(&mut self, world: &mut ServerContext<'_>, _timer: u32) {
        self.look(world);
        arm(world, BEAT, 0);
    }

    fn datagram(&mut self, world: &mut ServerContext<'_>, from: ProcessId, body: Box<dyn Any>) {
        let Ok(control) = body.downcast::<Control>() else { return };
        match *control {
            Control::Pong(report) => self.nodes.answered(from, report, world.mono()),
            Control::IsDown { primary, epoch, candidate } => {
                self.opinion(world, from, (primary, epoch, candidate));
            }
            Control::Opinion { primary, is_down, vote } if primary == self.ballot.primary => {
                let now = world.mono();
                for other in self.others.iter_mut().filter(|other| other.id == from) {
                    (other.says_down, other.said) = (is_down, now);
                    other.vote = match (other.vote, vote) {
                        (Some(known), Some(told)) if told.1.cmp(&known.1) == Ordering::Less => Some(known),
                        (known, told) => told.or(known),
                    };
                }
            }
            Control::Hello { epoch, primary, since } => {
                let before = self.ballot;
                if self.ballot.heard(epoch, primary, since) {
                    self.failover = None;
                    self.forget_opinions();
                }
                if self.ballot != before {
                    self.write_down(world);
                }
            }
            _ => {}
        }
    }

    fn synced(&mut self, world: &mut ServerContext<'_>, ticket: u32) {
        if ticket == self.syncs {
            for (to, said) in std::mem::take(&mut self.unsaid) {
                world.send(to, "opinion", said);
            }
        }
    }

    fn died(&mut self, _world: &mut ServerContext<'_>, _death: Death) {
        let others: Vec<_> = self.others.iter().map(|other| other.id).collect();
        let ballot = Ballot::new(self.first);
        *self = Sentinel { ballot, ..Sentinel::new(self.times, &self.nodes.ids(), &others) };
    }
}
