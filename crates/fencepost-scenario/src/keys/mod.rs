//! Every table of a scenario file and of an advice file, and every key in it: the one place that says what there
//! is. Reading, messages, the JSON schemas and the pages about these files all come from here.

mod advice;
mod fault;
mod parts;
mod quantile;
mod takes;

pub use advice::*;
pub use fault::*;
pub use parts::*;
pub use quantile::QUANTILES;
pub use takes::{Measure, Noun, Takes};

use fencepost_model::Span;

/// A table of such a file.
#[derive(Clone, Copy, Debug)]
pub struct Table {
    /// How the table is written, such as `[clients]` or `pause = { … }`.
    pub name: &'static str,
    /// What it is for, in a sentence.
    pub about: &'static str,
    /// Its keys, in the order of explanations.
    pub keys: &'static [Key],
}

/// A key of a table.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    /// How it is written.
    pub name: &'static str,
    /// What may stand there.
    pub takes: Takes,
    /// What holds where it is left out; `required` where it may not be.
    pub default: &'static str,
    /// What it means.
    pub about: &'static str,
}

impl Table {
    /// The names of the keys.
    pub fn names(&self) -> Vec<&'static str> {
        self.keys.iter().map(|key| key.name).collect()
    }

    /// The key of this name.
    pub fn key(&self, name: &str) -> Option<&'static Key> {
        self.keys.iter().find(|key| key.name == name)
    }
}

impl Key {
    /// Whether the key has to be there.
    pub fn is_required(&self) -> bool {
        self.default == REQUIRED
    }
}

const fn key(name: &'static str, takes: Takes, default: &'static str, about: &'static str) -> Key {
    Key { name, takes, default, about }
}

const REQUIRED: &str = "required";
const ABSENT: &str = "absent";

/// The longest time that a scenario may hold, except where a clock is set.
pub(crate) const DAY: Span = Span::from_secs(24 * 3600);
/// No oscillator runs at less than half or more than one and a half times the true speed.
pub(crate) const MOST_PPM: i64 = 500_000;

const ANY_TIME: Takes = Takes::Time { min: Span::ZERO, max: DAY };
const SOME_TIME: Takes = Takes::Time { min: Span::from_millis(1), max: DAY };
const ANY_LAW: Takes = Takes::Law { min: Span::ZERO };
const NTH: Takes = Takes::Count { min: 1, max: 1_000_000 };

/// All tables of scenario files, in the order of explanations.
pub const TABLES: &[Table] = &[
    TOP, CLIENTS, NETWORK, DISK, CLOCK, WORKLOAD, BUDGET, VARIANT, FAULT, ON, AT_POINT, KILL, RESTART,
    POWER_CUT, PAUSE, SUSPEND, PARTITION, DELAY, LOSS, DUPLICATE, REORDER, SKEW, JUMP, DRIFT, STALL, EVICT,
    CANCEL, MESSAGE, EXPECT, LAW,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_has_placings_and_kinds_and_nothing_else() {
        let both: Vec<&str> = PLACINGS.iter().chain(KINDS).copied().collect();
        assert_eq!(FAULT.names(), both);
    }

    #[test]
    fn a_floor_has_every_hazard() {
        let words: Vec<&str> = fencepost_model::Hazard::ALL.iter().map(|(_, word, _)| *word).collect();
        assert_eq!(FLOOR.names(), words);
    }

    #[test]
    fn every_table_that_a_key_takes_is_listed() {
        for tables in [TABLES, ADVICE_TABLES] {
            let listed = |table: &Table| tables.iter().any(|known| known.name == table.name);
            for key in tables.iter().flat_map(|table| table.keys) {
                match key.takes {
                    Takes::Table(table) | Takes::Tables(table) | Takes::TableByName(table) => {
                        assert!(listed(table), "{} is not among all tables", table.name);
                    }
                    _ => {}
                }
            }
        }
    }
}
