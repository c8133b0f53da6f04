//! Lock by scenario by property: the three kinds of exclusion side by side.

use crate::page::Told;
use crate::page::answer::Record;
use crate::page::figure::thousands;
use crate::page::figure::{list, share};
use crate::words::short;
use fencepost_explore::Opinion;
use fencepost_explore::store::{ScenarioHead, StoredProperty, StoredRow};
use fencepost_model::word;
use maud::{Markup, html};

pub fn tell(told: &Told<'_>) -> Option<Markup> {
    Some(html! {
        p {
            "Three questions are asked of every run. Did the service promise the lock to two at once (" em { "gave it twice" }
            ", " code { "exclusive-grant" } ")? Did two owners think at once that they had it (" em { "two thought they had it" }
            ", " code { "exclusive-belief" } ")? And did the resource take a write from the past (" em { "damage done" } ", "
            code { "exclusive-effect" } "; " code { "no-lost-update" } " where an update vanished)? A pause can break the "
            "second with any lease. Only the third harms data."
        }
        @if !told.contest.is_empty() { (totals(&told.answers.records)) }
        p.note {
            "By scenario: in how many runs each property broke. A dot means that it held in all of them, "
            "a dash that the lock does not offer what it is about. Breaks that the scenario names are plain; "
            strong.bad { "those that nobody expected are marked" } "."
        }
        @for scenario in &told.reading.head.scenarios { (of_scenario(told, scenario)) }
    })
}

/// All scenarios together.
fn totals(records: &[Record<'_>]) -> Markup {
    let harmed = || records.iter().filter(|record| !record.damaged_by.is_empty());
    html! {
        div.scroll { table {
            caption { "All scenarios together, " (runs(records)) ": share of stress runs, not a probability" }
            thead { tr {
                th scope="col" { "lock" }
                th scope="col" { "gave it twice" }
                th scope="col" { "two thought they had it" }
                th scope="col" { "damage done" }
                th scope="col" { "stuck" }
            } }
            tbody { @for record in records { tr {
                th scope="row" { (record.name) }
                (cell(record.granted_twice, record.runs))
                (cell(record.believed_twice, record.runs))
                (cell(record.damaged, record.runs))
                (cell(record.stuck, record.runs))
            } } }
        } }
        @if harmed().next().is_some() {
            p { "Damage was done only where one of these was not kept:" }
            dl.words { @for record in harmed() { dt { (record.name) } dd { (damaged_by(record)) } } }
        }
    }
}

/// How many runs each of them had.
fn runs(records: &[Record<'_>]) -> String {
    let all = records.iter().map(|record| record.runs);
    match (all.clone().min(), all.max()) {
        (Some(least), Some(most)) if least == most => format!("{} runs of each", thousands(most)),
        (Some(least), Some(most)) => format!("{} to {} runs of each", thousands(least), thousands(most)),
        _ => "no runs".to_owned(),
    }
}

fn cell(broken: u64, runs: u64) -> Markup {
    html! { @if broken == 0 { td.held { "·" } } @else { td { (share(broken, runs)) } } }
}

fn damaged_by(record: &Record<'_>) -> String {
    let words: Vec<&str> = record
        .damaged_by
        .keys()
        .map(|assumption| assumption.map_or("nothing is claimed", |one| one.words().0))
        .collect();
    list(&words)
}

fn of_scenario(told: &Told<'_>, scenario: &ScenarioHead) -> Markup {
    let rows: Vec<&StoredRow> =
        told.reading.rows.iter().filter(|row| row.head.scenario == scenario.id).collect();
    let broke = |property: &str| {
        rows.iter()
            .any(|row| row.properties.iter().any(|one| one.property == property && is_worth_telling(one)))
    };
    let always =
        [word::EXCLUSIVE_GRANT, word::EXCLUSIVE_BELIEF, word::EXCLUSIVE_EFFECT, word::NO_LOST_UPDATE];
    let mut shown: Vec<&str> = always.to_vec();
    for property in rows.iter().flat_map(|row| &row.properties) {
        if !shown.contains(&property.property.as_str()) && broke(&property.property) {
            shown.push(&property.property);
        }
    }
    let runs = rows.iter().map(|row| row.runs).max().unwrap_or(0);
    let broken = rows.iter().filter(|row| row.properties.iter().any(|one| one.broken > 0)).count();
    html! {
        details id={ "s-" (scenario.id) } {
            summary {
                strong { (scenario.id) } " " span.aside { (scenario.title) }
                " " span.tally { @if broken == 0 { "nothing broke" } @else { "something broke in " (broken) " of " (rows.len()) } ", " (thousands(runs)) " runs of each" }
            }
            @if !scenario.about.is_empty() { p { (scenario.about) } }
            div.scroll { table.grid {
                thead { tr {
                    th scope="col" { "lock" }
                    @for property in &shown { th scope="col" title=(word::in_plain_words(property)) { (short(property)) } }
                } }
                tbody { @for row in &rows { tr id={ (scenario.id) "." (row.head.variant) } {
                    th scope="row" { (row.head.variant) }
                    @for property in &shown {
                        (of_property(row.properties.iter().find(|one| one.property == *property)))
                    }
                } } }
            } }
        }
    }
}

fn is_worth_telling(property: &StoredProperty) -> bool {
    !matches!(property.opinion, Opinion::Held | Opinion::NotOffered)
}

fn of_property(property: Option<&StoredProperty>) -> Markup {
    let Some(property) = property else { return html! { td.held { "" } } };
    let count = thousands(property.broken);
    match property.opinion {
        Opinion::Held => html! { td.held { "·" } },
        Opinion::NotOffered => html! { td.held { "–" } },
        Opinion::Expected => html! { td { (count) } },
        Opinion::Planted => {
            html! { td title="planted: the variant contradicts its claims on purpose" { (count) } }
        }
        Opinion::Unclear => html! { td.open { "unclear" } },
        Opinion::Deferred => html! { td.open { "not yet" } },
        Opinion::NeverBroke => html! { td.bad { "never broke" } },
        Opinion::Broke | Opinion::BrokeInsideClaims => html! { td.bad { (count) "!" } },
        Opinion::CheckerPanicked => html! { td.bad { "checker panicked" } },
    }
}
