//! The exit codes of the binary, as documented constants: other programs may rely on them.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::process::ExitCode;

/// How a command ended, as the world outside is told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Exit {
    /// Every verdict is as the scenario expects.
    #[default]
    AsExpected = 0,
    /// At least one verdict is unexpected.
    Unexpected = 1,
    /// Nothing is unexpected, but something is unclear.
    Unclear = 2,
    /// A run did not repeat exactly.
    NotRepeated = 3,
    /// A glob or a filter selected nothing.
    NothingSelected = 4,
    /// Stopped by Ctrl-C: what was known is judged, the rest is deferred.
    Stopped = 130,
    /// Wrong arguments, or a scenario with mistakes.
    Usage = 254,
    /// A mistake of fencepost itself.
    Internal = 255,
}

impl Exit {
    /// Every code with its meaning, the mildest first: of several, the one that stands last wins.
    pub const ALL: &[(Exit, &str)] = &[
        (Exit::AsExpected, "every verdict is as the scenario expects"),
        (Exit::NothingSelected, "a glob or a filter selected nothing"),
        (Exit::Unclear, "nothing is unexpected, but something is unclear"),
        (Exit::Unexpected, "at least one verdict is unexpected"),
        (Exit::NotRepeated, "a run did not repeat exactly"),
        (Exit::Stopped, "stopped by Ctrl-C: what was known is judged, the rest is deferred"),
        (Exit::Usage, "wrong arguments, or a scenario with mistakes"),
        (Exit::Internal, "a mistake of fencepost itself"),
    ];

    /// The number.
    pub const fn code(self) -> u8 {
        self as u8
    }

    /// What the number means.
    pub fn meaning(self) -> &'static str {
        Exit::ALL[self.rank()].1
    }

    /// The graver of the two.
    #[must_use]
    pub fn worst(self, other: Exit) -> Exit {
        if other.rank() > self.rank() { other } else { self }
    }

    fn rank(self) -> usize {
        Exit::ALL.iter().position(|(exit, _)| *exit == self).expect("every code stands in the table")
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        ExitCode::from(exit.code())
    }
}

impl Serialize for Exit {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u8(self.code())
    }
}

impl<'de> Deserialize<'de> for Exit {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Exit, D::Error> {
        let code = u8::deserialize(deserializer)?;
        let known = Exit::ALL.iter().map(|(exit, _)| *exit).find(|exit| exit.code() == code);
        known.ok_or_else(|| serde::de::Error::custom(format_args!("{code} is no exit code")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_numbers_do_not_change() {
        let mut codes: Vec<u8> = Exit::ALL.iter().map(|(exit, _)| exit.code()).collect();
        codes.sort_unstable();
        assert_eq!(codes, [0, 1, 2, 3, 4, 130, 254, 255]);
    }

    #[test]
    fn the_graver_code_wins_from_either_side() {
        assert_eq!(Exit::Unclear.worst(Exit::Unexpected), Exit::Unexpected);
        assert_eq!(Exit::Internal.worst(Exit::AsExpected), Exit::Internal);
        assert_eq!(Exit::NotRepeated.worst(Exit::Unexpected), Exit::NotRepeated);
        assert_eq!(Exit::AsExpected.worst(Exit::AsExpected), Exit::AsExpected);
    }
}
