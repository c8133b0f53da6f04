//! Where draws belong. Owners and processes go by numbers that are made of their names and not of their
//! places in the plan, so a client more or less in a plan moves no draw of the others.

use fencepost_model::{Cast, Digest, OpTag, Origin, OwnerId, ProcessId};
use std::hash::Hasher;

/// The numbers of a run's owners and processes. That two names have one number is rare and does no harm: some
/// of their draws are alike.
pub(crate) struct Origins {
    owners: Vec<u32>,
    processes: Vec<u32>,
}

impl Origins {
    pub fn of(cast: &Cast) -> Origins {
        Origins {
            owners: cast.owners.iter().map(|owner| number_of(&owner.name)).collect(),
            processes: cast.processes.iter().map(|process| number_of(&process.name)).collect(),
        }
    }

    /// In an operation.
    pub fn operation(&self, tag: OpTag, kind: u8) -> Origin {
        self.owner(tag.owner, tag.incarnation, tag.op, kind)
    }

    /// In an operation of an owner that may not have begun yet.
    pub fn owner(&self, owner: OwnerId, incarnation: u16, op: u32, kind: u8) -> Origin {
        Origin::Op { owner: self.owners[owner.index()], incarnation, op, kind }
    }

    /// In a process, outside any operation.
    pub fn process(&self, process: ProcessId, incarnation: u16, kind: u8) -> Origin {
        Origin::Process { process: self.processes[process.index()], incarnation, peer: 0, kind }
    }

    /// In a process, in what it has to do with another one.
    pub fn between(&self, process: ProcessId, incarnation: u16, peer: ProcessId, kind: u8) -> Origin {
        let (process, peer) = (self.processes[process.index()], self.processes[peer.index()]);
        Origin::Process { process, incarnation, peer, kind }
    }
}

fn number_of(name: &str) -> u32 {
    let mut digest = Digest::default();
    digest.write(name.as_bytes());
    (digest.value() >> 32) as u32
}
