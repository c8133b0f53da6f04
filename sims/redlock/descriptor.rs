//! The data sheet.

use super::claims::claims;
use super::stands::stands;
use super::{RedlockSettings, defects, settings};
use fencepost_model::{Bounds, Descriptor, EndReason, Features, MachineSpec, Settings, Span};

/// See the module.
pub const DESCRIPTOR: Descriptor = Descriptor {
    name: "redlock",
    about: "Redlock: one key with the same random value on a majority of independent Redis nodes",
    leaves_out: "what the model of one Redis leaves out; renewal in the background, which the page does not have",
    features: |_| Features { deadline: true, extend: true, ..Features::default() },
    settings: settings::SPECS,
    defects: defects::SPECS,
    roles: &[("node", "one of the independent Redis processes that vote")],
    machines,
    quorum: |settings| RedlockSettings::of(settings).quorum() as usize,
    // As for one Redis: by the wall clock a node may expire its key before the promised time is over.
    rightful_ends: &[EndReason::Released],
    claims,
    bounds,
    stands,
};

fn machines(settings: &Settings) -> Vec<MachineSpec> {
    let nodes = 1..=RedlockSettings::of(settings).nodes;
    nodes.map(|number| MachineSpec { name: format!("node-{number}"), role: "node" }).collect()
}

/// How many tries in a row contenders may spoil for each other.
const TRIES: u64 = 10;

/// Contenders who all try again after the same time may split the nodes for ever: then there is no bound.
fn bounds(settings: &Settings) -> Option<Bounds> {
    let settings = RedlockSettings::of(settings);
    // A try, and its undoing.
    let exchange = settings.node_timeout.saturating_mul(2);
    let asking = exchange.saturating_mul(settings.longest_queue());
    settings.scatters().then(|| Bounds {
        hand_over: (settings.retry_max + asking).saturating_mul(TRIES)
            + settings.silence().unwrap_or_default(),
        // The lease on a slow clock, the expiry cycle, and what is still on the wire.
        dead_holder: settings.ttl + settings.ttl.ppm_of(10_000) + Span::from_secs(1) + exchange,
        // A clean-up that has just missed its node.
        orphan: settings.pace().slowest + exchange.saturating_mul(2),
    })
}
