//! Whole pictures of runs that are made by hand.

use super::*;
use crate::testing;
use fencepost_model::{
    Cast, Event, EventKind, Judgement, MachineId, ProcessId, ResourceEvent, Span, WorldEvent,
};
use std::sync::Arc;

/// The picture of the classic: `SNAPSHOTS=overwrite` draws it anew.
const CLASSIC: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/replay/svg/classic.svg");

fn picture_of(cast: &Cast, judgement: &Judgement, history: &[Event], title: &str) -> Picture {
    let plan = testing::plan();
    let told = Told { faults: &plan.faults, cast, judgement, history, elsewhere: None };
    drawn(
        told,
        (&plan.case.to_string(), &format!("{title} · lock {}", plan.variant.lock)),
        &PictureDetail::default(),
    )
}

fn classic() -> Picture {
    let (cast, judgement, history) = (testing::cast(), testing::judgement(), testing::history());
    picture_of(&cast, &judgement, &history, "A holder pauses past its lease")
}

/// Two texts on each other, or one that leaves the picture.
fn misplaced(picture: &Picture) -> Vec<String> {
    let mut found = Vec::new();
    for (place, label) in picture.labels.iter().enumerate() {
        if label.left < 0 || label.top < 0 || label.right > picture.width || label.bottom > picture.height {
            found.push(format!("`{}` leaves the picture", label.text));
        }
        let others = picture.labels[place + 1..].iter().filter(|other| label.overlaps(other));
        found.extend(others.map(|other| format!("`{}` and `{}`", label.text, other.text)));
    }
    found
}

/// The names of all elements, of which a picture needs few.
fn elements(svg: &str) -> Vec<&str> {
    let starts = svg.split('<').skip(1);
    let mut names: Vec<&str> = starts
        .map(|rest| rest.trim_start_matches('/'))
        .map(|rest| rest.split([' ', '>', '/', '\n']).next().unwrap_or_default())
        .collect();
    names.sort_unstable();
    names.dedup();
    names
}

#[test]
fn the_classic_in_a_picture() {
    let drawn = classic().svg;
    if std::env::var("SNAPSHOTS").is_ok_and(|what| what == "overwrite") {
        std::fs::write(CLASSIC, &drawn).expect("the snapshot can be written");
    }
    let known = std::fs::read_to_string(CLASSIC).expect("the snapshot can be read");
    assert!(drawn == known, "the picture is not that of {CLASSIC}; SNAPSHOTS=overwrite draws it anew");
}

#[test]
fn the_same_run_is_the_same_bytes() {
    assert_eq!(classic(), classic());
}

#[test]
fn no_two_texts_meet() {
    assert_eq!(misplaced(&classic()), Vec::<String>::new());
}

#[test]
fn names_are_never_markup() {
    let evil = "<script>alert('&')</script>\"\u{0}\u{202e}";
    let mut cast = testing::cast();
    cast.owners.iter_mut().for_each(|owner| owner.name = Arc::from(evil));
    cast.processes.iter_mut().for_each(|process| process.name = Arc::from(evil));
    cast.machines.iter_mut().for_each(|machine| machine.name = Arc::from(evil));
    cast.locks[0].name = Arc::from(evil);
    let picture = picture_of(&cast, &testing::judgement(), &testing::history(), evil);
    let known = ["circle", "defs", "path", "pattern", "rect", "style", "svg", "text", "title"];
    let found = elements(&picture.svg);
    assert!(found.iter().all(|name| known.contains(name)), "{found:?}");
    assert!(!picture.svg.contains(['\u{0}', '\u{202e}']));
    assert_eq!(misplaced(&picture), Vec::<String>::new());
}

#[test]
fn pictures_in_one_page_have_hatchings_of_their_own() {
    let (plan, cast, judgement, history) =
        (testing::plan(), testing::cast(), testing::judgement(), testing::history());
    let told =
        Told { faults: &plan.faults, cast: &cast, judgement: &judgement, history: &history, elsewhere: None };
    let detail = PictureDetail { name: "case-7\"><b>".to_owned(), every_event: false };
    let picture = drawn(told, ("a case", "a lock"), &detail);
    assert!(picture.svg.contains("<pattern id=\"case-7b-pause\""), "{}", picture.svg);
    assert!(picture.svg.contains("url(#case-7b-pause)"));
    assert!(!picture.svg.contains("#@"));
}

#[test]
fn a_clock_that_is_set_gets_a_column_and_a_true_one_does_not() {
    let (cast, judgement, mut history) = (testing::cast(), testing::judgement(), testing::history());
    let texts = |history: &[Event]| {
        let picture = picture_of(&cast, &judgement, history, "clocks");
        assert_eq!(misplaced(&picture), Vec::<String>::new());
        picture.labels.into_iter().map(|label| label.text).collect::<Vec<_>>()
    };
    assert!(!texts(&history).contains(&"wall clock".to_owned()));
    let step = WorldEvent::Stepped { machine: MachineId(0), by: 30_000_000_000 };
    history[2] = Event { kind: EventKind::World(step), ..history[2].clone() };
    let told = texts(&history);
    assert!(told.contains(&"wall clock".to_owned()), "{told:?}");
    assert!(told.contains(&"37.415s".to_owned()), "true time 7.415s: {told:?}");
}

#[test]
fn what_was_long_under_way_is_told_where_it_arrives() {
    let (cast, judgement, mut history) = (testing::cast(), testing::judgement(), testing::history());
    let late = history.iter_mut().find_map(|event| match &mut event.kind {
        EventKind::Resource(ResourceEvent::Decided { tag, sent, .. }) if tag.owner.0 == 0 => Some(sent),
        _ => None,
    });
    let late = late.expect("c1.1 writes");
    *late = *late - Span::from_secs(2);
    let picture = picture_of(&cast, &judgement, &history, "late");
    let has = |text: &str| picture.labels.iter().any(|label| label.text.contains(text));
    assert!(has("sends write #1"));
    assert!(picture.svg.contains("class=\"wrongflight\""));
    assert_eq!(misplaced(&picture), Vec::<String>::new());
}

#[test]
fn a_cut_server_is_hatched_until_it_is_whole() {
    let (cast, judgement, mut history) = (testing::cast(), testing::judgement(), testing::history());
    let kill = WorldEvent::Killed { process: ProcessId(0) };
    history[3] = Event { kind: EventKind::World(kill), ..history[3].clone() };
    let picture = picture_of(&cast, &judgement, &history, "killed");
    assert!(picture.svg.contains("url(#lanes-down)"));
    assert!(picture.svg.contains("store is dead: from 9.412s until the run was over"));
}

#[test]
fn a_run_in_which_nothing_happened_is_a_picture_too() {
    let (cast, judgement) = (testing::cast(), Judgement { properties: Vec::new(), seen: Vec::new() });
    let picture = picture_of(&cast, &judgement, &[], "nothing");
    assert!(picture.labels.iter().any(|label| label.text == "nothing happened to any tenure"));
    assert_eq!(misplaced(&picture), Vec::<String>::new());
}
