//! Against the baseline: what changed its verdict, and what moved by how much.

use crate::page::Told;
use crate::page::baseline::{Moved, changes, moves};
use crate::page::figure::rounded;
use maud::{Markup, html};

pub fn tell(told: &Told<'_>) -> Option<Markup> {
    let baseline = told.against?;
    let changes = changes(told.reading, baseline);
    let moves = moves(told.reading, baseline);
    Some(html! {
        p { "Compared with the run of " (baseline.head.started) ", version " (baseline.head.version) "." }
        @if changes.is_empty() { p { "No verdict changed." } }
        @else {
            div.scroll { table.stack {
                thead { tr { th scope="col" { "row" } th scope="col" { "property" } th.words scope="col" { "then" } th.words scope="col" { "now" } } }
                tbody { @for change in &changes { tr {
                    th scope="row" { (change.row) }
                    td data-label="property" { (change.property) }
                    td.words data-label="then" { (change.before) }
                    td.words data-label="now" { @if change.is_worse { strong.bad { (change.now) ", worse" } } @else { (change.now) } }
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
