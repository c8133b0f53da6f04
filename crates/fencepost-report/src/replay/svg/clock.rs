//! What the clocks of machines said, where it was not true time.

use super::held::process_on;
use crate::replay::choice::Choice;
use crate::replay::mark::Lane;
use crate::replay::told::Told;
use fencepost_model::{EventKind, Instant, MachineId, ProcessRole, Span, WorldEvent};
use fencepost_sim::{EPOCH, MachineClock};

/// A clock that is never further from true time than this is called true.
const TRUE: u64 = 20_000_000;
/// The most clocks that are drawn.
const COLUMNS: usize = 3;

/// One clock of one machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Which {
    Wall,
    Monotonic,
}

/// What a clock said at each row, beside true time.
#[derive(Clone, Debug)]
pub(super) struct LocalClock {
    pub machine: MachineId,
    pub which: Which,
    /// The lanes on which the machine's own processes are.
    pub lanes: Vec<Lane>,
    /// Its readings, row by row, in nanoseconds since the run began.
    pub readings: Vec<i64>,
    /// By how much it was wrong, row by row.
    off: Vec<i64>,
}

impl LocalClock {
    /// Whether its error is not what it was at the row before, as far as milliseconds show it.
    pub fn turns(&self, row: usize) -> bool {
        let change = |row: usize| (self.off[row] - self.off[row - 1]).unsigned_abs();
        row > 0 && change(row) > TRUE
    }

    fn farthest(&self) -> u64 {
        self.off.iter().map(|off| off.unsigned_abs()).max().unwrap_or(0)
    }

    /// The reading at a row, in seconds since the run began.
    pub fn told(&self, row: usize) -> String {
        let reading = self.readings[row];
        let sign = if reading < 0 { "-" } else { "" };
        format!("{sign}{}", Span(reading.unsigned_abs()).in_seconds())
    }
}

/// The clocks that are worth a column, those that are wrong by most first, and by how much the others are
/// wrong at most. `rows` has the event before which each row stands, and its time.
pub(super) fn clocks(
    told: &Told<'_>,
    choice: &Choice,
    rows: &[(usize, Instant)],
) -> (Vec<LocalClock>, Option<Span>) {
    let mut all: Vec<LocalClock> = Vec::new();
    for (index, _) in told.cast.machines.iter().enumerate() {
        let machine = MachineId(index as u32);
        let lanes = lanes_of(machine, told, choice);
        if !lanes.is_empty() {
            all.extend(read(told, machine, &lanes, rows));
        }
    }
    all.sort_by_key(|clock| std::cmp::Reverse(clock.farthest()));
    let wrong = all.iter().take_while(|clock| clock.farthest() > TRUE).count().min(COLUMNS);
    let others = all.split_off(wrong);
    let farthest = others.first().map(|clock| Span(clock.farthest()));
    all.sort_by_key(|clock| (clock.lanes.first() != Some(&Lane::Service), clock.machine));
    (all, farthest)
}

fn lanes_of(machine: MachineId, told: &Told<'_>, choice: &Choice) -> Vec<Lane> {
    let Some(process) = process_on(machine, told) else { return Vec::new() };
    match told.cast.processes[process.index()].role {
        ProcessRole::Server => vec![Lane::Service],
        ProcessRole::Resource => Vec::new(),
        ProcessRole::Client | ProcessRole::Probe => {
            let on = |owner: &fencepost_model::OwnerId| told.cast.process_of(*owner) == process;
            let theirs = choice.owners.iter().enumerate().filter(|(_, owner)| on(owner));
            theirs.map(|(lane, _)| Lane::Owner(lane)).collect()
        }
    }
}

/// What both clocks of a machine said.
fn read(told: &Told<'_>, machine: MachineId, lanes: &[Lane], rows: &[(usize, Instant)]) -> [LocalClock; 2] {
    let entry = &told.cast.machines[machine.index()];
    let mut clock = MachineClock::new(0, entry.wall_offset, entry.ppm);
    let new = |which| {
        let lanes = lanes.to_vec();
        LocalClock { machine, which, lanes, readings: Vec::new(), off: Vec::new() }
    };
    let (mut wall, mut mono) = (new(Which::Wall), new(Which::Monotonic));
    let (mut next, mut has_power) = (0, true);
    for (before, at) in rows {
        while next < *before {
            let event = &told.history[next];
            if let EventKind::World(world) = &event.kind {
                turn(&mut clock, &mut has_power, machine, world, event.at, told);
            }
            next += 1;
        }
        let said = (clock.wall(*at).0 - EPOCH, i64::try_from(clock.mono(*at).0).unwrap_or(i64::MAX));
        let truth = i64::try_from(at.0).unwrap_or(i64::MAX);
        for (clock, reading) in [(&mut wall, said.0), (&mut mono, said.1)] {
            clock.readings.push(reading);
            clock.off.push(reading.saturating_sub(truth));
        }
    }
    [wall, mono]
}

/// What an event does to a machine's clock.
fn turn(
    clock: &mut MachineClock,
    has_power: &mut bool,
    machine: MachineId,
    event: &WorldEvent,
    at: Instant,
    told: &Told<'_>,
) {
    match event {
        WorldEvent::Stepped { machine: of, by } if *of == machine => clock.step(*by),
        WorldEvent::RateChanged { machine: of, ppm } if *of == machine => clock.set_rate(at, *ppm),
        WorldEvent::Suspended { machine: of } if *of == machine => clock.suspend(at),
        WorldEvent::Woken { machine: of } if *of == machine => clock.wake(at),
        WorldEvent::PowerLost { machine: of } if *of == machine => *has_power = false,
        WorldEvent::Started { process, .. } if !*has_power && told.cast.machine_of(*process) == machine => {
            *has_power = true;
            clock.reboot(at);
        }
        _ => {}
    }
}
