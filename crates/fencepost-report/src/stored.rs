//! Stored runs in a line, and what one that was cut off lacks.

use crate::ci::findings;
use crate::paint::{BAD, HEAD, MUTED, OPEN, TYPED, paint};
use crate::words::{counted, roughly, thousands};
use fencepost_explore::store::{Stored, StoredRow, Whole};
use fencepost_explore::{NotRepeated, Status, Summary};

/// The most rows of which it is said one by one what they lack.
const TOLD: usize = 5;

/// What a stored run is, in a line.
pub fn in_short(stored: &Stored, whole: &Whole) -> String {
    let head = &stored.head;
    let part = head.partition.map(|part| format!("part {part} · ")).unwrap_or_default();
    let (rows, runs) = (counted(head.rows.len() as u64, "row"), counted(whole.runs, "run"));
    let ended = match &head.finished {
        None => format!("not finished, {} missing", counted(lacking(whole), "run")),
        Some(finished) if finished.stopped => format!("stopped, {} missing", counted(lacking(whole), "run")),
        Some(finished) => finished.exit.meaning().to_owned(),
    };
    format!("{part}{rows} · {runs} · {ended}")
}

/// What a stored run lacks of what was asked for, in lines; empty where it is whole.
pub fn missing(stored: &Stored, whole: &Whole) -> String {
    let mut text = String::new();
    if stored.head.finished.is_none() {
        text += "this run was not finished: what follows is what it left\n";
    }
    if whole.torn {
        text += "  its last line was cut off, and does not count\n";
    }
    for row in whole.missing.iter().take(TOLD) {
        let (lacks, of) = (thousands(row.seeds), counted(row.of, "run"));
        let (scenario, variant) = (&row.scenario, &row.variant);
        text += &format!("  {scenario}/{variant} lacks {lacks} of {of}, from seed {} on\n", row.first);
    }
    if let Some(more) = whole.missing.len().checked_sub(TOLD).filter(|more| *more > 0) {
        text += &format!("  and {} lack runs\n", counted(more as u64, "other row"));
    }
    if stored.head.finished.is_none() {
        text += "  first violations are kept once all runs are done: their cases may be missing\n";
    }
    text
}

fn lacking(whole: &Whole) -> u64 {
    whole.missing.iter().map(|row| row.seeds).sum()
}

/// What came of merged parts: everything that is not as expected, and the sum.
pub fn merged(rows: &[StoredRow], not_repeated: &[NotRepeated], summary: &Summary, parts: u64) -> String {
    let (parts, rows_told) = (counted(parts, "part"), counted(rows.len() as u64, "row"));
    let mut text = format!("{} · {rows_told}\n", paint(HEAD, format!("{parts} merged")));
    for finding in findings(rows, not_repeated) {
        let (word, style) = match finding.status {
            Status::Unclear => ("UNCLEAR", OPEN),
            Status::Crashed => ("CRASHED", BAD),
            _ => ("UNEXPECTED", BAD),
        };
        let (scenario, variant) = (&finding.scenario, &finding.variant);
        text += &format!("\n{} {scenario}/{variant}: {}\n", paint(style, word), finding.title);
        finding.text.lines().for_each(|line| text += &format!("  {line}\n"));
        text += &format!("  {}\n", paint(TYPED, &finding.next));
    }
    let (runs, time) = (counted(summary.runs, "run"), roughly(summary.virtual_time));
    let counts = [
        (summary.as_expected, "as expected"),
        (summary.unexpected, "unexpected"),
        (summary.unclear, "unclear"),
        (summary.deferred, "deferred"),
        (summary.crashed, "crashed"),
        (summary.not_repeated, "not repeated"),
    ];
    let told = counts.iter().enumerate().filter(|(place, (count, _))| *place == 0 || *count > 0);
    let told: Vec<String> = told.map(|(_, (count, word))| format!("{} {word}", thousands(*count))).collect();
    let repeated = format!("{} repeated", thousands(summary.repeated));
    let stopped = if summary.stopped { paint(MUTED, " · stopped early") } else { String::new() };
    let head = paint(HEAD, "Summary");
    text + &format!("\n{head}  {runs} · {time} simulated · {repeated} · {}{stopped}\n", told.join(", "))
}
