//! A run of ours as a Jepsen history, so that other tools can judge it, and [`read`](super::read) as well.
//!
//! Owners are named as clients. After an unknown outcome an owner goes on under a new process number, as
//! Jepsen does it. Whether a lock is held is asked in no model, so calls of status are left out.

use fencepost_model::{Call, Cast, ClientEvent, Event, EventKind, LockId, OpTag, Outcome, Token};
use std::collections::BTreeMap;
use std::fmt::Write;

/// The events of a run as EDN, one map in each line.
pub fn edn(cast: &Cast, events: &[Event]) -> String {
    let mut writer = Writer { cast, text: String::new(), index: 0, processes: BTreeMap::new(), next: 0 };
    for event in events {
        let EventKind::Client(client) = &event.kind else { continue };
        match client {
            ClientEvent::Invoked { tag, call, lock } => {
                if writer.processes.get(&who(*tag)).is_some_and(|process| process.open.is_some()) {
                    // A dropped call still runs: nobody will know how it ends.
                    writer.end(event, *tag, "info", None);
                }
                writer.begin(event, *tag, *call, *lock);
            }
            ClientEvent::Returned { tag, outcome, .. } if writer.is_open(*tag) => match outcome {
                Outcome::Granted { token, .. } => writer.end(event, *tag, "ok", *token),
                Outcome::Extended { .. } | Outcome::Released => writer.end(event, *tag, "ok", None),
                Outcome::Unknown => writer.end(event, *tag, "info", None),
                _ => writer.end(event, *tag, "fail", None),
            },
            _ => {}
        }
    }
    writer.text
}

/// An owner in one of its lives.
type Who = (u32, u16);

fn who(tag: OpTag) -> Who {
    (tag.owner.0, tag.incarnation)
}

struct Process {
    number: u64,
    /// The operation in flight, with what is written of it.
    open: Option<(OpTag, &'static str, LockId)>,
}

struct Writer<'a> {
    cast: &'a Cast,
    text: String,
    index: u64,
    processes: BTreeMap<Who, Process>,
    next: u64,
}

impl Writer<'_> {
    fn is_open(&self, tag: OpTag) -> bool {
        let process = self.processes.get(&who(tag));
        process.and_then(|process| process.open).is_some_and(|(open, ..)| open == tag)
    }

    fn begin(&mut self, event: &Event, tag: OpTag, call: Call, lock: LockId) {
        let call = match call {
            Call::Acquire => "acquire",
            Call::Extend => "extend",
            Call::Release => "release",
            Call::Status | Call::Enter | Call::Leave => return,
        };
        let next = &mut self.next;
        let process = self.processes.entry(who(tag)).or_insert_with(|| {
            *next += 1;
            Process { number: *next - 1, open: None }
        });
        process.open = Some((tag, call, lock));
        let number = process.number;
        self.line(event, number, "invoke", (tag, call, lock), None);
    }

    fn end(&mut self, event: &Event, tag: OpTag, kind: &str, token: Option<Token>) {
        let Some(process) = self.processes.get_mut(&who(tag)) else { return };
        let Some(open) = process.open.take() else { return };
        let number = process.number;
        if kind == "info" {
            process.number = self.next;
            self.next += 1;
        }
        self.line(event, number, kind, open, token);
    }

    fn line(
        &mut self,
        event: &Event,
        process: u64,
        kind: &str,
        (tag, call, lock): (OpTag, &str, LockId),
        token: Option<Token>,
    ) {
        let fence = token.map(|token| format!(", :fence {}", token.0)).unwrap_or_default();
        let life = if tag.incarnation > 1 { format!("~{}", tag.incarnation) } else { String::new() };
        let client = format!("{{:client {:?}{fence}}}", format!("{}{life}", self.cast.owner(tag.owner)));
        let value = match self.cast.locks.len() {
            0 | 1 => client,
            _ => format!("[{:?} {client}]", self.cast.lock(lock)),
        };
        let (index, time) = (self.index, event.at.0);
        self.index += 1;
        // Writing to a string cannot fail.
        let _ = writeln!(
            self.text,
            "{{:index {index}, :time {time}, :process {process}, :type :{kind}, :f :{call}, :value {value}}}"
        );
    }
}
