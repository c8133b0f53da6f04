//! Our own JSON Lines, one event in each line. The page `history-format.md` beside this crate is for people.

use super::super::event::{Action, Event, Phase, Stamp, Value};
use super::super::names::{KeyId, Names, WhoId};
use super::Refusal;
use super::limits::{KEYS, OWNERS};
use super::lines::Lines;
use serde::Deserialize;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::BufRead;

/// The version of the format that this reads.
pub(super) const VERSION: u64 = 1;

#[derive(Deserialize)]
struct Line<'a> {
    t: Option<i64>,
    #[serde(borrow)]
    who: Option<Cow<'a, str>>,
    #[serde(borrow)]
    lock: Option<Cow<'a, str>>,
    #[serde(borrow)]
    op: Option<Cow<'a, str>>,
    #[serde(borrow)]
    mode: Option<Cow<'a, str>>,
    token: Option<u64>,
    tenure: Option<u64>,
    accepted: Option<bool>,
    #[serde(borrow)]
    history: Option<Cow<'a, str>>,
    version: Option<u64>,
    #[serde(borrow)]
    clocks: Option<Cow<'a, str>>,
}

/// Reads our own lines.
pub(super) struct Own<R> {
    lines: Lines<R>,
    pub owners: Names,
    pub keys: Names,
    open: BTreeMap<(WhoId, KeyId), (Stamp, Action)>,
    events: u64,
    /// Whether the header says that one clock stamped all lines.
    pub is_one_clock: bool,
}

/// What a word of `op` says.
enum Said {
    Asks(Action),
    Done(Action),
    Refused,
    Unknown,
    ByService(Action),
    AtResource(Action),
}

const OPS: &str = "acquiring, acquired, releasing, released, extending, extended, refused, unknown, lost, \
                   granted, ended, read, write, charge";

impl<R: BufRead> Own<R> {
    pub fn new(lines: Lines<R>) -> Own<R> {
        let (owners, keys) = (Names::new(OWNERS), Names::new(KEYS));
        Own { lines, owners, keys, open: BTreeMap::new(), events: 0, is_one_clock: false }
    }

    pub fn next_event(&mut self) -> Result<Option<Event>, Refusal> {
        loop {
            let Some((number, text)) = self.lines.next_line()? else { return Ok(None) };
            if text.trim_start().is_empty() {
                continue;
            }
            let line: Line<'_> = serde_json::from_str(text).map_err(|error| not_json(number, &error))?;
            if let Some(history) = &line.history {
                header(number, history, line.version)?;
                self.is_one_clock = self.events == 0 && line.clocks.as_deref() == Some("one");
                continue;
            }
            let op = line.op.as_deref().ok_or_else(|| missing(number, "op"))?;
            let who = line.who.as_deref().ok_or_else(|| missing(number, "who"))?;
            let said = said(op, line.mode.as_deref())
                .map_err(|(message, help)| Refusal::new(number, message, help))?;
            let who = self.owners.number(who).ok_or_else(|| too_many(number, "owners", OWNERS))?;
            let key = line.lock.as_deref().unwrap_or("lock");
            let key = self.keys.number(key).ok_or_else(|| too_many(number, "locks", KEYS))?;
            let stamp = Stamp { n: self.events, line: number, at: line.t };
            let (who, key) = (WhoId(who), KeyId(key));
            let told = Told { tenure: line.tenure, accepted: line.accepted };
            let token = line.token.filter(|token| *token > 0);
            let event = understand(&mut self.open, said, stamp, (who, key), token, told)?;
            self.events += 1;
            return Ok(Some(event));
        }
    }
}

/// What else a line tells.
struct Told {
    tenure: Option<u64>,
    accepted: Option<bool>,
}

/// Puts the two ends of a call together.
fn understand(
    open: &mut BTreeMap<(WhoId, KeyId), (Stamp, Action)>,
    said: Said,
    stamp: Stamp,
    whose: (WhoId, KeyId),
    token: Option<u64>,
    told: Told,
) -> Result<Event, Refusal> {
    let mut ended = |phase| {
        let Some((invoked, action)) = open.remove(&whose) else {
            let help = "log `acquiring`, `releasing` or `extending` before the call";
            return Err(Refusal::new(stamp.line, "it ends a call that was never made", help));
        };
        Ok((action, phase, Some(invoked)))
    };
    let (action, phase, invoked) = match said {
        Said::Refused => ended(Phase::Fail)?,
        Said::Unknown => ended(Phase::Info)?,
        Said::Asks(action) => {
            open.insert(whose, (stamp, action));
            (action, Phase::Invoke, None)
        }
        Said::Done(action) => {
            let invoked = match open.get(&whose) {
                Some((invoked, asked)) if *asked == action => {
                    let invoked = *invoked;
                    open.remove(&whose);
                    Some(invoked)
                }
                _ => None,
            };
            (action, Phase::Ok, invoked)
        }
        Said::ByService(action) => (action, Phase::Ok, None),
        Said::AtResource(action) => {
            (action, if told.accepted == Some(false) { Phase::Fail } else { Phase::Ok }, None)
        }
    };
    let ((who, key), tenure, value) = (whose, told.tenure, Value::None);
    Ok(Event { stamp, invoked, key, who, action, phase, token, tenure, value })
}

fn said(op: &str, mode: Option<&str>) -> Result<Said, (String, String)> {
    let (acquire, granted) = match mode {
        None | Some("exclusive") => (Action::Acquire, Action::Granted),
        Some("shared") => (Action::AcquireShared, Action::GrantedShared),
        Some(mode) => {
            return Err((format!("there is no mode `{mode}`"), "`exclusive` or `shared`".to_owned()));
        }
    };
    Ok(match op {
        "acquiring" => Said::Asks(acquire),
        "acquired" => Said::Done(acquire),
        "releasing" => Said::Asks(Action::Release),
        "released" => Said::Done(Action::Release),
        "extending" => Said::Asks(Action::Extend),
        "extended" => Said::Done(Action::Extend),
        "refused" => Said::Refused,
        "unknown" => Said::Unknown,
        "lost" => Said::Done(Action::Lost),
        "granted" => Said::ByService(granted),
        "ended" => Said::ByService(Action::Ended),
        "read" => Said::AtResource(Action::GuardedRead),
        "write" => Said::AtResource(Action::GuardedWrite),
        "charge" => Said::AtResource(Action::Charge),
        _ => return Err((format!("there is no op `{}`", short(op)), format!("one of {OPS}"))),
    })
}

fn header(number: u64, history: &str, version: Option<u64>) -> Result<(), Refusal> {
    if history == "fencepost" && version == Some(VERSION) {
        return Ok(());
    }
    let message = format!("the header names `{}` in version {version:?}", short(history));
    Err(Refusal::new(number, message, r#"this reads {"history": "fencepost", "version": 1}"#))
}

fn not_json(number: u64, error: &serde_json::Error) -> Refusal {
    let text = error.to_string();
    // The parser counts lines of its own text, which is one line here.
    let text = text.split(" at line ").next().unwrap_or(&text).to_owned();
    let message = format!("column {}: {text}", error.column());
    Refusal::new(
        number,
        message,
        r#"a line is {"t": 1, "who": "a", "lock": "l", "op": "acquired", "token": 7}"#,
    )
}

fn missing(number: u64, field: &str) -> Refusal {
    Refusal::new(number, format!("there is no `{field}`"), "each event has at least `who` and `op`")
}

pub(super) fn too_many(number: u64, what: &str, limit: usize) -> Refusal {
    Refusal::new(number, format!("there are more than {limit} {what}"), "give the history in parts")
}

/// At most the first letters of what a user wrote.
pub(super) fn short(text: &str) -> String {
    let kept: String = text.chars().take(40).collect();
    if kept.len() < text.len() { kept + "…" } else { kept }
}
