//! What nothing can be said of, and what was not offered: never hidden among the passes.

use crate::page::Told;
use crate::page::figure::list;
use fencepost_explore::store::StoredRow;
use fencepost_explore::{Opinion, SightOpinion};
use maud::{Markup, html};
use std::collections::BTreeMap;

pub fn tell(told: &Told<'_>) -> Option<Markup> {
    let rows = &told.reading.rows;
    let unclear: Vec<Markup> = rows.iter().flat_map(unclear_of).collect();
    let lacking = lacking(rows);
    let faults = faults_not_offered(rows);
    Some(html! {
        @if unclear.is_empty() { p { "Nothing is unclear." } }
        @else { ul { @for line in unclear { li { (line) } } } }
        @if !lacking.is_empty() || !faults.is_empty() {
            p { em { "Not offered" } " is a word of its own: what a lock does not have can neither hold nor break, and is no pass." }
            ul {
                @for (property, names) in &lacking {
                    li { code { (property) } ": not offered by " (list(names)) }
                }
                @for ((scenario, word), names) in &faults {
                    li { code { (word) } " in " (scenario) ": nothing to aim it at in " (list(names)) }
                }
            }
        }
    })
}

fn unclear_of(row: &StoredRow) -> Vec<Markup> {
    let name = format!("{}/{}", row.head.scenario, row.head.variant);
    let mut lines = Vec::new();
    for property in row.properties.iter().filter(|one| one.unclear > 0) {
        let why = property.first_unclear.as_ref();
        lines.push(html! {
            strong { (name) } ": nothing can be said of " code { (property.property) } " in " (property.unclear) " of "
            (row.runs) " runs"
            @if let Some((seed, why)) = why { ", the first with seed " (seed) ": " (why) }
        });
    }
    for property in row.properties.iter().filter(|one| one.opinion == Opinion::Deferred) {
        lines.push(html! {
            strong { (name) } ": " code { (property.property) } " should break and has not yet; not all declared seeds were run"
        });
    }
    for (sight, opinion) in &row.sights {
        let said = match opinion {
            SightOpinion::NeverSeen => "no run showed",
            SightOpinion::Deferred => "not all declared seeds were run, and none of these showed",
            SightOpinion::Seen | SightOpinion::NotOffered => continue,
        };
        lines.push(html! { strong { (name) } ": " (said) " " code { (sight) } });
    }
    lines
}

/// Properties that locks do not offer, with the variants.
fn lacking(rows: &[StoredRow]) -> BTreeMap<&str, Vec<&str>> {
    let mut lacking: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for row in rows {
        for property in row.properties.iter().filter(|one| one.opinion == Opinion::NotOffered) {
            let names = lacking.entry(&property.property).or_default();
            if !names.contains(&row.head.variant.as_str()) {
                names.push(&row.head.variant);
            }
        }
    }
    lacking
}

type Aimless<'a> = BTreeMap<(&'a str, &'a str), Vec<&'a str>>;

fn faults_not_offered(rows: &[StoredRow]) -> Aimless<'_> {
    let mut aimless: Aimless<'_> = BTreeMap::new();
    for row in rows {
        for fault in row.faults.iter().filter(|fault| fault.not_offered > 0) {
            aimless.entry((&row.head.scenario, &fault.word)).or_default().push(&row.head.variant);
        }
    }
    aimless
}
