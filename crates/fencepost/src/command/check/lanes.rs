//! A counter-example as lanes: columns of who, rows of lines, with the marks of `replay`.

use super::{Checked, story};
use fencepost_check::history::{Action, CounterExample, Phase, WhoId, Witness};

const FIRST: usize = 24;
const WIDTH: usize = 24;

/// The lanes, each line ending in a line break.
pub(super) fn lanes(checked: &Checked, example: &CounterExample) -> String {
    let mut owners: Vec<WhoId> = Vec::new();
    for event in &example.events {
        if !owners.contains(&event.who) {
            owners.push(event.who);
        }
    }
    let mut text = row("", &owners.iter().map(|who| clipped(checked.owners.name(who.0))).collect::<Vec<_>>());
    let mut holds = vec![false; owners.len()];
    for event in &example.events {
        let cells: Vec<String> = owners
            .iter()
            .zip(&mut holds)
            .map(|(who, holds)| {
                if *who != event.who {
                    return if *holds { "│".to_owned() } else { String::new() };
                }
                let glyph = glyph(event, holds);
                clipped(&format!("{glyph} {}", story::event(event)))
            })
            .collect();
        let at = event.stamp.at.map(|at| format!("  t {at}")).unwrap_or_default();
        text += &row(&clipped(&format!("line {}{at}", event.stamp.line)), &cells);
    }
    text
}

/// What stands on the lane of whoever acts.
fn glyph(event: &Witness, holds: &mut bool) -> char {
    match (event.action, event.phase) {
        (Action::Acquire | Action::AcquireShared, Phase::Ok) => {
            *holds = true;
            '┐'
        }
        (Action::Release, Phase::Invoke) | (Action::Lost, _) if *holds => {
            *holds = false;
            '┘'
        }
        (Action::GuardedRead | Action::GuardedWrite, _) => '├',
        _ if *holds => '│',
        _ => '·',
    }
}

fn row(head: &str, cells: &[String]) -> String {
    let mut line = format!("  {head:<FIRST$}");
    for cell in cells {
        line += &format!("{cell:<WIDTH$}");
    }
    format!("{}\n", line.trim_end())
}

fn clipped(text: &str) -> String {
    if text.chars().count() < WIDTH {
        return text.to_owned();
    }
    text.chars().take(WIDTH - 2).chain(['…']).collect()
}
