//! The data sheet.

use super::claims::claims;
use super::{NaiveSettings, settings};
use fencepost_model::{Descriptor, EndReason, Features, MachineSpec, Settings};

/// See the module.
pub const DESCRIPTOR: Descriptor = Descriptor {
    name: "naive-quorum",
    about: "a name on a majority of independent stores of keys, without clocks and without ballots",
    leaves_out: "everything that the model of the stores leaves out",
    features: |_| Features { status: true, ..Features::default() },
    settings: settings::SPECS,
    defects: &[],
    roles: &[("node", "one of the stores that keep a name")],
    machines,
    quorum: |settings| NaiveSettings::of(settings).majority(),
    rightful_ends: &[EndReason::Released],
    claims,
    // Votes can be split for ever, and the name of a dead holder stays.
    bounds: |_| None,
    stands: |_| Vec::new(),
};

fn machines(settings: &Settings) -> Vec<MachineSpec> {
    let nodes = NaiveSettings::of(settings).nodes;
    (1..=nodes).map(|index| MachineSpec { name: format!("node-{index}"), role: "node" }).collect()
}
