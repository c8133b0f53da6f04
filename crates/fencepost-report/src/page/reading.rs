//! A stored run as a page needs it: rows judged, and what was measured, kept small.

use fencepost_check::measure::{Bereft, Death, Measures};
use fencepost_explore::Refused;
use fencepost_explore::store::{CaseHead, Head, Missing, Stored, StoredRow, StoredRun};
use std::fs;
use std::path::PathBuf;

/// A stored run, read.
#[derive(Clone, Debug)]
pub struct Reading {
    /// What was run.
    pub head: Head,
    /// Every row, judged.
    pub rows: Vec<StoredRow>,
    /// What is not there although it was asked for.
    pub missing: Vec<Missing>,
    /// Whether the last line was cut off while it was written.
    pub torn: bool,
    /// By row: what was measured in each of its runs, in the order of seeds.
    pub measured: Vec<Vec<Measured>>,
    /// The first violations that were kept.
    pub cases: Vec<(PathBuf, CaseHead)>,
}

/// What a page keeps of the measures of one run.
#[derive(Clone, Debug)]
pub struct Measured {
    /// Which run.
    pub seed: u64,
    /// Whether every kind of fault that the lock offers took effect at least once.
    pub fired: bool,
    /// Acquires that were granted.
    pub waits: Vec<Wait>,
    /// How many grants each owner got; those without any included.
    pub by_owner: Vec<u64>,
    /// Properties that were violated.
    pub broken: Vec<String>,
    /// The rest, without what is above.
    pub rest: Measures,
}

/// An acquire that was granted.
#[derive(Clone, Copy, Debug)]
pub struct Wait {
    /// When, in milliseconds since the run began.
    pub at_ms: u32,
    /// How long it took, in microseconds; held at what fits.
    pub took_us: u32,
    /// Whether a fault was in force.
    pub under_fault: bool,
}

impl Reading {
    /// Reads all of a stored run. Fails where it cannot be read.
    pub fn of(stored: &Stored) -> Result<Reading, Refused> {
        let mut measured: Vec<Vec<Measured>> = vec![Vec::new(); stored.head.rows.len()];
        let whole = stored.whole_with(&mut |place, run| measured[place].extend(Measured::of(run)))?;
        let (head, cases) = (stored.head.clone(), stored.cases()?);
        let (rows, missing, torn) = (whole.rows, whole.missing, whole.torn);
        Ok(Reading { head, rows, missing, torn, measured, cases })
    }

    /// The picture of the lanes of a case, if it was kept.
    pub fn lanes(&self, scenario: &str, variant: &str, seed: u64) -> Option<String> {
        let of_it =
            |case: &CaseHead| case.scenario == scenario && case.variant == variant && case.seed == seed;
        let (folder, _) = self.cases.iter().find(|(_, case)| of_it(case))?;
        fs::read_to_string(folder.join("lanes.svg")).ok()
    }

    /// Runs that came to an end, all rows together.
    pub fn runs(&self) -> u64 {
        self.rows.iter().map(|row| row.runs).sum()
    }
}

impl Measured {
    pub(super) fn of(run: &StoredRun) -> Option<Measured> {
        let measures = run.measures.as_ref()?;
        let waits = measures.grants.iter().map(|grant| Wait {
            at_ms: small(grant.at_us / 1_000),
            took_us: small(grant.took_us),
            under_fault: grant.under_fault,
        });
        let offered = run.faults.iter().filter(|fault| fault.fired + fault.not_fired > 0);
        let mut broken: Vec<String> = run.broken.iter().map(|violation| violation.property.clone()).collect();
        broken.dedup();
        Some(Measured {
            seed: run.seed,
            fired: offered.clone().count() == run.faults.len()
                && offered.into_iter().all(|fault| fault.fired > 0),
            waits: waits.collect(),
            by_owner: measures.grants_by_owner(),
            broken,
            rest: Measures { grants: Vec::new(), ..measures.clone() },
        })
    }

    /// Acquires that came to nothing, at least: those that ended so, or one for each owner that never got the lock.
    pub fn never_served(&self) -> u64 {
        let ended = self.rest.gave_up + self.rest.refused + self.rest.unknown;
        let without = self.by_owner.iter().filter(|grants| **grants == 0).count() as u64;
        ended.max(without)
    }

    /// Whether a property was violated.
    pub fn breaks(&self, property: &str) -> bool {
        self.broken.iter().any(|broken| broken == property)
    }

    /// How long it took after each such death, with so many microseconds left before the calm tail, until somebody had
    /// the lock again; none: not before the calm tail.
    pub fn recoveries(
        &self,
        of: Bereft,
        death: Death,
        left_us: u64,
    ) -> impl Iterator<Item = Option<u64>> + '_ {
        let end = self.rest.until_us;
        let fitting = self
            .rest
            .recoveries
            .iter()
            .filter(move |one| one.of == of && one.death == death && one.at_us + left_us <= end);
        fitting.map(|recovery| recovery.took_us)
    }
}

fn small(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
