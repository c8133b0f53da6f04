//! The simulated server.

use super::{Command, Keyspace};
use fencepost_model::{EndReason, Mono, Span};
use fencepost_sim::{Boot, ReplyTo, Server, ServerContext};
use std::any::Any;

/// How often the server looks for expired keys that nobody touches (`hz 10`).
const CYCLE: Span = Span::from_millis(100);

/// What survives the death of the server's process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Persistence {
    /// Nothing.
    None,
    /// Every command that was answered (`appendonly yes`, `appendfsync always`).
    AofAlways,
}

/// A single-threaded server of keys: each command is one step, by the wall clock of its machine.
pub struct KvServer {
    persistence: Persistence,
    keys: Keyspace,
    had_keys: bool,
    cycle_armed: bool,
}

impl KvServer {
    /// An empty server.
    pub fn new(persistence: Persistence) -> KvServer {
        KvServer { persistence, keys: Keyspace::default(), had_keys: false, cycle_armed: false }
    }

    fn tell_changes(&mut self, world: &mut ServerContext<'_>) {
        for (key, change) in self.keys.take_changes() {
            world.row(&key, change);
        }
    }

    /// The cycle runs only while it has something to do; it keeps its beat all the same.
    fn arm_cycle(&mut self, world: &mut ServerContext<'_>) {
        if !self.cycle_armed && self.keys.has_mortal_keys() {
            self.cycle_armed = true;
            let beat = world.mono().0 / CYCLE.0 + 1;
            world.timer(Mono(beat * CYCLE.0), 0);
        }
    }
}

impl Server for KvServer {
    fn start(&mut self, world: &mut ServerContext<'_>, boot: Boot) {
        let lost = boot == Boot::Again && self.persistence == Persistence::None && self.had_keys;
        self.cycle_armed = false;
        world.up(lost);
        self.arm_cycle(world);
    }

    fn message(&mut self, world: &mut ServerContext<'_>, from: ReplyTo, body: Box<dyn Any>) {
        let command: Command = *body.downcast().expect("the server is asked in its port's type");
        let answer = self.keys.execute(&command, world.wall().as_millis());
        self.tell_changes(world);
        self.arm_cycle(world);
        world.reply(&from, answer);
    }

    fn timer(&mut self, world: &mut ServerContext<'_>, _timer: u32) {
        self.cycle_armed = false;
        self.keys.expire_some(world.wall().as_millis());
        self.tell_changes(world);
        self.arm_cycle(world);
    }

    fn killed(&mut self, world: &mut ServerContext<'_>) {
        self.had_keys = !self.keys.is_empty();
        if self.persistence == Persistence::None {
            self.keys.lose_all(EndReason::LostInRestart);
            self.tell_changes(world);
        }
    }
}
