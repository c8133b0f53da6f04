//! What shrinking came to: what was kept, how much smaller the run is, and the file's head.

use crate::sentence;
use crate::words::{counted, thousands};
use fencepost_explore::{Kept, Shrunk, StandingKind};
use fencepost_model::word;
use std::fmt::Write;

/// The width of comments in a scenario file.
const WIDTH: usize = 110;

/// How much smaller the run became, for the terminal.
pub fn told(shrunk: &Shrunk) -> String {
    let (before, after) = (shrunk.before, shrunk.after);
    let plain = word::in_plain_words(shrunk.kept.property);
    let mut text = format!("keeping: {} ({plain}), {}\n\n", shrunk.kept.property, excuse(&shrunk.kept));
    let mut row = |what: &str, before: String, after: String| {
        let _ = writeln!(text, "{what:<12} {before:>8} {after:>8}");
    };
    row("", "before".to_owned(), "after".to_owned());
    let counts = [
        ("clients", before.clients as u64, after.clients as u64),
        ("servers", before.servers as u64, after.servers as u64),
        ("operations", before.operations as u64, after.operations as u64),
        ("faults", before.faults as u64, after.faults as u64),
        ("events", before.events, after.events),
    ];
    counts.iter().for_each(|(what, before, after)| row(what, thousands(*before), thousands(*after)));
    row("length", before.length.to_string(), after.length.to_string());
    let (kept, tried) = (thousands(shrunk.successes), counted(shrunk.attempts, "attempt"));
    let _ = write!(text, "\n{kept} of {tried} kept the violation; ");
    text += &if shrunk.stopped {
        "stopped before nothing could be taken away any more\n".to_owned()
    } else {
        format!(
            "at the end {} of a fault, client or owner all lost it\n",
            counted(shrunk.vain_removals, "removal")
        )
    };
    text
}

/// The scenario file: a head that says what happens, and the run.
pub fn file(shrunk: &Shrunk) -> String {
    let kept = &shrunk.kept;
    let plain = word::in_plain_words(kept.property);
    let violation = sentence::violation(kept.property, &shrunk.violation, &shrunk.cast);
    let at = shrunk.violation.at.in_seconds();
    let lead = format!("Shrunk from {}: {} ({plain}), {}.", shrunk.case, kept.property, excuse(kept));
    let story = format!("At {at} {violation}; {}.", sentence::standing(&shrunk.violation.standing));
    format!("{}{}\n{}", comment(&lead), comment(&story), shrunk.text)
}

/// By what the violation is excused.
fn excuse(kept: &Kept) -> String {
    match &kept.standing {
        StandingKind::Inside => "inside the claims".to_owned(),
        StandingKind::NotClaimed => "not claimed".to_owned(),
        StandingKind::Outside(assumptions) => {
            let words: Vec<&str> = assumptions.iter().map(|assumption| assumption.words().0).collect();
            format!("outside the claims by {}", words.join(" and "))
        }
    }
}

/// Text as comment lines of a file.
fn comment(text: &str) -> String {
    let mut lines = vec!["#".to_owned()];
    for part in text.split_whitespace() {
        let last = lines.last_mut().expect("there is always a line");
        if last.len() + 1 + part.len() > WIDTH {
            lines.push(format!("# {part}"));
        } else {
            *last += " ";
            *last += part;
        }
    }
    lines.join("\n") + "\n"
}
