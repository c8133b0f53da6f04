//! What nobody expected, first.

use crate::page::Told;
use crate::page::figure::counted;
use crate::page::figure::sentence;
use fencepost_explore::store::{StoredProperty, StoredRow};
use fencepost_explore::{Opinion, Status};
use fencepost_model::word;
use maud::{Markup, PreEscaped, html};

/// How many rows are told with their pictures, and openly: beyond these a page would be too heavy to send.
const OPEN: usize = 12;

pub fn tell(told: &Told<'_>) -> Option<Markup> {
    let rows = told.reading.rows.iter();
    let rows: Vec<&StoredRow> =
        rows.filter(|row| matches!(row.status, Status::Unexpected | Status::Crashed)).collect();
    let (open, rest) = rows.split_at(rows.len().min(OPEN));
    Some(html! {
        @if rows.is_empty() {
            p { "Nothing. Every break that was found is one that its scenario names, and none was inside the claims of a lock." }
        }
        @for row in open { (finding(told, row, true)) }
        @if !rest.is_empty() {
            details {
                summary { (counted(rest.len() as u64, "more row")) }
                @for row in rest { (finding(told, row, false)) }
            }
        }
    })
}

/// A row with everything in it that nobody expected: each property, and one run that shows the first of them.
fn finding(told: &Told<'_>, row: &StoredRow, with_picture: bool) -> Markup {
    let head = &row.head;
    let found = row.properties.iter().filter(|property| property.opinion.status() >= Status::Unexpected);
    let found: Vec<&StoredProperty> = found.collect();
    let example =
        found.iter().find_map(|property| property.standings.first()).map(|standing| &standing.example);
    let picture = example.filter(|_| with_picture);
    let picture = picture.and_then(|example| told.reading.lanes(&head.scenario, &head.variant, example.seed));
    html! {
        article.finding {
            h3 { (head.scenario) " / " (head.variant) }
            ul { @for property in &found {
                li { strong.bad { (word::in_plain_words(&property.property)) } ": " (what(row, property)) }
            } }
            @if let Some(example) = example {
                p.told { (sentence(&example.violation.sentence)) ". " span.aside { (sentence(&example.violation.excuse)) "." } }
            }
            @if let Some(picture) = picture { figure.lanes { (PreEscaped(picture)) } }
            @if let Some(example) = example {
                @let case = row.typed(example.seed);
                pre { "fencepost replay " (case) "\nfencepost shrink " (case) }
            }
            (crashed(row))
        }
    }
}

fn what(row: &StoredRow, property: &StoredProperty) -> Markup {
    let (name, runs) = (&property.property, counted(row.runs, "run"));
    html! {
        @match property.opinion {
            Opinion::NeverBroke => { "The scenario says that " code { (name) } " breaks, and in " (runs) " it never did." },
            Opinion::BrokeInsideClaims => {
                code { (name) } " broke in " (property.broken) " of " (runs) ", and in one of them although every assumption of "
                "the lock was kept."
            },
            Opinion::CheckerPanicked => { "The checker of " code { (name) } " panicked: a mistake of fencepost." },
            _ => { code { (name) } " broke in " (property.broken) " of " (runs) ", and the scenario does not say that it may." },
        }
    }
}

fn crashed(row: &StoredRow) -> Markup {
    html! {
        @if let Some(crash) = &row.first_crash {
            p { strong.bad { "A mistake of fencepost ended a run: " } (crash.message) }
            pre { "fencepost replay " (row.typed(crash.seed)) }
        }
    }
}
