//! The data sheet.

use super::claims::claims;
use super::settings::{self, FailoverSettings, Promotion};
use super::stands::stands;
use crate::redis;
use fencepost_model::{Descriptor, EndReason, Features, MachineSpec, Settings};

/// See the module.
pub const DESCRIPTOR: Descriptor = Descriptor {
    name: "redis-failover",
    about: "the lock of `redis` on a primary with replicas, of which one is promoted when it falls silent",
    leaves_out: "what `redis` leaves out; time to send and load a snapshot, replicas of replicas, priorities, \
                 limits of replica lag (`min-replicas-to-write`); sentinels speak by datagrams and know each \
                 other from the beginning",
    features,
    settings: settings::SPECS,
    defects: &[],
    roles: &[
        ("store", "the Redis process that is primary at first"),
        ("replica", "one that is a replica at first"),
        ("sentinel", "a process that watches the primary, and votes"),
        ("manager", "the hosted service's process that watches the primary"),
    ],
    machines,
    quorum: |_| 1,
    // As with one Redis, `Expired` is not among them. What a promotion takes back ends no promise.
    rightful_ends: &[EndReason::Released],
    claims,
    // How long clients are without a primary depends on which messages the sentinels lose.
    bounds: |_| None,
    stands,
};

fn features(settings: &Settings) -> Features {
    (redis::DESCRIPTOR.features)(settings)
}

fn machines(settings: &Settings) -> Vec<MachineSpec> {
    let settings = FailoverSettings::of(settings);
    let machine = |name: String, role| MachineSpec { name, role };
    let servers = (1..=settings.servers())
        .map(|number| machine(format!("redis-{number}"), if number == 1 { "store" } else { "replica" }));
    let guides = match settings.promotion {
        Promotion::Sentinel(_) => {
            (1..=3).map(|number| machine(format!("sentinel-{number}"), "sentinel")).collect()
        }
        Promotion::Managed(_) => vec![machine("manager".to_owned(), "manager")],
    };
    servers.chain(guides).collect()
}
