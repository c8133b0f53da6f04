//! The simulated server.

use super::{Accepted, Acceptor, Answer, Ballots, Register, Request, log};
use fencepost_model::{Datum, EndReason, RowChange};
use fencepost_sim::{Boot, Death, ReplyTo, Server, ServerContext};
use std::any::Any;
use std::collections::VecDeque;
use std::sync::Arc;

/// The log's file.
const FILE: &str = "registers.log";
/// A log that has doubled since it was last rewritten, and is longer than this, is rewritten.
const REWRITE_MIN: usize = 4096;

/// What a node has on its disk before it answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durability {
    /// Nothing: a restarted node is empty.
    None,
    /// What it promised. What it accepted is written, and synced with the next promise.
    PromisesOnly,
    /// What it promised and what it accepted.
    Always,
}

/// A request that was carried out, and whose answer may have to wait for the disk.
struct Done {
    from: ReplyTo,
    key: Arc<str>,
    answer: Answer,
    /// The register, where it has changed.
    register: Option<Register>,
    /// Whether it would have accepted something.
    accepts: bool,
}

/// A node: a single-threaded server of registers. It writes what it has done to its log, syncs that, and
/// answers then; what arrives meanwhile waits, and is one turn with one sync.
pub struct RegisterServer {
    durability: Durability,
    ballots: Ballots,
    /// With what is being synced.
    acceptor: Acceptor,
    /// Without: what others may have heard of.
    told: Acceptor,
    turn: Vec<Done>,
    waits_for_sync: bool,
    inputs: VecDeque<(ReplyTo, Request)>,
    log_length: usize,
    log_length_rewritten: usize,
    /// Whether the last death took something that others may have heard of.
    lost: bool,
}

impl RegisterServer {
    /// A node without registers.
    pub fn new(durability: Durability, ballots: Ballots) -> RegisterServer {
        RegisterServer {
            durability,
            ballots,
            acceptor: Acceptor::new(ballots),
            told: Acceptor::new(ballots),
            turn: Vec::new(),
            waits_for_sync: false,
            inputs: VecDeque::new(),
            log_length: 0,
            log_length_rewritten: 0,
            lost: false,
        }
    }

    fn carry_out(&mut self, from: ReplyTo, request: &Request) {
        let (answer, register) = self.acceptor.execute(request);
        let accepts = matches!(request, Request::Accept { .. });
        self.turn.push(Done { from, key: request.key().clone(), answer, register, accepts });
    }

    /// Whether the answer to this has to wait for a sync.
    fn must_sync(&self, done: &Done) -> bool {
        done.register.is_some()
            && match self.durability {
                Durability::None => false,
                Durability::PromisesOnly => !done.accepts,
                Durability::Always => true,
            }
    }

    /// The end of a turn: the log is written, synced where that is asked for, and answers leave.
    fn end_turn(&mut self, world: &mut ServerContext<'_>) {
        if self.durability != Durability::None {
            self.write_log(world);
        }
        if self.turn.iter().any(|done| self.must_sync(done)) {
            self.waits_for_sync = true;
            world.sync(0);
        } else {
            self.answer(world);
        }
    }

    fn write_log(&mut self, world: &mut ServerContext<'_>) {
        let mut records = Vec::new();
        for done in &self.turn {
            if let Some(register) = &done.register {
                log::append(&mut records, &done.key, register);
            }
        }
        if !records.is_empty() {
            world.disk().append(FILE, &records);
            self.log_length += records.len();
        }
    }

    /// What was done takes effect for others: it is told, and answered.
    fn answer(&mut self, world: &mut ServerContext<'_>) {
        for done in std::mem::take(&mut self.turn) {
            world.on_behalf_of(&done.from);
            self.tell(world, &done);
            world.reply(&done.from, done.answer);
        }
        if self.log_length > REWRITE_MIN.max(2 * self.log_length_rewritten) {
            let rewritten = log::rewritten(&self.acceptor);
            (self.log_length, self.log_length_rewritten) = (rewritten.len(), rewritten.len());
            world.disk().replace(FILE, rewritten);
        }
    }

    fn tell(&mut self, world: &mut ServerContext<'_>, done: &Done) {
        match done.register {
            Some(register) => {
                if done.accepts {
                    tell_accepted(world, &done.key, self.told.register(&done.key), register.accepted);
                }
                self.told.set(&done.key, register);
            }
            None if matches!(done.answer, Answer::Outbid(_)) && done.accepts => {
                world.row(&done.key, RowChange::Attempted);
            }
            None => {}
        }
    }
}

/// Tells of a register that has another version: first the version's number, in a row of its own, and then
/// what is in it. An empty version in an empty register is an attempt.
fn tell_accepted(
    world: &mut ServerContext<'_>,
    key: &Arc<str>,
    before: Register,
    accepted: Option<Accepted>,
) {
    let Some(Accepted { version, .. }) = accepted else { return };
    let value = Datum::Integer(version.number as i64);
    let number = match before.accepted {
        None => RowChange::Created { value, lives: None },
        Some(_) => RowChange::Changed { value, lives: None },
    };
    world.row(&version_row(key), number);
    let had_content = before.accepted.is_some_and(|accepted| accepted.version.content.is_some());
    let change = match (had_content, version.content) {
        (false, Some(value)) => RowChange::Created { value, lives: None },
        (true, Some(value)) => RowChange::Changed { value, lives: None },
        (true, None) => RowChange::Removed { reason: EndReason::Deleted },
        (false, None) => RowChange::Attempted,
    };
    world.row(key, change);
}

/// The row that tells the number of a register's version.
fn version_row(key: &str) -> Arc<str> {
    Arc::from(format!("version:{key}"))
}

impl Server for RegisterServer {
    fn start(&mut self, world: &mut ServerContext<'_>, boot: Boot) {
        let (registers, whole) = log::load(world.disk().read(FILE));
        if whole < world.disk().read(FILE).len() {
            let kept = world.disk().read(FILE)[..whole].to_vec();
            world.disk().replace(FILE, kept);
        }
        (self.log_length, self.log_length_rewritten) = (whole, whole);
        world.up(boot == Boot::Again && std::mem::take(&mut self.lost));
        self.acceptor = Acceptor::new(self.ballots);
        registers.iter().for_each(|(key, register)| self.acceptor.set(key, *register));
        // What the disk has although nobody was told of it takes effect now, by whoever asked for it.
        for done in std::mem::take(&mut self.turn) {
            world.on_behalf_of(&done.from);
            self.tell(world, &done);
        }
        world.by_itself();
        for (key, register) in &registers {
            let told = self.told.register(key);
            if told.accepted != register.accepted {
                tell_accepted(world, key, told, register.accepted);
            }
        }
        self.told = self.acceptor.clone();
    }

    fn message(&mut self, world: &mut ServerContext<'_>, from: ReplyTo, body: Box<dyn Any>) {
        let request: Request = *body.downcast().expect("the server is asked in its port's type");
        if self.waits_for_sync {
            return self.inputs.push_back((from, request));
        }
        self.carry_out(from, &request);
        self.end_turn(world);
    }

    fn synced(&mut self, world: &mut ServerContext<'_>, _ticket: u32) {
        if !std::mem::take(&mut self.waits_for_sync) {
            return;
        }
        self.answer(world);
        for (from, request) in std::mem::take(&mut self.inputs) {
            self.carry_out(from, &request);
        }
        self.end_turn(world);
    }

    fn died(&mut self, world: &mut ServerContext<'_>, _death: Death) {
        let (registers, _) = log::load(world.disk().read(FILE));
        let on_disk = |key: &str| registers.get(key).copied().unwrap_or_default();
        let mut lost = Vec::new();
        for (key, told) in self.told.iter() {
            let kept = on_disk(key);
            self.lost |= kept.promised < told.promised;
            if kept.accepted_under() < told.accepted_under() {
                lost.push((key.clone(), *told));
            }
        }
        self.lost |= !lost.is_empty();
        for (key, told) in lost {
            world.row(&version_row(&key), RowChange::Removed { reason: EndReason::LostInRestart });
            if told.accepted.is_some_and(|accepted| accepted.version.content.is_some()) {
                world.row(&key, RowChange::Removed { reason: EndReason::LostInRestart });
            }
            self.told.set(&key, Register::default());
        }
        self.turn.retain(|done| {
            let survived = |register: Register| {
                done.accepts && on_disk(&done.key).accepted_under() >= register.accepted_under()
            };
            done.register.is_some_and(survived)
        });
        self.inputs.clear();
        self.waits_for_sync = false;
    }
}
