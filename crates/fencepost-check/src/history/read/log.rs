//! The lines of old Jepsen logs: `INFO  jepsen.util - 0  :invoke  :acquire  nil`.

use super::Refusal;
use super::form::{self, Form};

const TYPES: [&str; 4] = [":invoke", ":ok", ":fail", ":info"];

/// The record in a line, in the shape that the other forms have; none where the line tells of something else.
pub(super) fn record(line: u64, text: &str) -> Result<Option<Form>, Refusal> {
    let Some((before, kind, after)) = split(text) else { return Ok(None) };
    let process = before.split_whitespace().next_back().unwrap_or_default();
    let process = match process.parse::<i64>() {
        Ok(number) => Form::Int(number),
        Err(_) if process.starts_with(':') => Form::Word(process[1..].to_owned()),
        Err(_) => return Ok(None),
    };
    let after = after.trim_start();
    let end = after.find(char::is_whitespace).unwrap_or(after.len());
    let (call, value) = after.split_at(end);
    let word = |text: &str| Form::Word(text.trim_start_matches(':').to_owned());
    // What a nemesis says is no EDN and no call.
    let value = if matches!(process, Form::Int(_)) { form::of_text(value, line)? } else { Form::Nil };
    let pair = |key: &str, value| (Form::Word(key.to_owned()), value);
    Ok(Some(Form::Map(vec![
        pair("process", process),
        pair("type", word(kind)),
        pair("f", word(call)),
        pair("value", value),
    ])))
}

/// What stands before a type, the type, and what stands behind it.
fn split(text: &str) -> Option<(&str, &str, &str)> {
    let mut at = 0;
    for word in text.split_whitespace() {
        let begin = at + text[at..].find(word)?;
        at = begin + word.len();
        if TYPES.contains(&word) {
            return Some((&text[..begin], word, &text[at..]));
        }
    }
    None
}
