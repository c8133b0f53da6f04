//! Rates and wall clocks inside the claims.

use super::left_out::retain;
use super::{is_server, server};
use crate::limits::Limits;
use fencepost_model::{Assumption, Descriptor, Fault, Plan, Span};
use std::collections::BTreeMap;

/// Brings rates, offsets, drifts, skews and jumps inside the limits.
pub(super) fn clip(plan: &mut Plan, limits: &Limits, descriptor: &Descriptor) {
    if let Some(limit) = limits.ppm(Assumption::BoundedDrift) {
        clip_rates(plan, limit / 2, |_| true);
    }
    if let Some(limit) = limits.times(Assumption::NoWallStep) {
        let mut seen = 0;
        retain(plan, |plan, fault| {
            let steps = matches!(&fault.what, Fault::Jump { who, .. } if server(plan, who).is_some());
            seen += u64::from(steps);
            !steps || seen <= limit
        });
    }
    if let Some(limit) = limits.span(Assumption::BoundedSkew) {
        keep_together(plan, limit, descriptor);
    }
}

/// Keeps the rates of machines of such roles within `most` of true: so any two differ by twice that at most.
fn clip_rates(plan: &mut Plan, most: u64, of: fn(&str) -> bool) {
    let most = i32::try_from(most).unwrap_or(i32::MAX);
    plan.machines
        .iter_mut()
        .filter(|machine| of(&machine.role))
        .for_each(|machine| machine.ppm = machine.ppm.clamp(-most, most));
    plan.faults.iter_mut().for_each(|fault| {
        if let Fault::Drift { ppm, .. } = &mut fault.what {
            *ppm = (*ppm).clamp(-most, most);
        }
    });
    if most == 0 {
        retain(plan, |_, fault| !matches!(fault.what, Fault::Drift { .. }));
    }
}

/// Keeps the wall clocks of servers within half of the limit of true time, for as long as the run lasts:
/// half of that for what their rates add up to, and the rest for offsets, skews and jumps.
fn keep_together(plan: &mut Plan, limit: Span, descriptor: &Descriptor) {
    let lasts = longest_run(plan, descriptor);
    let most_ppm = u128::from(limit.0 / 4) * 1_000_000 / u128::from(lasts.0.max(1));
    clip_rates(plan, u64::try_from(most_ppm).unwrap_or(u64::MAX), is_server);
    let most = i64::try_from(limit.0 / 4).unwrap_or(i64::MAX);
    // How far each clock can be behind and ahead, whichever of its steps have happened.
    let mut reaches: BTreeMap<String, (i64, i64)> = BTreeMap::new();
    for machine in plan.machines.iter_mut().filter(|machine| is_server(&machine.role)) {
        machine.wall_offset = machine.wall_offset.clamp(-most, most);
        reaches.insert(machine.name.clone(), (machine.wall_offset, machine.wall_offset));
    }
    for fault in &mut plan.faults {
        let (Fault::Skew { who, by } | Fault::Jump { who, by }) = &mut fault.what else { continue };
        let fencepost_model::Target::Named(name) = who else { continue };
        let Some((behind, ahead)) = reaches.get_mut(name) else { continue };
        *by = (*by).clamp(-most - *behind, most - *ahead);
        *behind += (*by).min(0);
        *ahead += (*by).max(0);
    }
    retain(plan, |_, fault| !matches!(fault.what, Fault::Skew { by: 0, .. } | Fault::Jump { by: 0, .. }));
}

/// Longer than any run of the plan: its length, and the calm tail.
fn longest_run(plan: &Plan, descriptor: &Descriptor) -> Span {
    let bounds = (descriptor.bounds)(&plan.variant.settings);
    let bound = bounds
        .map_or(plan.progress_bound, |bounds| bounds.hand_over.max(bounds.dead_holder).max(bounds.orphan));
    plan.length + bound.saturating_mul(2) + plan.workload.patience + Span::from_secs(60)
}
