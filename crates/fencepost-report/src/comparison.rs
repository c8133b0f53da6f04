//! Two sweeps side by side, as text.

use crate::paint::{BAD, GOOD, HEAD, MUTED, TYPED, paint};
use crate::words::{counted, thousands};
use fencepost_explore::store::{Change, ChangeKind, Comparison, Step, is_safety};

/// The most cases that are proposed.
const PROPOSED: usize = 3;

/// What changed since `baseline`, in lines.
pub fn comparison(comparison: &Comparison, baseline: &str) -> String {
    let mut text = format!("\n{}\n", paint(HEAD, format!("Against {baseline}")));
    for change in &comparison.changes {
        text += &line(change);
    }
    let names = |rows: &[String]| rows.join(", ");
    let told = [
        (&comparison.gone, "not in this run"),
        (&comparison.new, "not in that run"),
        (&comparison.edited, "edited since"),
    ];
    for (rows, word) in told.iter().filter(|(rows, _)| !rows.is_empty()) {
        text += &paint(MUTED, format!("  {word}: {}\n", names(rows)));
    }
    let worse = comparison.worse().count() as u64;
    if comparison.changes.is_empty() {
        text += "  nothing got better or worse\n";
    } else if worse == 0 {
        text += "  no safety property got worse\n";
    } else {
        let noun = if worse == 1 { "safety property" } else { "safety properties" };
        text += &format!("  {}\n", paint(BAD, format!("{} {noun} got worse", thousands(worse))));
    }
    let cases: Vec<&String> = comparison.worse().filter_map(|change| change.case.as_ref()).collect();
    for (place, case) in cases.into_iter().take(PROPOSED).enumerate() {
        let head = if place == 0 { paint(HEAD, "Next") } else { "    ".to_owned() };
        text += &format!("{head}     {}\n", paint(TYPED, format!("fencepost replay {case}")));
    }
    text
}

/// A change in a sentence: `held before, breaks now inside the claims`.
pub fn change_in_words(change: &Change) -> String {
    let [(was, of), (is, of_now)] = change.counts;
    let counts = format!(
        "{} of {} before, {} of {} now",
        thousands(was),
        counted(of, "run"),
        thousands(is),
        thousands(of_now)
    );
    match change.kind {
        ChangeKind::Worse(before, now) | ChangeKind::Better(before, now) => {
            format!("{}, {} ({counts})", step(before, "before"), step(now, "now"))
        }
        ChangeKind::Uncovered(before, now) => {
            let seeds = "by a seed that was not run before";
            format!("{}, {} {seeds} ({counts})", step(before, "before"), step(now, "now"))
        }
        ChangeKind::Moved => counts,
    }
}

fn line(change: &Change) -> String {
    let (word, style) = match change.kind {
        ChangeKind::Worse(..) if is_safety(&change.property) => ("WORSE", BAD),
        ChangeKind::Worse(..) => ("worse", BAD),
        ChangeKind::Better(..) => ("better", GOOD),
        ChangeKind::Uncovered(..) => ("new", MUTED),
        ChangeKind::Moved => ("moved", MUTED),
    };
    let Change { scenario, variant, property, .. } = change;
    let word = paint(style, format!("{word:>10}"));
    format!("{word}  {scenario}/{variant}  {property}: {}\n", change_in_words(change))
}

fn step(step: Step, when: &str) -> String {
    match step {
        Step::Held => format!("held {when}"),
        Step::Outside => format!("broke {when} outside the claims"),
        Step::Inside => format!("broke {when} inside the claims"),
    }
}
