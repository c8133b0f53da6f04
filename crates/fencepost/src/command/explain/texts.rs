//! The long texts of `explain`: what properties and assumptions mean for people. Everything else comes from
//! the data that it explains.

use fencepost_model::{Assumption, word};

/// A property, in a few sentences.
pub(super) const PROPERTIES: &[(&str, &str)] = &[
    (
        word::EXCLUSIVE_GRANT,
        "The service promises one lock to two owners at once. A promise begins when the grant takes effect and \
         ends only at a rightful end: a release of this tenure, the promised time run out on the granting \
         machine's own oscillator, or what the lock's contract lists. State that is lost (a restart, an \
         eviction, a failover, a clock that was set) ends nothing: a second grant beside such a promise is the \
         violation.",
    ),
    (
        word::EXCLUSIVE_BELIEF,
        "Two owners believe at once that they hold the lock. Belief begins when acquire returns granted, and \
         ends at the first of: release called, loss told to the owner's code, the handed-out deadline passed \
         while its process runs, or its end. A stopped process learns nothing until it wakes, so a pause past \
         the lease breaks belief for every lease; only a check at the resource then prevents damage.",
    ),
    (
        word::EXCLUSIVE_EFFECT,
        "The resource takes a write of an older tenure after an operation of a newer one. Operations are ordered \
         at the resource, reads included: otherwise an old tenure can write after a newer one has read. A late \
         message does this even where no two owners ever believe at once. Only a check at the resource, such as \
         a fencing token, prevents it.",
    ),
    (
        word::FENCING,
        "Fencing tokens are out of order: a new tenure's token is not larger than all before it on the same \
         lock, differs within one tenure, or comes twice; also after a failover, a restart or a restore. \
         Offered only by locks that hand out tokens.",
    ),
    (
        word::NO_LOST_UPDATE,
        "Two successful read-modify-writes were made from the same version, so the second one wiped out the \
         first. This is what an application notices in the end: a counter that is too low, stock sold twice. A \
         write that is applied twice counts as two.",
    ),
    (
        word::OWNERSHIP,
        "A tenure is ended or prolonged by an operation that was issued neither under that tenure's guard nor by \
         the acquire that created it. The classic: an old holder releases after its lease has ended, and deletes \
         the lock of the next one.",
    ),
    (
        word::TRUTHFUL,
        "A definite reply was false: what it says about the lock was true at no instant between the call and the \
         return. Unknown is never false, and a refusal that names a time-out claims nothing.",
    ),
    (
        word::PROGRESS,
        "Stuck. Every run ends with a calm tail: links up, nothing stopped, servers up. In it a free lock that is \
         asked for has to be granted, and what a dead or forgotten holder left behind has to go, each within \
         the bound that the lock gives, or the scenario's `progress-bound` where it gives none.",
    ),
    (
        word::DEADLOCK_FREE,
        "Owners wait for each other in a circle for longer than the bound: each has a lock that the next one asks \
         for. It takes several locks held together (`takes` of `[workload]`).",
    ),
    (
        word::REENTRANT,
        "The service and an owner count differently how often the owner has taken a lock: the tenure ends before \
         it was given back as often as it was taken, or is kept after. The classic: an answer is lost, the \
         command is sent again, and counts again. Offered only by locks that an owner may take again.",
    ),
    (
        word::FAIR,
        "Somebody is granted the lock while somebody else has waited for longer. The order is that in which the \
         service took the waiters in; whoever gives up, or is not heard of any more, has left the queue. Offered \
         only by locks that promise an order.",
    ),
    (
        word::WELL_BEHAVED,
        "The lock's code panicked, spun without letting time pass, flooded the network, or never returned. It is \
         implied in every scenario, and may be expected only of a planted variant.",
    ),
];

/// A property that a system brings with it.
pub(super) const OF_SYSTEMS: &[(&str, &str)] = &[
    (
        "election-safety",
        "Two members of a replicated log lead in one term. Then each may commit what the other does not know, and \
         there are two services. Source: Ongaro and Ousterhout 2014, figure 3.",
    ),
    (
        "log-matching",
        "Two members have the same entry at one place, and their logs differ before it. From then on nobody can say \
         what was agreed. Source: Ongaro and Ousterhout 2014, figure 3.",
    ),
    (
        "leader-completeness",
        "A member leads and lacks an entry that was committed in an earlier term: a grant that was answered is \
         forgotten, and may be given to somebody else. Source: Ongaro and Ousterhout 2014, figure 3.",
    ),
    (
        "state-machine-safety",
        "Two members carry out different entries at one place of the log. Each grants by a state of its own. Source: \
         Ongaro and Ousterhout 2014, figure 3.",
    ),
];

/// An assumption, in a few sentences: what is measured, and what its limit usually is.
pub(super) const ASSUMPTIONS: &[(Assumption, &str)] = &[
    (
        Assumption::BoundedPause,
        "Measured: how long a believer has been stopped past its handed-out deadline. The limit is `reserve`: how \
         long before the end of the lease the deadline is handed out. 0 means that no pause of a believer is \
         inside the claim. For a guard without a deadline it is the longest stop of the owner's process.",
    ),
    (
        Assumption::BoundedDelay,
        "Measured: the longest flight of a message, from sending to processing. The limit is `reserve`, for a \
         clean-up one lease. Pause and delay draw on the same reserve, so they are added before they are \
         compared.",
    ),
    (
        Assumption::BoundedDrift,
        "Measured: the largest difference between the rates of the oscillators of the owner and of the nodes that \
         promised. The limit is what the deadline allows for.",
    ),
    (
        Assumption::BoundedSkew,
        "Measured: the largest difference, during the tenure, between wall clocks that decide the same expiry; \
         steps that happened before count.",
    ),
    (
        Assumption::NoWallStep,
        "Measured: how often a wall clock that decides an expiry was set during the tenure. A store that keeps \
         expiry as wall-clock time forgets a lock early, or late, when its clock is set.",
    ),
    (
        Assumption::MonotonicCountsSuspension,
        "Measured: for how long the owner's machine was suspended. Most monotonic clocks stand still meanwhile, so \
         after waking a deadline seems to lie ahead that has long passed.",
    ),
    (
        Assumption::OwnerObeysDeadline,
        "Measured: operations that the owner sent past its deadline. `obeys-deadline = false` of `[workload]` \
         takes the assumption away.",
    ),
    (
        Assumption::RenewalsGetThrough,
        "Measured, for a guard without a deadline: the longest time without an answered exchange with the store. \
         The limit is the lease less one period of renewal and one time-out.",
    ),
    (
        Assumption::WorkWithinLease,
        "Measured, where nothing is renewed: how long the holder held. The limit is the lease.",
    ),
    (
        Assumption::DurableNodes,
        "Measured: how often a node that promised came back without state that it had. A setting that syncs every \
         write before its reply makes it true.",
    ),
    (
        Assumption::SynchronousReplication,
        "Measured: state of the tenure that was lost in a failover or rolled back, because the promoted replica \
         had not received it.",
    ),
    (
        Assumption::NoEviction,
        "Measured: how often state of the tenure was evicted. A cache that is short of memory may give up a lock.",
    ),
    (Assumption::NoForcedRelease, "Measured: how often an administrator removed a tenure that was not his."),
    (
        Assumption::MajorityAlive,
        "A majority of the system's servers is up and connected. Without it nothing is granted, which breaks no \
         promise that stands.",
    ),
    (
        Assumption::NoLossOrDuplicate,
        "Measured: operations that were applied a second time. A client's own retry counts, if both were applied.",
    ),
    (
        Assumption::ResourceChecksTokens,
        "The resource refuses old tokens: the `gate` of the variant does it or does not.",
    ),
    (
        Assumption::OwnerCommitsBeforeRelease,
        "Measured: commits that the owner sent after it had called release. `commit = \"after-release\"` of a variant \
         takes the assumption away. Whoever is granted the lock in between reads what was there before the update.",
    ),
    (
        Assumption::OwnerRecords,
        "Measured: beliefs that ended with a job done by the provider and not written at the resource. The owner died, \
         or its deadline passed, or its write was refused or lost. The next owner finds the job undone and does it again, \
         whatever the lock did. `provider = \"once-per-key\"` of a variant needs no such owner.",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_property_has_a_text() {
        let known: Vec<&str> = word::PROPERTIES.iter().map(|(name, _)| *name).collect();
        let told: Vec<&str> = PROPERTIES.iter().map(|(name, _)| *name).collect();
        assert_eq!(told, known);
    }

    #[test]
    fn every_assumption_has_one_text() {
        // They are declared in this order, and the last one is the one with the largest number.
        let numbers: Vec<usize> = ASSUMPTIONS.iter().map(|(assumption, _)| *assumption as usize).collect();
        assert_eq!(numbers, (0..=Assumption::OwnerRecords as usize).collect::<Vec<_>>());
    }
}
