//! Sentences about what was found.

use super::Checked;
use fencepost_check::history::{
    Action, Certainty, CounterExample, Doubt, Lease, Opinion, Phase, Row, Story, Witness,
};

/// One word for an opinion.
pub(super) fn word(opinion: &Opinion) -> &'static str {
    match opinion {
        Opinion::Holds => "holds",
        Opinion::Violated(_) => "BROKEN",
        Opinion::Unclear(_) => "unclear",
        Opinion::NotOffered => "not offered",
    }
}

/// Why, in a sentence part; nothing where there is nothing to say.
pub(super) fn why(checked: &Checked, row: &Row) -> String {
    match &row.opinion {
        // Clocks could be wrong, and it was looked at how far.
        Opinion::Holds
            if checked.rules.clock_error.is_some()
                && row.property.starts_with("exclusive-")
                && row.property != "exclusive-effect" =>
        {
            "an overlap is excluded".to_owned()
        }
        Opinion::Holds | Opinion::NotOffered => String::new(),
        Opinion::Violated(example) => happened(checked, example),
        Opinion::Unclear(doubt) => doubted(checked, doubt),
    }
}

fn doubted(checked: &Checked, doubt: &Doubt) -> String {
    match doubt {
        Doubt::SilentOwner(example) => {
            let text = happened(checked, example);
            match checked.rules.lease {
                Lease::Unknown => format!("{text}, or a lease ran out: say --lease DUR, or --lease none"),
                _ => format!("{text}, or one of them had stopped, and nobody logged it"),
            }
        }
        Doubt::Possible(example) => {
            let text = happened(checked, example);
            match checked.rules.clock_error {
                Some(error) => format!("possibly {text}; clocks may be {error} apart"),
                None if matches!(checked.rules.lease, Lease::Of(_)) => {
                    format!("possibly {text}; a reply came after its lease")
                }
                None => format!("possibly {text}; nobody logged when it was asked for"),
            }
        }
        Doubt::NeedsSearch(example) => {
            let text = happened(checked, example);
            let advice = match (checked.file.as_str(), checked.rules.lease) {
                ("-", _) => ": give the history as a file, so that it can be searched",
                (_, Lease::Never) => "",
                _ => " or a lease that ran out does: --lease none excludes that",
            };
            format!("{text}, or an unknown outcome explains it{advice}")
        }
        Doubt::Budget { steps } => format!("the search gave up after {steps} steps: --budget gives it more"),
        Doubt::NothingKnown => "nothing was ever stable".to_owned(),
    }
}

fn happened(checked: &Checked, example: &CounterExample) -> String {
    let who = |place: usize| {
        let event = example.events.get(place).or(example.events.last());
        event.map_or("?", |event| checked.owners.name(event.who.0))
    };
    let token = |place: usize| example.events.get(place).and_then(|event| event.token).unwrap_or(0);
    let text = match example.story {
        Story::Overlap { certainty, lasted } => {
            let sure = match (certainty, checked.rules.clock_error) {
                (Certainty::Certain, Some(_)) => " for certain",
                _ => "",
            };
            let lasted = lasted.map(|span| format!(" for {span}")).unwrap_or_default();
            format!("{} and {} overlap{sure}{lasted}", who(0), who(1))
        }
        Story::TakenAgain => format!("{} took it again without having released it", who(0)),
        Story::TooMany { permits } => format!("{} held at once, of {permits}", example.events.len()),
        Story::NotHeld => format!("{} was told that it is done, and held nothing", who(0)),
        Story::TokenNotLarger { .. } => {
            format!("token {} of {} came after token {} of {}", token(1), who(1), token(0), who(0))
        }
        Story::TwoTokens => format!("one tenure of {} has tokens {} and {}", who(0), token(0), token(1)),
        Story::StaleWrite if example.events.iter().any(|event| event.token.is_none()) => {
            format!("a write of {} was taken after an operation of {}, which is newer", who(1), who(0))
        }
        Story::StaleWrite => {
            format!("a write of {} with token {} was taken after token {}", who(1), token(1), token(0))
        }
        Story::NoOrder => {
            format!("no order of the calls is legal once this one of {} returned", who(usize::MAX))
        }
        Story::Lost => "an element that was known is gone".to_owned(),
        Story::Stale => "a read missed an element that was known".to_owned(),
        Story::Twice => "a read has an element twice".to_owned(),
    };
    let mut lines: Vec<String> = example.events.iter().map(|event| event.stamp.line.to_string()).collect();
    lines.dedup();
    let last = lines.pop();
    let lines = match (lines.is_empty(), last) {
        (_, None) => String::new(),
        (true, Some(last)) => format!(", line {last}"),
        (false, Some(last)) => format!(", lines {} and {last}", lines.join(", ")),
    };
    let key = if checked.keys.len() > 1 {
        format!(" [{}]", checked.keys.name(example.key.0))
    } else {
        String::new()
    };
    format!("{text}{lines}{key}")
}

/// An event in the words of our own format.
pub(super) fn event(event: &Witness) -> String {
    let word = match (event.action, event.phase) {
        (Action::Acquire | Action::AcquireShared, Phase::Invoke) => "acquiring",
        (Action::Acquire | Action::AcquireShared, Phase::Ok) => "acquired",
        (Action::Release, Phase::Invoke) => "releasing",
        (Action::Release, Phase::Ok) => "released",
        (Action::Release, Phase::Fail) => "release refused",
        (Action::Extend, Phase::Invoke) => "extending",
        (Action::Extend, Phase::Ok) => "extended",
        (Action::Add, Phase::Ok) => "added",
        (action, _) => action.word(),
    };
    match event.token {
        Some(token) => format!("{word}, token {token}"),
        None => word.to_owned(),
    }
}
