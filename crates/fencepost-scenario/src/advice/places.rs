//! Where the keys of a file stand.

use crate::words;
use std::collections::BTreeMap;
use std::ops::Range;
use toml::de::{DeTable, DeValue};

/// Where the keys of a file stand, by their path: `room`, `lock.lockWatchdogTimeout`, `settings.ttl`,
/// `environment.pause.p99`, `floor.pause`. It does not matter whether a table is written with a head or inline.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Places {
    all: BTreeMap<String, Place>,
}

/// Where one key stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The 1-based line of the key.
    pub line: usize,
    /// The key itself, in bytes of the text.
    pub key: Range<usize>,
    /// Its value, in bytes of the text.
    pub value: Range<usize>,
}

impl Places {
    /// The place of the key of this path, where the file has it.
    pub fn of(&self, path: &str) -> Option<&Place> {
        self.all.get(path)
    }

    /// All of them, by path.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Place)> {
        self.all.iter().map(|(path, place)| (path.as_str(), place))
    }

    /// Every key of a document.
    pub(super) fn of_document(text: &str, document: &DeTable<'_>) -> Places {
        let mut places = Places::default();
        places.add(text, "", document);
        places
    }

    fn add(&mut self, text: &str, above: &str, table: &DeTable<'_>) {
        for (key, value) in table.iter() {
            let path = format!("{above}{}", key.get_ref());
            if let DeValue::Table(below) = value.get_ref() {
                self.add(text, &format!("{path}."), below);
            }
            let place =
                Place { line: words::line_at(text, key.span().start), key: key.span(), value: value.span() };
            self.all.insert(path, place);
        }
    }
}
