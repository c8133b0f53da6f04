//! What must come out the same on either ground, in debug and in release.
//!
//! The gate runs the tests of this module three times: in the checkout's default build, on bare ground and
//! in release. The expected values are checked in, so the three are compared with one another.

use crate::heap_loop;
use crate::support::{Me, Play, case, cheap, run_plan, run_plan_in};
use fencepost_model::{Cause, Digest, DrawKey, Origin, Plan, Purpose};
use fencepost_sim::{Ground, Places, RunOptions, RunResult, Spare};
use std::thread;

/// Every draw of every run rests on these: were they to differ, no plan would mean the same twice.
#[test]
fn draws_and_digests() {
    let key = DrawKey::new(7, 42);
    let mut digest = Digest::default();
    for n in 0..1_000 {
        let origin = Origin::Op { owner: n % 5, incarnation: 0, op: n / 5, kind: 1 };
        digest.fold(key.draw(Cause { purpose: Purpose::Latency, origin, n }));
    }
    assert_eq!(digest.value(), 0xa8f7_c5c7_dda2_4da0, "{:#018x}", digest.value());
}

/// The yardstick is a simulation too, and the benches compare it across builds.
#[test]
fn the_yardstick() {
    let tally = heap_loop::run(5, 1_000_000_000, 7);
    assert_eq!(tally.digest, 0xb26e_d416_d645_3ff9, "{tally:#x?}");
}

/// The digests that are checked in: a case and its digest in each line.
const DIGESTS: &str = include_str!("digests.txt");
/// How many cases of each scenario and variant are checked in.
const CHECKED_IN: u64 = 3;

/// The digest of a few cases of every shipped scenario and variant, on whatever this test runs on.
///
/// Where the world or a lock was changed on purpose, the test fails and prints the whole table anew: put it
/// into `tests/digests.txt`, and say in the commit why runs are not what they were.
#[test]
fn shipped_cases_have_the_digests_that_are_checked_in() {
    let mut table = String::new();
    for plan in some_of_each(CHECKED_IN) {
        let digest = run_plan(&plan, RunOptions::default()).digest;
        table += &format!("{} {digest:016x}\n", plan.case);
    }
    let changed: Vec<_> = table.lines().filter(|line| !DIGESTS.lines().any(|known| known == *line)).collect();
    assert!(table == DIGESTS, "{} digests changed; tests/digests.txt would be:\n{table}", changed.len());
}

/// A table in which every line is the same would agree with itself for ever.
#[test]
fn digests_differ_between_cases() {
    let mut digests: Vec<_> = DIGESTS.lines().filter_map(|line| line.split_once(' ')).collect();
    let cases = digests.len();
    digests.sort_by_key(|(_, digest)| *digest);
    digests.dedup_by_key(|(_, digest)| *digest);
    // Two variants may live the same run: a gate that refuses nothing is none.
    assert!(digests.len() * 2 > cases, "{} digests for {cases} cases", digests.len());
}

/// The first cases of every shipped scenario and variant.
fn some_of_each(seeds: u64) -> Vec<Plan> {
    let scenarios = cheap();
    let plans = scenarios.iter().flat_map(|scenario| {
        let of_variant = move |name: String| (0..seeds).map(move |seed| scenario.plan(&name, seed));
        scenario.variants.iter().flat_map(move |variant| of_variant(variant.name.clone()))
    });
    plans.collect()
}

const RECORDED: RunOptions = RunOptions {
    ground: Ground::best(),
    record: true,
    judge: true,
    measure: false,
    compare: false,
    places: Places::Untold,
};

/// Everything that is known of a run, as text: byte for byte.
fn as_text(result: &RunResult) -> String {
    let json = |value: &dyn Fn() -> serde_json::Result<String>| value().expect("a result is JSON");
    let history = json(&|| serde_json::to_string(&result.history));
    let judgement = json(&|| serde_json::to_string(&result.judgement));
    let fates = json(&|| serde_json::to_string(&result.fates));
    format!("{:016x} {} {} {history} {judgement} {fates}", result.digest, result.steps, result.events)
}

/// The grounds of this build give the same runs, history and judgement included, in one process. A lock that
/// reads a `std` clock or generator would differ between them.
#[test]
fn both_grounds_give_the_same_run() {
    for plan in some_of_each(1) {
        let on = |ground: Ground| as_text(&run_plan(&plan, RunOptions { ground, ..RECORDED }));
        let bare = on(Ground::Bare);
        if Ground::Madsim.is_here() {
            assert!(on(Ground::Madsim) == bare, "{} differs between grounds", plan.case);
        }
    }
}

/// Runs that share their memory, of whichever locks and however they ended, are the runs that they are alone.
#[test]
fn what_a_run_leaves_behind_is_empty() {
    let mut spare = Spare::default();
    for plan in some_of_each(1) {
        let alone = as_text(&run_plan(&plan, RECORDED));
        let together = as_text(&run_plan_in(&mut spare, &plan, RECORDED));
        assert!(alone == together, "{} differs in the memory of another run", plan.case);
    }
}

/// Whether somebody watches, and whether anything is kept, changes nothing.
#[test]
fn watching_changes_nothing() {
    for plan in some_of_each(1) {
        let recorded = run_plan(&plan, RECORDED);
        let judged = run_plan(&plan, RunOptions { record: false, ..RECORDED });
        let measured = run_plan(&plan, RunOptions { measure: true, record: false, ..RECORDED });
        let unwatched = run_plan(&plan, RunOptions { record: false, judge: false, ..RECORDED });
        assert_eq!(recorded.digest, judged.digest, "{}", plan.case);
        assert_eq!(recorded.digest, unwatched.digest, "{}", plan.case);
        assert_eq!(recorded.judgement, judged.judgement, "{}", plan.case);
        assert_eq!(recorded.digest, measured.digest, "{}", plan.case);
        assert_eq!(recorded.judgement, measured.judgement, "{}", plan.case);
        assert_eq!(recorded.fates, unwatched.fates, "{}", plan.case);
        assert_eq!((recorded.steps, recorded.events), (unwatched.steps, unwatched.events), "{}", plan.case);
        assert!(judged.history.is_empty());
    }
}

/// A search looks closer than anybody else.
#[test]
fn searching_changes_nothing() {
    for plan in some_of_each(1).iter().step_by(10) {
        let searched = run_plan(plan, RunOptions { compare: true, places: Places::WithStates, ..RECORDED });
        assert!(as_text(&searched) == as_text(&run_plan(plan, RECORDED)), "{}", plan.case);
        assert!(!searched.places.is_empty(), "{}", plan.case);
    }
}

/// Alone or after fifty other runs on the same thread: nothing is left of them.
#[test]
fn earlier_runs_leave_nothing_behind() {
    let plan = case("store-restart/memory-only-fenced@1");
    let alone = thread::scope(|scope| scope.spawn(|| as_text(&run_plan(&plan, RECORDED))).join());
    let alone = alone.expect("the run is fine");
    for other in some_of_each(4).iter().take(50) {
        run_plan(other, RunOptions::default());
    }
    // Runs that leave the most behind: panics, wakers, half-finished tasks.
    messy();
    assert!(as_text(&run_plan(&plan, RECORDED)) == alone, "{} is another run after others", plan.case);
}

/// A run that ends with tasks that wait and with one that panicked.
fn messy() {
    let run = Play::with_echo()
        .clients(2)
        .client("c1", |me: Me| async move {
            let _guard = me.acquire().await;
            me.ask_and_say("quiet", "1h").await;
        })
        .client("c2", |me: Me| async move {
            me.sleep("1s").await;
            panic!("a mess");
        })
        .run();
    assert_eq!(run.findings().len(), 1);
}

/// Two threads run the same cases at the same time, in opposite orders: each is the run that it was.
#[test]
fn threads_do_not_meet() {
    let mut plans = some_of_each(1);
    let run_all = |plans: &[Plan]| -> Vec<String> {
        plans.iter().map(|plan| as_text(&run_plan(plan, RECORDED))).collect()
    };
    let forwards = plans.clone();
    plans.reverse();
    let (first, mut second) = thread::scope(|scope| {
        let first = scope.spawn(|| run_all(&forwards));
        let second = scope.spawn(|| run_all(&plans));
        (first.join().expect("the runs are fine"), second.join().expect("the runs are fine"))
    });
    second.reverse();
    for ((plan, first), second) in forwards.iter().zip(&first).zip(&second) {
        assert!(first == second, "{} differs between threads", plan.case);
    }
}

/// A plan that was stored and read back is the same plan.
#[test]
fn a_stored_plan_is_the_same_run() {
    for plan in some_of_each(1) {
        let stored = serde_json::to_string(&plan).expect("a plan is JSON");
        let read: Plan = serde_json::from_str(&stored).expect("what was written can be read");
        assert_eq!(
            run_plan(&read, RunOptions::default()).digest,
            run_plan(&plan, RunOptions::default()).digest
        );
    }
}
