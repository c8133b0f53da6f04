//! When faults fire: `at`, `every`, `on` and `at-point`.

use crate::draft::Placing;
use crate::keys::{self, PLACINGS};
use crate::read::Word;
use crate::section::Section;
use crate::target::{Targets, Who};
use crate::{MESSAGE_KINDS, Mistakes, words};
use fencepost_model::{Law, PointKind, Span, TriggerEvent};

/// The most faults of one plan.
pub(crate) const MOST_FAULTS: u64 = 10_000;

/// Whether the kind of fault says by itself when it happens.
fn is_implied(kind: &str) -> bool {
    matches!(kind, "skew" | "message")
}

/// The placing of a fault, which has to have exactly one, or none where its kind implies it.
pub(crate) fn placing(
    section: &Section<'_>,
    kind: &str,
    length: Span,
    targets: &Targets,
    mistakes: &mut Mistakes,
) -> Option<Placing> {
    let given: Vec<&str> = PLACINGS.iter().copied().filter(|key| section.get(key).is_some()).collect();
    match given[..] {
        [] if is_implied(kind) => Some(Placing::Implied),
        [] => {
            let message = format!("the fault `{kind}` does not say when");
            let help = "add one of `at = \"20s\"`, `every = { min, max }`, `on = { event = \"acquired\" }` and \
                        `at-point = { kind = \"send\" }`";
            mistakes.add("no-placing", section.key_span(kind), message, "when?", help);
            None
        }
        [key, ..] if is_implied(kind) => {
            let message = format!("`{kind}` takes no `{key}`");
            let label =
                if kind == "skew" { "a skew is there from the beginning" } else { "the message says when" };
            mistakes.add(
                "needless-placing",
                section.key_span(key),
                message,
                label,
                format!("remove `{key}`"),
            );
            None
        }
        ["at"] => at(section, length, mistakes),
        ["every"] => every(section, length, mistakes),
        ["on"] => on(section, targets, mistakes),
        ["at-point"] => at_point(section, targets, mistakes),
        [_, second, ..] => {
            let message = format!("a fault fires by one of {}", words::list(&given));
            mistakes.add(
                "two-placings",
                section.key_span(second),
                message,
                "one too many",
                "keep one of them",
            );
            None
        }
        [_] => unreachable!("every placing is matched above"),
    }
}

fn at(section: &Section<'_>, length: Span, mistakes: &mut Mistakes) -> Option<Placing> {
    let law = section.law("at", mistakes)?;
    not_after(length, law.max(), "at", section, mistakes)?;
    Some(Placing::At(law))
}

fn every(section: &Section<'_>, length: Span, mistakes: &mut Mistakes) -> Option<Placing> {
    let law = section.law("every", mistakes)?;
    not_after(length, law.min(), "every", section, mistakes)?;
    Some(Placing::Every(law))
}

/// Faults do not fire after the length of the scenario: one that could not is a mistake.
fn not_after(
    length: Span,
    time: Span,
    key: &str,
    section: &Section<'_>,
    mistakes: &mut Mistakes,
) -> Option<()> {
    if time <= length {
        return Some(());
    }
    let label = format!("the scenario's `length` is {length}");
    let help = "fire it earlier, or raise `length`";
    mistakes.add(
        "fires-too-late",
        section.get(key)?.span(),
        "this fault can fire after the end",
        label,
        help,
    );
    None
}

fn on(section: &Section<'_>, targets: &Targets, mistakes: &mut Mistakes) -> Option<Placing> {
    let on = section.section("on", &keys::ON, mistakes)?;
    let event = on.require("event", mistakes);
    let event = event.and_then(|value| crate::read::word("event", value, mistakes));
    let event = event.and_then(|word| trigger(&word, mistakes));
    let owner = on.word("owner", mistakes).map(|word| targets.owner(&word, mistakes));
    let nth = on.count("nth", mistakes).unwrap_or(1) as u32;
    let after = on.law("after", mistakes).unwrap_or(Law::constant(Span::ZERO));
    let owner = match owner {
        Some(known) => Some(known?),
        None => None,
    };
    Some(Placing::On { event: event?, owner, nth, after })
}

fn trigger(word: &Word<'_>, mistakes: &mut Mistakes) -> Option<TriggerEvent> {
    let known = TriggerEvent::ALL.iter().find(|(_, name, _)| *name == word.text);
    if known.is_none() {
        let valid: Vec<&str> = TriggerEvent::ALL.iter().map(|(_, name, _)| *name).collect();
        mistakes.add_unknown("unknown-event", word.span.clone(), word.text, &valid, "the events are");
    }
    known.map(|(event, ..)| *event)
}

fn at_point(section: &Section<'_>, targets: &Targets, mistakes: &mut Mistakes) -> Option<Placing> {
    let before = mistakes.len();
    let point = section.section("at-point", &keys::AT_POINT, mistakes)?;
    let kind = point.require("kind", mistakes);
    let kind = kind.and_then(|value| crate::read::word("kind", value, mistakes));
    let kind = kind.and_then(|word| point_kind(&word, mistakes));
    let message = point.word("message", mistakes);
    let message = message.and_then(|word| point_message(kind, &word, mistakes));
    let who = point.word("who", mistakes).and_then(|word| point_who(kind, &word, targets, mistakes));
    let nth = point.count("nth", mistakes).unwrap_or(1) as u32;
    let kind = kind.filter(|_| mistakes.len() == before)?;
    Some(Placing::AtPoint { kind, message, who, nth })
}

fn point_kind(word: &Word<'_>, mistakes: &mut Mistakes) -> Option<PointKind> {
    let known = PointKind::ALL.iter().find(|(_, name, _)| *name == word.text);
    if known.is_none() {
        let valid: Vec<&str> = PointKind::ALL.iter().map(|(_, name, _)| *name).collect();
        let whole = "the kinds of decision points are";
        mistakes.add_unknown("unknown-decision-point", word.span.clone(), word.text, &valid, whole);
    }
    known.map(|(kind, ..)| *kind)
}

fn point_message(kind: Option<PointKind>, word: &Word<'_>, mistakes: &mut Mistakes) -> Option<String> {
    if !MESSAGE_KINDS.contains(&word.text) {
        let whole = "the kinds of messages are";
        mistakes.add_unknown("unknown-message-kind", word.span.clone(), word.text, MESSAGE_KINDS, whole);
    } else if !matches!(kind, None | Some(PointKind::Send | PointKind::Deliver)) {
        let message = "this decision point has no message";
        let help = "remove `message`, or take `send` or `deliver`";
        mistakes.add("no-message", word.span.clone(), message, "of which message?", help);
    }
    Some(word.text.to_owned())
}

/// In whom the point lies. Clients send, read clocks and wake; servers sync; everybody is handed messages.
fn point_who(
    kind: Option<PointKind>,
    word: &Word<'_>,
    targets: &Targets,
    mistakes: &mut Mistakes,
) -> Option<Who> {
    let is_client = |who: &Who| !matches!(who, Who::Part(_)) && !who.is_behind();
    let who = targets.point_in(word, mistakes)?;
    let wanted = match kind? {
        _ if who == Who::Holder => "a client, an owner or a machine by name",
        PointKind::Send | PointKind::ClockRead if !is_client(&who) => "a client or an owner",
        PointKind::Wake if !is_client(&who) || Targets::is_owner(word.text) => {
            "the client, whose process sleeps"
        }
        PointKind::Sync if !matches!(who, Who::Part(_)) => "a server",
        _ => return Some(who),
    };
    let message = format!("{} never comes to this decision point", words::quote(word.text));
    let help = format!("name {wanted}, or leave `who` out");
    mistakes.add("point-elsewhere", word.span.clone(), message, "not here", help);
    None
}

impl Placing {
    /// The most often that a fault can fire within `length`.
    pub(crate) fn most(&self, length: Span) -> u64 {
        match self {
            Placing::Every(gap) => length.0 / gap.min().0.max(1),
            _ => 1,
        }
    }

    /// Its word in names of draws.
    pub(crate) const fn word(&self) -> &'static str {
        match self {
            Placing::At(_) => "at",
            Placing::Every(_) => "every",
            Placing::On { .. } => "on",
            Placing::AtPoint { .. } => "at-point",
            Placing::Implied => "implied",
        }
    }
}
