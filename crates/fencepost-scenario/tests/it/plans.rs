//! Drawing: the same always, paired over variants, and moved by nothing that does not concern a value.

use crate::scenario;
use fencepost_model::{Digest, Fault, Law, Placement, Plan, PlannedFault, Span, Split, Target};
use std::hash::Hasher;

const PAUSES: &str = "[[fault]]\nevery = { min = \"5s\", max = \"15s\" }\npause = { who = \"holder\", hold = { min = \"1s\", max = \"4s\" } }\n";
const JUMP: &str = "[[fault]]\nat = { min = \"1s\", max = \"9s\" }\njump = { who = \"store\", by = { min = \"-3s\", max = \"-1s\" } }\n";
const KILLS: &str = "[[fault]]\nevery = { min = \"2s\", max = \"9s\" }\nkill = { who = \"client\", restart-after = { min = \"0s\", max = \"1s\" } }\n";

fn file(clients: u32, faults: &[&str]) -> String {
    format!(
        "title = \"t\"\nlocks = [\"redis\", \"none\", \"cluster\"]\n[clients]\ncount = {clients}\n\
         [clock]\ndrift = \"200ppm\"\nskew = \"50ms\"\n{}",
        faults.concat()
    )
}

fn plan(clients: u32, faults: &[&str], variant: &str, seed: u64) -> Plan {
    scenario(&file(clients, faults)).plan(variant, seed)
}

/// The faults of one kind, without their place in the file.
fn of_kind(plan: &Plan, kind: &str) -> Vec<(Placement, Fault)> {
    let fitting = plan.faults.iter().filter(|fault| fault.what.word() == kind);
    fitting.map(|fault| (fault.place.clone(), fault.what.clone())).collect()
}

#[test]
fn a_plan_is_drawn_from_its_laws() {
    for seed in 0..50 {
        let plan = plan(3, &[PAUSES, JUMP], "redis", seed);
        let mut last = Span::ZERO;
        for (place, fault) in of_kind(&plan, "pause") {
            let Placement::At(at) = place else { panic!("{place:?}") };
            assert!((5..=15).contains(&(at.saturating_sub(last).as_millis() / 1000)), "a gap before {at}");
            assert!(at <= plan.length);
            last = at;
            let Fault::Pause { who: Target::Holder, hold } = fault else { panic!("{fault:?}") };
            assert!(hold >= Span::from_secs(1) && hold <= Span::from_secs(4));
        }
        let [(_, Fault::Jump { who, by })] = &of_kind(&plan, "jump")[..] else { panic!("one jump") };
        assert_eq!(*who, Target::Named("redis".to_owned()), "the role is resolved");
        assert!((-3_000_000_000..=-1_000_000_000).contains(by), "{by}");
        assert!(plan.machines.iter().all(|machine| machine.ppm.abs() <= 200));
        assert!(plan.machines.iter().all(|machine| machine.wall_offset.abs() <= 50_000_000));
    }
}

#[test]
fn faults_are_named_after_their_place_in_the_file() {
    let plan = plan(3, &[JUMP, PAUSES], "redis", 1);
    let names: Vec<&str> = plan.faults.iter().map(|fault| fault.name.as_str()).collect();
    assert_eq!(names[..3], ["1", "2.1", "2.2"]);
}

#[test]
fn taking_a_fault_out_moves_no_other_value() {
    for seed in 0..20 {
        let all = plan(4, &[PAUSES, JUMP, KILLS], "redis", seed);
        for (gone, left) in [("pause", [JUMP, KILLS]), ("jump", [PAUSES, KILLS]), ("kill", [PAUSES, JUMP])] {
            let rest = plan(4, &left, "redis", seed);
            assert_eq!((&rest.key, &rest.machines), (&all.key, &all.machines));
            for kind in ["pause", "jump", "kill"].into_iter().filter(|kind| *kind != gone) {
                assert_eq!(of_kind(&rest, kind), of_kind(&all, kind), "{kind} without {gone}");
            }
        }
    }
}

#[test]
fn taking_a_client_out_moves_only_what_was_aimed_at_it() {
    let mut moved = 0;
    for seed in 0..50 {
        let (five, four) =
            (plan(5, &[PAUSES, KILLS], "redis", seed), plan(4, &[PAUSES, KILLS], "redis", seed));
        let left: Vec<_> = five.machines.iter().filter(|machine| machine.name != "c5").collect();
        assert_eq!(left, four.machines.iter().collect::<Vec<_>>());
        for (before, after) in five.faults.iter().zip(&four.faults) {
            assert_eq!((&before.name, &before.place), (&after.name, &after.place));
            let aimed_at_c5 = before.what.target() == Some(&Target::Named("c5".to_owned()));
            assert_eq!(before.what != after.what, aimed_at_c5, "{before:?} {after:?}");
            moved += usize::from(aimed_at_c5);
        }
    }
    assert!(moved > 0, "some fault has to hit c5, or this shows nothing");
}

#[test]
fn variants_meet_the_same_faults() {
    let without_aim = |fault: &PlannedFault| (fault.name.clone(), fault.place.clone());
    let scenario = scenario(&file(3, &[PAUSES, JUMP, KILLS]));
    for seed in 0..20 {
        let plans = ["redis", "none", "cluster"].map(|variant| scenario.plan(variant, seed));
        assert!(plans.iter().all(|plan| plan.key == plans[0].key));
        for other in &plans[1..] {
            let times = |plan: &Plan| plan.faults.iter().map(without_aim).collect::<Vec<_>>();
            assert_eq!(times(&plans[0]), times(other));
            assert_eq!(of_kind(&plans[0], "kill"), of_kind(other, "kill"), "clients are the same for all");
        }
        let aims: Vec<_> = plans.iter().map(|plan| of_kind(plan, "jump")[0].1.target().cloned()).collect();
        assert_eq!(aims[1], Some(Target::Lacking("store".to_owned())), "told as not offered");
    }
}

#[test]
fn a_role_of_several_machines_hits_each_of_them_sometimes() {
    let fault =
        "[[fault]]\nat = \"5s\"\npartition = { who = \"member\", from = \"member\", hold = \"1s\" }\n";
    let scenario = scenario(&file(2, &[fault]));
    let mut hit = std::collections::BTreeSet::new();
    for seed in 0..60 {
        let plan = scenario.plan("cluster", seed);
        let Fault::Partition { who: Target::Named(name), split: Split::Between(from), .. } =
            &plan.faults[0].what
        else {
            panic!("{:?}", plan.faults[0]);
        };
        assert_ne!(*from, Target::Named(name.clone()), "nothing can be cut off from itself");
        hit.insert(name.clone());
    }
    assert_eq!(hit.into_iter().collect::<Vec<_>>(), ["node-1", "node-2", "node-3"]);
}

/// A stored case names only its scenario and its seed. Where this changes, every one of them changes.
#[test]
fn vectors() {
    let digest = |variant, seed| {
        let plan = plan(3, &[PAUSES, JUMP, KILLS], variant, seed);
        let mut digest = Digest::default();
        digest.write(serde_json::to_string(&plan).expect("a plan is data").as_bytes());
        digest.value()
    };
    let drawn = [digest("redis", 0), digest("redis", 1), digest("cluster", 0)];
    assert_eq!(drawn, VECTORS, "{drawn:#018x?}");
}
const VECTORS: [u64; 3] = [0xbe9b_675d_4e52_5303, 0x4414_16da_d6c6_a80c, 0x16f4_b5d9_b7bb_6720];

#[test]
fn a_plan_survives_being_stored() {
    let plan = plan(3, &[PAUSES, JUMP, KILLS], "redis", 7);
    let stored = serde_json::to_string(&plan).expect("a plan is data");
    assert_eq!(serde_json::from_str::<Plan>(&stored).expect("it can be read again"), plan);
}

/// One fault for every lock: at the store of one, at some node of another, and at nobody where there is no server.
#[test]
fn the_server_is_whichever_the_lock_has() {
    let kill = "[[fault]]\nat = \"2s\"\nkill = { who = \"server\" }\n";
    let hit = |variant: &str, seed: u64| match &of_kind(&plan(2, &[kill], variant, seed), "kill")[..] {
        [(_, Fault::Kill { who, .. })] => who.clone(),
        other => panic!("one kill: {other:?}"),
    };
    assert_eq!(hit("redis", 1), Target::Named("redis".to_owned()));
    assert_eq!(hit("none", 1), Target::Lacking("server".to_owned()));
    let mut hits: Vec<_> = (0..20).map(|seed| format!("{:?}", hit("cluster", seed))).collect();
    hits.sort();
    hits.dedup();
    assert!(hits.len() > 1, "one of several is drawn: {hits:?}");
}

#[test]
fn without_seeds_no_more_are_declared_than_are_run() {
    let file = |head: &str| scenario(&format!("title = \"t\"\n{head}locks = [\"redis\"]\n"));
    assert_eq!((file("").seeds, file("").seeds_max), (100, None));
    assert_eq!((file("seeds-max = 3\n").seeds, file("seeds-max = 3\n").seeds_max), (3, Some(3)));
    assert_eq!(file("seeds-max = 300\n").seeds, 100);
}

/// Plans are stored: a law of old is a bare list, and one with points at ranks of their own is read again.
#[test]
fn laws_are_stored_as_they_ever_were_and_points_by_their_ranks() {
    let points =
        Law::through(&[(0, Span(0)), (990_000, Span(210)), (1_000_000, Span(4_100))]).expect("a law");
    for (law, stored) in [
        (Law::constant(Span(7)), "[7]"),
        (Law::uniform(Span(1), Span(9)), "[1,9]"),
        (points, "{\"points\":[[0,0],[990000,210],[1000000,4100]]}"),
    ] {
        assert_eq!(serde_json::to_string(&law).expect("text"), stored);
        assert_eq!(serde_json::from_str::<Law>(stored).expect("a law"), law);
    }
    for (wrong, why) in [
        ("[3,2]", "may not fall"),
        ("[]", "1 to 65 quantiles"),
        ("{\"points\":[[0,3],[1000000,2]]}", "may not fall"),
        ("{\"points\":[[0,3],[7,4]]}", "end at rank 1000000"),
        ("\"7\"", "a list of quantiles, or `points`"),
    ] {
        let error = serde_json::from_str::<Law>(wrong).expect_err(wrong).to_string();
        assert!(error.contains(why), "{wrong}: {error}");
    }
}

#[test]
fn drawn_times_have_the_quantiles_of_the_file() {
    let text = |law: &str| {
        format!(
            "title = \"t\"\nlocks = [\"redis\"]\n[[fault]]\nat = {law}\njump = {{ who = \"redis\", by = \"1s\" }}\n"
        )
    };
    let drawn = |law: &str| {
        let scenario = scenario(&text(law));
        let at = |seed| match &scenario.plan("redis", seed).faults[0].place {
            Placement::At(at) => *at,
            other => panic!("{other:?}"),
        };
        let mut all: Vec<Span> = (0..2_000).map(at).collect();
        all.sort();
        all
    };
    let all = drawn("{ p50 = \"100ms\", p90 = \"1s\", max = \"9s\" }");
    let near = |index: usize, span: u64, off: u64| {
        let found = all[index].as_millis();
        assert!(found.abs_diff(span) < off, "{found} ms, not about {span} ms");
    };
    near(0, 0, 5);
    near(1_000, 100, 20);
    near(1_800, 1_000, 300);
    near(1_900, 5_000, 800);
    near(1_999, 9_000, 300);
    assert_eq!(drawn("{ min = \"2s\", p50 = \"2s\", max = \"2s\" }"), [Span::from_secs(2); 2_000]);
}
