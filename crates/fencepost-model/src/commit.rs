//! When an owner commits what it wrote.

use crate::{
    Assumption, Bound, Claim, Context, Descriptor, Gate, Hazard, Limit, Quantity, Stand, Surroundings, word,
};
use serde::{Deserialize, Serialize};

/// When what an owner writes under a lock becomes visible to others: a choice of the scenario, beside the gate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Commit {
    /// With the write: each operation is a transaction of its own.
    #[default]
    AtOnce,
    /// What is done under one tenure is one transaction, which the owner commits while it has the lock.
    BeforeRelease,
    /// As before, and the owner commits when it has given the lock back: the habit that loses updates.
    AfterRelease,
}

impl Commit {
    /// Every choice, with its word and a sentence for `explain` and error messages.
    pub const ALL: &[(Commit, &str, &str)] = &[
        (Commit::AtOnce, "at-once", "every write is visible as soon as the resource has taken it"),
        (
            Commit::BeforeRelease,
            "before-release",
            "a tenure is one transaction, and the owner commits it before it releases the lock",
        ),
        (
            Commit::AfterRelease,
            "after-release",
            "a tenure is one transaction, and the owner releases the lock before it commits",
        ),
    ];

    /// The word of scenario files.
    pub fn word(self) -> &'static str {
        Commit::ALL.iter().find(|(commit, ..)| *commit == self).map_or("?", |(_, word, _)| word)
    }

    /// Whether each operation is a transaction of its own. Stored forms leave it out, as those before it do.
    pub const fn is_at_once(&self) -> bool {
        matches!(self, Commit::AtOnce)
    }

    /// Whether what is done under one tenure is one transaction.
    pub const fn is_transaction(self) -> bool {
        !self.is_at_once()
    }
}

impl Descriptor {
    /// What the lock claims, and what no lock can claim without: where owners work in transactions, a lock orders
    /// their updates only if they commit before they release. A resource that would refuse the second update, or
    /// lets nobody read before the first is committed, needs no such owner.
    pub fn claimed(&self, context: &Context<'_>) -> Vec<Claim> {
        let mut claims = (self.claims)(context);
        if context.workload.commit.is_transaction() && !orders_updates(context.gate) {
            let updates = claims.iter_mut().filter(|claim| claim.property == word::NO_LOST_UPDATE);
            updates.flat_map(|claim| &mut claim.alternatives).for_each(|bounds| bounds.insert(0, IN_ORDER));
        }
        claims
    }
}

impl Descriptor {
    /// How much of each hazard the lock stands. Where owners commit too late for any lock, nothing has to go wrong: none
    /// of it is stood, but for a death, after which nobody commits.
    pub fn stood(&self, around: &Surroundings<'_>) -> Vec<Stand> {
        let mut stands = (self.stands)(around);
        let commit = around.context.workload.commit;
        if commit == Commit::AfterRelease && !orders_updates(around.context.gate) {
            for stand in stands.iter_mut().filter(|stand| stand.hazard != Hazard::Death) {
                stand.limit = Limit::Nothing;
                stand.arithmetic =
                    "nothing has to go wrong: the owner commits when it has released the lock".to_owned();
            }
        }
        stands
    }
}

const IN_ORDER: Bound =
    Bound { assumption: Assumption::OwnerCommitsBeforeRelease, limit: Quantity::Times(0) };

/// Whether of two transactions that read one version the gate lets one at most commit.
const fn orders_updates(gate: Gate) -> bool {
    matches!(gate, Gate::OncePerKey | Gate::IfVersion) || gate.counts_reads()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_choice_has_a_word_of_its_own() {
        for (commit, word, _) in Commit::ALL {
            assert_eq!(commit.word(), *word);
        }
        assert!(!Commit::default().is_transaction());
    }
}
