//! The simulated server.

use super::failover::Control;
use super::keyspace::{Keyspace, Row};
use super::replication::{Copies, Replication, Waited};
use super::subscriptions::{Listening, Subscriptions};
use super::{Answer, Command, log};
use crate::stores::purpose::Purpose;
use fencepost_model::{EndReason, Mono, ProcessId, RowChange, Span};
use fencepost_sim::{Boot, ConnectionId, Death, LinkId, ReplyTo, Server, ServerContext};
use std::any::Any;
use std::collections::VecDeque;
use std::sync::Arc;

/// How often the server looks for expired keys that nobody touches (`hz 10`).
const CYCLE: Span = Span::from_millis(100);
/// How often `appendfsync everysec` syncs.
const SYNC_EVERY: Span = Span::from_secs(1);
/// The log's file.
const FILE: &str = "appendonly.aof";
/// A log that has doubled since it was last rewritten, and is longer than this, is rewritten
/// (`auto-aof-rewrite-min-size`, which is 64 MiB in Redis: no run would ever get there).
const REWRITE_MIN: usize = 4096;

const CYCLE_TIMER: u32 = 0;
const SYNC_TIMER: u32 = 1;
const SILENCE_TIMER: u32 = 2;

/// What survives the death of the server's process, or of its machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Persistence {
    /// Nothing.
    None,
    /// All but what was not synced when the power failed, up to a second of it (`appendfsync everysec`).
    AofEverySecond,
    /// Every command that was answered (`appendfsync always`).
    AofAlways,
}

impl Persistence {
    /// The one of this word of a data sheet: `none`, `aof-everysec` or `aof-always`. Panics at any other: our
    /// mistake, for settings are checked against the data sheet.
    pub fn of(word: &str) -> Persistence {
        match word {
            "none" => Persistence::None,
            "aof-everysec" => Persistence::AofEverySecond,
            "aof-always" => Persistence::AofAlways,
            other => panic!("`{other}` is no persistence"),
        }
    }
}

/// What the server gives up when it is short of memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Eviction {
    /// Nothing (`noeviction`).
    Never,
    /// A key with an expiry, drawn (`volatile-random`).
    VolatileRandom,
}

impl Eviction {
    /// The one of this word of a data sheet: `noeviction` or `volatile-random`. Panics at any other: our mistake.
    pub fn of(word: &str) -> Eviction {
        match word {
            "noeviction" => Eviction::Never,
            "volatile-random" => Eviction::VolatileRandom,
            other => panic!("`{other}` is no eviction"),
        }
    }
}

/// Something that the event loop has to do.
enum Input {
    Command(ReplyTo, Box<Command>, Option<Copies>),
    Listening(ReplyTo, Listening),
    ExpireCycle,
    Evict,
    Replicate(Event),
}

/// Something of the replication.
pub(super) enum Event {
    Linked(LinkId, ProcessId),
    Stream(LinkId, Box<dyn Any>),
    Unlinked(LinkId),
    /// By a sentinel or a manager.
    Told(ProcessId, Control),
    Timer(u32),
}

/// A single-threaded server of keys: each command is one step, by the wall clock of its machine.
pub struct KvServer {
    persistence: Persistence,
    eviction: Eviction,
    /// For how long it keeps silent when it starts again.
    silence: Option<Span>,
    /// It has started again, and answers nobody yet.
    is_silent: bool,
    pub(super) keys: Keyspace,
    /// Its part in the replication, where it has one.
    pub(super) replication: Option<Box<Replication>>,
    /// Whether a promotion lets counters begin a new epoch.
    pub(super) counts_in_epochs: bool,
    /// Who waits for what is published.
    subscriptions: Subscriptions,
    /// Answers of this turn of the event loop.
    pub(super) answers: Vec<(ReplyTo, Answer)>,
    /// Records of this turn.
    records: Vec<u8>,
    /// The keys that a step has changed; empty between two steps.
    changed: Vec<Arc<str>>,
    /// The keys of records that no answer has promised yet.
    unpromised: Vec<Arc<str>>,
    /// The event loop waits for a sync, and this waits for the event loop.
    waits_for_sync: bool,
    inputs: VecDeque<Input>,
    log_length: usize,
    log_length_rewritten: usize,
    cycle_armed: bool,
    sync_armed: bool,
    sync_runs: bool,
    /// Whether the last death took something that had been promised.
    lost_rows: bool,
    /// What the next start finds in the log other than it was in memory: keys, and whether only their
    /// expiry differs.
    recovered: Vec<(Arc<str>, bool)>,
}

impl KvServer {
    /// An empty server.
    pub fn new(persistence: Persistence, eviction: Eviction) -> KvServer {
        KvServer {
            persistence,
            eviction,
            silence: None,
            is_silent: false,
            keys: Keyspace::default(),
            replication: None,
            counts_in_epochs: false,
            subscriptions: Subscriptions::default(),
            answers: Vec::new(),
            records: Vec::new(),
            changed: Vec::new(),
            unpromised: Vec::new(),
            waits_for_sync: false,
            inputs: VecDeque::new(),
            log_length: 0,
            log_length_rewritten: 0,
            cycle_armed: false,
            sync_armed: false,
            sync_runs: false,
            lost_rows: false,
            recovered: Vec::new(),
        }
    }

    /// The same, with delayed restarts: after each start but the first, what reaches it within this time of
    /// its machine's monotonic clock goes unanswered, and has no effect.
    pub fn silent_after_restart(self, silence: Span) -> KvServer {
        KvServer { silence: Some(silence), ..self }
    }

    /// The same with replication: it begins as a replica of `follows`, or as primary, with a backlog of so
    /// many bytes. `counts_in_epochs`: counters go on beyond the numbers of the epoch before when it is
    /// promoted, as a module can do that hears of changes of role.
    pub fn replicated(
        mut self,
        follows: Option<ProcessId>,
        backlog: usize,
        counts_in_epochs: bool,
    ) -> KvServer {
        self.replication = Some(Box::new(Replication::new(follows, backlog)));
        self.counts_in_epochs = counts_in_epochs;
        self
    }

    /// A turn of the event loop for one thing. While the loop waits for a sync, it takes nothing.
    fn take(&mut self, world: &mut ServerContext<'_>, input: Input) {
        if self.waits_for_sync {
            return self.inputs.push_back(input);
        }
        self.carry_out(world, input);
        self.end_turn(world);
    }

    fn carry_out(&mut self, world: &mut ServerContext<'_>, input: Input) {
        match input {
            Input::Command(from, command, copies) => return self.execute(world, from, &command, copies),
            Input::Listening(from, asked) => {
                return self.answers.extend(self.subscriptions.take(from, asked));
            }
            Input::ExpireCycle => {
                self.cycle_armed = false;
                if !self.is_replica() {
                    self.keys.expire_some(world.wall().as_millis());
                }
            }
            Input::Replicate(event) => self.replicate(world, event),
            // A replica gives up what its primary gives up (`replica-ignore-maxmemory yes`).
            Input::Evict if self.is_replica() => {}
            Input::Evict if self.eviction == Eviction::VolatileRandom => self.keys.evict(world.random()),
            Input::Evict => {}
        }
        self.tell_changes(world);
        self.arm_cycle(world);
    }

    /// Carries a command out. Its answer waits for copies where that is asked for and something was written.
    fn execute(
        &mut self,
        world: &mut ServerContext<'_>,
        from: ReplyTo,
        command: &Command,
        copies: Option<Copies>,
    ) {
        let answer = match self.is_replica() {
            true => Answer::ReadOnly,
            false => self.keys.execute(command, world.wall().as_millis()),
        };
        if let Some(channel) = command.published(answer) {
            // It leaves with the answers of the turn, as what is written to other clients does.
            self.answers.extend(self.subscriptions.publish(channel));
        }
        let offset = |server: &KvServer| server.replication.as_ref().map(|replication| replication.offset());
        let before = offset(self);
        self.tell_changes(world);
        self.arm_cycle(world);
        if let (Some(copies), Some(replication)) = (copies, &mut self.replication)
            && Some(replication.offset()) != before
        {
            return replication.wait(world, from, answer, copies);
        }
        self.answers.push((from, answer));
    }

    /// Tells what happened to the keys, and makes the records of it: for the log and for replicas.
    pub(super) fn tell_changes(&mut self, world: &mut ServerContext<'_>) {
        let (logs, is_replica) = (self.persistence != Persistence::None, self.is_replica());
        let records = logs || self.replication.is_some();
        for (key, change) in self.keys.take_changes() {
            if is_replica {
                world.copied(&key, change);
            } else {
                world.row(&key, change);
            }
            // A key that was expired and set in one step has one record: what it is now.
            if records && change != RowChange::Attempted && !self.changed.contains(&key) {
                self.changed.push(key);
            }
        }
        if self.changed.is_empty() {
            return;
        }
        let before = self.records.len();
        let rows = self.changed.iter().map(|key| (&**key, self.keys.row(key)));
        log::append(&mut self.records, rows);
        let transaction = &self.records[before..];
        if let (Some(replication), false) = (&mut self.replication, is_replica || transaction.is_empty()) {
            replication.record(transaction);
        }
        if !logs {
            self.records.truncate(before);
        }
        if self.persistence == Persistence::AofAlways {
            self.unpromised.append(&mut self.changed);
        }
        self.changed.clear();
    }

    /// The end of a turn: the log is written, then synced where that is asked for, and answers leave.
    fn end_turn(&mut self, world: &mut ServerContext<'_>) {
        if !self.records.is_empty() {
            self.write_log(world);
            if self.persistence == Persistence::AofAlways {
                self.waits_for_sync = true;
                return world.sync(0);
            }
            self.arm_sync(world);
        }
        self.answer(world);
    }

    fn answer(&mut self, world: &mut ServerContext<'_>) {
        for (to, answer) in &self.answers {
            let promises_nothing = matches!(answer, Answer::ReadOnly | Answer::TooFewCopies);
            // An answer to the clean-up of an earlier try, late, is no sign that the lease is being renewed, and
            // neither is what somebody else's release publishes.
            let no_sign = [Purpose::Release, Purpose::Subscribe, Purpose::Listen];
            if promises_nothing || no_sign.iter().any(|purpose| to.label() == purpose.label().answer) {
                world.deny(to, *answer);
            } else {
                world.reply(to, *answer);
            }
        }
        self.answers.clear();
        if let Some(replication) = &mut self.replication {
            replication.flush(world);
        }
    }

    fn write_log(&mut self, world: &mut ServerContext<'_>) {
        world.disk().append(FILE, &self.records);
        self.log_length += self.records.len();
        self.records.clear();
        if self.log_length > REWRITE_MIN.max(2 * self.log_length_rewritten) {
            let rewritten = log::rewritten(self.keys.rows());
            self.log_length = rewritten.len();
            self.log_length_rewritten = rewritten.len();
            world.disk().replace(FILE, rewritten);
        }
    }

    /// The cycle runs only while it has something to do; it keeps its beat all the same.
    pub(super) fn arm_cycle(&mut self, world: &mut ServerContext<'_>) {
        if !self.cycle_armed && !self.is_replica() && self.keys.has_mortal_keys() {
            self.cycle_armed = true;
            arm(world, CYCLE, CYCLE_TIMER);
        }
    }

    /// So does the sync of every second.
    fn arm_sync(&mut self, world: &mut ServerContext<'_>) {
        if !self.sync_armed {
            self.sync_armed = true;
            arm(world, SYNC_EVERY, SYNC_TIMER);
        }
    }
}

/// Fires at the next beat of this length.
pub(super) fn arm(world: &mut ServerContext<'_>, every: Span, timer: u32) {
    let beat = world.mono().0 / every.0 + 1;
    world.timer(Mono(beat * every.0), timer);
}

impl Server for KvServer {
    fn start(&mut self, world: &mut ServerContext<'_>, boot: Boot) {
        let whole = log::load(world.disk().read(FILE)).1;
        if whole < world.disk().read(FILE).len() {
            let kept = world.disk().read(FILE)[..whole].to_vec();
            world.disk().replace(FILE, kept);
        }
        self.log_length = whole;
        self.log_length_rewritten = whole;
        world.up(boot == Boot::Again && self.lost_rows);
        let now = world.wall().as_millis();
        for (key, was_known) in std::mem::take(&mut self.recovered) {
            let Some(row) = self.keys.row(&key) else { continue };
            self.tell_row(world, &key, row.found(now, was_known));
        }
        self.begin_replication(world);
        self.arm_cycle(world);
        if let (Boot::Again, Some(silence)) = (boot, self.silence) {
            self.is_silent = true;
            let until = world.mono() + silence;
            world.timer(until, SILENCE_TIMER);
        }
    }

    fn message(&mut self, world: &mut ServerContext<'_>, from: ReplyTo, body: Box<dyn Any>) {
        if self.is_silent {
            return;
        }
        let body = match body.downcast::<Listening>() {
            Ok(asked) => return self.take(world, Input::Listening(from, *asked)),
            Err(body) => body,
        };
        let (command, copies) = match body.downcast::<Command>() {
            Ok(command) => (command, None),
            Err(body) => {
                let waited = body.downcast::<Waited>().expect("the server is asked in its port's types");
                (Box::new(waited.command), Some(waited.copies))
            }
        };
        if self.waits_for_sync {
            return self.inputs.push_back(Input::Command(from, command, copies));
        }
        self.execute(world, from, &command, copies);
        self.end_turn(world);
    }

    fn disconnected(&mut self, _: &mut ServerContext<'_>, _: ProcessId, connection: ConnectionId) {
        self.subscriptions.closed(connection);
    }

    fn linked(&mut self, world: &mut ServerContext<'_>, link: LinkId, peer: ProcessId) {
        self.take(world, Input::Replicate(Event::Linked(link, peer)));
    }

    fn stream(&mut self, world: &mut ServerContext<'_>, link: LinkId, body: Box<dyn Any>) {
        self.take(world, Input::Replicate(Event::Stream(link, body)));
    }

    fn unlinked(&mut self, world: &mut ServerContext<'_>, link: LinkId) {
        self.take(world, Input::Replicate(Event::Unlinked(link)));
    }

    fn datagram(&mut self, world: &mut ServerContext<'_>, from: ProcessId, body: Box<dyn Any>) {
        if let Ok(control) = body.downcast::<Control>() {
            self.take(world, Input::Replicate(Event::Told(from, *control)));
        }
    }

    fn timer(&mut self, world: &mut ServerContext<'_>, timer: u32) {
        match timer {
            CYCLE_TIMER => self.take(world, Input::ExpireCycle),
            SILENCE_TIMER => self.is_silent = false,
            SYNC_TIMER if self.sync_runs => {
                self.sync_armed = false;
                self.arm_sync(world);
            }
            SYNC_TIMER => {
                (self.sync_armed, self.sync_runs) = (false, true);
                world.sync(0);
            }
            timer => self.take(world, Input::Replicate(Event::Timer(timer))),
        }
    }

    fn synced(&mut self, world: &mut ServerContext<'_>, _ticket: u32) {
        self.sync_runs = false;
        if !std::mem::take(&mut self.waits_for_sync) {
            return;
        }
        self.unpromised.clear();
        self.answer(world);
        // What came meanwhile is one turn, with one sync.
        for input in std::mem::take(&mut self.inputs) {
            match &input {
                Input::Command(from, ..) | Input::Listening(from, _) => world.on_behalf_of(from),
                Input::ExpireCycle | Input::Evict | Input::Replicate(_) => world.by_itself(),
            }
            self.carry_out(world, input);
        }
        self.end_turn(world);
    }

    fn evict(&mut self, world: &mut ServerContext<'_>) {
        self.take(world, Input::Evict);
    }

    fn died(&mut self, world: &mut ServerContext<'_>, _death: Death) {
        let unpromised = std::mem::take(&mut self.unpromised);
        let is_promised = |key: &Arc<str>| !unpromised.contains(key);
        let (rows, _) = log::load(world.disk().read(FILE));
        let memory = self.keys.rows();
        let mut known = memory.keys().chain(rows.keys());
        self.lost_rows = known.any(|key| is_promised(key) && memory.get(key) != rows.get(key));
        let same_value = |key: &Arc<str>, row: &Row| memory.get(key).is_some_and(|it| it.value == row.value);
        for (key, row) in rows.iter().filter(|(key, row)| memory.get(*key) != Some(*row)) {
            let changed = same_value(key, row);
            // A longer life that was promised and is lost takes nothing of the promise back.
            if !changed || !is_promised(key) {
                self.recovered.push((key.clone(), changed));
            }
        }
        self.keys.fall_back_to(rows, |key| match is_promised(key) {
            true => EndReason::LostInRestart,
            false => EndReason::NeverPromised,
        });
        let is_replica = self.is_replica();
        for (key, change) in self.keys.take_changes() {
            if is_replica {
                world.copied(&key, change);
            } else {
                world.row(&key, change);
            }
        }
        if let Some(replication) = &mut self.replication {
            replication.forget();
        }
        self.subscriptions.forget();
        self.answers.clear();
        self.inputs.clear();
        self.waits_for_sync = false;
        self.is_silent = false;
        (self.cycle_armed, self.sync_armed, self.sync_runs) = (false, false, false);
    }
}
