//! What a search came to, for the terminal and as JSON.

use crate::sentence;
use crate::words::{counted, roughly, thousands};
use fencepost_explore::StandingKind;
use fencepost_explore::search::{Break, Field, SearchEnd, SearchProgress, Strategy};
use fencepost_model::word;
use serde_json::{Value, json};
use std::fmt::Write;

/// What was searched and how, before it begins.
pub fn begun(field: &Field<'_>, strategy: &dyn Strategy) -> String {
    let mut text = format!("{} · {}\n", name(field), strategy.word());
    for line in strategy.bounds() {
        let _ = writeln!(text, "  {line}");
    }
    if field.scenario.within_claims {
        text += "  inside the claims: what is on the menu is cut off at what they allow\n";
    }
    text
}

/// How far it is, in one line without its end.
pub fn line(progress: &SearchProgress, runs_per_second: u64) -> String {
    let findings = &progress.findings;
    let (new, of) = progress.lately;
    let mut text = format!(
        "{} · {} per second · {} behaviours, {new} new in the last {}",
        counted(findings.runs, "run"),
        thousands(runs_per_second),
        thousands(findings.behaviours.len() as u64),
        thousands(of)
    );
    if let Some((gap, _)) = &findings.nearest {
        let _ = write!(text, " · nearest miss {gap}");
    }
    let _ = match findings.breaks.len() {
        0 => write!(text, " · nothing broken"),
        broken => write!(text, " · {broken} broken"),
    };
    text
}

/// What came of it.
pub fn ended(
    field: &Field<'_>,
    strategy: &dyn Strategy,
    end: SearchEnd,
    progress: &SearchProgress,
) -> String {
    let findings = &progress.findings;
    let how = match (end, strategy.units()) {
        (SearchEnd::Exhausted, _) => "exhausted: every plan within these bounds was run".to_owned(),
        (SearchEnd::RunsSpent, Some(units)) => {
            format!("budget spent: {} of {} units", thousands(progress.unit), thousands(units))
        }
        (SearchEnd::RunsSpent, None) => "budget spent".to_owned(),
        (SearchEnd::Broken, _) => "stopped at what broke first".to_owned(),
        (SearchEnd::Stopped, Some(units)) => {
            format!("budget spent or stopped: {} of {} units", thousands(progress.unit), thousands(units))
        }
        (SearchEnd::Stopped, None) => "budget spent or stopped".to_owned(),
    };
    let mut text = format!("  {how}\n  {}", counted(findings.runs, "run"));
    let _ = write!(text, ", {} simulated", roughly(findings.virtual_time));
    let _ = write!(text, ", {}", counted(findings.behaviours.len() as u64, "behaviour"));
    if findings.merged > 0 {
        let _ = write!(text, ", {} went on as others and were cut there", thousands(findings.merged));
    }
    if findings.outside > 0 {
        let _ = write!(text, ", {} left out: outside the claims", counted(findings.outside, "deviation"));
    }
    text += "\n";
    if let Some((gap, _)) = &findings.nearest {
        let _ = writeln!(text, "  nearest miss: {gap} between two beliefs");
    }
    if let Some(crash) = &findings.first_crash {
        let _ = writeln!(
            text,
            "  a mistake of ours ended {}: {}",
            counted(findings.crashes, "run"),
            crash.message
        );
    }
    if let Some((property, _)) = &findings.unclear {
        let _ = writeln!(text, "  unclear: {property} could not be judged in some run");
    }
    if findings.breaks.is_empty() {
        text += "  nothing broke\n";
    }
    findings.breaks.iter().for_each(|found| text += &broke(field, found));
    text
}

/// One violation, with the first run that shows it.
fn broke(field: &Field<'_>, found: &Break) -> String {
    let expected = if found.is_unexpected(field) { "UNEXPECTED" } else { "expected" };
    let (property, plain) = (found.property, word::in_plain_words(found.property));
    let mut text = format!(
        "  broke {property} ({plain}), {} · {expected} · {} of {}, first in run {}\n",
        excuse(&found.standing),
        thousands(found.runs),
        "them",
        thousands(found.run)
    );
    let said = sentence::violation(property, &found.violation, &found.cast);
    let _ = writeln!(text, "    {} {said}", found.violation.at.in_seconds());
    text
}

/// Where a violation stands, without the quantities.
pub(crate) fn excuse(standing: &StandingKind) -> String {
    match standing {
        StandingKind::Inside => "inside the claims".to_owned(),
        StandingKind::NotClaimed => "not claimed".to_owned(),
        StandingKind::Outside(assumptions) => {
            let words: Vec<&str> = assumptions.iter().map(|assumption| assumption.words().0).collect();
            format!("outside the claims by {}", words.join(" and "))
        }
    }
}

/// The same as one JSON value.
pub fn value(field: &Field<'_>, strategy: &dyn Strategy, end: SearchEnd, progress: &SearchProgress) -> Value {
    let findings = &progress.findings;
    let broke = |found: &Break| {
        json!({
            "property": found.property,
            "standing": found.standing,
            "expected": !found.is_unexpected(field),
            "runs": found.runs,
            "first-run": found.run,
            "violation": found.violation,
            "faults": found.plan.faults,
        })
    };
    let end = match end {
        SearchEnd::Exhausted => "exhausted",
        SearchEnd::RunsSpent => "runs-spent",
        SearchEnd::Broken => "broken",
        SearchEnd::Stopped => "stopped",
    };
    json!({
        "event": "searched",
        "scenario": field.scenario.id,
        "variant": field.variant.name,
        "strategy": strategy.word(),
        "bounds": strategy.bounds(),
        "within-claims": field.scenario.within_claims,
        "end": end,
        "units": progress.unit,
        "of-units": strategy.units(),
        "runs": findings.runs,
        "virtual-time": findings.virtual_time,
        "behaviours": findings.behaviours.len(),
        "merged": findings.merged,
        "left-out": findings.outside,
        "nearest-miss": findings.nearest.as_ref().map(|(gap, _)| gap),
        "crashes": findings.crashes,
        "breaks": findings.breaks.iter().map(broke).collect::<Vec<_>>(),
    })
}

fn name(field: &Field<'_>) -> String {
    format!("{}/{}", field.scenario.id, field.variant.name)
}
