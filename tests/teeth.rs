//! What has to be found is found, and nothing else: the harness must have teeth.

use crate::support::{How, Me, Play, Run, cheap, run_plan, shipped};
use fencepost_model::Assumption::{
    self, BoundedDelay, BoundedDrift, BoundedPause, DurableNodes, MonotonicCountsSuspension, NoWallStep,
    OwnerCommitsBeforeRelease, OwnerObeysDeadline, OwnerRecords, RenewalsGetThrough, SynchronousReplication,
};
use fencepost_model::{EndOfRun, Finding, Standing, Verdict, Why, word};
use fencepost_scenario::{Scenario, Variant};
use fencepost_sim::RunOptions;
use std::collections::BTreeMap;

/// Within how many seeds an expected break must come up.
const SEEDS: u64 = 60;
/// How many seeds are run although everything expected has come up: for what is not expected.
const AT_LEAST: u64 = 12;

const GRANT: &str = word::EXCLUSIVE_GRANT;
const BELIEF: &str = word::EXCLUSIVE_BELIEF;
const EFFECT: &str = word::EXCLUSIVE_EFFECT;
const UPDATE: &str = word::NO_LOST_UPDATE;
const STOPPED: &[Assumption] = &[BoundedPause, OwnerObeysDeadline];
const REPLACED: &[Assumption] = &[SynchronousReplication];

/// What the classics blame: by variant, which properties break and which assumptions were broken. The first
/// assumption must be seen, and none but those of the line may be. An empty list: the property is not claimed.
#[rustfmt::skip]
const BLAMED: &[(&str, &[&str], &[Assumption])] = &[
    ("dead-holder/no-ttl", &[word::PROGRESS], &[]),
    ("delayed-write/plain", &[EFFECT, UPDATE], &[BoundedDelay]),
    ("naive-quorum-dead-holder/names", &[word::PROGRESS], &[]),
    ("naive-quorum-late-undo/one-name", &[BELIEF, EFFECT, UPDATE, word::TRUTHFUL], &[]),
    ("naive-quorum-late-undo/fresh-names", &[word::PROGRESS], &[]),
    ("naive-quorum-race/read-back", &[GRANT, BELIEF, EFFECT, UPDATE, word::OWNERSHIP], &[]),
    ("naive-quorum-restart/names-forgotten", &[GRANT, BELIEF, EFFECT, UPDATE], &[DurableNodes]),
    ("naive-quorum-restart/ballots-forgotten", &[GRANT, BELIEF, EFFECT, UPDATE, word::FENCING, word::OWNERSHIP], &[DurableNodes]),
    ("naive-quorum-split/votes-kept", &[word::PROGRESS], &[]),
    ("logical-clock/by-entries", &[word::PROGRESS], &[]),
    ("logical-clock/by-entries-asking", &[GRANT, BELIEF, EFFECT, UPDATE], &[]),
    ("logical-clock/by-entries-asking-fenced", &[GRANT, BELIEF], &[]),
    ("log-owner-paused/plain", &[BELIEF, EFFECT, UPDATE], STOPPED),
    ("log-owner-paused/fenced", &[BELIEF], STOPPED),
    ("failover-double-grant/sentinel", &[GRANT, BELIEF, EFFECT, UPDATE], REPLACED),
    ("failover-double-grant/managed", &[GRANT, BELIEF, EFFECT, UPDATE], REPLACED),
    ("older-write-after-newer/plain", &[BELIEF, EFFECT, UPDATE], STOPPED),
    ("older-write-after-newer/token", &[BELIEF], STOPPED),
    ("older-write-after-newer/compare-version", &[BELIEF], STOPPED),
    ("partition-during-renewal/neither", &[BELIEF, EFFECT, UPDATE], &[RenewalsGetThrough]),
    ("partition-during-renewal/neither-but-fenced", &[BELIEF], &[RenewalsGetThrough]),
    ("pause-before-send/plain", &[BELIEF, EFFECT, UPDATE], &[BoundedPause]),
    ("pause-before-send/fenced", &[BELIEF], &[BoundedPause]),
    ("pause-past-lease/plain", &[BELIEF, EFFECT, UPDATE], STOPPED),
    ("pause-past-lease/fenced", &[BELIEF], STOPPED),
    ("pause-past-lease/fenced-seq", &[BELIEF], STOPPED),
    ("redlock-node-clock-jumps/short-lease", &[GRANT, BELIEF, EFFECT, UPDATE], &[NoWallStep]),
    ("redlock-node-clock-jumps/short-lease-five", &[GRANT, BELIEF, EFFECT, UPDATE], &[NoWallStep]),
    ("redlock-node-restarts/memory-only", &[GRANT, BELIEF, EFFECT, UPDATE], &[DurableNodes]),
    ("redlock-node-restarts/memory-only-five", &[GRANT, BELIEF, EFFECT, UPDATE], &[DurableNodes]),
    ("redlock-owner-paused/plain", &[BELIEF, EFFECT, UPDATE], STOPPED),
    ("redlock-owner-paused/compare-version", &[BELIEF, EFFECT], STOPPED),
    ("redlock-slow-nodes/no-margin", &[BELIEF, EFFECT, UPDATE], &[BoundedDrift]),
    ("quorum-clock-rates/no-allowance", &[GRANT, BELIEF, EFFECT, UPDATE], &[BoundedDrift]),
    ("split-brain/sentinel", &[GRANT, BELIEF, EFFECT, UPDATE, word::TRUTHFUL], REPLACED),
    ("split-brain/managed", &[GRANT, BELIEF, EFFECT, UPDATE, word::TRUTHFUL], REPLACED),
    ("split-brain/fenced", &[GRANT, BELIEF, EFFECT, UPDATE, word::FENCING, word::TRUTHFUL], REPLACED),
    ("split-brain/wait-one", &[word::TRUTHFUL], REPLACED),
    ("store-clock-jump/jump", &[GRANT, BELIEF, EFFECT, UPDATE], &[NoWallStep]),
    ("store-clock-jump/fenced", &[GRANT, BELIEF], &[NoWallStep]),
    ("store-power-cut/aof-everysec", &[GRANT, BELIEF, EFFECT, UPDATE], &[DurableNodes]),
    ("store-power-cut/aof-everysec-fenced", &[GRANT, BELIEF, EFFECT, UPDATE, word::FENCING], &[DurableNodes]),
    ("store-restart/memory-only", &[GRANT, BELIEF, EFFECT, UPDATE], &[DurableNodes]),
    ("store-restart/memory-only-fenced", &[GRANT, BELIEF, EFFECT, UPDATE, word::FENCING], &[DurableNodes]),
    ("suspended-machine/plain", &[BELIEF, EFFECT, UPDATE], &[MonotonicCountsSuspension]),
    ("suspended-machine/fenced", &[BELIEF], &[MonotonicCountsSuspension]),
    ("charged-not-recorded/fenced", &[UPDATE], &[OwnerRecords]),
    ("outside-provider/fenced", &[BELIEF, EFFECT, UPDATE], STOPPED),
    ("outside-provider/keyed", &[BELIEF], STOPPED),
    ("two-locks/renewed", &[word::DEADLOCK_FREE], &[]),
    ("unlock-before-commit/after-release", &[UPDATE], &[OwnerCommitsBeforeRelease]),
    ("wait-is-no-guarantee/wait-none", &[GRANT, BELIEF, EFFECT, UPDATE], REPLACED),
    ("wait-is-no-guarantee/wait-one", &[GRANT, BELIEF, EFFECT, UPDATE], REPLACED),
    ("trivial/none", &[BELIEF, EFFECT, UPDATE], &[]),
    ("trivial/always", &[GRANT, BELIEF, EFFECT, UPDATE], &[]),
    ("trivial/never", &[word::PROGRESS, word::TRUTHFUL], &[]),
];

/// What came up of one variant: by property, every standing with how often.
type Found = BTreeMap<&'static str, BTreeMap<String, u32>>;

/// The standing of a violation as a word of the table: the assumptions, or why there are none.
fn blame(standing: &Standing) -> String {
    match standing {
        Standing::Inside => "inside the claims".to_owned(),
        Standing::NotClaimed => String::new(),
        Standing::Outside(exceeded) => {
            let names: Vec<_> = exceeded.iter().map(|one| format!("{:?}", one.assumption)).collect();
            names.join(", ")
        }
    }
}

/// Runs seeds until every expected break has come up.
fn sweep(scenario: &Scenario, variant: &Variant) -> Found {
    let mut found = Found::new();
    for seed in 0..SEEDS.min(scenario.seeds) {
        let result = run_plan(&scenario.plan(&variant.name, seed), RunOptions::default());
        for report in &result.judgement.properties {
            if let Verdict::Unclear(why) = &report.verdict {
                panic!("{}/{}@{seed}: {} is unclear: {why:?}", scenario.id, variant.name, report.property);
            }
            for violation in report.verdict.violations() {
                let standings = found.entry(report.property).or_default();
                *standings.entry(blame(&violation.standing)).or_default() += 1;
            }
        }
        let broken = scenario.expect.broken.get(&variant.name);
        let all = broken.is_none_or(|all| all.iter().all(|property| found.contains_key(property)));
        if all && seed + 1 >= AT_LEAST {
            break;
        }
    }
    found
}

/// Every break that a scenario expects comes up within a few seeds, and none that it does not expect. Nothing
/// is inside the claims of a lock, but for a variant that plants a defect.
#[test]
fn shipped_scenarios_break_what_they_say_and_nothing_else() {
    for scenario in cheap() {
        for variant in &scenario.variants {
            let (name, found) = (format!("{}/{}", scenario.id, variant.name), sweep(&scenario, variant));
            for (property, standings) in &found {
                assert!(
                    scenario.expect.may(&variant.name, property),
                    "{name} breaks {property}: {standings:?}"
                );
                let inside = standings.contains_key("inside the claims") && !variant.is_planted();
                assert!(!inside, "{name} breaks {property} inside its claims");
            }
            for property in scenario.expect.broken.get(&variant.name).into_iter().flatten() {
                assert!(found.contains_key(property), "{name} does not break {property} in {SEEDS} seeds");
            }
        }
    }
}

/// The classics break for the reason that they tell of. What the table says and no run shows any more, and a
/// break that it does not know, are found too. A planted defect is to blame by itself, and has no line.
#[test]
fn the_classics_blame_the_right_assumption() {
    let mut unseen: Vec<(&str, &str)> = Vec::new();
    for (variant, properties, _) in BLAMED {
        unseen.extend(properties.iter().map(|property| (*variant, *property)));
    }
    let has_line = |id: &str| BLAMED.iter().any(|line| line.0.split('/').next() == Some(id));
    let classics = shipped()
        .into_iter()
        .filter(|it| it.path.contains("classics") || it.path.contains("smoke") || has_line(&it.id));
    for scenario in classics {
        for variant in scenario.variants.iter().filter(|variant| !variant.is_planted()) {
            let name = format!("{}/{}", scenario.id, variant.name);
            for (property, standings) in sweep(&scenario, variant) {
                let line = BLAMED.iter().find(|line| line.0 == name && line.1.contains(&property));
                let line = line.unwrap_or_else(|| panic!("no line for {name} {property}: {standings:?}"));
                let blamed: Vec<String> = line.2.iter().map(|assumption| format!("{assumption:?}")).collect();
                let first = blamed.first().cloned().unwrap_or_default();
                assert!(standings.contains_key(&first), "{name} {property}: {standings:?} without {first}");
                let strange =
                    standings.keys().find(|standing| **standing != first && !blamed.contains(standing));
                assert_eq!(strange, None, "{name} {property}");
                unseen.retain(|entry| *entry != (name.as_str(), property));
            }
        }
    }
    assert!(unseen.is_empty(), "no run shows what the table says: {unseen:?}");
}

/// Every property that there is has been broken by some scenario that ships, or by a test below: one that
/// never breaks may be blind.
#[test]
fn every_property_has_been_seen_broken() {
    let scenarios = shipped();
    for (property, _) in word::PROPERTIES {
        let expected =
            scenarios.iter().any(|it| it.expect.broken.values().flatten().any(|name| name == property));
        assert!(expected || *property == word::WELL_BEHAVED, "{property}");
    }
}

/// The first client's lock misbehaves; the second takes the lock again and again, to the end.
fn beside_a_neighbour(how: How) -> Run {
    let play = Play::with_naughty(how).clients(2).length("2s").client("c1", |me: Me| async move {
        me.sleep("10ms").await;
        me.acquire().await;
        me.say("goes on");
    });
    let play = play.client("c2", |me: Me| async move {
        while me.owner.may_begin() {
            let guard = me.acquire().await.expect("its own code is good");
            me.sleep("90ms").await;
            me.release(guard).await;
            me.sleep("10ms").await;
        }
    });
    if how == How::Floods { play.budget(400).run() } else { play.run() }
}

/// Whatever the code of one owner does, it is found, told once and with the owner's name, and judged; and the
/// run goes on: the others work to its end, and every property is judged.
#[test]
fn misbehaving_code_is_a_finding_with_a_name() {
    let panicked = |text: &str| Finding::Panicked(text.to_owned());
    for (how, finding) in [
        (How::Panics, panicked("no idea")),
        (How::PanicsInTask, panicked("no idea, later")),
        (How::SpinsOnClock, Finding::Spun),
        (How::SpinsWithGuard, Finding::Spun),
        (How::WakesItself, Finding::Spun),
        (How::NeverReturns, Finding::NeverReturned("acquire".to_owned())),
    ] {
        let run = beside_a_neighbour(how);
        assert_eq!(run.findings(), [(Some("c1.1".to_owned()), finding.clone())], "{how:?}");
        let (owner, judged) = run.misbehaviour().unwrap_or_else(|| panic!("{how:?} was not judged"));
        assert_eq!(owner.map(|owner| run.result.cast.owner(owner)), Some("c1.1"), "{how:?}");
        assert_eq!(judged, finding, "{how:?}");
        assert_eq!(run.violations(word::WELL_BEHAVED)[0].standing, Standing::Inside, "{how:?}");
        goes_on(&run, how);
    }
}

/// The neighbour works until the calm tail, the probe gets the lock, and everything else holds. Only an acquire
/// that never returns asks for ever for what is free; and no store knows of what these locks grant, so they are
/// never truthful.
fn goes_on(run: &Run, how: How) {
    let spoilt = match how {
        How::NeverReturns => vec![word::WELL_BEHAVED, word::TRUTHFUL, word::PROGRESS],
        _ => vec![word::WELL_BEHAVED, word::TRUTHFUL],
    };
    assert_eq!(run.result.end, EndOfRun::Complete, "{how:?}");
    assert_eq!(run.times("c2: has it").len(), 20, "{how:?}: {}", run.all());
    assert!(run.tells("probe.orders acquire: granted"), "{how:?}: {}", run.all());
    for report in &run.result.judgement.properties {
        let fine = matches!(report.verdict, Verdict::Holds | Verdict::NotOffered);
        assert_eq!(fine, !spoilt.contains(&report.property), "{how:?}: {report:?}");
    }
}

/// A task that panics takes nobody with it: the owner that had started it goes on.
#[test]
fn a_panic_in_a_task_ends_that_task_alone() {
    assert!(beside_a_neighbour(How::PanicsInTask).tells("c1: goes on"));
    assert!(!beside_a_neighbour(How::Panics).tells("c1: goes on"));
}

/// A server's panic is nobody's in particular, and the server is dead for good: what its next life would find
/// nobody can say.
#[test]
fn a_server_that_panics_is_a_finding() {
    let run = beside_a_neighbour(How::BreaksServer);
    assert_eq!(run.findings(), [(None, Finding::ServerPanicked("asked to panic".to_owned()))]);
    assert_eq!(run.misbehaviour().map(|(owner, _)| owner), Some(None));
    assert!(run.tells("c1: goes on"));
    assert!(run.tells("store dies") && !run.tells("store starts, life 1"), "{}", run.all());
    goes_on(&run, How::BreaksServer);
}

/// Who floods uses the budget up: the run ends there, is called cut short, and says nothing of progress.
#[test]
fn a_flood_ends_the_run_and_is_told() {
    let run = beside_a_neighbour(How::Floods);
    assert_eq!(run.result.end, EndOfRun::OutOfBudget);
    assert!(matches!(&run.findings()[..], [(None, Finding::Flooded(_))]), "{:?}", run.findings());
    assert!(run.verdict(word::WELL_BEHAVED).is_violated());
    assert_eq!(*run.verdict(word::PROGRESS), Verdict::Unclear(Why::TailCutShort));
}

/// The same play with a lock that behaves is silent: it is not the play that is found.
#[test]
fn the_twin_of_the_misbehaving_locks_is_silent() {
    let run = Play::with_redis("ttl = '2s'")
        .clients(2)
        .length("2s")
        .client("c1", |me: Me| async move {
            me.sleep("10ms").await;
            me.acquire().await;
        })
        .client("c2", |me: Me| async move {
            while me.owner.may_begin() {
                if let Some(guard) = me.acquire().await {
                    me.sleep("100ms").await;
                    me.release(guard).await;
                }
            }
        })
        .run();
    assert_eq!(run.findings(), []);
    run.holds();
}
