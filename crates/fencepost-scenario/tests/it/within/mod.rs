//! `within = "claims"`: whatever a lock's claims rest on, no drawn plan goes beyond it.

mod fit;
mod measure;

use crate::vocabulary;
use fencepost_model::{
    Assumption, Bound, Claim, Context, Descriptor, Fault, MachineSpec, Plan, PlannedFault, Quantity,
    SettingKind, SettingSpec, SettingValue, Settings, Span, Target, Upset, word,
};
use fencepost_scenario::{Scenario, Vocabulary, parse};
use measure::{count, hits_server, is_server, longest_flight, longest_stop, restarts};

const SEEDS: u64 = 500;
const LIMIT: Span = Span::from_millis(900);

/// The assumptions, by the words of the setting `rests-on`.
const RESTS_ON: &[(&str, &str)] = &[
    ("pause", ""),
    ("delay", ""),
    ("pause-and-delay", ""),
    ("drift", ""),
    ("skew", ""),
    ("wall-step", ""),
    ("suspension", ""),
    ("obedience", ""),
    ("lost-updates", ""),
    ("renewals", ""),
    ("work", ""),
    ("durable", ""),
    ("replication", ""),
    ("eviction", ""),
    ("forced", ""),
    ("majority", ""),
    ("doubled", ""),
    ("tokens", ""),
];

const SETTINGS: &[SettingSpec] = &[
    SettingSpec {
        name: "rests-on",
        kind: SettingKind::Word(RESTS_ON),
        default: || SettingValue::Word("pause".to_owned()),
        about: "what its claims rest on",
    },
    SettingSpec {
        name: "reserve",
        kind: SettingKind::Span { min: Span::ZERO, max: Span::from_secs(60) },
        default: || SettingValue::Span(LIMIT),
        about: "the limit of all that is a time",
    },
];

fn claims(context: &Context<'_>) -> Vec<Claim> {
    let reserve = Quantity::Span(context.settings.span("reserve"));
    let (never, rate) = (Quantity::Times(0), Quantity::Ppm(100));
    let bounds = match context.settings.word("rests-on") {
        "pause" => vec![(Assumption::BoundedPause, reserve)],
        "delay" => vec![(Assumption::BoundedDelay, reserve)],
        "pause-and-delay" => {
            vec![(Assumption::BoundedPause, reserve), (Assumption::BoundedDelay, reserve)]
        }
        "drift" => vec![(Assumption::BoundedDrift, rate)],
        "skew" => vec![(Assumption::BoundedSkew, reserve)],
        "wall-step" => vec![(Assumption::NoWallStep, never)],
        "suspension" => vec![(Assumption::MonotonicCountsSuspension, reserve)],
        "obedience" => vec![(Assumption::OwnerObeysDeadline, never)],
        "lost-updates" => vec![],
        "renewals" => vec![(Assumption::RenewalsGetThrough, reserve)],
        "work" => vec![(Assumption::WorkWithinLease, reserve)],
        "durable" => vec![(Assumption::DurableNodes, never)],
        "replication" => vec![(Assumption::SynchronousReplication, never)],
        "eviction" => vec![(Assumption::NoEviction, never)],
        "forced" => vec![(Assumption::NoForcedRelease, never)],
        "majority" => vec![(Assumption::MajorityAlive, never)],
        "doubled" => vec![(Assumption::NoLossOrDuplicate, never)],
        _ => vec![(Assumption::ResourceChecksTokens, never)],
    };
    let alternative = bounds.into_iter().map(|(assumption, limit)| Bound { assumption, limit }).collect();
    // A second, weaker claim: the smaller limit counts.
    let weaker =
        vec![Bound { assumption: Assumption::BoundedPause, limit: Quantity::Span(Span::from_secs(600)) }];
    vec![
        Claim { property: word::EXCLUSIVE_GRANT, alternatives: vec![alternative] },
        Claim { property: word::EXCLUSIVE_BELIEF, alternatives: vec![weaker] },
        Claim { property: word::NO_LOST_UPDATE, alternatives: vec![vec![]] },
    ]
}

fn words() -> Vocabulary {
    let mut vocabulary = vocabulary();
    let nodes =
        |_: &Settings| (1..=3).map(|n| MachineSpec { name: format!("keeper-{n}"), role: "keeper" }).collect();
    let none = vocabulary.systems[0];
    vocabulary.systems.push(Descriptor {
        name: "promise",
        settings: SETTINGS,
        roles: &[("keeper", "keeps it")],
        machines: nodes,
        claims,
        ..none
    });
    vocabulary
}

/// A scenario in which everything goes wrong. `more` stands under `[workload]`.
fn file(within: bool, rests_on: &str, more: &str) -> String {
    let within = if within { "within = \"claims\"\n" } else { "" };
    let (law, every) = ("{ min = \"10ms\", max = \"3s\" }", "every = { min = \"200ms\", max = \"9s\" }");
    let aimed = [
        format!("pause = {{ who = \"holder\", hold = {law} }}"),
        format!("pause = {{ who = \"client\", hold = {law} }}"),
        format!("suspend = {{ who = \"holder\", hold = {law} }}"),
        format!("suspend = {{ who = \"c1\", hold = {law} }}"),
        format!("pause = {{ who = \"keeper\", hold = {law} }}"),
        format!("pause = {{ who = \"resource\", hold = {law} }}"),
        format!("partition = {{ who = \"client\", hold = {law} }}"),
        format!("partition = {{ who = \"keeper\", from = \"keeper\", hold = {law} }}"),
        format!("delay = {{ who = \"client\", by = {law}, hold = {law} }}"),
        format!("reorder = {{ who = \"resource\", by = {law}, hold = {law} }}"),
        "loss = { who = \"client\", rate = \"5%\", hold = \"2s\" }".to_owned(),
        "duplicate = { who = \"client\", rate = \"5%\", hold = \"2s\" }".to_owned(),
        format!("stall = {{ who = \"keeper\", hold = {law} }}"),
        format!("stall = {{ who = \"keeper\", slower = {law}, hold = {law} }}"),
        "jump = { who = \"keeper\", by = { min = \"-9s\", max = \"9s\" } }".to_owned(),
        "drift = { who = \"keeper\", ppm = 400, hold = \"1s\" }".to_owned(),
        "drift = { who = \"client\", ppm = -400 }".to_owned(),
        "kill = { who = \"keeper\", restart-after = \"1s\" }".to_owned(),
        "restart = { who = \"keeper\" }".to_owned(),
        "power-cut = { who = \"keeper\" }".to_owned(),
        "evict = { who = \"keeper\" }".to_owned(),
    ];
    let aimed: String = aimed.iter().map(|what| format!("[[fault]]\n{every}\n{what}\n")).collect();
    format!(
        "title = \"t\"\nlength = \"30s\"\n{within}[clock]\ndrift = \"900ppm\"\nskew = \"4s\"\n\
         [workload]\ntransport = \"datagram\"\nresource-timeout = \"100ms\"\nhold = {law}\n{more}\n\
         [variant.promise]\nsettings = {{ rests-on = \"{rests_on}\" }}\n{aimed}\
         [[fault]]\nskew = {{ who = \"keeper\", by = \"3s\" }}\n\
         [[fault]]\non = {{ event = \"acquired\" }}\npause = {{ who = \"c1\", hold = {law} }}\n\
         [[fault]]\nat-point = {{ kind = \"send\" }}\nsuspend = {{ who = \"c2\", hold = {law} }}\n\
         [[fault]]\nmessage = {{ kind = \"write\", delay = {law} }}\n\
         [[fault]]\nmessage = {{ kind = \"write\", lose = true }}\n\
         [[fault]]\nmessage = {{ kind = \"write\", nth = 2, duplicate = true }}\n"
    )
}

fn read(text: &str) -> Scenario {
    parse("test", "test.toml", text, &words()).unwrap_or_else(|mistakes| panic!("{mistakes}"))
}

/// No plan within the claims has more than `limit` of the measure, and some plan without has.
fn stays(rests_on: &str, measure: impl Fn(&Plan) -> u64, limit: u64) {
    let (within, without) = (read(&file(true, rests_on, "")), read(&file(false, rests_on, "")));
    let mut left = 0;
    for seed in 0..SEEDS {
        let plan = within.plan("promise", seed);
        let measured = measure(&plan);
        assert!(
            measured <= limit,
            "{measured} of {limit} for `{rests_on}` with seed {seed}: {:#?}",
            plan.faults
        );
        left += plan.faults.len();
    }
    assert!(left > 0, "some faults are left, or this shows nothing");
    assert!(
        (0..SEEDS).any(|seed| measure(&without.plan("promise", seed)) > limit),
        "`{rests_on}` limits nothing"
    );
}

#[test]
fn bounded_pause() {
    stays("pause", longest_stop, LIMIT.0);
}

#[test]
fn bounded_delay() {
    stays("delay", longest_flight, LIMIT.0);
}

#[test]
fn pause_and_delay_share_one_reserve() {
    stays("pause-and-delay", |plan| longest_stop(plan) + longest_flight(plan), LIMIT.0);
}

#[test]
fn bounded_drift() {
    let apart = |plan: &Plan| {
        let drifts = plan.faults.iter().filter_map(|fault| match fault.what {
            Fault::Drift { ppm, .. } => Some(ppm),
            _ => None,
        });
        let rates: Vec<i32> = plan.machines.iter().map(|machine| machine.ppm).chain(drifts).collect();
        rates.iter().max().zip(rates.iter().min()).map_or(0, |(max, min)| u64::from(max.abs_diff(*min)))
    };
    stays("drift", apart, 100);
}

#[test]
fn bounded_skew() {
    // By the end each clock has taken its worst steps only, and has run at its worst rate.
    let apart = |plan: &Plan| {
        let reach = plan.machines.iter().filter(|machine| machine.role == "keeper").map(|machine| {
            let (mut behind, mut ahead, mut ppm) =
                (machine.wall_offset, machine.wall_offset, machine.ppm.unsigned_abs());
            for fault in &plan.faults {
                let here = fault.what.target() == Some(&Target::Named(machine.name.clone()));
                match fault.what {
                    Fault::Skew { by, .. } | Fault::Jump { by, .. } if here => {
                        behind += by.min(0);
                        ahead += by.max(0);
                    }
                    Fault::Drift { ppm: rate, .. } if here => ppm = ppm.max(rate.unsigned_abs()),
                    _ => {}
                }
            }
            let runs = plan.length.ppm_of(u64::from(ppm)).0 as i64;
            (behind - runs, ahead + runs)
        });
        let reach: Vec<_> = reach.collect();
        let (behind, ahead) =
            (reach.iter().map(|(behind, _)| *behind).min(), reach.iter().map(|(_, ahead)| *ahead).max());
        ahead.zip(behind).map_or(0, |(ahead, behind)| ahead.abs_diff(behind))
    };
    stays("skew", apart, LIMIT.0);
}

#[test]
fn no_wall_step() {
    stays(
        "wall-step",
        |plan| count(plan, |fault| matches!(fault, Fault::Jump { who, .. } if is_server(who))),
        0,
    );
}

#[test]
fn monotonic_clock_counts_suspension() {
    let slept = |plan: &Plan| {
        let of = |fault: &PlannedFault| match &fault.what {
            Fault::Suspend { who, hold } if !is_server(who) => hold.0,
            _ => 0,
        };
        plan.faults.iter().map(of).sum()
    };
    stays("suspension", slept, LIMIT.0);
}

#[test]
fn renewals_get_through() {
    let worst = |plan: &Plan| {
        let sure = count(plan, |fault| {
            restarts(fault) || matches!(fault, Fault::Message { upset: Upset::Lose, .. })
        });
        if sure > 0 {
            u64::MAX
        } else {
            longest_stop(plan).max(longest_flight(plan) - plan.network.latency.max().0)
        }
    };
    stays("renewals", worst, LIMIT.0 / 4);
}

#[test]
fn work_within_the_lease() {
    let worked =
        |plan: &Plan| plan.workload.hold.max().0 + 2 * plan.workload.resource_timeout.0 + longest_stop(plan);
    stays("work", worked, LIMIT.0);
}

#[test]
fn durable_nodes() {
    stays("durable", |plan| count(plan, restarts), 0);
}

#[test]
fn synchronous_replication() {
    let silent = |fault: &Fault| {
        let silences = matches!(
            fault,
            Fault::Pause { .. }
                | Fault::Suspend { .. }
                | Fault::Partition { .. }
                | Fault::Delay { .. }
                | Fault::Stall { .. }
        );
        restarts(fault) || (silences && hits_server(fault))
    };
    stays("replication", |plan| count(plan, silent), 0);
}

#[test]
fn no_eviction() {
    stays("eviction", |plan| count(plan, |fault| matches!(fault, Fault::Evict { .. })), 0);
}

#[test]
fn no_loss_or_duplicate() {
    let upsets = |fault: &Fault| match fault {
        Fault::Loss { .. } | Fault::Duplicate { .. } => true,
        Fault::Message { upset, .. } => !matches!(upset, Upset::Delay(_)),
        _ => false,
    };
    stays("doubled", |plan| count(plan, upsets), 0);
}

#[test]
fn a_majority_is_spared() {
    let hit = |plan: &Plan| {
        let faults = plan.faults.iter().map(|fault| &fault.what);
        let hits = faults.filter(|fault| {
            !matches!(
                fault,
                Fault::Skew { .. } | Fault::Jump { .. } | Fault::Drift { .. } | Fault::Evict { .. }
            )
        });
        let mut names: Vec<_> =
            hits.filter_map(|fault| fault.target()).filter(|target| is_server(target)).collect();
        names.sort_unstable_by_key(|target| format!("{target:?}"));
        names.dedup();
        names.len() as u64
    };
    stays("majority", hit, 1);
}

/// What no fault can break takes nothing away.
#[test]
fn no_forced_release_and_checked_tokens_leave_the_plan_alone() {
    for rests_on in ["forced", "tokens", "obedience"] {
        let (within, without) = (read(&file(true, rests_on, "")), read(&file(false, rests_on, "")));
        for seed in 0..20 {
            let (mut kept, whole) = (within.plan("promise", seed), without.plan("promise", seed));
            // The weaker claim bounds pauses by ten minutes: which parts that leaves is not the point here.
            kept.faults.retain(|fault| !matches!(fault.what, Fault::Pause { .. } | Fault::Suspend { .. }));
            let others = whole
                .faults
                .iter()
                .filter(|fault| !matches!(fault.what, Fault::Pause { .. } | Fault::Suspend { .. }));
            assert!(kept.faults.iter().eq(others), "`{rests_on}` with seed {seed}");
        }
    }
}

#[test]
fn what_stays_inside_is_drawn_as_before() {
    let text = |within: &str| {
        format!(
            "title = \"t\"\n{within}\n[variant.promise]\n[[fault]]\nat = {{ min = \"1s\", max = \"9s\" }}\n\
             pause = {{ who = \"c1\", hold = {{ min = \"10ms\", max = \"{}ms\" }} }}\n",
            LIMIT.as_millis()
        )
    };
    let (within, without) = (read(&text("within = \"claims\"")), read(&text("")));
    assert!(within.within_claims && !without.within_claims);
    for seed in 0..SEEDS {
        assert_eq!(within.plan("promise", seed), without.plan("promise", seed));
    }
}
