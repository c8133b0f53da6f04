//! The data sheet.

use super::claims::claims;
use super::{RaftSettings, defects, settings};
use fencepost_model::{Bounds, Descriptor, EndReason, Features, MachineSpec, Settings, Span};

/// See the module.
pub const DESCRIPTOR: Descriptor = Descriptor {
    name: "raft",
    about: "a lock as a state machine on a replicated log: acquire, extend, release and expiry are entries",
    leaves_out: "changes of membership, transfer of leadership, reads at followers",
    features,
    settings: settings::SPECS,
    defects: defects::SPECS,
    roles: &[
        ("store", "a member of the replicated log"),
        ("leader", "the member that leads when the fault fires"),
    ],
    machines,
    quorum: |_| 1,
    // The end of a lease is an entry of the log too; the leader proposes it when the promised time is over,
    // and that is what ends the promise. An end by a count of entries is none: it asks no clock, and nobody was
    // told when it would be.
    rightful_ends: &[EndReason::Released],
    claims,
    bounds,
    stands: |_| Vec::new(),
};

fn features(settings: &Settings) -> Features {
    let settings = RaftSettings::of(settings);
    Features {
        tokens: true,
        deadline: settings.ttl_entries.is_none(),
        extend: true,
        status: true,
        fair: settings.queue,
        reentrant: settings.reentrant,
        datagrams: true,
        ..Features::default()
    }
}

fn machines(settings: &Settings) -> Vec<MachineSpec> {
    let members = 1..=RaftSettings::of(settings).members;
    members.map(|number| MachineSpec { name: format!("raft-{number}"), role: "store" }).collect()
}

fn bounds(settings: &Settings) -> Option<Bounds> {
    let settings = RaftSettings::of(settings);
    // An election whose votes were split once, each with the longest time-out.
    let election = settings.election_timeout.saturating_mul(4);
    // Every member was asked in vain once.
    let found = (settings.command_timeout + settings.retry_max).saturating_mul(settings.members);
    let second = Span::from_secs(1);
    // How soon entries come, nobody says.
    settings.ttl_entries.is_none().then(|| Bounds {
        hand_over: election + found + second,
        // The new leader counts the lease anew.
        dead_holder: election + settings.server_lease() + settings.ttl.ppm_of(10_000) + second,
        // A clean-up that is tried again once.
        orphan: election + found.saturating_mul(2) + second,
    })
}
