//! Remedies: each cures what it is said to cure, and nothing else; and sometimes no lock is needed.

use crate::support::advice::{ORDINARY, read};
use fencepost::advise::{AdviseOptions, advise};
use fencepost::remedies::{Change, Remedies, Tried, remedies};
use fencepost::{Catalogue, Stop, report};
use fencepost_model::{Gate, Hazard, word};
use fencepost_sim::Ground;

struct Told {
    remedies: Remedies,
    text: String,
}

/// What can be done about a lock in an ordinary place.
fn told(catalogue: &Catalogue, lock: &str) -> Told {
    let advice = read(catalogue, &format!("{lock}\n{ORDINARY}"));
    let how = AdviseOptions { ground: Ground::best(), jobs: None };
    let stop = Stop::new();
    let advised = advise(catalogue, &advice, how, &stop).unwrap_or_else(|error| panic!("{error:?}"));
    let remedies = remedies(catalogue, &advice, &advised, how, &stop, &mut |_| {});
    let remedies = remedies.unwrap_or_else(|error| panic!("{error:?}"));
    let text = report::remedies::told(&advice, &advised, &remedies);
    Told { remedies, text }
}

impl Told {
    fn row(&self, is: impl Fn(&Change) -> bool) -> &Tried {
        let row = self.remedies.rows.iter().find(|row| is(&row.change));
        row.unwrap_or_else(|| panic!("it was not tried\n{}", self.text))
    }

    /// What breaks under a hazard after a change.
    fn broken(&self, hazard: Hazard, is: impl Fn(&Change) -> bool) -> &[&'static str] {
        let nth = self.remedies.hazards.iter().position(|(known, _)| *known == hazard);
        &self.row(is).cells[nth.unwrap_or_else(|| panic!("{hazard} was not tried"))].broken
    }
}

fn as_it_is(change: &Change) -> bool {
    *change == Change::AsItIs
}

fn is_gate(gate: Gate) -> impl Fn(&Change) -> bool {
    move |change| *change == Change::Gate(gate)
}

fn is_lock(wanted: &str) -> impl Fn(&Change) -> bool + '_ {
    move |change| matches!(change, Change::Lock { name, .. } if *name == wanted)
}

/// A lease that is shorter than the pauses: what is done at the resource stops the damage, although two believe; a
/// longer lease stops both.
#[test]
fn a_check_at_the_resource_cures_the_effect_and_not_the_belief() {
    let catalogue = fencepost::catalogue();
    let told = told(&catalogue, "lock = { preset = \"redisson-rlock\", lockWatchdogTimeout = \"5s\" }");
    let pause = |is: &dyn Fn(&Change) -> bool| told.broken(Hazard::Pause, is).to_vec();
    let all = [word::EXCLUSIVE_BELIEF, word::EXCLUSIVE_EFFECT, word::NO_LOST_UPDATE];
    assert_eq!(pause(&as_it_is), all, "{}", told.text);
    assert_eq!(pause(&is_gate(Gate::TokenSeq)), [word::EXCLUSIVE_BELIEF], "{}", told.text);
    assert_eq!(pause(&|change| matches!(change, Change::Longer { .. })), [""; 0], "{}", told.text);
    for gate in [Gate::OncePerKey, Gate::IfVersion] {
        assert!(!pause(&is_gate(gate)).contains(&word::NO_LOST_UPDATE), "{}", told.text);
    }
    // The plans in which it fails were done again, and not only new ones.
    let again = told.row(is_gate(Gate::TokenSeq)).cells.iter().map(|cell| cell.again).sum::<usize>();
    assert!(again > 0 && again == told.remedies.failing, "{}", told.text);
}

/// A primary whose replicas lag behind is cured by a log of which a majority has every grant.
#[test]
fn another_lock_cures_a_failover() {
    let catalogue = fencepost::catalogue();
    let told = told(&catalogue, "lock = { preset = \"redis-py\", timeout = \"5s\", replicas = 1 }");
    let failover = |is: &dyn Fn(&Change) -> bool| told.broken(Hazard::Failover, is).to_vec();
    assert!(failover(&as_it_is).contains(&word::EXCLUSIVE_GRANT), "{}", told.text);
    assert_eq!(failover(&is_lock("raft")), [""; 0], "{}", told.text);
    assert!(told.text.contains("`raft` instead"), "{}", told.text);
}

/// Without an expiry a dead holder keeps the lock; with one it comes free. A check at the resource does nothing for
/// those who wait.
#[test]
fn an_expiry_cures_a_dead_holder_and_a_check_does_not() {
    let catalogue = fencepost::catalogue();
    let told = told(&catalogue, "lock = { preset = \"python-redis-lock\" }");
    let death = |is: &dyn Fn(&Change) -> bool| told.broken(Hazard::Death, is).to_vec();
    let expires = |change: &Change| matches!(change, Change::Expiry(_));
    assert_eq!(death(&as_it_is), [word::PROGRESS], "{}", told.text);
    assert_eq!(told.row(as_it_is).free_after, None);
    assert_eq!(death(&expires), [""; 0], "{}", told.text);
    assert!(told.row(expires).free_after.is_some());
    assert_eq!(death(&is_gate(Gate::OncePerKey)), [word::PROGRESS], "{}", told.text);
    assert!(told.row(is_gate(Gate::OncePerKey)).harm().contains(&word::PROGRESS));
}

/// A unique key stops double effects in every plan that is made, whatever the lock does, and without one. It is said
/// that no lock is needed; and not any more, once a single plan speaks against it.
#[test]
fn with_a_unique_key_no_lock_is_needed() {
    let catalogue = fencepost::catalogue();
    let mut told = told(&catalogue, "lock = { preset = \"redisson-rlock\", lockWatchdogTimeout = \"5s\" }");
    for row in told.remedies.rows.iter().filter(|row| row.gate == Gate::OncePerKey) {
        let broken = row.cells.iter().flat_map(|cell| &cell.broken);
        assert!(
            broken
                .chain(row.bad_days.iter().flat_map(|days| &days.broken))
                .all(|property| *property != word::NO_LOST_UPDATE)
        );
    }
    let none = told.row(|change| *change == Change::NoLock(Gate::OncePerKey));
    let days = none.bad_days.as_ref().expect("without a lock there are bad days");
    assert_eq!(days.plans, 200);
    assert!(days.broken.contains(word::EXCLUSIVE_BELIEF), "they did meet: {:?}", days.broken);
    assert!(none.costs[1].in_vain > 0, "without a lock some work is in vain");
    assert_eq!(told.row(as_it_is).costs[1].in_vain, 0, "with one there is none");
    assert!(told.text.contains("You do not need this lock"), "{}", told.text);
    for row in &mut told.remedies.rows {
        if let Some(days) = &mut row.bad_days {
            days.broken.insert(word::NO_LOST_UPDATE);
        }
    }
    assert!(!report::remedies::markdown(&told.remedies).contains("You do not need this lock"));
}

/// The twin: on the same bad days, without a lock and without a check, updates do get lost.
#[test]
fn bad_days_are_bad() {
    let catalogue = fencepost::catalogue();
    let told = told(&catalogue, "lock = \"none\"");
    let days = |is: &dyn Fn(&Change) -> bool| told.row(is).bad_days.clone().expect("there is no lock").broken;
    assert!(days(&as_it_is).contains(word::NO_LOST_UPDATE), "{}", told.text);
    for gate in [Gate::OncePerKey, Gate::IfVersion] {
        assert!(!days(&is_gate(gate)).contains(word::NO_LOST_UPDATE), "{}", told.text);
    }
}

/// Whoever stops it at once is not told that nothing breaks.
#[test]
fn what_was_not_tried_tells_nothing() {
    let catalogue = fencepost::catalogue();
    let advice = read(&catalogue, &format!("lock = \"redis\"\n{ORDINARY}"));
    let how = AdviseOptions { ground: Ground::best(), jobs: None };
    let stop = Stop::new();
    stop.raise();
    let advised = advise(&catalogue, &advice, how, &stop).unwrap_or_else(|error| panic!("{error:?}"));
    let remedies = remedies(&catalogue, &advice, &advised, how, &stop, &mut |_| {});
    let remedies = remedies.unwrap_or_else(|error| panic!("{error:?}"));
    assert!(remedies.stopped && remedies.rows.is_empty());
    let text = report::remedies::told(&advice, &advised, &remedies);
    assert_eq!(text, "`redis`\nStopped before anything was tried.\n");
}

/// What is safe as it is needs nothing.
#[test]
fn a_lock_that_stands_everything_is_left_alone() {
    let catalogue = fencepost::catalogue();
    let told = told(
        &catalogue,
        "lock = \"raft\"
settings = { ttl = \"10s\" }",
    );
    assert_eq!(told.row(as_it_is).harm(), [""; 0], "{}", told.text);
    assert!(told.text.contains("there is nothing to remedy"), "{}", told.text);
    let others = told.remedies.rows.iter();
    let others = others.filter(|row| !matches!(row.change, Change::AsItIs | Change::NoLock(_)));
    assert_eq!(others.count(), 0, "nothing is tried that is not needed");
}

/// Who gives the lock back before the transaction is committed loses updates under any lock. What helps is to commit
/// first, or a resource that checks.
#[test]
fn no_other_lock_cures_a_commit_that_comes_too_late() {
    let catalogue = fencepost::catalogue();
    let lock = "lock = { preset = \"redis-py\", timeout = \"10s\" }\ncommit = \"after-release\"";
    let told = told(&catalogue, lock);
    let loses = |is: &dyn Fn(&Change) -> bool| told.row(is).harm().contains(&word::NO_LOST_UPDATE);
    assert!(loses(&as_it_is), "{}", told.text);
    assert!(loses(&is_lock("raft")), "{}", told.text);
    assert!(!loses(&|change| *change == Change::CommitFirst), "{}", told.text);
    assert!(!loses(&is_gate(Gate::IfVersion)), "{}", told.text);
    assert!(told.text.contains("the owner commits, then releases"), "{}", told.text);
}

/// No token reaches an outside provider, and no other lock does: what helps there is a key for each job. Without one
/// nothing else is called a cure, and nobody is told to do without the lock.
#[test]
fn a_provider_is_cured_by_a_key_and_by_nothing_else() {
    let catalogue = fencepost::catalogue();
    let lock = "lock = { preset = \"redisson-rlock\", lockWatchdogTimeout = \"5s\" }";
    let mut told = told(&catalogue, &format!("{lock}\ngate = \"once-per-key\"\nprovider = \"none\""));
    let loses = |change: &Change| told.row(|known| known == change).harm().contains(&word::NO_LOST_UPDATE);
    assert!(loses(&Change::AsItIs), "{}", told.text);
    assert!(!loses(&Change::Provider), "{}", told.text);
    let others = told.remedies.rows.iter().map(|row| &row.change);
    for change in others.filter(|change| !matches!(change, Change::Provider | Change::NoLock(_))) {
        assert!(loses(change), "{change:?}\n{}", told.text);
    }
    assert!(!loses(&Change::NoLock(Gate::OncePerKey)), "that one has a key at the provider, too");
    assert!(told.text.contains("Stops all harm: a unique key at the provider"), "{}", told.text);
    assert!(
        told.text.contains(", and the provider takes a key for each job: without any lock"),
        "{}",
        told.text
    );
    told.remedies.rows.retain(|row| !matches!(row.change, Change::Provider | Change::NoLock(_)));
    let without = report::remedies::markdown(&told.remedies);
    assert!(
        !without.contains("You do not need this lock") && !without.contains("Stops all harm"),
        "{without}"
    );
}
