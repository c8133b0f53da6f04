//! When faults fire: `at`, `every` and `on`.

use crate::draft::{Placing, What};
use crate::keys::{self, PLACINGS};
use crate::law::{ANY, SOME};
use crate::read::Word;
use crate::section::Section;
use crate::target::Targets;
use crate::{Mistakes, words};
use fencepost_model::{Law, Span, TriggerEvent};

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
            let help =
                "add one of `at = \"20s\"`, `every = { min, max }` and `on = { event = \"acquired\" }`";
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
    let law = section.law("at", ANY, mistakes)?;
    not_after(length, law.max(), "at", section, mistakes)?;
    Some(Placing::At(law))
}

fn every(section: &Section<'_>, length: Span, mistakes: &mut Mistakes) -> Option<Placing> {
    let law = section.law("every", 1..=*SOME.end(), mistakes)?;
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
    let nth = on.count("nth", 1..=1_000_000, mistakes).unwrap_or(1) as u32;
    let after = on.law("after", ANY, mistakes).unwrap_or(Law::constant(Span::ZERO));
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

impl Placing {
    /// The most often that a fault can fire within `length`.
    pub(crate) fn most(&self, length: Span) -> u64 {
        match self {
            Placing::Every(gap) => length.0 / gap.min().0.max(1),
            Placing::At(_) | Placing::On { .. } | Placing::Implied => 1,
        }
    }

    /// Its word in names of draws.
    pub(crate) const fn word(&self) -> &'static str {
        match self {
            Placing::At(_) => "at",
            Placing::Every(_) => "every",
            Placing::On { .. } => "on",
            Placing::Implied => "implied",
        }
    }
}

impl What {
    /// The part of a fault's identity that tells its kind and target.
    pub(crate) fn identity(&self) -> String {
        let of = |kind, who: &crate::target::Who| format!("{kind}/{}", who.word());
        match self {
            What::Kill { who, .. } => of("kill", who),
            What::Restart { who } => of("restart", who),
            What::Pause { who, .. } => of("pause", who),
            What::Suspend { who, .. } => of("suspend", who),
            What::Partition { who, .. } => of("partition", who),
            What::Delay { who, .. } => of("delay", who),
            What::Skew { who, .. } => of("skew", who),
            What::Jump { who, .. } => of("jump", who),
            What::Drift { who, .. } => of("drift", who),
            What::Message { kind, .. } => format!("message/{kind}"),
        }
    }
}
