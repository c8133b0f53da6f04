//! Records of the Jepsen family as events.
//!
//! **Rules.** A process has one call in flight. `:ok` happened, with the value of its completion; `:fail` did
//! not; `:info` may happen at any time or never, with the value of its invocation. What has no number as its
//! process is the nemesis; an `:info` without an invocation is a note. A history of `[key value]` tuples is
//! one history for each key: whether it is one shows in the first invocation.
//!
//! **Owners.** Where a done call names its client (`{:client "n1", :fence 3, :uid "..."}`), that is the owner,
//! and calls of the same process, or with the same uid, are its. Elsewhere the process is the owner. A bare
//! number as the value of an acquire is no token: some services put a delivery tag there.
//!
//! **What is told.** A Jepsen file has no place for what the service and the resource saw. Our own files put it
//! where every other tool passes it over, as a nemesis does: the processes `:service`, `:owner` and
//! `:resource`, each with a `:client` in its value.
//!
//! What this does not do is mend: a harness that logs a timed-out acquire as `:fail` says that its client did
//! not use the lock, and is taken at its word.

use super::super::event::{Action, Atom, Event, Phase, Stamp, Value};
use super::super::names::{KeyId, Names, WhoId};
use super::form::{Form, Forms};
use super::lexer::Lexer;
use super::limits::{KEYS, OWNERS, WORDS};
use super::lines::Lines;
use super::own::{short, too_many};
use super::{Refusal, Skipped, log};
use std::collections::BTreeMap;
use std::io::BufRead;

/// Processes that make no calls, but tell what they saw.
const TELLERS: [&str; 4] = ["service", "owner", "resource", "provider"];

enum Records<R> {
    Forms(Forms<R>),
    Log(Lines<R>),
}

/// Reads records of any of the three ways to write them.
pub(super) struct Jepsen<R> {
    records: Records<R>,
    translator: Translator,
}

struct Translator {
    owners: Names,
    keys: Names,
    words: Names,
    open: BTreeMap<i64, Open>,
    /// The client that a process was seen to be.
    clients: BTreeMap<i64, WhoId>,
    /// The client that sent a uid.
    uids: BTreeMap<String, WhoId>,
    /// Whether values are tuples of key and value; known from the first invocation.
    keyed: Option<bool>,
    events: u64,
    skipped: Skipped,
}

struct Open {
    stamp: Stamp,
    action: Action,
    key: KeyId,
    who: WhoId,
    value: Value,
}

impl<R: BufRead> Jepsen<R> {
    pub fn forms(lexer: Lexer<R>) -> Jepsen<R> {
        Jepsen { records: Records::Forms(Forms::new(lexer)), translator: Translator::new() }
    }

    pub fn log(lines: Lines<R>) -> Jepsen<R> {
        Jepsen { records: Records::Log(lines), translator: Translator::new() }
    }

    pub fn owners(&self) -> &Names {
        &self.translator.owners
    }

    pub fn keys(&self) -> &Names {
        &self.translator.keys
    }

    pub fn skipped(&self) -> Skipped {
        self.translator.skipped
    }

    pub fn next_event(&mut self) -> Result<Option<Event>, Refusal> {
        let translator = &mut self.translator;
        loop {
            let (line, record) = match &mut self.records {
                Records::Forms(forms) => match forms.next_form()? {
                    Some(record) => record,
                    None => return Ok(None),
                },
                Records::Log(lines) => {
                    let Some((number, text)) = lines.next_line()? else { return translator.end_of_log() };
                    match log::record(number, text)? {
                        Some(record) => (number, record),
                        None => {
                            translator.skipped.other_lines += 1;
                            continue;
                        }
                    }
                }
            };
            if let Some(event) = translator.event(line, &record)? {
                return Ok(Some(event));
            }
        }
    }
}

impl Translator {
    fn new() -> Translator {
        Translator {
            owners: Names::new(OWNERS),
            keys: Names::new(KEYS),
            words: Names::new(WORDS),
            open: BTreeMap::new(),
            clients: BTreeMap::new(),
            uids: BTreeMap::new(),
            keyed: None,
            events: 0,
            skipped: Skipped::default(),
        }
    }

    fn end_of_log(&self) -> Result<Option<Event>, Refusal> {
        if self.events == 0 {
            let help = "give JSON Lines, EDN, JSON, or log lines such as `0 :invoke :acquire nil`";
            return Err(Refusal::new(1, "there is no event of a history in it", help));
        }
        Ok(None)
    }

    /// The event of a record; none where it is no call.
    fn event(&mut self, line: u64, record: &Form) -> Result<Option<Event>, Refusal> {
        let at = match record.get("time") {
            Some(Form::Int(at)) => Some(*at),
            _ => None,
        };
        let stamp = Stamp { n: self.events, line, at };
        let process = match record.get("process") {
            Some(Form::Int(process)) => *process,
            Some(Form::Word(teller) | Form::Text(teller)) if TELLERS.contains(&teller.as_str()) => {
                let Some(event) = self.told(stamp, teller, record)? else { return Ok(self.no_call()) };
                self.events += 1;
                return Ok(Some(event));
            }
            Some(Form::Word(_)) | None => return Ok(self.no_call()),
            Some(Form::Text(name)) if name == "nemesis" => return Ok(self.no_call()),
            Some(_) => return Err(refuse(line, "`process` is neither a number nor `nemesis`")),
        };
        let kind = record.get("type").and_then(Form::name).unwrap_or_default();
        let event = match kind {
            "invoke" => Some(self.invoked(stamp, process, record)?),
            "ok" => Some(self.completed(stamp, process, record, Phase::Ok)?),
            "fail" => Some(self.completed(stamp, process, record, Phase::Fail)?),
            "info" if self.open.contains_key(&process) => {
                Some(self.completed(stamp, process, record, Phase::Info)?)
            }
            "info" => self.no_call(),
            _ => return Err(refuse(line, format!("there is no type `{}`", short(kind)))),
        };
        self.events += u64::from(event.is_some());
        Ok(event)
    }

    fn no_call(&mut self) -> Option<Event> {
        self.skipped.not_calls += 1;
        None
    }

    /// What the service, an owner or the resource saw beside all calls; none where it is something else.
    fn told(&mut self, stamp: Stamp, teller: &str, record: &Form) -> Result<Option<Event>, Refusal> {
        let word = record.get("f").and_then(Form::name).unwrap_or_default();
        let value = record.get("value").unwrap_or(&Form::Nil);
        let keyed = self.keyed == Some(true) && matches!(value, Form::List(_));
        let (key, value) = self.key(stamp.line, keyed, value)?;
        let Some(client) = value.get("client").and_then(Form::name) else { return Ok(None) };
        let is = |key: &str, word: &str| value.get(key).and_then(Form::name) == Some(word);
        let action = match (teller, word) {
            ("service", "granted") if is("mode", "shared") => Action::GrantedShared,
            ("service", "granted") => Action::Granted,
            ("service", "ended") => Action::Ended,
            ("owner", "lost") => Action::Lost,
            ("resource", "read") => Action::GuardedRead,
            ("resource", "write") => Action::GuardedWrite,
            ("provider", "charge") => Action::Charge,
            _ => return Ok(None),
        };
        let (phase, who) = (if is("accepted", "false") { Phase::Fail } else { Phase::Ok }, client);
        let (who, token, tenure) = (self.name(stamp.line, who)?, fence(value), tenure(value));
        Ok(Some(Event { stamp, invoked: None, key, who, action, phase, token, tenure, value: Value::None }))
    }

    fn invoked(&mut self, stamp: Stamp, process: i64, record: &Form) -> Result<Event, Refusal> {
        if self.open.contains_key(&process) {
            return Err(refuse(stamp.line, format!("process {process} has a call in flight already")));
        }
        let call = record.get("f").and_then(Form::name).unwrap_or_default();
        let Some(action) = action(call) else {
            let message = format!("`{}` is no call of a lock, a register or a set", short(call));
            return Err(refuse(stamp.line, message));
        };
        let value = record.get("value").unwrap_or(&Form::Nil);
        let keyed = *self.keyed.get_or_insert_with(|| is_tuple(action, value));
        let (key, value) = self.key(stamp.line, keyed, value)?;
        let who = self.owner(stamp.line, process, value)?;
        let value = self.value(stamp.line, action, value)?;
        self.open.insert(process, Open { stamp, action, key, who, value: value.clone() });
        let (phase, invoked, token, tenure) = (Phase::Invoke, None, None, None);
        Ok(Event { stamp, invoked, key, who, action, phase, token, tenure, value })
    }

    fn completed(
        &mut self,
        stamp: Stamp,
        process: i64,
        record: &Form,
        phase: Phase,
    ) -> Result<Event, Refusal> {
        let Some(Open { stamp: invoked, action, key, mut who, mut value }) = self.open.remove(&process)
        else {
            return Err(refuse(stamp.line, format!("process {process} has no call in flight")));
        };
        let (mut token, mut holding) = (None, None);
        if phase == Phase::Ok {
            let told = record.get("value").unwrap_or(&Form::Nil);
            let (told_key, told) = match (self.keyed, told) {
                (Some(true), Form::Nil) => (key, told),
                (keyed, told) => self.key(stamp.line, keyed == Some(true), told)?,
            };
            if told_key != key {
                return Err(refuse(stamp.line, "it completes a call of another key"));
            }
            who = self.named(stamp.line, process, told)?.unwrap_or(who);
            (token, holding) = (fence(told), tenure(told));
            value = self.value(stamp.line, action, told)?;
        }
        if phase == Phase::Info {
            // The thread goes on under a new number, so nobody asks for this one again.
            self.clients.remove(&process);
        }
        let (invoked, tenure) = (Some(invoked), holding);
        Ok(Event { stamp, invoked, key, who, action, phase, token, tenure, value })
    }

    fn key<'a>(&mut self, line: u64, keyed: bool, value: &'a Form) -> Result<(KeyId, &'a Form), Refusal> {
        let (name, value) = match value {
            value if !keyed => ("lock".to_owned(), value),
            Form::List(pair) if pair.len() == 2 => (spelled(&pair[0]), &pair[1]),
            _ => {
                return Err(refuse(line, "here a tuple of key and value was expected, as in the first call"));
            }
        };
        let key = self.keys.number(&name).ok_or_else(|| too_many(line, "keys", KEYS))?;
        Ok((KeyId(key), value))
    }

    /// Whose call it is, as far as its invocation tells.
    fn owner(&mut self, line: u64, process: i64, value: &Form) -> Result<WhoId, Refusal> {
        if let Some(named) = self.named(line, process, value)? {
            return Ok(named);
        }
        let by_uid = uid(value).and_then(|uid| self.uids.get(uid));
        if let Some(known) = self.clients.get(&process).or(by_uid) {
            return Ok(*known);
        }
        self.name(line, &process.to_string())
    }

    /// The client that a value names; it is learnt.
    fn named(&mut self, line: u64, process: i64, value: &Form) -> Result<Option<WhoId>, Refusal> {
        let Some(client) = value.get("client").and_then(Form::name) else { return Ok(None) };
        let who = self.name(line, client)?;
        self.clients.insert(process, who);
        if let Some(uid) = uid(value)
            && self.uids.len() < WORDS
        {
            self.uids.insert(uid.to_owned(), who);
        }
        Ok(Some(who))
    }

    fn name(&mut self, line: u64, name: &str) -> Result<WhoId, Refusal> {
        self.owners.number(name).map(WhoId).ok_or_else(|| too_many(line, "owners", OWNERS))
    }

    fn value(&mut self, line: u64, action: Action, value: &Form) -> Result<Value, Refusal> {
        Ok(match (action, value) {
            (Action::Cas, Form::List(pair)) if pair.len() == 2 => {
                Value::Pair(self.atom(line, &pair[0])?, self.atom(line, &pair[1])?)
            }
            (Action::Cas, _) => return Err(refuse(line, "a cas needs two values, expected and new")),
            (Action::Read, Form::List(items)) => {
                let items: Result<Vec<Atom>, Refusal> =
                    items.iter().map(|item| self.atom(line, item)).collect();
                Value::Many(items?.into())
            }
            (Action::Read | Action::Write | Action::Add, value) => Value::One(self.atom(line, value)?),
            _ => Value::None,
        })
    }

    fn atom(&mut self, line: u64, value: &Form) -> Result<Atom, Refusal> {
        match value {
            Form::Nil => Ok(Atom::Nil),
            Form::Int(number) => Ok(Atom::Int(*number)),
            other => {
                let word = self.words.number(&spelled(other));
                word.map(Atom::Word).ok_or_else(|| too_many(line, "values", WORDS))
            }
        }
    }
}

fn refuse(line: u64, message: impl Into<String>) -> Refusal {
    Refusal::new(line, message, "an event has :process, :type (invoke, ok, fail, info), :f and :value")
}

fn action(call: &str) -> Option<Action> {
    Some(match call {
        "acquire" | "lock" => Action::Acquire,
        "acquire-shared" | "acquire-read" | "read-lock" => Action::AcquireShared,
        "release" | "unlock" => Action::Release,
        "extend" | "renew" => Action::Extend,
        "read" => Action::Read,
        "write" => Action::Write,
        "cas" => Action::Cas,
        "add" => Action::Add,
        _ => return None,
    })
}

/// Whether the value of a first invocation is a tuple of key and value.
fn is_tuple(action: Action, value: &Form) -> bool {
    let Form::List(pair) = value else { return false };
    pair.len() == 2 && (action != Action::Cas || matches!(pair[1], Form::List(_)))
}

fn uid(value: &Form) -> Option<&str> {
    value.get("uid").unwrap_or(value).name()
}

/// A fencing token. Hazelcast writes 0 for none.
fn fence(value: &Form) -> Option<u64> {
    match value.get("fence").or(value.get("token"))? {
        Form::Int(fence) => u64::try_from(*fence).ok().filter(|fence| *fence > 0),
        _ => None,
    }
}

/// Which holding a value is about.
fn tenure(value: &Form) -> Option<u64> {
    match value.get("tenure")? {
        Form::Int(tenure) => u64::try_from(*tenure).ok(),
        _ => None,
    }
}

/// A value as a name.
fn spelled(value: &Form) -> String {
    match value {
        Form::Nil => "nil".to_owned(),
        Form::Int(number) => number.to_string(),
        Form::Word(text) | Form::Text(text) => text.clone(),
        Form::List(items) => format!("[{}]", items.iter().map(spelled).collect::<Vec<_>>().join(" ")),
        Form::Map(pairs) => {
            let pairs = pairs.iter().map(|(key, value)| format!("{} {}", spelled(key), spelled(value)));
            format!("{{{}}}", pairs.collect::<Vec<_>>().join(" "))
        }
    }
}
