//! Which seeds are run.

use fencepost_scenario::Scenario;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// Seeds from `from` up to but not including `to`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seeds {
    /// The first.
    pub from: u64,
    /// The one after the last.
    pub to: u64,
}

impl Seeds {
    /// The first `count` seeds.
    pub const fn first(count: u64) -> Seeds {
        Seeds { from: 0, to: count }
    }

    /// The seeds of a scenario that are run where these are asked for, or those that it declares.
    pub fn of(scenario: &Scenario, asked: Option<Seeds>) -> Seeds {
        asked.unwrap_or(Seeds::first(scenario.seeds)).at_most(scenario.seeds_max)
    }

    /// The first `most` of them; all, where there is no such limit.
    pub fn at_most(self, most: Option<u64>) -> Seeds {
        let to = most.map_or(self.to, |most| self.to.min(self.from.saturating_add(most)));
        Seeds { to, ..self }
    }

    /// How many.
    pub const fn count(self) -> u64 {
        self.to.saturating_sub(self.from)
    }

    /// Whether the seed is one of them.
    pub const fn contains(self, seed: u64) -> bool {
        self.from <= seed && seed < self.to
    }

    /// Whether all of the first `declared` seeds are among them.
    pub const fn cover(self, declared: u64) -> bool {
        self.from == 0 && self.to >= declared
    }
}

impl fmt::Display for Seeds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.from, self.count()) {
            (0, 1) => f.write_str("1 seed"),
            (0, count) => write!(f, "{count} seeds"),
            (from, 1) => write!(f, "seed {from}"),
            (from, _) => write!(f, "seeds {from}..{}", self.to),
        }
    }
}

impl FromStr for Seeds {
    type Err = String;

    /// Reads `200` (the first 200) or `50..100`. Fails with a sentence that says what to type instead.
    fn from_str(text: &str) -> Result<Seeds, String> {
        let number = |text: &str| text.trim().replace('_', "").parse::<u64>();
        let seeds = match text.split_once("..") {
            Some((from, to)) => number(from).and_then(|from| Ok(Seeds { from, to: number(to)? })),
            None => number(text).map(Seeds::first),
        };
        let seeds =
            seeds.map_err(|_| "write how many, such as `200`, or which, such as `50..100`".to_owned())?;
        if seeds.count() == 0 {
            return Err("no seed is left: write a larger number".to_owned());
        }
        Ok(seeds)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seeds_are_a_number_or_a_range() {
        assert_eq!("200".parse(), Ok(Seeds::first(200)));
        assert_eq!("50..100".parse(), Ok(Seeds { from: 50, to: 100 }));
        assert_eq!("1_000".parse(), Ok(Seeds::first(1000)));
        for wrong in ["", "0", "5..5", "9..3", "-1", "a", "1..", "1...3"] {
            assert!(wrong.parse::<Seeds>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn of_too_many_the_first_are_left() {
        assert_eq!(Seeds::first(200).at_most(Some(3)), Seeds::first(3));
        assert_eq!(Seeds { from: 50, to: 100 }.at_most(Some(3)), Seeds { from: 50, to: 53 });
        assert_eq!(Seeds::first(2).at_most(Some(3)), Seeds::first(2));
        assert_eq!(Seeds::first(200).at_most(None), Seeds::first(200));
    }

    #[test]
    fn only_the_declared_seeds_decide() {
        assert!(Seeds::first(500).cover(200));
        assert!(!Seeds::first(199).cover(200));
        assert!(!Seeds { from: 1, to: 500 }.cover(200));
    }
}
