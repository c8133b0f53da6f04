//! Advice as a page that stands by itself: one picture of room, hazard by hazard, and what it comes from.

use super::{gate, loss, map, notes, read, room, stands, words};
use crate::page::document;
use crate::replay::{PictureDetail, account_of, picture};
use fencepost_explore::Replayed;
use fencepost_explore::advise::{Advised, Map, Measured, Room, Row, Undercut};
use fencepost_model::Hazard;
use fencepost_scenario::Advice;
use maud::{Markup, PreEscaped, html};

/// What else a page may show.
#[derive(Default)]
pub struct Beside<'a> {
    /// The story of the worst hazard, run again, and the file that repeats it.
    pub story: Option<(&'a Replayed, String)>,
    /// The map, where one was drawn.
    pub map: Option<&'a Map>,
    /// What the gate found, where it was asked.
    pub undercuts: Option<&'a [Undercut]>,
    /// The command that repeats the page.
    pub command: String,
}

/// The page.
pub fn page(advice: &Advice, advised: &Advised, beside: &Beside<'_>) -> String {
    let title = advice.title.as_deref().unwrap_or(&advice.variant.name);
    let body = html! {
        main {
            (head(advice, advised, title))
            section #room { h2 { "Room, hazard by hazard" } (rooms(advised)) }
            @if let Some((replayed, path)) = &beside.story { section #story {
                h2 { "What breaks it first" } (story(advised, replayed, path))
            } }
            section #figures { h2 { "Where the figures come from" } (figures(advised)) }
            @if !advised.losses.is_empty() { section #losses { h2 { "What that comes to" } (losses(advised)) } }
            @if let Some(map) = beside.map { section #map { h2 { "The map" } (swept(map)) } }
            @if let Some(undercuts) = beside.undercuts { section #gate {
                h2 { "The gate" } pre { (gate::verdict(advice, None, undercuts)) }
            } }
            section #modelled { h2 { "What is modelled" } (modelled(advice)) }
            section #repeat { h2 { "How to repeat this" } pre { (beside.command) } details { summary { "The advice file" } pre { (advice.text) } } }
        }
    };
    document(title, &body)
}

fn head(advice: &Advice, advised: &Advised, title: &str) -> Markup {
    let lock = advice.variant.descriptor.name;
    html! {
        p.eyebrow { "fencepost advise · " (advice.path) }
        h1 { (title) }
        p.verdict { strong { (words::in_a_sentence(advised)) } }
        p.note {
            @match &advice.variant.preset {
                Some(chosen) => { "Settings like those of " (chosen.preset.name) ", on our model `" (lock) "`. " }
                None => { "The lock is `" (lock) "`. " }
            }
            "Held for at most " (advised.calm.hold) ", round trips of at most " (advised.calm.round_trip) "."
            @for assumed in advised.calm.assumed.iter().chain(&read(advice)) { " " (crate::page::figure::sentence(assumed)) }
        }
    }
}

/// One bar for each hazard: what there is of it over what the lock stands.
fn rooms(advised: &Advised) -> Markup {
    html! {
        p { "The bar is what the lock stands; the mark is the largest that you gave. Each bar has a scale of its own." }
        div.scroll { table.stack {
            thead { tr {
                th scope="col" { "hazard" } th scope="col" { "stands" } th scope="col" { "yours" } th.plot scope="col" { "" } th scope="col" { "room" }
            } }
            tbody { @for row in &advised.rows { tr {
                th scope="row" { (row.hazard.word()) }
                td data-label="stands" { (stands(row)) }
                td data-label="yours" { (row.yours.map_or_else(|| "-".to_owned(), |yours| words::of_hazard(row.hazard, yours))) }
                td.plot { (bar(row)) }
                td data-label="room" { @if matches!(row.room, Room::None | Room::Short(_)) { strong.bad { (room(row)) } } @else { (room(row)) } }
            } } }
        } }
    }
}

const WIDTH: u64 = 160;

fn bar(row: &Row) -> Markup {
    let (stood, open) = match row.measured {
        Measured::Everything { .. } => (u64::MAX, true),
        Measured::UpTo { safe, .. } => (safe, false),
        Measured::Nothing => (0, false),
        Measured::NotTried | Measured::Within(_) | Measured::Never => return html! {},
    };
    let yours = row.yours.unwrap_or(0);
    let whole =
        if open { yours.max(1).saturating_mul(2) } else { (stood.max(yours).max(1)).saturating_mul(6) / 5 };
    let place = |value: u64| (u128::from(value.min(whole)) * u128::from(WIDTH) / u128::from(whole)) as u64;
    let label = format!("stands {}, yours {}", stands(row), words::of_hazard(row.hazard, yours));
    html! {
        svg viewBox={ "0 0 " (WIDTH) " 14" } role="img" aria-label=(label) preserveAspectRatio="none" {
            rect.room-back x="0" y="3" width=(WIDTH) height="8" rx="2" {}
            rect.room-bar x="0" y="3" width=(if open { WIDTH } else { place(stood) }) height="8" rx="2" {}
            @if row.yours.is_some() { rect.room-yours x=(place(yours).min(WIDTH - 2)) y="0" width="2" height="14" {} }
        }
    }
}

fn story(advised: &Advised, replayed: &Replayed, path: &str) -> Markup {
    let lanes = picture(replayed, &PictureDetail { name: "lanes".to_owned(), every_event: false }).svg;
    html! {
        @if let Some(row) = advised.worst() { p {
            "The hazard with the least room is " strong { (row.hazard.word()) } ": the smallest run that shows it."
        } }
        @for sentence in account_of(replayed) { p { (sentence) } }
        figure.lanes { (PreEscaped(lanes)) }
        pre { "fencepost replay " (path) }
    }
}

fn figures(advised: &Advised) -> Markup {
    html! {
        p {
            "Every figure is there twice: by the formula of the lock's data sheet, and by a search that put the hazard at each place "
            "of a calm run, " (crate::words::counted(advised.runs, "run")) " in all. "
            @if advised.disagreements().next().is_none() { "They agree." }
            @else { strong.bad { "They do not agree everywhere: that is a mistake of ours." } }
        }
        dl.words { @for row in &advised.rows {
            dt { (row.hazard.word()) }
            dd { @for note in notes(row) { (note) br; } span.note { (meaning(row.hazard)) } }
        } }
    }
}

fn meaning(hazard: Hazard) -> &'static str {
    Hazard::ALL.iter().find(|(known, ..)| *known == hazard).map_or("", |(_, _, meaning)| meaning)
}

fn losses(advised: &Advised) -> Markup {
    html! {
        p { "The margin times your own tail. It holds if the one has nothing to do with the other: pauses come no more often while the lock is held than at other times." }
        dl.words { @for one in &advised.losses { dt { (one.hazard.word()) } dd { (loss::sentence(one)) } } }
    }
}

fn swept(map: &Map) -> Markup {
    let (across, values) = &map.across;
    html! {
        p { "What the lock stands of " (map.hazard.word()) " by the formula; ✗ where the search found harm at your own amount." }
        div.scroll { table {
            thead { tr {
                th scope="col" { @if let Some((down, _)) = &map.down { (down) " ↓ " } (across) " →" }
                @for value in values { th scope="col" { (map::short(*value)) } }
            } }
            tbody { @for (place, row) in map.cells.iter().enumerate() { tr {
                th scope="row" { @if let Some((_, values)) = &map.down { (map::short(values[place])) } }
                @for cell in row {
                    @let told = map::told(map, *cell);
                    td { @if told.starts_with('✗') { strong.bad { (told) } } @else { (told) } }
                }
            } } }
        } }
    }
}

fn modelled(advice: &Advice) -> Markup {
    let sheet = &advice.variant.descriptor;
    html! {
        p { "Simulated servers are models of real ones; the lock is ours, with settings like yours. It guards settings, and not the code of the library that reads them." }
        dl.words {
            dt { (sheet.name) } dd { (crate::page::figure::sentence(sheet.about)) " Left out: " (sheet.leaves_out) "." }
            @if let Some(chosen) = &advice.variant.preset {
                dt { (chosen.preset.name) }
                dd {
                    "Follows " (chosen.preset.follows) "."
                    @if !chosen.preset.leaves_out.is_empty() { " Not modelled:" ul { @for left_out in chosen.preset.leaves_out { li { (left_out) } } } }
                }
            }
        }
    }
}
