//! Lines as Jepsen stores them.

use super::{Line, What, Who, name};
use fencepost_model::{Call, Cast};
use std::collections::BTreeMap;
use std::fmt::Write;

pub(super) struct Writer<'a> {
    cast: &'a Cast,
    pub text: String,
    index: u64,
    processes: BTreeMap<Who, u64>,
    next: u64,
}

impl Writer<'_> {
    pub fn new(cast: &Cast) -> Writer<'_> {
        Writer { cast, text: String::new(), index: 0, processes: BTreeMap::new(), next: 0 }
    }

    pub fn line(&mut self, line: &Line) {
        let (kind, call, is_call) = match line.what {
            What::Asks(call) => ("invoke", word(call, line.shared), true),
            What::Done(call) => ("ok", word(call, line.shared), true),
            What::Refused(call) => ("fail", word(call, line.shared), true),
            What::Unknown(call) => ("info", word(call, line.shared), true),
            What::Lost => ("info", "lost", false),
            What::Granted => ("info", "granted", false),
            What::Ended => ("info", "ended", false),
            What::Read { .. } => ("info", "read", false),
            What::Write { .. } => ("info", "write", false),
            What::Charge { .. } => ("info", "charge", false),
        };
        let process = if is_call { self.process(line) } else { format!(":{}", teller(line.what)) };
        let (index, time, value) = (self.index, line.at.0, self.value(line));
        self.index += 1;
        // Writing to a string cannot fail.
        let _ = writeln!(
            self.text,
            "{{:index {index}, :time {time}, :process {process}, :type :{kind}, :f :{call}, :value {value}}}"
        );
    }

    /// The number of the process; after an unknown outcome its owner goes on under a new one.
    fn process(&mut self, line: &Line) -> String {
        let number = *self.processes.entry(line.who).or_insert_with(|| {
            self.next += 1;
            self.next - 1
        });
        if matches!(line.what, What::Unknown(_)) {
            self.processes.remove(&line.who);
        }
        number.to_string()
    }

    fn value(&self, line: &Line) -> String {
        let mut value = format!("{{:client {:?}", name(self.cast, line.who));
        let fence = line.token.map(|token| format!(", :fence {token}"));
        let tenure = line.tenure.map(|tenure| format!(", :tenure {tenure}"));
        let mode = (line.shared && line.what == What::Granted).then(|| ", :mode :shared".to_owned());
        let refused = line.what.is_refused().then(|| ", :accepted false".to_owned());
        value.extend([fence, tenure, mode, refused].into_iter().flatten());
        value.push('}');
        match self.cast.locks.len() {
            0 | 1 => value,
            _ => format!("[{:?} {value}]", self.cast.lock(line.lock)),
        }
    }
}

fn word(call: Call, shared: bool) -> &'static str {
    match call {
        Call::Acquire if shared => "acquire-shared",
        Call::Acquire => "acquire",
        Call::Extend => "extend",
        Call::Release => "release",
        Call::Status | Call::Enter | Call::Leave => unreachable!("no line is written of this call"),
    }
}

fn teller(what: What) -> &'static str {
    match what {
        What::Lost => "owner",
        What::Granted | What::Ended => "service",
        What::Charge { .. } => "provider",
        _ => "resource",
    }
}
