//! Garbage collection logs of the Java runtime: from text to the times for which the application stood still.
//!
//! Two forms are read. Since JDK 9 all logs have one form (JEP 158 and JEP 271: `-Xlog:gc` and
//! `-Xlog:safepoint`); before it collectors printed what they liked (`-Xloggc` with `-XX:+PrintGCDetails`,
//! `-XX:+PrintGCDateStamps` and `-XX:+PrintGCApplicationStoppedTime`).
//!
//! A log may say twice that the application stood still: the collector tells how long its pause was, and the
//! runtime for how long threads were stopped, for whatever reason and with the time until the last of them had
//! stopped. The second is what an owner of a lock suffers, so where a run of the runtime tells it, pauses of
//! the collector are left out.

mod classic;
mod decimal;
mod stamp;
mod unified;

use crate::keys::DAY;
use crate::words;
use fencepost_model::Span;
use stamp::{Cover, Stamp};

/// The most lines over which an entry of the old form may go.
const LONGEST_ENTRY: usize = 500;
/// By how much the length of a pause may be above that of the stop in which it was: they are rounded differently.
const ROUNDING: Span = Span::from_millis(1);
/// How many lines that were not understood are kept, and how much of each.
const EXAMPLES: usize = 3;
const SHOWN: usize = 100;

/// What a log tells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GcLog {
    /// For how long the application stood still each time: the shortest first.
    pub pauses: Vec<Span>,
    /// How much time the log covers, by its stamps; none where it has no two.
    pub covers: Option<Span>,
    /// How many lines tell of a time for which the application stood still.
    pub of_pauses: usize,
    /// How many lines are known to tell of nothing of the kind.
    pub of_no_interest: usize,
    /// How many lines were not understood.
    pub not_understood: usize,
    /// The first lines that were not understood: their numbers, from 1, and what they hold, cut short.
    pub examples: Vec<(usize, String)>,
}

impl GcLog {
    /// How many lines there are.
    pub fn lines(&self) -> usize {
        self.understood() + self.not_understood
    }

    /// How many lines were understood: they tell of pauses, or are known not to.
    pub fn understood(&self) -> usize {
        self.of_pauses + self.of_no_interest
    }
}

/// What one line says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Line {
    /// The collector paused the application.
    Pause(Span),
    /// The runtime stopped the threads of the application.
    Stop(Span),
    /// An entry begins that goes on in later lines; so many brackets are open.
    Open(usize),
    /// Nothing about pauses.
    Quiet,
    Unknown,
}

/// Reads a log. Whatever is in it, there is an answer: what is no line of a log is counted as not understood.
pub fn gc_log(log: &[u8]) -> GcLog {
    let mut reader = Reader::default();
    let mut rest = log;
    while !rest.is_empty() {
        let end = rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len());
        reader.line(&String::from_utf8_lossy(&rest[..end]));
        rest = rest.get(end + 1..).unwrap_or_default();
    }
    reader.end()
}

#[derive(Default)]
struct Reader {
    log: GcLog,
    /// The number of the line that is being read.
    number: usize,
    cover: Cover,
    /// Of the run of the runtime that is being read.
    pauses: Vec<Span>,
    stops: Vec<Span>,
    open: Option<Open>,
}

/// An entry that is not closed yet.
struct Open {
    number: usize,
    line: String,
    brackets: usize,
}

impl Reader {
    fn line(&mut self, line: &str) {
        self.number += 1;
        let line = line.strip_suffix('\r').unwrap_or(line);
        let unified = unified::line(line);
        let may_go_on = unified.is_none() && !classic::begins(line);
        match self.open.take() {
            Some(open) if may_go_on && self.number - open.number < LONGEST_ENTRY => {
                return self.go_on(open, line);
            }
            Some(open) => self.take(Line::Unknown, open.number, &open.line),
            None => {}
        }
        let (stamp, what) = unified.unwrap_or_else(|| classic::line(line));
        if let Some(stamp) = stamp {
            self.stamp(stamp);
        }
        match what {
            Line::Open(brackets) => {
                self.open = Some(Open { number: self.number, line: line.to_owned(), brackets });
            }
            other => self.take(other, self.number, line),
        }
    }

    /// A line after the beginning of an entry: its end, a part of it, or one that came between.
    fn go_on(&mut self, open: Open, line: &str) {
        match classic::close(line, open.brackets) {
            Line::Open(brackets) => {
                let what = if classic::is_part(line) { Line::Quiet } else { Line::Unknown };
                self.take(what, self.number, line);
                self.open = Some(Open { brackets, ..open });
            }
            end => {
                let whole = if end == Line::Unknown { end } else { Line::Quiet };
                self.take(whole, open.number, &open.line);
                self.take(end, self.number, line);
            }
        }
    }

    fn stamp(&mut self, stamp: Stamp) {
        if self.cover.goes_back(stamp) {
            self.end_of_run();
        }
        self.cover.add(stamp);
    }

    fn take(&mut self, what: Line, number: usize, line: &str) {
        match what {
            Line::Pause(span) => self.pauses.push(span),
            Line::Stop(span) => self.stops.push(span),
            Line::Quiet | Line::Open(_) | Line::Unknown => {}
        }
        match what {
            Line::Pause(_) | Line::Stop(_) => self.log.of_pauses += 1,
            Line::Quiet => self.log.of_no_interest += 1,
            Line::Open(_) | Line::Unknown => {
                self.log.not_understood += 1;
                if self.log.examples.len() < EXAMPLES {
                    self.log.examples.push((number, words::clip_to(line, SHOWN)));
                }
            }
        }
    }

    /// The runtime was started again: what its log told of pauses may be told in another way from here on.
    fn end_of_run(&mut self) {
        let (pauses, stops) = (std::mem::take(&mut self.pauses), std::mem::take(&mut self.stops));
        // A pause that is longer than every stop has lost its stop: it is kept, because the longest ones matter.
        let longest = stops.iter().max().map_or(Span::ZERO, |stop| *stop + ROUNDING);
        self.log.pauses.extend(pauses.into_iter().filter(|pause| stops.is_empty() || *pause > longest));
        self.log.pauses.extend(stops);
    }

    fn end(mut self) -> GcLog {
        if let Some(open) = self.open.take() {
            self.take(Line::Unknown, open.number, &open.line);
        }
        self.end_of_run();
        self.log.pauses.sort();
        self.log.covers = self.cover.total();
        self.log
    }
}

/// A pause that can be one: nobody stood still for a day.
fn pause(nanos: Option<u64>, line: fn(Span) -> Line) -> Line {
    nanos.filter(|nanos| *nanos <= DAY.0).map_or(Line::Unknown, |nanos| line(Span(nanos)))
}
