//! The yardstick of the benches still runs its workload.

use crate::heap_loop::run;

/// Were the workload another one, every ratio to it would be off by as much.
#[test]
fn message_counts_are_those_of_the_workload() {
    for (clients, expected) in [(5, 101_600), (100, 1_628_000)] {
        let tally = run(clients, 60_000 * 1_000_000, 1);
        let off_by = tally.messages.abs_diff(expected);
        assert!(off_by * 200 < expected, "{clients} clients: {tally:?}, expected about {expected}");
        assert!(tally.grants > 5_000, "{clients} clients: {tally:?}");
    }
}

#[test]
fn a_key_gives_one_run() {
    assert_eq!(run(5, 1_000 * 1_000_000, 7), run(5, 1_000 * 1_000_000, 7));
    assert_ne!(run(5, 1_000 * 1_000_000, 7).digest, run(5, 1_000 * 1_000_000, 8).digest);
}
