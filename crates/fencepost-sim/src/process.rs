//! Processes: what runs on machines, and what waits for them while they do not run.

use crate::clock::MachineClock;
use crate::disk::Disk;
use crate::timer::Lane;
use fencepost_model::{Instant, MachineId, ProcessId, ProcessRole};

/// A machine of the run. One process of its name runs on it.
pub(crate) struct Machine {
    pub clock: MachineClock,
    /// The rate of the plan, to which a drift returns.
    pub base_ppm: i32,
    pub ppm: i32,
    pub process: ProcessId,
    pub disk: Disk,
    /// Whether it has power. Without, nothing reaches it.
    pub powered: bool,
    /// When it lost power last.
    pub lost_power: Option<Instant>,
}

/// A process of the run.
pub(crate) struct Process {
    pub machine: MachineId,
    pub role: ProcessRole,
    pub incarnation: u16,
    pub alive: bool,
    /// Whether its server panicked. Nobody can say what a next life of it would be, so there is none.
    pub broken: bool,
    /// Whether it is to start when its machine wakes up.
    pub starts_at_wake: bool,
    /// How many pauses and suspensions hold it; it runs at 0.
    pub stopped: u32,
    /// Messages that arrived while it was stopped, by slot.
    pub inbox: Vec<u32>,
    /// Datagrams that arrived while it was stopped, by slot.
    pub mail: Vec<u32>,
    /// Tickets of syncs that were done while it was stopped.
    pub synced: Vec<u32>,
    /// Tasks that became ready while it was stopped.
    pub stalled: Vec<u32>,
    pub lane: Lane,
    /// Idle connections, newest last: the server, and the connection's number.
    pub idle: Vec<(ProcessId, u32)>,
    /// Draws made outside any operation in this life.
    draws: u32,
    /// Connections opened in this life.
    pub opened: u32,
    pub wakeups: u32,
    /// Calls of its code into the world at one instant, and polls of its tasks.
    pub calls: AtOneInstant,
    pub polls: AtOneInstant,
}

/// How often something has happened at the latest instant at which it happened at all.
#[derive(Clone, Copy, Default)]
pub(crate) struct AtOneInstant {
    instant: Instant,
    times: u32,
}

impl AtOneInstant {
    /// It happens now: how often has it?
    #[inline]
    pub fn count(&mut self, now: Instant) -> u32 {
        self.times = if self.instant == now { self.times + 1 } else { 1 };
        self.instant = now;
        self.times
    }
}

/// What waited for a process while it was stopped.
pub(crate) struct Waiting {
    pub inbox: Vec<u32>,
    pub mail: Vec<u32>,
    pub synced: Vec<u32>,
    pub stalled: Vec<u32>,
}

impl Process {
    pub fn new(machine: MachineId, role: ProcessRole) -> Process {
        Process {
            machine,
            role,
            incarnation: 0,
            alive: false,
            broken: false,
            starts_at_wake: false,
            stopped: 0,
            inbox: Vec::new(),
            mail: Vec::new(),
            synced: Vec::new(),
            stalled: Vec::new(),
            lane: Lane::default(),
            idle: Vec::new(),
            draws: 0,
            opened: 0,
            wakeups: 0,
            calls: AtOneInstant::default(),
            polls: AtOneInstant::default(),
        }
    }

    /// Forgets everything: whose it is next is for the next run to say.
    pub fn clear(&mut self) {
        let Process {
            machine: _,
            role: _,
            incarnation,
            alive,
            broken,
            starts_at_wake,
            stopped,
            inbox,
            mail,
            synced,
            stalled,
            lane,
            idle,
            draws,
            opened,
            wakeups,
            calls,
            polls,
        } = self;
        (*incarnation, *alive, *broken, *starts_at_wake, *stopped) = (0, false, false, false, 0);
        for list in [inbox, mail, synced, stalled] {
            list.clear();
        }
        lane.reset();
        idle.clear();
        (*draws, *opened, *wakeups) = (0, 0, 0);
        (*calls, *polls) = (AtOneInstant::default(), AtOneInstant::default());
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

    /// Takes the newest idle connection to a server out of the pool.
    pub fn take_idle(&mut self, server: ProcessId) -> Option<u32> {
        let index = self.idle.iter().rposition(|(to, _)| *to == server)?;
        Some(self.idle.remove(index).1)
    }

    /// Takes out what waited while it was stopped.
    pub fn take_waiting(&mut self) -> Waiting {
        Waiting {
            inbox: std::mem::take(&mut self.inbox),
            mail: std::mem::take(&mut self.mail),
            synced: std::mem::take(&mut self.synced),
            stalled: std::mem::take(&mut self.stalled),
        }
    }

    /// Forgets everything that was in memory.
    pub fn die(&mut self) {
        self.alive = false;
        self.inbox.clear();
        self.mail.clear();
        self.synced.clear();
        self.stalled.clear();
        self.lane.clear();
        self.idle.clear();
        self.draws = 0;
        self.opened = 0;
    }
}
