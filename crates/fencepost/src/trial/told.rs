//! What a test that fails says: what is not as expected, the story of one run, and what to do next.

use super::Tried;
use anstream::adapter::strip_str;
use fencepost_explore::{Opinion, Row};
use fencepost_report::{ReplayDetail, replay_story};

/// The text, without colours: a test's output goes to files as often as to terminals.
pub(super) fn told(tried: &Tried) -> String {
    let mut text = format!("{}{}", tried.line, tried.table.not_as_expected());
    if let Some(example) = &tried.example {
        text += &format!("\n{}", replay_story(example, &ReplayDetail::default()));
    }
    text += &next(tried);
    strip_str(&text).to_string().trim_end().to_owned()
}

/// What can be done about it, as lines of the test.
fn next(tried: &Tried) -> String {
    let mut steps: Vec<(String, String)> = Vec::new();
    if let Some(example) = &tried.example {
        let seed = example.plan.case.seed;
        steps.push((format!(".case({seed})"), "this run alone".to_owned()));
    }
    let broken = broken(&tried.row);
    for variant in tried.scenario.own_variants().iter().filter(|variant| !variant.is_planted()) {
        let excused = broken.iter().all(|property| tried.scenario.expect.may(&variant.name, property));
        if excused && !broken.is_empty() {
            let why = format!("if it need not be better than `{}`, which breaks the same", variant.name);
            steps.push((format!(".like(\"{}\")", variant.name), why));
        }
    }
    let explained = broken.iter().map(|property| format!("fencepost explain {property}"));
    steps.extend(explained.map(|step| (step, "what it means, when it breaks, what cures it".to_owned())));
    let widest = steps.iter().map(|(step, _)| step.chars().count()).max().unwrap_or(0);
    let mut text = String::new();
    for (place, (step, why)) in steps.iter().enumerate() {
        let head = if place == 0 { "Next" } else { "    " };
        text += &format!("{head}  {step:<widest$}  {why}\n");
    }
    text
}

/// The properties whose break was not expected. What breaks inside the claims is excused by nothing.
fn broken(row: &Row) -> Vec<&'static str> {
    let those = row.properties().filter(|(_, opinion)| *opinion == Opinion::Broke);
    those.map(|(property, _)| property.property).collect()
}

#[cfg(test)]
mod tests {
    use crate::{redis, scenario};

    fn trial() -> crate::Trial {
        scenario("pause-past-lease").variant("mine", redis::system(redis::RedisLock::new)).seeds(0..20)
    }

    fn told(trial: crate::Trial) -> String {
        match trial.run() {
            Ok(tried) => {
                assert!(!tried.is_as_expected(), "this was as expected");
                tried.told()
            }
            Err(refused) => refused.to_string(),
        }
    }

    #[test]
    fn a_failure_is_the_story_of_one_run_and_the_next_step() {
        let text = told(trial());
        for part in [
            "UNEXPECTED  pause-past-lease  mine",
            "UNEXPECTED pause-past-lease/mine@",
            "both",
            "repeated exactly",
            "paused",
            "✗",
            "outside the claims: bounded pause",
            "Next  .case(",
            ".like(\"plain\")",
            "fencepost explain exclusive-belief",
        ] {
            assert!(text.contains(part), "no `{part}` in:\n{text}");
        }
        assert!(!text.contains('\u{1b}'), "no colours: {text}");
    }

    #[test]
    fn standing_in_for_a_variant_excuses_what_that_one_may_break() {
        trial().like("plain").assert_expected();
        trial().like("fenced").assert_expected();
        trial().like("plain").gate("token").setting("fencing", true).assert_expected();
    }

    #[test]
    fn a_fenced_lock_that_writes_past_the_gate_is_not_like_fenced() {
        let text = told(trial().like("fenced").gate("none"));
        assert!(text.contains("exclusive-effect"), "{text}");
        assert!(text.contains(".like(\"plain\")"), "{text}");
    }

    #[test]
    fn a_break_that_is_known_has_to_come() {
        trial().like("plain").expect_broken("exclusive-belief").assert_expected();
        let text =
            told(trial().like("plain").setting("reserve", "0s").expect_broken("ownership").seeds(0..200));
        assert!(text.contains("NEVER BROKE pause-past-lease/mine: ownership"), "{text}");
    }

    #[test]
    fn what_cannot_be_tried_is_told_with_a_cure() {
        let nothing = told(scenario("pause-past-lease"));
        assert!(nothing.contains("no lock is tried"), "{nothing}");
        for (trial, part) in [
            (
                scenario("pause-past-leese").variant("mine", redis::system(redis::RedisLock::new)),
                "did you mean",
            ),
            (trial().like("plan"), "`plain`"),
            (trial().setting("tll", "2s"), "did you mean `ttl`?"),
            (trial().seeds(5..5), "no seed is tried"),
            (trial().clients(1), "has 5 clients of 1 owners"),
            (trial().gate("token"), "hands out none"),
            (trial().may_break("exclusive"), "unknown property"),
        ] {
            let text = told(trial);
            assert!(text.contains(part), "no `{part}` in: {text}");
        }
    }

    #[test]
    fn more_owners_make_more_contention() {
        let granted = |trial: crate::Trial| {
            let tried = trial.like("plain").case(0).run().unwrap_or_else(|refused| panic!("{refused}"));
            tried.row.tally.messages
        };
        assert!(granted(trial().owners(3)) > granted(trial()));
    }

    #[test]
    #[should_panic(expected = "outside the claims: bounded pause")]
    fn an_assertion_panics_with_the_text() {
        trial().assert_expected();
    }
}
