//! What a violation needs, and what a lock's claims rest on, for the terminal.

use crate::search::excuse;
use crate::words::{counted, thousands};
use fencepost_explore::necessary::{Matrix, Necessary, Need, Needed};
use fencepost_model::word;
use fencepost_scenario::written;
use serde_json::{Value, json};
use std::fmt::Write;

/// Which faults a violation needs.
pub fn told(case: &str, necessary: &Necessary) -> String {
    let property = necessary.kept.property;
    let plain = word::in_plain_words(property);
    let mut text = format!("{case} · {property} ({plain}), {}\n", excuse(&necessary.kept.standing));
    let line = |need: &Need| {
        let what = written(&need.fault).trim().replace('\n', "  ");
        let how = match &need.need {
            Needed::Idle => "did not fire".to_owned(),
            Needed::No => "not needed: without it, it breaks all the same".to_owned(),
            Needed::Yes(None) => "NEEDED".to_owned(),
            Needed::Yes(Some((least, size))) => format!("NEEDED, at least {least} of its {size}"),
        };
        format!("  {:<4} {what}\n       {how}\n", need.fault.name)
    };
    necessary.faults.iter().for_each(|need| text += &line(need));
    if necessary.enough.is_empty() {
        text += "It breaks without any fault.\n";
    } else {
        text += "Enough together, and none of them can go:\n";
        necessary.enough.iter().for_each(|need| text += &line(need));
    }
    let _ = writeln!(text, "{}", counted(necessary.runs, "run"));
    text
}

/// The matrix of one lock, beside what it claims.
pub fn matrix(name: &str, matrix: &Matrix) -> String {
    let runs = counted(matrix.findings.runs, "run");
    let mut text = format!("{name} · {runs}{}\n", if matrix.stopped { ", stopped early" } else { "" });
    let _ = writeln!(
        text,
        "  {:<17} {:<38} {:>8} {:>10} {:>10}",
        "property", "assumption", "claimed", "alone", "together"
    );
    for cell in &matrix.cells {
        let note = match (cell.claimed, cell.alone + cell.together) {
            (true, 0) => "  not shown to be needed",
            (false, 1..) => "  blamed, and not claimed",
            _ => "",
        };
        let _ = writeln!(
            text,
            "  {:<17} {:<38} {:>8} {:>10} {:>10}{note}",
            cell.property,
            cell.assumption.words().0,
            if cell.claimed { "yes" } else { "no" },
            thousands(cell.alone),
            thousands(cell.together)
        );
    }
    for property in &matrix.too_strong {
        let _ =
            writeln!(text, "  FINDING: {property} broke with every assumption kept: the claim is too strong");
    }
    for property in &matrix.not_claimed {
        let _ = writeln!(text, "  {property} broke, and is not claimed");
    }
    text
}

/// The matrix as JSON.
pub fn value(name: &str, matrix: &Matrix) -> Value {
    let cells = matrix.cells.iter().map(|cell| {
        json!({
            "property": cell.property,
            "assumption": cell.assumption,
            "claimed": cell.claimed,
            "alone": cell.alone,
            "together": cell.together,
        })
    });
    json!({
        "event": "necessary",
        "case": name,
        "runs": matrix.findings.runs,
        "stopped": matrix.stopped,
        "cells": cells.collect::<Vec<_>>(),
        "too-strong": matrix.too_strong,
        "not-claimed": matrix.not_claimed,
    })
}
