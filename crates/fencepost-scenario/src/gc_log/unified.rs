//! The form since JDK 9: decorations in brackets, and a message.
//!
//! `[12.345s][info][gc] GC(7) Pause Young (Normal) (G1 Evacuation Pause) 24M->4M(256M) 5.123ms`. Which decorations
//! there are is chosen with `-Xlog`: time, uptime, level, tags, process and so on, or none (JEP 158).

use super::decimal::{MILLIS, nanos};
use super::stamp::Stamp;
use super::{Line, classic, pause};

const LEVELS: [&str; 5] = ["trace", "debug", "info", "warning", "error"];
/// No decoration is longer.
const LONGEST: usize = 100;

/// What a line of this form says, and when it was written; none where it is of another form.
pub(super) fn line(line: &str) -> Option<(Option<Stamp>, Line)> {
    let (mut rest, mut stamp, mut ours) = (line, None::<Stamp>, false);
    while let Some((decoration, after)) = decoration(rest) {
        let found = Stamp::of(decoration);
        stamp = found.map(|found| found.better(stamp)).or(stamp);
        ours |= found.is_some() || LEVELS.contains(&decoration) || is_tags(decoration);
        rest = after;
    }
    let message = rest.trim();
    let is_bare = message.starts_with("GC(") || message.starts_with("Safepoint \"");
    (ours || is_bare).then(|| (stamp, of_message(message)))
}

/// The first decoration of a line, without its brackets, and what comes after it.
fn decoration(text: &str) -> Option<(&str, &str)> {
    let (inner, after) = text.strip_prefix('[')?.split_once(']')?;
    (inner.len() <= LONGEST && !inner.contains('[')).then(|| (inner.trim(), after))
}

/// Whether a decoration is a list of tags of those that are read here.
fn is_tags(decoration: &str) -> bool {
    decoration.split(',').any(|tag| matches!(tag.trim(), "gc" | "safepoint"))
}

fn of_message(message: &str) -> Line {
    if let Some(stopped) = message.strip_prefix(classic::STOPPED) {
        return classic::stopped(stopped);
    }
    if let Some(safepoint) = message.strip_prefix("Safepoint \"") {
        return pause(total(safepoint), Line::Stop);
    }
    match collection(message) {
        Some(what) if what.starts_with("Pause ") => paused(what),
        // Everything else is of no interest: concurrent phases, heap sizes, other tags.
        _ => Line::Quiet,
    }
}

/// What is said of a collection: behind `GC(7)`, and behind the `Y:` or `O:` of a collector with two generations.
fn collection(message: &str) -> Option<&str> {
    let (number, what) = message.strip_prefix("GC(")?.split_once(')')?;
    let what = what.trim_start();
    let generation = |letter: char| matches!(letter, 'Y' | 'O' | 'y' | 'o');
    let what = what.strip_prefix(generation).and_then(|what| what.strip_prefix(": ")).unwrap_or(what);
    number.bytes().all(|byte| byte.is_ascii_digit()).then_some(what)
}

/// A pause of the collector. It is told twice, with its length when it is over; a line without one is its beginning.
fn paused(what: &str) -> Line {
    let last = what.rsplit(' ').next().unwrap_or_default();
    if let Some(number) = last.strip_suffix("ms") {
        return pause(nanos(number, MILLIS), Line::Pause);
    }
    // Where sizes or a number stand, the length was cut off.
    if what.contains("->") || last.starts_with(|letter: char| letter.is_ascii_digit()) {
        return Line::Unknown;
    }
    Line::Quiet
}

/// The nanoseconds behind `Total: `.
fn total(safepoint: &str) -> Option<u64> {
    let (_, total) = safepoint.split_once(", Total: ")?;
    let (number, _) = total.split_once(" ns")?;
    nanos(number, 0)
}
