//! What went wrong: bands where two stood at once, and words in the margin.

use super::pen::{Letters, Pen};
use super::row::Row;
use super::scene::Scene;
use super::text::SMALL;
use crate::replay::mark::Lane;
use crate::replay::told::Told;
use crate::sentence;
use crate::words::short;
use fencepost_model::{Evidence, Instant, OwnerId, Violation, word};

const WORDS: Letters = Letters::bold("badmark", SMALL);
/// How far apart brackets are.
const BRACKET: i64 = 6;

/// What the margin says beside a row.
pub(super) fn lines(told: &Told<'_>, row: &Row) -> Vec<String> {
    let mut lines = Vec::new();
    for name in &row.flags {
        lines.push(format!("✗ {name}"));
        let lasted = violations(told)
            .filter(|(property, violation)| short(property) == *name && is_at(violation, told, row))
            .find_map(|(_, violation)| lasted(violation));
        lines.extend(lasted);
    }
    lines
}

fn violations<'t>(told: &Told<'t>) -> impl Iterator<Item = (&'static str, &'t Violation)> + use<'t> {
    let reports = told.judgement.properties.iter();
    reports
        .flat_map(|report| report.verdict.violations().iter().map(|violation| (report.property, violation)))
}

fn is_of(violation: &Violation, told: &Told<'_>, row: &Row) -> bool {
    row.event.is_some_and(|index| told.history[index].n == violation.event)
}

/// Whether a violation is told beside this row, which may be one that was made for it.
fn is_at(violation: &Violation, told: &Told<'_>, row: &Row) -> bool {
    is_of(violation, told, row) || (row.event.is_none() && row.at == violation.at)
}

fn lasted(violation: &Violation) -> Option<String> {
    let (from, until) = stretch(violation)?;
    match &violation.evidence {
        Evidence::Overlap { .. } => until.map(|until| format!("for {}", until.since(from).in_seconds())),
        _ => Some(format!("since {}", from.in_seconds())),
    }
}

/// A stretch in which two promises or two beliefs stood at once, or nothing went on.
struct Band {
    top: i64,
    bottom: i64,
    left: i64,
    right: i64,
    says: String,
}

fn bands(scene: &Scene<'_>) -> Vec<Band> {
    let band = |(property, violation): (&str, &Violation)| {
        let (from, until) = stretch(violation)?;
        let (left, right) = across(scene, property, violation)?;
        let row = scene.rows.iter().position(|row| is_of(violation, &scene.told, row));
        let begins = row.filter(|row| scene.rows[*row].at == from);
        let top = begins.map_or_else(|| scene.scale.at(from), |row| scene.scale.placed[row].y);
        let bottom = until.map_or(scene.scale.bottom, |until| scene.scale.at(until));
        let says = format!("{property}: {}", sentence::violation(property, violation, scene.told.cast));
        Some(Band { top, bottom: bottom.max(top + 6), left, right, says })
    };
    violations(&scene.told).filter_map(band).collect()
}

/// From when to when it lasts that two stand at once, or that nothing goes on.
fn stretch(violation: &Violation) -> Option<(Instant, Option<Instant>)> {
    match &violation.evidence {
        Evidence::Overlap { from, until, .. } => Some((*from, *until)),
        Evidence::NoHandOver { since, .. }
        | Evidence::DeadHolder { since, .. }
        | Evidence::Orphan { since, .. }
        | Evidence::Circle { since, .. } => Some((*since, Some(violation.at))),
        _ => None,
    }
}

/// Over which lanes it reaches.
fn across(scene: &Scene<'_>, property: &str, violation: &Violation) -> Option<(i64, i64)> {
    let lane = |owner: OwnerId| scene.choice.owners.iter().position(|known| *known == owner);
    let owners = match &violation.evidence {
        Evidence::Overlap { first_owner, second_owner, .. } if property != word::EXCLUSIVE_GRANT => {
            vec![lane(*first_owner)?, lane(*second_owner)?]
        }
        Evidence::Circle { owners, .. } => owners.iter().filter_map(|owner| lane(*owner)).collect(),
        _ => return Some(scene.sheet.lane(Lane::Service)),
    };
    let (first, last) = (owners.iter().min()?, owners.iter().max()?);
    Some((scene.sheet.lane(Lane::Owner(*first)).0, scene.sheet.lane(Lane::Owner(*last)).1))
}

/// The bands, which lie under everything else.
pub(super) fn under(pen: &mut Pen, scene: &Scene<'_>) {
    for band in bands(scene) {
        let place = (band.left, band.top, band.right - band.left, band.bottom - band.top);
        pen.rect(place, "class=\"band\"", &band.says);
    }
}

/// The margin: a bracket for each band, and the words beside their rows.
pub(super) fn margin(pen: &mut Pen, scene: &Scene<'_>) {
    let bands = bands(scene);
    for (place, band) in (0..).zip(&bands).take(3) {
        let x = scene.sheet.flags + place * BRACKET;
        let path = format!("M{} {}H{x}V{}H{}", x + 4, band.top, band.bottom, x + 4);
        pen.path(&path, "class=\"bracket\"", &band.says);
    }
    let text = scene.sheet.flags + bands.len().min(3) as i64 * BRACKET + 6;
    for (row, placed) in scene.rows.iter().zip(&scene.scale.placed) {
        pen.lines(text, placed.y, WORDS, &lines(&scene.told, row));
    }
}
