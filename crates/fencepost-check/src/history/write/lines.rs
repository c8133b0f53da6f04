//! Lines of our own format.

use super::{Line, What, name};
use fencepost_model::{Call, Cast};
use serde_json::json;

pub(super) struct Writer<'a> {
    cast: &'a Cast,
    pub text: String,
}

impl Writer<'_> {
    pub fn new(cast: &Cast) -> Writer<'_> {
        // One observer saw everything, so the order of the lines is the true one.
        let head = "{\"history\": \"fencepost\", \"version\": 1, \"clocks\": \"one\"}\n";
        Writer { cast, text: head.to_owned() }
    }

    pub fn line(&mut self, line: &Line) {
        let op = match line.what {
            What::Asks(call) => asks(call),
            What::Done(call) => done(call),
            What::Refused(_) => "refused",
            What::Unknown(_) => "unknown",
            What::Lost => "lost",
            What::Granted => "granted",
            What::Ended => "ended",
            What::Read { .. } => "read",
            What::Write { .. } => "write",
            What::Charge { .. } => "charge",
        };
        let who = name(self.cast, line.who);
        let (who, lock) = (json!(who), json!(self.cast.lock(line.lock)));
        let mut text = format!("{{\"t\": {}, \"who\": {who}, \"lock\": {lock}, \"op\": \"{op}\"", line.at.0);
        let token = line.token.map(|token| format!(", \"token\": {token}"));
        let tenure = line.tenure.map(|tenure| format!(", \"tenure\": {tenure}"));
        let has_mode =
            matches!(line.what, What::Asks(Call::Acquire) | What::Done(Call::Acquire) | What::Granted);
        let mode = (line.shared && has_mode).then(|| ", \"mode\": \"shared\"".to_owned());
        let refused = line.what.is_refused().then(|| ", \"accepted\": false".to_owned());
        text.extend([token, tenure, mode, refused].into_iter().flatten());
        self.text += &text;
        self.text += "}\n";
    }
}

fn asks(call: Call) -> &'static str {
    match call {
        Call::Acquire => "acquiring",
        Call::Extend => "extending",
        Call::Release => "releasing",
        Call::Status | Call::Enter | Call::Leave => unreachable!("no line is written of this call"),
    }
}

fn done(call: Call) -> &'static str {
    match call {
        Call::Acquire => "acquired",
        Call::Extend => "extended",
        Call::Release => "released",
        Call::Status | Call::Enter | Call::Leave => unreachable!("no line is written of this call"),
    }
}
