//! A fault of a plan as text of a scenario file: the way back from reading.

use crate::draw_fault::LEADER;
use crate::law::signed;
use crate::words::DIRECTIONS;
use fencepost_model::{Direction, Fault, Placement, PlannedFault, PointKind, Span, Split, Target, Upset};
use std::fmt::Write;

/// The entry of a planned fault in a scenario file, without its head `[[fault]]`: every value as it was
/// drawn. A part that the system lacks goes by its word, as in the file.
pub fn written(fault: &PlannedFault) -> String {
    let mut text = String::new();
    // A skew is there from the beginning, and a message says by itself when.
    let implied = matches!(fault.what, Fault::Skew { .. } | Fault::Message { .. });
    if let Some((key, placing)) = placing(&fault.place).filter(|_| !implied) {
        let _ = writeln!(text, "{key} = {placing}");
    }
    let _ = writeln!(text, "{} = {}", fault.what.word(), what(&fault.what));
    text
}

fn placing(place: &Placement) -> Option<(&'static str, String)> {
    match place {
        Placement::At(at) => Some(("at", time(*at))),
        Placement::On(trigger) => {
            let mut table = Inline::default();
            table.text("event", trigger.event.word());
            if let Some(owner) = &trigger.owner {
                table.text("owner", owner);
            }
            table.raw("nth", trigger.nth);
            if trigger.after > Span::ZERO {
                table.raw("after", time(trigger.after));
            }
            Some(("on", table.end()))
        }
        Placement::AtPoint(point) => {
            let mut table = Inline::default();
            let word = PointKind::ALL.iter().find(|(kind, ..)| *kind == point.kind);
            table.text("kind", word.map_or("?", |(_, word, _)| word));
            if let Some(message) = &point.message {
                table.text("message", message);
            }
            if let Some(who) = &point.who {
                table.text("who", who);
            }
            table.raw("nth", point.nth);
            Some(("at-point", table.end()))
        }
        Placement::WithMessage => None,
    }
}

fn what(what: &Fault) -> String {
    let mut table = Inline::default();
    if let Some(who) = what.target() {
        table.text("who", target(who));
    }
    match what {
        Fault::Kill { restart_after, .. } | Fault::PowerCut { restart_after, .. } => {
            table.time_if("restart-after", *restart_after);
        }
        Fault::Restart { .. } | Fault::Evict { .. } | Fault::Cancel { .. } => {}
        Fault::Pause { hold, .. } | Fault::Suspend { hold, .. } => table.raw("hold", time(*hold)),
        Fault::Partition { split, direction, hold, .. } => {
            if let Split::Between(other) = split {
                table.text("from", target(other));
            }
            table.direction(*direction);
            table.raw("hold", time(*hold));
        }
        Fault::Delay { by, direction, hold, .. } | Fault::Reorder { by, direction, hold, .. } => {
            table.raw("by", time(*by));
            table.direction(*direction);
            table.raw("hold", time(*hold));
        }
        Fault::Loss { rate, direction, hold, .. } | Fault::Duplicate { rate, direction, hold, .. } => {
            table.text("rate", &format!("{rate}ppm"));
            table.direction(*direction);
            table.raw("hold", time(*hold));
        }
        Fault::Skew { by, .. } | Fault::Jump { by, .. } => table.text("by", &signed(*by)),
        Fault::Drift { ppm, hold, .. } => {
            table.raw("ppm", ppm);
            table.time_if("hold", *hold);
        }
        Fault::Stall { slower, hold, .. } => {
            table.time_if("slower", *slower);
            table.raw("hold", time(*hold));
        }
        Fault::Message { kind, nth, client, upset } => {
            table.text("kind", kind);
            table.raw("nth", nth);
            if let Some(client) = client {
                table.text("client", client);
            }
            match upset {
                Upset::Delay(by) => table.raw("delay", time(*by)),
                Upset::Lose => table.raw("lose", true),
                Upset::Duplicate => table.raw("duplicate", true),
            }
        }
    }
    table.end()
}

fn target(target: &Target) -> &str {
    match target {
        Target::Named(word) | Target::Lacking(word) => word,
        Target::Holder => "holder",
        Target::Leader => LEADER,
    }
}

fn time(span: Span) -> String {
    format!("\"{span}\"")
}

/// An inline table.
#[derive(Default)]
struct Inline(Vec<String>);

impl Inline {
    fn raw(&mut self, key: &str, value: impl std::fmt::Display) {
        self.0.push(format!("{key} = {value}"));
    }

    /// Names and words: nothing in them has to be escaped.
    fn text(&mut self, key: &str, value: &str) {
        self.raw(key, format_args!("\"{value}\""));
    }

    fn time_if(&mut self, key: &str, span: Option<Span>) {
        if let Some(span) = span {
            self.raw(key, time(span));
        }
    }

    fn direction(&mut self, direction: Direction) {
        if direction != Direction::default() {
            let word = DIRECTIONS.iter().find(|(_, known)| *known == direction);
            self.text("direction", word.map_or("?", |(word, _)| word));
        }
    }

    fn end(self) -> String {
        format!("{{ {} }}", self.0.join(", "))
    }
}
