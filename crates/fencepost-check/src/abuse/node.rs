//! What nodes did to the state behind their promises.

use super::{By, Measure, Scope};
use crate::NodePromise;
use fencepost_model::{NodeId, Quantity, TenureId};

/// How often a node that promised a tenure of the evidence came up without rows that it had.
pub(super) fn restarts_with_loss(scope: &Scope<'_>) -> Measure {
    let mut nodes: Vec<NodeId> = scope
        .tenures
        .iter()
        .filter_map(|id| scope.scene.tenure(*id))
        .flat_map(|tenure| tenure.promises.iter().map(|promise| promise.node))
        .collect();
    nodes.sort_unstable();
    nodes.dedup();
    let mut measure = Measure { amount: Quantity::Times(0), by: By::Nobody };
    let mut times = 0;
    for node in nodes {
        let losses = scope.scene.process(node).map_or(&[][..], |process| &process.losses);
        let in_window = losses.iter().filter(|at| (scope.from..=scope.to).contains(at)).count() as u64;
        if in_window > 0 {
            times += in_window;
            measure = Measure { amount: Quantity::Times(times), by: By::Process(node) };
        }
    }
    measure
}

pub(super) fn uncopied(scope: &Scope<'_>, id: TenureId) -> Option<(u64, By)> {
    count(scope, id, |promise| promise.uncopied)
}

pub(super) fn evicted(scope: &Scope<'_>, id: TenureId) -> Option<(u64, By)> {
    count(scope, id, |promise| promise.evicted)
}

pub(super) fn forced(scope: &Scope<'_>, id: TenureId) -> Option<(u64, By)> {
    count(scope, id, |promise| promise.forced)
}

/// How often it happened to the tenure, and at which node last.
fn count(scope: &Scope<'_>, id: TenureId, of: fn(&NodePromise) -> u32) -> Option<(u64, By)> {
    let promises = || scope.scene.tenure(id).into_iter().flat_map(|tenure| tenure.promises.iter());
    let by = promises().filter(|promise| of(promise) > 0).last()?;
    Some((promises().map(|promise| u64::from(of(promise))).sum(), By::Process(by.node)))
}
