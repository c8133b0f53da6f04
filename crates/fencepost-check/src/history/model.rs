//! What a history is a history of.

use super::Action;
use std::fmt;
use std::num::NonZero;
use std::str::FromStr;

/// The sequential object that a history has to look like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Model {
    /// Held or not; whoever releases. Knossos calls it `Mutex`.
    Mutex,
    /// Released by its owner only.
    OwnedMutex,
    /// As owned, and each tenure's token is larger than the last.
    Fenced,
    /// An owner may take it again, up to this depth.
    Reentrant(NonZero<u32>),
    /// As re-entrant, one token for each tenure, larger than the last.
    ReentrantFenced(NonZero<u32>),
    /// This many permits, each given back by one who has one.
    Semaphore(NonZero<u32>),
    /// This many permits; whoever gives one back.
    OwnerlessSemaphore(NonZero<u32>),
    /// Shared by readers, or exclusive.
    Rw,
    /// A register that is read, written, compared and set.
    CasRegister,
    /// A set that is added to and read.
    SetFull,
}

/// How deep a re-entrant lock goes where nobody says: as in the tests of Hazelcast.
const DEPTH: NonZero<u32> = NonZero::new(2).unwrap();

impl Model {
    /// How they are written, each with what it means.
    pub const WORDS: &[(&str, &str)] = &[
        ("mutex", "held or not; whoever releases"),
        ("owned-mutex", "released by its owner only"),
        ("fenced", "as owned, and tokens grow"),
        ("reentrant[:DEPTH]", "an owner may take it again (depth 2 unless said)"),
        ("reentrant-fenced[:DEPTH]", "as re-entrant, one growing token for each tenure"),
        ("semaphore:K", "K permits, each given back by one who has one"),
        ("ownerless-semaphore:K", "K permits; whoever gives one back"),
        ("rw", "shared by readers, or exclusive"),
        ("cas-register", "a register: read, write, compare and set"),
        ("set-full", "a set: add, read"),
    ];
}

impl Model {
    /// Whether a call is one of this object. What the service or a resource tells may stand in any history.
    pub const fn takes(self, action: Action) -> bool {
        match action {
            _ if action.is_told() => true,
            Action::Read => matches!(self, Model::CasRegister | Model::SetFull),
            Action::Write | Action::Cas => matches!(self, Model::CasRegister),
            Action::Add => matches!(self, Model::SetFull),
            Action::AcquireShared => matches!(self, Model::Rw),
            Action::Acquire | Action::Release => !matches!(self, Model::CasRegister | Model::SetFull),
            _ => self.knows_tenures(),
        }
    }

    /// Whether two that have it at once are one too many, shared holding excepted.
    pub const fn is_exclusive(self) -> bool {
        matches!(self, Model::Mutex) || self.knows_tenures()
    }

    /// Whether it has owners with tenures, which can be extended and lost.
    pub const fn knows_tenures(self) -> bool {
        matches!(
            self,
            Model::OwnedMutex | Model::Fenced | Model::Reentrant(_) | Model::ReentrantFenced(_) | Model::Rw
        )
    }
}

impl fmt::Display for Model {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Model::Mutex => f.write_str("mutex"),
            Model::OwnedMutex => f.write_str("owned-mutex"),
            Model::Fenced => f.write_str("fenced"),
            Model::Reentrant(depth) => write!(f, "reentrant:{depth}"),
            Model::ReentrantFenced(depth) => write!(f, "reentrant-fenced:{depth}"),
            Model::Semaphore(permits) => write!(f, "semaphore:{permits}"),
            Model::OwnerlessSemaphore(permits) => write!(f, "ownerless-semaphore:{permits}"),
            Model::Rw => f.write_str("rw"),
            Model::CasRegister => f.write_str("cas-register"),
            Model::SetFull => f.write_str("set-full"),
        }
    }
}

impl FromStr for Model {
    type Err = String;

    /// Reads a word such as `fenced` or `semaphore:3`. Fails with a sentence that lists the words.
    fn from_str(text: &str) -> Result<Model, String> {
        let (word, number) = match text.split_once(':') {
            Some((word, number)) => (word, Some(number)),
            None => (text, None),
        };
        let number = match number.map(str::parse::<NonZero<u32>>) {
            None => None,
            Some(Ok(number)) => Some(number),
            Some(Err(_)) => return Err(format!("`{text}` needs a number of at least 1 after the colon")),
        };
        match (word, number) {
            ("mutex", None) => Ok(Model::Mutex),
            ("owned-mutex", None) => Ok(Model::OwnedMutex),
            ("fenced", None) => Ok(Model::Fenced),
            ("reentrant", depth) => Ok(Model::Reentrant(depth.unwrap_or(DEPTH))),
            ("reentrant-fenced", depth) => Ok(Model::ReentrantFenced(depth.unwrap_or(DEPTH))),
            ("semaphore", Some(permits)) => Ok(Model::Semaphore(permits)),
            ("ownerless-semaphore", Some(permits)) => Ok(Model::OwnerlessSemaphore(permits)),
            ("semaphore" | "ownerless-semaphore", None) => {
                Err(format!("say how many permits there are, such as `{word}:3`"))
            }
            ("rw", None) => Ok(Model::Rw),
            ("cas-register", None) => Ok(Model::CasRegister),
            ("set-full", None) => Ok(Model::SetFull),
            _ => {
                let words: Vec<&str> = Model::WORDS.iter().map(|(word, _)| *word).collect();
                Err(format!("there is no model `{text}`; there are {}", words.join(", ")))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_reads_what_it_prints() {
        for text in ["mutex", "fenced", "reentrant:3", "reentrant-fenced:2", "semaphore:4", "rw", "set-full"]
        {
            assert_eq!(text.parse::<Model>().unwrap().to_string(), text);
        }
        assert_eq!("reentrant".parse(), Ok(Model::Reentrant(DEPTH)));
    }

    #[test]
    fn what_is_no_model_is_refused_with_advice() {
        for (text, part) in [("lock", "fenced"), ("semaphore", "semaphore:3"), ("semaphore:0", "at least 1")]
        {
            assert!(text.parse::<Model>().unwrap_err().contains(part), "{text}");
        }
        assert!("mutex:3".parse::<Model>().is_err());
    }
}
