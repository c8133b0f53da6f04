//! For everybody who has met a word and wonders what to do about it: when it happens, what helps, and a command
//! that shows it. One row for each property, assumption, fault, lock and exit code.

use super::page::{Family, Page};

/// What is told of one word.
pub(super) struct Story {
    pub family: Family,
    pub name: &'static str,
    /// When it happens, or what it is good for.
    pub when: &'static str,
    /// What helps, or what it is not good for.
    pub cure: &'static str,
    /// A command that shows it, without the name of the program.
    pub command: &'static str,
}

/// Adds what there is to tell to a page.
pub(super) fn told(page: Page) -> Page {
    let Some(story) = ALL.iter().find(|story| story.family == page.family && story.name == page.name) else {
        return page;
    };
    let (when, cure) = labels(story.family);
    page.row(when, story.when).row(cure, story.cure).row("try", format!("fencepost {}", story.command))
}

fn labels(family: Family) -> (&'static str, &'static str) {
    match family {
        Family::Property => ("breaks when", "cured by"),
        Family::Assumption => ("exceeded", "cured by"),
        Family::Fault => ("hurts", "stood by"),
        Family::Lock => ("good for", "not for"),
        _ => ("comes when", "then"),
    }
}

const fn story(
    family: Family,
    name: &'static str,
    when: &'static str,
    cure: &'static str,
    command: &'static str,
) -> Story {
    Story { family, name, when, cure, command }
}

use Family::{Assumption, Exit, Fault, Lock, Property};

/// All of them.
#[rustfmt::skip]
pub(super) const ALL: &[Story] = &[
    // Properties.
    story(Property, "exclusive-grant",
        "the store loses what it promised: a restart without a disk, a failover to a replica that had not heard of it, an eviction, a wall clock that is set. Or somebody removes what is another's",
        "state that is on disk, or on a majority, before it is promised; expiry that is counted on monotonic clocks",
        "replay store-restart/memory-only@0"),
    story(Property, "exclusive-belief",
        "an owner does not learn in time that its lease is over: it was paused or its machine slept, its clock is slow, its renewals fail and nobody says so; or the service gave the lock twice",
        "a deadline on the owner's own clock, with a reserve, that it looks at before each step. No lease cures a pause between that look and the write: make the effect safe instead, by a gate",
        "replay pause-past-lease/plain@0"),
    story(Property, "exclusive-effect",
        "a write is under way, or its sender stopped, while the lock goes to somebody else; it arrives after the newer owner's first operation",
        "a fencing token that the resource compares, counting reads too; or a version that the write names and the resource compares",
        "replay delayed-write/plain@0"),
    story(Property, "fencing",
        "the counter that mints tokens is lost or goes back: a restart without a disk, a failover, a backup",
        "a counter that is as durable as the resource is, an epoch in front of it that rises with each failover, or the index of a replicated log",
        "replay store-restart/memory-only-fenced@0"),
    story(Property, "no-lost-update",
        "two owners work at once, or an old one writes late; or one write is applied twice by a retry; or the lock is given back before the transaction is committed",
        "a gate that compares versions at the commit (`if-version`), or tokens with sequence numbers (`token-seq`), or an idempotency key (`once-per-key`)",
        "replay fence-accepts-equal/token@0"),
    story(Property, "ownership",
        "a release or an extension names the lock and not the tenure, or looks first and acts in a second step",
        "a value that nobody else has, compared and deleted in one step at the store",
        "replay release-after-expiry/get-then-delete@0"),
    story(Property, "truthful",
        "an answer is taken for something else: a time-out for a no, any answer for a yes, one node's word for the service's",
        "three outcomes instead of two: done, refused, unknown; and answers that are read and not just awaited",
        "replay extend-false-success/any-answer@0"),
    story(Property, "progress",
        "a holder dies and nothing ends its tenure; an acquire without an answer left its state behind; contenders split the votes and keep them; a lease is counted by a clock that stands still",
        "an expiry that is counted in time by a machine that lives, and a clean-up of every outcome that is unknown",
        "replay naive-quorum-split/votes-kept@0"),
    story(Property, "deadlock-free",
        "owners take several locks in different orders, and nothing makes them give back what they have",
        "one order for all owners; or leases that are not renewed while they wait, which ends the circle and breaks whatever they had begun",
        "run two-locks --seeds 3"),
    story(Property, "reentrant",
        "a command to take the lock again, or to give it back, is sent twice and counts twice",
        "a number on each command by which the service knows it again",
        "replay reentry-double-count/counts-copies@0"),
    story(Property, "fair",
        "a release wakes the first waiter, and whoever asks before it does has the lock",
        "a release that hands the lock over in the same step",
        "replay newcomer-barges/woken-up@0"),
    story(Property, "well-behaved",
        "the code panics, never gives its turn back, sends without end, or waits for what never comes",
        "replay the case: the story ends where the code did; a lock's code may wait for nothing but its environment and its ports",
        "run trivial --seeds 3"),
    story(Property, "election-safety",
        "a member of a replicated log votes twice in one term: it told a vote before it was on its disk, and lost power",
        "term and vote are synced before they are told",
        "run vote-not-durable --seeds 3"),
    story(Property, "log-matching",
        "two logs agree on an entry and differ before it: a member took entries without comparing the one in front of them",
        "each message names the entry before its own, and a member that has another one refuses",
        "run log-minority-cut --seeds 3"),
    story(Property, "leader-completeness",
        "a member leads without an entry that was committed: votes or entries were lost in a power cut, or it was elected with an older log",
        "votes only for logs that are as new, and everything on disk before it is acknowledged",
        "run log-leader-stuck-disk --seeds 3"),
    story(Property, "state-machine-safety",
        "two members carry out different commands at one place of the log; every member is then a service of its own",
        "the three other properties of the log together",
        "run log-majority-cut --seeds 3"),
    // Assumptions.
    story(Assumption, "bounded-pause",
        "by a garbage collector, a stopped container, a machine that moves, a debugger: any stop past the deadline of an owner that believes",
        "more `reserve`, for stops that are short and known; a gate at the resource for those that are not",
        "replay pause-past-lease/plain@0"),
    story(Assumption, "bounded-delay",
        "by a queue in the network, a retransmission, a receiver that stands still: what was sent in time is processed too late",
        "more `reserve`; a gate, which refuses what is late whatever made it so",
        "replay delayed-write/plain@0"),
    story(Assumption, "bounded-drift",
        "by oscillators that are worse than the allowance, or clocks that are made faster or slower to catch up",
        "more `drift-allowance`: the deadline is earlier by that part of the lease",
        "replay no-drift-margin/no-margin@0"),
    story(Assumption, "bounded-skew",
        "by machines whose wall clocks were never set alike, where a lock compares one machine's time with another's",
        "no such comparison: durations on one machine's monotonic clock instead",
        "run wall-clock-expiry --seeds 3"),
    story(Assumption, "no-wall-step",
        "by a clock that is set by hand or by its daemon, a leap second, a virtual machine that is restored",
        "a store that counts expiry on a monotonic clock; daemons that slew and do not step; nothing, where the step is shorter than the reserve",
        "replay store-clock-jump/jump@0"),
    story(Assumption, "monotonic-clock-counts-suspended-time",
        "by a laptop lid, a suspended virtual machine: CLOCK_MONOTONIC on Linux stands still meanwhile",
        "a clock that counts it, such as CLOCK_BOOTTIME; a gate",
        "replay suspended-machine/plain@0"),
    story(Assumption, "owner-obeys-its-deadline",
        "by an owner that writes without looking, which is most code there is: libraries often hand out no deadline",
        "look at the deadline before each write, and give the write no more time than is left",
        "replay pause-past-lease/plain@0"),
    story(Assumption, "renewals-get-through",
        "by a partition or a stopped store that lasts longer than the lease less one renewal",
        "a notice of loss that comes before the lease is over, or a deadline on the guard",
        "replay no-loss-signal/swallowed@0"),
    story(Assumption, "work-within-the-lease",
        "by work that takes longer than the lease while nobody renews it",
        "renewal while the guard is open, or a lease that is longer than the longest work and an end to the work",
        "replay lease-shorter-than-work/lease-only@0"),
    story(Assumption, "durable-nodes",
        "by a store that restarts with less than it had promised: kept in memory, or synced later than it answered",
        "a sync before each answer; for several nodes, one that lost its memory stays silent for a lease",
        "replay store-restart/memory-only@0"),
    story(Assumption, "synchronous-replication",
        "by a failover to a replica that had not yet heard of the grant",
        "agreement on a majority before the answer, as a log does it; waiting for replicas narrows the gap and does not close it",
        "run wait-is-no-guarantee --seeds 3"),
    story(Assumption, "no-eviction",
        "by a store that is short of memory and may give up keys with an expiry, which locks have",
        "`noeviction`, and no cache in the same server",
        "replay eviction-drops-lock/volatile-random@0"),
    story(Assumption, "no-forced-release",
        "by an administrator, or a script of his, who removes a lock that seems stuck",
        "nothing in the lock; a token and a gate make it harmless. No fault does it so far",
        "explain ownership"),
    story(Assumption, "majority-alive",
        "by half of the servers or more that are down or cut off",
        "nothing, while it lasts: whoever goes on without a majority gives the lock twice",
        "run log-majority-cut --seeds 3"),
    story(Assumption, "no-loss-or-duplicate",
        "by a retry, or a network, that makes one write two",
        "sequence numbers at the resource (`token-seq`), a version to compare (`if-version`) or a key (`once-per-key`)",
        "replay fence-accepts-equal/token@0"),
    story(Assumption, "resource-checks-tokens",
        "by a resource that takes every write",
        "a gate: compare the token in the same step as the write",
        "run fence-not-checked --seeds 3"),
    story(Assumption, "owner-commits-before-it-releases",
        "by a lock that is taken and given back inside of a transaction, such as in a method that is called within one",
        "take the lock before the transaction begins, and give it back after the commit; or a read that locks the row, or a version that the write compares",
        "replay unlock-before-commit/after-release@0"),
    story(Assumption, "owner-records-what-was-done-outside",
        "by a death, a pause or a lost answer between the call to the provider and the write that records it",
        "a key for each job that the provider takes (`once-per-key`); or a record of what is about to be done, which whoever comes next looks up at the provider",
        "replay charged-not-recorded/fenced@1"),
    // Faults.
    story(Fault, "kill",
        "whoever needs the dead process: its lock stays until the lease is over, and a store without a disk has forgotten everything",
        "leases for owners, a disk or several nodes for stores",
        "replay dead-holder/no-ttl@0"),
    story(Fault, "restart",
        "stores that keep their state in memory, and owners that think that they still have what their last life had",
        "a sync before each answer; or silence for one lease after a start",
        "replay store-restart/memory-only@0"),
    story(Fault, "power-cut",
        "stores that answer before they sync: what was promised last is gone, or what was deleted is back",
        "a sync before each answer (`aof-always`), or a majority of nodes that sync",
        "run store-power-cut --seeds 3"),
    story(Fault, "pause",
        "every lease: the owner stands still, the lease ends, and the owner goes on where it was",
        "a gate at the resource; a reserve, for pauses that are shorter",
        "replay pause-past-lease/plain@0"),
    story(Fault, "suspend",
        "every deadline on a clock that stands still while the machine sleeps",
        "a clock that counts it; a gate",
        "replay suspended-machine/plain@0"),
    story(Fault, "partition",
        "renewals, which fail; services that go on without a majority; clients that hear of a release nothing",
        "a majority, and owners that stop by their own clock",
        "run partition-during-renewal --seeds 3"),
    story(Fault, "delay",
        "answers that come after the lease, and locks that count the lease from the answer",
        "a deadline that is counted from before the command was sent",
        "run ttl-from-response --seeds 3"),
    story(Fault, "loss",
        "protocols on datagrams that send once. On a stream a lost packet is a delay, so this is offered for datagrams only",
        "commands with numbers that are sent again",
        "run leader-lease-stale-read --seeds 3"),
    story(Fault, "duplicate",
        "commands that count: one acquire, taken twice, one write, applied twice. Offered for datagrams only",
        "commands with numbers by which the receiver knows them again",
        "run log-without-extensions --seeds 1"),
    story(Fault, "reorder",
        "removals that overtake what they remove, and old writes behind newer ones. Offered for datagrams only",
        "numbers, terms or tokens that say which one is newer",
        "run log-without-extensions --seeds 1"),
    story(Fault, "skew",
        "locks that compare the wall clocks of two machines",
        "durations on one machine's monotonic clock",
        "run wall-clock-expiry --seeds 3"),
    story(Fault, "jump",
        "stores that keep expiry as wall-clock time: a step forward ends leases early, a step back keeps them",
        "a monotonic clock in the store; a majority, where one node's step is not enough",
        "replay store-clock-jump/jump@0"),
    story(Fault, "drift",
        "deadlines without an allowance: the owner's second is longer than the store's",
        "`drift-allowance`",
        "replay no-drift-margin/no-margin@0"),
    story(Fault, "stall",
        "stores that sync before they answer: everything waits, a leader is deposed without knowing it",
        "terms and majorities, so that the old leader can do nothing; deadlines counted from before the command",
        "run log-leader-stuck-disk --seeds 3"),
    story(Fault, "evict",
        "locks in a cache: a key with an expiry is what a store that is short of memory gives up first",
        "`noeviction`",
        "replay eviction-drops-lock/volatile-random@0"),
    story(Fault, "cancel",
        "acquires that their caller drops: the store grants to nobody, or a renewal keeps alive what nobody has",
        "a clean-up that outlives the call, and tasks that are tied to it",
        "run watchdog-outlives-unlock --seeds 3"),
    story(Fault, "message",
        "whatever depends on one message: the answer to an acquire, a release that is late, a write",
        "as for `delay`, `loss` and `duplicate`: this aims them at one message, so that a rare story comes every time",
        "replay acquire-reply-lost/forgets@0"),
    // Locks.
    story(Lock, "none",
        "seeing what the checkers say when there is no lock at all",
        "anything else",
        "replay trivial/none@0"),
    story(Lock, "always",
        "seeing what a service that grants everybody breaks",
        "anything else",
        "replay trivial/always@0"),
    story(Lock, "never",
        "seeing that a service that grants nobody is safe and useless: progress breaks",
        "anything else",
        "replay trivial/never@0"),
    story(Lock, "redis",
        "doing work once and not twice, most of the time, at the lowest cost; correctness with `fencing`, `aof-always` and a gate",
        "data that one double owner spoils, without a gate; a server that may lose memory",
        "run pause-past-lease --seeds 3"),
    story(Lock, "redlock",
        "a lock that outlives one node, without replication",
        "data that a double owner spoils: it has no token, and counts on bounded pauses, delays and clocks",
        "run redlock-owner-paused --seeds 3"),
    story(Lock, "naive-quorum",
        "learning why a majority alone is not agreement",
        "use: it gives the lock twice, or is stuck for ever, by choice",
        "run naive-quorum-race --seeds 3"),
    story(Lock, "quorum",
        "correctness by tokens on a majority, without a leader and without clocks in the nodes",
        "many contenders: they outbid each other; fairness",
        "run quorum-clock-rates --seeds 3"),
    story(Lock, "raft",
        "correctness by tokens, a queue in order, re-entry, and a leader that is replaced within a second",
        "the lowest latency: every step is agreed on by a majority, on disk",
        "run log-owner-paused --seeds 3"),
    story(Lock, "redis-failover",
        "a Redis that comes back by itself, for locks whose loss costs little",
        "data that a double owner spoils: what the replica had not heard of is gone after the promotion",
        "run failover-double-grant --seeds 3"),
    // Exit codes.
    story(Exit, "0",
        "everything is as the scenario expects, breaks included that it names; or other seeds decide (`deferred`)",
        "read the bounds beside it: seeds, faults that fired, what was seen",
        "run smoke --seeds 5"),
    story(Exit, "1",
        "a property broke that the scenario does not excuse, or inside the claims of the lock, or one that should break never did",
        "`fencepost replay` the case that is named, `fencepost shrink` it, and mend the lock, or the scenario, or its `[expect]`",
        "run pause-past-lease --seeds 5 -v"),
    story(Exit, "2",
        "nothing can be said of something: a word of `sometimes` was never seen, a tail was cut short, nobody asked",
        "more seeds, or a longer `length`, so that what the scenario is about can happen",
        "explain sometimes"),
    story(Exit, "3",
        "the same plan gave another digest: the lock's code depends on a clock, a generator, a hash map or a thread that is not the environment's",
        "take clocks, chance and tasks from `Env`; the madsim ground, in the checkout, makes those of libraries virtual",
        "explain digest"),
    story(Exit, "4",
        "a glob, `--lock` or `--scenario` fits nothing; a name that does not exist is 254 instead",
        "`fencepost list` shows what there is",
        "run no-such-*"),
    story(Exit, "130",
        "Ctrl-C: rows that were done are told, the others are deferred",
        "run again, with fewer seeds",
        "run smoke --seeds 2"),
    story(Exit, "254",
        "a flag, a name or a scenario file is wrong; nothing was run",
        "the message points at the place and says the smallest cure",
        "run no-such-scenario"),
    story(Exit, "255",
        "a panic in fencepost itself, or in a checker; every other row is told all the same",
        "report it with the case: it repeats",
        "explain internal-error"),
];

#[cfg(test)]
mod tests {
    use super::super::tests::pages;
    use super::*;
    use crate::args::Cli;
    use clap::Parser;
    use std::collections::BTreeSet;

    const FAMILIES: [Family; 5] = [Property, Assumption, Fault, Lock, Exit];

    #[test]
    fn every_property_assumption_fault_lock_and_exit_code_has_a_story() {
        let pages = pages();
        let words = pages.iter().filter(|page| FAMILIES.contains(&page.family));
        for page in words {
            let stories =
                ALL.iter().filter(|story| (story.family, story.name) == (page.family, page.name.as_str()));
            assert_eq!(stories.count(), 1, "{:?} {}", page.family, page.name);
        }
        for story in ALL {
            let is_told =
                pages.iter().any(|page| (page.family, page.name.as_str()) == (story.family, story.name));
            assert!(is_told, "{:?} {} is no word any more", story.family, story.name);
        }
    }

    /// Each page is long enough to be of use, and ends in something to type.
    #[test]
    fn their_pages_are_long_and_say_what_to_try() {
        for page in pages().iter().filter(|page| FAMILIES.contains(&page.family)) {
            let text = page.render();
            assert!(text.lines().count() >= 7, "{text}");
            let last = text.lines().rev().find(|line| line.trim_start().starts_with("try "));
            assert!(last.is_some_and(|line| line.contains("fencepost ")), "{text}");
        }
    }

    #[test]
    fn every_command_can_be_typed() {
        let commands: BTreeSet<&str> = ALL.iter().map(|story| story.command).collect();
        for command in commands {
            let words = std::iter::once("fencepost").chain(command.split(' '));
            assert!(Cli::try_parse_from(words).is_ok(), "{command}");
        }
    }
}
