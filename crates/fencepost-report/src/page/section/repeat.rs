//! How to repeat this, to the last byte.

use crate::page::Told;
use crate::page::figure::thousands;
use maud::{Markup, html};

pub fn tell(told: &Told<'_>) -> Option<Markup> {
    let head = &told.reading.head;
    let repeated = head.finished.as_ref().map_or(0, |finished| finished.repeated);
    Some(html! {
        pre { (head.asked.command()) }
        p {
            "fencepost " (head.version) ", " (head.ground) " ground, begun " (head.started) ". The same scenarios and seeds give "
            "the same runs on any machine and with any number of threads: everything that is drawn follows from the seed and from "
            "the name of its cause, and time in a run is the run's own. "
            @if repeated > 0 { (thousands(repeated)) " runs were run a second time for this, and had to be the same to the last event." }
        }
        details {
            summary { "Digests of the scenarios" }
            div.scroll { table.stack {
                thead { tr { th scope="col" { "scenario" } th scope="col" { "digest" } th scope="col" { "seeds declared" } th.words scope="col" { "file" } } }
                tbody { @for scenario in &head.scenarios { tr {
                    th scope="row" { (scenario.id) }
                    td data-label="digest" { code { (format!("{:016x}", scenario.digest)) } }
                    td data-label="seeds declared" { (thousands(scenario.seeds)) }
                    td.words data-label="file" { (scenario.path) }
                } } }
            } }
        }
        details {
            summary { "The locks as they were set" }
            div.scroll { table.stack {
                thead { tr { th scope="col" { "variant" } th scope="col" { "lock" } th scope="col" { "gate" } th.words scope="col" { "settings" } } }
                tbody { @for one in distinct(told) { tr {
                    th scope="row" { (one.variant) } td data-label="lock" { (one.lock) } td data-label="gate" { (one.gate) @if !one.commit.is_at_once() { ", commit " (one.commit.word()) } @if let Some(gate) = one.provider { ", provider " (gate.word()) } }
                    td.words data-label="settings" { (settings(one)) }
                } } }
            } }
        }
    })
}

/// Each variant as it is set, once.
fn distinct<'a>(told: &Told<'a>) -> Vec<&'a fencepost_explore::store::RowHead> {
    let mut distinct: Vec<&fencepost_explore::store::RowHead> = Vec::new();
    for row in &told.reading.head.rows {
        let is_known = distinct.iter().any(|known| {
            known.variant == row.variant
                && known.lock == row.lock
                && known.settings == row.settings
                && known.gate == row.gate
                && known.commit == row.commit
                && known.provider == row.provider
        });
        if !is_known {
            distinct.push(row);
        }
    }
    distinct
}

fn settings(row: &fencepost_explore::store::RowHead) -> String {
    use fencepost_model::SettingValue;
    let told = row.settings.iter().map(|(name, value)| match value {
        SettingValue::Flag(flag) => format!("{name} = {flag}"),
        SettingValue::Number(number) => format!("{name} = {number}"),
        SettingValue::Span(span) => format!("{name} = {span}"),
        SettingValue::Word(word) => format!("{name} = {word}"),
    });
    told.collect::<Vec<_>>().join(", ")
}
