//! What a right file says.

use super::{WHOLE, advice};
use fencepost_model::{Gate, Hazard, Quantity, Span};
use fencepost_scenario::{Environment, Least};

const fn millis(millis: u64) -> Span {
    Span::from_millis(millis)
}

#[test]
fn a_file_that_says_everything() {
    let advice = advice(WHOLE);
    assert_eq!(advice.title.as_deref(), Some("The lock on orders"));
    assert_eq!((advice.variant.name.as_str(), advice.variant.gate), ("redis", Gate::Token));
    assert_eq!(advice.variant.settings.span("ttl"), Span::from_secs(2));
    assert_eq!(advice.variant.settings.span("command-timeout"), millis(500), "the default");
    assert!(!advice.obeys_deadline);
    assert_eq!(advice.room, Some(Span::from_secs(5)));

    let environment = advice.environment;
    let pause = environment.pause.expect("pauses");
    assert_eq!(pause.points, [("p50", millis(8)), ("p99", millis(210)), ("max", millis(4_100))]);
    assert_eq!((pause.max, pause.over), (millis(4_100), Some(Span::from_secs(30 * 86_400))));
    assert_eq!((pause.count, pause.from), (Some(12_000), None));
    assert_eq!(
        (pause.law.min(), pause.law.at(1 << 63), pause.law.max()),
        (Span::ZERO, millis(8), millis(4_100))
    );
    let round_trip = environment.round_trip.expect("round trips");
    assert_eq!(round_trip.points.len(), 9);
    assert_eq!(round_trip.law.min(), Span::from_micros(200));
    assert_eq!(environment.unreachable.expect("cuts").max, Span::from_secs(12));
    let clock = environment.clock.expect("clocks");
    assert_eq!((clock.step, clock.drift_ppm), (Some(millis(200)), Some(200)));
    let failover = environment.failover.expect("failovers");
    assert_eq!((failover.detect, failover.promote), (Some(Span::from_secs(5)), Some(Span::from_secs(2))));
    assert_eq!((failover.lag, failover.per_year), (Some(millis(100)), Some(4)));
    let holds = environment.holds.expect("holds");
    assert_eq!((holds.per_day, holds.sample.max), (Some(20_000), Span::from_secs(2)));

    let floor: Vec<_> = advice.floor.iter().map(|floor| (floor.hazard, floor.least)).collect();
    let up_to = |quantity| Least::UpTo(quantity);
    assert_eq!(
        floor,
        [
            (Hazard::Pause, up_to(Quantity::Span(Span::from_secs(5)))),
            (Hazard::Failover, Least::Hold),
            (Hazard::Drift, up_to(Quantity::Ppm(300))),
            (Hazard::Death, Least::Hold),
        ]
    );
    assert_eq!(&WHOLE[advice.floor[1].place.clone()], "\"hold\"");
}

#[test]
fn a_file_that_says_next_to_nothing() {
    let advice = advice("lock = \"redis\"\n");
    assert_eq!((advice.title, advice.room), (None, None));
    assert!(advice.obeys_deadline);
    assert_eq!(advice.environment, Environment::default());
    assert!(advice.floor.is_empty());
    assert_eq!(advice.variant.gate, Gate::None);
}

#[test]
fn every_figure_is_told_by_itself() {
    let advice =
        advice("lock = \"redis\"\n[environment]\nclock = { drift = 50 }\nfailover = { detect = \"5s\" }\n");
    let (clock, failover) =
        (advice.environment.clock.expect("clocks"), advice.environment.failover.expect("failovers"));
    assert_eq!((clock.step, clock.drift_ppm), (None, Some(50)));
    assert_eq!(
        (failover.detect, failover.promote, failover.per_year),
        (Some(Span::from_secs(5)), None, None)
    );
}

#[test]
fn only_the_largest_may_be_known() {
    let advice = advice("lock = \"redis\"\n[environment.pause]\nmax = \"4s\"\nover = \"2weeks\"\n");
    let pause = advice.environment.pause.expect("pauses");
    assert_eq!(pause.points, [("max", Span::from_secs(4))]);
    assert_eq!((pause.law.min(), pause.law.max()), (Span::ZERO, Span::from_secs(4)));
}

#[test]
fn every_key_has_a_place() {
    let advice = advice(WHOLE);
    for (path, line, key, value) in [
        ("lock", 2, "lock", "\"redis\""),
        ("settings.ttl", 3, "ttl", "\"2s\""),
        ("environment.pause.p99", 9, "p99", "\"210ms\""),
        ("floor.failover", 18, "failover", "\"hold\""),
    ] {
        let place = advice.places.of(path).unwrap_or_else(|| panic!("{path}"));
        assert_eq!((place.line, &WHOLE[place.key.clone()], &WHOLE[place.value.clone()]), (line, key, value));
    }
    assert!(advice.places.of("settings.reserve").is_none());
    assert_eq!(advice.places.iter().count(), 8 + 2 + 6 + 5 + 3 + 9 + 2 + 4 + 4 + 4);
}

#[test]
fn pauses_may_come_from_a_log() {
    let advice = advice("lock = \"redis\"\n[environment]\npause = { from = \"gc.log\" }\n");
    let pause = advice.environment.pause.expect("pauses");
    assert_eq!(pause.points, [("p50", Span(5_123_000)), ("max", Span(7_500_000))]);
    assert_eq!(
        (pause.law.min(), pause.law.max(), pause.max),
        (Span(5_123_000), Span(7_500_000), Span(7_500_000))
    );
    assert_eq!((pause.over, pause.count), (Some(Span::from_secs(9)), Some(2)));
    let from = pause.from.expect("a log");
    assert_eq!((from.file.as_str(), from.understood, from.not_understood), ("gc.log", 2, 0));
}

#[test]
fn a_lock_may_be_a_library_with_its_options() {
    let text = "lock = { preset = \"library\", expireAfter = \"5s\" }\nsettings = { reserve = \"1s\" }\n";
    let advice = advice(text);
    let variant = &advice.variant;
    assert_eq!((variant.name.as_str(), variant.descriptor.name), ("library", "redis"));
    assert_eq!(variant.settings.span("ttl"), Span::from_secs(5));
    assert_eq!(variant.settings.span("reserve"), Span::from_secs(1));
    let chosen = variant.preset.as_ref().expect("a preset");
    assert_eq!(chosen.options.span("expireAfter"), Span::from_secs(5));
    assert_eq!(&text[advice.places.of("lock.expireAfter").expect("a place").value.clone()], "\"5s\"");
}

#[test]
fn a_log_may_have_several_parts() {
    let advice = advice("lock = \"redis\"\n[environment]\npause = { from = [\"gc.log.0\", \"gc.log\"] }\n");
    let pause = advice.environment.pause.expect("pauses");
    assert_eq!((pause.count, pause.over), (Some(3), Some(Span::from_millis(9_050))));
    assert_eq!(pause.points, [("p50", Span(5_123_000)), ("max", Span(7_500_000))]);
    let from = pause.from.expect("a log");
    assert_eq!((from.file.as_str(), from.understood, from.not_understood), ("gc.log.0, gc.log", 4, 0));
}
