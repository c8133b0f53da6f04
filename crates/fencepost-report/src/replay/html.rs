//! One run as a page that stands by itself: what happened in sentences, what it broke, and its pictures.

use super::svg::{PictureDetail, messages, picture};
use super::{account, drew, told};
use crate::page::document;
use crate::page::figure;
use crate::sentence;
use fencepost_explore::Replayed;
use fencepost_model::{Verdict, Violation, word};
use maud::{Markup, PreEscaped, html};

/// The page of a replay. The same run is the same page.
pub fn replay_html(replayed: &Replayed, every_event: bool) -> String {
    let case = replayed.plan.case.to_string();
    let drawn = |name: &str| PictureDetail { name: name.to_owned(), every_event };
    let lanes = picture(replayed, &drawn("lanes")).svg;
    let sent = messages(replayed, &drawn("messages")).svg;
    let body = html! {
        main {
            (head(replayed))
            section #account { h2 { "What happened" } (story(replayed)) }
            section #verdicts { h2 { "What came of it" } (verdicts(replayed)) }
            section #lanes { h2 { "Who had it, and who thought so" } figure.lanes { (PreEscaped(lanes)) } }
            section #messages { h2 { "Who told whom" } figure.lanes { (PreEscaped(sent)) } }
            section #faults { h2 { "What went wrong on purpose" } (faults(replayed)) }
            section #repeat { h2 { "How to repeat this" } pre { "fencepost replay " (replayed.called) } }
        }
    };
    document(&case, &body)
}

fn head(replayed: &Replayed) -> Markup {
    let (plan, result) = (&replayed.plan, &replayed.result);
    let title = replayed.scenario.as_ref().map(|scenario| scenario.title.as_str());
    html! {
        p.eyebrow { "fencepost replay · " (plan.case) }
        h1 { (title.unwrap_or("One run")) }
        p.verdict {
            "The lock is " strong { (plan.variant.lock) } ", the run took " (result.ended_at.in_seconds()) " of simulated time, "
            @if replayed.repeated() { "and it repeats exactly." } @else {
                strong.bad { "and it did not repeat: it depends on more than its plan." }
            }
        }
        @if let Some(scenario) = &replayed.scenario { p.note { (figure::sentence(&scenario.about)) } }
    }
}

fn story(replayed: &Replayed) -> Markup {
    let told = told::Told::of(replayed);
    let sentences = account::account(&told);
    html! {
        @if sentences.is_empty() { p { "Nothing happened to any tenure." } }
        @for sentence in sentences { p { (figure::sentence(&sentence)) } }
    }
}

fn verdicts(replayed: &Replayed) -> Markup {
    let reports = &replayed.result.judgement.properties;
    let those = |wanted: fn(&Verdict) -> bool| {
        let those = reports.iter().filter(|report| wanted(&report.verdict)).map(|report| report.property);
        those.collect::<Vec<_>>().join(", ")
    };
    let (held, lacking) =
        (those(|it| matches!(it, Verdict::Holds)), those(|it| matches!(it, Verdict::NotOffered)));
    html! {
        @for report in reports {
            @for violation in report.verdict.violations() { (violated(replayed, report.property, violation)) }
        }
        @for report in reports {
            @if let Verdict::Unclear(why) = &report.verdict {
                p { strong.open { (report.property) } " is unclear: " (sentence::why(why)) }
            }
        }
        @if !held.is_empty() { p.note { "Held in this run: " (held) "." } }
        @if !lacking.is_empty() { p.note { "Not offered: " (lacking) "." } }
    }
}

fn violated(replayed: &Replayed, property: &str, violation: &Violation) -> Markup {
    let told = sentence::violation(property, violation, &replayed.result.cast);
    html! {
        article.finding {
            h3 { strong.bad { "✗ " (word::in_plain_words(property)) } " " code { (property) } }
            p.told { (figure::sentence(&told)) "." }
            p.aside { (sentence::standing(&violation.standing)) "." }
        }
    }
}

fn faults(replayed: &Replayed) -> Markup {
    let (faults, fates) = (&replayed.plan.faults, &replayed.result.fates);
    html! {
        @if faults.is_empty() { p { "Nothing: the plan has no faults." } } @else {
            ul { @for (fault, fate) in faults.iter().zip(fates) {
                li { (figure::sentence(&drew::described(fault))) span.note { " (" (drew::became(fate)) ")" } }
            } }
        }
    }
}
