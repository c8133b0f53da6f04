//! Faults that draw on one reserve of time, and how they share it.

use fencepost_model::{Fault, Placement, Plan, PlannedFault, Span, Target, Upset};

/// A reserve of time.
pub(super) struct Pool<'a> {
    /// How much there is.
    pub(super) budget: Span,
    /// Faults further apart than this cannot add up; none: all of a run can.
    pub(super) reach: Option<Span>,
    /// Who draws on it.
    pub(super) of: &'a dyn Fn(&Plan, &PlannedFault) -> bool,
}

/// When a fault may begin, and when it is over at the latest.
#[derive(Clone, Copy)]
struct Window {
    from: u64,
    to: u64,
}

impl Pool<'_> {
    /// Gives every fault its part of the budget: as many parts as there are faults near enough to add up with
    /// it, itself included. So whichever of them add up in a run, they stay within the budget: of `k` faults
    /// that do, each has at most a `k`th. A fault of which nothing is left is left out.
    pub(super) fn share(&self, plan: &mut Plan) {
        let drawing: Vec<bool> = plan.faults.iter().map(|fault| (self.of)(plan, fault)).collect();
        if !drawing.contains(&true) {
            return;
        }
        let windows = windows(plan, &drawing, self.reach.unwrap_or(Span::LONGEST));
        let crowds = crowds(&windows, self.reach.unwrap_or(Span::LONGEST));
        let (mut drawing, mut crowds) = (drawing.into_iter(), crowds.into_iter());
        let (latency, retransmit) = (plan.network.latency.max(), plan.network.retransmit);
        plan.faults.retain_mut(|fault| {
            if drawing.next() != Some(true) {
                return true;
            }
            let Some(parts) = crowds.next() else { return false };
            clip(&mut fault.what, Span(self.budget.0 / parts), latency, retransmit)
        });
    }
}

/// The windows of the faults that draw. One that waits for something may begin at any time up to the end.
fn windows(plan: &Plan, drawing: &[bool], reach: Span) -> Vec<Window> {
    let end = plan.length.0;
    let window = |fault: &PlannedFault| {
        let lasts = lasts(&fault.what, reach);
        match &fault.place {
            Placement::At(at) if fault.what.target() != Some(&Target::Holder) => {
                Window { from: at.0, to: at.0.saturating_add(lasts) }
            }
            Placement::At(at) => Window { from: at.0, to: end.max(at.0).saturating_add(lasts) },
            _ => Window { from: 0, to: u64::MAX },
        }
    };
    let drawn = plan.faults.iter().zip(drawing).filter(|(_, draws)| **draws);
    let mut windows: Vec<Window> = drawn.clone().map(|(fault, _)| window(fault)).collect();
    let waits = |fault: &PlannedFault| match (&fault.place, &fault.what) {
        (Placement::At(at), Fault::Pause { who: Target::Holder, .. }) => Some(at.0),
        _ => None,
    };
    let waiting: Vec<Option<u64>> = drawn.map(|(fault, _)| waits(fault)).collect();
    for (window, at) in windows.iter_mut().zip(&waiting) {
        // Two pauses that both wait for a holder begin together and add nothing to each other. So one of
        // them by itself begins before the next one is due.
        let next = at.and_then(|at| waiting.iter().flatten().filter(|other| **other > at).min());
        if let Some(next) = next {
            window.to = window.to.min(next.saturating_add(reach.0));
        }
    }
    windows
}

/// How long a fault goes on by itself. What is cut off at its part of the budget lasts no longer than that.
fn lasts(fault: &Fault, reach: Span) -> u64 {
    match fault {
        Fault::Delay { hold, .. } | Fault::Reorder { hold, .. } => hold.0,
        Fault::Pause { hold, .. }
        | Fault::Suspend { hold, .. }
        | Fault::Partition { hold, .. }
        | Fault::Stall { hold, .. } => hold.0.min(reach.0),
        _ => 0,
    }
}

/// For each window, how many come within reach of it, itself included.
fn crowds(windows: &[Window], reach: Span) -> Vec<u64> {
    let sorted = |of: fn(&Window) -> u64| {
        let mut ends: Vec<u64> = windows.iter().map(of).collect();
        ends.sort_unstable();
        ends
    };
    let (froms, tos) = (sorted(|window| window.from), sorted(|window| window.to));
    let crowd = |window: &Window| {
        let over_before = tos.partition_point(|to| to.saturating_add(reach.0) < window.from);
        let begun = froms.partition_point(|from| *from <= window.to.saturating_add(reach.0));
        (begun - over_before) as u64
    };
    windows.iter().map(crowd).collect()
}

/// Makes a fault so small that it takes no more than `part`. Whether anything is left of it.
fn clip(fault: &mut Fault, part: Span, latency: Span, retransmit: Span) -> bool {
    match fault {
        Fault::Pause { hold, .. } | Fault::Suspend { hold, .. } => lower(hold, part),
        Fault::Delay { by, .. } | Fault::Reorder { by, .. } => lower(by, part),
        Fault::Message { upset: Upset::Delay(by), .. } => lower(by, part),
        // A message waits for its sender's next try, and tries are twice as far apart each time: what was
        // sent just before a cut arrives at most so much later.
        Fault::Partition { hold, .. } => {
            let tries = Span(part.saturating_sub(retransmit).0 / 2);
            lower(hold, tries.saturating_sub(latency))
        }
        Fault::Stall { slower: None, hold, .. } => lower(hold, part),
        // The last sync begins just before the end.
        Fault::Stall { slower: Some(slower), hold, .. } => {
            lower(slower, Span(part.0 / 2)) && lower(hold, part.saturating_sub(*slower))
        }
        _ => true,
    }
}

fn lower(value: &mut Span, most: Span) -> bool {
    *value = (*value).min(most);
    *value > Span::ZERO
}
