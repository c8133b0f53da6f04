//! What each lock costs when nothing goes wrong.

use crate::page::Told;
use crate::page::answer::Record;
use crate::page::figure::thousands;
use crate::page::figure::{rounded, time};
use crate::page::plot::bar;
use maud::{Markup, PreEscaped, html};

pub fn tell(told: &Told<'_>) -> Option<Markup> {
    if told.contest.is_empty() {
        return Some(html! {
            p { "This run compares nothing: no lock with the same settings takes part in three of its scenarios with measures. "
                code { "fencepost run comparison" } " does." }
        });
    }
    let calm = told.contest.calm?;
    let names: Vec<&str> = told.contest.kinds().map(|one| one.name).collect();
    let records: Vec<&Record<'_>> =
        told.answers.records.iter().filter(|one| names.contains(&one.name) && one.cost.is_some()).collect();
    let most = |of: fn(&Record<'_>) -> f64| records.iter().map(|one| of(one)).fold(0.0, f64::max);
    let messages = most(|one| one.cost.map_or(0.0, |cost| cost.messages));
    let syncs = most(|one| one.cost.map_or(0.0, |cost| cost.syncs));
    Some(html! {
        p {
            "In " code { (calm) } ", where nothing goes wrong. A gate costs nothing that is measured here, so a lock with and "
            "without one is one line. Four messages of each grant are those with the resource; every server that keeps "
            "anything does so before it answers, as its settings say."
        }
        div.scroll { table {
            thead { tr {
                th scope="col" { "lock" }
                th scope="col" { "messages for a grant" } th.plot scope="col" { span.unseen { "drawn" } }
                th scope="col" { "syncs" } th.plot scope="col" { span.unseen { "drawn" } }
                th scope="col" { "median acquire" }
                th scope="col" { "99 of 100" }
                th.more scope="col" { "servers" }
                th.more scope="col" { "grants" }
            } }
            tbody { @for record in &records { @if let Some(cost) = record.cost { tr {
                th scope="row" { (record.name) }
                td { (rounded(cost.messages)) }
                td.plot { (PreEscaped(bar("messages for a grant", &[cost.messages / messages]))) }
                td { (rounded(cost.syncs)) }
                td.plot { (PreEscaped(bar("syncs for a grant", &[if syncs > 0.0 { cost.syncs / syncs } else { 0.0 }]))) }
                td { (time(cost.median_us)) }
                td { (time(cost.p99_us)) }
                td.more { @if let Some(machines) = record.machines { (machines) } @else { "–" } }
                td.more { (thousands(cost.grants)) }
            } } } }
        } }
        (fairness(&records))
    })
}

/// How evenly the lock was shared.
fn fairness(records: &[&Record<'_>]) -> Markup {
    html! {
        h3 { "Does anyone starve?" }
        p {
            "Jain's index over the grants of each owner, the median of the runs: 1 where everybody got the same, and one "
            "divided by the number of owners where one got everything. What counts is grants: who waits longest may have "
            "the same number of them."
        }
        div.scroll { table.narrow {
            thead { tr { th scope="col" { "lock" } th scope="col" { "index" } th.plot scope="col" { "0 to 1" } } }
            tbody { @for record in records {
                @if let Some(ppm) = record.cost.and_then(|cost| cost.fairness_ppm) { tr {
                    th scope="row" { (record.name) }
                    td { (format!("{:.3}", ppm as f64 / 1e6)) }
                    td.plot { (PreEscaped(bar("fairness", &[ppm as f64 / 1e6]))) }
                } }
            } }
        } }
    }
}
