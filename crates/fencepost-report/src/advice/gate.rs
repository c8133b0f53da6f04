//! What the gate says: for the terminal, at the line that did it, and as a table for a pull request.

use super::{stands, words};
use crate::ci::at_line;
use fencepost_explore::advise::{Advised, Change, Measured, Row, Shortfall, Undercut, amount, changes};
use fencepost_model::{Hazard, Span};
use fencepost_scenario::{Advice, Least};
use std::fmt::Write;

/// What the gate says, a line for each thing that was taken; a line that all is well where there is none.
pub fn verdict(advice: &Advice, old: Option<&Advice>, undercuts: &[Undercut]) -> String {
    if undercuts.is_empty() {
        let floors = advice.floor.len();
        let kept = if floors == 0 {
            "no floor is stated".to_owned()
        } else {
            format!("{floors} of {floors} floors kept")
        };
        let weaker = if old.is_some() { ", and nothing that was enough is not any more" } else { "" };
        return format!("Gate   open: {kept}{weaker}\n");
    }
    let mut text = "Gate   CLOSED\n".to_owned();
    for undercut in undercuts {
        let _ = writeln!(text, "  {}:{}  {}", advice.path, undercut.line, sentence(advice, old, undercut));
    }
    text
}

/// An annotation for each thing that was taken, as GitHub's runner reads it. `file` says where the advice file lies,
/// as seen from the root of the repository.
pub fn annotations(
    advice: &Advice,
    old: Option<&Advice>,
    undercuts: &[Undercut],
    file: Option<&str>,
) -> String {
    let of = |undercut: &Undercut| {
        let title = format!("room for {} falls", undercut.hazard);
        at_line("error", file, undercut.line, &title, &sentence(advice, old, undercut))
    };
    undercuts.iter().map(of).collect()
}

/// `lockWatchdogTimeout 30s → 5s: safe pause 20s → 3.3s, floor 5s`.
fn sentence(advice: &Advice, old: Option<&Advice>, undercut: &Undercut) -> String {
    let changed: Vec<String> =
        old.map(|old| changes(advice, old)).unwrap_or_default().iter().map(change).collect();
    let what = if changed.is_empty() { String::new() } else { format!("{}: ", changed.join(", ")) };
    let now = match undercut.now {
        Measured::Everything { .. } => "not promised".to_owned(),
        now => measured(undercut.hazard, now),
    };
    let moved = match undercut.before {
        Some(before) if before != undercut.now => format!("{} → {now}", measured(undercut.hazard, before)),
        _ => now,
    };
    let why = match undercut.why {
        Shortfall::BelowFloor(Least::Hold) => ", floor: it has to hold".to_owned(),
        Shortfall::BelowFloor(Least::UpTo(least)) => {
            format!(", floor {}", words::of_hazard(undercut.hazard, amount(least)))
        }
        Shortfall::NotEnoughAnyMore => ", which is not enough any more".to_owned(),
    };
    format!("{what}{} {moved}{why}", noun(undercut.hazard))
}

fn noun(hazard: Hazard) -> String {
    match hazard {
        Hazard::Death => "free again after a death".to_owned(),
        hazard => format!("safe {hazard}"),
    }
}

fn change(change: &Change) -> String {
    let told = |value: &Option<fencepost_model::SettingValue>| {
        value.as_ref().map_or_else(|| "none".to_owned(), ToString::to_string)
    };
    format!("{} {} → {}", change.option, told(&change.before), told(&change.now))
}

fn measured(hazard: Hazard, measured: Measured) -> String {
    match measured {
        Measured::NotTried => "not offered".to_owned(),
        Measured::Everything { .. } => "any".to_owned(),
        Measured::Nothing => "none".to_owned(),
        Measured::UpTo { safe, .. } => words::of_hazard(hazard, safe),
        Measured::Within(longest) => words::of_hazard(hazard, Span(longest).0),
        Measured::Never => "never".to_owned(),
    }
}

/// A table for a pull request, in Markdown.
pub fn markdown(
    (advice, advised): (&Advice, &Advised),
    old: Option<(&Advice, &Advised)>,
    undercuts: &[Undercut],
) -> String {
    let verdict = if undercuts.is_empty() { "open" } else { "**closed**" };
    let title = advice.title.as_deref().unwrap_or(&advice.variant.name);
    let mut text = format!("### {}: the gate is {verdict}\n\n", cell(title));
    text += match old {
        Some(_) => "| hazard | stood | stands | yours | room | floor |\n|---|---|---|---|---|---|\n",
        None => "| hazard | stands | yours | room | floor |\n|---|---|---|---|---|\n",
    };
    for row in &advised.rows {
        let is_red = undercuts.iter().any(|undercut| undercut.hazard == row.hazard);
        let name = if is_red { format!("**{}**", row.hazard) } else { row.hazard.to_string() };
        let before = old.and_then(|(_, old)| old.rows.iter().find(|before| before.hazard == row.hazard));
        let before = before.map(|before| format!(" {} |", stands(before))).unwrap_or_default();
        let yours = row.yours.map_or_else(|| "-".to_owned(), |yours| words::of_hazard(row.hazard, yours));
        let _ = writeln!(
            text,
            "| {name} |{before} {} | {yours} | {} | {} |",
            stands(row),
            super::room(row),
            floor(advice, row)
        );
    }
    for undercut in undercuts {
        let _ = writeln!(text, "\n{}", cell(&sentence(advice, old.map(|(advice, _)| advice), undercut)));
    }
    text + "\nThis guards settings, not the code of the library that reads them.\n"
}

fn floor(advice: &Advice, row: &Row) -> String {
    let floor = advice.floor.iter().find(|floor| floor.hazard == row.hazard);
    floor.map_or_else(
        || "-".to_owned(),
        |floor| match floor.least {
            Least::Hold => "hold".to_owned(),
            Least::UpTo(least) => words::of_hazard(row.hazard, amount(least)),
        },
    )
}

/// Text that ends no cell and opens no markup.
fn cell(text: &str) -> String {
    let mut safe = String::new();
    for letter in text.chars() {
        if matches!(letter, '|' | '<' | '>' | '*' | '_' | '`' | '[' | ']' | '\\') {
            safe.push('\\');
        }
        safe.push(if letter.is_control() { ' ' } else { letter });
    }
    safe
}
