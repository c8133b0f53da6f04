//! Everything that the parts of a picture look at while they draw.

use super::clock::{LocalClock, clocks};
use super::flag;
use super::held::Held;
use super::row::{LONG_FLIGHT, Row, rows};
use super::scale::Scale;
use super::sheet::{Needs, Sheet, widest};
use crate::replay::choice::Choice;
use crate::replay::mark::Lane;
use crate::replay::told::Told;
use fencepost_model::{EventKind, Instant, OwnerId, ResourceEvent, Span};

/// The most owners with a lane.
const OWNERS: usize = 8;

pub(super) struct Scene<'a> {
    pub told: Told<'a>,
    pub choice: Choice,
    pub rows: Vec<Row>,
    /// How many rows come after them and have no room.
    pub more: usize,
    pub held: Held,
    pub clocks: Vec<LocalClock>,
    /// By how much the clocks without a column are wrong at most.
    pub other_clocks: Option<Span>,
    pub flights: Vec<Flight>,
    pub sheet: Sheet,
    pub scale: Scale,
}

/// An operation that was long under way.
pub(super) struct Flight {
    pub owner: OwnerId,
    /// The row where it leaves, where its owner has a lane.
    pub from: Option<usize>,
    /// The row where it arrives.
    pub to: usize,
    pub sent: Instant,
}

impl<'a> Scene<'a> {
    /// Lays a run out, from `top` on.
    pub fn new(told: Told<'a>, every_event: bool, top: i64) -> Scene<'a> {
        let choice = Choice::of(&told, OWNERS);
        let (rows, more) = rows(&told, &choice, every_event);
        let held = Held::of(&told, &choice, every_event);
        let before: Vec<(usize, Instant)> = rows.iter().map(|row| (before(&told, row), row.at)).collect();
        let (clocks, other_clocks) = clocks(&told, &choice, &before);
        let flights = flights(&told, &rows);
        let of = |wanted: fn(Lane) -> bool| {
            widest(rows.iter().filter(|row| wanted(row.lane)).map(|row| row.text.as_str()))
        };
        let answers = widest(rows.iter().filter_map(|row| row.answer.as_deref()));
        let resource = of(|lane| lane == Lane::Resource).min(150);
        let sheet = Sheet::new(Needs {
            clocks: clocks.len() as i64,
            promises: held.columns.max(1),
            owners: choice.owners.len(),
            flights: flights.len().min(3) as i64,
            texts: (
                of(|lane| lane == Lane::Service),
                of(|lane| matches!(lane, Lane::Owner(_))),
                answers.max(resource),
            ),
            has_flags: rows.iter().any(|row| !row.flags.is_empty()),
        });
        let scale = Scale::new(&rows, &sheet, top, |row| flag::lines(&told, row).len());
        Scene { told, choice, rows, more, held, clocks, other_clocks, flights, sheet, scale }
    }

    /// How far down an event of the history is.
    pub fn event(&self, index: usize) -> i64 {
        self.scale.event(index, self.told.history[index].at)
    }

    /// From where to where something reaches; what does not end reaches to the bottom.
    pub fn reach(&self, from: usize, until: Option<usize>) -> (i64, i64) {
        (self.event(from), until.map_or(self.scale.bottom, |until| self.event(until)))
    }

    /// An instant of the history, as text.
    pub fn time(&self, index: usize) -> String {
        self.told.stamp(index)
    }

    /// From when to when, as text.
    pub fn times(&self, from: usize, until: Option<usize>) -> String {
        match until {
            Some(until) => format!("{} to {}", self.time(from), self.time(until)),
            None => format!("from {} until the run was over", self.time(from)),
        }
    }
}

/// Before which event a row stands.
fn before(told: &Told<'_>, row: &Row) -> usize {
    match row.event {
        Some(index) => index + 1,
        None => told.history.partition_point(|event| event.at <= row.at),
    }
}

fn flights(told: &Told<'_>, rows: &[Row]) -> Vec<Flight> {
    let flight = |(to, row): (usize, &Row)| {
        let event = &told.history[row.event?];
        let EventKind::Resource(ResourceEvent::Decided { tag, tenure, sent, .. }) = &event.kind else {
            return None;
        };
        (event.at.since(*sent) > LONG_FLIGHT).then_some(())?;
        let number = format!("#{}", tenure.0);
        let leaves = |row: &Row| row.departs && row.at == *sent && row.text.ends_with(&number);
        let from = rows.iter().position(leaves);
        Some(Flight { owner: tag.owner, from, to, sent: *sent })
    };
    rows.iter().enumerate().filter_map(flight).collect()
}
