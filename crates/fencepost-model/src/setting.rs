//! Settings of systems: typed values with their specifications.

use crate::Span;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

/// A value of a setting.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SettingValue {
    /// Yes or no.
    Flag(bool),
    /// A whole number.
    Number(u64),
    /// A length of time.
    Span(Span),
    /// One of a few words.
    Word(String),
}

/// What a setting may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SettingKind {
    /// Yes or no.
    Flag,
    /// A whole number within these bounds.
    Number {
        /// The smallest.
        min: u64,
        /// The largest.
        max: u64,
    },
    /// A length of time within these bounds.
    Span {
        /// The shortest.
        min: Span,
        /// The longest.
        max: Span,
    },
    /// One of these words, each with what it means.
    Word(&'static [(&'static str, &'static str)]),
}

/// The data sheet of a setting.
#[derive(Clone, Copy, Debug)]
pub struct SettingSpec {
    /// Its name in scenario files.
    pub name: &'static str,
    /// What it may hold.
    pub kind: SettingKind,
    /// What it holds where nothing is written.
    pub default: fn() -> SettingValue,
    /// What it means, in a sentence.
    pub about: &'static str,
}

/// Every setting of a system, with its value: complete, and checked against the specifications. Copies
/// share their values, because every plan of a sweep carries one.
///
/// There are a few at most, and each process of each run reads them: a list is quicker to search than a map.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(from = "BTreeMap<String, SettingValue>", into = "BTreeMap<String, SettingValue>")]
pub struct Settings(Arc<Vec<(String, SettingValue)>>);

impl Settings {
    /// The defaults of `specs`.
    pub fn defaults(specs: &[SettingSpec]) -> Settings {
        let defaults = specs.iter().map(|spec| (spec.name.to_owned(), (spec.default)()));
        Settings::from(defaults.collect::<BTreeMap<_, _>>())
    }

    /// Sets one value. The caller has checked it against its specification.
    pub fn set(&mut self, name: &str, value: SettingValue) {
        let all = Arc::make_mut(&mut self.0);
        match all.binary_search_by(|(known, _)| known.as_str().cmp(name)) {
            Ok(index) => all[index].1 = value,
            Err(index) => all.insert(index, (name.to_owned(), value)),
        }
    }

    /// All of them, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &SettingValue)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }

    /// The value of this name.
    pub fn get(&self, name: &str) -> Option<&SettingValue> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value)
    }

    /// A flag. Panics where the descriptor has no such flag: our mistake, not the user's.
    pub fn flag(&self, name: &str) -> bool {
        match self.get(name) {
            Some(SettingValue::Flag(value)) => *value,
            other => panic!("setting `{name}` is not a flag but {other:?}"),
        }
    }

    /// A number. Panics where the descriptor has no such number.
    pub fn number(&self, name: &str) -> u64 {
        match self.get(name) {
            Some(SettingValue::Number(value)) => *value,
            other => panic!("setting `{name}` is not a number but {other:?}"),
        }
    }

    /// A length of time. Panics where the descriptor has no such span.
    pub fn span(&self, name: &str) -> Span {
        match self.get(name) {
            Some(SettingValue::Span(value)) => *value,
            other => panic!("setting `{name}` is not a span but {other:?}"),
        }
    }

    /// A word. Panics where the descriptor has no such word.
    pub fn word(&self, name: &str) -> &str {
        match self.get(name) {
            Some(SettingValue::Word(value)) => value,
            other => panic!("setting `{name}` is not a word but {other:?}"),
        }
    }
}

impl From<BTreeMap<String, SettingValue>> for Settings {
    fn from(all: BTreeMap<String, SettingValue>) -> Settings {
        Settings(Arc::new(all.into_iter().collect()))
    }
}

impl From<Settings> for BTreeMap<String, SettingValue> {
    fn from(settings: Settings) -> BTreeMap<String, SettingValue> {
        settings.0.iter().cloned().collect()
    }
}

impl SettingKind {
    /// Whether the value fits; the error says what to write instead.
    pub fn check(self, value: &SettingValue) -> Result<(), String> {
        match (self, value) {
            (SettingKind::Flag, SettingValue::Flag(_)) => Ok(()),
            (SettingKind::Number { min, max }, SettingValue::Number(n)) if (min..=max).contains(n) => Ok(()),
            (SettingKind::Span { min, max }, SettingValue::Span(s)) if (min..=max).contains(s) => Ok(()),
            (SettingKind::Word(words), SettingValue::Word(word)) if words.iter().any(|(w, _)| w == word) => {
                Ok(())
            }
            _ => Err(format!("write {self}")),
        }
    }
}

impl fmt::Display for SettingKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SettingKind::Flag => write!(f, "`true` or `false`"),
            SettingKind::Number { min, max } => write!(f, "a whole number from {min} to {max}"),
            SettingKind::Span { min, max } => write!(f, "a time from \"{min}\" to \"{max}\""),
            SettingKind::Word(words) => {
                let words: Vec<_> = words.iter().map(|(word, _)| format!("\"{word}\"")).collect();
                write!(f, "{}", words.join(" or "))
            }
        }
    }
}

impl fmt::Display for SettingValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SettingValue::Flag(value) => value.fmt(f),
            SettingValue::Number(value) => value.fmt(f),
            SettingValue::Span(value) => value.fmt(f),
            SettingValue::Word(value) => value.fmt(f),
        }
    }
}
