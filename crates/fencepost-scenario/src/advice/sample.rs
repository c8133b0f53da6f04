//! A sample of times: quantiles that somebody measured, or the pauses of a garbage collection log.

use crate::keys::{DAY, QUANTILES};
use crate::quantiles::{Point, WHOLE, points};
use crate::read::{self, Word};
use crate::section::{Section, Value};
use crate::{GcLog, Mistakes, gc_log, words};
use fencepost_model::{Law, Span};

/// What gives the text of a log, by the name that the file has for it.
pub(super) type Logs<'a> = dyn Fn(&str) -> Result<Vec<u8>, String> + 'a;

/// Times that were measured.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sample {
    /// Where times like these are drawn: linear between the points.
    pub law: Law,
    /// The quantiles by the names of the file (`p50`, …, and `max` at the end), rising. One of the file has those
    /// that the file gives; one of a log has those that so many pauses can tell.
    pub points: Vec<(&'static str, Span)>,
    /// The largest that was seen.
    pub max: Span,
    /// Over which time it was measured.
    pub over: Option<Span>,
    /// How many were measured.
    pub count: Option<u64>,
    /// The log from which it comes, where it comes from one.
    pub from: Option<Source>,
}

/// A log from which a sample comes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// The log, as the advice file names it; its parts with commas between, where there are several.
    pub file: String,
    /// How many lines were understood: they are pauses, or known to be none.
    pub understood: usize,
    /// How many lines were not understood.
    pub not_understood: usize,
    /// The first few lines that were not understood: number, from 1 and through all parts, and text, cut short.
    pub examples: Vec<(usize, String)>,
}

/// The table of a sample.
pub(super) fn sample(name: &str, section: &Section<'_>, mistakes: &mut Mistakes) -> Option<Sample> {
    let bounds = 0..=i64::try_from(DAY.0).unwrap_or(i64::MAX);
    let over = section.span("over", mistakes);
    let count = section.count("count", mistakes);
    let points = points(name, section, &bounds, mistakes)?;
    let given = points.iter().filter(|(key, ..)| section.get(key).is_some());
    let given = given.map(|(key, _, value)| (*key, Span(value.unsigned_abs()))).collect();
    Some(Sample { over, count, ..of_points(&points, given) })
}

/// A sample with these points, of which some are shown.
fn of_points(points: &[Point], shown: Vec<(&'static str, Span)>) -> Sample {
    let points: Vec<(u32, Span)> =
        points.iter().map(|(_, rank, value)| (*rank, Span(value.unsigned_abs()))).collect();
    let law = Law::through(&points).unwrap_or_else(|error| unreachable!("points that were checked: {error}"));
    Sample { max: law.max(), law, points: shown, over: None, count: None, from: None }
}

/// The table of pauses: a sample, or a log to take one from.
pub(super) fn pauses(
    name: &str,
    section: &Section<'_>,
    logs: &Logs<'_>,
    mistakes: &mut Mistakes,
) -> Option<Sample> {
    let Some(from) = section.get("from") else { return sample(name, section, mistakes) };
    let others = section.kind.keys.iter().filter(|key| !matches!(key.name, "from" | "over"));
    for key in others.filter(|key| section.get(key.name).is_some()) {
        let message = format!("`from` and `{}` say the same", key.name);
        let help = "keep one of them: a log says what its quantiles are";
        mistakes.add("exclusive-keys", section.key_span(key.name), message, "beside `from`", help);
    }
    let over = section.span("over", mistakes);
    let files = files(from, mistakes)?;
    let (log, names) = read_all(&files, logs, mistakes)?;
    if let (Some(covers), true) = (log.covers, over.is_some()) {
        let message = format!("`over` is not needed: the log covers {covers} by its stamps");
        mistakes.add("exclusive-keys", section.key_span("over"), message, "beside `from`", "take it away");
    }
    if log.pauses.is_empty() {
        let message = format!("the log {} tells of no pause", words::quote(&names));
        let label = format!("lines: {}, understood: {}", log.lines(), log.understood());
        let help = "log with `-Xlog:gc,safepoint`; before JDK 9 with `-XX:+PrintGCDetails \
                    -XX:+PrintGCApplicationStoppedTime`";
        mistakes.add("no-pauses", from.span(), message, label, help);
        return None;
    }
    let from = Source {
        file: names,
        understood: log.understood(),
        not_understood: log.not_understood,
        examples: log.examples.clone(),
    };
    Some(Sample { over: log.covers.or(over), from: Some(from), ..of_log(&log) })
}

/// The files of a log, in the order of the list.
fn files<'a>(from: &'a Value<'a>, mistakes: &mut Mistakes) -> Option<Vec<Word<'a>>> {
    if !from.get_ref().is_array() {
        return Some(vec![read::word("from", from, mistakes)?]);
    }
    let before = mistakes.len();
    let files = read::words("from", from, mistakes)?;
    if files.is_empty() && mistakes.len() == before {
        mistakes.add("no-files", from.span(), "`from` names no file", "empty", "name a log");
    }
    (!files.is_empty()).then_some(files)
}

/// What the files tell together, and how they are called together.
fn read_all(files: &[Word<'_>], logs: &Logs<'_>, mistakes: &mut Mistakes) -> Option<(GcLog, String)> {
    let mut whole: Vec<u8> = Vec::new();
    let before = mistakes.len();
    for file in files {
        match logs(file.text) {
            Ok(part) => {
                let is_torn = whole.last().is_some_and(|last| *last != b'\n');
                whole.extend(is_torn.then_some(b'\n'));
                whole.extend(part);
            }
            Err(why) => {
                let message = format!("the log {} cannot be read", words::quote(file.text));
                let help = "write its path as seen from the advice file";
                mistakes.add("unreadable-log", file.span.clone(), message, words::clip_to(&why, 100), help);
            }
        }
    }
    let names: Vec<&str> = files.iter().map(|file| file.text).collect();
    (mistakes.len() == before).then(|| (gc_log(&whole), names.join(", ")))
}

/// The exact quantiles of the pauses of a log: each is a pause that was measured, the smallest of those below which
/// enough of them lie. A quantile that so few cannot tell from the largest is left out.
fn of_log(log: &GcLog) -> Sample {
    let nanos = |span: Span| i64::try_from(span.0).unwrap_or(i64::MAX);
    let count = log.pauses.len() as u64;
    let largest = log.pauses.last().copied().unwrap_or_default();
    let inner = QUANTILES.iter().filter_map(|(key, rank)| {
        let place = (count * u64::from(*rank)).div_ceil(u64::from(WHOLE));
        (place < count).then(|| (key.name, *rank, nanos(log.pauses[(place as usize).max(1) - 1])))
    });
    let smallest = log.pauses.first().copied().unwrap_or_default();
    let mut points: Vec<Point> = vec![("min", 0, nanos(smallest))];
    points.extend(inner);
    points.push(("max", WHOLE, nanos(largest)));
    let shown = points[1..].iter().map(|(key, _, value)| (*key, Span(value.unsigned_abs()))).collect();
    Sample { count: Some(count), ..of_points(&points, shown) }
}
