//! How long two had it at once: a hair's breadth, or seconds.

use crate::page::Told;
use crate::page::contest::Contestant;
use crate::page::cost::quantile;
use crate::page::figure::thousands;
use crate::page::figure::time;
use crate::page::plot::range;
use crate::page::reading::Measured;
use maud::{Markup, PreEscaped, html};

/// The lengths of overlaps of one kind in a run, in microseconds.
type Lengths = fn(&Measured) -> &[u64];

/// From where to where the drawn axis goes, by powers of ten: from 0.1 ms to 100 s.
const DECADES: f64 = 6.0;

pub fn tell(told: &Told<'_>) -> Option<Markup> {
    let contest = &told.contest;
    if contest.is_empty() {
        return None;
    }
    let kinds: [(&str, &str, Lengths); 2] = [
        ("Two thought they had it", "beliefs", |run| &run.rest.belief_overlaps_us),
        ("The service had given it twice", "grants", |run| &run.rest.grant_overlaps_us),
    ];
    let stale: Vec<(&str, u64)> = contest
        .contestants
        .iter()
        .map(|one| (one.name, contest.stressed(one).map(|run| run.rest.stale_writes).sum()))
        .filter(|(_, writes)| *writes > 0)
        .collect();
    Some(html! {
        p {
            "Every stretch in which two stood at once, over all scenarios in which something goes wrong: the median, and the "
            "spread from the tenth to the ninetieth of a hundred, drawn by powers of ten from 0.1 ms to 100 s."
        }
        @for (title, word, of) in kinds {
            @let rows = contest.contestants.iter().filter_map(|one| lengths(told, one, of)).collect::<Vec<_>>();
            h3 { (title) }
            @if rows.is_empty() { p { "Never, in any paired run." } }
            @else {
                div.scroll { table {
                    thead { tr {
                        th scope="col" { "lock" } th scope="col" { "overlaps of " (word) } th scope="col" { "median" }
                        th.plot scope="col" { "0.1 ms to 100 s" } th scope="col" { "longest" }
                    } }
                    tbody { @for row in rows { (row) } }
                } }
            }
        }
        h3 { "Writes from the past" }
        @if stale.is_empty() { p { "The resource took none." } }
        @else {
            p { "Writes of an older tenure that the resource took after it had seen a newer one. A gate that checks tokens "
                "refuses them." }
            div.scroll { table.narrow {
                thead { tr { th scope="col" { "lock" } th scope="col" { "stale writes taken" } } }
                tbody { @for (name, writes) in stale { tr { th scope="row" { (name) } td { (thousands(writes)) } } } }
            } }
        }
    })
}

fn lengths(told: &Told<'_>, one: &Contestant<'_>, of: Lengths) -> Option<Markup> {
    let mut lengths: Vec<u64> = told.contest.stressed(one).flat_map(of).copied().collect();
    lengths.sort_unstable();
    let at = |percent: usize| quantile(&lengths, percent);
    let place = |us: u64| (us.max(100) as f64 / 100.0).log10() / DECADES;
    let (low, middle, high, most) = (at(10)?, at(50)?, at(90)?, *lengths.last()?);
    Some(html! { tr {
        th scope="row" { (one.name) }
        td { (thousands(lengths.len() as u64)) }
        td { (time(middle)) }
        td.plot { (PreEscaped(range("length of overlaps", place(low), place(middle), place(high)))) }
        td { (time(most)) }
    } })
}
