//! The matrix lock × assumption, computed by runs.
//!
//! Every plan with a few deviations is run, far beyond what the claims allow; oscillators are put off, work lasts
//! beyond the lease, and deadlines are not looked at. Each break blames the assumptions that were exceeded.

use crate::margin::{Axis, placements_of};
use crate::search::{Field, Findings, SearchOptions, SearchProgress, Systematic, SystematicOptions, search};
use crate::{StandingKind, Stop};
use fencepost_model::{Assumption, Claim, Law, Span};
use std::sync::Arc;

/// How far off oscillators are put, in parts per million: beyond any allowance.
const FAR_OFF: u64 = 450_000;

/// What was computed for one lock.
#[derive(Clone, Debug)]
pub struct Matrix {
    /// One for each property and assumption that is claimed or blamed, in the order of claims.
    pub cells: Vec<Cell>,
    /// Properties that broke inside the claims: a claim is too strong.
    pub too_strong: Vec<&'static str>,
    /// Properties that broke and are not claimed.
    pub not_claimed: Vec<&'static str>,
    /// What was found, with plans.
    pub findings: Findings,
    /// Whether it was stopped before it was done.
    pub stopped: bool,
}

/// One property and one assumption.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// The property.
    pub property: &'static str,
    /// The assumption.
    pub assumption: Assumption,
    /// Whether some alternative of the claim rests on it.
    pub claimed: bool,
    /// In how many runs it broke and this assumption alone was to blame.
    pub alone: u64,
    /// In how many it was to blame together with others.
    pub together: u64,
}

impl Cell {
    /// Whether the claim rests on something that nothing has shown to be needed.
    pub const fn is_unshown(&self) -> bool {
        self.claimed && self.alone == 0 && self.together == 0
    }
}

/// Computes the matrix of a field's lock, with every plan of at most so many deviations. The error is what a panic
/// of ours said.
pub fn matrix(field: &Field<'_>, deviations: usize, stop: &Stop) -> Result<Matrix, String> {
    let mut findings = Findings::default();
    let lease = field.lease();
    let long = Law::constant(Span(2 * lease.0));
    let bases = [
        field.with_workload(|_| {}),
        field.with_workload(|workload| workload.hold = long.clone()),
        field.with_workload(|workload| (workload.hold, workload.obeys_deadline) = (long.clone(), false)),
    ];
    for base in &bases {
        let options = SystematicOptions { deviations, ..SystematicOptions::default() };
        let strategy = Systematic::new(base, options)?;
        let mut progress = SearchProgress::default();
        search(base, &strategy, SearchOptions::default(), &mut progress, stop, &mut |_| {});
        findings.merge(progress.findings);
        drifted(base, &mut findings)?;
        if stop.is_raised() {
            break;
        }
    }
    Ok(Matrix::of(field, findings, stop.is_raised()))
}

/// Oscillators far off, one machine after the other and all together.
fn drifted(field: &Field<'_>, findings: &mut Findings) -> Result<(), String> {
    let calm = Arc::new(field.calm(0));
    let seen = field.run(&calm, true)?;
    for axis in [Axis::DriftPpm, Axis::ReplicationLag] {
        let size = if axis == Axis::DriftPpm { FAR_OFF } else { field.lease().0 * 4 };
        if axis == Axis::ReplicationLag && calm.machines.iter().all(|machine| machine.role != "replica") {
            continue;
        }
        for faults in placements_of(axis, &calm, &seen, size) {
            let mut plan = (*calm).clone();
            plan.faults = faults;
            let plan = Arc::new(plan);
            findings.count(&plan, field.run(&plan, false), field);
        }
    }
    Ok(())
}

impl Matrix {
    fn of(field: &Field<'_>, findings: Findings, stopped: bool) -> Matrix {
        let mut matrix =
            Matrix { cells: Vec::new(), too_strong: Vec::new(), not_claimed: Vec::new(), findings, stopped };
        // What is claimed whatever happens rests on nothing, and further alternatives of it add nothing.
        let rests = |claim: &&Claim| claim.alternatives.iter().all(|alternative| !alternative.is_empty());
        for claim in field.claims().iter().filter(rests) {
            for bound in claim.alternatives.iter().flatten() {
                matrix.cell(claim.property, bound.assumption).claimed = true;
            }
        }
        for found in std::mem::take(&mut matrix.findings.breaks) {
            let noted = match &found.standing {
                StandingKind::Inside => Some(&mut matrix.too_strong),
                StandingKind::NotClaimed => Some(&mut matrix.not_claimed),
                StandingKind::Outside(blamed) => {
                    for assumption in blamed {
                        let cell = matrix.cell(found.property, *assumption);
                        let count = if blamed.len() == 1 { &mut cell.alone } else { &mut cell.together };
                        *count += found.runs;
                    }
                    None
                }
            };
            if let Some(noted) = noted
                && !noted.contains(&found.property)
            {
                noted.push(found.property);
            }
            matrix.findings.breaks.push(found);
        }
        matrix
    }

    fn cell(&mut self, property: &'static str, assumption: Assumption) -> &mut Cell {
        let same = |cell: &Cell| (cell.property, cell.assumption) == (property, assumption);
        let place = self.cells.iter().position(same).unwrap_or_else(|| {
            self.cells.push(Cell { property, assumption, claimed: false, alone: 0, together: 0 });
            self.cells.len() - 1
        });
        &mut self.cells[place]
    }
}
