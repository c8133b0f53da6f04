//! The witness: numbers events, keeps the digest, and hands each event to the judge as it occurs. A run
//! keeps no history, unless it is recorded for people.

use fencepost_check::Judge;
use fencepost_model::{Digest, Event, EventKind, Instant};
use std::hash::Hash;

pub(crate) struct Witness {
    judge: Option<Judge>,
    history: Option<Vec<Event>>,
    digest: Digest,
    count: u64,
}

impl Witness {
    /// Keeps a history only where `record` is set. Without a judge, events are only counted and digested.
    pub fn new(judge: Option<Judge>, record: bool) -> Witness {
        Witness { judge, history: record.then(Vec::new), digest: Digest::default(), count: 0 }
    }

    /// Whether messages are to be told too.
    pub fn records(&self) -> bool {
        self.history.is_some()
    }

    /// Gives an event its number, and takes it in.
    #[inline]
    pub fn tell(&mut self, event: &mut Event) {
        event.n = self.count;
        self.count += 1;
        // A copy of its own stays in a register while the fields are folded in one by one.
        let mut digest = self.digest;
        digest.fold(event.at.0);
        event.kind.hash(&mut digest);
        self.digest = digest;
        if let Some(judge) = &mut self.judge {
            judge.observe(event);
        }
        if let Some(history) = &mut self.history {
            history.push(event.clone());
        }
    }

    /// Takes in what only people want to see: it is neither judged nor digested, nor does it move the
    /// numbers of the events that are, so that a recorded run is the same run.
    pub fn trace(&mut self, at: Instant, kind: EventKind) {
        if let Some(history) = &mut self.history {
            history.push(Event { n: self.count, at, kind });
        }
    }

    /// Folds a step of the world in: messages count for the digest although no checker sees them.
    #[inline]
    pub fn fold(&mut self, word: u64) {
        self.digest.fold(word);
    }

    pub fn into_parts(self) -> (Option<Judge>, Vec<Event>, u64, u64) {
        (self.judge, self.history.unwrap_or_default(), self.digest.value(), self.count)
    }
}
