//! Settings of systems: typed values with their specifications.

use crate::Span;
use serde::{Deserialize, Serialize};
use std::any::Any;
use std::collections::BTreeMap;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::{Arc, OnceLock};

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
pub struct Settings(Arc<Sheet>);

/// The values, by name, and the first typed reading of them.
#[derive(Default)]
struct Sheet {
    values: Vec<(String, SettingValue)>,
    reading: OnceLock<Box<dyn Any + Send + Sync>>,
}

impl Settings {
    /// The defaults of `specs`.
    pub fn defaults(specs: &[SettingSpec]) -> Settings {
        let defaults = specs.iter().map(|spec| (spec.name.to_owned(), (spec.default)()));
        Settings::from(defaults.collect::<BTreeMap<_, _>>())
    }

    /// Sets one value. The caller has checked it against its specification.
    pub fn set(&mut self, name: &str, value: SettingValue) {
        let sheet = Arc::make_mut(&mut self.0);
        sheet.reading.take();
        let all = &mut sheet.values;
        match all.binary_search_by(|(known, _)| known.as_str().cmp(name)) {
            Ok(index) => all[index].1 = value,
            Err(index) => all.insert(index, (name.to_owned(), value)),
        }
    }

    /// All of them, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &SettingValue)> {
        self.0.values.iter().map(|(name, value)| (name.as_str(), value))
    }

    /// The value of this name.
    pub fn get(&self, name: &str) -> Option<&SettingValue> {
        self.0.values.iter().find(|(known, _)| known == name).map(|(_, value)| value)
    }

    /// What `read` makes of them: a system's own settings, with types of their own. Every process of every run wants
    /// it, and reading takes as long as a message, so the first reading is kept for all who share these values.
    pub fn read_once<T: Clone + Send + Sync + 'static>(&self, read: impl Fn(&Settings) -> T) -> T {
        let kept = self.0.reading.get_or_init(|| Box::new(read(self)));
        kept.downcast_ref().cloned().unwrap_or_else(|| read(self))
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
        Settings(Arc::new(Sheet::of(all.into_iter().collect())))
    }
}

impl From<Settings> for BTreeMap<String, SettingValue> {
    fn from(settings: Settings) -> BTreeMap<String, SettingValue> {
        settings.0.values.iter().cloned().collect()
    }
}

impl Sheet {
    fn of(values: Vec<(String, SettingValue)>) -> Sheet {
        Sheet { values, reading: OnceLock::new() }
    }
}

/// Without the reading: who clones it is about to change it.
impl Clone for Sheet {
    fn clone(&self) -> Sheet {
        Sheet::of(self.values.clone())
    }
}

impl fmt::Debug for Sheet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.values.fmt(f)
    }
}

impl PartialEq for Sheet {
    fn eq(&self, other: &Sheet) -> bool {
        self.values == other.values
    }
}

impl Eq for Sheet {}

impl Hash for Sheet {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.values.hash(state);
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

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    #[test]
    fn a_reading_is_kept_until_a_value_changes() {
        let mut settings = Settings::default();
        settings.set("copies", SettingValue::Number(2));
        let (shared, times) = (settings.clone(), Cell::new(0));
        let copies = |settings: &Settings| {
            times.set(times.get() + 1);
            settings.number("copies")
        };
        assert_eq!((settings.read_once(copies), shared.read_once(copies), times.get()), (2, 2, 1));
        assert_eq!(shared.read_once(|_| "another type"), "another type");
        settings.set("copies", SettingValue::Number(3));
        assert_eq!((settings.read_once(copies), shared.read_once(copies)), (3, 2));
    }
}
