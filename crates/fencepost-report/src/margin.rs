//! Margins and rates, for the terminal and as JSON.

use crate::sentence;
use fencepost_explore::exact_interval;
use fencepost_explore::margin::{Axis, Edge, Formula, Margin, MarginProgress, Rate, Shape};
use serde_json::{Value, json};
use std::fmt::Write;

/// A margin: what is safe, what breaks, and what the claims say.
pub fn told(name: &str, margin: &Margin) -> String {
    let (axis, options) = (margin.axis, &margin.options);
    let about = Axis::ALL.iter().find(|(known, ..)| *known == axis).map_or("", |(_, _, about)| about);
    let mut text = format!("{name} · {axis}: {about}\n");
    let _ = writeln!(
        text,
        "  from {} to {} in {} steps, then to within {}; {} placements, {} runs{}",
        axis.told(options.from),
        axis.told(options.to),
        options.steps,
        axis.told(options.resolution),
        margin.placements,
        margin.runs,
        if margin.stopped { "; stopped early" } else { "" }
    );
    if let Some((against, size)) = options.against {
        let _ = writeln!(text, "  against {against} of {}", against.told(size));
    }
    for edge in &margin.edges {
        let _ = writeln!(text, "  {:<17} {}", edge.property, shape(axis, &edge.shape));
        let _ = writeln!(text, "  {:<17} claims: {}", "", formula(axis, edge, options.resolution));
        if let Some(witness) = &edge.witness {
            let said = sentence::violation(edge.property, &witness.violation, &witness.cast);
            let _ = writeln!(text, "  {:<17} {} {said}", "", witness.violation.at.in_seconds());
        }
    }
    text
}

/// How far a measurement is, in one line without its end.
pub fn line(axis: Axis, progress: &MarginProgress) -> String {
    let value = axis.told(progress.value);
    let MarginProgress { measured, of_grid, runs, .. } = progress;
    match measured.saturating_sub(*of_grid) {
        0 => format!("{value} · {measured} of {of_grid} values · {runs} runs"),
        between => format!("{value} · {between} between the values of the grid · {runs} runs"),
    }
}

fn shape(axis: Axis, shape: &Shape) -> String {
    match shape {
        Shape::Untried => "not tried: this lock has nothing that the axis is about".to_owned(),
        Shape::Safe => "safe at every value of the grid".to_owned(),
        Shape::Broken => "breaks at every value of the grid".to_owned(),
        Shape::Below { safe, breaks } => {
            format!("safe up to {}, breaks from {} on", axis.told(*safe), axis.told(*breaks))
        }
        Shape::Above { breaks, safe } => {
            format!("breaks up to {}, safe from {} on", axis.told(*breaks), axis.told(*safe))
        }
        Shape::NotMonotone(changes) => {
            let changes: Vec<String> = changes
                .iter()
                .map(|(low, high)| format!("{} and {}", axis.told(*low), axis.told(*high)))
                .collect();
            format!("not monotone: the verdict changes between {}", changes.join(", then between "))
        }
    }
}

/// The formula, and how the measurement lies to it.
fn formula(axis: Axis, edge: &Edge, resolution: u64) -> String {
    if edge.shape == Shape::Untried {
        return "not held against anything".to_owned();
    }
    let limit = match edge.formula {
        Formula::NotClaimed => return "none of this property".to_owned(),
        Formula::Silent => return "they depend on this setting".to_owned(),
        Formula::Any => {
            return match edge.shape {
                Shape::Safe => "any amount; so measured".to_owned(),
                _ => "any amount of it: TOO STRONG, unless the break is excused by something else".to_owned(),
            };
        }
        Formula::UpTo(limit) => limit,
    };
    let said = format!("up to {}", axis.told(limit));
    match edge.shape {
        Shape::Below { breaks, .. } if breaks <= limit => {
            format!("{said}: TOO STRONG, it breaks inside of it")
        }
        Shape::Below { breaks, .. } if breaks - limit <= resolution => {
            format!("{said}: agrees within the resolution")
        }
        Shape::Below { breaks, .. } => format!("{said}: kept, with {} to spare", axis.told(breaks - limit)),
        Shape::Safe => format!("{said}: kept, and nothing that was tried reaches it"),
        _ => said,
    }
}

/// Rates over a seeded family.
pub fn rates(name: &str, axis: Axis, rates: &[Rate], properties: &[&'static str]) -> String {
    let mut text =
        format!("{name} · {axis}, runs of the scenario's own seeds: of stress runs, not a probability\n");
    for rate in rates {
        if rate.runs == 0 {
            let value = axis.told(rate.value);
            let _ = writeln!(text, "  {value:>12}  not tried: no seed of this scenario draws such a fault");
            continue;
        }
        for property in properties {
            let broken = rate.broken.get(property).copied().unwrap_or(0);
            let _ = writeln!(
                text,
                "  {:>12}  {property:<17} {broken} of {}: {}",
                axis.told(rate.value),
                rate.runs,
                interval(broken, rate.runs)
            );
        }
    }
    text
}

fn interval(broken: u64, runs: u64) -> String {
    let interval = exact_interval(broken, runs);
    let percent = |rate: f64| format!("{:.3} %", 100.0 * rate);
    match broken {
        0 => format!("below {} at 95 %", percent(interval.high)),
        _ if broken == runs => format!("above {} at 95 %", percent(interval.low)),
        _ => format!("{} to {} at 95 %", percent(interval.low), percent(interval.high)),
    }
}

/// A margin as JSON.
pub fn value(name: &str, margin: &Margin) -> Value {
    let edge = |edge: &Edge| {
        let (kind, values) = match &edge.shape {
            Shape::Untried => ("untried", json!(null)),
            Shape::Safe => ("safe", json!(null)),
            Shape::Broken => ("broken", json!(null)),
            Shape::Below { safe, breaks } => ("below", json!({ "safe": safe, "breaks": breaks })),
            Shape::Above { breaks, safe } => ("above", json!({ "safe": safe, "breaks": breaks })),
            Shape::NotMonotone(changes) => ("not-monotone", json!(changes)),
        };
        let formula = match edge.formula {
            Formula::NotClaimed => json!("not-claimed"),
            Formula::Any => json!("any"),
            Formula::Silent => json!("silent"),
            Formula::UpTo(limit) => json!(limit),
        };
        json!({
            "property": edge.property,
            "shape": kind,
            "values": values,
            "claims": formula,
            "violation": edge.witness.as_ref().map(|witness| &witness.violation),
            "faults": edge.witness.as_ref().map(|witness| &witness.plan.faults),
        })
    };
    json!({
        "event": "margin",
        "case": name,
        "axis": margin.axis.word(),
        "from": margin.options.from,
        "to": margin.options.to,
        "resolution": margin.options.resolution,
        "placements": margin.placements,
        "runs": margin.runs,
        "stopped": margin.stopped,
        "grid": margin.grid,
        "edges": margin.edges.iter().map(edge).collect::<Vec<_>>(),
    })
}
