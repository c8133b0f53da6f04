//! Against the baseline: what changed its verdict, and what moved by how much.

use crate::comparison::change_in_words;
use crate::page::Told;
use crate::page::baseline::{Moved, moves};
use crate::page::figure::rounded;
use fencepost_explore::store::Comparison;
use maud::{Markup, html};

pub fn tell(told: &Told<'_>) -> Option<Markup> {
    let baseline = told.against?;
    let changes = Comparison::of(&baseline.rows, &told.reading.rows).changes;
    let moves = moves(told.reading, baseline);
    Some(html! {
        p { "Compared with the run of " (baseline.head.started) ", version " (baseline.head.version) "." }
        @if changes.is_empty() { p { "No verdict changed." } }
        @else {
            div.scroll { table.stack {
                thead { tr { th scope="col" { "row" } th scope="col" { "property" } th.words scope="col" { "what changed" } } }
                tbody { @for change in &changes { tr {
                    th scope="row" { (change.scenario) "/" (change.variant) }
                    td data-label="property" { (change.property) }
                    td.words data-label="what changed" {
                        @if change.is_worse() { strong.bad { "worse: " (change_in_words(change)) } } @else { (change_in_words(change)) }
                    }
                } } }
            } }
        }
        @if !moves.is_empty() {
            p { "What a grant costs, where it moved by more than a twentieth:" }
            div.scroll { table.stack {
                thead { tr { th scope="col" { "lock" } th scope="col" { "what" } th scope="col" { "then" } th scope="col" { "now" } th scope="col" { "change" } } }
                tbody { @for Moved { name, what, before, now } in &moves { tr {
                    th scope="row" { (name) } td data-label="what" { (what) } td data-label="then" { (rounded(*before)) } td data-label="now" { (rounded(*now)) }
                    td data-label="change" { (format!("{:+.0} %", (now / before - 1.0) * 100.0)) }
                } } }
            } }
        }
    })
}
