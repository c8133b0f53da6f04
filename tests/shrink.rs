//! Shrinking: what comes out is small, is a scenario that runs as it expects, and keeps what it was for.

use fencepost::report::shrunk;
use fencepost::{
    Catalogue, Exit, Request, Selection, Shelf, Shrunk, Stop, SweepOptions, replay, shrink, sweep,
};
use fencepost_sim::Ground;
use std::path::Path;

/// Of each way in which the classics break, a variant, the property that is kept, and the most faults that
/// the smallest story may need.
const CASES: &[(&str, &str, usize)] = &[
    ("pause-past-lease/plain", "exclusive-effect", 1),
    ("pause-past-lease/plain", "exclusive-belief", 1),
    ("store-restart/memory-only", "exclusive-grant", 1),
    ("store-clock-jump/jump", "exclusive-grant", 1),
    ("dead-holder/no-ttl", "progress", 1),
    ("delayed-write/plain", "exclusive-effect", 1),
    ("release-no-owner-check/bare-delete", "ownership", 2),
    ("watchdog-dies-silently/dies", "exclusive-belief", 2),
];

fn shelf(catalogue: &Catalogue) -> Shelf {
    Shelf::open(catalogue, Path::new("only what is built in")).expect("what is built in can be read")
}

/// The first seed of a variant that breaks the property, shrunk.
fn shrunk_from(catalogue: &Catalogue, variant: &str, property: &str) -> Shrunk {
    let shelf = shelf(catalogue);
    for seed in 0..50 {
        let case = format!("{variant}@{seed}");
        let replayed =
            replay(catalogue, &shelf, &case, Ground::best()).unwrap_or_else(|_| panic!("{case} runs"));
        let verdict = replayed.result.judgement.of(property);
        if verdict.is_some_and(|verdict| verdict.is_violated()) {
            let shrunk = shrink(catalogue, &shelf, &case, Some(property), Ground::best(), &Stop::new());
            return shrunk.unwrap_or_else(|_| panic!("{case} breaks {property}"));
        }
    }
    panic!("{variant} does not break {property} in 50 seeds");
}

#[test]
fn the_smallest_story_is_small_and_runs_as_it_expects() {
    let catalogue = fencepost::catalogue();
    for (variant, property, faults) in CASES {
        let smaller = shrunk_from(&catalogue, variant, property);
        let text = shrunk::file(&smaller);
        assert_eq!(smaller.kept.property, *property);
        assert!(!smaller.stopped && smaller.attempts < 5_000, "{variant}: {} attempts", smaller.attempts);
        assert!(smaller.after.clients <= 2, "{variant} needs {} clients:\n{text}", smaller.after.clients);
        assert!(smaller.after.faults <= *faults, "{variant} needs {} faults:\n{text}", smaller.after.faults);
        assert!(smaller.after.events < smaller.before.events, "{variant} did not become smaller");

        let again = fencepost::catalogue().with_scenario("regressions/shrunk.toml", text.clone().leak());
        let request = Request { what: vec!["regressions".to_owned()], ..Request::default() };
        let selection = Selection::make(&again, &shelf(&again), &request);
        let selection = selection.unwrap_or_else(|refused| panic!("{variant}: {refused}\n{text}"));
        let mut violated = 0;
        let summary = sweep(&again, &selection, SweepOptions::default(), &Stop::new(), &mut |event| {
            if let fencepost::RunEvent::Row(row) = event {
                violated += row
                    .properties()
                    .filter(|(tally, _)| tally.property == *property && tally.broken == 1)
                    .count();
            }
        });
        assert_eq!((summary.exit, violated), (Exit::AsExpected, 1), "{variant}:\n{text}");
    }
}

#[test]
fn shrinking_repeats() {
    let catalogue = fencepost::catalogue();
    let one = shrunk_from(&catalogue, "pause-past-lease/plain", "exclusive-effect");
    let other = shrunk_from(&catalogue, "pause-past-lease/plain", "exclusive-effect");
    assert_eq!((shrunk::file(&one), one.attempts), (shrunk::file(&other), other.attempts));
}

#[test]
fn what_is_stopped_is_told_and_still_breaks() {
    let (catalogue, stop) = (fencepost::catalogue(), Stop::new());
    stop.raise();
    let shelf = shelf(&catalogue);
    let case = (0..50).map(|seed| format!("pause-past-lease/plain@{seed}"));
    let mut shrunk = case.filter_map(|case| {
        shrink(&catalogue, &shelf, &case, Some("exclusive-effect"), Ground::best(), &stop).ok()
    });
    let shrunk = shrunk.next().expect("one of them breaks it");
    assert!(shrunk.stopped);
    assert_eq!(shrunk.attempts, 0);
}

#[test]
fn what_does_not_break_cannot_be_shrunk() {
    let catalogue = fencepost::catalogue();
    let shelf = shelf(&catalogue);
    let refused = |case: &str, property: Option<&str>| match shrink(
        &catalogue,
        &shelf,
        case,
        property,
        Ground::best(),
        &Stop::new(),
    ) {
        Err(fencepost::ReplayError::Refused(refused)) => refused,
        _ => panic!("{case} was shrunk"),
    };
    assert!(refused("smoke/redis@0", None).to_string().contains("breaks nothing"));
    let other = refused("pause-past-lease/plain@0", Some("deadlock-free")).to_string();
    assert!(
        other.contains("does not break deadlock-free") && other.contains("it breaks exclusive-effect"),
        "{other}"
    );
    let misspelt = refused("pause-past-lease/plain@0", Some("exclusive-efect"));
    assert!(misspelt.to_string().contains("did you mean `exclusive-effect`"), "{misspelt}");
    assert_eq!(misspelt.exit(), Exit::Usage);
}
