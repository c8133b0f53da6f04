//! Operations at the resource: what goes there, what it made of it, and which came before which.

use super::pen::Pen;
use super::row::Row;
use super::scale::Placed;
use super::scene::{Flight, Scene};
use super::sheet::FLIGHT;
use super::text::{SMALL, width};
use crate::replay::mark::Lane;
use fencepost_model::{Access, Event, EventKind, Evidence, Instant, OpTag, ResourceEvent, Site};

/// Every operation of the rows.
pub(super) fn operations(pen: &mut Pen, scene: &Scene<'_>) {
    for (place, flight) in (0..).zip(&scene.flights) {
        fly(pen, scene, place, flight);
    }
    for (row, placed) in scene.rows.iter().zip(&scene.scale.placed) {
        let Some(event) = row.event.map(|index| &scene.told.history[index]) else { continue };
        if let EventKind::Resource(decided) = &event.kind {
            decide(pen, scene, (row, placed), event.at, decided);
        }
    }
    links(pen, scene);
}

fn decide(
    pen: &mut Pen,
    scene: &Scene<'_>,
    (row, placed): (&Row, &Placed),
    at: Instant,
    decided: &ResourceEvent,
) {
    let ResourceEvent::Decided { tag, tenure, access, token, accepted, sent, .. } = decided;
    let (x, y, is_wrong) = (scene.sheet.resource, placed.y, !row.flags.is_empty());
    let owner = scene.told.cast.owner(tag.owner);
    let token = token.map(|token| format!(", token {token}")).unwrap_or_default();
    let what = match access {
        Access::Read { version } => format!("read of version {version}"),
        Access::Write { parent, version } if *accepted => {
            format!("write of version {version}, made from {parent}")
        }
        Access::Stage { parent, version } if *accepted => {
            format!("write of version {version}, made from {parent}, which others see when it is committed,")
        }
        Access::Write { parent, .. } | Access::Stage { parent, .. } => {
            format!("write made from version {parent}")
        }
        Access::Commit { parent, version } => format!("commit of version {version}, made from {parent}"),
        Access::Charge { job, .. } => format!("charge at the provider, for version {job},"),
    };
    let gate = if *accepted { "taken" } else { "refused" };
    let title = format!(
        "{what} by {owner} (tenure #{}{token}), sent at {}, {gate} at {}",
        tenure.0,
        sent.in_seconds(),
        at.in_seconds()
    );
    if let Lane::Owner(_) = row.lane {
        let look = if is_wrong { "class=\"wrongflow\"" } else { "class=\"flow\"" };
        let from =
            scene.sheet.text(row.lane).0 + placed.lines.first().map_or(0, |line| width(line, SMALL)) + 5;
        pen.path(&format!("M{from} {y}.5H{}", x - 7), look, &title);
        head(pen, x - 6, y, look, is_wrong);
    }
    match (access, accepted, is_wrong) {
        (_, false, _) => pen.path(&refused(x, y), "class=\"refused\"", &title),
        (_, _, true) => pen.path(&format!("M{x} {}l7 7 -7 7 -7 -7z", y - 7), "class=\"wrong\"", &title),
        (Access::Read { .. }, ..) => pen.circle((x, y), 4, "class=\"read\"", &title),
        (Access::Write { .. } | Access::Commit { .. }, ..) => {
            pen.circle((x, y), 5, "class=\"write\"", &title);
        }
        (Access::Stage { .. }, ..) => staged(pen, (x, y), &title),
        (Access::Charge { .. }, ..) => charge(pen, (x, y), &title),
    }
}

/// A ring with a dot: written, and not yet to be seen.
pub(super) fn staged(pen: &mut Pen, (x, y): (i64, i64), title: &str) {
    pen.circle((x, y), 5, "class=\"read\"", title);
    pen.circle((x, y), 2, "class=\"write\"", "");
}

/// A full square: a job that the provider does.
pub(super) fn charge(pen: &mut Pen, (x, y): (i64, i64), title: &str) {
    pen.path(&format!("M{} {}h10v10h-10z", x - 5, y - 5), "class=\"write\"", title);
}

/// A closed door: a square with a bar across.
fn refused(x: i64, y: i64) -> String {
    format!("M{} {}h10v10h-10zM{} {}l10 10", x - 5, y - 5, x - 5, y - 5)
}

/// The head of an arrow that points to the right.
fn head(pen: &mut Pen, x: i64, y: i64, look: &str, is_wrong: bool) {
    let size = if is_wrong { 4 } else { 3 };
    pen.path(&format!("M{} {}.5l{size} {size} -{size} {size}", x - size, y - size), look, "");
}

/// What was long under way: from its owner to the right, and then down for as long as it took.
fn fly(pen: &mut Pen, scene: &Scene<'_>, place: i64, flight: &Flight) {
    let is_wrong = !scene.rows[flight.to].flags.is_empty();
    let look = if is_wrong { "class=\"wrongflight\"" } else { "class=\"flight\"" };
    let x = scene.sheet.flights + 6 + place.min(2) * FLIGHT;
    let to = scene.scale.placed[flight.to].y;
    let lasted = scene.rows[flight.to].at.since(flight.sent).in_seconds();
    let title = format!("from {}: {lasted} under way", scene.told.cast.owner(flight.owner));
    let start = flight.from.map(|from| {
        let (lane, placed) = (scene.rows[from].lane, &scene.scale.placed[from]);
        let line = placed.lines.first().map_or(0, |line| width(line, SMALL));
        (scene.sheet.text(lane).0 + line + 5, placed.y)
    });
    let start = match start {
        Some((left, y)) => format!("M{left} {y}.5H{x}"),
        None => format!("M{x} {}", scene.scale.at(flight.sent)),
    };
    let end = scene.sheet.resource - 7;
    pen.path(&format!("{start}V{to}.5H{end}"), look, &title);
    let solid = if is_wrong { "class=\"wrongflow\"" } else { "class=\"flow\"" };
    head(pen, end + 1, to, solid, is_wrong);
}

/// Beside the resource: which operation came before one that came too late, or was written over.
fn links(pen: &mut Pen, scene: &Scene<'_>) {
    let mut drawn: Vec<(usize, usize)> = Vec::new();
    for report in &scene.told.judgement.properties {
        for violation in report.verdict.violations() {
            let (earlier, says) = match &violation.evidence {
                Evidence::Inversion { early, early_at, newer, .. } => {
                    let at = Some(*early_at);
                    (
                        of_tag(scene, early, at),
                        format!("an operation of the newer tenure #{} came before", newer.0),
                    )
                }
                Evidence::LostUpdate { site, first, first_tenure, .. } => {
                    let says = match site {
                        Site::Resource => format!(
                            "the write of tenure #{} is lost: both were made from one version",
                            first_tenure.0
                        ),
                        Site::Provider => format!("done before, for tenure #{}", first_tenure.0),
                    };
                    (of_tag(scene, first, None), says)
                }
                _ => continue,
            };
            let late = scene.rows.iter().position(|row| {
                row.event.is_some_and(|index| scene.told.history[index].n == violation.event)
            });
            let (Some(earlier), Some(late)) = (earlier, late) else { continue };
            if drawn.contains(&(earlier, late)) || drawn.len() == 3 {
                continue;
            }
            let x = scene.sheet.resource;
            let (bow, from) = (10 + 5 * drawn.len() as i64, scene.scale.placed[earlier].y);
            let to = scene.scale.placed[late].y;
            let path = format!("M{} {from}.5H{}V{to}.5H{}", x + 6, x + bow, x + 8);
            pen.path(&path, "class=\"bracket\"", &says);
            drawn.push((earlier, late));
        }
    }
}

/// The row of an operation at the resource.
fn of_tag(scene: &Scene<'_>, of: &OpTag, at: Option<Instant>) -> Option<usize> {
    let is_it = |event: &Event| match &event.kind {
        EventKind::Resource(ResourceEvent::Decided { tag, access, accepted, .. }) => {
            let fits = match at {
                Some(at) => event.at == at,
                None => {
                    let counts = matches!(
                        access,
                        Access::Write { .. } | Access::Commit { .. } | Access::Charge { .. }
                    );
                    *accepted && counts
                }
            };
            tag == of && fits
        }
        _ => false,
    };
    scene.told.history.iter().position(is_it).and_then(|index| scene.scale.row_of(index))
}
