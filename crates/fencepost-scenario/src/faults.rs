//! `[[fault]]`: what goes wrong, and at whom.

use crate::draft::{FaultDraft, UpsetDraft, What};
use crate::keys::{self, KINDS, Table};
use crate::law::ANY;
use crate::placing::{MOST_FAULTS, placing};
use crate::read::{self, Word};
use crate::section::{Section, Value, wrong_type};
use crate::target::{Targets, Who};
use crate::world::MOST_PPM;
use crate::{MESSAGE_KINDS, Mistakes, words};
use fencepost_model::{Direction, Span};
use std::collections::BTreeMap;
use toml::de::DeValue;

/// All faults of a file. Broken ones are mistakes and left out.
pub(crate) fn faults(
    top: &Section<'_>,
    length: Span,
    targets: &Targets,
    mistakes: &mut Mistakes,
) -> Vec<FaultDraft> {
    let Some(value) = top.get("fault") else { return Vec::new() };
    let DeValue::Array(items) = value.get_ref() else {
        wrong_type::<()>("fault", "a list of tables", "`[[fault]]` with two brackets", value, mistakes);
        return Vec::new();
    };
    let mut drafts: Vec<FaultDraft> = Vec::new();
    let mut twins: BTreeMap<String, u32> = BTreeMap::new();
    let mut planned = 0;
    for (index, item) in items.iter().enumerate() {
        let Some(mut draft) = fault(index + 1, item, length, targets, mistakes) else { continue };
        planned = count_planned(planned, &draft, item, length, mistakes);
        let twin = twins.entry(draft.identity.clone()).or_default();
        *twin += 1;
        draft.identity = format!("fault/{}/{twin}", draft.identity);
        drafts.push(draft);
    }
    drafts
}

/// The kinds of faults that the file has, broken ones included.
pub(crate) fn kinds(top: &Section<'_>) -> Vec<&'static str> {
    let Some(DeValue::Array(items)) = top.get("fault").map(|value| value.get_ref()) else {
        return Vec::new();
    };
    let has = |kind: &str| {
        items.iter().any(|item| matches!(item.get_ref(), DeValue::Table(table) if table.contains_key(kind)))
    };
    KINDS.iter().copied().filter(|kind| has(kind)).collect()
}

/// Adds a fault to the number of planned ones, and refuses the fault with which they become too many.
fn count_planned(
    planned: u64,
    draft: &FaultDraft,
    item: &Value<'_>,
    length: Span,
    mistakes: &mut Mistakes,
) -> u64 {
    let sum = planned.saturating_add(draft.placing.most(length));
    if planned <= MOST_FAULTS && sum > MOST_FAULTS {
        let message = format!("up to {sum} faults are too many for a plan");
        let label = "with this one there can be too many";
        let help =
            format!("a plan has at most {MOST_FAULTS} faults: raise the `min` of `every`, or lower `length`");
        mistakes.add("too-many-faults", item.span(), message, label, help);
    }
    sum
}

fn fault(
    place: usize,
    item: &Value<'_>,
    length: Span,
    targets: &Targets,
    mistakes: &mut Mistakes,
) -> Option<FaultDraft> {
    let before = mistakes.len();
    let section = Section::of(&keys::FAULT, item, mistakes)?;
    let given: Vec<&str> = KINDS.iter().copied().filter(|kind| section.get(kind).is_some()).collect();
    let kind = match given[..] {
        [kind] => kind,
        // A misspelt kind has been told already.
        [] if mistakes.len() > before => return None,
        [] => {
            let help = format!("add one of {}", words::list(KINDS));
            mistakes.add("empty-fault", item.span(), "the fault does not say what goes wrong", "what?", help);
            return None;
        }
        [_, second, ..] => {
            let message = format!("a fault is one of {}", words::list(&given));
            let help = "write another `[[fault]]` for it";
            mistakes.add("two-faults", section.key_span(second), message, "one too many", help);
            return None;
        }
    };
    let placing = placing(&section, kind, length, targets, mistakes);
    let what = section.section(kind, table(kind), mistakes).and_then(|section| {
        let mut reader = Reader { section, kind, targets, mistakes };
        reader.what()
    });
    let (placing, what) = (placing?, what?);
    let identity = format!("{}/{}", what.identity(), placing.word());
    Some(FaultDraft { place, identity, placing, what })
}

fn table(kind: &str) -> &'static Table {
    match kind {
        "kill" => &keys::KILL,
        "restart" => &keys::RESTART,
        "pause" => &keys::PAUSE,
        "suspend" => &keys::SUSPEND,
        "partition" => &keys::PARTITION,
        "delay" => &keys::DELAY,
        "skew" => &keys::SKEW,
        "jump" => &keys::JUMP,
        "drift" => &keys::DRIFT,
        _ => &keys::MESSAGE,
    }
}

/// Reads the table of one kind of fault.
struct Reader<'a, 'm> {
    section: Section<'a>,
    kind: &'static str,
    targets: &'m Targets,
    mistakes: &'m mut Mistakes,
}

impl Reader<'_, '_> {
    fn what(&mut self) -> Option<What> {
        if self.kind == "message" {
            return self.message();
        }
        let before = self.mistakes.len();
        let who = self.who();
        let what = self.aimed(who.clone().unwrap_or(Who::AnyClient));
        // A part that cannot be read has left a mistake, whatever stands in its place.
        if self.mistakes.len() > before { None } else { who.and(what) }
    }

    /// The fault with its own keys. All of them are read, so that all mistakes are found.
    fn aimed(&mut self, who: Who) -> Option<What> {
        Some(match self.kind {
            "kill" => {
                What::Kill { who, restart_after: self.section.law("restart-after", ANY, self.mistakes) }
            }
            "restart" => What::Restart { who },
            "pause" => What::Pause { who, hold: self.law("hold")? },
            "suspend" => What::Suspend { who, hold: self.law("hold")? },
            "partition" => {
                let (from, direction) = (self.from(&who), self.direction());
                What::Partition { who, from, direction, hold: self.law("hold")? }
            }
            "delay" => {
                let (by, direction, hold) = (self.law("by"), self.direction(), self.law("hold"));
                What::Delay { who, by: by?, direction, hold: hold? }
            }
            "skew" => What::Skew { who, by: self.section.need_signed("by", self.mistakes)? },
            "jump" => What::Jump { who, by: self.section.need_signed("by", self.mistakes)? },
            _ => {
                let (ppm, hold) = (self.ppm(), self.section.law("hold", ANY, self.mistakes));
                What::Drift { who, ppm: ppm?, hold }
            }
        })
    }

    fn law(&mut self, key: &str) -> Option<fencepost_model::Law> {
        self.section.need_law(key, self.mistakes)
    }

    fn ppm(&mut self) -> Option<i32> {
        let value = self.section.require("ppm", self.mistakes)?;
        let ppm = read::ppm("ppm", value, -MOST_PPM..=MOST_PPM, self.mistakes)?;
        i32::try_from(ppm).ok()
    }

    fn who(&mut self) -> Option<Who> {
        let value = self.section.require("who", self.mistakes)?;
        let word = read::word("who", value, self.mistakes)?;
        let who = self.targets.who(&word, self.mistakes)?;
        self.check_resource(&who, &word)?;
        Some(who)
    }

    /// The resource stands for something that is not under test: only links and pauses hit it.
    fn check_resource(&mut self, who: &Who, word: &Word<'_>) -> Option<()> {
        let hits_resource = matches!(who, Who::Machine(name) if name == "resource");
        if !hits_resource || matches!(self.kind, "pause" | "partition" | "delay") {
            return Some(());
        }
        let message = format!("`{}` cannot hit the resource", self.kind);
        let label = "its state is durable and it reads no clock";
        let help = "the resource takes `pause`, `partition` and `delay`";
        self.mistakes.add("resource-fault", word.span.clone(), message, label, help);
        None
    }

    fn from(&mut self, who: &Who) -> Option<Who> {
        let word = self.section.word("from", self.mistakes)?;
        let from = self.targets.who(&word, self.mistakes)?;
        if from == *who && !matches!(who, Who::AnyClient | Who::Part(_)) {
            let help = "name another target, or leave `from` out to cut it off from everybody";
            let message = format!("`{}` cannot be cut off from itself", who.word());
            self.mistakes.add("self-partition", word.span, message, "the same as `who`", help);
        }
        Some(from)
    }

    fn direction(&mut self) -> Direction {
        const WORDS: [(&str, Direction); 3] =
            [("both", Direction::Both), ("to", Direction::To), ("from", Direction::From)];
        let Some(word) = self.section.word("direction", self.mistakes) else { return Direction::Both };
        if let Some((_, direction)) = WORDS.iter().find(|(name, _)| *name == word.text) {
            return *direction;
        }
        let valid = WORDS.map(|(name, _)| name);
        self.mistakes.add_unknown("unknown-direction", word.span, word.text, &valid, "directions are");
        Direction::Both
    }

    fn message(&mut self) -> Option<What> {
        let before = self.mistakes.len();
        let kind = self.message_kind();
        let nth = self.section.count("nth", 1..=1_000_000, self.mistakes).unwrap_or(1) as u32;
        let client = self.section.word("client", self.mistakes);
        let client = client.and_then(|word| self.targets.client(&word, self.mistakes));
        let upset = self.upset();
        if self.mistakes.len() > before {
            return None;
        }
        Some(What::Message { kind: kind?, nth, client, upset: upset? })
    }

    fn message_kind(&mut self) -> Option<String> {
        let value = self.section.require("kind", self.mistakes)?;
        let word = read::word("kind", value, self.mistakes)?;
        if MESSAGE_KINDS.contains(&word.text) {
            return Some(word.text.to_owned());
        }
        let whole = "the kinds of messages are";
        self.mistakes.add_unknown("unknown-message-kind", word.span, word.text, MESSAGE_KINDS, whole);
        None
    }

    fn upset(&mut self) -> Option<UpsetDraft> {
        let delay = self.section.get("delay").map(|_| self.section.law("delay", ANY, self.mistakes));
        let lose = self.section.get("lose").map(|_| self.section.flag("lose", self.mistakes));
        match (delay, lose) {
            (Some(law), None) => law.map(UpsetDraft::Delay),
            (None, Some(Some(true))) => Some(UpsetDraft::Lose),
            (None, Some(None)) => None,
            _ => {
                let message = "a message fault needs exactly one of `delay` and `lose = true`";
                let help = "write `delay = \"3s\"` or `lose = true`";
                self.mistakes.add("delay-or-lose", self.section.span.clone(), message, "late or lost?", help);
                None
            }
        }
    }
}
