//! The simulated server.

use super::keyspace::{Keyspace, Row};
use super::{Answer, Command, log};
use fencepost_model::{EndReason, Mono, RowChange, Span};
use fencepost_sim::{Boot, Death, ReplyTo, Server, ServerContext};
use std::any::Any;
use std::collections::{BTreeSet, VecDeque};
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

/// What the server gives up when it is short of memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Eviction {
    /// Nothing (`noeviction`).
    Never,
    /// A key with an expiry, drawn (`volatile-random`).
    VolatileRandom,
}

/// Something that the event loop has to do.
enum Input {
    Command(ReplyTo, Command),
    ExpireCycle,
    Evict,
}

/// A single-threaded server of keys: each command is one step, by the wall clock of its machine.
pub struct KvServer {
    persistence: Persistence,
    eviction: Eviction,
    /// For how long it keeps silent when it starts again.
    silence: Option<Span>,
    /// It has started again, and answers nobody yet.
    is_silent: bool,
    keys: Keyspace,
    /// Answers of this turn of the event loop.
    answers: Vec<(ReplyTo, Answer)>,
    /// Records of this turn.
    records: Vec<u8>,
    /// The keys of records that no answer has promised yet.
    unpromised: BTreeSet<Arc<str>>,
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
            answers: Vec::new(),
            records: Vec::new(),
            unpromised: BTreeSet::new(),
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
            Input::Command(from, command) => {
                let answer = self.keys.execute(&command, world.wall().as_millis());
                self.answers.push((from, answer));
            }
            Input::ExpireCycle => {
                self.cycle_armed = false;
                self.keys.expire_some(world.wall().as_millis());
            }
            Input::Evict if self.eviction == Eviction::VolatileRandom => self.keys.evict(world.random()),
            Input::Evict => {}
        }
        self.tell_changes(world);
        self.arm_cycle(world);
    }

    /// Tells what happened to the keys, and makes the log's records of it.
    fn tell_changes(&mut self, world: &mut ServerContext<'_>) {
        let logs = self.persistence != Persistence::None;
        let mut changed = Vec::new();
        for (key, change) in self.keys.take_changes() {
            world.row(&key, change);
            if logs && change != RowChange::Attempted {
                changed.push(key);
            }
        }
        log::append(&mut self.records, changed.iter().map(|key| (&**key, self.keys.row(key))));
        if self.persistence == Persistence::AofAlways {
            self.unpromised.extend(changed);
        }
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
        for (to, answer) in self.answers.drain(..) {
            world.reply(&to, answer);
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
    fn arm_cycle(&mut self, world: &mut ServerContext<'_>) {
        if !self.cycle_armed && self.keys.has_mortal_keys() {
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
fn arm(world: &mut ServerContext<'_>, every: Span, timer: u32) {
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
            world.row(&key, row.found(now, was_known));
        }
        self.arm_cycle(world);
        if let (Boot::Again, Some(silence)) = (boot, self.silence) {
            self.is_silent = true;
            let until = world.mono() + silence;
            world.timer(until, SILENCE_TIMER);
        }
    }

    fn message(&mut self, world: &mut ServerContext<'_>, from: ReplyTo, body: Box<dyn Any>) {
        let command: Command = *body.downcast().expect("the server is asked in its port's type");
        if self.is_silent {
            return;
        }
        self.take(world, Input::Command(from, command));
    }

    fn timer(&mut self, world: &mut ServerContext<'_>, timer: u32) {
        match timer {
            CYCLE_TIMER => self.take(world, Input::ExpireCycle),
            SILENCE_TIMER => self.is_silent = false,
            _ if self.sync_runs => {
                self.sync_armed = false;
                self.arm_sync(world);
            }
            _ => {
                (self.sync_armed, self.sync_runs) = (false, true);
                world.sync(0);
            }
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
                Input::Command(from, _) => world.on_behalf_of(from),
                Input::ExpireCycle | Input::Evict => world.by_itself(),
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
        for (key, change) in self.keys.take_changes() {
            world.row(&key, change);
        }
        self.answers.clear();
        self.inputs.clear();
        self.waits_for_sync = false;
        self.is_silent = false;
        (self.cycle_armed, self.sync_armed, self.sync_runs) = (false, false, false);
    }
}
