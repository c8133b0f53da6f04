//! When faults fire, and at whom.

use crate::support::{Me, Play, Run, cheap, run_plan};
use fencepost_model::{EventKind, Instant, Span, WorldEvent};
use fencepost_sim::{Fate, RunOptions};

/// Harmless, and easy to see: the wall clock of a client that never looks at it is set.
fn marker(place: &str) -> String {
    format!("{place}\njump = {{ who = 'c1', by = '1s' }}")
}

/// One owner takes the lock for two seconds and writes in the middle, again and again.
fn one_holder(ttl: &str) -> Play {
    Play::with_redis(&format!("ttl = '{ttl}'")).clients(2).client("c1", |me: Me| async move {
        for _ in 0..2 {
            let guard = me.acquire().await.expect("nobody else wants it");
            let version = guard.read().await.expect("it is in time");
            me.sleep("500ms").await;
            me.say("writes");
            let _ = guard.write(version).await;
            me.sleep("500ms").await;
            me.release(guard).await;
        }
    })
}

/// A lease runs out once: that the store removes its key a while later is no second time.
#[test]
fn a_lease_expires_once() {
    let expires = |nth: u32| {
        let run = Play::with_redis("ttl = '500ms'")
            .fault(&marker(&format!("on = {{ event = 'expired', nth = {nth} }}")))
            .client("c1", |me: Me| async move {
                let _guard = me.acquire().await.expect("nobody else wants it");
                me.sleep("5s").await;
            })
            .run();
        assert!(run.tells("grant 0 ran out") && run.tells("grant 0 gone: Expired"), "{}", run.all());
        run.fired(0).is_some()
    };
    assert!(expires(1));
    assert!(!expires(2));
}

/// The fault fires so long after the event of its trigger, and the event is the one that its word says.
#[test]
fn a_fault_follows_its_trigger() {
    for (event, line) in [
        ("acquire-sent", "c1.1 calls acquire"),
        ("granted", "grant 0 to c1.1"),
        ("acquired", "c1.1 acquire: granted"),
        ("write-sent", "c1: writes"),
        ("released", "c1.1 calls release"),
        ("expired", "grant 0 ran out"),
    ] {
        let ttl = if event == "expired" { "800ms" } else { "5s" };
        let place = format!("on = {{ event = '{event}', after = '7ms' }}");
        let run = one_holder(ttl).fault(&marker(&place)).run();
        let happened = *run.times(line).first().unwrap_or_else(|| panic!("no `{line}` in\n{}", run.all()));
        assert_eq!(run.fired(0), Some(happened + Span::from_millis(7)), "{event}");
    }
}

/// Without `after` a fault fires at the very instant, behind what happens there.
#[test]
fn a_fault_fires_at_the_instant_of_its_trigger() {
    let run =
        one_holder("5s").fault("on = { event = 'acquired' }\npause = { who = 'c1', hold = '500ms' }").run();
    assert_eq!(run.times("c1: has it")[0], run.at("c1 stops"));
    assert!(run.place("c1 stops") > run.place("belief 0 of c1.1"), "{}", run.all());
}

#[test]
fn a_fault_waits_for_the_occurrence_that_it_names() {
    let run = one_holder("5s").fault(&marker("on = { event = 'acquired', nth = 2 }")).run();
    assert_eq!(run.fired(0), Some(run.times("c1: has it")[1]));
    let run = one_holder("5s").fault(&marker("on = { event = 'acquired', nth = 9 }")).run();
    assert_eq!(run.result.fates, [Fate::NotFired], "nine times it never was");
}

/// Two owners, one after the other; whose lease runs out unreleased.
fn two_holders() -> Play {
    let holder = |wait: &'static str| {
        move |me: Me| async move {
            me.sleep(wait).await;
            if let Some(guard) = me.acquire().await {
                me.sleep("1500ms").await;
                me.release(guard).await;
            }
        }
    };
    Play::with_redis("ttl = '1s'").clients(2).client("c1", holder("0ms")).client("c2", holder("2s"))
}

/// A trigger of one owner is not pulled by another, and an owner is meant by its client's name too. Tenures
/// that run out are somebody's: a filter that knew no owner for them would wait for ever.
#[test]
fn a_trigger_can_be_one_owners_own() {
    for event in ["acquire-sent", "granted", "acquired", "released", "expired"] {
        let fired = |owner: &str| {
            let place = format!("on = {{ event = '{event}', owner = '{owner}' }}");
            let run = two_holders().fault(&marker(&place)).run();
            run.fired(0).unwrap_or_else(|| panic!("{event} of {owner} did not fire:\n{}", run.all()))
        };
        assert!(fired("c1.1") < Instant(2_000_000_000), "{event}");
        assert!(fired("c2.1") >= Instant(2_000_000_000), "{event}");
    }
}

/// A fault that is aimed at the holder waits until there is one, and hits that one.
#[test]
fn a_fault_at_the_holder_waits_for_one() {
    let run = two_holders().fault("at = '1s 800ms'\npause = { who = 'holder', hold = '10ms' }").run();
    assert_eq!(run.fired(0), Some(run.at("c2: has it")));
    assert_eq!(run.result.fates, [Fate::Fired { at: run.at("c2: has it"), target: "c2".into() }]);
}

#[test]
fn a_fault_at_the_holder_hits_the_holder_of_the_moment() {
    let run = two_holders().fault("at = '500ms'\npause = { who = 'holder', hold = '10ms' }").run();
    assert_eq!(run.lines(&["fault 1 at"]), ["500ms fault 1 at c1"]);
}

/// Of several who believe, the newest is hit.
#[test]
fn the_newest_holder_is_the_holder() {
    let believer = |wait: &'static str| {
        move |me: Me| async move {
            me.sleep(wait).await;
            let guard = me.acquire().await.expect("everybody gets it");
            me.sleep("3s").await;
            me.release(guard).await;
        }
    };
    let run = Play::with_echo()
        .clients(3)
        .client("c1", believer("100ms"))
        .client("c2", believer("300ms"))
        .client("c3", believer("200ms"))
        .fault("at = '1s'\npause = { who = 'holder', hold = '10ms' }")
        .run();
    assert_eq!(run.lines(&["fault 1 at"]), ["1s fault 1 at c2"]);
}

/// Nobody ever holds it: the fault is told as not fired, and the calm tail is calm.
#[test]
fn a_fault_that_found_nobody_is_not_fired() {
    let run = Play::with_echo().fault("at = '1s'\npause = { who = 'holder', hold = '1s' }").run();
    assert_eq!(run.result.fates, [Fate::NotFired]);
}

/// Faults belong to the time before the calm tail, however they are placed.
#[test]
fn no_fault_fires_in_the_calm_tail() {
    for place in ["at = '10s'", "on = { event = 'released', nth = 2, after = '8s' }"] {
        let run = one_holder("5s").length("10s").fault(&marker(place)).run();
        assert_eq!(run.result.fates, [Fate::NotFired], "{place}");
    }
    let run = one_holder("5s").length("10s").fault(&marker("at = '9s 999ms'")).run();
    assert_eq!(run.fired(0), Some(Instant(9_999_000_000)));
}

/// Two faults of one instant fire in the order of the file: a kill before a pause leaves nothing to pause.
#[test]
fn faults_of_one_instant_fire_in_the_order_of_the_file() {
    let (kill, pause) =
        ("at = '1s'\nkill = { who = 'c1' }", "at = '1s'\npause = { who = 'c1', hold = '1s' }");
    let run = |first: &str, second: &str| Play::with_echo().fault(first).fault(second).run();
    assert_eq!(run(kill, pause).lines(&["fault"]), ["1s fault 1 at c1"]);
    assert_eq!(run(pause, kill).lines(&["fault"])[..2], ["1s fault 1 at c1", "1s fault 2 at c1"]);
}

/// What cannot be hit was not: the dead are neither killed nor paused.
#[test]
fn a_fault_at_the_dead_is_not_fired() {
    for what in ["kill = { who = 'c1' }", "pause = { who = 'c1', hold = '1s' }", "restart = { who = 'c1' }"] {
        let run = Play::with_echo()
            .fault("at = '1s'\nkill = { who = 'c1' }")
            .fault(&format!("at = '2s'\n{what}"))
            .run();
        assert!(run.fired(0).is_some());
        assert_eq!(run.fired(1), None, "{what}");
    }
}

/// A fault at a part that the system lacks is neither fired nor missed.
#[test]
fn a_fault_at_what_is_not_there_is_not_offered() {
    let plan_of = |what: &str| {
        let mut plan = Play::with_echo().fault(what).plan();
        let lacking = fencepost_model::Target::Lacking("replica".to_owned());
        match &mut plan.faults[0].what {
            fencepost_model::Fault::Kill { who, .. } => *who = lacking,
            fencepost_model::Fault::Partition { split, .. } => {
                *split = fencepost_model::Split::Between(lacking);
            }
            other => panic!("{other:?}"),
        }
        plan
    };
    for what in ["kill = { who = 'store' }", "partition = { who = 'c1', from = 'store', hold = '1s' }"] {
        let run = Play::with_echo().run_plan(&plan_of(&format!("at = '1s'\n{what}")));
        assert_eq!(run.result.fates, [Fate::NotOffered], "{what}");
    }
}

/// What the result says of a fault is what the history tells: one fate for each fault of the plan, fired
/// where and when its first event says so. And time never goes back.
#[test]
fn fates_and_histories_agree_in_every_shipped_scenario() {
    let mut fired = 0;
    for scenario in cheap() {
        for variant in &scenario.variants {
            for seed in 0..3 {
                let plan = scenario.plan(&variant.name, seed);
                let result = run_plan(&plan, RunOptions { record: true, ..RunOptions::default() });
                assert_eq!(result.fates.len(), plan.faults.len(), "{}", plan.case);
                for (index, fate) in result.fates.iter().enumerate() {
                    let told = result.history.iter().find_map(|event| match &event.kind {
                        EventKind::World(WorldEvent::Fired { fault, target }) if fault.index() == index => {
                            Some(Fate::Fired { at: event.at, target: target.clone() })
                        }
                        _ => None,
                    });
                    fired += u32::from(told.is_some());
                    let silent = matches!(fate, Fate::NotFired | Fate::NotOffered).then(|| fate.clone());
                    assert_eq!(Some(fate.clone()), told.or(silent), "{} fault {index}", plan.case);
                }
                assert!(result.history.is_sorted_by_key(|event| event.at), "{}: time goes back", plan.case);
            }
        }
    }
    assert!(fired > 50, "only {fired} faults fired");
}

/// A promise of one lock runs out, a fault follows at that very instant, and a moment later the promise of
/// another lock runs out. The observer may not tell the second end before the fault: time would go back.
#[test]
fn a_fault_that_follows_a_silent_end_comes_before_the_next_one() {
    let holder = |lock: u16, wait: &'static str| {
        move |me: Me| async move {
            me.sleep(wait).await;
            let granted =
                me.owner.acquire(fencepost_model::LockId(lock), fencepost_model::Mode::Exclusive).await;
            let guard = granted.expect("nobody else wants it");
            me.sleep("5s").await;
            guard.release().await;
        }
    };
    let run: Run = Play::with_redis("ttl = '950ms'")
        .clients(2)
        .workload("locks = ['orders', 'stock']")
        .client("c1", holder(0, "10ms"))
        .client("c2", holder(1, "11ms"))
        .fault("on = { event = 'expired' }\npause = { who = 'c1', hold = '1s' }")
        .run();
    assert_eq!(run.at("c1 stops"), run.at("grant 0 ran out"));
    assert!(run.place("c1 stops") < run.place("grant 1 ran out"), "{}", run.all());
    assert!(run.result.history.is_sorted_by_key(|event| event.at), "{}", run.all());
}
