//! Processes: what runs on machines, and what waits for them while they do not run.

use crate::clock::MachineClock;
use crate::timer::Lane;
use fencepost_model::{MachineId, ProcessId, ProcessRole};

/// A machine of the run. One process of its name runs on it.
pub(crate) struct Machine {
    pub clock: MachineClock,
    /// The rate of the plan, to which a drift returns.
    pub base_ppm: i32,
    pub ppm: i32,
    pub process: ProcessId,
}

/// A process of the run.
pub(crate) struct Process {
    pub machine: MachineId,
    pub role: ProcessRole,
    pub incarnation: u16,
    pub alive: bool,
    /// How many pauses and suspensions hold it; it runs at 0.
    pub stopped: u32,
    /// Messages that arrived while it was stopped, by slot.
    pub inbox: Vec<u32>,
    /// Tasks that became ready while it was stopped.
    pub stalled: Vec<u32>,
    pub lane: Lane,
    /// Idle connections to servers, newest last.
    pub idle: Vec<(ProcessId, Vec<u32>)>,
    /// Draws made outside any operation in this life.
    draws: u32,
    pub wakeups: u32,
}

impl Process {
    pub fn new(machine: MachineId, role: ProcessRole) -> Process {
        Process {
            machine,
            role,
            incarnation: 0,
            alive: false,
            stopped: 0,
            inbox: Vec::new(),
            stalled: Vec::new(),
            lane: Lane::default(),
            idle: Vec::new(),
            draws: 0,
            wakeups: 0,
        }
    }

    /// Whether its code runs now.
    pub fn running(&self) -> bool {
        self.alive && self.stopped == 0
    }

    /// The life and the number of the next draw that belongs to no operation.
    pub fn next_draw(&mut self) -> (u16, u32) {
        self.draws += 1;
        (self.incarnation, self.draws)
    }

    /// The idle connections to one server.
    pub fn idle_to(&mut self, server: ProcessId) -> &mut Vec<u32> {
        let index = match self.idle.iter().position(|(to, _)| *to == server) {
            Some(index) => index,
            None => {
                self.idle.push((server, Vec::new()));
                self.idle.len() - 1
            }
        };
        &mut self.idle[index].1
    }

    /// Forgets everything that was in memory.
    pub fn die(&mut self) {
        self.alive = false;
        self.inbox.clear();
        self.stalled.clear();
        self.lane.clear();
        self.idle.clear();
        self.draws = 0;
    }
}
