//! One run as a picture: who promised, who believed and what was taken, from above to below.
//!
//! Everything is counted in whole pixels, so the same run is the same bytes everywhere. The picture is one
//! SVG element with its own style sheet, light and dark; it needs no script, no font and no other file, and
//! may stand in a page beside others where each is given a name of its own.

mod act;
mod bar;
mod clock;
mod flag;
mod foot;
mod held;
mod messages;
mod operation;
mod pen;
mod row;
mod scale;
mod scene;
mod sheet;
#[cfg(test)]
mod tests;
mod text;

pub use messages::messages;
pub use pen::Label;

use super::told::{Told, behind, service_name};
use clock::Which;
use fencepost_explore::Replayed;
use held::StopKind;
use pen::{Anchor, Letters, Pen};
use scene::Scene;
use sheet::MARGIN;
use text::escaped;

const STYLE: &str = include_str!("style.css");
const TITLE: Letters = Letters::bold("title", 16);
const HEAD: Letters = Letters::bold("head", 12);
const MUTED: Letters = Letters::new("mute", text::SMALL);
/// Where the lanes begin: under the title, and the names over the lanes.
const TOP: i64 = 122;

/// How a picture is drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PictureDetail {
    /// What its parts are called by; pictures in one page need different names. Letters, digits, `-`.
    pub name: String,
    /// Every event, and not only those of the tenures that matter.
    pub every_event: bool,
}

impl Default for PictureDetail {
    fn default() -> PictureDetail {
        PictureDetail { name: "lanes".to_owned(), every_event: false }
    }
}

/// A picture, with what a page or a test wants to know of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// One SVG element.
    pub svg: String,
    /// How wide it is, in pixels.
    pub width: i64,
    /// How high it is.
    pub height: i64,
    /// Every text in it, with the room that it takes at most.
    pub labels: Vec<Label>,
}

/// The lanes of a replay as an SVG element.
pub fn svg(replayed: &Replayed, detail: &PictureDetail) -> String {
    picture(replayed, detail).svg
}

/// The lanes of a replay as a picture.
pub fn picture(replayed: &Replayed, detail: &PictureDetail) -> Picture {
    let told = Told::of(replayed);
    let lock = &replayed.plan.variant.lock;
    let title = replayed.scenario.as_ref().map(|scenario| scenario.title.as_str());
    let under = title.map_or_else(|| format!("lock {lock}"), |title| format!("{title} · lock {lock}"));
    drawn(told, (&replayed.plan.case.to_string(), &under), detail)
}

/// Draws in the order of the layers: what is drawn later lies over what was drawn before. The titles are one and
/// what stands under it.
pub(super) fn drawn(told: Told<'_>, titles: (&str, &str), detail: &PictureDetail) -> Picture {
    let scene = Scene::new(told, detail.every_event, TOP);
    let mut pen = Pen::default();
    flag::under(&mut pen, &scene);
    bar::guides(&mut pen, &scene);
    act::threads(&mut pen, &scene);
    bar::bars(&mut pen, &scene);
    act::tears(&mut pen, &scene);
    operation::operations(&mut pen, &scene);
    act::times(&mut pen, &scene);
    act::words(&mut pen, &scene);
    flag::margin(&mut pen, &scene);
    let spoken = heads(&mut pen, &scene, titles);
    let height = foot::foot(&mut pen, &scene) + MARGIN;
    framed(pen, (scene.sheet.width, height), &spoken, detail)
}

/// The element around what was drawn, with its style; as wide as its texts need, and at least this wide.
fn framed(pen: Pen, (width, height): (i64, i64), spoken: &str, detail: &PictureDetail) -> Picture {
    let Pen { body, labels } = pen;
    let width = labels.iter().map(|label| label.right + MARGIN).max().unwrap_or(0).max(width);
    let name: String = detail.name.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').collect();
    let svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"fp-lanes\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {width} {height}\" role=\"img\" aria-label=\"{}\">\n<style>{STYLE}</style>\n<defs>\n{}\
         </defs>\n<rect width=\"{width}\" height=\"{height}\" class=\"paper\"/>\n{}</svg>\n",
        escaped(spoken),
        patterns(&name),
        body.replace("url(#@-", &format!("url(#{name}-")),
    );
    Picture { svg, width, height, labels }
}

/// The title, and the names over the lanes; gives back what the picture is called aloud.
fn heads(pen: &mut Pen, scene: &Scene<'_>, (title, told): (&str, &str)) -> String {
    let room = scene.sheet.width - 2 * MARGIN;
    pen.text(MARGIN, 26, TITLE, Anchor::Start, &clipped(TITLE, title, room));
    pen.text(
        MARGIN,
        50,
        Letters::new("say", 12),
        Anchor::Start,
        &clipped(Letters::new("say", 12), told, room),
    );
    let (names, below) = (TOP - 40, TOP - 25);
    let mut head = |x: i64, anchor: Anchor, room: i64, name: &str, word: &str| {
        pen.text(x, names, HEAD, anchor, &clipped(HEAD, name, room));
        pen.text(x, below, MUTED, anchor, &clipped(MUTED, word, room));
    };
    let (time, whose) =
        if scene.told.elsewhere.is_some() { ("line", "in the file") } else { ("time", "true") };
    head(scene.sheet.times(), Anchor::End, 60, time, whose);
    for (column, clock) in (1..).zip(&scene.clocks) {
        let word = match clock.which {
            Which::Wall => "wall clock",
            Which::Monotonic => "monotonic",
        };
        let x = scene.sheet.clocks + column * sheet::CLOCK - 10;
        head(x, Anchor::End, sheet::CLOCK - 8, scene.told.cast.machine(clock.machine), word);
    }
    let lanes = scene.sheet.lanes();
    for lane in lanes {
        use super::mark::Lane;
        let (left, right) = scene.sheet.lane(lane);
        let (x, name, word) = match lane {
            Lane::Service => (scene.sheet.promise(0), service_name(scene.told.cast), "what it promises"),
            Lane::Owner(index) => {
                let name = scene.told.cast.owner(scene.choice.owners[index]).to_owned();
                (scene.sheet.owner(index), name, "what it believes")
            }
            Lane::Resource | Lane::Across => (left, behind(scene.told.cast).to_owned(), "what it takes"),
        };
        head(x, Anchor::Start, right - x, &name, word);
    }
    format!("{title}: {told}")
}

/// As much of a text as there is room for.
fn clipped(letters: Letters, text: &str, room: i64) -> String {
    let text: String = text.chars().take(400).collect();
    if letters.width(&text) <= room {
        return text;
    }
    let mut kept = text;
    while letters.width(&format!("{kept}…")) > room && kept.pop().is_some() {}
    kept + "…"
}

/// The hatchings, by the kind of what did not work.
fn patterns(name: &str) -> String {
    let pattern = |(_, id, _): &(StopKind, &str, &str)| {
        let (size, path) = match *id {
            "pause" => (6, "M-1 7L7 -1"),
            "suspend" => (6, "M-1 -1L7 7"),
            "down" => (7, "M-1 -1L8 8M-1 8L8 -1"),
            _ => (5, "M0 2.5H5"),
        };
        format!(
            "<pattern id=\"{name}-{id}\" width=\"{size}\" height=\"{size}\" patternUnits=\"userSpaceOnUse\">\
             <path d=\"{path}\" class=\"hatch\"/></pattern>\n"
        )
    };
    StopKind::ALL.iter().map(pattern).collect()
}
