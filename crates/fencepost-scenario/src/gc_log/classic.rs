//! The form before JDK 9: stamps with colons, and entries in nested brackets.
//!
//! `2026-01-01T00:00:00.000+0000: 12.345: [GC (Allocation Failure) [PSYoungGen: 8K->1K(9K)] 9K->2K(20K), 0.0123456 secs]`.
//! An entry may go over several lines, where the collector tells details within it.

use super::decimal::{MILLIS, SECONDS, nanos};
use super::stamp::{Stamp, date};
use super::{Line, pause};

/// What the runtime says of stopped threads, in both forms.
pub(super) const STOPPED: &str = "Total time for which application threads were stopped: ";

/// How entries begin that are no pauses.
const NO_PAUSES: [&str; 6] =
    ["[GC concurrent-", "[GC Worker ", "[GC locker", "[CMS-concurrent-", "[Concurrent ", "[Times: "];

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
    (stamp, of_entry(rest, line.starts_with([' ', '\t'])))
}

fn of_entry(rest: &str, is_indented: bool) -> Line {
    if let Some(time) = rest.strip_prefix(STOPPED) {
        return stopped(time);
    }
    if is_collection(rest) {
        return close(rest, 0);
    }
    if let Some(pause) = rest.strip_prefix("[Pause ") {
        return shenandoah(pause);
    }
    // Details of an entry are indented and in brackets; those of G1 have a line each.
    let is_detail = is_indented && rest.starts_with('[') && rest.ends_with(']');
    let is_known = NO_PAUSES.iter().chain(&DETAILS).any(|begin| rest.starts_with(begin));
    let is_known = is_known || rest.contains("GC log file ");
    if rest.is_empty() || is_detail || is_known { Line::Quiet } else { Line::Unknown }
}

/// A pause of Shenandoah, whose entries have a line each: `[Pause Init Mark, start]`, `[Pause Init Mark, 0.4 ms]`.
fn shenandoah(entry: &str) -> Line {
    let Some((_, end)) = entry.strip_suffix(']').and_then(|entry| entry.rsplit_once(", ")) else {
        return Line::Unknown;
    };
    if end == "start" {
        return Line::Quiet;
    }
    pause(end.strip_suffix(" ms").and_then(|number| nanos(number, MILLIS)), Line::Pause)
}

/// Whether a line begins an entry of its own, so that one before it has ended.
pub(super) fn begins(line: &str) -> bool {
    let (_, rest) = stamps(line);
    is_collection(rest) || rest.starts_with(STOPPED)
}

/// Whether a line is the beginning of a collection for which the application stands still.
fn is_collection(rest: &str) -> bool {
    let begins = |begin: &&str| rest.starts_with(*begin);
    ["[GC", "[Full GC"].iter().any(begins) && !NO_PAUSES.iter().any(begins)
}

/// Whether a line may stand within an entry that it does not end.
pub(super) fn is_part(line: &str) -> bool {
    let (_, rest) = stamps(line);
    let goes_on = rest.starts_with([':', ',', '(', '[']);
    goes_on || self::line(line).1 == Line::Quiet
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

/// The stamps at the beginning of a line, and what comes after them, without the white space around it.
fn stamps(line: &str) -> (Option<Stamp>, &str) {
    let (mut rest, mut stamp) = (line.trim(), None);
    while let Some((text, after)) = rest.split_once(": ") {
        let Some(found) = nanos(text, SECONDS).map(Stamp::Count).or_else(|| date(text).map(Stamp::Wall))
        else {
            break;
        };
        (rest, stamp) = (after, Some(found.better(stamp)));
    }
    (stamp, rest)
}
