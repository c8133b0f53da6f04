//! Who runs what, for somebody who watches from outside.
//!
//! A run whose code never gives its turn back, or ends the process, cannot be told by the sweep that runs it.
//! So a sweep says beforehand what it runs: each run to whoever looks into the [`Watch`], and each handful of
//! runs to a listener who may write it down. Whoever finds a run that does not come back sweeps again and
//! says so ([`Lost`]): the case is then told as a finding, and not run.

use crate::Seeds;
use fencepost_model::{Evidence, Finding, Instant, Standing, Violation};
use fencepost_sim::Pulse;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};

/// A run that does not come back, as an earlier sweep of the same selection has shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lost {
    /// The place of its scenario and variant among the rows of the selection.
    pub row: usize,
    /// Its seed.
    pub seed: u64,
    /// What its code does.
    pub finding: Finding,
}

/// What is violated by code that does this to the process that runs it: nothing else is known of the run.
pub(crate) fn violation_by(finding: &Finding) -> Violation {
    let evidence = Evidence::Misbehaviour { owner: None, finding: finding.clone() };
    Violation { at: Instant::START, event: 0, evidence, standing: Standing::Inside }
}

/// Hears which seeds of which row a thread is about to run.
type Announce = dyn Fn(usize, usize, Seeds) + Send + Sync;

/// What the threads of a sweep are doing.
pub struct Watch {
    slots: Vec<Slot>,
    announce: Box<Announce>,
}

#[derive(Default)]
struct Slot {
    pulse: Pulse,
    row: AtomicU64,
    seed: AtomicU64,
}

/// A turn of code under test, and where it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Turn {
    /// The thread.
    pub thread: usize,
    /// The place of its scenario and variant among the rows.
    pub row: usize,
    /// The seed.
    pub seed: u64,
    number: u64,
}

impl Watch {
    /// A watch over this many threads. `announce` is called with thread, row and seeds before they are run.
    pub fn new(threads: usize, announce: impl Fn(usize, usize, Seeds) + Send + Sync + 'static) -> Watch {
        Watch { slots: (0..threads).map(|_| Slot::default()).collect(), announce: Box::new(announce) }
    }

    /// The turns that code under test has at this moment, one for each thread at most. One that is there
    /// again later is the same turn, and has lasted since.
    pub fn turns(&self) -> impl Iterator<Item = Turn> + '_ {
        self.slots.iter().enumerate().filter_map(|(thread, slot)| {
            let number = slot.pulse.turn()?;
            let (row, seed) = (slot.row.load(Ordering::Relaxed), slot.seed.load(Ordering::Relaxed));
            Some(Turn { thread, row: row as usize, seed, number })
        })
    }

    /// This thread works under this number from here on.
    pub fn follow_this_thread(&'static self, thread: usize) {
        self.slots[thread].pulse.follow_this_thread();
    }

    pub(crate) fn announce(&self, thread: usize, row: usize, seeds: Seeds) {
        self.slots[thread].row.store(row as u64, Ordering::Relaxed);
        (self.announce)(thread, row, seeds);
    }

    pub(crate) fn begins(&self, thread: usize, seed: u64) {
        self.slots[thread].seed.store(seed, Ordering::Relaxed);
    }
}

impl fmt::Debug for Watch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.turns()).finish()
    }
}
