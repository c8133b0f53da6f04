//! The header, and the line of one scenario and variant.

use super::Detail;
use crate::paint::{BAD, GOOD, HEAD, MUTED, OPEN, paint};
use crate::sentence;
use crate::words::{counted, short, thousands};
use anstyle::Style;
use fencepost_explore::{Opinion, Row, SightOpinion, Started, Status};

/// The room for the word of a status: `UNEXPECTED`.
const STATUS: usize = 10;

/// What is run, on what.
pub(super) fn header(started: &Started) -> String {
    let seeds = match &started.seeds {
        Some(seeds) if seeds.from == 0 => counted(seeds.to, "seed"),
        Some(seeds) => seeds.to_string(),
        None => counted(started.runs, "run"),
    };
    let (scenarios, rows) = (counted(started.scenarios, "scenario"), counted(started.rows, "variant"));
    let ground = started.ground.word();
    let part = started.partition.map(|part| format!("part {part} · ")).unwrap_or_default();
    format!(
        "{} · {scenarios} · {rows} · {seeds} · {part}{ground} ground\n\n",
        paint(HEAD, format!("fencepost {}", started.version))
    )
}

/// The line of a row. Quiet, a row that is as expected has none.
pub(super) fn line(row: &Row, started: &Started, detail: Detail) -> String {
    if detail == Detail::Quiet && matches!(row.status, Status::Ok | Status::Deferred) {
        return String::new();
    }
    let (word, style) = word(row.status);
    let word = paint(style, format!("{word:>STATUS$}"));
    let (scenario, variant) = started.widths;
    let seeds = format!("{:>9}", row.seeds.to_string());
    let names = format!("{:<scenario$}  {:<variant$}", row.scenario, row.variant);
    let mut text = format!("{word}  {names}  {seeds}   {}\n", remarks(row).join("; "));
    if detail == Detail::Verbose {
        let margin = " ".repeat(STATUS + 2);
        for more in [seen(row), fired(row)].into_iter().flatten() {
            text += &format!("{margin}{}\n", paint(MUTED, more));
        }
    }
    text
}

fn word(status: Status) -> (&'static str, Style) {
    match status {
        Status::Ok => ("ok", GOOD),
        Status::Deferred => ("deferred", MUTED),
        Status::Unclear => ("UNCLEAR", OPEN),
        Status::Unexpected => ("UNEXPECTED", BAD),
        Status::Crashed => ("CRASHED", BAD),
    }
}

/// What there is to say about a row, the gravest first.
fn remarks(row: &Row) -> Vec<String> {
    if row.tally.runs + row.tally.crashes == 0 && row.tally.lost.is_none() {
        return vec!["not run".to_owned()];
    }
    let mut remarks = Vec::new();
    if let Some(crash) = &row.tally.first_crash {
        remarks.push(format!("a mistake of fencepost itself at seed {}", crash.seed));
    }
    remarks.extend(row.properties().filter_map(|(property, opinion)| {
        let (name, first) = (short(property.property), property.first.unwrap_or_default());
        match opinion {
            Opinion::BrokeInsideClaims => Some(format!("breaks {name} inside its claims at seed {first}")),
            Opinion::Broke => Some(format!("breaks {name} at seed {first}")),
            Opinion::NeverBroke => Some(format!("never breaks {name}, which the scenario expects")),
            Opinion::CheckerPanicked => property
                .first_panic
                .as_ref()
                .map(|(seed, _)| format!("the checker of {name} panicked at seed {seed}")),
            Opinion::Unclear => property
                .first_unclear
                .as_ref()
                .map(|(seed, why)| format!("{name} unclear at seed {seed}: {}", sentence::why(why))),
            _ => None,
        }
    }));
    remarks.extend(sights(row, SightOpinion::NeverSeen, "no run saw"));
    remarks.extend(expected(row));
    remarks.extend(deferred(row));
    if row.tally.properties.iter().all(|property| property.broken == 0) && row.tally.runs > 0 {
        remarks.push(format!("no violation found ({})", bounds(row)));
    }
    if let Some(part) = row.partition {
        remarks.push(format!("part {part}: {}", counted(row.tally.runs, "run")));
    } else if row.tally.runs < row.seeds.count() && row.tally.crashes == 0 {
        remarks.push(format!("stopped after {}", counted(row.tally.runs, "run")));
    }
    remarks
}

fn expected(row: &Row) -> Option<String> {
    let of = |wanted: Opinion| -> Vec<&str> {
        let those = row.properties().filter(|(_, opinion)| *opinion == wanted);
        those.map(|(property, _)| short(property.property)).collect()
    };
    let (expected, planted) = (of(Opinion::Expected), of(Opinion::Planted));
    match (expected.is_empty(), planted.is_empty()) {
        (true, true) => None,
        (false, _) => Some(format!("breaks {}   expected", expected.join(", "))),
        (true, false) => Some(format!("breaks {}   planted: {}", planted.join(", "), row.defects.join(", "))),
    }
}

fn deferred(row: &Row) -> Option<String> {
    let those = row.properties().filter(|(_, opinion)| *opinion == Opinion::Deferred);
    let mut missing: Vec<String> =
        those.map(|(property, _)| format!("a break of {}", short(property.property))).collect();
    let sights = row.sights.iter().filter(|(_, opinion)| *opinion == SightOpinion::Deferred);
    missing.extend(sights.map(|(sight, _)| sight.clone()));
    let declared = counted(row.declared, "seed");
    (!missing.is_empty())
        .then(|| format!("not seen yet: {} (the scenario declares {declared})", missing.join(", ")))
}

fn sights(row: &Row, wanted: SightOpinion, lead: &str) -> Option<String> {
    let those: Vec<&str> = row
        .sights
        .iter()
        .filter(|(_, opinion)| *opinion == wanted)
        .map(|(sight, _)| sight.as_str())
        .collect();
    (!those.is_empty()).then(|| format!("{lead} {}", those.join(", ")))
}

/// What stands beside every "no violation found": what the runs were put through.
fn bounds(row: &Row) -> String {
    let fired: Vec<String> = row
        .tally
        .faults
        .iter()
        .filter(|fault| fault.fired > 0)
        .map(|fault| format!("{} {}", fault.word, thousands(fault.fired)))
        .collect();
    if fired.is_empty() { "no fault fired".to_owned() } else { format!("fired: {}", fired.join(", ")) }
}

fn seen(row: &Row) -> Option<String> {
    let words: Vec<String> =
        row.tally.seen.iter().map(|(word, runs)| format!("{word} {}", thousands(*runs))).collect();
    (!words.is_empty()).then(|| format!("runs that saw: {}", words.join(", ")))
}

fn fired(row: &Row) -> Option<String> {
    let told = row.tally.faults.iter().map(|fault| {
        let mut parts = vec![format!("{} fired", thousands(fault.fired))];
        if fault.not_fired > 0 {
            parts.push(format!("{} did not", thousands(fault.not_fired)));
        }
        if fault.not_offered > 0 {
            parts.push(format!("{} not offered", thousands(fault.not_offered)));
        }
        format!("{} {}", fault.word, parts.join(", "))
    });
    let told: Vec<String> = told.collect();
    (!told.is_empty()).then(|| format!("faults: {}", told.join("; ")))
}
