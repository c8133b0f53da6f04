//! JSON Lines: one event per line; the first line carries the format number.

use crate::sentence;
use fencepost_explore::{Replayed, Row, RunEvent};
use serde_json::{Value, json};

/// The line of an event, with its line break; none for progress, which depends on the machine.
pub fn line(event: &RunEvent) -> Option<String> {
    let value = match event {
        RunEvent::Progress { .. } => return None,
        RunEvent::Row(row) => told(row, serde_json::to_value(event).ok()?),
        _ => serde_json::to_value(event).ok()?,
    };
    Some(format!("{value}\n"))
}

/// A row with sentences beside its evidence: the numbers in it are of no use without the cast.
fn told(row: &Row, mut value: Value) -> Value {
    for (place, property) in row.tally.properties.iter().enumerate() {
        for (number, standing) in property.standings.iter().enumerate() {
            let example = &mut value["tally"]["properties"][place]["standings"][number]["example"];
            let sentence =
                sentence::violation(property.property, &standing.example.violation, &standing.example.cast);
            example["case"] = json!(row.case(standing.example.seed).to_string());
            example["sentence"] = json!(sentence);
        }
    }
    value
}

/// The version of the stored form of a replay.
pub const REPLAY_FORMAT: u32 = 1;

/// A replay as JSON Lines: a head with the format number, the plan and the cast, the events, the verdicts.
pub fn replay(replayed: &Replayed) -> String {
    let result = &replayed.result;
    let head = json!({
        "format": REPLAY_FORMAT,
        "case": replayed.plan.case.to_string(),
        "digest": format!("{:016x}", result.digest),
        "repeated": replayed.repeated(),
        "status": replayed.status,
        "plan": replayed.plan,
        "cast": *result.cast,
    });
    let mut text = format!("{head}\n");
    for event in &result.history {
        text += &format!("{}\n", json!(event));
    }
    let end = json!({ "verdicts": result.judgement, "fates": result.fates, "end": result.end });
    text + &format!("{end}\n")
}
