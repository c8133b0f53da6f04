//! The menu: what can go wrong at a place of a run. It is finite, and printed with every result.

use super::Field;
use super::places::Named;
use fencepost_model::{Fault, Placement, PlannedFault, PointKind, ProcessRole, Span, Target, Upset};
use fencepost_sim::PlaceKind;
use std::fmt;

/// A kind of deviation from the calm run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Deviation {
    /// A message arrives late.
    Lateness,
    /// A message arrives just after what would have come next.
    Order,
    /// A message is lost: on a stream its connection breaks.
    Loss,
    /// A datagram arrives twice.
    Doubling,
    /// A process stands still.
    Pause,
    /// A machine sleeps, and its monotonic clock with it.
    Suspension,
    /// A process dies.
    Kill,
    /// A machine loses power.
    PowerCut,
    /// A wall clock is set.
    Jump,
    /// A store is short of memory.
    Eviction,
    /// A caller drops its acquire.
    Cancel,
    /// An oscillator runs at another rate, from the first thing that its process does.
    Drift,
}

impl Deviation {
    /// All of them, each with its word, what the menu has of it, and the kinds of faults of a scenario file
    /// that ask for it.
    pub const ALL: &'static [(Deviation, &'static str, &'static str, &'static [&'static str])] = &[
        (
            Deviation::Lateness,
            "lateness",
            "past the receiver's next timer, past the lease, to the end",
            &["delay", "partition", "stall", "message"],
        ),
        (Deviation::Order, "order", "just after its neighbour", &["reorder", "delay", "message"]),
        (Deviation::Loss, "loss", "of one message", &["loss", "partition", "message"]),
        (Deviation::Doubling, "doubling", "of one datagram", &["duplicate", "message"]),
        (Deviation::Pause, "pause", "past a renewal, past the lease", &["pause"]),
        (Deviation::Suspension, "suspension", "past the lease", &["suspend"]),
        (Deviation::Kill, "kill", "back after 10 ms, not back", &["kill", "restart"]),
        (Deviation::PowerCut, "power-cut", "back after 10 ms, not back", &["power-cut"]),
        (Deviation::Jump, "jump", "ahead past the lease, back past the lease", &["jump", "skew"]),
        (Deviation::Eviction, "eviction", "once", &["evict"]),
        (Deviation::Cancel, "cancel", "of the acquire that is open", &["cancel"]),
        (
            Deviation::Drift,
            "drift",
            "a tenth fast, a tenth slow, from the first place of a process on",
            &["drift"],
        ),
    ];

    /// Its word.
    pub fn word(self) -> &'static str {
        Deviation::ALL.iter().find(|(deviation, ..)| *deviation == self).map_or("?", |(_, word, ..)| word)
    }
}

impl fmt::Display for Deviation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// By how much an oscillator drifts, in parts per million.
const DRIFT: i32 = 100_000;
/// How soon who dies is back, where it comes back before the calm tail.
const BACK: Span = Span::from_millis(10);

/// The sizes of the menu for one variant, and which kinds are on it.
#[derive(Clone, Debug)]
pub struct Menu {
    kinds: Vec<Deviation>,
    past_renewal: Span,
    past_lease: Span,
    to_end: Span,
}

impl Menu {
    /// The menu of a field: these kinds, or those that the scenario's faults ask for, or all of them where it
    /// has no fault.
    pub fn of(field: &Field<'_>, kinds: &[Deviation]) -> Menu {
        let named = field.scenario.fault_kinds();
        let asked = Deviation::ALL.iter().filter(|(deviation, _, _, faults)| match kinds {
            [] => named.is_empty() || faults.iter().any(|fault| named.contains(fault)),
            kinds => kinds.contains(deviation),
        });
        let calm = field.calm(0);
        // Beyond a time by as much as clocks and flights may hide: an eighth, and two flights.
        let beyond = |span: Span| span + Span(span.0 / 8) + Span(calm.network.latency.max().0 * 2);
        Menu {
            kinds: asked.map(|(deviation, ..)| *deviation).collect(),
            past_renewal: beyond(field.renewal()),
            past_lease: beyond(field.lease()),
            to_end: calm.length,
        }
    }

    /// What is on it, in lines for people.
    pub fn lines(&self) -> Vec<String> {
        let on = Deviation::ALL.iter().filter(|(deviation, ..)| self.kinds.contains(deviation));
        let mut lines: Vec<String> =
            on.map(|(_, word, choices, _)| format!("{word} {{{choices}}}")).collect();
        let (renewal, lease, end) = (self.past_renewal, self.past_lease, self.to_end);
        lines.push(format!("past a renewal: {renewal}; past the lease: {lease}; to the end: {end}"));
        lines
    }

    /// Everything on the menu that can be put at this place, in a fixed order.
    pub fn at(&self, place: &Named<'_>) -> Vec<(Deviation, PlannedFault)> {
        let mut choices = Vec::new();
        match &place.place.what {
            PlaceKind::Point { kind, .. } => self.at_point(place, *kind, &mut choices),
            PlaceKind::Sent { .. } => self.of_message(place, &mut choices),
        }
        choices.retain(|(deviation, _)| self.kinds.contains(deviation));
        choices
    }

    fn at_point(&self, place: &Named<'_>, kind: PointKind, choices: &mut Vec<(Deviation, PlannedFault)>) {
        let who = || Target::Named(place.process.to_owned());
        let mut add = |deviation, what| {
            choices.push((deviation, PlannedFault { name: String::new(), place: place.placement(), what }));
        };
        let pauses = [self.past_renewal, self.past_lease];
        pauses.into_iter().for_each(|hold| add(Deviation::Pause, Fault::Pause { who: who(), hold }));
        let jumps = |add: &mut dyn FnMut(Deviation, Fault)| {
            for by in [self.past_lease.0 as i64, -(self.past_lease.0 as i64)] {
                add(Deviation::Jump, Fault::Jump { who: who(), by });
            }
        };
        if place.role == ProcessRole::Resource {
            return;
        }
        let is_server = place.role == ProcessRole::Server;
        let first = if is_server { PointKind::Deliver } else { PointKind::ClockRead };
        if place.is_first && kind == first {
            for ppm in [DRIFT, -DRIFT] {
                add(Deviation::Drift, Fault::Drift { who: who(), ppm, hold: None });
            }
        }
        // A clock that is set matters to whoever reads it next: clients read at points of their own.
        if kind == PointKind::ClockRead || (is_server && kind == PointKind::Deliver) {
            jumps(&mut add);
        }
        if matches!(kind, PointKind::ClockRead | PointKind::Wake) {
            return;
        }
        add(Deviation::Suspension, Fault::Suspend { who: who(), hold: self.past_lease });
        for restart_after in [Some(BACK), None] {
            add(Deviation::Kill, Fault::Kill { who: who(), restart_after });
            add(Deviation::PowerCut, Fault::PowerCut { who: who(), restart_after });
        }
        if is_server && kind == PointKind::Deliver {
            add(Deviation::Eviction, Fault::Evict { who: who() });
        }
        if let (PointKind::Deliver, Some(owner)) = (kind, place.owner) {
            add(Deviation::Cancel, Fault::Cancel { who: Target::Named(owner.to_owned()) });
        }
    }

    fn of_message(&self, place: &Named<'_>, choices: &mut Vec<(Deviation, PlannedFault)>) {
        let PlaceKind::Sent { label, is_datagram, next_timer, .. } = place.place.what else { return };
        let mut add = |deviation, upset| {
            let (kind, client) = (label.to_owned(), place.client.map(str::to_owned));
            let what = Fault::Message { kind, nth: place.nth, client, upset };
            let fault = PlannedFault { name: String::new(), place: Placement::WithMessage, what };
            choices.push((deviation, fault));
        };
        let past_timer = next_timer.map(|due| due + Span::from_micros(1)).filter(|due| *due < self.to_end);
        for by in past_timer.into_iter().chain([self.past_lease, self.to_end]) {
            add(Deviation::Lateness, Upset::Delay(by));
        }
        if let Some(by) = place.past_neighbour {
            add(Deviation::Order, Upset::Delay(by));
        }
        add(Deviation::Loss, Upset::Lose);
        if is_datagram {
            add(Deviation::Doubling, Upset::Duplicate);
        }
    }
}
