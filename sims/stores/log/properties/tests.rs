//! Planted histories, each beside its correct twin.

use super::{ELECTION_SAFETY, LEADER_COMPLETENESS, LOG_MATCHING, NAMES, STATE_MACHINE_SAFETY, all};
use fencepost_check::{Judge, Rules};
use fencepost_model::{
    Cast, EndOfRun, Event, EventKind, Instant, Judgement, LogChange, ProcessId, StoreEvent, Verdict,
};

/// What the members told, in order: member, and what happened to its log.
fn judged(told: &[(u32, LogChange)]) -> Judgement {
    let mut judge = Judge::with(Cast::default().into(), Rules::default(), all());
    for (n, (node, change)) in told.iter().enumerate() {
        let event = StoreEvent::Log { node: ProcessId(*node), change: *change };
        judge.observe(&Event { n: n as u64, at: Instant(n as u64), kind: EventKind::Store(event) });
    }
    judge.finish(EndOfRun::Complete, Instant(told.len() as u64))
}

/// Exactly this one is broken; none where it is empty.
fn breaks(told: &[(u32, LogChange)], property: &str) {
    let judgement = judged(told);
    for name in NAMES {
        let broken = matches!(judgement.of(name), Some(Verdict::Violated(_)));
        assert_eq!(broken, name == property, "{name}: {:?}", judgement.of(name));
    }
}

fn elected(term: u64) -> LogChange {
    LogChange::Elected { term }
}

fn appended(index: u64, term: u64, digest: u64) -> LogChange {
    LogChange::Appended { index, term, digest }
}

fn applied(index: u64, digest: u64, within: u64) -> LogChange {
    LogChange::Applied { index, digest, within }
}

/// One entry on a majority, carried out.
const COMMITTED: [(u32, LogChange); 4] = [
    (1, LogChange::Elected { term: 1 }),
    (1, LogChange::Appended { index: 1, term: 1, digest: 7 }),
    (2, LogChange::Appended { index: 1, term: 1, digest: 7 }),
    (1, LogChange::Applied { index: 1, digest: 7, within: 1 }),
];

fn after_commit(more: &[(u32, LogChange)]) -> Vec<(u32, LogChange)> {
    [&COMMITTED, more].concat()
}

#[test]
fn two_leaders_of_one_term() {
    breaks(&[(1, elected(3)), (2, elected(3))], ELECTION_SAFETY);
    breaks(&[(1, elected(3)), (1, elected(3)), (2, elected(4))], "");
}

/// A member starts, and its log has its beginning.
const FOUND: LogChange = LogChange::Found { index: 0, term: 0 };

#[test]
fn two_histories_behind_one_entry() {
    let first = [(1, appended(1, 1, 7)), (1, appended(2, 2, 8))];
    let other = [(2, appended(1, 1, 9)), (2, appended(2, 2, 8))];
    breaks(&[first, other].concat(), LOG_MATCHING);
    breaks(&[first, [(2, appended(1, 1, 7)), (2, appended(2, 2, 8))]].concat(), "");
}

/// Were the old entry not forgotten, its successor would stand on a history that nobody has.
#[test]
fn what_was_written_over_or_lost_is_no_history() {
    let told = [
        (1, appended(1, 1, 7)),
        (1, appended(2, 1, 8)),
        (1, appended(2, 2, 9)),
        (2, appended(1, 1, 7)),
        (2, appended(2, 1, 8)),
        (2, FOUND),
        (2, appended(1, 1, 7)),
        (2, appended(2, 2, 9)),
    ];
    breaks(&told, "");
}

/// A power cut takes an entry that was not synced, and what it had been written over is there again. The next leader
/// stands on the old one.
#[test]
fn what_a_power_cut_brings_back_is_history_again() {
    let ours = [(1, appended(1, 1, 7)), (1, appended(2, 1, 8)), (1, appended(2, 2, 9))];
    let told_anew = [(1, FOUND), (1, appended(1, 1, 7)), (1, appended(2, 1, 8)), (1, appended(3, 3, 5))];
    let others = [(2, appended(1, 1, 7)), (2, appended(2, 1, 8)), (2, appended(3, 3, 5))];
    breaks(&[&ours[..], &told_anew, &others].concat(), "");
    breaks(&[&ours[..], &[(1, appended(3, 3, 5))], &others].concat(), LOG_MATCHING);
}

/// A member that starts from a snapshot stands on what the others had there.
#[test]
fn a_snapshot_stands_for_its_history() {
    let ours = [(1, appended(1, 1, 7)), (1, appended(2, 1, 8)), (1, appended(3, 1, 9))];
    let installed = (2, LogChange::Installed { index: 2, term: 1 });
    breaks(&[&ours[..], &[installed, (2, appended(3, 1, 9))]].concat(), "");
    breaks(&[&ours[..], &[installed, (2, appended(3, 1, 5))]].concat(), LOG_MATCHING);
    let unknown = (2, LogChange::Installed { index: 9, term: 4 });
    breaks(&[&ours[..], &[unknown, (2, appended(10, 4, 1))]].concat(), "");
}

#[test]
fn a_leader_without_what_was_committed() {
    breaks(&after_commit(&[(3, elected(2))]), LEADER_COMPLETENESS);
    breaks(&after_commit(&[(2, elected(2))]), "");
    let other = [(3, appended(1, 2, 9)), (3, elected(3))];
    breaks(&after_commit(&other), LEADER_COMPLETENESS);
    breaks(&after_commit(&[(3, LogChange::Installed { index: 1, term: 1 }), (3, elected(2))]), "");
}

/// An old leader may hear late that its entry was committed: the new one has to have had it all the same.
#[test]
fn what_turns_out_to_be_committed_before_an_election() {
    let before = [(1, elected(1)), (1, appended(1, 1, 7)), (3, elected(2)), (1, applied(1, 7, 1))];
    breaks(&before, LEADER_COMPLETENESS);
    let known_later = [(1, elected(1)), (1, appended(1, 1, 7)), (3, elected(2)), (1, applied(1, 7, 2))];
    breaks(&known_later, "");
}

#[test]
fn two_entries_carried_out_at_one_place() {
    breaks(&after_commit(&[(2, applied(1, 8, 1))]), STATE_MACHINE_SAFETY);
    breaks(&after_commit(&[(2, applied(1, 7, 1)), (2, applied(1, 7, 5))]), "");
}
