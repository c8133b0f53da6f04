//! Stored runs in a line, and what one that was cut off lacks.

use crate::words::{counted, thousands};
use fencepost_explore::store::{Stored, Whole};

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
