//! What time ends, as the leader counts it.
//!
//! A leader sees a deadline when it has carried out the command that set it, or, where it became leader
//! later, when it began to serve. It counts from there by its own monotonic clock: that is never earlier
//! than any leader before it began to count, so nothing is ended early.

use fencepost_model::{Mono, Span};
use std::collections::BTreeMap;

/// The deadlines that are running at a leader.
pub(super) struct Deadlines<D> {
    running: BTreeMap<D, Running>,
}

#[derive(Clone, Copy, Debug)]
struct Running {
    since: Mono,
    lasts: Span,
    /// When its end was proposed; a proposal may be lost, and is then made again.
    proposed: Option<Mono>,
}

impl<D: Copy + Ord> Deadlines<D> {
    pub fn new() -> Deadlines<D> {
        Deadlines { running: BTreeMap::new() }
    }

    /// The machine has these deadlines now: those that are new begin to run.
    pub fn see(&mut self, wanted: Vec<(D, Span)>, now: Mono) {
        let mut before = std::mem::take(&mut self.running);
        let fresh = |lasts| Running { since: now, lasts, proposed: None };
        let running = wanted
            .into_iter()
            .map(|(deadline, lasts)| (deadline, before.remove(&deadline).unwrap_or_else(|| fresh(lasts))));
        self.running = running.collect();
    }

    /// A sign of life puts a deadline off.
    pub fn put_off(&mut self, deadline: D, now: Mono) {
        if let Some(running) = self.running.get_mut(&deadline) {
            running.since = now;
        }
    }

    /// The deadlines that are over and whose end is to be proposed now: not again within `patience`.
    pub fn over(&mut self, now: Mono, patience: Span) -> Vec<D> {
        let due = |running: &Running| {
            now >= running.since + running.lasts && running.proposed.is_none_or(|at| now >= at + patience)
        };
        let over = self.running.iter_mut().filter(|(_, running)| due(running));
        over.map(|(deadline, running)| {
            running.proposed = Some(now);
            *deadline
        })
        .collect()
    }

    /// This member leads no more.
    pub fn forget(&mut self) {
        self.running.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Span = Span::from_secs(1);

    fn at(seconds: u64) -> Mono {
        Mono(SECOND.0 * seconds)
    }

    #[test]
    fn a_deadline_runs_from_when_it_was_first_seen() {
        let mut deadlines = Deadlines::new();
        deadlines.see(vec![(1, SECOND)], at(1));
        deadlines.see(vec![(1, SECOND), (2, SECOND)], at(2));
        assert_eq!(deadlines.over(at(2), SECOND), [1]);
        assert!(deadlines.over(at(2), SECOND).is_empty(), "proposed a moment ago");
        assert_eq!(deadlines.over(at(3), SECOND), [1, 2], "and proposed again");
    }

    #[test]
    fn a_deadline_that_is_gone_ends_nothing() {
        let mut deadlines = Deadlines::new();
        deadlines.see(vec![(1, SECOND)], at(1));
        deadlines.see(vec![], at(1));
        assert!(deadlines.over(at(9), SECOND).is_empty());
        deadlines.see(vec![(1, SECOND)], at(9));
        deadlines.put_off(1, at(11));
        assert!(deadlines.over(at(11), SECOND).is_empty(), "it began anew, and was put off");
    }
}
