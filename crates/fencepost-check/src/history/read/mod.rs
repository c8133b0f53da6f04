//! Bytes to events: our own JSON Lines, and what the Jepsen family writes.
//!
//! | format | looks like |
//! | --- | --- |
//! | [`Format::Lines`] | `{"t": 1, "who": "pod-3", "lock": "orders", "op": "acquired", "token": 33}` |
//! | [`Format::Edn`] | `{:process 0, :type :invoke, :f :acquire, :value nil}`, in a vector, a list, or bare |
//! | [`Format::Json`] | `{"process": 0, "type": "invoke", "f": "acquire", "value": null}`, in an array, or bare |
//! | [`Format::Log`] | `INFO jepsen.util - 0 :invoke :acquire nil` |
//!
//! A reader holds one record at a time, the calls that are open, and the names it met. What it cannot read
//! it refuses, with the line; nothing that a file contains makes it panic or keep more than [`limits`] allow.

mod form;
mod jepsen;
mod lexer;
pub mod limits;
mod lines;
mod log;
mod own;

use super::{Action, Event, Model, Names};
use jepsen::Jepsen;
use lexer::{Lexer, Syntax};
use lines::Lines;
use own::Own;
use std::collections::VecDeque;
use std::fmt;
use std::io::{BufRead, Chain, Cursor, Read};

/// How a history is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Our own JSON Lines.
    Lines,
    /// Extensible data notation, as Jepsen stores it.
    Edn,
    /// The same as JSON.
    Json,
    /// The lines of old Jepsen logs.
    Log,
}

/// Why a history cannot be read. Always the user's to mend.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// In which line, from 1.
    pub line: u64,
    /// What is wrong, in a lower-case fragment.
    pub message: String,
    /// What to do about it.
    pub help: String,
}

impl Refusal {
    pub(super) fn new(line: u64, message: impl Into<String>, help: impl Into<String>) -> Refusal {
        Refusal { line, message: message.into(), help: help.into() }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.message)
    }
}

impl std::error::Error for Refusal {}

/// What the times of a history have to be good for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Clocks {
    /// Each event has to have a time.
    pub needed: bool,
    /// How many nanoseconds the times may go back between lines.
    pub disorder: Option<i64>,
}

/// What was left out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Skipped {
    /// Lines of the nemesis, and notes of clients that belong to no call.
    pub not_calls: u64,
    /// Lines of a log that tell of something else.
    pub other_lines: u64,
}

type Source<R> = Chain<Cursor<Vec<u8>>, R>;

enum Importer<R> {
    Own(Box<Own<Source<R>>>),
    Jepsen(Box<Jepsen<Source<R>>>),
}

/// Reads a history, one event at a time.
pub struct Reader<R> {
    format: Format,
    importer: Importer<R>,
    clocks: Clocks,
    newest: Option<i64>,
    /// What was read ahead to guess the model.
    ahead: VecDeque<Event>,
}

/// How much of a source is looked at to tell its format.
const PEEK: u64 = 4096;
/// How many events are looked at to guess its model.
const AHEAD: usize = 1024;

impl<R: BufRead> Reader<R> {
    /// Begins to read; none for the format: it is told by the first bytes. Fails where that cannot be told,
    /// or the source cannot be read.
    pub fn open(mut source: R, format: Option<Format>) -> Result<Reader<R>, Refusal> {
        let mut head = Vec::new();
        let peeked = source.by_ref().take(PEEK).read_to_end(&mut head);
        peeked.map_err(|error| unreadable(1, &error))?;
        let format = match format {
            Some(format) => format,
            None => sniff(&head)?,
        };
        let source = Cursor::new(head).chain(source);
        let importer = match format {
            Format::Lines => Importer::Own(Box::new(Own::new(Lines::new(source)))),
            Format::Edn => Importer::Jepsen(Box::new(Jepsen::forms(Lexer::new(source, Syntax::Edn)))),
            Format::Json => Importer::Jepsen(Box::new(Jepsen::forms(Lexer::new(source, Syntax::Json)))),
            Format::Log => Importer::Jepsen(Box::new(Jepsen::log(Lines::new(source)))),
        };
        let clocks = Clocks::default();
        Ok(Reader { format, importer, clocks, newest: None, ahead: VecDeque::new() })
    }

    /// Asks more of the times of the events that are still to be read.
    pub fn demand(&mut self, clocks: Clocks) {
        self.clocks = clocks;
    }

    /// How the history is written.
    pub fn format(&self) -> Format {
        self.format
    }

    /// Whether one recorder stamped all lines, so that their order is the true one. Jepsen writes its histories
    /// in one place; lines of our own come from many, unless their header says otherwise. Fails where the first
    /// record cannot be understood.
    pub fn is_one_clock(&mut self) -> Result<bool, Refusal> {
        self.look_ahead(|_| Some(()))?;
        Ok(match &self.importer {
            Importer::Own(own) => own.is_one_clock,
            Importer::Jepsen(_) => true,
        })
    }

    /// The next event; none at the end. Fails at the first record that cannot be understood.
    pub fn next_event(&mut self) -> Result<Option<Event>, Refusal> {
        let event = match self.ahead.pop_front() {
            Some(event) => Some(event),
            None => self.read()?,
        };
        if let Some(event) = &event {
            self.check_clock(event)?;
        }
        Ok(event)
    }

    fn read(&mut self) -> Result<Option<Event>, Refusal> {
        match &mut self.importer {
            Importer::Own(own) => own.next_event(),
            Importer::Jepsen(jepsen) => jepsen.next_event(),
        }
    }

    fn check_clock(&mut self, event: &Event) -> Result<(), Refusal> {
        let Some(at) = event.stamp.at else {
            if !self.clocks.needed {
                return Ok(());
            }
            let help =
                "leases and clock errors need a time in each line: `t` in nanoseconds (`:time` in EDN)";
            return Err(Refusal::new(event.stamp.line, "there is no time", help));
        };
        let newest = self.newest.map_or(at, |newest| newest.max(at));
        self.newest = Some(newest);
        match self.clocks.disorder {
            Some(disorder) if newest.saturating_sub(at) > disorder => {
                let message =
                    format!("its time is {} ns before that of an earlier line", newest.saturating_sub(at));
                Err(Refusal::new(event.stamp.line, message, "sort the lines by their times first"))
            }
            _ => Ok(()),
        }
    }

    /// The model that the first events show, where that is safe. A lock of the Jepsen family may be any of
    /// several models, which judge differently: that is guessed only where our own notes stand beside the calls.
    pub fn guess(&mut self) -> Result<Option<Model>, Refusal> {
        let lock = |is_shared: bool| Some(if is_shared { Model::Rw } else { Model::Fenced });
        let is_shared = |event: &Event| {
            matches!(event.action, Action::AcquireShared | Action::GrantedShared).then_some(())
        };
        if self.format == Format::Lines {
            return Ok(lock(self.look_ahead(is_shared)?.is_some()));
        }
        let told = self.look_ahead(|event| match event.action {
            Action::Write | Action::Cas => Some(Model::CasRegister),
            Action::Add => Some(Model::SetFull),
            Action::Granted | Action::GrantedShared => Some(Model::Fenced),
            _ => None,
        })?;
        match told {
            Some(Model::Fenced) => Ok(lock(self.look_ahead(is_shared)?.is_some())),
            other => Ok(other),
        }
    }

    fn look_ahead<T>(&mut self, mut tells: impl FnMut(&Event) -> Option<T>) -> Result<Option<T>, Refusal> {
        for place in 0..AHEAD {
            if place == self.ahead.len() {
                let Some(event) = self.read()? else { break };
                self.ahead.push_back(event);
            }
            if let Some(told) = tells(&self.ahead[place]) {
                return Ok(Some(told));
            }
        }
        Ok(None)
    }

    /// The names of owners.
    pub fn owners(&self) -> &Names {
        match &self.importer {
            Importer::Own(own) => &own.owners,
            Importer::Jepsen(jepsen) => jepsen.owners(),
        }
    }

    /// The names of locks, registers or sets.
    pub fn keys(&self) -> &Names {
        match &self.importer {
            Importer::Own(own) => &own.keys,
            Importer::Jepsen(jepsen) => jepsen.keys(),
        }
    }

    /// What was left out so far.
    pub fn skipped(&self) -> Skipped {
        match &self.importer {
            Importer::Own(_) => Skipped::default(),
            Importer::Jepsen(jepsen) => jepsen.skipped(),
        }
    }
}

impl Format {
    /// How it is called.
    pub const fn word(self) -> &'static str {
        match self {
            Format::Lines => "JSON Lines, version 1",
            Format::Edn => "Jepsen EDN",
            Format::Json => "Jepsen JSON",
            Format::Log => "Jepsen log lines",
        }
    }

    /// How outcomes are understood that are not plain: reports say it, because verdicts hang on it.
    pub const fn reading(self) -> &'static str {
        match self {
            Format::Lines => {
                "`refused` did not happen; `unknown`, and calls that never ended, may happen at any time or never"
            }
            _ => ":fail did not happen; :info, and calls that never ended, may happen at any time or never",
        }
    }
}

/// Tells the format by the first bytes.
fn sniff(head: &[u8]) -> Result<Format, Refusal> {
    let mut rest = head;
    let mut is_list = false;
    loop {
        rest = rest.trim_ascii_start();
        match rest.first() {
            Some(b',') => rest = &rest[1..],
            Some(b';') => {
                let end = rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len());
                rest = &rest[end..];
            }
            Some(b'(') => return Ok(Format::Edn),
            Some(b'[') if !is_list => {
                is_list = true;
                rest = &rest[1..];
            }
            Some(b'#') => return Ok(Format::Edn),
            Some(b'{') => break,
            Some(b']') => return Ok(Format::Edn),
            None if head.len() as u64 == PEEK => {
                let message = format!("its first {PEEK} bytes are white space and comments");
                return Err(Refusal::new(1, message, "begin with an event, or with the header"));
            }
            None => {
                return Err(Refusal::new(
                    1,
                    "there is nothing in it",
                    "give a history with at least one event",
                ));
            }
            Some(_) if is_list => return Ok(Format::Log),
            Some(_) => return Ok(Format::Log),
        }
    }
    let inside = rest[1..].trim_ascii_start();
    if inside.first() == Some(&b':') {
        return Ok(Format::Edn);
    }
    let record = &rest[..rest.iter().position(|byte| *byte == b'}').unwrap_or(rest.len())];
    let has = |key: &[u8]| record.windows(key.len()).any(|window| window == key);
    Ok(if is_list || has(b"\"process\"") { Format::Json } else { Format::Lines })
}

fn unreadable(line: u64, error: &std::io::Error) -> Refusal {
    Refusal::new(line, format!("cannot be read: {error}"), "look whether the file is whole")
}
