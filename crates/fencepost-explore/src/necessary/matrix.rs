//! The matrix lock × assumption, computed by runs.
//!
//! Every plan with a few deviations is run, far beyond what the claims allow; oscillators are put off, work lasts
//! beyond the lease, and deadlines are not looked at. Each break blames the assumptions that were exceeded.

use crate::margin::{Axis, deaths_of, placements_of};
use crate::search::{Field, Findings, SearchOptions, SearchProgress, Systematic, SystematicOptions, search};
use crate::{StandingKind, Stop};
use fencepost_model::{
    Assumption, Claim, Fault, Law, MachinePlan, Placement, Plan, PlannedFault, Span, Target,
};
use fencepost_sim::RESOURCE;
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
    matrix_heard(field, deviations, stop, &mut |_| {})
}

/// As [`matrix`], and tells `hear` again and again how far the search is that is under way.
pub fn matrix_heard(
    field: &Field<'_>,
    deviations: usize,
    stop: &Stop,
    hear: &mut dyn FnMut(&SearchProgress),
) -> Result<Matrix, String> {
    let mut findings = Findings::default();
    let bases = bases(field);
    for base in &bases {
        let options = SystematicOptions { deviations, ..SystematicOptions::default() };
        let strategy = Systematic::new(base, options)?;
        let mut progress = SearchProgress::default();
        search(base, &strategy, SearchOptions::default(), &mut progress, stop, hear);
        findings.merge(progress.findings);
        far_beyond(base, &mut findings, stop)?;
        if stop.is_raised() {
            break;
        }
    }
    // Whoever holds to its end what nobody prolongs sees whether it ends too soon.
    let [.., without_end] = &bases;
    leaderless(without_end, &mut findings, stop)?;
    Ok(Matrix::of(field, findings, stop.is_raised()))
}

/// The habits of owners: as they are, work until just before the deadline, and work beyond the lease by owners who
/// look at their deadline and by owners who do not.
fn bases<'a>(field: &Field<'a>) -> [Field<'a>; 4] {
    let lease = field.lease();
    let reserve = field.span("reserve").unwrap_or(Span::ZERO);
    let (nearly, long) = (Span(lease.0.saturating_sub(reserve.0) * 9 / 10), Span(2 * lease.0));
    let (nearly, long) = (Law::constant(nearly), Law::constant(long));
    [
        field.with_workload(|_| {}),
        field.with_workload(|workload| workload.hold = nearly),
        field.with_workload(|workload| workload.hold = long.clone()),
        field.with_workload(|workload| (workload.hold, workload.obeys_deadline) = (long, false)),
    ]
}

/// What the menu of a search has no size for: oscillators far off, one machine after the other and all together;
/// replicas far behind; clocks that are set by more than a run lasts.
fn far_beyond(field: &Field<'_>, findings: &mut Findings, stop: &Stop) -> Result<(), String> {
    let calm = Arc::new(field.calm(0));
    let seen = field.run(&calm, true)?;
    let sizes = [
        (Axis::DriftPpm, FAR_OFF),
        (Axis::ReplicationLag, field.lease().0 * 4),
        (Axis::JumpBy, calm.length.0 * 10),
    ];
    for (axis, size) in sizes {
        for faults in placements_of(axis, &calm, &seen, None, size) {
            if stop.is_raised() {
                return Ok(());
            }
            try_out(field, &calm, faults, findings);
        }
    }
    Ok(())
}

/// Each server dies, and from then on its oscillator is slow and those of the others are fast: a lease that one server
/// granted and another one ends. Before, nobody is slow: who is would not be chosen to grant anything.
fn leaderless(field: &Field<'_>, findings: &mut Findings, stop: &Stop) -> Result<(), String> {
    let calm = Arc::new(field.calm(0));
    let seen = field.run(&calm, true)?;
    for killed in deaths_of(&seen) {
        if stop.is_raised() {
            return Ok(());
        }
        let Some(Target::Named(dies)) = killed.what.target() else { continue };
        let mut faults = drifts_around(&calm, dies, &killed.place, FAR_OFF as i32);
        faults.push(killed);
        try_out(field, &calm, faults, findings);
    }
    Ok(())
}

/// From this place on the oscillator of this machine is slow, and those of the other servers are fast.
fn drifts_around(calm: &Plan, slow: &str, place: &Placement, ppm: i32) -> Vec<PlannedFault> {
    let servers =
        calm.machines.iter().filter(|machine| !matches!(machine.role.as_str(), "client" | RESOURCE));
    let drift = |(number, machine): (usize, &MachinePlan)| PlannedFault {
        name: (number + 1).to_string(),
        place: place.clone(),
        what: Fault::Drift {
            who: Target::Named(machine.name.clone()),
            ppm: if machine.name == slow { -ppm } else { ppm },
            hold: None,
        },
    };
    servers.enumerate().map(drift).collect()
}

fn try_out(field: &Field<'_>, calm: &Plan, faults: Vec<PlannedFault>, findings: &mut Findings) {
    let plan = Arc::new(Plan { faults, ..calm.clone() });
    findings.count(&plan, field.run(&plan, false), field);
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
