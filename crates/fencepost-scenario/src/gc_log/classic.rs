//! The form before JDK 9: stamps with colons, and entries in nested brackets.
//!
//! `2026-01-01T00:00:00.000+0000: 12.345: [GC (Allocation Failure) [PSYoungGen: 8K->1K(9K)] 9K->2K(20K), 0.0123456 secs]`.
//! An entry may go over several lines, where the collector tells details within it.

use super::decimal::{SECONDS, nanos};
use super::stamp::{Stamp, date};
use super::{Line, pause};

/// What the runtime says of stopped threads, in both forms.
pub(super) const STOPPED: &str = "Total time for which application threads were stopped: ";

/// How entries begin that are no pauses.
const NO_PAUSES: [&str; 4] = ["[GC concurrent-", "[CMS-concurrent-", "[GC locker", "[Times: "];

/// How other lines begin, behind their indentation: headers, heap sizes, tables of ages.
const DETAILS: [&str; 36] = [
    "Application time: ",
    "Java HotSpot(TM)",
    "OpenJDK ",
    "Memory: ",
    "CommandLine flags: ",
    "Heap",
    "{Heap ",
    "}",
    "PSYoungGen ",
    "ParOldGen ",
    "PSOldGen ",
    "PSPermGen ",
    "def new generation ",
    "par new generation ",
    "tenured generation ",
    "concurrent mark-sweep ",
    "garbage-first heap ",
    "compacting perm gen ",
    "concurrent-mark-sweep perm gen ",
    "Metaspace ",
    "class space ",
    "eden space ",
    "from space ",
    "to   space ",
    "the space ",
    "object space ",
    "region size ",
    "Desired survivor size ",
    "- age ",
    "CMS: ",
    "GC locker: ",
    "AdaptiveSize",
    "PSAdaptiveSizePolicy",
    "No shared spaces",
    "vmop ",
    "Finished ",
];

/// What a line says, and when it was written.
pub(super) fn line(line: &str) -> (Option<Stamp>, Line) {
    let (stamp, rest) = stamps(line);
    (stamp, of_entry(rest))
}

fn of_entry(rest: &str) -> Line {
    let trimmed = rest.trim();
    if let Some(time) = trimmed.strip_prefix(STOPPED) {
        return stopped(time);
    }
    let is_pause = trimmed.starts_with("[GC") || trimmed.starts_with("[Full GC");
    if NO_PAUSES.iter().any(|begin| trimmed.starts_with(begin)) {
        return Line::Quiet;
    }
    if is_pause && rest.starts_with('[') {
        return close(rest, 0);
    }
    // Details of an entry are indented and in brackets; those of G1 have a line each.
    let is_detail = rest.starts_with([' ', '\t']) && trimmed.starts_with('[') && trimmed.ends_with(']');
    let is_known = DETAILS.iter().any(|begin| trimmed.starts_with(begin)) || rest.contains("GC log file ");
    if trimmed.is_empty() || is_detail || is_known { Line::Quiet } else { Line::Unknown }
}

/// Whether a line begins an entry of its own, so that one before it has ended.
pub(super) fn begins(line: &str) -> bool {
    let (stamp, rest) = stamps(line);
    let is_pause = rest.starts_with("[GC ") || rest.starts_with("[Full GC ");
    stamp.is_some() && (is_pause || rest.starts_with(STOPPED))
}

/// The end of an entry of which so many brackets are open: its last word is its length.
pub(super) fn close(text: &str, brackets: usize) -> Line {
    let mut open = brackets;
    for (at, letter) in text.bytes().enumerate() {
        match letter {
            b'[' => open += 1,
            b']' if open <= 1 => return pause(length(&text[..at]), Line::Pause),
            b']' => open -= 1,
            _ => {}
        }
    }
    Line::Open(open)
}

/// `…, 0.0123456 secs` in nanoseconds.
fn length(text: &str) -> Option<u64> {
    let text = text.trim_end().strip_suffix(" secs")?;
    let number = text.rsplit([' ', ',']).next()?;
    // The number may have a comma for a point, and one stands before it too.
    let with_comma = text.rsplit(", ").next()?.trim();
    nanos(with_comma, SECONDS).or_else(|| nanos(number, SECONDS))
}

/// What stands behind [`STOPPED`].
pub(super) fn stopped(time: &str) -> Line {
    let number = time.split_once(" seconds").map(|(number, _)| number);
    pause(number.and_then(|number| nanos(number, SECONDS)), Line::Stop)
}

/// The stamps at the beginning of a line, and what comes after them.
fn stamps(line: &str) -> (Option<Stamp>, &str) {
    let (mut rest, mut stamp) = (line, None);
    while let Some((text, after)) = rest.split_once(": ") {
        let Some(found) = nanos(text, SECONDS).map(Stamp::Count).or_else(|| date(text).map(Stamp::Wall))
        else {
            break;
        };
        (rest, stamp) = (after, Some(found.better(stamp)));
    }
    (stamp, rest)
}
