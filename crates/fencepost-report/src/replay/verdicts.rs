//! What the properties say of a replayed run.

use crate::paint::{BAD, GOOD, MUTED, OPEN, paint};
use crate::sentence;
use fencepost_explore::Replayed;
use fencepost_model::{PropertyReport, Standing, Verdict, Violation, word};

/// A paragraph for each violation, and a line for each other kind of verdict.
pub(super) fn verdicts(replayed: &Replayed) -> String {
    let reports = &replayed.result.judgement.properties;
    let mut text = String::new();
    for report in reports {
        for violation in report.verdict.violations() {
            text += &violated(replayed, report.property, violation);
        }
    }
    for report in reports {
        if let Verdict::Unclear(why) = &report.verdict {
            text +=
                &format!("{} {}   unclear: {}\n\n", paint(OPEN, "?"), report.property, sentence::why(why));
        }
    }
    let held = those(reports, |verdict| matches!(verdict, Verdict::Holds));
    if !held.is_empty() {
        text += &format!("{} {}   held in this run\n", paint(GOOD, "✓"), held.join(", "));
    }
    let lacking = those(reports, |verdict| matches!(verdict, Verdict::NotOffered));
    if !lacking.is_empty() {
        text += &format!("{} {}   not offered\n", paint(MUTED, "-"), lacking.join(", "));
    }
    text + "\n"
}

fn those(reports: &[PropertyReport], wanted: impl Fn(&Verdict) -> bool) -> Vec<&'static str> {
    reports.iter().filter(|report| wanted(&report.verdict)).map(|report| report.property).collect()
}

fn violated(replayed: &Replayed, property: &str, violation: &Violation) -> String {
    let plain = word::in_plain_words(property);
    let mut text =
        format!("{} {property} ({plain})\n", paint(BAD, format!("✗ {}", violation.at.in_seconds())));
    text += &format!("  {}\n", sentence::violation(property, violation, &replayed.result.cast));
    text += &format!(
        "  {}{}\n\n",
        sentence::standing(&violation.standing),
        expected(replayed, property, violation)
    );
    text
}

/// What the scenario says of it.
fn expected(replayed: &Replayed, property: &str, violation: &Violation) -> &'static str {
    let Some(scenario) = &replayed.scenario else { return "" };
    let variant = &replayed.plan.case.variant;
    let tested = &replayed.plan.variant;
    let planted = !tested.defects.is_empty() || tested.gate.is_flawed();
    match (&violation.standing, planted, scenario.expect.may(variant, property)) {
        (Standing::Inside, false, _) => " · unexpected",
        (_, true, true) => " · planted",
        (_, _, true) => " · expected",
        (_, _, false) => " · unexpected",
    }
}
