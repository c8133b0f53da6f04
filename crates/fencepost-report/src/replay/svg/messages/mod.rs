//! The messages of a run as a picture: who told whom what, when it left and when it arrived. Time runs down; every
//! line is a process, every arrow a message (a space-time diagram, after Lamport, 1978).

mod flights;
mod notes;
mod rows;

use super::pen::{Anchor, Letters, Pen};
use super::sheet::{BAR, MARGIN};
use super::text::SMALL;
use super::{HEAD, MUTED, Picture, PictureDetail, TITLE, clipped, framed};
use crate::replay::choice::Choice;
use crate::replay::told::Told;
use crate::words::counted;
use fencepost_explore::Replayed;
use fencepost_model::{ProcessId, ProcessRole};
use flights::Flight;
use notes::{Note, Stretch};
use rows::{Rows, What};

/// The most owners whose clients have a line.
const OWNERS: usize = 4;
/// Where the lines begin.
const TOP: i64 = 108;
/// How wide the column of times is.
const TIMES: i64 = 78;
/// From one line to the next.
const APART: (i64, i64) = (128, 230);
/// How wide a picture is where there is room.
const USUAL: i64 = 1_000;

const WORD: Letters = Letters::new("mark", SMALL);
const TIME: Letters = Letters::new("time", SMALL);
const WRONG: Letters = Letters::new("badmark mark", SMALL);

/// The messages of a replay as a picture.
pub fn messages(replayed: &Replayed, detail: &PictureDetail) -> Picture {
    let told = Told::of(replayed);
    drawn(&told, &replayed.plan.case.to_string(), detail)
}

/// What is drawn, and where.
struct Diagram<'a> {
    told: &'a Told<'a>,
    flights: Vec<Flight>,
    notes: Vec<Note>,
    stretches: Vec<Stretch>,
    columns: Vec<ProcessId>,
    apart: i64,
    rows: Rows,
}

pub(super) fn drawn(told: &Told<'_>, title: &str, detail: &PictureDetail) -> Picture {
    let choice = Choice::of(told, OWNERS);
    let (flights, in_vain) = flights::flights(told, &choice);
    let mut notes = notes::notes(told, &choice);
    let columns = columns(told, &choice, &flights);
    notes.retain(|note| columns.contains(&note.process));
    let stretches = notes::stretches(told, &choice);
    let apart = ((USUAL - 2 * MARGIN - TIMES) / columns.len().max(1) as i64).clamp(APART.0, APART.1);
    let rows = Rows::new(&flights, &notes, TOP);
    let diagram = Diagram { told, flights, notes, stretches, columns, apart, rows };
    let mut pen = Pen::default();
    diagram.lines(&mut pen);
    diagram.arrows(&mut pen);
    diagram.words(&mut pen);
    diagram.heads(&mut pen, title);
    let height = diagram.foot(&mut pen, in_vain);
    let width = MARGIN * 2 + TIMES + diagram.apart * diagram.columns.len() as i64;
    framed(pen, (width, height), &format!("messages of {title}"), detail)
}

/// Who has a line: the clients that matter, the servers that they or each other talk to, the resource.
fn columns(told: &Told<'_>, choice: &Choice, flights: &[Flight]) -> Vec<ProcessId> {
    let mut columns: Vec<ProcessId> = Vec::new();
    for owner in &choice.owners {
        let client = told.cast.process_of(*owner);
        if !columns.contains(&client) {
            columns.push(client);
        }
    }
    let takes_part = |process: ProcessId| {
        flights.iter().any(|flight| flight.source == process || flight.target == process)
    };
    for role in [ProcessRole::Server, ProcessRole::Resource] {
        let of_role = (0..told.cast.processes.len()).filter(|index| told.cast.processes[*index].role == role);
        columns.extend(of_role.map(|index| ProcessId(index as u32)).filter(|process| takes_part(*process)));
    }
    columns
}

impl Diagram<'_> {
    fn x(&self, process: ProcessId) -> Option<i64> {
        let place = self.columns.iter().position(|known| *known == process)?;
        Some(MARGIN + TIMES + place as i64 * self.apart + 16)
    }

    fn lines(&self, pen: &mut Pen) {
        let bottom = self.rows.bottom;
        for process in &self.columns {
            let x = self.x(*process).expect("it has a line");
            pen.path(&format!("M{x}.5 {}V{bottom}", TOP - 8), "class=\"guide\"", "");
        }
        for stretch in &self.stretches {
            let Some(x) = self.x(stretch.process) else { continue };
            let (from, until) =
                (self.rows.at(stretch.from), stretch.until.map_or(bottom, |at| self.rows.at(at)));
            if until <= from {
                continue;
            }
            let (wide, look) = match stretch.is_belief {
                true => (BAR, "class=\"belief\""),
                false => (BAR + 6, "fill=\"url(#@-pause)\" class=\"stop\""),
            };
            pen.rect((x - wide / 2, from, wide, until - from), look, "");
        }
        for (y, lasted) in &self.rows.gaps {
            let times = MARGIN + TIMES - 14;
            pen.text(times, *y, MUTED, Anchor::End, &format!("⋮ {}", lasted.in_seconds()));
        }
    }

    fn arrows(&self, pen: &mut Pen) {
        for (index, flight) in self.flights.iter().enumerate() {
            let (Some(from), Some(to)) = (self.x(flight.source), self.x(flight.target)) else { continue };
            let Some(y) = self.rows.left(index) else { continue };
            let way = (to - from).signum();
            let title = title(self.told, flight);
            match flight.arrived {
                Some(at) => {
                    let (look, end) =
                        (if flight.held_up.is_some() { "flight" } else { "flow" }, self.rows.at(at));
                    let (start, tip) = (from + 6 * way, to - 7 * way);
                    pen.path(&format!("M{start} {y}L{tip} {end}"), &format!("class=\"{look}\""), &title);
                    let head =
                        format!("M{} {}L{tip} {end}L{} {}", tip - 5 * way, end - 4, tip - 5 * way, end + 4);
                    pen.path(&head, "class=\"flow\"", "");
                }
                None => {
                    let stop = from + (to - from) / 3;
                    pen.path(
                        &format!("M{} {y}L{stop} {}", from + 6 * way, y + 6),
                        "class=\"wrongflight\"",
                        &title,
                    );
                    let cross = format!("M{} {}l8 8m0 -8l-8 8", stop - 4, y + 2);
                    pen.path(&cross, "class=\"wrongflow\"", &title);
                }
            }
        }
    }

    fn words(&self, pen: &mut Pen) {
        for row in &self.rows.all {
            if !matches!(row.what, What::Arrival) {
                pen.text(MARGIN + TIMES - 14, row.y, TIME, Anchor::End, &row.at.in_seconds());
            }
            match &row.what {
                What::Departure(indices) => self.departure(pen, row.y, indices),
                What::Note(index) => self.note(pen, row.y, &self.notes[*index]),
                What::Arrival => {}
            }
        }
    }

    /// What is sent to several at once is named once.
    fn departure(&self, pen: &mut Pen, y: i64, indices: &[usize]) {
        let flight = &self.flights[indices[0]];
        let (Some(from), Some(to)) = (self.x(flight.source), self.x(flight.target)) else { return };
        let lost = flight.held_up.map(|by| format!(" ({by})")).unwrap_or_default();
        let text = clipped(WORD, &format!("{}{lost}", flight.label), self.apart - 24);
        match to > from || from < MARGIN + TIMES + self.apart {
            true => pen.text(from + 11, y - 6, WORD, Anchor::Start, &text),
            false => pen.text(from - 11, y - 6, WORD, Anchor::End, &text),
        }
    }

    fn note(&self, pen: &mut Pen, y: i64, note: &Note) {
        let Some(x) = self.x(note.process) else { return };
        let bad =
            if note.flags.is_empty() { String::new() } else { format!(" ✗ {}", note.flags.join(", ")) };
        let letters = if bad.is_empty() { WORD } else { WRONG };
        let last = self.columns.last() == Some(&note.process);
        let room = if last { self.apart + 40 } else { self.apart - 14 };
        pen.circle((x, y), 3, if bad.is_empty() { "class=\"write\"" } else { "class=\"wrong\"" }, "");
        pen.text(x + 11, y, letters, Anchor::Start, &clipped(letters, &format!("{}{bad}", note.text), room));
    }

    fn heads(&self, pen: &mut Pen, title: &str) {
        let room = self.apart * self.columns.len() as i64;
        pen.text(MARGIN, 26, TITLE, Anchor::Start, &clipped(TITLE, &format!("Messages of {title}"), room));
        pen.text(MARGIN + TIMES - 14, TOP - 40, HEAD, Anchor::End, "time");
        for process in &self.columns {
            let x = self.x(*process).expect("it has a line");
            let name = clipped(HEAD, self.told.cast.process(*process), self.apart - 14);
            pen.text(x - 6, TOP - 40, HEAD, Anchor::Start, &name);
            let role = match self.told.cast.processes[process.index()].role {
                ProcessRole::Server => "server",
                ProcessRole::Resource => "what is protected",
                ProcessRole::Client | ProcessRole::Probe => "client",
            };
            pen.text(x - 6, TOP - 25, MUTED, Anchor::Start, role);
        }
    }

    fn foot(&self, pen: &mut Pen, in_vain: usize) -> i64 {
        let mut said = vec![
            "time runs down, not to scale; a bar is a belief, hatched: it stands still or is dead".to_owned(),
        ];
        if in_vain > 0 {
            said.push(format!("{} in vain not drawn", counted(in_vain as u64, "request")));
        }
        if self.rows.left_out > 0 {
            said.push(format!(
                "{} not drawn, between the beginning and what is violated or after it",
                counted(self.rows.left_out as u64, "row")
            ));
        }
        let mut y = self.rows.bottom + 22;
        for line in &said {
            pen.text(MARGIN, y, MUTED, Anchor::Start, line);
            y += 16;
        }
        y + MARGIN
    }
}

fn title(told: &Told<'_>, flight: &Flight) -> String {
    let (source, target) = (told.cast.process(flight.source), told.cast.process(flight.target));
    let arrived = flight.arrived.map(|at| format!(", arrived {}", at.in_seconds()));
    let held_up = flight.held_up.map(|by| format!(", held up: {by}")).unwrap_or_default();
    let (label, sent) = (flight.label, flight.sent.in_seconds());
    format!("{label} from {source} to {target}, sent {sent}{}{held_up}", arrived.unwrap_or_default())
}
