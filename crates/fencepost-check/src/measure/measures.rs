//! What was measured in one run, as it is stored.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What was measured in one run, from its beginning to the calm tail. Times are whole microseconds, instants count
/// from the beginning of the run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
pub struct Measures {
    /// When the calm tail began, where nothing is measured any more.
    pub until_us: u64,
    /// How many owners there were.
    pub owners: u32,
    /// Every acquire that was granted, in the order in which owners were told.
    pub grants: Vec<GrantTaken>,
    /// Acquires that were refused for another reason than the two below.
    pub refused: u64,
    /// Acquires that gave up: their patience ran out, or the caller dropped them.
    pub gave_up: u64,
    /// Acquires of which the owner was told nothing certain.
    pub unknown: u64,
    /// How long it took from the call of a release to the next belief, where somebody was waiting when it was called.
    pub hand_overs_us: Vec<u64>,
    /// What the death of a holder or of a server cost.
    pub recoveries: Vec<Recovery>,
    /// How the time was spent, all locks together.
    pub time: TimeShares,
    /// How long two conflicting grants stood at once, each time.
    pub grant_overlaps_us: Vec<u64>,
    /// How long two conflicting beliefs stood at once, each time.
    pub belief_overlaps_us: Vec<u64>,
    /// Writes of an older tenure that the resource took after an operation of a newer one.
    pub stale_writes: u64,
    /// Messages that were delivered.
    pub messages: u64,
    /// Syncs of disks that were done.
    pub syncs: u64,
    /// When which fault was in force.
    pub windows: Vec<Window>,
}

/// An acquire that was granted. Stored as `[at, took, owner, under fault]`, because there are many.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "(u64, u64, u32, u8)", into = "(u64, u64, u32, u8)")]
pub struct GrantTaken {
    /// When the owner was told.
    pub at_us: u64,
    /// How long its call had taken.
    pub took_us: u64,
    /// Whose, by the number in the cast.
    pub owner: u32,
    /// Whether a fault was in force at some instant of the call.
    pub under_fault: bool,
}

/// What the death of a process cost those who wanted the lock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Recovery {
    /// When it died.
    pub at_us: u64,
    /// How.
    pub death: Death,
    /// Who.
    pub of: Bereft,
    /// How long until a new tenure of a lock that it concerned began; none: not before the calm tail.
    pub took_us: Option<u64>,
}

/// How a process died.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Death {
    /// It was killed; its machine went on and said so to its peers.
    Kill,
    /// Its machine lost power, and its peers heard nothing.
    PowerCut,
    /// It was killed and started again at once.
    Restart,
}

/// Who died.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Bereft {
    /// A client with an owner that believed.
    Holder,
    /// A server of the system.
    Server,
}

/// How the time was spent. The three add up to the length of the run, once for each lock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct TimeShares {
    /// Somebody believed to hold the lock.
    pub held_us: u64,
    /// Nobody did, and nobody asked.
    pub free_us: u64,
    /// Nobody did, although somebody asked.
    pub blocked_us: u64,
}

/// When a fault was in force. A death is, until the process is back or, of a client, until somebody has the lock again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Window {
    /// The number of the fault in its plan.
    pub fault: u32,
    /// Its word.
    pub word: String,
    /// At what it was aimed, as that was resolved.
    pub target: String,
    /// Since when.
    pub from_us: u64,
    /// Until when; the same instant for what happens at once.
    pub until_us: u64,
}

impl Measures {
    /// How many grants each owner got, those included that got none.
    pub fn grants_by_owner(&self) -> Vec<u64> {
        let mut counted = BTreeMap::new();
        for grant in &self.grants {
            *counted.entry(grant.owner).or_insert(0) += 1;
        }
        let without = (self.owners as usize).saturating_sub(counted.len());
        counted.into_values().chain(std::iter::repeat_n(0, without)).collect()
    }
}

impl From<(u64, u64, u32, u8)> for GrantTaken {
    fn from((at_us, took_us, owner, under_fault): (u64, u64, u32, u8)) -> GrantTaken {
        GrantTaken { at_us, took_us, owner, under_fault: under_fault != 0 }
    }
}

impl From<GrantTaken> for (u64, u64, u32, u8) {
    fn from(grant: GrantTaken) -> (u64, u64, u32, u8) {
        (grant.at_us, grant.took_us, grant.owner, u8::from(grant.under_fault))
    }
}
