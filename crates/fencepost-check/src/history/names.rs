//! Names as numbers: owners and locks are compared a million times, and printed twice.

use std::collections::BTreeMap;

/// Number of an owner.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WhoId(pub u32);

/// Number of a lock, or of another object that is judged by itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId(pub u32);

/// The names of one kind, in the order in which they came.
#[derive(Clone, Debug)]
pub struct Names {
    numbers: BTreeMap<Box<str>, u32>,
    names: Vec<Box<str>>,
    limit: usize,
    last: u32,
}

impl Names {
    /// No names yet, and never more than `limit`.
    pub fn new(limit: usize) -> Names {
        Names { numbers: BTreeMap::new(), names: Vec::new(), limit, last: 0 }
    }

    /// The number of a name, new or known; none where there are too many.
    pub fn number(&mut self, name: &str) -> Option<u32> {
        // A lock is mostly the lock of the line before.
        if self.names.get(self.last as usize).is_some_and(|last| **last == *name) {
            return Some(self.last);
        }
        if let Some(number) = self.numbers.get(name) {
            self.last = *number;
            return Some(*number);
        }
        if self.names.len() >= self.limit {
            return None;
        }
        let number = u32::try_from(self.names.len()).ok()?;
        self.numbers.insert(name.into(), number);
        self.names.push(name.into());
        self.last = number;
        Some(number)
    }

    /// The name of a number; `?` where nobody has it.
    pub fn name(&self, number: u32) -> &str {
        self.names.get(number as usize).map_or("?", |name| name)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }
}
