//! What happens at an instant: its times, the words of its row, and its sign on the lane.

use super::pen::{Anchor, Letters, Pen};
use super::row::Row;
use super::scale::{TEAR, Tear};
use super::scene::Scene;
use super::sheet::{BAR, MARGIN};
use super::text::{SMALL, width};
use crate::replay::mark::Lane;
use crate::words::counted;
use fencepost_model::{EventKind, StoreEvent, TenureEvent, WorldEvent};

const WORDS: Letters = Letters::new("mark", SMALL);
const TIME: Letters = Letters::new("time", SMALL);
const CLOCK: Letters = Letters::new("clock", SMALL);
const MUTED: Letters = Letters::new("mute", SMALL);

/// The stretches that were cut out; they lie over the bars.
pub(super) fn tears(pen: &mut Pen, scene: &Scene<'_>) {
    for tear in &scene.scale.tears {
        let right = scene.sheet.flags - 4;
        let half = TEAR / 2 - 3;
        pen.rect((0, tear.y - half, right, 2 * half), "class=\"paper\"", "");
        let text = told(tear);
        let from = MARGIN + width(&text, SMALL) + 8;
        for y in [tear.y - half, tear.y + half] {
            let teeth = "l5 -3 5 3".repeat(((right - from) / 10).max(0) as usize);
            pen.path(&format!("M{from} {y}{teeth}"), "class=\"tear\"", "");
        }
        pen.text(MARGIN, tear.y, MUTED, Anchor::Start, &text);
    }
}

fn told(tear: &Tear) -> String {
    let lasted = tear.lasted.in_seconds();
    match tear.rows {
        0 => format!("{lasted} cut out"),
        rows => format!("{lasted} cut out, with {}", counted(rows as u64, "row")),
    }
}

/// True time and, where they were wrong, what clocks said.
pub(super) fn times(pen: &mut Pen, scene: &Scene<'_>) {
    let mut last = String::new();
    for (index, (row, placed)) in scene.rows.iter().zip(&scene.scale.placed).enumerate() {
        let time = row.event.map_or_else(|| row.at.in_seconds(), |event| scene.told.stamp(event));
        if time != last {
            pen.text(scene.sheet.times(), placed.y, TIME, Anchor::End, &time);
        }
        last = time;
        for (column, clock) in (1..).zip(&scene.clocks) {
            let is_first = index == 0 || index + 1 == scene.rows.len();
            let is_its_own = clock.lanes.contains(&row.lane) || !row.flags.is_empty();
            if is_first || is_its_own || clock.turns(index) {
                let x = scene.sheet.clocks + column * super::sheet::CLOCK - 10;
                pen.text(x, placed.y, CLOCK, Anchor::End, &clock.told(index));
            }
        }
    }
}

/// Fine lines from the times to the lanes; they lie under everything.
pub(super) fn threads(pen: &mut Pen, scene: &Scene<'_>) {
    for (row, placed) in scene.rows.iter().zip(&scene.scale.placed) {
        let (from, to) = (scene.sheet.times() + 6, sign_at(scene, row).0 - 8);
        if row.lane != Lane::Across && to > from {
            pen.path(&format!("M{from} {}.5H{to}", placed.y), "class=\"row\"", "");
        }
    }
}

/// The words of each row, and its sign.
pub(super) fn words(pen: &mut Pen, scene: &Scene<'_>) {
    for (row, placed) in scene.rows.iter().zip(&scene.scale.placed) {
        let x = scene.sheet.text(row.lane).0;
        if row.lane == Lane::Across {
            let x = scene.sheet.text(Lane::Service).0;
            let text = row.text.trim_matches(['─', ' ']).to_owned();
            let from = x + width(&text, SMALL) + 8;
            let path = format!("M{from} {}.5H{}", placed.y, scene.sheet.lane(Lane::Across).1);
            pen.path(&path, "class=\"calm\"", "");
            pen.rect((x - 2, placed.y - 9, from - x + 2, 18), "class=\"paper\"", "");
            pen.text(x, placed.y, WORDS, Anchor::Start, &text);
            continue;
        }
        sign(pen, scene, row, placed.y);
        pen.lines(x, placed.y, WORDS, &placed.lines);
        pen.lines(scene.sheet.text(Lane::Resource).0, placed.y, WORDS, &placed.answer);
    }
}

/// Where the sign of a row stands: the left and the right edge of what it is about.
fn sign_at(scene: &Scene<'_>, row: &Row) -> (i64, i64) {
    match row.lane {
        Lane::Owner(index) => (scene.sheet.owner(index), scene.sheet.owner(index) + BAR),
        Lane::Resource => (scene.sheet.resource - 4, scene.sheet.resource + 4),
        Lane::Service | Lane::Across => {
            let left = scene.sheet.promise(promise_column(scene, row).unwrap_or(0));
            (left, left + BAR)
        }
    }
}

fn promise_column(scene: &Scene<'_>, row: &Row) -> Option<i64> {
    let EventKind::Tenure(
        TenureEvent::Granted { tenure, node, .. }
        | TenureEvent::Extended { tenure, node, .. }
        | TenureEvent::Gone { tenure, node, .. }
        | TenureEvent::PromiseEnded { tenure, node },
    ) = &scene.told.history[row.event?].kind
    else {
        return None;
    };
    let of = |promise: &&super::held::Promise| (promise.tenure, promise.node) == (*tenure, *node);
    scene.held.promises.iter().find(of).map(|promise| promise.column)
}

fn sign(pen: &mut Pen, scene: &Scene<'_>, row: &Row, y: i64) {
    let (left, right) = sign_at(scene, row);
    let kind = row.event.map(|index| &scene.told.history[index].kind);
    match kind {
        Some(EventKind::World(WorldEvent::Stepped { .. } | WorldEvent::RateChanged { .. })) => {
            let x = (left + right) / 2;
            pen.path(&format!("M{x} {}l7 7 -7 7 -7 -7z", y - 7), "class=\"step\"", &row.text);
        }
        Some(
            EventKind::World(WorldEvent::Killed { .. } | WorldEvent::PowerLost { .. })
            | EventKind::Store(StoreEvent::NodeDown { .. }),
        ) => {
            let x = (left + right) / 2;
            let path = format!("M{} {}l12 12m0 -12l-12 12", x - 6, y - 6);
            pen.path(&path, "class=\"dead\"", &row.text);
        }
        Some(EventKind::Resource(_)) => {}
        _ if row.lane != Lane::Resource => {
            let to = scene.sheet.text(row.lane).0 - 3;
            pen.path(&format!("M{} {y}.5H{to}", right + 1), "class=\"guide\"", "");
        }
        _ => {}
    }
}
