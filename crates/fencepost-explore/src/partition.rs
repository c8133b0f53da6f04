//! Parts of a sweep, for machines that share the work.

use fencepost_model::Digest;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::hash::Hasher;
use std::str::FromStr;

/// The most parts that a sweep is cut into.
const MOST: u64 = 10_000;

/// One part of a sweep. Which part a run belongs to follows from its scenario, variant and seed alone, so a
/// scenario that is added or taken away moves no other run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Partition {
    /// Which part: from 1 to `of`.
    pub part: u64,
    /// Of how many.
    pub of: u64,
}

impl Partition {
    /// Whether the run with this seed is in the part. `lane` is the digest of scenario and variant.
    pub(crate) fn takes(self, mut lane: Digest, seed: u64) -> bool {
        // Not the hash by which runs are chosen to be repeated, or one part would have to repeat them all.
        lane.write(b"partition");
        lane.fold(seed);
        lane.value() % self.of == self.part - 1
    }
}

impl fmt::Display for Partition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.part, self.of)
    }
}

impl FromStr for Partition {
    type Err = String;

    /// Reads `2/5`. Fails with a sentence that says what to write instead.
    fn from_str(text: &str) -> Result<Partition, String> {
        let wrong = || format!("write which part of how many, such as `2/5`, of at most {MOST}");
        let (part, of) = text.split_once('/').ok_or_else(wrong)?;
        let (part, of) = (part.parse().map_err(|_| wrong())?, of.parse().map_err(|_| wrong())?);
        if (1..=of).contains(&part) && of <= MOST { Ok(Partition { part, of }) } else { Err(wrong()) }
    }
}

impl Serialize for Partition {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Partition {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Partition, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_partition_is_a_part_of_how_many() {
        assert_eq!("2/5".parse(), Ok(Partition { part: 2, of: 5 }));
        assert_eq!("1/1".parse(), Ok(Partition { part: 1, of: 1 }));
        for wrong in ["", "2", "0/5", "6/5", "1/0", "a/b", "1/2/3", "-1/2", "1/10001"] {
            assert!(wrong.parse::<Partition>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn every_run_is_in_exactly_one_part_and_parts_are_about_alike() {
        let parts = |seed| {
            (1..=3).filter(move |part| Partition { part: *part, of: 3 }.takes(Digest::default(), seed))
        };
        let mut sizes = [0; 4];
        for seed in 0..3_000 {
            let parts: Vec<u64> = parts(seed).collect();
            assert_eq!(parts.len(), 1, "seed {seed}");
            sizes[parts[0] as usize] += 1;
        }
        assert!(sizes[1..].iter().all(|size| (900..1_100).contains(size)), "{sizes:?}");
    }
}
