//! Searching: what is planted is found, what is right is exhausted, and neither threads nor a stop change a result.

use crate::support::shipped;
use fencepost::margin::{Axis, Formula, MarginOptions, Shape, margin, rates};
use fencepost::necessary::{Needed, matrix, necessary};
use fencepost::search::{
    Break, Deviation, Field, Random, Reach, SearchEnd, SearchOptions, SearchProgress, SearchState, Strategy,
    Systematic, SystematicOptions, search,
};
use fencepost::{Catalogue, Kept, Shelf, Stop, shrink_found};
use fencepost_model::{
    ClientEvent, EventKind, Fault, Placement, PlannedFault, Point, PointKind, Target, WorldEvent, word,
};
use fencepost_scenario::{Scenario, parse};
use fencepost_sim::Ground;
use std::num::NonZero;
use std::path::Path;
use std::sync::Arc;

fn scenario(id: &str) -> Scenario {
    shipped().into_iter().find(|scenario| scenario.id == id).unwrap_or_else(|| panic!("`{id}` ships"))
}

fn field<'a>(catalogue: &'a Catalogue, scenario: &'a Scenario, variant: &str) -> Field<'a> {
    Field::new(catalogue, scenario, variant, Ground::best()).unwrap_or_else(|refused| panic!("{refused}"))
}

fn run(field: &Field<'_>, strategy: &dyn Strategy, options: SearchOptions) -> (SearchEnd, SearchProgress) {
    let mut progress = SearchProgress::default();
    let end = search(field, strategy, options, &mut progress, &Stop::new(), &mut |_| {});
    (end, progress)
}

fn systematic(field: &Field<'_>, options: SystematicOptions) -> Systematic {
    Systematic::new(field, options).unwrap_or_else(|message| panic!("{message}"))
}

/// Two owners and a lock on one server, whose tenures are short.
fn small(catalogue: &Catalogue, variant: &str) -> Scenario {
    let text = format!(
        "title = 'small'\nlength = '500ms'\nclients = {{ count = 2 }}\nnetwork = {{ latency = '1ms' }}\n\
         workload = {{ hold = '10ms', think = '0ms', per-owner = 1, patience = '400ms' }}\n\
         [variant.it]\nlock = 'redis'\n{variant}\n"
    );
    let scenario = parse("small", "small.toml", &text, &catalogue.vocabulary());
    scenario.unwrap_or_else(|mistakes| panic!("{}", mistakes.render(false)))
}

/// One deviation is enough for a key that gets its expiry by a second command: whoever dies in between leaves it
/// for ever. The twin is exhausted, and breaks nothing inside its claims.
#[test]
fn a_planted_defect_is_found_and_its_twin_is_exhausted() {
    let catalogue = fencepost::catalogue();
    let settings = "settings = { ttl = '60ms', reserve = '10ms', persistence = 'aof-always' }";
    let planted = small(&catalogue, &format!("{settings}\ndefects = ['setnx-then-expire']"));
    let twin = small(&catalogue, settings);
    let one = || SystematicOptions { deviations: 1, ..SystematicOptions::default() };
    let (field_of_planted, field_of_twin) =
        (field(&catalogue, &planted, "it"), field(&catalogue, &twin, "it"));
    let (end, progress) =
        run(&field_of_planted, &systematic(&field_of_planted, one()), SearchOptions::default());
    assert_eq!(end, SearchEnd::Exhausted);
    let inside =
        progress.findings.breaks.iter().any(|found| found.standing == fencepost::StandingKind::Inside);
    assert!(inside, "{:?}", names(&progress));
    let (end, progress) = run(&field_of_twin, &systematic(&field_of_twin, one()), SearchOptions::default());
    assert_eq!(end, SearchEnd::Exhausted);
    assert!(progress.findings.runs > 200, "{} runs", progress.findings.runs);
    let inside =
        progress.findings.breaks.iter().find(|found| found.standing == fencepost::StandingKind::Inside);
    assert!(inside.is_none(), "{:?}", names(&progress));
}

fn names(progress: &SearchProgress) -> Vec<(&'static str, u64, u64)> {
    progress.findings.breaks.iter().map(|found| (found.property, found.runs, found.run)).collect()
}

/// Inside the claims every plan with one deviation is run, for every lock, and nothing breaks.
#[test]
fn two_owners_inside_the_claims_are_exhausted() {
    let (catalogue, two_owners) = (fencepost::catalogue(), scenario("two-owners"));
    for variant in ["redis", "redis-fenced", "redis-renewed", "redlock", "quorum"] {
        let field = field(&catalogue, &two_owners, variant);
        let options = SystematicOptions { deviations: 1, ..SystematicOptions::default() };
        let (end, progress) = run(&field, &systematic(&field, options), SearchOptions::default());
        assert_eq!((end, names(&progress)), (SearchEnd::Exhausted, vec![]), "{variant}");
        assert!(progress.findings.runs > 300, "{variant}: {} runs", progress.findings.runs);
    }
}

/// What is left out because a state was met before shows nothing that is not shown elsewhere.
#[test]
fn merging_loses_no_behaviour() {
    let (catalogue, two_owners) = (fencepost::catalogue(), scenario("two-owners"));
    let field = field(&catalogue, &two_owners, "redis");
    let behaviours = |merge| {
        // A store that gives nothing up goes on as if it had not been asked.
        let kinds = vec![Deviation::Kill, Deviation::Eviction];
        let options = SystematicOptions { kinds, reach: Reach::All, merge, ..SystematicOptions::default() };
        let (end, progress) = run(&field, &systematic(&field, options), SearchOptions::default());
        assert_eq!(end, SearchEnd::Exhausted);
        (progress.findings.behaviours, progress.findings.runs, progress.findings.merged)
    };
    let ((all, runs, none), (fewer, less, merged)) = (behaviours(false), behaviours(true));
    assert_eq!(all, fewer);
    assert!(none == 0 && merged > 0 && less < runs, "{less} of {runs} runs, {merged} merged");
}

/// The same runs, the same findings, in the same order: on one thread and on three, in one go and in two.
#[test]
fn neither_threads_nor_a_stop_change_what_is_found() {
    let (catalogue, cold) = (fencepost::catalogue(), scenario("cold-start"));
    let field = field(&catalogue, &cold, "redis");
    let strategy = Random::default();
    let told = |progress: &SearchProgress| {
        (progress.unit, progress.findings.runs, names(progress), progress.findings.behaviours.clone())
    };
    let up_to = |runs, jobs| SearchOptions { jobs: NonZero::new(jobs), runs: Some(runs), until: None };
    let (_, alone) = run(&field, &strategy, up_to(60, 1));
    let (_, three) = run(&field, &strategy, up_to(60, 3));
    assert_eq!(told(&alone), told(&three));
    let folder = tempfile::tempdir().expect("a folder for the state");
    let file = folder.path().join("deep").join("state.json");
    let (_, first) = run(&field, &strategy, up_to(24, 2));
    SearchState::of(&field, &strategy, &first).write(&file).expect("it can be written");
    let read = SearchState::read(&file, &field, &strategy).expect("it can be read");
    let mut on = read.expect("there is one");
    search(&field, &strategy, up_to(60, 2), &mut on, &Stop::new(), &mut |_| {});
    assert_eq!(told(&on), told(&alone));
}

/// From a cold start every lock of the hunt breaks soon, and its story is small.
#[test]
fn cold_starts_end_in_small_stories() {
    let (catalogue, cold) = (fencepost::catalogue(), scenario("cold-start"));
    for variant in &cold.variants {
        let field = field(&catalogue, &cold, &variant.name);
        let until: fn(&Field<'_>, &Break) -> bool = |_, _| true;
        let options = SearchOptions { runs: Some(400), until: Some(until), ..SearchOptions::default() };
        let (end, progress) = run(&field, &Random::default(), options);
        assert_eq!(end, SearchEnd::Broken, "{}", variant.name);
        let found = progress.findings.gravest(&field).expect("it broke");
        let kept = Kept::of(found.property, &found.violation, &found.cast);
        let shrunk = shrink_found(&catalogue, &cold, &found.plan, &kept, Ground::best(), &Stop::new());
        let Ok(shrunk) = shrunk else { panic!("{} cannot be shrunk", variant.name) };
        let (faults, clients) = (shrunk.after.faults, shrunk.after.clients);
        assert!(faults <= 3 && clients <= 2, "{}: {faults} faults, {clients} clients", variant.name);
    }
}

/// The margin of a belief under drift lies at the allowance, or as far beyond it as the next poll is away.
#[test]
fn a_margin_agrees_with_its_claim() {
    let (catalogue, drift) = (fencepost::catalogue(), scenario("margins-drift"));
    let field = field(&catalogue, &drift, "redis");
    let options =
        MarginOptions { to: 40_000, steps: 4, resolution: 500, ..MarginOptions::of(Axis::DriftPpm, &field) };
    let measured = margin(&field, Axis::DriftPpm, &[word::EXCLUSIVE_BELIEF], &options, &Stop::new());
    let measured = measured.unwrap_or_else(|message| panic!("{message}"));
    let edge = &measured.edges[0];
    let (Shape::Below { safe, breaks }, Formula::UpTo(limit)) = (&edge.shape, edge.formula) else {
        panic!("{edge:?}")
    };
    assert!(*safe >= limit && *breaks - limit <= 3_000, "safe {safe}, breaks {breaks}, limit {limit}");
    assert!(edge.witness.is_some());
}

/// A lock without replicas stands every lag of theirs, and no pause breaks a run in which nobody pauses: neither may be
/// told as safe.
#[test]
fn what_cannot_be_tried_is_no_safety() {
    let (catalogue, calm) = (fencepost::catalogue(), scenario("margins"));
    let field_of_calm = field(&catalogue, &calm, "redis");
    let options = MarginOptions { steps: 2, ..MarginOptions::of(Axis::ReplicationLag, &field_of_calm) };
    let axis = Axis::ReplicationLag;
    let measured = margin(&field_of_calm, axis, &[word::EXCLUSIVE_GRANT], &options, &Stop::new());
    let measured = measured.unwrap_or_else(|message| panic!("{message}"));
    assert_eq!((measured.edges[0].shape.clone(), measured.runs), (Shape::Untried, 0));

    // A lease that is all reserve is nobody's, and its owners would ask without an end.
    assert!(MarginOptions::of(Axis::Ttl, &field_of_calm).from > 50_000_000);

    let paused = scenario("pause-past-lease");
    let field_of_paused = field(&catalogue, &paused, "plain");
    let rate = |field: &Field<'_>, pause: u64| {
        let rates = rates(field, Axis::PauseHold, &[pause], 20, &Stop::new());
        rates.unwrap_or_else(|message| panic!("{message}")).remove(0)
    };
    assert_eq!(rate(&field_of_calm, 3_000_000_000).runs, 0);
    let broken = |pause: u64| {
        let rate = rate(&field_of_paused, pause);
        assert_eq!(rate.runs, 20);
        rate.broken.get(word::EXCLUSIVE_BELIEF).copied().unwrap_or(0)
    };
    assert!(broken(3_000_000_000) > 10, "pauses longer than the lease break belief");
    assert_eq!(broken(1_000_000), 0, "pauses of a millisecond do not");
}

/// Of five pauses each can go, and one is enough; it has to last as long as the lease does.
#[test]
fn a_violation_names_what_it_needs() {
    let catalogue = fencepost::catalogue();
    let shelf = Shelf::open(&catalogue, Path::new("only what is built in")).expect("it can be read");
    let case = "pause-past-lease/plain@0";
    let found = necessary(&catalogue, &shelf, case, Some(word::EXCLUSIVE_BELIEF), Ground::best());
    let Ok(found) = found else { panic!("{case} breaks belief") };
    assert!(found.faults.len() > 1 && found.faults.iter().all(|need| need.need == Needed::No));
    assert!(
        matches!(&found.enough[..], [only] if matches!(only.need, Needed::Yes(Some(_)))),
        "{:?}",
        found.enough
    );
}

/// What the claims of the simplest lock rest on is shown to be needed, but for what no fault here can exceed; and
/// nothing breaks inside them.
#[test]
fn the_matrix_agrees_with_the_claims() {
    let (catalogue, scenario) = (fencepost::catalogue(), scenario("assumptions"));
    let field = field(&catalogue, &scenario, "redis");
    let found = matrix(&field, 1, &Stop::new()).unwrap_or_else(|message| panic!("{message}"));
    assert!(found.too_strong.is_empty(), "{:?}", found.too_strong);
    let unshown: Vec<String> = found
        .cells
        .iter()
        .filter(|cell| cell.is_unshown() && cell.property == word::EXCLUSIVE_BELIEF)
        .map(|cell| cell.assumption.to_string())
        .collect();
    assert_eq!(unshown, Vec::<String>::new());
}

/// A process that dies at a point of its own code tells nothing more: least of all that it has the lock.
#[test]
fn nobody_believes_after_his_death() {
    let catalogue = fencepost::catalogue();
    let settings = "settings = { ttl = '100ms', renew = '30ms', deadline = false, loss-notice = false }";
    let scenario = small(&catalogue, settings);
    let field = field(&catalogue, &scenario, "it");
    let mut died = 0;
    for (kind, ..) in PointKind::ALL {
        for nth in 1..=30 {
            let mut plan = field.calm(0);
            let point = Point { kind: *kind, message: None, who: Some("c1".to_owned()), nth };
            let what = Fault::Kill { who: Target::Named("c1".to_owned()), restart_after: None };
            plan.faults = vec![PlannedFault { name: "1".to_owned(), place: Placement::AtPoint(point), what }];
            let run = field.run(&Arc::new(plan), true).expect("no mistake of ours");
            let death = run.history.iter().position(
                |event| matches!(event.kind, EventKind::World(WorldEvent::Killed { process }) if run.cast.process(process) == "c1"),
            );
            let Some(death) = death else { continue };
            died += 1;
            let after = run.history[death..].iter().filter(|event| {
                matches!(&event.kind, EventKind::Client(
                    ClientEvent::Invoked { tag, .. } | ClientEvent::Returned { tag, .. } | ClientEvent::BeliefStarted { tag, .. },
                ) if run.cast.process(run.cast.process_of(tag.owner)) == "c1")
            });
            assert_eq!(after.count(), 0, "{kind:?} {nth}");
        }
    }
    assert!(died > 20, "only {died} deaths");
}
