//! Naming the places of a run, so that a fault can be put at each of them by a plan.

use fencepost_model::{
    Cast, Fault, Instant, Placement, Point, PointKind, ProcessId, ProcessRole, Span, Upset,
};
use fencepost_scenario::MESSAGE_KINDS;
use fencepost_sim::{Place, PlaceKind, RunResult};
use std::collections::BTreeMap;

/// Messages that servers send each other in every period of a steady term, whatever happens.
const STEADY: &[&str] = &["heartbeat", "heartbeat-reply", "ping", "pong", "hello"];

/// A place with what a plan calls it.
pub struct Named<'a> {
    /// The place.
    pub place: &'a Place,
    /// The process of a point; the sender of a message.
    pub process: &'a str,
    /// What that process is.
    pub role: ProcessRole,
    /// The owner whose operation it belongs to.
    pub owner: Option<&'a str>,
    /// The client at one end of a message, where there is one.
    pub client: Option<&'a str>,
    /// Which of all that are called alike, from 1.
    pub nth: u32,
    /// Whether it is the first of its kind in its process.
    pub is_first: bool,
    /// By how much a message has to be late to arrive just after what comes next.
    pub past_neighbour: Option<Span>,
    /// Whether a client's code has a part in it.
    pub is_client_visible: bool,
    /// Whether it only repeats an earlier one of the same period: a heartbeat, or the answer to one.
    pub is_repeated: bool,
}

impl Named<'_> {
    /// Where a plan puts a fault at this point.
    pub fn placement(&self) -> Placement {
        let PlaceKind::Point { kind, message, .. } = &self.place.what else { return Placement::WithMessage };
        let message = message.as_deref().filter(|message| is_known(message)).map(str::to_owned);
        Placement::AtPoint(Point { kind: *kind, message, who: Some(self.process.to_owned()), nth: self.nth })
    }
}

/// Whether scenario files may name the message. Of another one, places are counted among all of their kind.
fn is_known(message: &str) -> bool {
    MESSAGE_KINDS.contains(&message)
}

/// The places of a recorded run, each with its name.
pub fn named<'a>(places: &'a [Place], cast: &'a Cast) -> Vec<Named<'a>> {
    let mut namer = Namer { cast, points: BTreeMap::new(), messages: BTreeMap::new() };
    let deliveries = deliveries(places);
    let mut steady = Steady::of(places);
    let name = |place: &'a Place| {
        let mut named = namer.name(place);
        if let PlaceKind::Sent { target, arrives: Some(arrives), .. } = place.what {
            let next =
                deliveries.get(&target).and_then(|all| all.get(all.partition_point(|at| *at <= arrives)));
            named.past_neighbour = next.map(|next| next.since(arrives) + Span(1));
        }
        named.is_repeated = steady.repeats(place);
        named
    };
    places.iter().map(name).collect()
}

/// When each process is handed messages.
fn deliveries(places: &[Place]) -> BTreeMap<ProcessId, Vec<Instant>> {
    let mut all: BTreeMap<ProcessId, Vec<Instant>> = BTreeMap::new();
    for place in places {
        if let PlaceKind::Point { kind: PointKind::Deliver, process, .. } = place.what {
            all.entry(process).or_default().push(place.at);
        }
    }
    all
}

/// Counts what is called alike.
struct Namer<'a> {
    cast: &'a Cast,
    points: BTreeMap<(PointKind, ProcessId, Option<&'a str>), u32>,
    messages: BTreeMap<(&'a str, Option<ProcessId>), u32>,
}

impl<'a> Namer<'a> {
    fn role(&self, process: ProcessId) -> ProcessRole {
        self.cast.processes[process.index()].role
    }

    fn name(&mut self, place: &'a Place) -> Named<'a> {
        match &place.what {
            PlaceKind::Point { kind, process, owner, message } => {
                let mut count = |message| {
                    let count = self.points.entry((*kind, *process, message)).or_default();
                    *count += 1;
                    *count
                };
                let of_all = count(None);
                let known = message.as_deref().filter(|message| is_known(message));
                let nth = known.map_or(of_all, |message| count(Some(message)));
                let owner = owner.map(|owner| self.cast.owner(owner));
                Named { is_first: of_all == 1, ..self.named(place, *process, owner, nth, None) }
            }
            PlaceKind::Sent { label, source, target, .. } => {
                let is_client = |process: &ProcessId| self.role(*process) == ProcessRole::Client;
                let client = [*source, *target].into_iter().find(is_client);
                // Without a client it is counted among all of its kind, whoever they belong to.
                *self.messages.entry((label, None)).or_default() += 1;
                if client.is_some() {
                    *self.messages.entry((label, client)).or_default() += 1;
                }
                let nth = self.messages.get(&(*label, client)).copied().unwrap_or(1);
                self.named(place, *source, None, nth, client)
            }
        }
    }

    fn named(
        &self,
        place: &'a Place,
        process: ProcessId,
        owner: Option<&'a str>,
        nth: u32,
        client: Option<ProcessId>,
    ) -> Named<'a> {
        let role = self.role(process);
        Named {
            place,
            process: self.cast.process(process),
            role,
            owner,
            client: client.map(|client| self.cast.process(client)),
            nth,
            is_first: false,
            past_neighbour: None,
            is_client_visible: role == ProcessRole::Client || client.is_some(),
            is_repeated: false,
        }
    }
}

/// Which places only repeat what happens in every period of a steady term.
struct Steady<'a> {
    /// The shortest time between two of a kind from one process.
    periods: BTreeMap<&'a str, Span>,
    /// When the last one counted, by process and by whether it was sent or handed over.
    counted: BTreeMap<(ProcessId, bool), Instant>,
}

impl<'a> Steady<'a> {
    fn of(places: &'a [Place]) -> Steady<'a> {
        let mut last: BTreeMap<(&str, ProcessId, ProcessId), Instant> = BTreeMap::new();
        let mut periods: BTreeMap<&str, Span> = BTreeMap::new();
        for place in places {
            let PlaceKind::Sent { label, source, target, .. } = place.what else { continue };
            if let Some(before) = last.insert((label, source, target), place.at) {
                let gap = place.at.since(before);
                let period = periods.entry(label).or_insert(gap);
                *period = (*period).min(gap);
            }
        }
        periods.retain(|label, _| STEADY.contains(label));
        Steady { periods, counted: BTreeMap::new() }
    }

    fn repeats(&mut self, place: &Place) -> bool {
        let (label, process, is_sent) = match &place.what {
            PlaceKind::Sent { label, source, .. } => (*label, *source, true),
            PlaceKind::Point { kind: PointKind::Deliver, process, message: Some(message), .. } => {
                (message.as_str(), *process, false)
            }
            PlaceKind::Point { .. } => return false,
        };
        let Some(period) = self.periods.get(label) else { return false };
        let before = self.counted.get(&(process, is_sent));
        if before.is_some_and(|before| place.at.since(*before) < *period) {
            return true;
        }
        self.counted.insert((process, is_sent), place.at);
        false
    }
}

/// The places of a recorded run with their names.
pub struct NamedPlaces<'a>(Vec<Named<'a>>);

impl<'a> NamedPlaces<'a> {
    /// Names them.
    pub fn of(run: &'a RunResult) -> NamedPlaces<'a> {
        NamedPlaces(named(&run.places, &run.cast))
    }

    /// The decision points.
    pub fn points(&self) -> impl Iterator<Item = &Named<'a>> {
        let is_point = |place: &&Named<'_>| matches!(place.place.what, PlaceKind::Point { .. });
        self.0.iter().filter(is_point).filter(|place| !place.is_repeated)
    }

    /// Only those in which this client has a part: its own, those of messages that it sends or is sent, and what
    /// servers do for it.
    #[must_use]
    pub fn around(mut self, client: &str) -> NamedPlaces<'a> {
        let is_of = |owner: &str| owner.strip_prefix(client).is_some_and(|rest| rest.starts_with('.'));
        self.0.retain(|place| {
            place.process == client || place.client == Some(client) || place.owner.is_some_and(is_of)
        });
        self
    }

    /// The messages, each chosen by a fault that does this to it.
    pub fn messages(&self, upset: Upset) -> impl Iterator<Item = Fault> + '_ {
        self.0.iter().filter(|place| !place.is_repeated).filter_map(move |place| {
            let PlaceKind::Sent { label, .. } = place.place.what else { return None };
            let (kind, client) = (label.to_owned(), place.client.map(str::to_owned));
            Some(Fault::Message { kind, nth: place.nth, client, upset })
        })
    }
}
