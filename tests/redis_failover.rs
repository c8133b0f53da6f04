//! What a failover of Redis keeps, and what it loses. Messages take 1 ms; a first command takes eight: a guide
//! is asked who is primary, then that one is asked.

use crate::support::{Me, Play, Run, case, run_plan};
use fencepost_model::{Assumption, Span, Standing, Violation, word};
use fencepost_sim::RunOptions;

const MANAGED: &str = "ttl = '5s', replicas = 1, promotion = 'managed', detect = '300ms', promote = '200ms', \
                       redirect = '100ms', persistence = 'aof-always'";
const SENTINEL: &str = "ttl = '5s', replicas = 1, down-after = '300ms', persistence = 'aof-always'";
const KEYS: &[&str] = &["orders", "redis-2 copies orders", "redis-1 copies orders"];

/// Two clients that want the lock at these times, in milliseconds, and keep it for `hold`.
fn two(settings: &str, at: [u64; 2], hold: &'static str) -> Play {
    let want = move |at: u64| {
        move |me: Me| async move {
            me.sleep(&format!("{at}ms")).await;
            let guard = me.acquire_at_last().await;
            me.sleep(hold).await;
            me.release(guard).await;
        }
    };
    Play::with_failover(settings).clients(2).client("c1", want(at[0])).client("c2", want(at[1]))
}

/// The assumption that each violation of a property is blamed on.
fn blamed(run: &Run, property: &str) -> Vec<Assumption> {
    let violations = run.violations(property).iter();
    let excess = |standing: &Standing| match standing {
        Standing::Outside(exceeded) => exceeded[0].assumption,
        other => panic!("{other:?}\n{}", run.all()),
    };
    violations.map(|violation| excess(&violation.standing)).collect()
}

/// What the primary does to a key, its replica does one flight later; a copy is nobody's grant.
#[test]
fn a_replica_follows_one_flight_behind() {
    let run = two("ttl = '5s', replicas = 1", [100, 9_000], "100ms").length("5s").run();
    assert_eq!(
        run.lines(KEYS)[..4],
        [
            "107ms orders created",
            "108ms redis-2 copies orders created",
            "209ms orders removed: Deleted",
            "210ms redis-2 copies orders removed: Deleted",
        ]
    );
    assert_eq!(run.lines(&["grant 0"]), ["107ms grant 0 to c1.1", "209ms grant 0 gone: Released"]);
    run.holds();
}

/// Were a replica to expire keys by its own clock, it would lose a lock that its primary has prolonged.
#[test]
fn a_replica_expires_nothing_by_itself() {
    let cut = "at = '200ms'\npartition = { who = 'store', from = 'replica', hold = '3s' }";
    let run = two("ttl = '500ms', replicas = 1", [100, 9_000], "5s").length("5s").fault(cut).run();
    let (expired, copied) =
        (run.first("orders removed: Expired"), run.first("redis-2 copies orders removed: Deleted"));
    assert!(expired.0 < 800_000_000 && copied.0 > 3_200_000_000, "{}", run.all());
}

/// A replica that comes back with nothing is given everything.
#[test]
fn a_replica_that_lost_its_memory_copies_everything_again() {
    let kill = "at = '200ms'\nkill = { who = 'replica', restart-after = '100ms' }";
    let run = two("ttl = '5s', replicas = 1", [100, 9_000], "1s").length("5s").fault(kill).run();
    assert_eq!(
        run.lines(&["redis-2 copies"])[..3],
        [
            "108ms redis-2 copies orders created",
            "200ms redis-2 copies orders removed: LostInRestart",
            // A round trip for the link, and one for the data.
            "304ms redis-2 copies orders created",
        ]
    );
    run.holds();
}

/// The primary dies right after it has answered. Its last write is on its way, and arrives.
#[test]
fn what_was_sent_before_the_end_is_kept() {
    for settings in [MANAGED, SENTINEL] {
        let cut = "at = '107ms 500us'\npower-cut = { who = 'store' }";
        let run = two(settings, [100, 300], "4s").fault(cut).run();
        assert!(run.tells("redis-2 is promoted") && run.tells("redis-2 copies orders created"));
        assert!(run.first("c2: has it") > run.first("c1.1 calls release"), "{}", run.all());
        run.holds();
    }
}

/// The primary is cut from its replica, grants, and dies. When it comes back with everything on its disk, it
/// is told to be a replica, and throws away what it has.
#[test]
fn what_was_not_copied_is_lost_and_the_old_primary_forgets_it() {
    for settings in [MANAGED, SENTINEL] {
        let run = two(settings, [100, 300], "4s")
            .length("20s")
            .fault("at = '50ms'\npartition = { who = 'store', from = 'replica', hold = '3s' }")
            .fault("at = '200ms'\npower-cut = { who = 'store', restart-after = '3s' }")
            .run();
        assert!(run.first("c2: has it") < run.first("c1.1 calls release"), "{}", run.all());
        assert!(run.tells("redis-1 is demoted"), "{}", run.all());
        // The sentinels take their time, and by then its key is over.
        assert!(settings == SENTINEL || run.tells("redis-1 copies orders changed"), "{}", run.all());
        assert_eq!(blamed(&run, word::EXCLUSIVE_GRANT), [Assumption::SynchronousReplication]);
        assert_eq!(blamed(&run, word::EXCLUSIVE_BELIEF), [Assumption::SynchronousReplication]);
    }
}

/// An extension that is not on the promoted replica is lost like a grant: the key ends too early.
#[test]
fn an_extension_that_was_not_copied_is_lost() {
    let run = two(&MANAGED.replace("'5s'", "'2s', renew = '300ms', loss-notice = false"), [100, 300], "6s")
        .length("12s")
        .fault("at = '200ms'\npartition = { who = 'store', from = 'replica', hold = '9s' }")
        .fault("at = '1700ms'\npower-cut = { who = 'store' }")
        .fault("at = '1600ms'\npartition = { who = 'c1', hold = '3s' }")
        .run();
    assert_eq!(blamed(&run, word::EXCLUSIVE_GRANT), [Assumption::SynchronousReplication], "{}", run.all());
}

/// After a promotion the replica's clock decides: one that is ahead ends the lease too early.
#[test]
fn the_promoted_replicas_clock_decides() {
    let run = two(MANAGED, [100, 300], "4s")
        .fault("skew = { who = 'replica', by = '3s' }")
        .fault("at = '500ms'\npower-cut = { who = 'store' }")
        .run();
    assert!(run.first("orders removed: Expired").0 < 2_600_000_000, "{}", run.all());
    assert_eq!(blamed(&run, word::EXCLUSIVE_GRANT), [Assumption::BoundedSkew]);
}

/// A grant that waits for a copy and gets none is no grant, and is undone.
#[test]
fn a_wait_that_times_out_is_no_grant() {
    let run = Play::with_failover(&format!("{MANAGED}, wait = 1"))
        .workload("patience = '50ms'")
        .fault("at = '50ms'\npartition = { who = 'store', from = 'replica', hold = '5s' }")
        .client("c1", |me: Me| async move {
            me.sleep("100ms").await;
            me.acquire().await;
        })
        .run();
    assert_eq!(run.lines(&["c1:"]), ["208ms c1: Refused(TimedOut)"]);
    assert_eq!(
        run.first("orders removed: Deleted").since(run.first("orders created")),
        Span::from_millis(102)
    );
    run.holds();
}

/// The same where the replica answers: it costs a round trip.
#[test]
fn a_wait_for_a_copy_costs_a_round_trip() {
    let run = two("ttl = '5s', replicas = 1, wait = 1", [100, 300], "100ms").run();
    assert_eq!(run.lines(&["c1: has it"]), ["110ms c1: has it"]);
    run.holds();
}

/// The holder's renewals stopped getting through; only clean-ups of tries before its grant were answered, late. Those
/// say nothing of its lease, so what came of it is the silence's fault and not the lock's.
#[test]
fn late_answers_to_clean_ups_are_no_signs_of_life() {
    let result = run_plan(&case("failover-storm/managed-wait@2826"), RunOptions::default());
    let judged = result.judgement.of(word::EXCLUSIVE_BELIEF).expect("it is judged");
    let blamed = |violation: &Violation| match &violation.standing {
        Standing::Outside(exceeded) => exceeded.iter().map(|one| one.assumption).collect(),
        other => panic!("{other:?} at {}", violation.at),
    };
    let blamed: Vec<Vec<Assumption>> = judged.violations().iter().map(blamed).collect();
    assert!(blamed.iter().any(|one| one.contains(&Assumption::RenewalsGetThrough)), "{blamed:?}");
}
