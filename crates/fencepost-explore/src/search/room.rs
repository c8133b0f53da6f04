//! What the claims leave room for: how large a deviation may be, and whether it may be there beside others. Both
//! are asked of every deviation at every place, and most of them differ in their places alone. A place is a point of
//! the run or a message, and never a time, so the claims do not look at it; and an answer is kept for all that are
//! alike.

use fencepost_model::{Fault, Plan, PlannedFault};
use fencepost_scenario::Within;
use std::sync::Arc;

/// The claims, for plans that have certain deviations already.
pub(super) struct Room<'a> {
    /// None: the search is not to stay inside the claims.
    within: Option<&'a Within>,
    /// What is brought inside the claims, to see what becomes of it.
    scratch: Plan,
    /// What is left of a deviation where all others are like it.
    shapes: Vec<(Fault, Option<Fault>)>,
    /// Whether a further deviation may be there.
    fits: Vec<(Fault, bool)>,
}

impl<'a> Room<'a> {
    /// In plans like this one.
    pub fn in_plan(within: Option<&'a Within>, plan: &Arc<Plan>) -> Room<'a> {
        Room { within, scratch: (**plan).clone(), shapes: Vec::new(), fits: Vec::new() }
    }

    /// A deviation as it may be inside the claims: as small as it must be where it is one of `of` that are all like
    /// it. So a further one does not change it. None where nothing of it may be.
    pub fn shaped(&mut self, fault: PlannedFault, of: usize) -> Option<PlannedFault> {
        let Some(within) = self.within else { return Some(fault) };
        let left = match self.shapes.iter().find(|(known, _)| are_alike(known, &fault.what)) {
            Some((_, left)) => left.clone(),
            None => {
                let what = fault.what.clone();
                self.scratch.faults = vec![fault.clone(); of.max(1)];
                within.keep(&mut self.scratch);
                let left = self.scratch.faults.drain(..).next().map(|fault| fault.what);
                self.shapes.push((what, left.clone()));
                left
            }
        };
        Some(PlannedFault { what: of_size(fault.what, left?), ..fault })
    }

    /// Whether the last of these may happen together with the others, which are the same every time.
    pub fn has_room(&mut self, faults: &[PlannedFault]) -> bool {
        let (Some(within), Some(last)) = (self.within, faults.last()) else { return true };
        if let Some((_, fits)) = self.fits.iter().find(|(known, _)| are_alike(known, &last.what)) {
            return *fits;
        }
        self.scratch.faults = faults.to_vec();
        within.keep(&mut self.scratch);
        let fits = self.scratch.faults.len() == faults.len();
        self.fits.push((last.what.clone(), fits));
        fits
    }
}

/// Whether the claims see no difference: they look at what happens to a message, and not at which one it is.
fn are_alike(one: &Fault, other: &Fault) -> bool {
    match (one, other) {
        (Fault::Message { upset: one, .. }, Fault::Message { upset: other, .. }) => one == other,
        _ => one == other,
    }
}

/// The deviation, of the size of one that is like it.
fn of_size(what: Fault, like: Fault) -> Fault {
    match (what, like) {
        (Fault::Message { kind, nth, client, .. }, Fault::Message { upset, .. }) => {
            Fault::Message { kind, nth, client, upset }
        }
        (_, like) => like,
    }
}
