//! Locks by the name of a library.

use crate::{scenario, told};
use fencepost_model::Span;

fn file(lock: &str, more: &str) -> String {
    format!("title = \"t\"\n[variant.mine]\nlock = {lock}\n{more}")
}

#[test]
fn options_become_settings_and_keep_their_places() {
    let text = file("{ preset = \"library\", expireAfter = \"5s\" }", "settings = { reserve = \"1s\" }\n");
    let scenario = scenario(&text);
    let mine = &scenario.variants[0];
    assert_eq!((mine.name.as_str(), mine.descriptor.name), ("mine", "redis"));
    assert_eq!(mine.settings.span("ttl"), Span::from_secs(5));
    assert_eq!(mine.settings.number("drift-allowance"), 10_000, "a default of the library");
    assert_eq!(mine.settings.span("reserve"), Span::from_secs(1), "a setting of ours beside it");
    let chosen = mine.preset.as_ref().expect("it came from a preset");
    assert_eq!(chosen.preset.name, "library");
    assert_eq!(chosen.options.span("expireAfter"), Span::from_secs(5));
    let place = chosen.place("expireAfter").expect("it is written");
    assert_eq!(&text[place], "expireAfter = \"5s\"");
    assert_eq!(chosen.place("driftFactor"), None, "it is not written");
}

#[test]
fn a_factor_is_written_as_in_the_library() {
    for written in ["0.05", "\"5%\"", "\"50000ppm\"", "50000"] {
        let scenario = scenario(&file(&format!("{{ preset = \"library\", driftFactor = {written} }}"), ""));
        assert_eq!(scenario.variants[0].settings.number("drift-allowance"), 50_000, "{written}");
    }
}

#[test]
fn settings_beside_a_preset_override_it() {
    let text = file("{ preset = \"library\", expireAfter = \"5s\" }", "settings = { ttl = \"7s\" }\n");
    assert_eq!(scenario(&text).variants[0].settings.span("ttl"), Span::from_secs(7));
}

#[test]
fn what_is_wrong_is_told_where_it_stands() {
    let wrong = |lock: &str| told(&file(lock, ""));
    let text = wrong("{ preset = \"libary\" }");
    assert!(text.contains("unknown preset `libary`") && text.contains("did you mean `library`?"), "{text}");
    let text = wrong("{ preset = \"library\", expireAfer = \"5s\" }");
    assert!(text.contains("unknown option `expireAfer`"), "{text}");
    assert!(text.contains("did you mean `expireAfter`?"), "{text}");
    assert!(text.contains("the options of `library` are: "), "{text}");
    let text = wrong("{ expireAfter = \"5s\" }");
    assert!(text.contains("a lock that is a table needs `preset`"), "{text}");
    let text = wrong("\"library\"");
    assert!(text.contains("`library` is a preset, and not a lock"), "{text}");
    let text = wrong("{ preset = \"library\", expireAfter = 5 }");
    assert!(text.contains("`expireAfter` takes a time"), "{text}");
    let text = wrong("{ preset = \"library\", driftFactor = 0.9 }");
    assert!(text.contains("`driftFactor` is out of range"), "{text}");
    let text = wrong("{ preset = \"library\", driftFactor = 1e400 }");
    assert!(text.contains("`driftFactor` is out of range"), "{text}");
}

#[test]
fn options_that_do_not_go_together_point_at_the_one_to_change() {
    let text = told(&file("{ preset = \"library\", watched = true, expireAfter = \"2m\" }", ""));
    assert!(text.contains("`expireAfter` does not fit: nobody watches for so long"), "{text}");
    assert!(text.contains("test.toml:3:46"), "{text}");
    assert!(text.contains("help: write at most \"1m\""), "{text}");
}
