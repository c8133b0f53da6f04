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
    /// How many lines there are.
    pub lines: usize,
    /// How many of them were understood: they are pauses, or known to be none.
    pub understood: usize,
    /// The first lines that were not understood: their numbers, from 1, and what they hold, cut short.
    pub examples: Vec<(usize, String)>,
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
    cover: Cover,
    /// Of the run of the runtime that is being read.
    pauses: Vec<Span>,
    stops: Vec<Span>,
    open: Option<Open>,
}

/// An entry that is not closed yet.
struct Open {
    line: usize,
    text: String,
    brackets: usize,
}

impl Reader {
    fn line(&mut self, line: &str) {
        self.log.lines += 1;
        let line = line.strip_suffix('\r').unwrap_or(line);
        if let Some(open) =
            self.open.take_if(|open| !classic::begins(line) && open.line + LONGEST_ENTRY > self.log.lines)
        {
            return self.go_on(open, line);
        }
        self.give_up();
        let (stamp, what) = unified::line(line).unwrap_or_else(|| classic::line(line));
        if let Some(stamp) = stamp {
            self.stamp(stamp);
        }
        match what {
            Line::Open(brackets) => {
                self.open = Some(Open { line: self.log.lines, text: line.to_owned(), brackets });
            }
            other => self.take(other, self.log.lines, line),
        }
    }

    /// A line after the beginning of an entry. It may be its end, and it may be another one that came between.
    fn go_on(&mut self, open: Open, line: &str) {
        match classic::close(line, open.brackets) {
            Line::Open(brackets) => {
                self.open = Some(Open { brackets, ..open });
                self.log.understood += 1;
            }
            Line::Unknown => {
                self.take(Line::Unknown, open.line, &open.text);
                self.take(Line::Unknown, self.log.lines, line);
            }
            end => {
                self.take(Line::Quiet, open.line, &open.text);
                self.take(end, self.log.lines, line);
            }
        }
    }

    /// The entry that is open has no end.
    fn give_up(&mut self) {
        if let Some(open) = self.open.take() {
            self.take(Line::Unknown, open.line, &open.text);
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
            Line::Quiet => {}
            Line::Open(_) | Line::Unknown => {
                if self.log.examples.len() < EXAMPLES {
                    self.log.examples.push((number, words::clip_to(line, SHOWN)));
                }
                return;
            }
        }
        self.log.understood += 1;
    }

    /// The runtime was started again: what its log told of pauses may be told in another way from here on.
    fn end_of_run(&mut self) {
        let (pauses, stops) = (std::mem::take(&mut self.pauses), std::mem::take(&mut self.stops));
        self.log.pauses.extend(if stops.is_empty() { pauses } else { stops });
    }

    fn end(mut self) -> GcLog {
        self.give_up();
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
