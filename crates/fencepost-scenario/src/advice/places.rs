//! Where the keys of a file stand.

use std::collections::BTreeMap;
use std::ops::Range;

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
}
