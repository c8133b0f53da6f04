//! Expected breaks: one example for each property and assumption, and where else it happened.

use crate::page::Told;
use crate::page::figure::counted;
use crate::page::figure::list;
use crate::page::figure::sentence;
use fencepost_explore::store::{StoredExample, StoredRow};
use fencepost_explore::{Opinion, StandingKind};
use fencepost_model::{Assumption, word};
use maud::{Markup, PreEscaped, html};
use std::collections::BTreeMap;

/// How many pictures are told: beyond these a page would be too heavy to send.
const PICTURES: usize = 6;

/// What broke by the same assumptions.
struct Lesson<'a> {
    row: &'a StoredRow,
    example: &'a StoredExample,
    runs: u64,
    /// By scenario: how many locks it was seen with.
    places: BTreeMap<&'a str, usize>,
}

/// In the order of tables, and within a property by assumptions; none: nothing was claimed.
type Lessons<'a> = BTreeMap<(usize, &'a str, Vec<Assumption>), Lesson<'a>>;

pub fn tell(told: &Told<'_>) -> Option<Markup> {
    let lessons = lessons(told);
    let kinds = [word::EXCLUSIVE_GRANT, word::EXCLUSIVE_BELIEF, word::EXCLUSIVE_EFFECT];
    // The first few of these kinds are drawn.
    let drawn: Vec<&Lesson<'_>> = lessons
        .iter()
        .filter(|((_, property, _), _)| kinds.contains(property))
        .map(|(_, lesson)| lesson)
        .take(PICTURES)
        .collect();
    Some(html! {
        @if lessons.is_empty() { p { "Nothing broke that a scenario expects to." } }
        @else {
            p { "Each of these is one that its scenario names, outside the claims of the lock: here is the assumption that broke, "
                "one run that shows it, and where else it was seen." }
        }
        @for ((_, property, assumptions), lesson) in &lessons {
            @let is_drawn = drawn.iter().any(|one| std::ptr::eq(*one, lesson));
            @let picture = is_drawn.then(|| picture(told, lesson)).flatten();
            article.finding {
                h3 { (word::in_plain_words(property)) ": " (by(assumptions)) }
                p.told { (sentence(&lesson.example.violation.sentence)) ". " span.aside { (sentence(&lesson.example.violation.excuse)) "." } }
                @if let Some(picture) = picture {
                    details { summary { "Its lanes" } figure.lanes { (PreEscaped(picture)) } }
                }
                pre { "fencepost replay " (lesson.row.typed(lesson.example.seed)) }
                p.note { "In " (counted(lesson.runs, "run")) ": " (places(lesson)) "." }
            }
        }
    })
}

fn picture(told: &Told<'_>, lesson: &Lesson<'_>) -> Option<String> {
    told.reading.lanes(&lesson.row.head.scenario, &lesson.row.head.variant, lesson.example.seed)
}

fn places(lesson: &Lesson<'_>) -> String {
    let told = lesson
        .places
        .iter()
        .map(|(scenario, locks)| format!("{scenario} ({})", counted(*locks as u64, "lock")));
    list(&told.collect::<Vec<_>>())
}

fn by(assumptions: &[Assumption]) -> String {
    match assumptions {
        [] => "nothing was claimed".to_owned(),
        some => {
            let words: Vec<String> = some
                .iter()
                .map(|one| format!("{} (that {}) was not kept", one.words().0, one.words().1))
                .collect();
            list(&words)
        }
    }
}

fn lessons<'a>(told: &Told<'a>) -> Lessons<'a> {
    let mut lessons: Lessons<'a> = BTreeMap::new();
    for row in &told.reading.rows {
        for (place, property) in row.properties.iter().enumerate() {
            if !matches!(property.opinion, Opinion::Expected | Opinion::Planted) {
                continue;
            }
            for standing in &property.standings {
                let assumptions = match &standing.standing {
                    StandingKind::Outside(assumptions) => assumptions.clone(),
                    StandingKind::Inside | StandingKind::NotClaimed => Vec::new(),
                };
                let lesson = lessons.entry((place, &property.property, assumptions)).or_insert(Lesson {
                    row,
                    example: &standing.example,
                    runs: 0,
                    places: BTreeMap::new(),
                });
                lesson.runs += standing.runs;
                *lesson.places.entry(&row.head.scenario).or_default() += 1;
            }
        }
    }
    lessons
}
