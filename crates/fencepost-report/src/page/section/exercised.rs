//! What was exercised: why the passes deserve belief.

use crate::page::Told;
use crate::page::figure::list;
use crate::page::figure::thousands;
use crate::words::roughly;
use fencepost_explore::store::StoredRow;
use fencepost_model::Span;
use maud::{Markup, html};
use std::collections::BTreeMap;

pub fn tell(told: &Told<'_>) -> Option<Markup> {
    let time: u64 = told.reading.rows.iter().map(|row| row.virtual_time.as_nanos()).sum();
    let messages: u64 = told.reading.rows.iter().map(|row| row.messages).sum();
    let events: u64 = told.reading.rows.iter().map(|row| row.events).sum();
    Some(html! {
        p {
            (thousands(told.reading.runs())) " runs, " (roughly(Span(time))) " of simulated time, " (thousands(messages))
            " messages, " (thousands(events)) " judged events. A run that never saw the interesting thing proves nothing; "
            "so here is what fired, and what was seen."
        }
        div.scroll { table.stack {
            thead { tr {
                th scope="col" { "scenario" } th scope="col" { "runs" } th.words scope="col" { "faults that took effect" }
                th.words scope="col" { "seen, in how many runs" }
                @if !told.contest.is_empty() { th scope="col" { "seeds compared" } }
            } }
            tbody { @for scenario in &told.reading.head.scenarios {
                @let rows = told.reading.rows.iter().filter(|row| row.head.scenario == scenario.id).collect::<Vec<_>>();
                tr {
                    th scope="row" { (scenario.id) }
                    td data-label="runs" { (thousands(rows.iter().map(|row| row.runs).sum())) }
                    td.words data-label="took effect" { (fired(&rows)) }
                    td.words data-label="seen" { (seen(&rows)) }
                    @if !told.contest.is_empty() {
                        @let (paired, all) = told.contest.pairs(&scenario.id);
                        td data-label="seeds compared" { (paired) " of " (all) }
                    }
                }
            } }
        } }
        @if !told.contest.is_empty() {
            p.note {
                "Comparisons are paired: with one seed every lock meets the same clients and the same faults at the same times. "
                "Only those seeds are compared with which every kind of fault took effect for every lock that it is offered for."
            }
        }
    })
}

fn fired(rows: &[&StoredRow]) -> String {
    let mut counted: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
    for fault in rows.iter().flat_map(|row| &row.faults) {
        let (fired, waited) = counted.entry(&fault.word).or_default();
        *fired += fault.fired;
        *waited += fault.not_fired;
    }
    let words: Vec<String> = counted
        .iter()
        .map(|(word, (fired, waited))| match waited {
            0 => format!("{word} {}", thousands(*fired)),
            _ => format!("{word} {} ({} never came to their place)", thousands(*fired), thousands(*waited)),
        })
        .collect();
    if words.is_empty() { "none".to_owned() } else { list(&words) }
}

fn seen(rows: &[&StoredRow]) -> String {
    let mut counted: BTreeMap<&str, u64> = BTreeMap::new();
    for (word, runs) in rows.iter().flat_map(|row| &row.seen) {
        if !word.starts_with("fired:") {
            *counted.entry(word).or_default() += runs;
        }
    }
    let words: Vec<String> =
        counted.iter().map(|(word, runs)| format!("{word} {}", thousands(*runs))).collect();
    list(&words)
}
