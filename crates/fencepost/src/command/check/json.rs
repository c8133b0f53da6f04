//! What programs see of a judged history: one JSON object.

use super::{Checked, story};
use fencepost_check::history::{Lease, Row, Witness};
use serde_json::{Value, json};

/// The object on one line.
pub(super) fn line(checked: &Checked) -> String {
    let Checked { file, format, report, owners, keys, rules, .. } = checked;
    let rows: Vec<Value> = report.rows.iter().map(|row| property(checked, row)).collect();
    let lease = match rules.lease {
        Lease::Unknown => json!("unknown"),
        Lease::Never => json!("none"),
        Lease::Of(span) => json!(span),
    };
    let object = json!({
        "format": 1,
        "file": file,
        "read-as": format.word(),
        "reading": format.reading(),
        "model": rules.model.to_string(),
        "model-guessed": checked.guessed,
        "lease": lease,
        "clock-error": rules.clock_error,
        "searched": checked.searched,
        "owners": owners.len(),
        "objects": keys.len(),
        "events": report.events,
        "ended": report.ended,
        "refused": report.refused,
        "unknown": report.unknown,
        "properties": rows,
        "not-shown": checked.not_shown(),
        "exit": checked.exit(),
    });
    format!("{object}\n")
}

fn property(checked: &Checked, row: &Row) -> Value {
    let example = row.opinion.example();
    let events: Vec<Value> =
        example.iter().flat_map(|example| &example.events).map(|event| witness(checked, event)).collect();
    json!({
        "property": row.property,
        "verdict": story::word(&row.opinion).to_lowercase(),
        "why": story::why(checked, row),
        "object": example.map(|example| checked.keys.name(example.key.0)),
        "events": events,
    })
}

fn witness(checked: &Checked, event: &Witness) -> Value {
    json!({
        "line": event.stamp.line,
        "event": event.stamp.n,
        "t": event.stamp.at,
        "who": checked.owners.name(event.who.0),
        "what": story::event(event),
        "token": event.token,
    })
}
