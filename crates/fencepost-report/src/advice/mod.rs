//! Advice on a lock: how much it stands, how much of it there is, and what follows.

mod gate;
mod loss;
mod map;
mod page;
mod words;

use crate::words::counted;
use fencepost_explore::advise::{Advised, Agreement, Measured, Remedy, Room, Row, amount};
use fencepost_explore::margin::Axis;
use fencepost_model::{Hazard, Limit, Span, word};
use fencepost_scenario::{Advice, Sample};
use serde_json::{Value, json};
use std::fmt::Write;

pub use gate::{annotations, markdown, verdict};
pub use map::map;
pub use page::{Beside, page};
pub(crate) use words::of_hazard;
pub use words::{in_a_sentence, room, stands};

/// The advice for the terminal.
pub fn told(advice: &Advice, advised: &Advised) -> String {
    let mut text = head(advice, advised);
    let _ = writeln!(text, "\n  {:<12} {:<22} {:<10} room", "hazard", "stands", "yours");
    for row in &advised.rows {
        let yours = row.yours.map_or_else(|| "-".to_owned(), |yours| words::value(row.axis, yours));
        let (name, stands, room) = (row.hazard.word(), stands(row), room(row));
        let _ = writeln!(text, "  {name:<12} {stands:<22} {yours:<10} {room}");
        for line in notes(row) {
            let _ = writeln!(text, "               {line}");
        }
    }
    text += &loss::told(advised);
    if advised.stopped {
        let rest = Hazard::ALL.iter().map(|(hazard, ..)| *hazard);
        let rest = rest.filter(|hazard| advised.rows.iter().all(|row| row.hazard != *hazard));
        let rest: Vec<&str> = rest.map(Hazard::word).collect();
        let _ = writeln!(text, "\nStopped before it was done; not tried: {}", rest.join(", "));
        return text;
    }
    let _ = writeln!(text, "\n{}", in_a_sentence(advised));
    let _ = writeln!(text, "{}", counted(advised.runs, "run"));
    text
}

/// Which lock it is, and in which calm run it was tried.
fn head(advice: &Advice, advised: &Advised) -> String {
    let mut text = format!("{}\n", which_lock(advice));
    let calm = &advised.calm;
    let _ = writeln!(
        text,
        "  held for at most {}, round trips of at most {}, {}",
        calm.hold,
        calm.round_trip,
        if advice.obeys_deadline {
            "a deadline is looked at where there is one"
        } else {
            "no deadline is looked at"
        }
    );
    for assumed in calm.assumed.iter().chain(&read(advice)) {
        let _ = writeln!(text, "  {assumed}");
    }
    text
}

/// What the lock is for, and which one it is.
pub(crate) fn which_lock(advice: &Advice) -> String {
    let lock = advice.variant.descriptor.name;
    let like = advice.variant.preset.as_ref().map_or_else(
        || format!("`{lock}`"),
        |chosen| format!("settings like those of {}, on our `{lock}`", chosen.preset.name),
    );
    let title = advice.title.as_deref().map_or_else(String::new, |title| format!("{title} · "));
    format!("{title}{like}")
}

/// What was read out of logs, and what was not.
fn read(advice: &Advice) -> Vec<String> {
    let environment = &advice.environment;
    let samples = [&environment.pause, &environment.unreachable, &environment.round_trip];
    let of = |sample: &Sample| {
        let source = sample.from.as_ref()?;
        let pauses = counted(sample.count.unwrap_or(0), "pause");
        let mut text = format!("{}: {pauses}, the longest {}", source.file, words::long(sample.max));
        if source.not_understood > 0 {
            let lines = counted(source.not_understood as u64, "line");
            let _ = write!(text, "; {lines} of {} not understood", source.understood + source.not_understood);
        }
        if let Some((number, line)) = source.examples.first() {
            let _ = write!(text, ", such as line {number}: {line}");
        }
        Some(text)
    };
    samples.into_iter().flatten().filter_map(of).collect()
}

/// What stands under a row: where its figure comes from, what breaks, and what would help.
fn notes(row: &Row) -> Vec<String> {
    let mut notes: Vec<String> = Vec::new();
    if let Some(stand) = &row.formula {
        notes.push(format!("formula: {}{}", stand.arithmetic, outcome(row, stand.limit)));
    }
    notes.push(searched(row));
    if let Some((property, _)) = &row.witness {
        notes.push(format!("then {property} breaks: {}", word::in_plain_words(property)));
    }
    if let Some(remedy) = &row.remedy {
        notes.push(remedied(row.axis, remedy));
    }
    notes
}

fn outcome(row: &Row, limit: Limit) -> String {
    match limit {
        Limit::Nothing | Limit::Everything => String::new(),
        Limit::UpTo(limit) => format!(" = {}", words::value(row.axis, amount(limit))),
    }
}

fn searched(row: &Row) -> String {
    let places = counted(row.placements as u64, "place");
    let found = match row.measured {
        Measured::NotTried => return "search: this lock has nothing that the hazard is about".to_owned(),
        Measured::Everything { tried } => format!("no harm up to {}", words::value(row.axis, tried)),
        Measured::Nothing => "harm at the smallest amount".to_owned(),
        Measured::UpTo { safe, breaks } => {
            format!(
                "safe up to {}, harm from {} on",
                words::value(row.axis, safe),
                words::value(row.axis, breaks)
            )
        }
        Measured::Within(longest) => format!("the longest was {}", Span(longest).in_seconds()),
        Measured::Never => "nobody else ever got the lock".to_owned(),
    };
    let agree = match row.agreement {
        Agreement::NoFormula => "",
        Agreement::Agree => ": agrees",
        Agreement::NotShown => {
            ": the formula promises nothing; one fault alone did no harm here, so it takes two"
        }
        Agreement::TooStrong => ": DISAGREES, the formula promises more than was found: a mistake of ours",
        Agreement::TooWeak => ": DISAGREES, the formula promises less than was found: a mistake of ours",
    };
    format!("search, {places}: {found}{agree}")
}

fn remedied(axis: Option<Axis>, remedy: &Remedy) -> String {
    let stands = remedy.stands.map_or_else(|| "any amount".to_owned(), |stands| words::value(axis, stands));
    let confirmed =
        if remedy.confirmed { "the search confirms it" } else { "the search does NOT confirm it" };
    format!("{} = \"{}\" (now {}) would stand {stands}; {confirmed}", remedy.option, remedy.then, remedy.now)
}

/// The advice as JSON: one object.
pub fn value(advice: &Advice, advised: &Advised) -> Value {
    let rows = advised.rows.iter().map(|row| {
        json!({
            "hazard": row.hazard,
            "axis": row.axis.map(Axis::word),
            "formula": row.formula,
            "stands": stands(row),
            "safe": match row.measured {
                Measured::UpTo { safe, .. } | Measured::Everything { tried: safe } => Some(safe),
                Measured::Nothing => Some(0),
                _ => None,
            },
            "free-again": match row.measured {
                Measured::Within(longest) => Some(longest),
                _ => None,
            },
            "yours": row.yours,
            "room": room(row),
            "agrees": !matches!(row.agreement, Agreement::TooStrong | Agreement::TooWeak),
            "breaks": row.witness.as_ref().map(|(property, _)| property),
            "placements": row.placements,
        })
    });
    json!({
        "event": "advice",
        "file": advice.path,
        "lock": advice.variant.descriptor.name,
        "preset": advice.variant.preset.as_ref().map(|chosen| chosen.preset.name),
        "hold": advised.calm.hold,
        "round-trip": advised.calm.round_trip,
        "assumed": advised.calm.assumed,
        "hazards": rows.collect::<Vec<_>>(),
        "worst": advised.worst().map(|row| row.hazard),
        "runs": advised.runs,
        "stopped": advised.stopped,
    })
}
