//! Under the lanes: what the signs mean, what the properties say, and what is not in the picture.

use super::held::StopKind;
use super::operation;
use super::pen::{Anchor, Letters, Pen};
use super::scene::Scene;
use super::sheet::{BAR, MARGIN};
use super::text::{SMALL, wrap};
use crate::sentence;
use crate::words::counted;
use fencepost_model::{
    Access, EventKind, Evidence, OwnerId, ResourceEvent, Verdict, Violation, WorldEvent, word,
};

const SAY: Letters = Letters::new("say", 12);
const BAD: Letters = Letters::bold("badhead", 12);
const MUTED: Letters = Letters::new("mute", SMALL);
/// From one line to the next.
const LINE: i64 = 17;

/// Draws everything that stands under the lanes; gives back where the picture ends.
pub(super) fn foot(pen: &mut Pen, scene: &Scene<'_>) -> i64 {
    let mut y = legend(pen, scene, scene.scale.bottom + 22) + 28;
    if let Some(elsewhere) = scene.told.elsewhere {
        for text in elsewhere.said {
            y = say(pen, scene, y, SAY, text);
        }
        return y;
    }
    for report in &scene.told.judgement.properties {
        for violation in report.verdict.violations() {
            let plain = word::in_plain_words(report.property);
            let head = format!("✗ {} {} ({plain})", violation.at.in_seconds(), report.property);
            let told = sentence::violation(report.property, violation, scene.told.cast);
            y = say(pen, scene, y, BAD, &head);
            y = say(pen, scene, y, SAY, &told);
            y = say(pen, scene, y, SAY, &sentence::standing(&violation.standing)) + 8;
        }
    }
    for report in &scene.told.judgement.properties {
        if let Verdict::Unclear(why) = &report.verdict {
            y = say(pen, scene, y, SAY, &format!("? {} is unclear: {}", report.property, sentence::why(why)));
        }
    }
    let held = scene.told.judgement.properties.iter();
    let held = held.filter(|report| matches!(report.verdict, Verdict::Holds));
    let held: Vec<&str> = held.map(|report| report.property).collect();
    if !held.is_empty() {
        y = say(pen, scene, y, SAY, &format!("✓ held in this run: {}", held.join(", "))) + 8;
    }
    for note in notes(scene) {
        y = say(pen, scene, y, MUTED, &note);
    }
    y
}

fn say(pen: &mut Pen, scene: &Scene<'_>, y: i64, letters: Letters, text: &str) -> i64 {
    // Bold letters are wider, so they get lines that are shorter for plain ones.
    let room = (scene.sheet.width - 2 * MARGIN) * if letters.bold { 85 } else { 100 } / 100;
    let lines = wrap(text, letters.size, room);
    for (place, line) in (0..).zip(&lines) {
        pen.text(MARGIN, y + place * LINE, letters, Anchor::Start, line);
    }
    y + lines.len() as i64 * LINE
}

/// A sign with its words.
struct Key {
    draw: fn(&mut Pen, i64, i64),
    words: &'static str,
}

fn legend(pen: &mut Pen, scene: &Scene<'_>, top: i64) -> i64 {
    let (mut x, mut y) = (MARGIN, top);
    for key in keys(scene) {
        let wide = 26 + MUTED.width(key.words) + 18;
        if x + wide > scene.sheet.width - MARGIN && x > MARGIN {
            (x, y) = (MARGIN, y + 20);
        }
        (key.draw)(pen, x, y);
        pen.text(x + 26, y, MUTED, Anchor::Start, key.words);
        x += wide;
    }
    y
}

/// The signs that are in the picture.
fn keys(scene: &Scene<'_>) -> Vec<Key> {
    let held = &scene.held;
    let mut keys = Vec::new();
    let mut key = |is_there: bool, draw, words| {
        if is_there {
            keys.push(Key { draw, words });
        }
    };
    let bar: fn(&mut Pen, i64, i64) = |pen, x, y| pen.rect((x + 6, y - 6, BAR, 12), "class=\"belief\"", "");
    let has_bars = !held.promises.is_empty() || !held.beliefs.is_empty();
    key(has_bars, bar, "promised by the service, believed by an owner");
    key(
        held.promises.iter().any(|promise| promise.is_owed()),
        |pen, x, y| pen.rect((x + 6, y - 6, BAR, 12), "class=\"owed\"", ""),
        "still promised, but its state is gone",
    );
    let has_deadline = held.beliefs.iter().any(|belief| belief.deadline.is_some())
        || held.promises.iter().any(|promise| promise.ended.is_some());
    key(
        has_deadline,
        |pen, x, y| pen.path(&format!("M{x} {y}h20"), "class=\"deadline\"", ""),
        "the time given is over",
    );
    for (kind, _, words) in StopKind::ALL {
        let draw: fn(&mut Pen, i64, i64) = match kind {
            StopKind::Paused => |pen, x, y| hatched(pen, x, y, "pause"),
            StopKind::Suspended => |pen, x, y| hatched(pen, x, y, "suspend"),
            StopKind::Down => |pen, x, y| hatched(pen, x, y, "down"),
            StopKind::Cut => |pen, x, y| hatched(pen, x, y, "cut"),
        };
        key(held.stops.iter().any(|stop| stop.kind == kind), draw, words);
    }
    let has = |wanted: fn(&EventKind) -> bool| {
        scene.rows.iter().filter_map(|row| row.event).any(|index| wanted(&scene.told.history[index].kind))
    };
    let turned = has(|kind| {
        matches!(kind, EventKind::World(WorldEvent::Stepped { .. } | WorldEvent::RateChanged { .. }))
    });
    let diamond: fn(&mut Pen, i64, i64) =
        |pen, x, y| pen.path(&format!("M{} {}l7 7 -7 7 -7 -7z", x + 10, y - 7), "class=\"step\"", "");
    key(turned, diamond, "a clock is changed");
    at_the_resource(scene, &mut key, has);
    keys
}

fn at_the_resource(
    scene: &Scene<'_>,
    key: &mut impl FnMut(bool, fn(&mut Pen, i64, i64), &'static str),
    has: impl Fn(fn(&EventKind) -> bool) -> bool,
) {
    let reads = has(|kind| {
        matches!(kind, EventKind::Resource(ResourceEvent::Decided { access: Access::Read { .. }, .. }))
    });
    let writes = has(|kind| {
        matches!(kind, EventKind::Resource(ResourceEvent::Decided { access: Access::Write { .. }, .. }))
    });
    let staged = has(|kind| {
        matches!(kind, EventKind::Resource(ResourceEvent::Decided { access: Access::Stage { .. }, .. }))
    });
    let commits = has(|kind| {
        matches!(kind, EventKind::Resource(ResourceEvent::Decided { access: Access::Commit { .. }, .. }))
    });
    let charges = has(|kind| {
        matches!(kind, EventKind::Resource(ResourceEvent::Decided { access: Access::Charge { .. }, .. }))
    });
    let refused =
        has(|kind| matches!(kind, EventKind::Resource(ResourceEvent::Decided { accepted: false, .. })));
    key(reads, |pen, x, y| pen.circle((x + 10, y), 4, "class=\"read\"", ""), "read");
    key(writes, |pen, x, y| pen.circle((x + 10, y), 5, "class=\"write\"", ""), "write");
    key(staged, |pen, x, y| operation::staged(pen, (x + 10, y), ""), "written, not committed");
    key(commits, |pen, x, y| pen.circle((x + 10, y), 5, "class=\"write\"", ""), "committed");
    key(charges, |pen, x, y| operation::charge(pen, (x + 10, y), ""), "done by the provider");
    let door: fn(&mut Pen, i64, i64) = |pen, x, y| {
        pen.path(&format!("M{} {}h10v10h-10zl10 10", x + 5, y - 5), "class=\"refused\"", "");
    };
    key(refused, door, "refused");
    let wrong = scene.rows.iter().any(|row| {
        !row.flags.is_empty()
            && row.event.is_some_and(|index| matches!(scene.told.history[index].kind, EventKind::Resource(_)))
    });
    let late: fn(&mut Pen, i64, i64) =
        |pen, x, y| pen.path(&format!("M{} {}l7 7 -7 7 -7 -7z", x + 10, y - 7), "class=\"wrong\"", "");
    key(wrong, late, "taken, and should not have been");
    let violations = || scene.told.judgement.properties.iter().flat_map(|report| report.verdict.violations());
    let band: fn(&mut Pen, i64, i64) = |pen, x, y| pen.rect((x, y - 6, 20, 12), "class=\"band\"", "");
    let both = |violation: &Violation| matches!(violation.evidence, Evidence::Overlap { .. });
    key(violations().any(both), band, "two at once");
    let stuck = |violation: &Violation| {
        matches!(
            violation.evidence,
            Evidence::NoHandOver { .. }
                | Evidence::DeadHolder { .. }
                | Evidence::Orphan { .. }
                | Evidence::Circle { .. }
        )
    };
    key(violations().any(stuck), band, "stuck");
}

fn hatched(pen: &mut Pen, x: i64, y: i64, pattern: &str) {
    pen.rect((x, y - 7, 20, 14), &format!("fill=\"url(#@-{pattern})\" class=\"stop\""), "");
}

/// What is not in the picture, and what it does not show as it is.
fn notes(scene: &Scene<'_>) -> Vec<String> {
    let (cast, choice) = (scene.told.cast, &scene.choice);
    let mut notes = Vec::new();
    if scene.rows.is_empty() {
        notes.push("nothing happened to any tenure".to_owned());
    } else {
        let scale = "time runs down, not to scale: the times on the left are exact";
        let torn = if scene.scale.tears.is_empty() { "" } else { "; at a torn edge a stretch is cut out" };
        notes.push(format!("{scale}{torn}"));
    }
    if scene.more > 0 {
        notes.push(format!("{} more after these, --all shows them", counted(scene.more as u64, "row")));
    }
    if let Some(off) = scene.other_clocks {
        let which = if scene.clocks.is_empty() { "clocks" } else { "the other clocks" };
        notes.push(match off.as_nanos() {
            0 => format!("{which} of those shown are true"),
            _ if off.as_millis() == 0 => format!("{which} of those shown are within 1ms of true time"),
            _ => format!("{which} of those shown are within {}ms of true time", off.as_millis() + 1),
        });
    }
    let names = |owners: &[OwnerId]| owners.iter().map(|o| cast.owner(*o)).collect::<Vec<_>>().join(", ");
    if !choice.left_out.is_empty() {
        notes.push(format!("involved too, but there is no room: {}", names(&choice.left_out)));
    }
    let others = (0..cast.owners.len()).map(|index| OwnerId(index as u32));
    let others: Vec<OwnerId> =
        others.filter(|owner| !choice.owners.contains(owner) && !choice.left_out.contains(owner)).collect();
    match others.len() {
        0 => {}
        1..=12 => notes.push(format!("not shown: {}", names(&others))),
        more => notes.push(format!("not shown: {}", counted(more as u64, "other owner"))),
    }
    notes
}
