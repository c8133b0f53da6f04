//! The data sheet.

use super::claims::claims;
use super::{QuorumSettings, defects, settings};
use fencepost_model::{Bounds, Descriptor, EndReason, Features, MachineSpec, Settings, Span};

/// See the module.
pub const DESCRIPTOR: Descriptor = Descriptor {
    name: "quorum",
    about: "a register on a majority of independent nodes, written by its clients under ballots; versions are tokens",
    leaves_out: "changes of membership, deletion of registers, and every short cut that saves the first phase",
    features,
    settings: settings::SPECS,
    defects: defects::SPECS,
    roles: &[("node", "one of the nodes that keep the register")],
    machines,
    quorum: |settings| QuorumSettings::of(settings).majority(),
    // A lease that a contender judged to be over is not among them: the end of the promised time itself is.
    rightful_ends: &[EndReason::Released, EndReason::ReleasedElsewhere],
    claims,
    bounds,
    stands: |_| Vec::new(),
};

fn machines(settings: &Settings) -> Vec<MachineSpec> {
    let nodes = QuorumSettings::of(settings).nodes;
    (1..=nodes).map(|index| MachineSpec { name: format!("node-{index}"), role: "node" }).collect()
}

fn features(_: &Settings) -> Features {
    Features { tokens: true, deadline: true, extend: true, status: true, ..Features::default() }
}

fn bounds(settings: &Settings) -> Option<Bounds> {
    let settings = QuorumSettings::of(settings);
    // A look, and the two phases of a proposal, each at most this.
    let round = settings.command_timeout;
    let pause = settings.longest_pause_ever();
    // Contenders may outbid each other a few times, until their pauses have drawn them apart.
    let hand_over = pause.saturating_mul(4) + round.saturating_mul(6);
    let lease = settings.patience_with_a_lease();
    Some(Bounds {
        hand_over,
        // The lease on a slow clock, from the first sight of it, and then a proposal.
        dead_holder: lease + lease.ppm_of(10_000) + Span::from_secs(1) + hand_over,
        // A release that is tried again a few times.
        orphan: pause.saturating_mul(2) + round.saturating_mul(6),
    })
}
