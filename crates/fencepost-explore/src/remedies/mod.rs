//! Remedies: the plans in which a lock fails, again with one thing done differently each time. What remains broken, and
//! what it costs.
//!
//! A change that keeps the servers meets the same plans again; and each change, another lock included, meets the same
//! amount of each hazard at every place of its own calm run: a cure that moves the failure elsewhere is none.

mod change;
mod crowd;
mod trial;

pub use change::Change;
pub use crowd::{BadDays, CROWD, Cost};
pub use trial::{Cell, TOLD};

use crate::advise::{AdviseOptions, Advised, Calm, Study, first_holder, harm, take_over};
use crate::{Catalogue, ReplayError, Stop};
use change::{NO_LOCK, changes};
use crowd::Crowd;
use fencepost_model::{Gate, Hazard, Span, word};
use fencepost_scenario::Advice;
use trial::{Failed, amount, trial};

/// What each remedy comes to.
pub struct Remedies {
    /// The hazards that were tried, each with how much there is of it, in the unit of its axis; a death has no size.
    pub hazards: Vec<(Hazard, u64)>,
    /// The lock as it is, and then change by change; where it was stopped, those that were done by then.
    pub rows: Vec<Tried>,
    /// In how many plans the lock as it is fails.
    pub failing: usize,
    /// Whether it was stopped before it was done.
    pub stopped: bool,
}

/// One change.
#[derive(Clone, Debug)]
pub struct Tried {
    /// What is done differently.
    pub change: Change,
    /// The resource's check then.
    pub gate: Gate,
    /// The provider's; none: there is no provider.
    pub provider: Option<Gate>,
    /// What came of each hazard, in the order of [`Remedies::hazards`].
    pub cells: Vec<Cell>,
    /// What a piece of work costs: of one client alone, and in a crowd of [`CROWD`].
    pub costs: [Cost; 2],
    /// How long nobody gets the lock after a death of its holder, at most; none: for ever.
    pub free_after: Option<Span>,
    /// Many bad days, where there is no lock: whatever is not lost then is kept by the resource.
    pub bad_days: Option<BadDays>,
}

impl Tried {
    /// What is left that does harm: anything where the resource takes whatever comes, and else what its check lets
    /// through.
    pub fn harm(&self) -> Vec<&'static str> {
        let all = self.cells.iter().flat_map(|cell| &cell.broken);
        let bad_days = self.bad_days.iter().flat_map(|days| &days.broken);
        let mut left: Vec<&str> =
            all.chain(bad_days).copied().filter(|property| self.is_harm(property)).collect();
        left.sort_by_key(|property| TOLD.iter().position(|told| told == property));
        left.dedup();
        left
    }

    /// Whether the break of this property does harm behind the resource's check. Where a write counts for its job, or for
    /// what it was made from, it does not matter whose it is, nor in which order they come.
    pub fn is_harm(&self, property: &str) -> bool {
        match self.gate {
            Gate::OncePerKey | Gate::IfVersion => [word::NO_LOST_UPDATE, word::PROGRESS].contains(&property),
            gate => property == word::PROGRESS || harm(gate).contains(&property),
        }
    }
}

/// Tries what can be done about the lock of an advice file. `hear` is told each change before it is tried.
///
/// Fails where a panic of ours ended a run.
pub fn remedies(
    catalogue: &Catalogue,
    advice: &Advice,
    advised: &Advised,
    options: AdviseOptions,
    stop: &Stop,
    hear: &mut dyn FnMut(&Change),
) -> Result<Remedies, ReplayError> {
    let asked = Asked { catalogue, calm: &advised.calm, options, stop };
    let hazards: Vec<(Hazard, u64)> = {
        let study = asked.study(advice)?;
        let all = Hazard::ALL.iter();
        all.filter_map(|(hazard, ..)| Some((*hazard, amount(&study, *hazard)?))).collect()
    };
    let (mut rows, mut failed): (Vec<Tried>, Vec<Vec<Failed>>) = (Vec::new(), Vec::new());
    for (change, advice) in changes(catalogue, advice, advised) {
        // Where nothing breaks there is nothing to cure; it may still do without a lock.
        let is_safe = rows.first().is_some_and(|row| row.harm().is_empty());
        if is_safe && !matches!(change, Change::NoLock(_)) {
            continue;
        }
        hear(&change);
        let again = !matches!(change, Change::AsItIs | Change::Lock { .. } | Change::NoLock(_));
        let (row, own) = asked.row(change, &advice, &hazards, if again { &failed } else { &[] })?;
        if stop.is_raised() {
            break;
        }
        if rows.is_empty() {
            failed = own;
        }
        rows.push(row);
    }
    let failing = failed.iter().map(Vec::len).sum();
    Ok(Remedies { hazards, rows, failing, stopped: stop.is_raised() })
}

struct Asked<'a> {
    catalogue: &'a Catalogue,
    calm: &'a Calm,
    options: AdviseOptions,
    stop: &'a Stop,
}

impl Asked<'_> {
    /// The lock in the calm run of the lock as it is.
    fn study<'s>(&'s self, advice: &'s Advice) -> Result<Study<'s>, ReplayError> {
        Study::in_calm(self.calm.clone(), self.catalogue, advice, self.options, self.stop)
    }

    fn row(
        &self,
        change: Change,
        advice: &Advice,
        hazards: &[(Hazard, u64)],
        failed: &[Vec<Failed>],
    ) -> Result<(Tried, Vec<Vec<Failed>>), ReplayError> {
        let study = self.study(advice)?;
        let (mut cells, mut own) = (Vec::new(), Vec::new());
        for (nth, (hazard, as_it_is)) in hazards.iter().enumerate() {
            let size = amount(&study, *hazard).unwrap_or(*as_it_is);
            let again = failed.get(nth).map_or(&[][..], Vec::as_slice);
            let (cell, fails) = trial(&study, *hazard, size, again).map_err(ReplayError::Internal)?;
            cells.push(cell);
            own.push(fails);
        }
        let crowd = |count| Crowd::of(self.catalogue, advice, self.calm, count, self.options);
        let (alone, all) = (crowd(1)?, crowd(CROWD)?);
        let cost = |crowd: &Crowd<'_>| crowd.cost().map_err(ReplayError::Internal);
        let has_lock = advice.variant.descriptor.name != NO_LOCK;
        let bad_days = (!has_lock).then(|| all.bad_days(self.stop)).transpose();
        let row = Tried {
            change,
            gate: advice.variant.gate,
            provider: advice.variant.provider,
            cells,
            costs: [cost(&alone)?, cost(&all)?],
            free_after: free_after(&study).map_err(ReplayError::Internal)?,
            bad_days: bad_days.map_err(ReplayError::Internal)?,
        };
        Ok((row, own))
    }
}

/// How long the others wait for a dead holder's lock.
fn free_after(study: &Study<'_>) -> Result<Option<Span>, String> {
    let field = study.field()?;
    Ok(take_over(&field, &first_holder(&field)?, &[], study.stop)?.longest)
}
