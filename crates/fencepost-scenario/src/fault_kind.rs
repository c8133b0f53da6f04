//! The kinds of faults: the table of each, with its own keys.

use crate::draft::{UpsetDraft, What};
use crate::keys::{self, Table, Takes};
use crate::read;
use crate::section::Section;
use crate::target::{Targets, Who};
use crate::words::DIRECTIONS;
use crate::{MESSAGE_KINDS, Mistakes, aim};
use fencepost_model::{Direction, Law};
use toml::de::DeValue;

/// The table of a kind of fault.
fn table(kind: &str) -> &'static Table {
    match keys::FAULT.key(kind).map(|key| key.takes) {
        Some(Takes::Table(table)) => table,
        _ => unreachable!("`{kind}` is no kind of fault"),
    }
}

/// What goes wrong: the table under the fault's kind.
pub(crate) fn what(
    fault: &Section<'_>,
    kind: &'static str,
    targets: &Targets,
    datagrams: bool,
    mistakes: &mut Mistakes,
) -> Option<What> {
    let before = mistakes.len();
    let of_datagrams = matches!(kind, "loss" | "duplicate" | "reorder");
    if of_datagrams && !targets.server_datagrams {
        aim::check_transport(kind, fault.key_span(kind), datagrams, mistakes);
    }
    let section = fault.section(kind, table(kind), mistakes)?;
    let mut reader = Reader { section, kind, targets, datagrams, mistakes };
    let what = match kind {
        "message" => reader.message(),
        // A part that cannot be read has left a mistake, whatever stands in its place. All parts are read,
        // so that all mistakes are found.
        _ => {
            let who = reader.who();
            // Servers of which some speak by datagrams are no reason to aim at others that do not.
            if of_datagrams && targets.server_datagrams && !matches!(who, Some(Who::Part(_)) | None) {
                aim::check_transport(kind, fault.key_span(kind), datagrams, reader.mistakes);
            }
            let what = reader.aimed(who.clone().unwrap_or(Who::AnyClient));
            who.and(what)
        }
    };
    what.filter(|_| mistakes.len() == before)
}

/// Reads the table of one kind of fault.
struct Reader<'a, 'm> {
    section: Section<'a>,
    kind: &'static str,
    targets: &'m Targets,
    datagrams: bool,
    mistakes: &'m mut Mistakes,
}

impl Reader<'_, '_> {
    fn aimed(&mut self, who: Who) -> Option<What> {
        Some(match self.kind {
            "kill" => What::Kill { who, restart_after: self.may("restart-after") },
            "restart" => What::Restart { who },
            "power-cut" => What::PowerCut { who, restart_after: self.may("restart-after") },
            "pause" => What::Pause { who, hold: self.law("hold")? },
            "suspend" => What::Suspend { who, hold: self.law("hold")? },
            "partition" => {
                let (from, direction) = (self.from(&who), self.direction());
                What::Partition { who, from, direction, hold: self.law("hold")? }
            }
            "delay" | "reorder" => self.late(who)?,
            "loss" | "duplicate" => self.share(who)?,
            "skew" => What::Skew { who, by: self.section.need_signed("by", self.mistakes)? },
            "jump" => What::Jump { who, by: self.section.need_signed("by", self.mistakes)? },
            "drift" => {
                let (ppm, hold) = (self.ppm(), self.may("hold"));
                What::Drift { who, ppm: ppm?, hold }
            }
            "stall" => What::Stall { who, slower: self.may("slower"), hold: self.law("hold")? },
            "evict" => What::Evict { who },
            "cancel" => What::Cancel { who },
            kind => unreachable!("the kind `{kind}` is listed and not read"),
        })
    }

    fn late(&mut self, who: Who) -> Option<What> {
        let (by, direction, hold) = (self.law("by"), self.direction(), self.law("hold"));
        let (by, hold) = (by?, hold?);
        Some(match self.kind {
            "reorder" => What::Reorder { who, by, direction, hold },
            _ => What::Delay { who, by, direction, hold },
        })
    }

    fn share(&mut self, who: Who) -> Option<What> {
        let (rate, direction, hold) = (self.rate(), self.direction(), self.law("hold"));
        let (rate, hold) = (rate?, hold?);
        Some(match self.kind {
            "loss" => What::Loss { who, rate, direction, hold },
            _ => What::Duplicate { who, rate, direction, hold },
        })
    }

    fn law(&mut self, key: &str) -> Option<Law> {
        self.section.need_law(key, self.mistakes)
    }

    fn may(&mut self, key: &str) -> Option<Law> {
        self.section.law(key, self.mistakes)
    }

    fn ppm(&mut self) -> Option<i32> {
        self.section.require("ppm", self.mistakes)?;
        i32::try_from(self.section.ppm("ppm", self.mistakes)?).ok()
    }

    fn rate(&mut self) -> Option<u32> {
        self.section.require("rate", self.mistakes)?;
        self.section.rate("rate", self.mistakes)
    }

    fn who(&mut self) -> Option<Who> {
        let value = self.section.require("who", self.mistakes)?;
        let word = read::word("who", value, self.mistakes)?;
        aim::aim(self.kind, &word, self.targets, self.mistakes)
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
        let Some(word) = self.section.word("direction", self.mistakes) else { return Direction::Both };
        if let Some((_, direction)) = DIRECTIONS.iter().find(|(name, _)| *name == word.text) {
            return *direction;
        }
        let valid = DIRECTIONS.map(|(name, _)| name);
        self.mistakes.add_unknown("unknown-direction", word.span, word.text, &valid, "directions are");
        Direction::Both
    }

    fn message(&mut self) -> Option<What> {
        let kind = self.message_kind();
        let nth = self.section.count("nth", self.mistakes).unwrap_or(1) as u32;
        let client = self.section.word("client", self.mistakes);
        let client = client.and_then(|word| self.targets.client(&word, self.mistakes));
        let upset = self.upset();
        if let (Some(kind), Some(UpsetDraft::Duplicate)) = (&kind, &upset) {
            let span = self.section.key_span("duplicate");
            aim::check_doubled(kind, span, self.datagrams, self.mistakes);
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
        const WAYS: [&str; 3] = ["delay", "lose", "duplicate"];
        let is_meant = |value: &DeValue<'_>| !matches!(value, DeValue::Boolean(false));
        let given = WAYS.map(|way| self.section.get(way).filter(|value| is_meant(value.get_ref())));
        match given {
            [Some(_), None, None] => self.may("delay").map(UpsetDraft::Delay),
            [None, Some(_), None] => self.section.flag("lose", self.mistakes).map(|_| UpsetDraft::Lose),
            [None, None, Some(_)] => {
                self.section.flag("duplicate", self.mistakes).map(|_| UpsetDraft::Duplicate)
            }
            _ => {
                let message = "a message fault needs exactly one of `delay`, `lose` and `duplicate`";
                let help = "write `delay = \"3s\"`, `lose = true` or `duplicate = true`";
                let label = "late, lost or doubled?";
                self.mistakes.add("one-upset", self.section.span.clone(), message, label, help);
                None
            }
        }
    }
}
