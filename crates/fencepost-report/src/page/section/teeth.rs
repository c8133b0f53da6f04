//! Whether the searches find what is known to be wrong: what a run that found nothing is worth.

use crate::page::Told;
use crate::page::figure::{counted, list, thousands, time};
use crate::teeth::{Teeth, Tooth, ToothColumn};
use maud::{Markup, html};

pub fn tell(told: &Told<'_>) -> Option<Markup> {
    let teeth = told.sheets.teeth()?;
    let (all, caught) = (teeth.defects.len(), teeth.defects.iter().filter(|tooth| tooth.caught).count());
    let strategies: Vec<&str> = teeth
        .defects
        .iter()
        .map(|tooth| tooth.strategies.iter().map(|column| column.strategy.as_str()).collect())
        .max_by_key(Vec::len)
        .unwrap_or_default();
    Some(html! {
        p {
            "Every defect of every lock is planted in a scenario beside a twin without it. Each strategy looked for it from "
            (counted(teeth.head.starts, "start")) ", on " (counted(teeth.head.jobs, "thread")) ", for at most "
            (thousands(teeth.head.most_runs)) " runs and " (time(teeth.head.most_millis * 1_000)) " each. "
            strong { (caught) " of " (all) " were caught" } " by one strategy at least, with " (alarms(teeth)) "."
        }
        div.scroll { table.stack {
            thead { tr {
                th scope="col" { "lock" } th.words scope="col" { "defect" }
                @for strategy in &strategies { th scope="col" { (strategy) } }
            } }
            tbody { @for tooth in &teeth.defects { tr {
                th scope="row" { (tooth.lock) }
                td.words data-label="defect" { (tooth.defect) @if let Some(place) = &tooth.place { br; code { (place) } } }
                @for strategy in &strategies { td data-label=(strategy) { (cell(tooth, strategy)) } }
            } } }
        } }
        @let missed = missed(teeth);
        @if !missed.is_empty() { p { strong.bad { "Not caught: " } (list(&missed)) "." } }
        p.note {
            "Runs and time until it was caught are medians over the starts. " em { "As written" } " runs the seeds of the scenario, "
            em { "random" } " draws which of its faults there are, " em { "systematic" } " puts one or two faults of its kinds at every "
            "place of a run in which nothing goes wrong."
        }
    })
}

fn alarms(teeth: &Teeth) -> String {
    let columns = teeth.defects.iter().flat_map(|tooth| &tooth.strategies);
    let alarms: usize = columns.map(|column| column.false_alarms.len()).sum();
    match alarms {
        0 => "no false alarm on any twin".to_owned(),
        some => counted(some as u64, "false alarm") + " on twins",
    }
}

fn cell(tooth: &Tooth, strategy: &str) -> Markup {
    let Some(column) = tooth.strategies.iter().find(|column| column.strategy == strategy) else {
        return html! { "–" };
    };
    html! {
        (caught(column))
        @for (variant, property, run) in &column.false_alarms {
            br; strong.bad { "false alarm" } ": " (property) " in " (variant) ", run " (thousands(*run))
        }
    }
}

fn caught(column: &ToothColumn) -> Markup {
    html! {
        @match (column.median_runs, column.median_millis, &column.property) {
            (Some(runs), Some(millis), Some(property)) => {
                (counted(runs, "run")) ", " (time(millis * 1_000)) br; span.aside { (property) }
            },
            (_, _, Some(property)) => { "once in a while" br; span.aside { (property) } },
            _ => @match &column.failed {
                Some(why) => { "failed: " (why) },
                None => { span.aside { "not in " (counted(column.most_runs, "run")) } },
            },
        }
        @if column.caught > 0 && column.caught < column.starts {
            " (" (column.caught) " of " (column.starts) " starts)"
        }
    }
}

/// The defects that no strategy caught, with the reason.
fn missed(teeth: &Teeth) -> Vec<String> {
    let missed = teeth.defects.iter().filter(|tooth| !tooth.caught);
    missed
        .map(|tooth| {
            let why =
                if tooth.place.is_some() { "within the budget" } else { "no scenario plants it by itself" };
            format!("{} {} ({why})", tooth.lock, tooth.defect)
        })
        .collect()
}
