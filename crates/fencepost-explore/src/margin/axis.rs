//! Axes: quantities of abuse, or of a setting, along which a margin is measured.

use crate::search::{Field, NamedPlaces};
use fencepost_model::{
    Assumption, ClientEvent, Direction, EventKind, Fault, Instant, Placement, Plan, PlannedFault, PointKind,
    ProcessRole, SettingValue, Span, Split, Target, Upset,
};
use fencepost_sim::{PlaceKind, RunResult};
use std::fmt;

/// What is varied.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Axis {
    /// How long a client stands still.
    PauseHold,
    /// How long a client's machine sleeps.
    SuspendHold,
    /// How long a client is cut off from every server of the lock.
    CutHold,
    /// How long a server is down, dead or without power.
    DownHold,
    /// By how much one message is late.
    DelayBy,
    /// By how many parts per million a machine's oscillator is off.
    DriftPpm,
    /// By how much a server's wall clock is set, either way.
    JumpBy,
    /// How many messages of one kind are lost in a row.
    LossCount,
    /// By how much replicas lag behind when the primary dies.
    ReplicationLag,
    /// The setting `ttl`.
    Ttl,
    /// The setting `renew`.
    Renew,
}

impl Axis {
    /// All of them, each with its word and a sentence.
    pub const ALL: &'static [(Axis, &'static str, &'static str)] = &[
        (
            Axis::PauseHold,
            "pause.hold",
            "how long a client stands still, at each place and before each deadline",
        ),
        (Axis::SuspendHold, "suspend.hold", "how long a client's machine sleeps, at the same places"),
        (
            Axis::CutHold,
            "cut.hold",
            "how long a client is cut off from every server of the lock, at the same places",
        ),
        (
            Axis::DownHold,
            "down.hold",
            "how long a server is down: killed and without power, at each message that it or a client is handed",
        ),
        (Axis::DelayBy, "delay.by", "by how much one message is late, each in its turn"),
        (
            Axis::DriftPpm,
            "drift.ppm",
            "by how much an oscillator is off: each machine, all clients, all servers",
        ),
        (
            Axis::JumpBy,
            "jump.by",
            "by how much a server's wall clock is set, ahead or back, at each message that it or a client is handed",
        ),
        (Axis::LossCount, "loss.count", "how many messages of one kind are lost in a row, from each on"),
        (
            Axis::ReplicationLag,
            "replication.lag",
            "by how much replicas lag when the primary dies, at each message that anybody is handed",
        ),
        (Axis::Ttl, "ttl", "the setting `ttl`, against one fault of a fixed size"),
        (Axis::Renew, "renew", "the setting `renew`, against one fault of a fixed size"),
    ];

    /// The axis of this word.
    pub fn of(word: &str) -> Option<Axis> {
        Axis::ALL.iter().find(|(_, known, _)| *known == word).map(|(axis, ..)| *axis)
    }

    /// Its word.
    pub fn word(self) -> &'static str {
        Axis::ALL.iter().find(|(axis, ..)| *axis == self).map_or("?", |(_, word, _)| word)
    }

    /// The assumption whose measure it moves; none for settings.
    pub const fn assumption(self) -> Option<Assumption> {
        match self {
            Axis::PauseHold => Some(Assumption::BoundedPause),
            Axis::SuspendHold => Some(Assumption::MonotonicCountsSuspension),
            Axis::CutHold => Some(Assumption::RenewalsGetThrough),
            Axis::DownHold => Some(Assumption::DurableNodes),
            Axis::DelayBy => Some(Assumption::BoundedDelay),
            Axis::DriftPpm => Some(Assumption::BoundedDrift),
            Axis::JumpBy => Some(Assumption::NoWallStep),
            Axis::LossCount => Some(Assumption::NoLossOrDuplicate),
            Axis::ReplicationLag => Some(Assumption::SynchronousReplication),
            Axis::Ttl | Axis::Renew => None,
        }
    }

    /// The setting that it varies, where it varies one.
    pub const fn setting(self) -> Option<&'static str> {
        match self {
            Axis::Ttl => Some("ttl"),
            Axis::Renew => Some("renew"),
            _ => None,
        }
    }

    /// Whether its values are times; numbers otherwise.
    pub const fn is_time(self) -> bool {
        !matches!(self, Axis::DriftPpm | Axis::LossCount)
    }

    /// A value in words.
    pub fn told(self, value: u64) -> String {
        match self {
            Axis::DriftPpm => format!("{value} ppm"),
            Axis::LossCount => value.to_string(),
            _ => Span(value).to_string(),
        }
    }

    /// The field with the value of a setting; as it is for the other axes.
    pub(super) fn tuned<'a>(self, field: &Field<'a>, value: u64) -> Field<'a> {
        let mut settings = field.variant.settings.clone();
        if let Some(name) = self.setting() {
            settings.set(name, SettingValue::Span(Span(value)));
        }
        field.with_settings(settings)
    }

    /// Every way in which a fault of this size can be put into the calm run, as the faults of a plan.
    pub(super) fn placements(
        self,
        calm: &Plan,
        run: &RunResult,
        around: Option<&str>,
        value: u64,
    ) -> Vec<Vec<PlannedFault>> {
        let all = NamedPlaces::of(run);
        let places = match around {
            Some(client) => all.around(client),
            None => all,
        };
        let one = |place, what| vec![PlannedFault { name: "1".to_owned(), place, what }];
        let servers = at_servers(&places, run);
        match self {
            Axis::PauseHold | Axis::SuspendHold | Axis::CutHold => {
                let faults = |place, who: &str| match self {
                    Axis::CutHold => cut_off(calm, &place, who, Span(value)),
                    _ => one(place, stop(self, who, Span(value))),
                };
                let points = places.points().filter(|place| place.role == ProcessRole::Client);
                let at_points = points.map(|place| faults(place.placement(), place.process));
                let before = before_deadlines(run).into_iter();
                let before = before.filter(|(_, who)| around.is_none_or(|client| client == who));
                at_points.chain(before.map(|(at, who)| faults(Placement::At(at), &who))).collect()
            }
            Axis::DownHold => servers
                .flat_map(|(place, server)| {
                    [false, true].map(|power| one(place.clone(), down(server, value, power)))
                })
                .collect(),
            Axis::DelayBy => {
                let late = |message: Fault| one(Placement::WithMessage, message);
                places.messages(Upset::Delay(Span(value))).map(late).collect()
            }
            Axis::LossCount => {
                let lost = |message: Fault| (0..value).map(|more| lost_after(&message, more)).collect();
                places.messages(Upset::Lose).map(lost).collect()
            }
            Axis::DriftPpm => drifts(calm, value as i32),
            Axis::JumpBy => servers
                .flat_map(|(place, server)| {
                    [value as i64, -(value as i64)].map(|by| one(place.clone(), jump(server, by)))
                })
                .collect(),
            Axis::ReplicationLag if lag(calm, Span(value)).is_empty() => Vec::new(),
            // What was answered and not copied yet is lost between two messages of the primary: that is where a client
            // hears of it.
            Axis::ReplicationLag => {
                let dies = primary(calm).into_iter().flat_map(|primary| {
                    let die = move |place: &Placement| {
                        [lag(calm, Span(value)), vec![killed(place.clone(), primary)]].concat()
                    };
                    let heard = places.points().filter(|place| is_handed(&place.place.what));
                    heard.map(move |place| die(&place.placement()))
                });
                dies.collect()
            }
            Axis::Ttl | Axis::Renew => Vec::new(),
        }
    }

    /// Gives every fault of the axis's kind in a drawn plan this size. Whether there is anything to try: a fault of
    /// that kind, or a setting.
    pub(super) fn resize(self, plan: &mut Plan, value: u64) -> bool {
        let mut resized = self.setting().is_some();
        for fault in &mut plan.faults {
            match (self, &mut fault.what) {
                (Axis::PauseHold, Fault::Pause { hold, .. })
                | (Axis::SuspendHold, Fault::Suspend { hold, .. })
                | (Axis::CutHold, Fault::Partition { hold, .. }) => *hold = Span(value),
                (
                    Axis::DownHold,
                    Fault::Kill { restart_after, .. } | Fault::PowerCut { restart_after, .. },
                ) => *restart_after = Some(Span(value)),
                (Axis::DelayBy | Axis::ReplicationLag, Fault::Delay { by, .. }) => *by = Span(value),
                (Axis::DelayBy, Fault::Message { upset: Upset::Delay(by), .. }) => *by = Span(value),
                (Axis::DriftPpm, Fault::Drift { ppm, .. }) => *ppm = value as i32 * ppm.signum(),
                (Axis::JumpBy, Fault::Jump { by, .. }) => *by = value as i64 * by.signum(),
                _ => continue,
            }
            resized = true;
        }
        resized
    }
}

impl fmt::Display for Axis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

fn is_handed_to_server(role: ProcessRole, what: &PlaceKind) -> bool {
    role == ProcessRole::Server && is_handed(what)
}

fn is_handed(what: &PlaceKind) -> bool {
    matches!(what, PlaceKind::Point { kind: PointKind::Deliver, .. })
}

/// The server that is primary at first.
fn primary(calm: &Plan) -> Option<&str> {
    calm.machines.iter().find(|machine| machine.role == "store").map(|machine| machine.name.as_str())
}

fn stop(axis: Axis, who: &str, hold: Span) -> Fault {
    let who = Target::Named(who.to_owned());
    if axis == Axis::PauseHold { Fault::Pause { who, hold } } else { Fault::Suspend { who, hold } }
}

/// A client and every server of the lock cannot reach each other.
fn cut_off(calm: &Plan, place: &Placement, who: &str, hold: Span) -> Vec<PlannedFault> {
    let servers =
        calm.machines.iter().filter(|machine| !matches!(machine.role.as_str(), "client" | "resource"));
    let cut = |(nth, machine): (usize, &fencepost_model::MachinePlan)| PlannedFault {
        name: (nth + 1).to_string(),
        place: place.clone(),
        what: Fault::Partition {
            who: Target::Named(who.to_owned()),
            split: Split::Between(Target::Named(machine.name.clone())),
            direction: Direction::Both,
            hold,
        },
    };
    servers.enumerate().map(cut).collect()
}

/// Where something may happen to which server: at each message that it is handed, and to each of them at each message
/// that a client is handed, which is where an owner learns what it goes on with.
fn at_servers<'a>(
    places: &'a NamedPlaces<'a>,
    run: &'a RunResult,
) -> impl Iterator<Item = (Placement, &'a str)> {
    let of_role = |role| run.cast.processes.iter().filter(move |process| process.role == role);
    places.points().filter(|place| is_handed(&place.place.what)).flat_map(move |place| {
        let meant: Vec<&str> = match place.role {
            ProcessRole::Server => vec![place.process],
            ProcessRole::Client => of_role(ProcessRole::Server).map(|process| &*process.name).collect(),
            _ => Vec::new(),
        };
        meant.into_iter().map(move |server| (place.placement(), server))
    })
}

fn jump(who: &str, by: i64) -> Fault {
    Fault::Jump { who: Target::Named(who.to_owned()), by }
}

fn down(who: &str, hold: u64, power: bool) -> Fault {
    let (who, restart_after) = (Target::Named(who.to_owned()), Some(Span(hold)));
    if power { Fault::PowerCut { who, restart_after } } else { Fault::Kill { who, restart_after } }
}

/// Just before each instant at which a belief would end by its deadline, with the believer's process: the
/// place at which a stop does most.
fn before_deadlines(run: &RunResult) -> Vec<(Span, String)> {
    let owner_of = |tenure| {
        run.history.iter().find_map(|event| match &event.kind {
            EventKind::Client(ClientEvent::BeliefStarted { tenure: started, tag, .. })
                if *started == tenure =>
            {
                Some(tag.owner)
            }
            _ => None,
        })
    };
    let deadlines = run.history.iter().filter_map(|event| match &event.kind {
        EventKind::Client(ClientEvent::DeadlineReached { tenure }) => Some((event.at, *tenure)),
        _ => None,
    });
    let before = |at: Instant| Span(at.since(Instant::START).0.saturating_sub(1_000));
    deadlines
        .filter_map(|(at, tenure)| Some((before(at), owner_of(tenure)?)))
        .map(|(at, owner)| (at, run.cast.process(run.cast.process_of(owner)).to_owned()))
        .collect()
}

/// Each machine by itself, all clients, all servers, and clients against servers; each way.
fn drifts(calm: &Plan, ppm: i32) -> Vec<Vec<PlannedFault>> {
    let names = |wanted: fn(&str) -> bool| -> Vec<&str> {
        calm.machines
            .iter()
            .filter(|machine| wanted(&machine.role))
            .map(|machine| machine.name.as_str())
            .collect()
    };
    let (clients, servers) =
        (names(|role| role == "client"), names(|role| !matches!(role, "client" | "resource")));
    let alone = clients.iter().chain(&servers).map(|name| vec![*name]);
    let groups = alone.chain([clients.clone(), servers.clone()]);
    let drift = |(place, (who, ppm)): (usize, (&str, i32))| PlannedFault {
        name: (place + 1).to_string(),
        place: Placement::At(Span::ZERO),
        what: Fault::Drift { who: Target::Named(who.to_owned()), ppm, hold: None },
    };
    let mut placements = Vec::new();
    for group in groups {
        for ppm in [ppm, -ppm] {
            placements.push(group.iter().map(|name| (*name, ppm)).enumerate().map(drift).collect());
        }
    }
    placements
}

/// The same fault, of a message that comes so many later.
fn lost_after(message: &Fault, more: u64) -> PlannedFault {
    let mut what = message.clone();
    if let Fault::Message { nth, .. } = &mut what {
        *nth += more as u32;
    }
    PlannedFault { name: (more + 1).to_string(), place: Placement::WithMessage, what }
}

/// Everything that replicas are sent is late by this, from the beginning on.
fn lag(calm: &Plan, by: Span) -> Vec<PlannedFault> {
    let replicas = calm.machines.iter().filter(|machine| machine.role == "replica").enumerate();
    let late = |(place, machine): (usize, &fencepost_model::MachinePlan)| PlannedFault {
        name: (place + 2).to_string(),
        place: Placement::At(Span::ZERO),
        what: Fault::Delay {
            who: Target::Named(machine.name.clone()),
            by,
            direction: Direction::To,
            hold: calm.length,
        },
    };
    replicas.map(late).collect()
}

/// The death of each server, for good, at each message that it is handed.
pub(super) fn deaths(run: &RunResult) -> Vec<PlannedFault> {
    let places = NamedPlaces::of(run);
    let handed = places.points().filter(|place| is_handed_to_server(place.role, &place.place.what));
    handed.map(|place| killed(place.placement(), place.process)).collect()
}

fn killed(place: Placement, who: &str) -> PlannedFault {
    let what = Fault::Kill { who: Target::Named(who.to_owned()), restart_after: None };
    PlannedFault { name: "0".to_owned(), place, what }
}
