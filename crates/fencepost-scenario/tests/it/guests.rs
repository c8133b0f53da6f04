//! Guests: variants that a file does not name.

use crate::{scenario, vocabulary};
use fencepost_model::{Gate, SettingValue, Span};
use fencepost_scenario::{Guest, Scenario};

const FILE: &str = r#"
title = "A pause"
[variant.plain]
lock = "redis"
settings = { ttl = "2s" }
[variant.fenced]
lock = "redis"
settings = { ttl = "2s", fencing = true, reserve = "100ms" }
gate = "token"
[variant.planted]
lock = "redis"
defects = ["blind-delete"]
settings = { ttl = "7s" }
[[fault]]
every = "5s"
pause = { who = "holder", hold = { min = "1s", max = "4s" } }
[expect.broken]
plain = ["exclusive-belief", "exclusive-effect"]
fenced = ["exclusive-belief"]
planted = ["ownership"]
"#;

fn guest(like: Option<&str>) -> Guest {
    Guest {
        name: "mine".to_owned(),
        lock: "redis".to_owned(),
        like: like.map(str::to_owned),
        ..Guest::default()
    }
}

fn with(guest: &Guest) -> Scenario {
    scenario(FILE).with_guest(guest, &vocabulary()).unwrap_or_else(|mistakes| panic!("{mistakes}"))
}

fn told(guest: &Guest) -> String {
    match scenario(FILE).with_guest(guest, &vocabulary()) {
        Ok(_) => panic!("this guest was let in: {guest:?}"),
        Err(mistakes) => mistakes.render(false),
    }
}

fn span(scenario: &Scenario, setting: &str) -> Span {
    scenario.variant("mine").expect("it was let in").settings.span(setting)
}

#[test]
fn a_guest_has_what_the_sound_variants_say_alike() {
    let scenario = with(&guest(None));
    assert_eq!(span(&scenario, "ttl"), Span::from_secs(2), "all but the planted one say so");
    assert_eq!(span(&scenario, "reserve"), Span::ZERO, "they differ, so it has its default");
    let mine = scenario.variant("mine").expect("it was let in");
    assert_eq!((mine.gate, mine.defects.len()), (Gate::None, 0));
    assert!(!scenario.expect.may("mine", "exclusive-belief"), "nothing is excused by itself");
}

#[test]
fn a_guest_that_is_like_a_variant_has_its_settings_its_gate_and_its_excuses() {
    let scenario = with(&guest(Some("fenced")));
    let mine = scenario.variant("mine").expect("it was let in");
    assert_eq!(mine.gate, Gate::Token);
    assert_eq!(mine.settings.get("fencing"), Some(&SettingValue::Flag(true)));
    assert!(scenario.expect.may("mine", "exclusive-belief"));
    assert!(!scenario.expect.may("mine", "exclusive-effect"), "fenced may not");
    assert!(!scenario.expect.must_break("mine", "exclusive-belief"), "a better lock is no failure");
}

#[test]
fn a_lenient_guest_may_break_what_any_sound_variant_may() {
    let scenario = with(&Guest { lenient: true, ..guest(None) });
    assert!(scenario.expect.may("mine", "exclusive-effect"));
    assert!(!scenario.expect.may("mine", "ownership"), "only the planted one breaks it");
}

#[test]
fn what_a_guest_says_itself_counts() {
    let settings = vec![("ttl".to_owned(), "3s".to_owned()), ("fencing".to_owned(), "true".to_owned())];
    let broken = vec!["exclusive-belief".to_owned()];
    let scenario =
        with(&Guest { settings, gate: Some("token-seq".to_owned()), broken, ..guest(Some("plain")) });
    assert_eq!(span(&scenario, "ttl"), Span::from_secs(3));
    assert_eq!(scenario.variant("mine").expect("it was let in").gate, Gate::TokenSeq);
    assert!(scenario.expect.must_break("mine", "exclusive-belief"));
}

/// Otherwise a guest would spoil every comparison with it.
#[test]
fn the_others_stay_as_they_were() {
    let (before, after) = (scenario(FILE), with(&guest(Some("fenced"))));
    for variant in before.own_variants() {
        assert_eq!(before.plan(&variant.name, 7), after.plan(&variant.name, 7), "{}", variant.name);
    }
    assert_eq!(after.own_variants().len(), 3);
    let (mine, fenced) = (after.plan("mine", 7), after.plan("fenced", 7));
    assert_eq!((mine.faults, mine.machines), (fenced.faults, fenced.machines), "and it meets the same");
}

#[test]
fn more_owners_may_come_and_nobody_may_be_missing() {
    let scenario = scenario(FILE);
    assert_eq!(scenario.clients_and_owners(), (5, 1));
    let more = scenario.clone().with_clients(5, 3).expect("these are more");
    assert_eq!(more.plan("plain", 0).clients[0].owners, ["c1.1", "c1.2", "c1.3"]);
    assert!(scenario.with_clients(4, 3).is_none());
}

#[test]
fn what_cannot_be_is_told_in_the_words_of_files() {
    let unknown_setting = Guest { settings: vec![("tll".to_owned(), "2s".to_owned())], ..guest(None) };
    assert!(told(&unknown_setting).contains("did you mean `ttl`?"), "{}", told(&unknown_setting));
    for (guest, fragment) in [
        (
            Guest { settings: vec![("ttl".to_owned(), "soon".to_owned())], ..guest(None) },
            "--> the guest `mine`",
        ),
        (Guest { like: Some("fencd".to_owned()), ..guest(None) }, "`plain`, `fenced` and `planted`"),
        (Guest { lock: "rdis".to_owned(), ..guest(None) }, "did you mean `redis`?"),
        (Guest { name: "plain".to_owned(), ..guest(None) }, "two variants are called `plain`"),
        (Guest { name: "a b".to_owned(), ..guest(None) }, "no name for a variant"),
        (Guest { lock: "none".to_owned(), ..guest(Some("fenced")) }, "hands out none"),
        (Guest { gate: Some("tokens".to_owned()), ..guest(None) }, "unknown gate `tokens`"),
        (Guest { may_break: vec!["exclusive".to_owned()], ..guest(None) }, "unknown property `exclusive`"),
        (Guest { broken: vec!["fencing".to_owned()], ..guest(None) }, "does not offer `fencing`"),
        (Guest { broken: vec!["well-behaved".to_owned()], ..guest(None) }, "has no defect"),
    ] {
        assert!(told(&guest).contains(fragment), "{fragment}: {}", told(&guest));
    }
}
