//! Advice: known answers come out, formula and search agree, and the gate closes on what weakens a lock.

use crate::support::advice::{ORDINARY, read};
use fencepost::advise::{AdviseOptions, Advised, Measured, Room, Row, Shortfall, advise, changes, undercuts};
use fencepost::scenario::Advice;
use fencepost::{Catalogue, Kept, Stop, report, shrink_found};
use fencepost_model::{Hazard, Limit, Site, word};
use fencepost_sim::Ground;

fn advised(catalogue: &Catalogue, advice: &Advice) -> Advised {
    let how = AdviseOptions { ground: Ground::best(), jobs: None };
    advise(catalogue, advice, how, &Stop::new()).unwrap_or_else(|error| panic!("{error:?}"))
}

/// The advice on a lock in an ordinary place.
fn told(catalogue: &Catalogue, lock: &str) -> (Advice, Advised) {
    let advice = read(catalogue, &format!("{lock}\n{ORDINARY}"));
    let advised = advised(catalogue, &advice);
    (advice, advised)
}

fn row(advised: &Advised, hazard: Hazard) -> &Row {
    advised.rows.iter().find(|row| row.hazard == hazard).expect("there is a row for every hazard")
}

/// For how many milliseconds of it the lock stands the hazard.
fn safe_millis(advised: &Advised, hazard: Hazard) -> u64 {
    match row(advised, hazard).measured {
        Measured::UpTo { safe, .. } => safe / 1_000_000,
        measured => panic!("{hazard} came to {measured:?}"),
    }
}

#[test]
fn formula_and_search_agree_for_every_preset() {
    let catalogue = fencepost::catalogue();
    let presets = catalogue.vocabulary().presets;
    assert_eq!(presets.len(), 5);
    for preset in presets {
        for more in ["", ", replicas = 1"] {
            let is_there = preset.options.iter().any(|option| more.contains(option.spec.name));
            if !more.is_empty() && !is_there {
                continue;
            }
            let (advice, advised) =
                told(&catalogue, &format!("lock = {{ preset = \"{}\"{more} }}", preset.name));
            let wrong: Vec<_> = advised.disagreements().map(|row| (row.hazard, row.measured)).collect();
            assert!(
                wrong.is_empty(),
                "{}{more}: {wrong:?}\n{}",
                preset.name,
                report::advice::told(&advice, &advised)
            );
            assert!(
                advised.rows.iter().all(|row| row.placements > 0),
                "{}: something was not tried",
                preset.name
            );
        }
    }
}

/// What a resource and a provider refuse changes what does harm: the formulas know of it, and of a cut that holds an
/// answer back from an owner that looks at no deadline.
#[test]
fn formula_and_search_agree_behind_every_gate() {
    let catalogue = fencepost::catalogue();
    for lock in [
        "lock = { preset = 'redisson-rlock' }",
        "lock = { preset = 'redis-py', timeout = '10s' }",
        "lock = { preset = 'python-redis-lock', expire = '10s', auto_renewal = true }",
        "lock = { preset = 'redsync' }\nobeys-deadline = false",
    ] {
        let gates = ["none", "token-seq", "once-per-key"].into_iter();
        for gate in gates.filter(|gate| *gate != "token-seq" || !lock.contains("redsync")) {
            let tokens = if gate == "token-seq" { "settings = { fencing = true }" } else { "" };
            for outside in ["", "provider = 'once-per-key'"] {
                let text = format!("{lock}\n{tokens}\ngate = '{gate}'\n{outside}");
                let (advice, advised) = told(&catalogue, &text);
                let wrong = advised.disagreements().count();
                assert_eq!(wrong, 0, "{text}\n{}", report::advice::told(&advice, &advised));
            }
        }
    }
}

/// Nobody can say how much a gate that is flawed on purpose lets through, and one that orders no updates helps nobody
/// who commits too late.
#[test]
fn no_formula_rests_on_a_gate_that_does_not_hold() {
    let catalogue = fencepost::catalogue();
    let lock = "lock = { preset = 'redis-py', timeout = '10s' }\nsettings = { fencing = true }";
    let of = |gate: &str, commit: &str| {
        let text = format!("{lock}\ngate = '{gate}'\ncommit = '{commit}'");
        let (advice, advised) = told(&catalogue, &text);
        let wrong = advised.disagreements().count();
        assert_eq!(wrong, 0, "{text}\n{}", report::advice::told(&advice, &advised));
        row(&advised, Hazard::Pause).formula.as_ref().map(|stand| stand.limit)
    };
    for flawed in ["token-writes-only", "token-two-step"] {
        assert_eq!((of(flawed, "at-once"), of(flawed, "after-release")), (None, None), "{flawed}");
    }
    assert_eq!(of("token", "at-once"), Some(Limit::Everything));
    assert!(matches!(of("token-strict", "at-once"), Some(Limit::UpTo(_))), "it counts no reads");
    assert_eq!(of("token-strict", "after-release"), Some(Limit::Nothing));
}

/// The cut of an owner that looks at no deadline: the answer to its acquire comes late, and it works past the lease.
#[test]
fn a_cut_holds_an_answer_back() {
    let catalogue = fencepost::catalogue();
    let (_, advised) = told(&catalogue, "lock = { preset = 'redis-py', timeout = '10s' }");
    let safe = safe_millis(&advised, Hazard::Unreachable);
    // Retransmissions come 3.0 and 6.2 seconds after the first try, and 4.88 seconds are left for one.
    assert!((2_800..3_000).contains(&safe), "{safe} ms");
    let (_, looking) = told(&catalogue, "lock = 'redis'\nsettings = { ttl = '10s' }");
    assert!(matches!(row(&looking, Hazard::Unreachable).measured, Measured::Everything { .. }));
}

/// Work that outlives the lease makes the owner depend on its renewals: how long it stands a cut is what is left for
/// them, copies of a command included.
#[test]
fn formula_and_search_agree_for_work_that_outlives_its_lease() {
    let catalogue = fencepost::catalogue();
    for (lock, limit) in [
        (r#"{ preset = "redisson-rlock" }"#, 16_000),
        (r#"{ preset = "redisson-rlock", retryAttempts = 0 }"#, 13_000),
        (r#"{ preset = "python-redis-lock", expire = "10s", auto_renewal = true }"#, 0),
    ] {
        let advice = read(&catalogue, &format!("lock = {lock}\n{ORDINARY}\nholds = {{ max = '40s' }}"));
        let advised = advised(&catalogue, &advice);
        let wrong: Vec<_> = advised.disagreements().map(|row| (row.hazard, row.measured)).collect();
        assert!(wrong.is_empty(), "{lock}: {wrong:?}\n{}", report::advice::told(&advice, &advised));
        let safe = safe_millis(&advised, Hazard::Unreachable);
        assert!((limit..limit + 5_200).contains(&safe), "{lock}: {safe} ms");
    }
}

/// A watchdog lock stands about its lease less its renewal period, whatever else its options are.
#[test]
fn a_watchdog_lock_stands_its_lease_less_its_period() {
    let catalogue = fencepost::catalogue();
    let (_, advised) = told(&catalogue, r#"lock = { preset = "redisson-rlock" }"#);
    let pause = safe_millis(&advised, Hazard::Pause);
    assert!((19_900..20_200).contains(&pause), "30s less 10s, and it stands {pause} ms");
}

#[test]
fn a_primary_with_asynchronous_replicas_has_no_room_under_failover() {
    let catalogue = fencepost::catalogue();
    let (_, advised) = told(
        &catalogue,
        r#"lock = { preset = "redisson-rlock", replicas = 2, checkLockSyncedSlaves = false }"#,
    );
    let failover = row(&advised, Hazard::Failover);
    assert!(matches!(failover.room, Room::None | Room::Short(_)), "{:?}", failover.room);
    assert!(failover.witness.is_some(), "a run shows it");
}

/// And one that waits for a copy promises no more: that is told, although no single fault shows it.
#[test]
fn a_copy_that_is_waited_for_is_no_promise() {
    let catalogue = fencepost::catalogue();
    let (_, advised) = told(&catalogue, r#"lock = { preset = "redisson-rlock", replicas = 1 }"#);
    assert_eq!(row(&advised, Hazard::Failover).room, Room::NotPromised);
}

#[test]
fn a_lock_without_an_expiry_never_recovers_from_a_dead_holder() {
    let catalogue = fencepost::catalogue();
    let (_, advised) =
        told(&catalogue, "lock = 'redis'\nsettings = { expiry = false, persistence = 'aof-always' }");
    assert_eq!(row(&advised, Hazard::Death).measured, Measured::Never);
    let worst = advised.worst().expect("there is no room at all");
    assert_eq!(worst.hazard, Hazard::Death);
    let (property, witness) = worst.witness.as_ref().expect("a run shows it");
    assert_eq!(*property, word::PROGRESS);
    assert_eq!(witness.plan.faults.len(), 1, "one death is enough");
    let (_, advised) =
        told(&catalogue, "lock = 'redis'\nsettings = { ttl = '10s', persistence = 'aof-always' }");
    let Measured::Within(longest) = row(&advised, Hazard::Death).measured else { panic!("it comes free") };
    assert!((10_000..10_400).contains(&(longest / 1_000_000)), "{longest}");
}

/// A holder that dies between its call of a provider and its own record has the job done twice, under any lock: a row
/// says so, however soon the lock comes free. A key for each job leaves nothing to say; and no gate calls that room.
#[test]
fn a_death_does_harm_at_a_provider_without_keys() {
    let catalogue = fencepost::catalogue();
    let lock = "lock = 'redis'\nsettings = { ttl = '10s', persistence = 'aof-always', fencing = true }";
    let of =
        |provider: &str| told(&catalogue, &format!("{lock}\ngate = 'token-seq'\nprovider = '{provider}'"));
    let (advice, open) = of("none");
    let death = row(&open, Hazard::Death);
    assert!(matches!(death.measured, Measured::Within(_)), "the lock comes free: {:?}", death.measured);
    assert_eq!(death.room, Room::None, "{}", report::advice::told(&advice, &open));
    let (property, witness) = death.witness.as_ref().expect("a run shows it");
    assert_eq!((*property, witness.violation.evidence.site()), (word::NO_LOST_UPDATE, Site::Provider));
    let (_, keyed) = of("once-per-key");
    assert_eq!(row(&keyed, Hazard::Death).witness.as_ref().map(|(property, _)| *property), None);
    let floored =
        read(&catalogue, &format!("{lock}\nprovider = 'none'\n{ORDINARY}\n[floor]\ndeath = 'hold'\n"));
    let short = undercuts(&floored, &advised(&catalogue, &floored), None);
    assert!(short.iter().any(|short| short.hazard == Hazard::Death), "{short:?}");
}

/// The story of the worst hazard can be told: it is one fault, and it shrinks to a scenario that breaks the same way.
#[test]
fn the_worst_hazard_has_a_story() {
    let catalogue = fencepost::catalogue();
    let (_, advised) = told(&catalogue, r#"lock = { preset = "redsync" }"#);
    let worst = advised.worst().expect("8s of lease and half of it held do not stand a pause of 4.1s");
    assert_eq!(worst.hazard, Hazard::Pause);
    let (property, witness) = worst.witness.as_ref().expect("a run shows it");
    let kept = Kept::of(property, &witness.violation, &witness.cast);
    let shrunk =
        shrink_found(&catalogue, &advised.scenario, &witness.plan, &kept, Ground::best(), &Stop::new());
    let shrunk = shrunk.unwrap_or_else(|error| panic!("{error:?}"));
    assert_eq!(shrunk.after.faults, 1);
    assert_eq!(*property, word::EXCLUSIVE_BELIEF);
}

/// The option that would restore the room is named, and a search with it finds no harm.
#[test]
fn what_would_help_is_confirmed() {
    let catalogue = fencepost::catalogue();
    let text = format!(
        "lock = {{ preset = \"redisson-rlock\", lockWatchdogTimeout = \"5s\" }}\nroom = \"1s\"\n{ORDINARY}"
    );
    let advised = advised(&catalogue, &read(&catalogue, &text));
    let pause = row(&advised, Hazard::Pause);
    assert!(matches!(pause.room, Room::Short(_)), "{:?}", pause.room);
    let remedy = pause.remedy.as_ref().expect("a longer lease does");
    assert_eq!(remedy.option, "lockWatchdogTimeout");
    assert!(remedy.confirmed, "{remedy:?}");
    assert!(remedy.stands.is_some_and(|stands| stands >= 5_100_000_000), "4.1s and 1s of room: {remedy:?}");
}

const WATCHDOG: &str = r#"
lock = { preset = "redisson-rlock", lockWatchdogTimeout = "30s" }
[environment]
pause = { p50 = "8ms", max = "1s" }
[floor]
pause = "5s"
"#;

#[test]
fn a_weakened_setting_closes_the_gate_at_its_line() {
    let catalogue = fencepost::catalogue();
    let old = read(&catalogue, WATCHDOG);
    let new = read(&catalogue, &WATCHDOG.replace("\"30s\"", "\"5s\""));
    let (old_advised, new_advised) = (advised(&catalogue, &old), advised(&catalogue, &new));
    let closed = undercuts(&new, &new_advised, Some((&old, &old_advised)));
    assert_eq!(closed.len(), 1);
    assert_eq!((closed[0].hazard, closed[0].line), (Hazard::Pause, 2));
    let annotation = report::advice::annotations(&new, Some(&old), &closed, Some("lock.toml"));
    assert!(annotation.starts_with("::error file=lock.toml,line=2,"), "{annotation}");
    assert!(annotation.contains("lockWatchdogTimeout 30s → 5s: safe pause 19.9"), "{annotation}");
    assert!(annotation.contains(", floor 5s"), "{annotation}");
    let strengthened = undercuts(&old, &old_advised, Some((&new, &new_advised)));
    assert!(strengthened.is_empty(), "{strengthened:?}");
    assert_eq!(changes(&new, &old).len(), 1);
}

/// Without a floor, too: what was enough for the user's own figures has to stay enough.
#[test]
fn what_is_not_enough_any_more_closes_the_gate() {
    let catalogue = fencepost::catalogue();
    let with = |lease: &str| {
        let text =
            WATCHDOG.replace("\"30s\"", lease).replace("\"1s\"", "\"4.1s\"").replace("pause = \"5s\"", "");
        let advice = read(&catalogue, &text);
        let advised = advised(&catalogue, &advice);
        (advice, advised)
    };
    let ((old, old_advised), (new, new_advised)) = (with("\"30s\""), with("\"5s\""));
    let closed = undercuts(&new, &new_advised, Some((&old, &old_advised)));
    assert_eq!(closed.iter().map(|one| one.why).collect::<Vec<_>>(), [Shortfall::NotEnoughAnyMore]);
    let unchanged = undercuts(&old, &old_advised, Some((&old, &old_advised)));
    assert!(unchanged.is_empty(), "{unchanged:?}");
}

/// What was not tried is not told: a wish to stop that comes first leaves no row, and so no room.
#[test]
fn what_was_stopped_tells_no_room() {
    let catalogue = fencepost::catalogue();
    let advice = read(&catalogue, WATCHDOG);
    let stop = Stop::new();
    stop.raise();
    let how = AdviseOptions { ground: Ground::best(), jobs: None };
    let advised = advise(&catalogue, &advice, how, &stop).unwrap_or_else(|error| panic!("{error:?}"));
    assert!(advised.stopped && advised.rows.is_empty());
    let told = report::advice::told(&advice, &advised);
    assert!(told.contains("not tried: pause, unreachable,"), "{told}");
    assert!(!told.contains("enough"), "{told}");
}

/// A floor that lies far above everything else is searched up to.
#[test]
fn a_high_floor_is_tried() {
    let catalogue = fencepost::catalogue();
    let floor = |least: &str| {
        let text = format!("lock = 'redis'\nsettings = {{ ttl = '2s' }}\n[floor]\nunreachable = '{least}'\n");
        let advice = read(&catalogue, &text);
        let advised = advised(&catalogue, &advice);
        undercuts(&advice, &advised, None).len()
    };
    assert_eq!(floor("60s"), 0, "the store is not needed while the owner works");
}

/// Not only options of the library: a gate that is taken away and a setting beside a preset weaken a lock, too.
#[test]
fn every_key_that_weakens_is_pointed_at() {
    let catalogue = fencepost::catalogue();
    let with = |more: &str| {
        let text = format!(
            "lock = {{ preset = \"redsync\" }}\n{more}\n[environment]\nfailover = {{ detect = \"1s\" }}\n"
        );
        let advice = read(&catalogue, &text);
        let advised = advised(&catalogue, &advice);
        (advice, advised)
    };
    let (old, old_advised) = with("settings = { persistence = \"aof-always\" }");
    let (new, new_advised) = with("settings = { persistence = \"none\" }");
    let closed = undercuts(&new, &new_advised, Some((&old, &old_advised)));
    let told: Vec<_> = closed.iter().map(|one| (one.hazard, one.why, one.line)).collect();
    assert_eq!(told, [(Hazard::Failover, Shortfall::NotEnoughAnyMore, 2)]);
    let (cautious, _) = with("obeys-deadline = true");
    let (careless, _) = with("obeys-deadline = false");
    assert_eq!(
        changes(&careless, &cautious).iter().map(|change| &change.option).collect::<Vec<_>>(),
        ["obeys-deadline"]
    );
    let (late, late_advised) = with("commit = \"after-release\"");
    let (early, early_advised) = with("commit = \"before-release\"");
    let closed = undercuts(&late, &late_advised, Some((&early, &early_advised)));
    assert!(closed.iter().any(|one| (one.hazard, one.line) == (Hazard::LostReply, 2)), "{closed:?}");
    assert!(undercuts(&early, &early_advised, Some((&late, &late_advised))).is_empty());
}
