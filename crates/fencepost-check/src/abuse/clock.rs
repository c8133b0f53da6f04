//! What the clocks did that decide how long tenures last.

use super::{By, Measure, Scope};
use fencepost_model::{MachineId, Quantity, Span, TenureId};

/// The largest difference of rates, at any instant of the window, between the oscillator of a tenure's
/// owner and that of a node which promised that tenure.
pub(super) fn drift(scope: &Scope<'_>) -> Measure {
    let mut worst = Measure { amount: Quantity::Ppm(0), by: By::Nobody };
    for id in &scope.tenures {
        let Some(owner) = owner_machine(scope, *id) else { continue };
        for node in node_machines(scope, *id) {
            let apart = Quantity::Ppm(largest_rate_difference(scope, owner, node));
            if apart > worst.amount {
                worst = Measure { amount: apart, by: By::Machines(owner, node) };
            }
        }
    }
    worst
}

fn largest_rate_difference(scope: &Scope<'_>, first: MachineId, second: MachineId) -> u64 {
    let (Some(first), Some(second)) = (scope.scene.machine(first), scope.scene.machine(second)) else {
        return 0;
    };
    let changes = first.rate_changes(scope.from, scope.to).chain(second.rate_changes(scope.from, scope.to));
    let instants = std::iter::once(scope.from).chain(changes);
    instants.map(|at| first.rate_at(at).abs_diff(second.rate_at(at))).max().unwrap_or(0)
}

/// The largest difference, at any instant of the window, between the wall clocks of two nodes that promised
/// the tenures of the evidence.
pub(super) fn skew(scope: &Scope<'_>) -> Measure {
    let nodes = all_node_machines(scope);
    let mut worst = Measure { amount: Quantity::Span(Span::ZERO), by: By::Nobody };
    for (index, first) in nodes.iter().enumerate() {
        for second in &nodes[index + 1..] {
            let apart = Quantity::Span(Span(largest_wall_difference(scope, *first, *second)));
            if apart > worst.amount {
                worst = Measure { amount: apart, by: By::Machines(*first, *second) };
            }
        }
    }
    worst
}

fn largest_wall_difference(scope: &Scope<'_>, first: MachineId, second: MachineId) -> u64 {
    let (Some(first), Some(second)) = (scope.scene.machine(first), scope.scene.machine(second)) else {
        return 0;
    };
    let steps = first.steps(scope.from, scope.to).chain(second.steps(scope.from, scope.to));
    let instants = std::iter::once(scope.from).chain(steps);
    instants.map(|at| first.wall_at(at).abs_diff(second.wall_at(at))).max().unwrap_or(0)
}

/// How often the wall clocks of the nodes that promised the tenures of the evidence were set.
pub(super) fn steps(scope: &Scope<'_>) -> Measure {
    let nodes = all_node_machines(scope);
    let counted = nodes.iter().map(|node| {
        let machine = scope.scene.machine(*node);
        (*node, machine.map_or(0, |machine| machine.steps(scope.from, scope.to).count() as u64))
    });
    let stepped: Vec<_> = counted.filter(|(_, times)| *times > 0).collect();
    let times = stepped.iter().map(|(_, times)| times).sum();
    let by = stepped.first().map_or(By::Nobody, |(node, _)| By::Machine(*node));
    Measure { amount: Quantity::Times(times), by }
}

fn owner_machine(scope: &Scope<'_>, id: TenureId) -> Option<MachineId> {
    scope.scene.machine_of(scope.scene.process_of(scope.scene.tenure(id)?.owner())?)
}

fn node_machines<'a>(scope: &'a Scope<'_>, id: TenureId) -> impl Iterator<Item = MachineId> + 'a {
    let promises = scope.scene.tenure(id).into_iter().flat_map(|tenure| tenure.promises.iter());
    promises.filter_map(|promise| scope.scene.machine_of(promise.node))
}

fn all_node_machines(scope: &Scope<'_>) -> Vec<MachineId> {
    let mut machines: Vec<_> = scope.tenures.iter().flat_map(|id| node_machines(scope, *id)).collect();
    machines.sort_unstable();
    machines.dedup();
    machines
}
