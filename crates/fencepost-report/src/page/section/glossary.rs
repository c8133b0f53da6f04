//! How to read this: the words, and what the models leave out.

use crate::page::Told;
use crate::page::figure::sentence;
use fencepost_model::{Assumption, word};
use maud::{Markup, html};
use std::collections::BTreeSet;

const WORDS: [(&str, &str); 14] = [
    ("owner", "one contender, inside a client process"),
    ("tenure", "one holding of one lock by one owner"),
    ("grant", "the promise of the service; it gave it twice, when two stand at once"),
    (
        "belief",
        "what an owner was told and has not been told otherwise; it lasts through a pause, because who stands still learns nothing",
    ),
    ("effect", "what the resource took; damage is done, when an older tenure writes after a newer one"),
    ("token", "a number that is larger for every newer tenure"),
    (
        "gate",
        "the check of the resource: with `token` it refuses what carries an older token than it has seen",
    ),
    ("claim", "what a lock promises, as long as certain assumptions hold"),
    ("inside the claims", "a violation although every assumption was kept: always unexpected"),
    (
        "outside the claims",
        "a violation that a broken assumption excuses; the assumption is named with what it measured",
    ),
    ("not offered", "the lock does not have what the property is about; no pass"),
    ("unclear", "nothing can be said, with a reason; no pass either"),
    ("stress runs", "runs under faults that are drawn to hurt: their counts are no probabilities"),
    ("seed", "draws one run from a scenario; a case is scenario/variant@seed"),
];

pub fn tell(told: &Told<'_>) -> Option<Markup> {
    let rows = &told.reading.rows;
    let locks: BTreeSet<&str> = rows.iter().map(|row| row.head.lock.as_str()).collect();
    let judged: BTreeSet<&str> =
        rows.iter().flat_map(|row| &row.properties).map(|property| property.property.as_str()).collect();
    let known = word::PROPERTIES.iter().filter(|(name, _)| judged.contains(name));
    Some(html! {
        dl.words {
            @for (word, meaning) in WORDS { dt { (word) } dd { (sentence(meaning)) } }
        }
        h3 { "Properties" }
        dl.words { @for (name, plain) in known { dt { code { (name) } } dd { (plain) } } }
        h3 { "Assumptions" }
        dl.words { @for assumption in named(told) { @let (name, meaning) = assumption.words(); dt { (name) } dd { (meaning) } } }
        h3 #left-out { "What the models leave out" }
        p { "Simulated servers are models of real ones. From the data sheet of each lock:" }
        dl.words { @for lock in locks { @if let Some(sheet) = told.sheets.lock(lock) {
            dt { (lock) }
            dd { @if sheet.leaves_out.is_empty() { "it has no server" } @else { (sentence(&sheet.leaves_out)) } }
        } } }
        p { code { "fencepost explain WORD" } " has a page on each of these words." }
    })
}

/// The assumptions that this page speaks of.
fn named(told: &Told<'_>) -> BTreeSet<Assumption> {
    use fencepost_explore::StandingKind;
    let standings =
        told.reading.rows.iter().flat_map(|row| &row.properties).flat_map(|property| &property.standings);
    let broken = standings.filter_map(|standing| match &standing.standing {
        StandingKind::Outside(assumptions) => Some(assumptions.iter().copied()),
        StandingKind::Inside | StandingKind::NotClaimed => None,
    });
    let rested =
        told.answers.records.iter().flat_map(|record| record.rests_on.iter().flatten().flatten().copied());
    broken.flatten().chain(rested).collect()
}
